/**
 * Accelerated randomly pivoted Cholesky: G ≈ F Fᵀ from k columns of a kernel with unit diagonal. Pivots are
 * proposed 64 at a time from the residual diagonal and accepted one by one with the probability that makes
 * them distributed as if drawn one at a time; only then is F extended, by matrix products.
 * Epperly, Tropp & Webber, arXiv 2410.03969, algorithm 2.2 (rejection), after Chen et al., arXiv 2207.06503.
 */
import { gemmInto } from '../dense/gemm';
import { solveRightUpperInPlace } from '../dense/rightSolve';
import type { KernelColumns } from './gaussianPoints';

/** Word k of stream i: independent uniform 32-bit integers, of either sign. */
export type WordSource = (i: number, k: number) => number;

const PROPOSALS = 64;
const EMPTY_ROUNDS = 5;
const u = 2 ** -52;
/** A pivot below this is rounding; its column would be rounding divided by its root, of any size. */
const SMALLEST_PIVOT = 10 * u;

export class PivotedCholesky {
  /** size × rank with leading dimension ldf: G = F Fᵀ on the rows and columns of the pivots. */
  F = new Float64Array(0);
  ldf = 0;
  rank = 0;
  readonly pivots: number[] = [];
  /** The diagonal of G − F Fᵀ, never negative, zero at the pivots. */
  readonly residual: Float64Array;
  /** traces[k] is the trace of G − F Fᵀ with the first k columns of F. */
  readonly traces: number[];
  private proposals = new Int32Array(PROPOSALS);
  private proposedResidual = new Float64Array(PROPOSALS);
  /** Proposals not yet judged: from `next` to PROPOSALS. */
  private next = PROPOSALS;
  private round = -1;
  private rankAtRound = 0;
  private emptyRounds = 0;

  /** @param words - drawn from with i = the round and k < 128. */
  constructor(
    private readonly kernel: KernelColumns,
    private readonly words: WordSource,
  ) {
    this.residual = new Float64Array(kernel.size).fill(1);
    this.traces = [kernel.size];
  }

  get size(): number {
    return this.kernel.size;
  }

  /** trace(G − F Fᵀ), at least 0. */
  get trace(): number {
    return this.traces[this.rank];
  }

  /** Nothing is left but rounding: F does not grow any more. */
  get exhausted(): boolean {
    const { size } = this.kernel;
    return this.trace <= 10 * size * u || this.rank === size || this.emptyRounds >= EMPTY_ROUNDS;
  }

  /**
   * Extends F until it has `rank` columns or is exhausted. The pivots do not depend on the ranks asked for on
   * the way, up to rounding. Cost: O(n·k·(k + d)) in all.
   */
  extendTo(rank: number): void {
    this.reserve(Math.min(rank, this.kernel.size));
    while (this.rank < rank && !this.exhausted) {
      if (this.next === PROPOSALS) this.propose();
      this.judge(rank - this.rank);
      if (this.next === PROPOSALS)
        this.emptyRounds = this.rank === this.rankAtRound ? this.emptyRounds + 1 : 0;
    }
  }

  private reserve(rank: number): void {
    if (rank <= this.ldf) return;
    const { size } = this.kernel;
    const ldf = Math.min(size, Math.max(rank, Math.ceil(1.5 * this.ldf)));
    const grown = new Float64Array(size * ldf);
    for (let i = 0; i < size; i++) {
      grown.set(this.F.subarray(i * this.ldf, i * this.ldf + this.rank), i * ldf);
    }
    this.F = grown;
    this.ldf = ldf;
  }

  /** Draws a round of proposals with probabilities proportional to the residual diagonal. */
  private propose(): void {
    const { residual } = this;
    const sums = new Float64Array(residual.length);
    let total = 0;
    for (let i = 0; i < residual.length; i++) {
      total += residual[i];
      sums[i] = total;
    }
    this.round++;
    for (let k = 0; k < PROPOSALS; k++) {
      const i = firstAbove(sums, this.uniform(k) * total);
      this.proposals[k] = i;
      this.proposedResidual[k] = residual[i];
    }
    this.next = 0;
    this.rankAtRound = this.rank;
  }

  private uniform(k: number): number {
    return (this.words(this.round, k) >>> 0) * 2 ** -32;
  }

  /** Judges the waiting proposals in their order until `wanted` of them are accepted, and extends F. */
  private judge(wanted: number): void {
    const first = this.next;
    const count = PROPOSALS - first;
    const candidates = this.proposals.slice(first);
    const H = this.residualBlock(candidates);
    const accepted = new Int32Array(Math.min(wanted, count));
    let size = 0;
    let i = 0;
    for (; i < count && size < wanted; i++) {
      const pivot = H[i * count + i];
      const threshold = this.uniform(PROPOSALS + first + i) * this.proposedResidual[first + i];
      if (!(pivot > SMALLEST_PIVOT && pivot > threshold)) continue;
      eliminate(H, count, i);
      accepted[size++] = i;
    }
    this.next = first + i;
    if (size > 0) this.append(candidates, accepted.subarray(0, size), H, count);
  }

  /** G − F Fᵀ on these rows and columns. */
  private residualBlock(indices: Int32Array): Float64Array {
    const count = indices.length;
    const H = new Float64Array(count * count);
    this.kernel.principalInto(H, indices, count);
    const rows = this.pivotRows(indices);
    const k = this.rank;
    gemmInto(H, 0, count, rows, 0, k, false, rows, 0, k, true, count, count, k, -1, 1);
    return H;
  }

  /** The rows of F with these indices, contiguous. */
  private pivotRows(indices: Int32Array): Float64Array {
    const k = this.rank;
    const rows = new Float64Array(indices.length * k);
    for (let i = 0; i < indices.length; i++) {
      const row = indices[i] * this.ldf;
      rows.set(this.F.subarray(row, row + k), i * k);
    }
    return rows;
  }

  /** New columns (G − F Fᵀ)[:, pivots]·R⁻¹ with R the rows of H at the accepted candidates. */
  private append(candidates: Int32Array, accepted: Int32Array, H: Float64Array, count: number): void {
    const { F, ldf, rank: k } = this;
    const { size: n } = this.kernel;
    const added = accepted.length;
    const R = new Float64Array(added * added);
    const indices = new Int32Array(added);
    for (let i = 0; i < added; i++) {
      indices[i] = candidates[accepted[i]];
      for (let j = i; j < added; j++) R[i * added + j] = H[accepted[i] * count + accepted[j]];
    }
    const columns = new Float64Array(n * added);
    this.kernel.columnsInto(columns, added, indices, added);
    const rows = this.pivotRows(indices);
    gemmInto(columns, 0, added, F, 0, ldf, false, rows, 0, k, true, n, added, k, -1, 1);
    solveRightUpperInPlace(columns, 0, added, R, added, n, added);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < added; j++) F[i * ldf + k + j] = columns[i * added + j];
    }
    this.pivots.push(...indices);
    this.rank = k + added;
    this.reduceResidual(columns, added);
  }

  private reduceResidual(columns: Float64Array, added: number): void {
    const { residual } = this;
    const columnSq = new Float64Array(added);
    for (let i = 0, p = 0; i < residual.length; i++) {
      let rowSq = 0;
      for (let j = 0; j < added; j++, p++) {
        const square = columns[p] * columns[p];
        columnSq[j] += square;
        rowSq += square;
      }
      residual[i] = Math.max(0, residual[i] - rowSq);
    }
    for (let j = this.rank - added; j < this.rank; j++) residual[this.pivots[j]] = 0;
    let left = this.traces[this.rank - added];
    for (let j = 0; j < added; j++) {
      left -= columnSq[j];
      this.traces.push(Math.max(0, left));
    }
    this.traces[this.rank] = sum(residual);
  }
}

/** Row i of the upper triangle of H ← that of its Cholesky factor, taken away from the rows below. */
function eliminate(H: Float64Array, n: number, i: number): void {
  const row = i * n;
  const root = Math.sqrt(H[row + i]);
  H[row + i] = root;
  for (let j = i + 1; j < n; j++) H[row + j] /= root;
  for (let k = i + 1; k < n; k++) {
    const factor = H[row + k];
    for (let j = k; j < n; j++) H[k * n + j] -= factor * H[row + j];
  }
}

/** The first i with sums[i] > value; sums ascend and the last one is above value. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sum(x: Float64Array): number {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i];
  return total;
}
