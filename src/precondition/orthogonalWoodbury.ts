/**
 * (F Fᵀ + D)⁻¹ in O(nk) by an orthonormal basis: with the Householder QR D^(−½)F = QR,
 *
 *   (F Fᵀ + D)⁻¹ = D^(−½)((I − QQᵀ) + Q(I + RRᵀ)⁻¹Qᵀ)D^(−½),
 *
 * the projection done twice and I + RRᵀ factored by a QR of [Rᵀ; I], so that neither a square of R nor a
 * difference of nearly equal operators is ever formed.
 *
 * Rounding: ‖LᵀML − I‖ ≤ c·√κ·u for M as applied and LLᵀ = F Fᵀ + D, κ = 1 + ‖R‖²: still 1e-8 at κ = 1e16, where
 * I − QQᵀ alone, or a Cholesky factor of I + RᵀR, is no longer positive definite.
 */
import { applyQInPlace, householderInPlace, householderWorkLength } from '../dense/householder';
import { matvecInto, matvecTransposedInto, residualGradientInto } from '../dense/matvec';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';

export class OrthogonalWoodbury {
  /** Diagonal of D^(−½). */
  private readonly weights: Float64Array;
  private readonly Q: Float64Array;
  /** TᵀT = I + RRᵀ. */
  private readonly T: Float64Array;
  private readonly weighted: Float64Array;
  private readonly rest: Float64Array;
  private readonly inside: Float64Array;
  private readonly correction: Float64Array;

  /**
   * @param F - n × k, contiguous, k ≤ n; may be rank deficient. Not kept.
   * @param D - length n, positive. Not kept.
   */
  constructor(
    F: Float64Array,
    private readonly n: number,
    private readonly k: number,
    D: Float64Array,
  ) {
    this.weights = D.map((delta) => 1 / Math.sqrt(delta));
    const B = new Float64Array(n * k);
    for (let i = 0, p = 0; i < n; i++) for (let j = 0; j < k; j++, p++) B[p] = this.weights[i] * F[p];
    this.Q = orthonormaliseInPlace(B, n, k);
    this.T = shiftedFactor(B, k);
    this.weighted = new Float64Array(n);
    this.rest = new Float64Array(n);
    this.inside = new Float64Array(k);
    this.correction = new Float64Array(k);
  }

  /** y ← (F Fᵀ + D)⁻¹ r. y may be r. */
  applyInto(y: Float64Array, r: Float64Array): void {
    const { weights, Q, T, weighted, rest, inside, correction, n, k } = this;
    for (let i = 0; i < n; i++) weighted[i] = weights[i] * r[i];
    matvecTransposedInto(inside, Q, n, k, weighted);
    // what rounding leaves in `rest` of the range of Q is as large as the answer there: project twice
    residualGradientInto(rest, correction, Q, n, k, inside, weighted);
    solveUpperTransposedInPlace(inside, 0, T, k, k);
    solveUpperInPlace(inside, 0, T, k, k);
    for (let j = 0; j < k; j++) correction[j] -= inside[j];
    matvecInto(weighted, Q, n, k, correction);
    for (let i = 0; i < n; i++) y[i] = weights[i] * (rest[i] - weighted[i]);
  }
}

/** Returns Q (n × k) of B = QR; R is left in the upper triangle of B. */
function orthonormaliseInPlace(B: Float64Array, n: number, k: number): Float64Array {
  const Q = new Float64Array(n * k);
  const tau = new Float64Array(k);
  const work = new Float64Array(householderWorkLength(n, k));
  householderInPlace(B, k, n, k, tau, work);
  for (let j = 0; j < k; j++) Q[j * (k + 1)] = 1;
  applyQInPlace(Q, k, k, B, k, n, k, tau, work);
  return Q;
}

/** T upper triangular with TᵀT = I + RRᵀ, R in the upper triangle of B (leading dimension k). */
function shiftedFactor(B: Float64Array, k: number): Float64Array {
  const stacked = new Float64Array(2 * k * k);
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++) stacked[j * k + i] = B[i * k + j];
    stacked[(k + i) * k + i] = 1;
  }
  const work = new Float64Array(householderWorkLength(2 * k, k));
  householderInPlace(stacked, k, 2 * k, k, new Float64Array(k), work);
  return stacked.slice(0, k * k);
}
