/** Between rows of a matrix and slabs (householderTiles.ts). */
import { normaliseColumn, outOfRange, scaleColumn } from './householderSlab';

/**
 * Rows i … i + count of the slabs at a ← count rows of `columns` columns from src on, zeros in the rest of the last
 * slab. squares[j] += the squares of column j.
 */
export function fillSlabs(
  a: usize,
  rows: i32,
  i: i32,
  count: i32,
  columns: i32,
  src: usize,
  squares: usize,
): void {
  const row = (<usize>columns) << 3;
  let to = a + ((<usize>i) << 6);
  for (let j = 0; j < columns; j += 8, to += (<usize>rows) << 6, src += 64, squares += 64) {
    if (j + 8 <= columns) fillEight(to, src, row, count, squares);
    else fillFew(to, src, row, count, columns - j, squares);
  }
}

function fillEight(to: usize, from: usize, row: usize, count: i32, squares: usize): void {
  let s0 = v128.load(squares);
  let s1 = v128.load(squares, 16);
  let s2 = v128.load(squares, 32);
  let s3 = v128.load(squares, 48);
  for (; count > 0; count--, to += 64, from += row) {
    const a0 = v128.load(from);
    const a1 = v128.load(from, 16);
    const a2 = v128.load(from, 32);
    const a3 = v128.load(from, 48);
    v128.store(to, a0);
    v128.store(to, a1, 16);
    v128.store(to, a2, 32);
    v128.store(to, a3, 48);
    s0 = f64x2.add(s0, f64x2.mul(a0, a0));
    s1 = f64x2.add(s1, f64x2.mul(a1, a1));
    s2 = f64x2.add(s2, f64x2.mul(a2, a2));
    s3 = f64x2.add(s3, f64x2.mul(a3, a3));
  }
  v128.store(squares, s0);
  v128.store(squares, s1, 16);
  v128.store(squares, s2, 32);
  v128.store(squares, s3, 48);
}

function fillFew(to: usize, from: usize, row: usize, count: i32, columns: i32, squares: usize): void {
  for (; count > 0; count--, to += 64, from += row) {
    for (let j: usize = 0; j < 64; j += 8) {
      const x: f64 = j < (<usize>columns) << 3 ? load<f64>(from + j) : 0;
      store<f64>(to + j, x);
      store<f64>(squares + j, load<f64>(squares + j) + x * x);
    }
  }
}

/** Rows i … of all slabs ← 0. */
export function clearRows(a: usize, rows: i32, i: i32, slabs: i32): void {
  for (let s = 0; s < slabs; s++, a += (<usize>rows) << 6) {
    memory.fill(a + ((<usize>i) << 6), 0, (<usize>(rows - i)) << 6);
  }
}

/** Scales the columns whose squares are out of range by 2^−e, the largest entry to [1, 2); exponents[j] ← e. */
export function scaleColumns(a: usize, rows: i32, columns: i32, squares: usize, exponents: usize): void {
  for (let j = 0; j < columns; j++) {
    const at = a + <usize>(j >> 3) * ((<usize>rows) << 6) + ((<usize>(j & 7)) << 3);
    const bad = outOfRange(load<f64>(squares + ((<usize>j) << 3)));
    store<i32>(exponents + ((<usize>j) << 2), bad ? normaliseColumn(at, rows) : 0);
  }
}

/** Puts R back above the diagonal of factored slabs, and undoes scaleColumns there. */
export function restoreUpper(
  a: usize,
  rows: i32,
  columns: i32,
  reflectors: i32,
  blocks: usize,
  exponents: usize,
): void {
  const stride = (<usize>rows) << 6;
  for (let s = 0; s << 3 < reflectors; s++) {
    const p = a + <usize>s * stride + ((<usize>s) << 9);
    const block = blocks + ((<usize>s) << 10);
    for (let i = 0; i < 8; i++) {
      const at = (<usize>i) << 6;
      for (let j = i; j < 8; j++) {
        const k = at + ((<usize>j) << 3);
        store<f64>(p + k, load<f64>(block + k));
      }
    }
  }
  for (let j = 0; j < columns; j++) {
    const e = load<i32>(exponents + ((<usize>j) << 2));
    if (e !== 0) scaleColumn(a + <usize>(j >> 3) * stride + ((<usize>(j & 7)) << 3), min(j + 1, rows), e);
  }
}

/** count rows of `columns` columns at `to` ← rows i … i + count of the slabs at a. */
export function emptySlabs(to: usize, a: usize, rows: i32, i: i32, count: i32, columns: i32): void {
  const row = (<usize>columns) << 3;
  let from = a + ((<usize>i) << 6);
  for (let j = 0; j < columns; j += 8, from += (<usize>rows) << 6, to += 64) {
    if (j + 8 <= columns) emptyEight(to, from, row, count);
    else emptyFew(to, from, row, count, columns - j);
  }
}

function emptyEight(to: usize, from: usize, row: usize, count: i32): void {
  for (; count > 0; count--, to += row, from += 64) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
  }
}

function emptyFew(to: usize, from: usize, row: usize, count: i32, columns: i32): void {
  for (; count > 0; count--, to += row, from += 64) {
    for (let j: usize = 0; j < (<usize>columns) << 3; j += 8) store<f64>(to + j, load<f64>(from + j));
  }
}
