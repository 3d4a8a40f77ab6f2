/**
 * The Gaussian kernel G_ij = exp(−|aᵢ − aⱼ|²/2) of the rows of A (n × d, contiguous), as
 * exp(min(0, ⟨aᵢ, aⱼ⟩ − hᵢ − hⱼ)) with hᵢ = |aᵢ|²/2, so that a matrix product does the work. Entries lie in
 * [0, 1], and the diagonal is exactly 1.
 *
 * Rounding: |⟨aᵢ, aⱼ⟩| + hᵢ + hⱼ ≤ 2(hᵢ + hⱼ), so the exponent is off by at most (d + 2)·u·(hᵢ + hⱼ) and the entry
 * by that relatively, plus 1.2u of the exponential. It is the sizes that count, not the distance: centre A.
 * Large kernels go to the WebAssembly kernels where those are in use, with the same bounds.
 */
import { engineFor } from '../wasm/engine';
import { wasmGaussianInto, wasmGaussianProduct } from '../wasm/gaussian';
import { WASM_GAUSSIAN_ENTRIES } from './crossover';
import { exponentialRowInPlace } from './exponential';
import { gemmInto } from './gemm';
import { addSymmetricTile, addTilePair, PANEL_ROWS, panelRowStart } from './symmetricProduct';

/** Rows and columns of a tile: one block of the matrix product, and small enough to stay in cache. */
const TILE = PANEL_ROWS;

/** Length of `scratch` for gaussianProductInto. */
export const GAUSSIAN_SCRATCH_LENGTH = TILE * TILE;

/** h_i ← |a_i|²/2 for the rows of A (n × d). h must not alias A. */
export function halfSquaredNormsInto(h: Float64Array, A: Float64Array, n: number, d: number): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let p = i * d, end = p + d; p < end; p++) sum += A[p] * A[p];
    h[i] = sum / 2;
  }
}

/**
 * K (rows × columns, leading dimension ldk) ← exp(min(0, ⟨a, b⟩ − h − g)) for the rows a of A from firstRow and
 * b of B from firstColumn, h and g being half their squared norms. If A is B, entries of one index are 1.
 * K aliases nothing.
 */
export function gaussianBlockInto(
  K: Float64Array,
  kOff: number,
  ldk: number,
  A: Float64Array,
  h: Float64Array,
  firstRow: number,
  rows: number,
  B: Float64Array,
  g: Float64Array,
  firstColumn: number,
  columns: number,
  d: number,
): void {
  const engine = engineFor(rows * columns, WASM_GAUSSIAN_ENTRIES);
  if (engine !== null) {
    const left = { data: A, halfSq: h, first: firstRow, count: rows };
    const right = { data: B, halfSq: g, first: firstColumn, count: columns };
    const diagonal = A === B ? firstRow - firstColumn : null;
    const target = { K, rowAt: (i: number) => kOff + i * ldk, upper: false, diagonal };
    if (wasmGaussianInto(engine, target, left, right, d)) return;
  }
  blockInto(K, kOff, ldk, A, h, firstRow, rows, B, g, firstColumn, columns, d);
}

function blockInto(
  K: Float64Array,
  kOff: number,
  ldk: number,
  A: Float64Array,
  h: Float64Array,
  firstRow: number,
  rows: number,
  B: Float64Array,
  g: Float64Array,
  firstColumn: number,
  columns: number,
  d: number,
): void {
  const a = firstRow * d;
  gemmInto(K, kOff, ldk, A, a, d, false, B, firstColumn * d, d, true, rows, columns, d, 1, 0);
  for (let i = 0; i < rows; i++) {
    exponentialRowInPlace(K, kOff + i * ldk, h[firstRow + i], g, firstColumn, columns);
  }
  if (A !== B) return;
  const last = Math.min(firstRow + rows, firstColumn + columns);
  for (let i = Math.max(firstRow, firstColumn); i < last; i++) {
    K[kOff + (i - firstRow) * ldk + i - firstColumn] = 1;
  }
}

/** Upper triangle of rows and columns first … first+size−1 of G into K; below it, what the product left. */
function diagonalTileInto(
  K: Float64Array,
  kOff: number,
  ldk: number,
  A: Float64Array,
  h: Float64Array,
  first: number,
  size: number,
  d: number,
): void {
  const a = first * d;
  gemmInto(K, kOff, ldk, A, a, d, false, A, a, d, true, size, size, d, 1, 0);
  for (let i = 0; i < size; i++) {
    const diagonal = kOff + i * (ldk + 1);
    K[diagonal] = 1;
    exponentialRowInPlace(K, diagonal + 1, h[first + i], h, first + i + 1, size - i - 1);
  }
}

/**
 * Y ← G X without storing G, X and Y n × nrhs (row-major, contiguous): every tile above the diagonal is
 * evaluated once and used for both halves. `scratch` holds one tile. Y aliases nothing.
 *
 * Rounding: |error|ᵢ ≤ (n + 4)·u·(G|X|)ᵢ beside that of the entries. The order of summation is fixed by n.
 */
export function gaussianProductInto(
  Y: Float64Array,
  A: Float64Array,
  h: Float64Array,
  n: number,
  d: number,
  X: Float64Array,
  nrhs: number,
  scratch: Float64Array,
): void {
  const engine = engineFor(n * n, WASM_GAUSSIAN_ENTRIES);
  if (engine !== null && wasmGaussianProduct(engine, Y, allPoints(A, h, n), d, X, nrhs)) return;
  Y.fill(0, 0, n * nrhs);
  for (let i = 0; i < n; i += TILE) {
    const rows = Math.min(TILE, n - i);
    diagonalTileInto(scratch, 0, TILE, A, h, i, rows, d);
    if (nrhs === 1) addSymmetricTile(Y, scratch, 0, TILE, rows, X, i);
    else {
      mirrorInPlace(scratch, 0, TILE, rows);
      addTile(Y, i, scratch, false, rows, rows, X, i, nrhs);
    }
    for (let j = i + TILE; j < n; j += TILE) {
      const columns = Math.min(TILE, n - j);
      blockInto(scratch, 0, TILE, A, h, i, rows, A, h, j, columns, d);
      if (nrhs === 1) addTilePair(Y, i, j, scratch, 0, TILE, rows, columns, X);
      else {
        addTile(Y, i, scratch, false, rows, columns, X, j, nrhs);
        addTile(Y, j, scratch, true, columns, rows, X, i, nrhs);
      }
    }
  }
}

/** Rows `row` … of Y += op(T)·rows `column` … of X, op(T) rows × columns. */
function addTile(
  Y: Float64Array,
  row: number,
  T: Float64Array,
  transposed: boolean,
  rows: number,
  columns: number,
  X: Float64Array,
  column: number,
  nrhs: number,
): void {
  const y = row * nrhs;
  const x = column * nrhs;
  gemmInto(Y, y, nrhs, T, 0, TILE, transposed, X, x, nrhs, false, rows, nrhs, columns, 1, 1);
}

/** Upper triangle of G (n × n, contiguous) ← the kernel. What is below it is left as it was or anything. */
export function gaussianUpperInto(
  G: Float64Array,
  A: Float64Array,
  h: Float64Array,
  n: number,
  d: number,
): void {
  if (wasmUpper(G, (i) => i * n, A, h, n, d)) return;
  for (let i = 0; i < n; i += TILE) gaussianPanelInto(G, i * (n + 1), n, A, h, i, n, d);
}

/** P ← the kernel in panels (see symmetricProduct.ts). */
export function gaussianPanelsInto(
  P: Float64Array,
  A: Float64Array,
  h: Float64Array,
  n: number,
  d: number,
): void {
  if (wasmUpper(P, (i) => panelRowStart(n, i), A, h, n, d)) return;
  for (let i = 0, offset = 0; i < n; i += TILE) {
    gaussianPanelInto(P, offset, n - i, A, h, i, n, d);
    offset += Math.min(TILE, n - i) * (n - i);
  }
}

function allPoints(A: Float64Array, h: Float64Array, n: number) {
  return { data: A, halfSq: h, first: 0, count: n };
}

/** Entry (i, j) of the upper triangle to out[rowAt(i) + j] by the WebAssembly kernels, where those do the work. */
function wasmUpper(
  out: Float64Array,
  rowAt: (i: number) => number,
  A: Float64Array,
  h: Float64Array,
  n: number,
  d: number,
): boolean {
  const engine = engineFor(n * n, WASM_GAUSSIAN_ENTRIES);
  const points = allPoints(A, h, n);
  const target = { K: out, rowAt, upper: true, diagonal: 0 };
  return engine !== null && wasmGaussianInto(engine, target, points, points, d);
}

/** Rows first … first + TILE − 1 from the diagonal on, the corner at P[offset]. */
function gaussianPanelInto(
  P: Float64Array,
  offset: number,
  ld: number,
  A: Float64Array,
  h: Float64Array,
  first: number,
  n: number,
  d: number,
): void {
  const rows = Math.min(TILE, n - first);
  diagonalTileInto(P, offset, ld, A, h, first, rows, d);
  for (let j = first + TILE; j < n; j += TILE) {
    const columns = Math.min(TILE, n - j);
    blockInto(P, offset + j - first, ld, A, h, first, rows, A, h, j, columns, d);
  }
}

/** The strictly lower triangle of a size × size block ← its upper one. */
function mirrorInPlace(K: Float64Array, kOff: number, ldk: number, size: number): void {
  for (let i = 1; i < size; i++) {
    for (let j = 0; j < i; j++) K[kOff + i * ldk + j] = K[kOff + j * ldk + i];
  }
}
