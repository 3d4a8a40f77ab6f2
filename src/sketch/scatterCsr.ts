/**
 * A sketch with a few ±1 in every column, applied to sparse rows: O(entries of A · entries of a column), and
 * stretches of rows without entries cost nothing.
 */
import type { CsrMatrix } from '../core/csr';
import type { FillTargets } from '../dense/scatter';
import { csrScatterInto } from '../sparse/csrScatter';

const CHUNK_ROWS = 512;

/** As `accumulateCsrInto` of a sketch. */
export function scatterCsrChunks(
  out: Float64Array,
  ldOut: number,
  A: CsrMatrix,
  firstRow: number,
  rowWeights: Float64Array | null,
  fillTargets: FillTargets,
  perColumn: number,
): void {
  const targets = new Int32Array(Math.min(A.rows, CHUNK_ROWS) * perColumn);
  for (let i = 0; i < A.rows; i += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, A.rows - i);
    if (A.rowPointers[i] === A.rowPointers[i + count]) continue;
    fillOccupied(targets, A, i, count, firstRow, fillTargets);
    csrScatterInto(out, ldOut, A, i, count, targets, perColumn, rowWeights);
  }
}

/** Draws for the rows that have entries only: the draws would cost more than the sums. */
function fillOccupied(
  targets: Int32Array,
  { rowPointers }: CsrMatrix,
  first: number,
  count: number,
  firstRow: number,
  fillTargets: FillTargets,
): void {
  const end = first + count;
  for (let i = first; i < end; i++) {
    const start = i;
    while (i < end && rowPointers[i] !== rowPointers[i + 1]) i++;
    if (i > start) fillTargets(targets, start - first, firstRow + start, i - start);
  }
}
