/**
 * Gram matrix by row panels, upper triangle only: half the flops of the general product.
 */
import { engineFor } from '../wasm/engine';
import { MOST_COLUMNS, wasmGram } from '../wasm/gram';
import { WASM_GRAM_PRODUCTS } from './crossover';
import { gemmInto } from './gemm';
import { BLOCK_DEPTH, BLOCK_SIZE, blockStep, packBoth, packLeft, sweep, sweepUpper } from './lanes';

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
  const engine = n > 0 ? engineFor(m * n * n, WASM_GRAM_PRODUCTS) : null;
  if (engine !== null && n > MOST_COLUMNS) {
    accumulateWide(G, ldg, A, aOff, lda, m, n);
    return;
  }
  if (engine !== null && wasmGram(engine, G, 0, ldg, A, aOff, lda, m, n)) return;
  const step = blockStep(m, BLOCK_DEPTH, 1);
  const columnStep = blockStep(n, BLOCK_SIZE, 6);
  for (let l = 0; l < m; l += step) {
    const depth = Math.min(step, m - l);
    const a = aOff + l * lda;
    for (let j = 0; j < n; j += columnStep) {
      const columns = Math.min(columnStep, n - j);
      packBoth(A, a + j, lda, columns, depth);
      sweepUpper(G, j * ldg + j, ldg, columns, depth);
      for (let i = 0; i < j; i += columnStep) {
        packLeft(A, a + i, 1, lda, columnStep, depth);
        sweep(columnStep, columns, depth, G, i * ldg + j, ldg, 1);
      }
    }
  }
}

/** By blocks of columns: each with itself, and with all before it. */
function accumulateWide(
  G: Float64Array,
  ldg: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  n: number,
): void {
  const step = blockStep(n, MOST_COLUMNS, 8);
  for (let j = 0; j < n; j += step) {
    const columns = Math.min(step, n - j);
    const a = aOff + j;
    if (j > 0) gemmInto(G, j, ldg, A, aOff, lda, true, A, a, lda, false, j, columns, m, 1, 1);
    gramAccumulate(G.subarray(j * (ldg + 1)), ldg, A, a, lda, m, columns);
  }
}
