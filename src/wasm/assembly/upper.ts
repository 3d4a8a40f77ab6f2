/**
 * Products with upper triangular matrices. The right factor is packed in tiles of eight columns that end with the
 * diagonal; what lies below the diagonal is in none of the sums.
 */
import { packRight } from './packing';
import { addSquareTile, addTile } from './tiles';
import { storeCorner } from './triangleTile';

/** Doubles of an upper triangular n × n matrix in tiles. */
export function packedUpperDoubles(n: i32): i32 {
  const tiles = (n + 7) >> 3;
  return 32 * tiles * (tiles + 1);
}

/** X, n × n and upper triangular, in tiles: the one of columns j … j+7 has j + 8 rows. */
export function packUpper(to: usize, x: usize, ldx: i32, n: i32): void {
  for (let j = 0; j < n; j += 8, x += 64) {
    packRight(to, x, 8, (<usize>ldx) << 3, min(8, n - j), min(j + 8, n));
    to += (<usize>(j + 8)) << 6;
  }
}

/**
 * W (rows + 1 rows, ldw a multiple of 8) ← A·X, A rows × n with 64 bytes behind it that may be read, X packed. What
 * is right of column n and below the rows is scratch.
 */
export function multiplyUpperPanel(
  w: usize,
  ldw: i32,
  a: usize,
  rows: i32,
  n: i32,
  x: usize,
  one: usize,
): void {
  for (let j = 0; j < n; j += 8, w += 64) {
    multiplyColumns(w, (<usize>ldw) << 3, a, (<usize>n) << 3, rows, x, j, n - j, one);
    x += (<usize>(j + 8)) << 6;
  }
}

/** Columns j … j+7 of A·X, of which there are `width`, to w; x is their tile. An odd last row spoils the next one of W. */
export function multiplyColumns(
  w: usize,
  ldw: usize,
  a: usize,
  lda: usize,
  rows: i32,
  x: usize,
  j: i32,
  width: i32,
  one: usize,
): void {
  const diagonal: usize = (<usize>j) << 3;
  const corner = x + (diagonal << 3);
  let i = 0;
  if (width <= 4 && j > 0) {
    for (; i + 4 <= rows; i += 4, w += ldw << 2, a += lda << 2) {
      storeCorner(w, ldw, a + diagonal, lda, corner);
      storeCorner(w + (ldw << 1), ldw, a + (lda << 1) + diagonal, lda, corner);
      addSquareTile(w, ldw, a, lda, 8, x, j, one);
    }
  }
  for (; i < rows; i += 2, w += ldw << 1, a += lda << 1) {
    // a last row without a partner goes with itself
    const gap = i + 1 < rows ? lda : 0;
    storeCorner(w, ldw, a + diagonal, gap, corner);
    if (j > 0) addTile(w, ldw, a, gap, 8, x, j, one);
  }
}

/**
 * Upper triangle of T ← L·R, both n × n and upper triangular, R packed; ldt a multiple of 8. What is right of column n
 * and the squares of eight on the diagonal, below it, are scratch.
 */
export function multiplyUpperUpper(
  t: usize,
  ldt: i32,
  l: usize,
  ldl: i32,
  x: usize,
  n: i32,
  one: usize,
): void {
  const rowT: usize = (<usize>ldt) << 3;
  const rowL: usize = (<usize>ldl) << 3;
  for (let j = 0; j < n; j += 8, t += 64) {
    const corner = x + ((<usize>j) << 6);
    let to = t;
    let row = l;
    for (let i = 0; i < j; i += 2, to += rowT << 1, row += (rowL << 1) + 16) {
      // row is at L(i, i): from column i + 1 on both rows have entries
      storeCorner(to, rowT, row + ((<usize>(j - i)) << 3), rowL, corner);
      addTile(to, rowT, row + 8, rowL, 8, x + ((<usize>(i + 1)) << 6), j - i - 1, one);
      addEight(to, row, x + ((<usize>i) << 6));
    }
    multiplyDiagonal(to, rowT, row, rowL, corner, min(8, n - j));
    x = corner + 512;
  }
}

/** Eight entries += a · x. */
function addEight(to: usize, a: usize, x: usize): void {
  const factor = v128.load64_splat(a);
  for (let s: usize = 0; s < 64; s += 16) {
    v128.store(to + s, f64x2.add(v128.load(to + s), f64x2.mul(factor, v128.load(x + s))));
  }
}

/** Upper triangle of T (n × n, n ≤ 8) ← L·R, R in rows of eight. */
function multiplyDiagonal(t: usize, rowT: usize, l: usize, rowL: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i++, t += rowT, l += rowL) {
    for (let j = i; j < n; j++) {
      let sum: f64 = 0;
      for (let k = i; k <= j; k++) {
        sum += load<f64>(l + ((<usize>k) << 3)) * load<f64>(x + ((<usize>((k << 3) + j)) << 3));
      }
      store<f64>(t + ((<usize>j) << 3), sum);
    }
  }
}
