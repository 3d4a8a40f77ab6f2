/**
 * The randomized Hadamard transform of sparse rows, block by block: entry by entry where a block has few of
 * them, else expanded into the buffer of the transform, a panel of columns at a time. Never a dense block of A.
 */
import type { CsrMatrix } from '../core/csr';
import { fwhtInPlace } from '../dense/fwht';
import { hadamardTargetsInto, panelColumns, type SampledHadamard } from '../dense/sampledHadamard';
import { gatherRowsInto } from '../dense/scatter';
import { csrScatterInto } from '../sparse/csrScatter';

/** Tables and buffer of one call. */
interface Workspace {
  readonly draw: SampledHadamard;
  readonly targets: Int32Array;
  readonly samples: Int32Array;
  readonly rowTargets: Int32Array;
  readonly buffer: Float64Array;
  /** Next entry of each row of the block. */
  readonly next: Uint32Array;
}

/** Additions that the signs of one row cost for each row of the sketch. */
const ROW_COST = 8;
/** Additions entry by entry that take as long as one of the transform. */
const TRANSFORM_SHARE = 0.25;

/** As `accumulateCsrInto` of a sketch. */
export function accumulateSrhtCsr(
  draw: SampledHadamard,
  out: Float64Array,
  ldOut: number,
  A: CsrMatrix,
  firstRow: number,
  weights: Float64Array | null,
): void {
  const { rows, columns, rowPointers } = A;
  const B = draw.blockRows;
  const work: Workspace = {
    draw,
    targets: new Int32Array(B),
    samples: new Int32Array(draw.sketchRows),
    rowTargets: new Int32Array(draw.sketchRows),
    buffer: new Float64Array(B * panelColumns(B, columns)),
    next: new Uint32Array(B),
  };
  for (let i = 0; i < rows; ) {
    const block = Math.floor((firstRow + i) / B);
    const count = Math.min(rows, (block + 1) * B - firstRow) - i;
    const entries = rowPointers[i + count] - rowPointers[i];
    const place = firstRow + i - block * B;
    if (entries > 0) {
      draw.placeRows(work.targets, block);
      draw.sampleRows(work.samples, block);
      const occupied = Math.min(count, entries);
      if ((ROW_COST * occupied + entries) * draw.sketchRows < TRANSFORM_SHARE * B * Math.log2(B) * columns) {
        addRowByRow(work, place, out, ldOut, A, i, count, weights);
      } else {
        addTransformed(work, place, out, ldOut, A, i, count, weights);
      }
    }
    i += count;
  }
}

/** Rows first … first + count of A, which have the places from `place` on in their block. */
function addRowByRow(
  { targets, samples, rowTargets }: Workspace,
  place: number,
  out: Float64Array,
  ldOut: number,
  A: CsrMatrix,
  first: number,
  count: number,
  weights: Float64Array | null,
): void {
  for (let i = first; i < first + count; i++) {
    if (A.rowPointers[i] === A.rowPointers[i + 1]) continue;
    hadamardTargetsInto(rowTargets, samples, targets[place + i - first]);
    csrScatterInto(out, ldOut, A, i, 1, rowTargets, samples.length, weights);
  }
}

function addTransformed(
  work: Workspace,
  place: number,
  out: Float64Array,
  ldOut: number,
  A: CsrMatrix,
  first: number,
  count: number,
  weights: Float64Array | null,
): void {
  const { draw, samples, buffer, next } = work;
  const most = panelColumns(draw.blockRows, A.columns);
  for (let i = 0; i < count; i++) next[i] = A.rowPointers[first + i];
  for (let j = 0; j < A.columns; j += most) {
    const width = Math.min(most, A.columns - j);
    buffer.fill(0);
    placeEntries(work, place, A, first, count, weights, j, width);
    fwhtInPlace(buffer, 0, width, draw.blockRows, width);
    gatherRowsInto(out, j, ldOut, buffer, width, samples, samples.length);
  }
}

/** The entries in columns j … j + width − 1 into the buffer, rows in their places and with their signs. */
function placeEntries(
  { targets, buffer, next }: Workspace,
  place: number,
  A: CsrMatrix,
  first: number,
  count: number,
  weights: Float64Array | null,
  j: number,
  width: number,
): void {
  const { rowPointers, columnIndices, values } = A;
  for (let i = 0; i < count; i++) {
    const end = rowPointers[first + i + 1];
    const t = targets[place + i];
    const weight = weights === null ? 1 : weights[first + i];
    const factor = (t & 1) === 0 ? weight : -weight;
    const row = (t >> 1) * width - j;
    let p = next[i];
    for (; p < end && columnIndices[p] < j + width; p++) buffer[row + columnIndices[p]] = factor * values[p];
    next[i] = p;
  }
}
