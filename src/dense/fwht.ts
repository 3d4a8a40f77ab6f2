/**
 * Fast Walsh–Hadamard transform along the row index, unnormalised: H₁ = 1, H_{2n} = [H_n H_n; H_n −H_n], so that
 * HᵀH = n·I. Exact on integers of moderate size; otherwise each entry has relative error at most log₂(n)·u
 * against Σ|aᵢ|.
 *
 * Two levels: neighbouring rows are transformed in cache with radix-8 passes; then rows that lie far apart are
 * gathered, transformed in cache and put back. Memory is passed over once for up to ten levels, not once a level.
 * Levels run from neighbouring rows outwards and each adds and subtracts pairs: both kernel sets give the same bits.
 */
import { engineFor } from '../wasm/engine';
import { wasmHadamard } from '../wasm/fwht';
import { WASM_FWHT_ENTRIES } from './crossover';

const MAX_LEVELS_PER_PASS = 10;
/** Entries that stay in second-level cache: 512 KiB. */
const CACHED_ENTRIES = 2 ** 16;

/**
 * Columns of A ← H · column. A is rows × columns at aOff with leading dimension lda; rows is a power of two, columns ≥ 1.
 * Entries between columns and lda are left alone.
 */
export function fwhtInPlace(A: Float64Array, aOff: number, lda: number, rows: number, columns: number): void {
  const contiguous = lda === columns;
  const engine = contiguous && rows > 1 ? engineFor(rows * columns, WASM_FWHT_ENTRIES) : null;
  if (engine !== null && wasmHadamard(engine, A, aOff, rows, columns)) return;
  let stride = 1;
  if (contiguous) {
    while (stride < rows && 2 * stride * columns <= CACHED_ENTRIES) stride *= 2;
    for (let row = 0; row < rows; row += stride) {
      transformContiguous(A, aOff + row * lda, stride * columns, columns);
    }
    if (stride === rows) return;
  }
  const levels = Math.round(Math.log2(rows / stride));
  const size = 2 ** Math.ceil(levels / Math.ceil(levels / MAX_LEVELS_PER_PASS));
  const work = new Float64Array(CACHED_ENTRIES);
  while (stride < rows) {
    const count = Math.min(size, rows / stride);
    // without gaps between them, the rows between two strides are simply more columns
    const width = contiguous ? stride * columns : columns;
    const lows = contiguous ? 1 : stride;
    for (let high = 0; high < rows; high += count * stride) {
      for (let low = 0; low < lows; low++) {
        transformStrided(A, aOff + (high + low) * lda, stride * lda, count, width, work);
      }
    }
    stride *= count;
  }
}

/** Transforms `rows` rows that lie `step` apart and are `width` wide, through `work`. */
function transformStrided(
  A: Float64Array,
  aOff: number,
  step: number,
  rows: number,
  width: number,
  work: Float64Array,
): void {
  const mostColumns = CACHED_ENTRIES / rows;
  for (let j = 0; j < width; j += mostColumns) {
    const columns = Math.min(mostColumns, width - j);
    copyRowsInto(work, 0, columns, A, aOff + j, step, rows, columns);
    transformContiguous(work, 0, rows * columns, columns);
    copyRowsInto(A, aOff + j, step, work, 0, columns, rows, columns);
  }
}

function copyRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++) {
    const p = aOff + i * lda;
    const q = outOff + i * ldOut;
    for (let j = 0; j < columns; j++) out[q + j] = A[p + j];
  }
}

/** Transforms contiguous rows of `columns` entries, `length` entries in all. */
function transformContiguous(A: Float64Array, aOff: number, length: number, columns: number): void {
  let span = columns;
  for (; span * 8 <= length && span * 16 !== length; span *= 8) passRadix8(A, aOff, length, span);
  for (; span * 4 <= length; span *= 4) passRadix4(A, aOff, length, span);
  if (span < length) passRadix2(A, aOff, length, span);
}

/** Three levels: butterflies between entries that lie `span` apart. */
function passRadix8(A: Float64Array, aOff: number, length: number, span: number): void {
  for (let start = 0; start < length; start += 8 * span) {
    const p0 = (aOff + start) | 0;
    const p1 = (p0 + span) | 0;
    const p2 = (p1 + span) | 0;
    const p3 = (p2 + span) | 0;
    const p4 = (p3 + span) | 0;
    const p5 = (p4 + span) | 0;
    const p6 = (p5 + span) | 0;
    const p7 = (p6 + span) | 0;
    for (let j = 0; j < span; j = (j + 1) | 0) {
      const a0 = A[(p0 + j) | 0];
      const a1 = A[(p1 + j) | 0];
      const a2 = A[(p2 + j) | 0];
      const a3 = A[(p3 + j) | 0];
      const a4 = A[(p4 + j) | 0];
      const a5 = A[(p5 + j) | 0];
      const a6 = A[(p6 + j) | 0];
      const a7 = A[(p7 + j) | 0];
      const b0 = a0 + a1;
      const b1 = a0 - a1;
      const b2 = a2 + a3;
      const b3 = a2 - a3;
      const b4 = a4 + a5;
      const b5 = a4 - a5;
      const b6 = a6 + a7;
      const b7 = a6 - a7;
      const c0 = b0 + b2;
      const c1 = b1 + b3;
      const c2 = b0 - b2;
      const c3 = b1 - b3;
      const c4 = b4 + b6;
      const c5 = b5 + b7;
      const c6 = b4 - b6;
      const c7 = b5 - b7;
      A[(p0 + j) | 0] = c0 + c4;
      A[(p1 + j) | 0] = c1 + c5;
      A[(p2 + j) | 0] = c2 + c6;
      A[(p3 + j) | 0] = c3 + c7;
      A[(p4 + j) | 0] = c0 - c4;
      A[(p5 + j) | 0] = c1 - c5;
      A[(p6 + j) | 0] = c2 - c6;
      A[(p7 + j) | 0] = c3 - c7;
    }
  }
}

/** Two levels. */
function passRadix4(A: Float64Array, aOff: number, length: number, span: number): void {
  for (let start = 0; start < length; start += 4 * span) {
    const p0 = (aOff + start) | 0;
    const p1 = (p0 + span) | 0;
    const p2 = (p1 + span) | 0;
    const p3 = (p2 + span) | 0;
    for (let j = 0; j < span; j = (j + 1) | 0) {
      const a0 = A[(p0 + j) | 0];
      const a1 = A[(p1 + j) | 0];
      const a2 = A[(p2 + j) | 0];
      const a3 = A[(p3 + j) | 0];
      const b0 = a0 + a1;
      const b1 = a0 - a1;
      const b2 = a2 + a3;
      const b3 = a2 - a3;
      A[(p0 + j) | 0] = b0 + b2;
      A[(p1 + j) | 0] = b1 + b3;
      A[(p2 + j) | 0] = b0 - b2;
      A[(p3 + j) | 0] = b1 - b3;
    }
  }
}

/** One level. */
function passRadix2(A: Float64Array, aOff: number, length: number, span: number): void {
  for (let start = 0; start < length; start += 2 * span) {
    const p0 = (aOff + start) | 0;
    const p1 = (p0 + span) | 0;
    for (let j = 0; j < span; j = (j + 1) | 0) {
      const a0 = A[(p0 + j) | 0];
      const a1 = A[(p1 + j) | 0];
      A[(p0 + j) | 0] = a0 + a1;
      A[(p1 + j) | 0] = a0 - a1;
    }
  }
}
