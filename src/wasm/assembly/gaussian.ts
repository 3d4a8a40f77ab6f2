/**
 * Tiles of the Gaussian kernel exp(min(0, ⟨a, b⟩ − h − g)) of packed points: the product of matrices, and the
 * exponential while the tile is in cache.
 */
import { exponentials } from './exponential';
import { pointProducts, pointsWorkBytes } from './points';

/**
 * C (rows × columns, rows ldc apart) ← the kernel of packed points (see pointProducts); h and g are half their squared
 * norms. 0 where j < i + below, and in what completes pairs and eights, but for one column, which may hold anything from
 * 0 to 1 if g has an entry for it. work: pointsWorkBytes() and `columns` numbers.
 */
export function gaussianTile(
  c: usize,
  ldc: i32,
  a: usize,
  h: usize,
  rows: i32,
  right: usize,
  all: i32,
  first: i32,
  g: usize,
  columns: i32,
  d: i32,
  below: i32,
  work: usize,
): void {
  pointProducts(c, ldc, a, rows, right, all, first, columns, d, 1, below, work);
  const row = bytes(ldc);
  for (let i = 0; i < rows; i++, c += row, h += 8) {
    const start = max(0, i + below) & ~1;
    if (start >= columns) return;
    const count = ((columns + 1) & ~1) - start;
    exponentials(c + bytes(start), h, g + bytes(start), count, work + pointsWorkBytes());
    // of its pair
    if (start < i + below) store<f64>(c + bytes(start), 0);
  }
}

/** Moves rows of `columns` numbers that lie ldc apart to where they follow one another. */
export function closeRows(c: usize, ldc: i32, rows: i32, columns: i32): void {
  if (ldc === columns) return;
  let to = c;
  for (let i = 0; i < rows; i++) {
    const from = c + bytes(i * ldc);
    let j: usize = 0;
    // forwards: what is written lies before what is read
    for (const end = bytes(columns & ~1); j < end; j += 16) v128.store(to + j, v128.load(from + j));
    if (columns & 1) store<f64>(to + j, load<f64>(from + j));
    to += bytes(columns);
  }
}

function bytes(doubles: i32): usize {
  return (<usize>doubles) << 3;
}
