/** Products with upper triangular matrices: half (W) and a third (T) of the flops of the general product. */
import { engineFor } from '../wasm/engine';
import { MOST_COLUMNS } from '../wasm/gram';
import { wasmMultiplyUpper, wasmMultiplyUpperUpper } from '../wasm/triangularMultiply';
import { WASM_UPPER_PRODUCTS, WASM_UPPER_UPPER_SIZE } from './crossover';
import {
  BLOCK_DEPTH,
  BLOCK_SIZE,
  blockStep,
  packLeft,
  packRight,
  packTriangle,
  sweep,
  sweepTriangle,
} from './lanes';

/** W (m × n) ← A·X, X n × n upper triangular (entries below the diagonal not used). W aliases neither. */
export function multiplyUpperInto(
  W: Float64Array,
  wOff: number,
  ldw: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  X: Float64Array,
  ldx: number,
  m: number,
  n: number,
): void {
  const engine = n > 0 && n <= MOST_COLUMNS ? engineFor(m * n * n, WASM_UPPER_PRODUCTS) : null;
  if (engine !== null && wasmMultiplyUpper(engine, W, wOff, ldw, A, aOff, lda, X, ldx, m, n)) return;
  multiplyBlocks(W, wOff, ldw, A, aOff, lda, X, 0, ldx, m, n);
}

function multiplyBlocks(
  W: Float64Array,
  wOff: number,
  ldw: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  X: Float64Array,
  xOff: number,
  ldx: number,
  m: number,
  n: number,
): void {
  const rowStep = blockStep(m, BLOCK_SIZE, 3);
  const step = blockStep(n, BLOCK_DEPTH, 2);
  for (let i = 0; i < m; i += rowStep) {
    const rows = Math.min(rowStep, m - i);
    const a = aOff + i * lda;
    const w = wOff + i * ldw;
    // Downwards, so that a block of columns meets its triangle, which stores, before the blocks that add.
    for (let l = Math.floor((n - 1) / step) * step; l >= 0; l -= step) {
      const depth = Math.min(step, n - l);
      const x = xOff + l * ldx;
      packLeft(A, a + l, lda, 1, rows, depth);
      packTriangle(X, x + l, ldx, depth);
      sweepTriangle(W, w + l, ldw, rows, depth);
      for (let j = l + step; j < n; j += step) {
        const columns = Math.min(step, n - j);
        packRight(X, x + j, 1, ldx, columns, depth);
        sweep(rows, columns, depth, W, w + j, ldw, 1);
      }
    }
  }
}

/** Rows of T per block: the part of L on the diagonal is multiplied entry by entry. */
const DIAGONAL_BLOCK = 12;

/**
 * T ← L·R, all n × n upper triangular and contiguous (entries of L and R below the diagonal not used), with
 * zeros below the diagonal of T. T aliases neither L nor R.
 */
export function multiplyUpperUpperInto(T: Float64Array, L: Float64Array, R: Float64Array, n: number): void {
  const engine = n > 0 && n <= MOST_COLUMNS ? engineFor(n, WASM_UPPER_UPPER_SIZE) : null;
  if (engine !== null) {
    T.fill(0, 0, n * n);
    if (wasmMultiplyUpperUpper(engine, T, L, R, n)) return;
  }
  for (let i = 0; i < n; i += DIAGONAL_BLOCK) {
    const k = Math.min(i + DIAGONAL_BLOCK, n);
    if (k < n) multiplyBlocks(T, i * n + k, n, L, i * n + k, n, R, k * n + k, n, k - i, n - k);
    for (let r = i; r < k; r++) {
      T.fill(0, r * n, r * n + k);
      for (let l = r; l < k; l++) addScaledRow(T, r * n + l, R, l * n + l, L[r * n + l], n - l);
    }
  }
}

function addScaledRow(
  T: Float64Array,
  t: number,
  R: Float64Array,
  r: number,
  alpha: number,
  length: number,
): void {
  for (let j = 0; j < length; j++) T[t + j] += alpha * R[r + j];
}
