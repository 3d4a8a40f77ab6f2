/**
 * The Walsh–Hadamard transform of a contiguous matrix by the WebAssembly kernel, in place: first blocks of
 * consecutive rows, then groups of rows that lie far apart, a stretch of columns at a time. Memory is passed over
 * once for the blocks and once for up to nine levels of groups. Both are bound by memory and by additions alike:
 * 2¹⁷ × 100 takes 3.6 times as long as a copy of the data, 2.1 for the copies and 1.5 for the passes.
 */
import { copyIn, copyOut, farAddress, PAGE_BYTES } from './copy';
import type { Engine } from './engine';

/** Entries transformed at a time: they stay in third-level cache, from which a pass takes no longer. */
const BLOCK_ENTRIES = 2 ** 18;
/** Shares of a block that a row has in a group at least: shorter stretches are not worth a copy each. */
const LEAST_SHARE = 2 ** 9;
/** Entries that a stretch misses its share by: rows a multiple of 4 KiB apart would crowd a few cache sets. */
const OFF_PAGE = 8;

/** Columns of A ← H · column, A rows × columns from aOff on; rows is a power of two, as is blockEntries ≥ 2¹⁰. False if no memory. */
export function wasmHadamard(
  engine: Engine,
  A: Float64Array,
  aOff: number,
  rows: number,
  columns: number,
  blockEntries = BLOCK_ENTRIES,
): boolean {
  const free = engine.reserve(8 * blockEntries + PAGE_BYTES);
  if (free === 0) return false;
  const block = farAddress(free, A, aOff);
  let stride = 1;
  while (stride < rows && 2 * stride * columns <= blockEntries) stride *= 2;
  if (stride > 1) transformBlocks(engine, block, A, aOff, rows, stride, columns);
  const levels = Math.log2(rows / stride);
  const passes = Math.ceil(levels / Math.log2(blockEntries / LEAST_SHARE));
  const most = 2 ** Math.ceil(levels / passes);
  while (stride < rows) {
    const count = Math.min(most, rows / stride);
    // the rows between two strides are simply more columns
    const width = stride * columns;
    for (let high = 0; high < rows; high += count * stride) {
      transformGroup(engine, block, A, aOff + high * columns, count, width, blockEntries / count - OFF_PAGE);
    }
    stride *= count;
  }
  return true;
}

/** Transforms each block of `stride` consecutive rows. */
function transformBlocks(
  engine: Engine,
  block: number,
  A: Float64Array,
  aOff: number,
  rows: number,
  stride: number,
  columns: number,
): void {
  const length = stride * columns;
  for (let at = aOff, end = aOff + rows * columns; at < end; at += length) {
    copyIn(engine, block, A, at, at + length);
    engine.kernels.hadamard(block, stride, columns);
    copyOut(A, at, engine, block, length);
  }
}

/** Transforms `count` contiguous rows of `width` entries, `most` columns at a time. */
function transformGroup(
  engine: Engine,
  block: number,
  A: Float64Array,
  aOff: number,
  count: number,
  width: number,
  most: number,
): void {
  for (let j = 0; j < width; j += most) {
    const columns = Math.min(most, width - j);
    for (let k = 0; k < count; k++) {
      const at = aOff + k * width + j;
      copyIn(engine, block + 8 * k * columns, A, at, at + columns);
    }
    engine.kernels.hadamard(block, count, columns);
    for (let k = 0; k < count; k++) {
      copyOut(A, aOff + k * width + j, engine, block + 8 * k * columns, columns);
    }
  }
}
