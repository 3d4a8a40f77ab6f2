/**
 * Matrix products of operands that lie in this memory: blocks are packed into tiles (tiles.ts) and multiplied,
 * after Goto & van de Geijn, ACM TOMS 34(3), 2008. Strides are in doubles and arbitrary, so that a transposed
 * operand is the same operand with its strides exchanged.
 */
import { packLeft, packRight } from './packing';
import { addSquareTile, addTile } from './tiles';

/** Rows of a left block. With DEPTH: 128 KiB, which stay in second-level cache. A multiple of 4. */
const ROWS = 64;
/** Inner size of a packed block: a right tile of 16 KiB stays in first-level cache. */
const DEPTH = 256;
/** Columns of a packed right block. A multiple of 8. */
const COLUMNS = 256;

const LEFT_BYTES = ROWS * DEPTH * 8;
const RIGHT_BYTES = COLUMNS * DEPTH * 8;
/** At the start of the work space: four rows of eight for tiles that cross the edge of C, then alpha. */
const EDGE_BYTES: usize = 256;
export const HEAD_BYTES = 320;
/** Up to this many columns a left block is used where it lies: packing it would cost more than it saves. */
const DIRECT_COLUMNS = 160;
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

/** Entries (i, j) of C (m × n) with i ≤ j += those of alpha·A·B, as for addProduct. */
export function addTrapezoidProduct(
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
  accumulate(c, bytes(ldc), a, bytes(ai), bytes(al), b, bytes(bj), bytes(bl), m, n, k, alpha, work, 0);
}

/** Inner size of the blocks of an operand of inner size k that is packed whole; the last block may have less. */
export function depthStep(k: i32): i32 {
  return blockStep(k, DEPTH, 1);
}

/**
 * Entries (i, j) of C with i + below ≤ j += alpha·A·B for contiguous rows of A where they lie, `row` bytes apart, and
 * packed B. Rows of C are ldc bytes apart. work: HEAD_BYTES.
 */
export function addPackedProduct(
  c: usize,
  ldc: usize,
  a: usize,
  row: usize,
  right: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  alpha: f64,
  below: i32,
  work: usize,
): void {
  store<f64>(work + EDGE_BYTES, alpha);
  sweep(c, ldc, a, row, 8, row << 2, right, rows, columns, depth, below, work);
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
  const rowStep = blockStep(m, ROWS, 4);
  const columnStep = blockStep(n, COLUMNS, 8);
  const step = depthStep(k);
  const direct = n <= DIRECT_COLUMNS && (ai === 8 || al === 8);
  const left = work + HEAD_BYTES;
  const right = left + LEFT_BYTES;
  for (let j = 0; j < n; j += columnStep) {
    const columns = min(columnStep, n - j);
    const end = min(m, j + columns - below);
    for (let l = 0; l < k; l += step) {
      const depth = min(step, k - l);
      packRight(right, b + j * bj + l * bl, bj, bl, columns, depth);
      for (let i = 0; i < end; i += rowStep) {
        const rows = min(rowStep, m - i);
        const at = c + i * ldc + ((<usize>j) << 3);
        const from = a + i * ai + l * al;
        if (direct) {
          sweep(at, ldc, from, ai, al, ai << 2, right, rows, columns, depth, below + i - j, work);
        } else {
          packLeft(left, from, ai, al, rows, depth);
          sweep(at, ldc, left, 8, 32, (<usize>depth) << 5, right, rows, columns, depth, below + i - j, work);
        }
      }
    }
  }
}

/**
 * Entries (i, j) of C with i + below ≤ j += alpha · left block · packed right block. Every four rows of the left
 * block start `four` bytes after the last, rows of them are `gap` and steps in depth `step` bytes apart.
 */
function sweep(
  c: usize,
  ldc: usize,
  left: usize,
  gap: usize,
  step: usize,
  four: usize,
  right: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  below: i32,
  work: usize,
): void {
  const alpha = work + EDGE_BYTES;
  const rightTile = (<usize>depth) << 6;
  for (let j = 0; j < columns; j += 8, right += rightTile, c += 64) {
    const width = min(8, columns - j);
    const end = min(rows, j + width - below);
    let p = left;
    let at = c;
    for (let i = 0; i < end; i += 4, p += four, at += ldc << 2) {
      const whole = i + 4 <= rows && i + 3 + below <= j;
      if (whole && width === 8) {
        addTile(at, ldc, p, gap, step, right, depth, alpha);
        addTile(at + (ldc << 1), ldc, p + (gap << 1), gap, step, right, depth, alpha);
      } else if (whole && width === 4) {
        addSquareTile(at, ldc, p, gap, step, right, depth, alpha);
      } else {
        addEdge(at, ldc, p, gap, step, right, depth, min(4, rows - i), width, i + below - j, work);
      }
    }
  }
}

/** What lies in C of four rows of a tile, by way of `edge`: entries (r, s), r < rows, s < width, r + below ≤ s. */
function addEdge(
  c: usize,
  ldc: usize,
  left: usize,
  gap: usize,
  step: usize,
  right: usize,
  depth: i32,
  rows: i32,
  width: i32,
  below: i32,
  edge: usize,
): void {
  for (let at: usize = 0; at < EDGE_BYTES; at += 16) v128.store(edge + at, f64x2.splat(0));
  const alpha = edge + EDGE_BYTES;
  for (let r = 0; r < rows; r += 2, left += gap << 1) {
    // a row that A has not is replaced by the one before it, whose address is valid
    const next = r + 1 < rows ? gap : 0;
    addTile(edge + ((<usize>r) << 6), 64, left, next, step, right, depth, alpha);
  }
  for (let r = 0; r < rows; r++, c += ldc, edge += 64) {
    for (let s = max(0, r + below); s < width; s++) {
      const at = (<usize>s) << 3;
      store<f64>(c + at, load<f64>(c + at) + load<f64>(edge + at));
    }
  }
}
