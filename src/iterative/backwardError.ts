/**
 * How little A and b would have to change for x to be the exact least-squares solution, relative to ‖A‖_F
 * and ‖b‖: the estimate of Karlson & Waldén, BIT 37 (1997), within √2 of the smallest such change
 * (Gratton, Jiránek & Titley-Peloquin, SIMAX 33 (2012)).
 *
 *   η = ‖(AᵀA + ωI)^(−1/2) Aᵀr‖ / (‖A‖_F·s),  s² = (‖b‖/‖A‖_F)² + ‖x‖²,  ω = ‖r‖²/s²
 *
 * It lies below ‖R⁻ᵀAᵀr‖/(‖A‖_F·s) and below ‖Aᵀr‖/(‖A‖_F‖r‖), both free during an iteration.
 */
import { applyQTransposedInPlace, householderInPlace, householderWorkLength } from '../dense/householder';
import { scratch, zeros } from '../dense/smallArrays';
import { solveUpperTransposedInPlace } from '../dense/triangular';
import { norm2 } from '../dense/vector';

export interface LeastSquaresNorms {
  readonly matrixFrobenius: number;
  readonly rightHandSide: number;
  readonly solution: number;
  readonly residual: number;
  /** ‖Aᵀr‖ */
  readonly gradient: number;
  /** ‖R⁻ᵀAᵀr‖ */
  readonly preconditionedGradient: number;
}

/** The cheap bound: the smaller of the two. */
export function backwardErrorBound(norms: LeastSquaresNorms): number {
  const { matrixFrobenius, residual, gradient, preconditionedGradient } = norms;
  if (residual === 0 || gradient === 0) return 0;
  const s = solutionScale(norms);
  if (!Number.isFinite(matrixFrobenius * s + residual)) return Number.POSITIVE_INFINITY; // not 0: x has diverged
  return Math.min(preconditionedGradient / s, gradient / residual) / matrixFrobenius;
}

/**
 * The estimate itself, by a QR of [R; √ω I]. R is the n × n factor of A as given, upper triangular, g = Aᵀr.
 * 4n³/3 operations.
 */
export function backwardErrorEstimate(
  norms: LeastSquaresNorms,
  R: Float64Array,
  g: Float64Array,
  n: number,
): number {
  const { matrixFrobenius, residual, gradient } = norms;
  if (residual === 0 || gradient === 0) return 0;
  const s = solutionScale(norms);
  if (!Number.isFinite(matrixFrobenius * s + residual)) return Number.POSITIVE_INFINITY;
  // relative to ‖A‖_F, so that no square leaves the range of doubles
  const T = zeros(2 * n * n);
  for (let p = 0; p < n * n; p++) T[p] = R[p] / matrixFrobenius;
  shiftTriangleInPlace(T, residual / s / matrixFrobenius, n);
  const v = zeros(n);
  for (let i = 0; i < n; i++) v[i] = g[i] / matrixFrobenius;
  solveUpperTransposedInPlace(v, 0, T, n, n);
  return Math.min(norm2(v, 0, n) / (matrixFrobenius * s), backwardErrorBound(norms));
}

/** Columns eliminated at a time. */
const BLOCK = 32;

/**
 * T (n × n, upper triangular, at the start of 2n × n places) ← the triangular factor of [T; shift·I]. While columns k … are eliminated only rows
 * k … of T and the first k + BLOCK rows below, where the others have filled in, take part: a fifth of the work
 * of a QR of 2n full rows.
 */
function shiftTriangleInPlace(T: Float64Array, shift: number, n: number): void {
  for (let i = 0; i < n; i++) T[(n + i) * n + i] = shift;
  const tau = zeros(Math.min(n, BLOCK));
  if (n <= BLOCK) {
    householderInPlace(T, n, 2 * n, n, tau, scratch(householderWorkLength(2 * n, n)));
    return;
  }
  for (let k = 0; k < n; k += BLOCK) {
    const w = Math.min(BLOCK, n - k);
    const end = k + w;
    const rows = w + end;
    const panel = new Float64Array(rows * w);
    const rest = new Float64Array(rows * (n - end));
    for (let i = 0; i < rows; i++) {
      const row = (i < w ? k + i : n + i - w) * n;
      panel.set(T.subarray(row + k, row + end), i * w);
      rest.set(T.subarray(row + end, row + n), i * (n - end));
    }
    const work = new Float64Array(householderWorkLength(rows, n));
    householderInPlace(panel, w, rows, w, tau, work);
    if (end < n) applyQTransposedInPlace(rest, n - end, n - end, panel, w, rows, w, tau, work);
    for (let i = 0; i < rows; i++) {
      const row = (i < w ? k + i : n + i - w) * n;
      if (i < w) T.set(panel.subarray(i * w + i, (i + 1) * w), row + k + i);
      T.set(rest.subarray(i * (n - end), (i + 1) * (n - end)), row + end);
    }
  }
}

function solutionScale(norms: LeastSquaresNorms): number {
  return Math.hypot(norms.rightHandSide / norms.matrixFrobenius, norms.solution);
}
