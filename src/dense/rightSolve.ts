/** X R = B for upper triangular R and many rows: column blocks, matrix products for what lies left of them. */
import { engineFor } from '../wasm/engine';
import { MOST_FACTOR, wasmSolveRight } from '../wasm/factor';
import { WASM_RIGHT_SOLVE_PRODUCTS } from './crossover';
import { gemmInto } from './gemm';
import { solveUpperTransposedInPlace } from './triangular';

const BLOCK = 32;

/**
 * X ← X R⁻¹, X m × n with leading dimension ldx, R n × n upper triangular (ldr), entries below its diagonal
 * not read. A zero on the diagonal gives infinities or NaN. X must not alias R.
 *
 * Rounding: row by row X(R + E) = B with |E| ≤ c·n·u·|R|, unlike a product with R⁻¹ (Higham, section 8.1).
 */
export function solveRightUpperInPlace(
  X: Float64Array,
  xOff: number,
  ldx: number,
  R: Float64Array,
  ldr: number,
  m: number,
  n: number,
): void {
  const engine = m * n > 0 && n <= MOST_FACTOR ? engineFor(m * n * n, WASM_RIGHT_SOLVE_PRODUCTS) : null;
  if (engine !== null && wasmSolveRight(engine, X, xOff, ldx, R, ldr, m, n)) return;
  const diagonal = new Float64Array(BLOCK * BLOCK);
  for (let j = 0; j < n; j += BLOCK) {
    const w = Math.min(BLOCK, n - j);
    if (j > 0) {
      gemmInto(X, xOff + j, ldx, X, xOff, ldx, false, R, j, ldr, false, m, w, j, -1, 1);
    }
    for (let i = 0; i < w; i++) {
      const row = (j + i) * ldr + j;
      for (let k = i; k < w; k++) diagonal[i * w + k] = R[row + k];
    }
    for (let i = 0; i < m; i++) solveUpperTransposedInPlace(X, xOff + i * ldx + j, diagonal, w, w);
  }
}
