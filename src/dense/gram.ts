/**
 * Gram matrix by row panels, upper triangle only: half the flops of the general product.
 */
import { BLOCK_COLUMNS, BLOCK_DEPTH, BLOCK_ROWS, packLeft, packRight, sweep } from './lanes';

/** Upper triangle of G (n × n) += AᵀA, A m × n. The strictly lower part is untouched. G must not alias A. */
export function gramAccumulate(
  G: Float64Array,
  ldg: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  n: number,
): void {
  const step = Math.ceil(m / Math.ceil(m / BLOCK_DEPTH));
  for (let l = 0; l < m; l += step) {
    const depth = Math.min(step, m - l);
    const a = aOff + l * lda;
    for (let j = 0; j < n; j += BLOCK_COLUMNS) {
      const columns = Math.min(BLOCK_COLUMNS, n - j);
      packRight(A, a + j, 1, lda, columns, depth);
      for (let i = 0; i < j + columns; i += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, n - i);
        packLeft(A, a + i, 1, lda, rows, depth);
        sweep(G, i * ldg + j, ldg, rows, columns, depth, 1, j - i, depth);
      }
    }
  }
}
