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
  /** Unit vector v with ‖Rv‖ near `smallest`. */
  readonly smallestVector: Float64Array;
  /** σ_n is not below smallest/margin, unless the start vector was unlucky: n^(1/(2·steps)), 1 once converged. */
  readonly margin: number;
}

const STEPS = 8;
/** Inverse iteration has converged when a step changes the estimate by less than this. */
const SETTLED = 1e-7;

/**
 * Estimates σ₁ and σ_n of the n × n upper triangular R (row-major, leading dimension n).
 *
 * @param powers - σ_n will be raised to twice this power: up to so many steps more are spent on it.
 */
export function extremeSingularValues(R: Float64Array, n: number, powers = 0): ExtremeSingularValues {
  const x = startVector(n);
  let largest = 0;
  for (let step = 0; step < STEPS && normalise(x, n) > 0; step++) {
    multiplyUpperVectorInPlace(x, R, n, n);
    largest = norm2(x, 0, n);
    normalise(x, n);
    multiplyUpperTransposedVectorInPlace(x, R, n, n);
  }
  return { largest, ...smallestSingularValue(R, n, powers) };
}

function smallestSingularValue(
  R: Float64Array,
  n: number,
  powers: number,
): Omit<ExtremeSingularValues, 'largest'> {
  const x = startVector(n);
  normalise(x, n);
  const singular = { smallest: 0, smallestVector: x, margin: 1 };
  for (let i = 0; i < n; i++) if (R[i * n + i] === 0) return singular;
  let inverse = 0;
  let change = 1;
  let step = 0;
  for (; step < STEPS + powers; step++) {
    const before = inverse;
    normalise(x, n);
    solveUpperTransposedInPlace(x, 0, R, n, n);
    normalise(x, n);
    solveUpperInPlace(x, 0, R, n, n);
    inverse = norm2(x, 0, n);
    if (!Number.isFinite(inverse)) return singular;
    change = (inverse - before) / inverse;
    if (step >= STEPS && change <= SETTLED) break;
  }
  normalise(x, n);
  const margin = change <= SETTLED ? 1 : n ** (1 / (2 * step));
  return { smallest: 1 / inverse, smallestVector: x, margin };
}

// fixed and without structure: a start orthogonal to the wanted singular vector would hide it
function startVector(n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) x[i] = 1 + (Math.imul(i + 1, 0x9e3779b1) | 0) / 2 ** 32;
  return x;
}

function normalise(x: Float64Array, n: number): number {
  const norm = norm2(x, 0, n);
  if (norm > 0) for (let i = 0; i < n; i++) x[i] /= norm;
  return norm;
}
