/**
 * Extreme singular values of a triangular factor by power and inverse iteration on RᵀR, O(n²) a step.
 * Both are estimates from inside: σ₁ never too large and σ_n never too small, by more than rounding.
 */
import { copyOf, zeros } from '../dense/smallArrays';
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

/** Estimates σ₁ and σ_n of the n × n upper triangular R (row-major, leading dimension n). */
export function extremeSingularValues(R: Float64Array, n: number): ExtremeSingularValues {
  const x = startVector(n);
  let largest = 0;
  for (let step = 0; step < STEPS && normalise(x, n) > 0; step++) {
    multiplyUpperVectorInPlace(x, R, n, n);
    largest = normalise(x, n);
    multiplyUpperTransposedVectorInPlace(x, R, n, n);
  }
  const start = startVector(n);
  normalise(start, n);
  const unknown = { largest, smallest: 0, smallestVector: start, margin: 1 };
  for (let i = 0; i < n; i++) if (R[i * n + i] === 0) return unknown;
  return inverseIteration(R, n, unknown, 0, STEPS);
}

/**
 * The estimates again with σ_n good enough to be raised to twice the power `powers`: up to so many steps more are
 * spent on it.
 */
export function sharperSingularValues(
  R: Float64Array,
  n: number,
  found: ExtremeSingularValues,
  powers: number,
): ExtremeSingularValues {
  const isSettled = found.smallest === 0 || found.margin === 1;
  return isSettled ? found : inverseIteration(R, n, found, STEPS, STEPS + powers);
}

/** Steps `first` … `last` − 1; from STEPS on they end when the estimate has settled. */
function inverseIteration(
  R: Float64Array,
  n: number,
  found: ExtremeSingularValues,
  first: number,
  last: number,
): ExtremeSingularValues {
  const x = copyOf(found.smallestVector);
  let inverse = found.smallest > 0 ? 1 / found.smallest : 0;
  let change = 1;
  let step = first;
  for (; step < last; step++) {
    const before = inverse;
    solveUpperTransposedInPlace(x, 0, R, n, n);
    normalise(x, n);
    solveUpperInPlace(x, 0, R, n, n);
    inverse = normalise(x, n);
    if (!Number.isFinite(inverse)) return { ...found, smallest: 0 };
    change = (inverse - before) / inverse;
    if (step >= STEPS && change <= SETTLED) break;
  }
  const margin = change <= SETTLED ? 1 : n ** (1 / (2 * step));
  return { largest: found.largest, smallest: 1 / inverse, smallestVector: x, margin };
}

/**
 * A lower bound of σ_n, O(n²) operations: 1/(√n‖M⁻¹e‖_∞) with M the comparison matrix of R, whose inverse is not less
 * than |R⁻¹| anywhere. Higham, Accuracy and Stability of Numerical Algorithms, section 8.3. 0 for a zero on
 * the diagonal.
 */
export function smallestSingularValueBound(R: Float64Array, n: number): number {
  const z = zeros(n);
  let largest = 0;
  for (let i = n - 1; i >= 0; i--) {
    let sum = 1;
    for (let j = i + 1; j < n; j++) sum += Math.abs(R[i * n + j]) * z[j];
    z[i] = sum / Math.abs(R[i * n + i]);
    largest = Math.max(largest, z[i]);
  }
  return 1 / (Math.sqrt(n) * largest);
}

// fixed and without structure: a start orthogonal to the wanted singular vector would hide it
function startVector(n: number): Float64Array {
  const x = zeros(n);
  for (let i = 0; i < n; i++) x[i] = 1 + (Math.imul(i + 1, 0x9e3779b1) | 0) / 2 ** 32;
  return x;
}

function normalise(x: Float64Array, n: number): number {
  const norm = norm2(x, 0, n);
  if (norm > 0) for (let i = 0; i < n; i++) x[i] /= norm;
  return norm;
}
