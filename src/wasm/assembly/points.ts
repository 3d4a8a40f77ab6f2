/**
 * Inner products of two sets of points: of one the points are used where they lie, contiguous rows of d coordinates;
 * the other is packed whole, once, where product.ts packs block after block.
 */
import { packRight } from './packing';
import { addPackedProduct, depthStep, HEAD_BYTES } from './product';

/** Bytes of the work space of pointProducts. */
export function pointsWorkBytes(): i32 {
  return HEAD_BYTES;
}

/**
 * The points at a become columns first … first + count − 1 of `all` packed ones, each block of coordinates behind the
 * one before. first and all are multiples of 8.
 */
export function packPoints(to: usize, all: i32, first: i32, a: usize, count: i32, d: i32): void {
  const step = depthStep(d);
  for (let l = 0; l < d; l += step) {
    const depth = min(step, d - l);
    packRight(to + bytes(first * depth), a + bytes(l), bytes(d), 8, count, depth);
    to += bytes(all * depth);
  }
}

/**
 * C (rows × columns, rows ldc apart) ← alpha·⟨a, b⟩ for `rows` points at a and packed points b from `first` on, a
 * multiple of 8 and at most all − columns; 0 where j < i + below. Zeros complete a pair of rows and columns in eights.
 */
export function pointProducts(
  c: usize,
  ldc: i32,
  a: usize,
  rows: i32,
  right: usize,
  all: i32,
  first: i32,
  columns: i32,
  d: i32,
  alpha: f64,
  below: i32,
  work: usize,
): void {
  const step = depthStep(d);
  const eights = (columns + 7) & ~7;
  const row = bytes(ldc);
  for (let i = 0; i < ((rows + 1) & ~1); i++) clear(c + i * row, eights);
  for (let l = 0; l < d; l += step) {
    const depth = min(step, d - l);
    const from = right + bytes(first * depth);
    addPackedProduct(c, row, a + bytes(l), bytes(d), from, rows, eights, depth, alpha, below, work);
    right += bytes(all * depth);
  }
}

/** Not memory.fill, whose call takes longer than a short row. */
function clear(c: usize, count: i32): void {
  for (const end = c + bytes(count); c < end; c += 16) v128.store(c, f64x2.splat(0));
}

function bytes(doubles: i32): usize {
  return (<usize>doubles) << 3;
}
