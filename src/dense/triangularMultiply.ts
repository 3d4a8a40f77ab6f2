/** Products with upper triangular matrices. */
import { BLOCK_COLUMNS, BLOCK_DEPTH, BLOCK_ROWS, packLeft, packRight, sweep } from './lanes';

/** W (m × n) ← A·X, X n × n upper triangular (entries below the diagonal not read). W aliases neither. */
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
  for (let i = 0; i < m; i++) {
    const w = wOff + i * ldw;
    const a = aOff + i * lda;
    for (let j = 0; j < n; j += 2) W[w + j] = 0;
    for (let j = 1; j < n; j += 2) W[w + j] = A[a + j] * X[j * ldx + j];
  }
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const columns = Math.min(BLOCK_COLUMNS, n - j);
    const k = j + columns;
    for (let l = 0; l < k; l += BLOCK_DEPTH) {
      const depth = Math.min(BLOCK_DEPTH, k - l);
      const skip = Math.max(0, l - j);
      packRight(X, l * ldx + j + skip, 1, ldx, columns - skip, depth);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, m - i);
        packLeft(A, aOff + i * lda + l, lda, 1, rows, depth);
        sweep(W, wOff + i * ldw + j + skip, ldw, rows, columns - skip, depth, 1, rows, j + skip - l);
      }
    }
  }
}

/** T ← L·R, all n × n upper triangular, contiguous; zeros below the diagonal of T. T aliases neither. */
export function multiplyUpperUpperInto(T: Float64Array, L: Float64Array, R: Float64Array, n: number): void {
  T.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) {
    for (let l = i; l < n; l++) {
      const v = L[i * n + l];
      for (let j = l; j < n; j++) T[i * n + j] += v * R[l * n + j];
    }
  }
}
