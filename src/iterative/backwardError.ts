/**
 * How little A and b would have to change for x to be the exact least-squares solution, relative to ‖A‖_F
 * and ‖b‖: the estimate of Karlson & Waldén, BIT 37 (1997), within √2 of the smallest such change
 * (Gratton, Jiránek & Titley-Peloquin, SIMAX 33 (2012)).
 *
 *   η = ‖(AᵀA + ωI)^(−1/2) Aᵀr‖ / (‖A‖_F·s),  s² = (‖b‖/‖A‖_F)² + ‖x‖²,  ω = ‖r‖²/s²
 *
 * It lies below ‖R⁻ᵀAᵀr‖/(‖A‖_F·s) and below ‖Aᵀr‖/(‖A‖_F‖r‖), both free during an iteration.
 */
import { householderInPlace, householderWorkLength } from '../dense/householder';
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
  return Math.min(preconditionedGradient / s, gradient / residual) / matrixFrobenius;
}

/** The estimate itself, by a QR of [R; √ω I]. R is the n × n factor of A as given, g = Aᵀr. O(n³). */
export function backwardErrorEstimate(
  norms: LeastSquaresNorms,
  R: Float64Array,
  g: Float64Array,
  n: number,
): number {
  const { matrixFrobenius, residual, gradient } = norms;
  if (residual === 0 || gradient === 0) return 0;
  const s = solutionScale(norms);
  const stacked = new Float64Array(2 * n * n);
  // relative to ‖A‖_F, so that no square leaves the range of doubles
  for (let p = 0; p < n * n; p++) stacked[p] = R[p] / matrixFrobenius;
  const shift = residual / s / matrixFrobenius;
  for (let i = 0; i < n; i++) stacked[(n + i) * n + i] = shift;
  const tau = new Float64Array(n);
  householderInPlace(stacked, n, 2 * n, n, tau, new Float64Array(householderWorkLength(2 * n, n)));
  const v = new Float64Array(n);
  for (let i = 0; i < n; i++) v[i] = g[i] / matrixFrobenius;
  solveUpperTransposedInPlace(v, 0, stacked, n, n);
  return Math.min(norm2(v, 0, n) / (matrixFrobenius * s), backwardErrorBound(norms));
}

function solutionScale(norms: LeastSquaresNorms): number {
  return Math.hypot(norms.rightHandSide / norms.matrixFrobenius, norms.solution);
}
