/**
 * A factorised sparse approximate inverse HᵀH ≈ S⁻¹ of a symmetric positive definite matrix: row i of the lower
 * triangular H lives on i and its neighbours N before it, and is ℓ⁻ᵀe_last for ℓℓᵀ = S[N ∪ i, N ∪ i]. Then H S Hᵀ
 * has unit diagonal, and no other H with these nonzeros brings det(H S Hᵀ)^(1/n) closer to it.
 * Kolotilina & Yeremin, SIAM J. Matrix Anal. Appl. 14 (1993).
 *
 * HᵀH is symmetric positive definite whatever rounding does: H has a positive diagonal.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { solveUpperInPlace } from '../dense/triangular';
import type { EarlierNeighbours } from './nearestEarlier';

/**
 * Upper triangle of out (count × count, contiguous) ← that of S at these indices; the diagonal must be
 * positive.
 */
export type PrincipalBlock = (out: Float64Array, indices: Int32Array, count: number) => void;

const u = 2 ** -52;

export class SparseInverse {
  /** Row i: weights of its neighbours, in their order, then its own; width + 1 entries a row. */
  private readonly values: Float64Array;
  private readonly product: Float64Array;

  constructor(
    readonly size: number,
    private readonly neighbours: EarlierNeighbours,
    principalInto: PrincipalBlock,
  ) {
    const { width, indices } = neighbours;
    this.values = new Float64Array(size * (width + 1));
    this.product = new Float64Array(size);
    const block = new Float64Array((width + 1) ** 2);
    const R = new Float64Array((width + 1) ** 2);
    const members = new Int32Array(width + 1);
    for (let i = 0; i < size; i++) {
      const count = Math.min(i, width);
      for (let k = 0; k < count; k++) members[k] = indices[i * width + k];
      members[count] = i;
      principalInto(block, members, count + 1);
      factorWithJitter(R, block, count + 1);
      const row = i * (width + 1);
      this.values[row + count] = 1;
      solveUpperInPlace(this.values, row, R, count + 1, count + 1);
    }
  }

  /** z ← HᵀH r. z may be r. */
  applyInto(z: Float64Array, r: Float64Array): void {
    const { size, values, product } = this;
    const { width, indices } = this.neighbours;
    for (let i = 0; i < size; i++) {
      const count = Math.min(i, width);
      let p = i * (width + 1);
      let sum = 0;
      for (let q = i * width, end = q + count; q < end; q++, p++) sum += values[p] * r[indices[q]];
      product[i] = sum + values[p] * r[i];
    }
    z.fill(0, 0, size);
    for (let i = 0; i < size; i++) {
      const count = Math.min(i, width);
      const t = product[i];
      let p = i * (width + 1);
      for (let q = i * width, end = q + count; q < end; q++, p++) z[indices[q]] += values[p] * t;
      z[i] += values[p] * t;
    }
  }
}

/** R ← Cholesky factor of the block; a block that is only semidefinite to rounding is shifted until it is. */
function factorWithJitter(R: Float64Array, block: Float64Array, size: number): void {
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, block[i * (size + 1)]);
  R.set(block.subarray(0, size * size));
  let jitter = size * u * largest;
  while (choleskyInPlace(R, size, size) >= 0 && Number.isFinite(jitter)) {
    R.set(block.subarray(0, size * size));
    for (let i = 0; i < size; i++) R[i * (size + 1)] += jitter;
    jitter *= 10;
  }
}
