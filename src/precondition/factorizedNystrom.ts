/**
 * AFN: a preconditioner for G + diag(Δ) from a Cholesky factor on k landmarks and a factorised sparse
 * approximate inverse of the Schur complement on the other points, whose residual kernel is local.
 * Zhao, Xu, Huang, Chow & Xi, arXiv 2304.05460, with the pivots of pivoted Cholesky as landmarks.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { exponentialRowInPlace } from '../dense/exponential';
import { gramAccumulate } from '../dense/gram';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { solveRightUpperInPlace } from '../dense/rightSolve';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import type { GaussianPoints } from './gaussianPoints';
import { nearestEarlier } from './nearestEarlier';
import { SparseInverse } from './sparseInverse';

const u = 2 ** -52;

export class FactorizedNystrom {
  readonly size: number;
  readonly rank: number;
  private readonly landmarks: Int32Array;
  private readonly others: Int32Array;
  private readonly R: Float64Array;
  private readonly W: Float64Array;
  private readonly inverse: SparseInverse;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly work: Float64Array;

  /**
   * @param landmarks - k different indices.
   * @param shift - Δ, length size, positive.
   * @param neighbours - the nonzeros of a row of the approximate inverse beside its diagonal: 20 or 60.
   *
   * Cost: nk² + n²d/2 + n·neighbours²·(k + d)/2 multiply-adds. Memory: n·(k + d + 2·neighbours).
   */
  constructor(points: GaussianPoints, landmarks: Int32Array, shift: Float64Array, neighbours: number) {
    const n = points.size;
    const k = landmarks.length;
    this.size = n;
    this.rank = k;
    this.landmarks = landmarks;
    this.others = complement(landmarks, n);
    const m = n - k;
    this.R = landmarkFactor(points, landmarks, shift);
    const W = new Float64Array(n * k);
    points.columnsInto(W, k, landmarks, k);
    for (let i = 0; i < m; i++) W.copyWithin(i * k, this.others[i] * k, (this.others[i] + 1) * k);
    this.W = W.subarray(0, m * k);
    solveRightUpperInPlace(this.W, 0, k, this.R, k, m, k);
    const rest = points.subset(this.others, m);
    const restShift = Float64Array.from(this.others, (i) => shift[i]);
    const principal = schurBlocks(rest, this.W, k, restShift, neighbours);
    this.inverse = new SparseInverse(m, nearestEarlier(rest, neighbours), principal);
    this.first = new Float64Array(k);
    this.second = new Float64Array(m);
    this.work = new Float64Array(Math.max(k, m));
  }

  /** y ← M r. y may be r. Cost: 2nk for the landmarks and 2n·neighbours for the rest. */
  applyInto(y: Float64Array, r: Float64Array): void {
    const { landmarks, others, R, W, first, second, work, rank: k } = this;
    const m = others.length;
    for (let i = 0; i < k; i++) first[i] = r[landmarks[i]];
    solveUpperTransposedInPlace(first, 0, R, k, k);
    matvecInto(work, W, m, k, first);
    for (let i = 0; i < m; i++) second[i] = r[others[i]] - work[i];
    this.inverse.applyInto(second, second);
    matvecTransposedInto(work, W, m, k, second);
    for (let i = 0; i < k; i++) first[i] -= work[i];
    solveUpperInPlace(first, 0, R, k, k);
    for (let i = 0; i < k; i++) y[landmarks[i]] = first[i];
    for (let i = 0; i < m; i++) y[others[i]] = second[i];
  }
}

function complement(indices: Int32Array, n: number): Int32Array {
  const taken = new Uint8Array(n);
  for (const i of indices) taken[i] = 1;
  const others = new Int32Array(n - indices.length);
  for (let i = 0, k = 0; i < n; i++) if (taken[i] === 0) others[k++] = i;
  return others;
}

/** R with RᵀR = G + Δ on the landmarks, shifted until it is positive definite to rounding. */
function landmarkFactor(points: GaussianPoints, landmarks: Int32Array, shift: Float64Array): Float64Array {
  const k = landmarks.length;
  const R = new Float64Array(k * k);
  let jitter = 0;
  do {
    points.principalInto(R, landmarks, k);
    for (let i = 0; i < k; i++) R[i * (k + 1)] += shift[landmarks[i]] + jitter;
    jitter = Math.max(k * u, 10 * jitter);
  } while (choleskyInPlace(R, k, k) >= 0 && Number.isFinite(jitter));
  return R;
}

/** Principal blocks of the Schur complement G + Δ − WWᵀ of the landmarks, upper triangles only. */
export function schurBlocks(
  points: GaussianPoints,
  W: Float64Array,
  k: number,
  shift: Float64Array,
  neighbours: number,
) {
  const { data, halfSq, dimension: d } = points;
  const width = neighbours + 1;
  const gathered = new Float64Array(Math.max(d, k) * width);
  const gram = new Float64Array(width * width);
  const h = new Float64Array(width);
  return (out: Float64Array, indices: Int32Array, count: number): void => {
    gatherColumns(gathered, data, d, indices, count);
    out.fill(0, 0, count * count);
    gramAccumulate(out, count, gathered, 0, count, d, count);
    for (let i = 0; i < count; i++) h[i] = halfSq[indices[i]];
    gatherColumns(gathered, W, k, indices, count);
    gram.fill(0, 0, count * count);
    gramAccumulate(gram, count, gathered, 0, count, k, count);
    for (let i = 0; i < count; i++) {
      const row = i * count;
      exponentialRowInPlace(out, row + i + 1, h[i], h, i + 1, count - i - 1);
      const delta = shift[indices[i]];
      // exactly at least Δ; rounding may take more away than there was
      out[row + i] = Math.max(delta, 1 + delta - gram[row + i]);
      for (let j = i + 1; j < count; j++) out[row + j] -= gram[row + j];
    }
  };
}

/** out (k × count) ← the transpose of these rows of X (k wide). */
function gatherColumns(
  out: Float64Array,
  X: Float64Array,
  k: number,
  indices: Int32Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    for (let l = 0, p = indices[i] * k; l < k; l++, p++) out[l * count + i] = X[p];
  }
}
