/**
 * Matrix products of operands that lie in this memory: blocks are packed into tiles (tiles.ts) and multiplied,
 * after Goto & van de Geijn, ACM TOMS 34(3), 2008. Strides are in doubles and arbitrary, so that a transposed
 * operand is the same operand with its strides exchanged.
 */
import { addTile } from './tiles';

/** Rows of a packed left block. With DEPTH: 128 KiB, which stay in second-level cache. Even. */
const ROWS = 64;
/** Inner size of a packed block: a right tile of 16 KiB stays in first-level cache. */
const DEPTH = 256;
/** Columns of a packed right block. A multiple of 8. */
const COLUMNS = 256;

const LEFT_BYTES = ROWS * DEPTH * 8;
const RIGHT_BYTES = COLUMNS * DEPTH * 8;
/** At the start of the work space: a tile for what crosses the edge of C, then alpha. */
const EDGE_BYTES = 128;
const HEAD_BYTES = 144;
/** More than any row index: every entry of C counts. */
const WHOLE = -(1 << 30);

/** Bytes of the work space of addProduct and addUpperProduct, whatever their sizes. */
export function productWorkBytes(): i32 {
  return HEAD_BYTES + LEFT_BYTES + RIGHT_BYTES;
}

/**
 * C (m × n, rows ldc doubles apart) += alpha·A·B, A m × k with entry (i, l) at a + 8·(i·ai + l·al), B k × n with
 * entry (l, j) at b + 8·(j·bj + l·bl). C must not overlap A, B or work; A and B may overlap. work: an address
 * that is a multiple of 16.
 */
export function addProduct(
  c: usize,
  ldc: i32,
  a: usize,
  ai: i32,
  al: i32,
  b: usize,
  bj: i32,
  bl: i32,
  m: i32,
  n: i32,
  k: i32,
  alpha: f64,
  work: usize,
): void {
  accumulate(c, bytes(ldc), a, bytes(ai), bytes(al), b, bytes(bj), bytes(bl), m, n, k, alpha, work, WHOLE);
}

/** The upper triangle of C (n × n) += that of alpha·A·B, A n × k and B k × n as for addProduct; A may be Bᵀ. */
export function addUpperProduct(
  c: usize,
  ldc: i32,
  a: usize,
  ai: i32,
  al: i32,
  b: usize,
  bj: i32,
  bl: i32,
  n: i32,
  k: i32,
  alpha: f64,
  work: usize,
): void {
  accumulate(c, bytes(ldc), a, bytes(ai), bytes(al), b, bytes(bj), bytes(bl), n, n, k, alpha, work, 0);
}

function bytes(doubles: i32): usize {
  return (<usize>doubles) << 3;
}

/** Size of the blocks, a multiple of `multiple` and at most `limit`, that cut `size` into equal parts. */
function blockStep(size: i32, limit: i32, multiple: i32): i32 {
  const blocks = (size + limit - 1) / limit;
  const part = (size + blocks - 1) / blocks;
  return ((part + multiple - 1) / multiple) * multiple;
}

/** Entries (i, j) of C with i + below ≤ j += alpha·A·B. Strides in bytes. */
function accumulate(
  c: usize,
  ldc: usize,
  a: usize,
  ai: usize,
  al: usize,
  b: usize,
  bj: usize,
  bl: usize,
  m: i32,
  n: i32,
  k: i32,
  alpha: f64,
  work: usize,
  below: i32,
): void {
  if (m <= 0 || n <= 0 || k <= 0) return;
  store<f64>(work + EDGE_BYTES, alpha);
  const rowStep = blockStep(m, ROWS, 2);
  const columnStep = blockStep(n, COLUMNS, 8);
  const depthStep = blockStep(k, DEPTH, 1);
  const left = work + HEAD_BYTES;
  const right = left + LEFT_BYTES;
  for (let j = 0; j < n; j += columnStep) {
    const columns = min(columnStep, n - j);
    const end = min(m, j + columns - below);
    for (let l = 0; l < k; l += depthStep) {
      const depth = min(depthStep, k - l);
      packRight(right, b + j * bj + l * bl, bj, bl, columns, depth);
      for (let i = 0; i < end; i += rowStep) {
        const rows = min(rowStep, m - i);
        packLeft(left, a + i * ai + l * al, ai, al, rows, depth);
        sweep(c + i * ldc + ((<usize>j) << 3), ldc, left, right, rows, columns, depth, below + i - j, work);
      }
    }
  }
}

/** Entries (i, j) of C with i + below ≤ j += alpha · packed left block · packed right block. */
function sweep(
  c: usize,
  ldc: usize,
  left: usize,
  right: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  below: i32,
  work: usize,
): void {
  const leftTile = (<usize>depth) << 4;
  const rightTile = (<usize>depth) << 6;
  for (let j = 0; j < columns; j += 8, right += rightTile) {
    const width = min(8, columns - j);
    const end = min(rows, j + width - below);
    let p = left;
    for (let i = 0; i < end; i += 2, p += leftTile) {
      const at = c + i * ldc + ((<usize>j) << 3);
      const whole = width === 8 && i + 2 <= rows && i + 1 + below <= j;
      if (whole) addTile(at, ldc, p, right, depth, work + EDGE_BYTES);
      else addEdge(at, ldc, p, right, depth, min(2, rows - i), width, i + below - j, work);
    }
  }
}

/** The part of a tile that lies in C, by way of `edge`: entries (r, s) with r < rows, s < width, r + below ≤ s. */
function addEdge(
  c: usize,
  ldc: usize,
  left: usize,
  right: usize,
  depth: i32,
  rows: i32,
  width: i32,
  below: i32,
  edge: usize,
): void {
  memory.fill(edge, 0, EDGE_BYTES);
  addTile(edge, 64, left, right, depth, edge + EDGE_BYTES);
  for (let r = 0; r < rows; r++, c += ldc, edge += 64) {
    for (let s = max(0, r + below); s < width; s++) {
      const at = (<usize>s) << 3;
      store<f64>(c + at, load<f64>(c + at) + load<f64>(edge + at));
    }
  }
}

/** The rows × depth block at a in tiles of two rows, a missing last row being zeros. */
function packLeft(to: usize, a: usize, ai: usize, al: usize, rows: i32, depth: i32): void {
  for (; rows >= 2; rows -= 2, a += ai << 1) {
    if (ai === 8) to = packColumns(to, a, al, 2, 2, depth);
    else to = packRows(to, a, ai, al, 2, 2, depth);
  }
  if (rows > 0) packRows(to, a, ai, al, 1, 2, depth);
}

/** The depth × columns block at b in tiles of eight columns, missing last columns being zeros. */
function packRight(to: usize, b: usize, bj: usize, bl: usize, columns: i32, depth: i32): void {
  for (; columns > 0; columns -= 8, b += bj << 3) {
    const width = min(8, columns);
    if (bj === 8) to = packColumns(to, b, bl, width, 8, depth);
    else to = packRows(to, b, bj, bl, width, 8, depth);
  }
}

/** A tile whose entries lie next to each other across it. Returns the address behind the tile. */
function packColumns(to: usize, a: usize, depthStride: usize, width: i32, tile: i32, depth: i32): usize {
  for (let l = 0; l < depth; l++, a += depthStride, to += (<usize>tile) << 3) {
    let s = 0;
    for (; s + 2 <= width; s += 2) v128.store(to + ((<usize>s) << 3), v128.load(a + ((<usize>s) << 3)));
    for (; s < tile; s++) {
      const at = (<usize>s) << 3;
      store<f64>(to + at, s < width ? load<f64>(a + at) : 0);
    }
  }
  return to;
}

/** A tile from `width` rows with any strides. Returns the address behind the tile. */
function packRows(
  to: usize,
  a: usize,
  stride: usize,
  depthStride: usize,
  width: i32,
  tile: i32,
  depth: i32,
): usize {
  const step = (<usize>tile) << 3;
  for (let s = 0; s < tile; s++, a += stride) {
    let at = to + ((<usize>s) << 3);
    let from = a;
    for (let l = 0; l < depth; l++, at += step, from += depthStride) {
      store<f64>(at, s < width ? load<f64>(from) : 0);
    }
  }
  return to + depth * step;
}
