/**
 * Signed sums of rows: products of a row-major block with a sparse ±1 matrix. A target t packs a row and a sign
 * into one integer: row t >> 1, negated when t is odd. Every entry of out takes its terms one by one, in the order
 * of the rows of A: the same bits from both kernel sets, and however the rows are cut into calls.
 */
import { engineFor } from '../wasm/engine';
import { wasmScatterDrawnRows } from '../wasm/scatter';
import { WASM_SCATTER_ADDITIONS } from './crossover';

/** Rows whose targets are drawn at a time. */
const DRAWN_ROWS = 512;
/** Entries of out that fit into the memory which the WebAssembly kernels keep, and … */
const KEPT_ENTRIES = 2 ** 21;
/** … the additions that take as long as moving an entry there and back, if they fit or if memory must be opened. */
const KEPT_COST = 2;
const OPENED_COST = 8;

/**
 * Draws the targets of rows first … first + count − 1 of the whole matrix, as many for each, the first row's at
 * place `at`: row first + i has those from perRow·(at + i) on. Calls no other kernel.
 */
export type FillTargets = (targets: Int32Array, at: number, first: number, count: number) => void;

/** `scatterRowsInto` with targets that are drawn on the way; A has the rows from `first` on, out has outRows rows. */
export function scatterDrawnRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  outRows: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  fill: FillTargets,
  first: number,
  perRow: number,
): void {
  const moved = outRows * columns * (outRows * columns > KEPT_ENTRIES ? OPENED_COST : KEPT_COST);
  const engine = engineFor(rows * perRow * columns - moved, WASM_SCATTER_ADDITIONS);
  if (
    engine !== null &&
    wasmScatterDrawnRows(
      engine,
      out,
      outOff,
      ldOut,
      outRows,
      A,
      aOff,
      lda,
      rows,
      columns,
      fill,
      first,
      perRow,
    )
  ) {
    return;
  }
  scatterChunksInto(out, outOff, ldOut, A, aOff, lda, rows, columns, fill, first, perRow);
}

function scatterChunksInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  fill: FillTargets,
  first: number,
  perRow: number,
): void {
  const targets = new Int32Array(Math.min(rows, DRAWN_ROWS) * perRow);
  for (let i = 0; i < rows; i += DRAWN_ROWS) {
    const count = Math.min(DRAWN_ROWS, rows - i);
    fill(targets, 0, first + i, count);
    scatterRowsInto(out, outOff, ldOut, A, aOff + i * lda, lda, count, columns, targets, perRow);
  }
}

/**
 * For row i of A (rows × columns) and k < perRow, with t = targets[i·perRow + k]: out row t >> 1 gains row i,
 * negated when t is odd. out must not alias A. The sums run in the order of i, then k.
 */
export function scatterRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  targets: Int32Array,
  perRow: number,
): void {
  if (perRow === 8) {
    for (let i = 0; i < rows; i++) {
      addToEightRows(out, outOff, ldOut, A, aOff + i * lda, columns, targets, 8 * i);
    }
    return;
  }
  for (let i = 0, next = 0; i < rows; i++) {
    const p = aOff + i * lda;
    for (let k = 0; k < perRow; k++, next++) {
      const t = targets[next];
      addSigned(out, outOff + (t >> 1) * ldOut, A, p, columns, 1 - 2 * (t & 1));
    }
  }
}

/**
 * For k < count, with t = samples[k]: out row k gains row t >> 1 of source, negated when t is odd. source is
 * contiguous with `columns` columns. out must not alias source.
 */
export function gatherRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  source: Float64Array,
  columns: number,
  samples: Int32Array,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    const t = samples[k];
    addSigned(out, outOff + k * ldOut, source, (t >> 1) * columns, columns, 1 - 2 * (t & 1));
  }
}

/** out[q …] += sign · A[p …], `columns` entries. */
function addSigned(
  out: Float64Array,
  q: number,
  A: Float64Array,
  p: number,
  columns: number,
  sign: number,
): void {
  const n4 = (columns - (columns & 3)) | 0;
  for (let j = 0; j < n4; j = (j + 4) | 0) {
    const j1 = (j + 1) | 0;
    const j2 = (j + 2) | 0;
    const j3 = (j + 3) | 0;
    out[(q + j) | 0] += sign * A[(p + j) | 0];
    out[(q + j1) | 0] += sign * A[(p + j1) | 0];
    out[(q + j2) | 0] += sign * A[(p + j2) | 0];
    out[(q + j3) | 0] += sign * A[(p + j3) | 0];
  }
  for (let j = n4; j < columns; j++) out[(q + j) | 0] += sign * A[(p + j) | 0];
}

/** The row of A at p, signed, onto the eight rows of out named by targets[from …]: read once, not eight times. */
function addToEightRows(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  p: number,
  columns: number,
  targets: Int32Array,
  from: number,
): void {
  const q0 = (outOff + (targets[from] >> 1) * ldOut) | 0;
  const q1 = (outOff + (targets[from + 1] >> 1) * ldOut) | 0;
  const q2 = (outOff + (targets[from + 2] >> 1) * ldOut) | 0;
  const q3 = (outOff + (targets[from + 3] >> 1) * ldOut) | 0;
  const q4 = (outOff + (targets[from + 4] >> 1) * ldOut) | 0;
  const q5 = (outOff + (targets[from + 5] >> 1) * ldOut) | 0;
  const q6 = (outOff + (targets[from + 6] >> 1) * ldOut) | 0;
  const q7 = (outOff + (targets[from + 7] >> 1) * ldOut) | 0;
  const s0 = 1 - 2 * (targets[from] & 1);
  const s1 = 1 - 2 * (targets[from + 1] & 1);
  const s2 = 1 - 2 * (targets[from + 2] & 1);
  const s3 = 1 - 2 * (targets[from + 3] & 1);
  const s4 = 1 - 2 * (targets[from + 4] & 1);
  const s5 = 1 - 2 * (targets[from + 5] & 1);
  const s6 = 1 - 2 * (targets[from + 6] & 1);
  const s7 = 1 - 2 * (targets[from + 7] & 1);
  for (let j = 0; j < columns; j = (j + 1) | 0) {
    const a = A[(p + j) | 0];
    out[(q0 + j) | 0] += s0 * a;
    out[(q1 + j) | 0] += s1 * a;
    out[(q2 + j) | 0] += s2 * a;
    out[(q3 + j) | 0] += s3 * a;
    out[(q4 + j) | 0] += s4 * a;
    out[(q5 + j) | 0] += s5 * a;
    out[(q6 + j) | 0] += s6 * a;
    out[(q7 + j) | 0] += s7 * a;
  }
}
