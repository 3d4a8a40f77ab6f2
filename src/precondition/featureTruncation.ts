/**
 * The part of a feature matrix that its kernel can carry: Z' = ZV, V orthonormal, with ZZᵀ − Z'Z'ᵀ at the rounding of
 * ZZᵀ, so that Z' has full column rank to working precision of Z'ᵀZ'. V spans the rows of B, BᵀB = ZᵀZ by
 * Cholesky with diagonal pivoting, ended at pivots of n·u. Higham, Accuracy and Stability (2002), section 10.3.
 *
 * The Gram matrix squares κ(Z), which costs nothing here: what it loses is what is to be left out. V and not a choice
 * of columns, since ‖ZV_⊥‖ enters ZZᵀ squared, while what pivot columns miss enters it once.
 *
 * The columns of Z' are graded, for Z'ᵀZ' = UUᵀ with the triangular factor U of a pivoted matrix: scaled, they are much
 * better conditioned than Z, and products Z'R⁻¹z lose no digits to κ(Z).
 */
import type { Matrix } from '../core/matrix';
import { gemmInto } from '../dense/gemm';
import { gramAccumulate } from '../dense/gram';
import { applyQInPlace, householderInPlace, householderWorkLength } from '../dense/householder';

const UNIT_ROUNDOFF = 2 ** -52;

/**
 * Z' (n × r): r ≤ min(n, k), σ_r(Z') about √(nu)·σ₁ or more. ‖ZZᵀ − Z'Z'ᵀ‖ ≤ k·max(n, k)·u·m, m the largest squared
 * column norm of Z.
 *
 * @param Z - n × k, entries finite, not zero.
 * Cost: nk² + 2nkr + 5kr² multiply-adds at most.
 */
export function truncateFeatures(Z: Matrix): Matrix {
  const { rows: n, columns: k, data } = Z;
  const G = new Float64Array(k * k);
  gramAccumulate(G, k, data, 0, k, n, k);
  const { B, rank } = pivotedRows(G, k, Math.min(n, k), Math.max(n, k) * UNIT_ROUNDOFF);
  const V = orthonormalRowBasis(B, rank, k);
  const truncated = new Float64Array(n * rank);
  gemmInto(truncated, 0, rank, data, 0, k, false, V, 0, rank, false, n, rank, k, 1, 0);
  return { rows: n, columns: rank, data: truncated };
}

/** B (rank × k) with BᵀB = G up to pivots of threshold·max G_ii; G symmetric, its upper triangle given. */
function pivotedRows(
  G: Float64Array,
  k: number,
  largestRank: number,
  threshold: number,
): { B: Float64Array; rank: number } {
  const B = new Float64Array(largestRank * k);
  const left = new Float64Array(k);
  for (let i = 0; i < k; i++) left[i] = G[i * k + i];
  const level = threshold * left.reduce((a, b) => Math.max(a, b));
  let rank = 0;
  for (; rank < largestRank; rank++) {
    let p = 0;
    for (let i = 1; i < k; i++) if (left[i] > left[p]) p = i;
    if (!(left[p] > level)) break;
    const row = rank * k;
    for (let i = 0; i < k; i++) B[row + i] = i < p ? G[i * k + p] : G[p * k + i];
    for (let l = 0; l < rank; l++) {
      const factor = B[l * k + p];
      for (let i = 0; i < k; i++) B[row + i] -= factor * B[l * k + i];
    }
    const root = Math.sqrt(left[p]);
    for (let i = 0; i < k; i++) {
      B[row + i] /= root;
      left[i] -= B[row + i] * B[row + i];
    }
    // its own remainder is rounding, and must not be chosen again
    left[p] = 0;
  }
  return { B, rank };
}

/** k × rank: Q of the Householder QR of Bᵀ. */
function orthonormalRowBasis(B: Float64Array, rank: number, k: number): Float64Array {
  const factor = new Float64Array(k * rank);
  for (let l = 0; l < rank; l++) for (let i = 0; i < k; i++) factor[i * rank + l] = B[l * k + i];
  const tau = new Float64Array(rank);
  const work = new Float64Array(householderWorkLength(k, rank));
  householderInPlace(factor, rank, k, rank, tau, work);
  const Q = new Float64Array(k * rank);
  for (let l = 0; l < rank; l++) Q[l * (rank + 1)] = 1;
  applyQInPlace(Q, rank, rank, factor, rank, k, rank, tau, work);
  return Q;
}
