/**
 * Extreme singular values of a triangular factor by power and inverse iteration on RᵀR, O(n²) a step.
 * Both are estimates from inside: σ₁ never too large and σ_n never too small, by more than rounding.
 */
import {
  multiplyUpperTransposedVectorInPlace,
  multiplyUpperVectorInPlace,
  solveUpperInPlace,
  solveUpperTransposedInPlace,
} from '../dense/triangular';
import { norm2 } from '../dense/vector';

export interface ExtremeSingularValues {
  readonly largest: number;
  /** 0 when R has a zero on its diagonal. */
  readonly smallest: number;
}

const STEPS = 8;

/** Estimates σ₁ and σ_n of the n × n upper triangular R (row-major, leading dimension n). */
export function extremeSingularValues(R: Float64Array, n: number): ExtremeSingularValues {
  const x = new Float64Array(n);
  let largest = 0;
  startVector(x, n);
  for (let step = 0; step < STEPS && normalise(x, n) > 0; step++) {
    multiplyUpperVectorInPlace(x, R, n, n);
    largest = norm2(x, 0, n);
    normalise(x, n);
    multiplyUpperTransposedVectorInPlace(x, R, n, n);
  }
  for (let i = 0; i < n; i++) if (R[i * n + i] === 0) return { largest, smallest: 0 };
  return { largest, smallest: smallestSingularValue(R, n, x) };
}

function smallestSingularValue(R: Float64Array, n: number, x: Float64Array): number {
  let inverse = 0;
  startVector(x, n);
  for (let step = 0; step < STEPS; step++) {
    normalise(x, n);
    solveUpperTransposedInPlace(x, 0, R, n, n);
    inverse = norm2(x, 0, n);
    if (!Number.isFinite(inverse)) return 0;
    normalise(x, n);
    solveUpperInPlace(x, 0, R, n, n);
    inverse = norm2(x, 0, n);
    if (!Number.isFinite(inverse)) return 0;
  }
  return 1 / inverse;
}

// fixed and without structure: a start orthogonal to the wanted singular vector would hide it
function startVector(x: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) x[i] = 1 + 0.5 * Math.sin(1 + 12.9898 * i) * (i % 2 === 0 ? 1 : -1);
}

function normalise(x: Float64Array, n: number): number {
  const norm = norm2(x, 0, n);
  if (norm > 0) for (let i = 0; i < n; i++) x[i] /= norm;
  return norm;
}
