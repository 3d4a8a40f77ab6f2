/**
 * Copies blocks of matrices into tiles: left tiles of four rows, right tiles of eight columns, both with what is
 * needed together next to each other. Strides are in bytes. What a last tile lacks is filled with zeros.
 */

/** The rows × depth block at a in tiles of four rows; entry (i, l) at a + i·ai + l·al. */
export function packLeft(to: usize, a: usize, ai: usize, al: usize, rows: i32, depth: i32): void {
  for (; rows > 0; rows -= 4, a += ai << 2) to = packTile(to, 32, a, ai, al, min(4, rows), depth);
}

/** The depth × columns block at b in tiles of eight columns; entry (l, j) at b + j·bj + l·bl. */
export function packRight(to: usize, b: usize, bj: usize, bl: usize, columns: i32, depth: i32): void {
  for (; columns > 0; columns -= 8, b += bj << 3) to = packTile(to, 64, b, bj, bl, min(8, columns), depth);
}

/** One tile of `width` vectors, padded to `row` bytes a step. Returns the address behind it. */
function packTile(
  to: usize,
  row: usize,
  a: usize,
  stride: usize,
  depthStride: usize,
  width: i32,
  depth: i32,
): usize {
  const full: usize = (<usize>width) << 3;
  if (stride === 8 && full === row) {
    if (row === 64) return copyEights(to, a, depthStride, depth);
    return copyFours(to, a, depthStride, depth);
  }
  let s: usize = 0;
  if (depthStride === 8) {
    for (; s + 16 <= full; s += 16, a += stride << 1) interleave(to + s, row, a, a + stride, depth);
  }
  for (; s < full; s += 8, a += stride) spread(to + s, row, a, depthStride, depth);
  for (; s < row; s += 8) clear(to + s, row, depth);
  return to + row * <usize>depth;
}

function copyEights(to: usize, a: usize, depthStride: usize, depth: i32): usize {
  for (; depth > 0; depth--, a += depthStride, to += 64) {
    v128.store(to, v128.load(a));
    v128.store(to, v128.load(a, 16), 16);
    v128.store(to, v128.load(a, 32), 32);
    v128.store(to, v128.load(a, 48), 48);
  }
  return to;
}

function copyFours(to: usize, a: usize, depthStride: usize, depth: i32): usize {
  for (; depth > 0; depth--, a += depthStride, to += 32) {
    v128.store(to, v128.load(a));
    v128.store(to, v128.load(a, 16), 16);
  }
  return to;
}

/** Two contiguous vectors as two neighbouring columns of a tile. */
function interleave(to: usize, row: usize, a: usize, b: usize, depth: i32): void {
  for (; depth >= 2; depth -= 2, a += 16, b += 16) {
    const x = v128.load(a);
    const y = v128.load(b);
    v128.store(to, v128.shuffle<f64>(x, y, 0, 2));
    v128.store(to + row, v128.shuffle<f64>(x, y, 1, 3));
    to += row << 1;
  }
  if (depth > 0) {
    store<f64>(to, load<f64>(a));
    store<f64>(to, load<f64>(b), 8);
  }
}

function spread(to: usize, row: usize, a: usize, depthStride: usize, depth: i32): void {
  for (; depth > 0; depth--, to += row, a += depthStride) store<f64>(to, load<f64>(a));
}

function clear(to: usize, row: usize, depth: i32): void {
  for (; depth > 0; depth--, to += row) store<f64>(to, 0);
}
