/** Gram matrix of a tall matrix times a triangular one, A read once and A·X never stored. */
import { engineFor } from '../wasm/engine';
import { MOST_COLUMNS, wasmProjectedGram } from '../wasm/gram';
import { WASM_GRAM_PRODUCTS } from './crossover';
import { gramAccumulate } from './gram';
import { multiplyUpperInto } from './triangularMultiply';

/** Rows of A·X at a time: they stay in cache. */
const PANEL_ROWS = 128;

/**
 * Upper triangle of G (n × n) ← (A·X)ᵀ(A·X), A m × n and X n × n upper triangular (entries below the diagonal not
 * used), all contiguous. The strictly lower part of G is untouched. G aliases neither.
 */
export function projectedGramInto(
  G: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  X: Float64Array,
): void {
  const engine = n <= MOST_COLUMNS && n > 0 ? engineFor(m * n * n, WASM_GRAM_PRODUCTS) : null;
  if (engine !== null && wasmProjectedGram(engine, G, A, m, n, X)) return;
  for (let i = 0; i < n; i++) G.fill(0, i * (n + 1), (i + 1) * n);
  const W = new Float64Array(Math.min(PANEL_ROWS, m) * n);
  for (let first = 0; first < m; first += PANEL_ROWS) {
    const rows = Math.min(PANEL_ROWS, m - first);
    multiplyUpperInto(W, 0, n, A, first * n, n, X, n, rows, n);
    gramAccumulate(G, n, W, 0, n, rows, n);
  }
}
