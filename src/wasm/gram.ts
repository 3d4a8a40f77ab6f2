/**
 * Gram matrices of tall matrices by the WebAssembly kernels: A passes through once, panel by panel, while the Gram
 * matrix, padded to whole tiles, stays in the memory there.
 */
import type { Engine } from './engine';
import { copyRowsIn, copyUpperIn, copyUpperOut } from './staging';

/** Most columns: the Gram matrix and a panel then take 5 MiB, the triangular factor 2 more. */
export const MOST_COLUMNS = 640;
/** Rows of a panel: of a tile of the right and one of the left operand, half of first-level cache. */
const ROWS = 128;

/** Upper triangle of G (n × n) += AᵀA, A m × n, 1 ≤ n ≤ MOST_COLUMNS. False, with G as it was, without memory. */
export function wasmGram(
  engine: Engine,
  G: Float64Array,
  gOff: number,
  ldg: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  n: number,
): boolean {
  const width = 8 * Math.ceil(n / 8);
  const one = engine.reserve(64 + 8 * (width * width + ROWS * (n + width)));
  if (one === 0) return false;
  const g = one + 64;
  const a = g + 8 * width * width;
  engine.f64[one >>> 3] = 1;
  copyUpperIn(engine, g, width, G, gOff, ldg, n, n);
  for (let i = 0; i < m; i += ROWS) {
    const rows = Math.min(ROWS, m - i);
    copyRowsIn(engine, a, n, A, aOff + i * lda, lda, rows, n);
    engine.kernels.gramPanel(g, width, a, n, rows, n, one, a + 8 * ROWS * n);
  }
  copyUpperOut(engine, g, width, G, gOff, ldg, n, n);
  return true;
}

/** Upper triangle of G (n × n, contiguous) ← (A·X)ᵀ(A·X), else as wasmGram; X n × n, contiguous, upper triangular. */
export function wasmProjectedGram(
  engine: Engine,
  G: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  X: Float64Array,
): boolean {
  const { kernels } = engine;
  const width = 8 * Math.ceil(n / 8);
  const factor = 8 * kernels.packedUpperDoubles(n);
  const one = engine.reserve(64 + factor + 8 * (width * width + ROWS * (n + width) + 16));
  if (one === 0) return false;
  const x = one + 64;
  const g = x + factor;
  const a = g + 8 * width * width;
  engine.f64[one >>> 3] = 1;
  copyUpperIn(engine, g, n, X, 0, n, n, n);
  kernels.packUpper(x, g, n, n);
  engine.f64.fill(0, g >>> 3, a >>> 3);
  for (let i = 0; i < m; i += ROWS) {
    const rows = Math.min(ROWS, m - i);
    copyRowsIn(engine, a, n, A, i * n, n, rows, n);
    kernels.projectedGramPanel(g, width, a, rows, n, x, one, a + 8 * (ROWS * n + 8));
  }
  copyUpperOut(engine, g, width, G, 0, n, n, n);
  return true;
}
