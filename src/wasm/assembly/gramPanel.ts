/**
 * Gram matrices of tall matrices, panel by panel: G += AᵀA, and G += (A·X)ᵀ(A·X) for upper triangular X. G stays
 * here for the whole pass, padded to whole tiles, so that no tile crosses an edge; below its diagonal it is
 * scratch. A panel in tiles of eight columns is the right operand and the left one at once, and A·X is
 * computed straight into such tiles.
 */
import { packRight } from './packing';
import { addSquareTile, addTile } from './tiles';
import { multiplyColumns } from './upper';

/** Columns of the left operand at a time: with 128 rows half of a small second-level cache. */
const LEFT_COLUMNS = 192;

/**
 * Upper triangle of G (ldg = n rounded up to a multiple of 8, and as many rows) += AᵀA, A rows × n. work: rows · ldg
 * doubles.
 */
export function gramPanel(
  g: usize,
  ldg: i32,
  a: usize,
  lda: i32,
  rows: i32,
  n: i32,
  one: usize,
  work: usize,
): void {
  packRight(work, a, 8, (<usize>lda) << 3, n, rows);
  addGram(g, (<usize>ldg) << 3, work, n, rows, one);
}

/**
 * Upper triangle of G (as for gramPanel) += (A·X)ᵀ(A·X), A rows × n with 64 bytes behind it that may be read, X as
 * packUpper left it. work: (rows + 1) · ldg doubles.
 */
export function projectedGramPanel(
  g: usize,
  ldg: i32,
  a: usize,
  rows: i32,
  n: i32,
  x: usize,
  one: usize,
  work: usize,
): void {
  const tile: usize = (<usize>rows) << 6;
  let w = work;
  for (let j = 0; j < n; j += 8, w += tile) {
    multiplyColumns(w, 64, a, (<usize>n) << 3, rows, x, j, n - j, one);
    x += (<usize>(j + 8)) << 6;
  }
  addGram(g, (<usize>ldg) << 3, work, n, rows, one);
}

/** Upper triangle of G += WᵀW, W in tiles of eight columns. */
function addGram(g: usize, ldg: usize, w: usize, n: i32, rows: i32, one: usize): void {
  const tile: usize = (<usize>rows) << 6;
  for (let first = 0; first < n; first += LEFT_COLUMNS) {
    const left = w + <usize>(first >> 3) * tile;
    const corner = g + <usize>first * ldg;
    for (let j = first; j < n; j += 8) {
      const right = w + <usize>(j >> 3) * tile;
      const c = corner + ((<usize>j) << 3);
      const above = min(j - first, LEFT_COLUMNS);
      if (n - j > 4) addColumns(c, ldg, left, tile, right, above, rows, one);
      else addFourColumns(c, ldg, left, tile, right, above, rows, one);
      if (above < LEFT_COLUMNS) addDiagonal(c + <usize>above * ldg, ldg, right, n - j, rows, one);
    }
  }
}

/** Eight columns of G, `above` rows from c on. */
function addColumns(
  c: usize,
  ldg: usize,
  left: usize,
  tile: usize,
  right: usize,
  above: i32,
  rows: i32,
  one: usize,
): void {
  for (; above > 0; above -= 8, left += tile) {
    for (let p: usize = 0; p < 64; p += 16, c += ldg << 1) addTile(c, ldg, left + p, 8, 64, right, rows, one);
  }
}

function addFourColumns(
  c: usize,
  ldg: usize,
  left: usize,
  tile: usize,
  right: usize,
  above: i32,
  rows: i32,
  one: usize,
): void {
  for (; above > 0; above -= 8, left += tile) {
    for (let p: usize = 0; p < 64; p += 32, c += ldg << 2)
      addSquareTile(c, ldg, left + p, 8, 64, right, rows, one);
  }
}

/** The square on the diagonal: rows of eight above, of four below. */
function addDiagonal(c: usize, ldg: usize, right: usize, width: i32, rows: i32, one: usize): void {
  if (width <= 4) {
    addSquareTile(c, ldg, right, 8, 64, right, rows, one);
    return;
  }
  addTile(c, ldg, right, 8, 64, right, rows, one);
  addTile(c + (ldg << 1), ldg, right + 16, 8, 64, right, rows, one);
  addSquareTile(c + (ldg << 2) + 32, ldg, right + 32, 8, 64, right + 32, rows, one);
}
