/**
 * Cholesky factorisation of a symmetric positive definite matrix, by block rows: each takes away what the
 * rows above contribute (matrix products), then is factored row by row. Upper triangle only.
 */
import { gemmInto } from './gemm';
import { gramAccumulate } from './gram';
import { subtractRowCombination } from './rowCombination';

const BLOCK = 32;

/**
 * Upper triangle of G (n × n, leading dimension ldg) ← R with RᵀR = G. The strictly lower part is neither
 * read nor written. Returns −1, or the index of the first pivot that is not positive (NaN and Infinity count
 * as not positive); then the rows before it are R's, the others are left in an intermediate state.
 *
 * Rounding: |RᵀR − G| ≤ c·n·u·|Rᵀ||R| (Higham, section 10.1).
 */
export function choleskyInPlace(G: Float64Array, ldg: number, n: number): number {
  if (n <= 2 * BLOCK) return factorRows(G, ldg, 0, n, n);
  const diagonal = new Float64Array(BLOCK * BLOCK);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(n, start + BLOCK);
    if (start > 0) subtractRowsAbove(G, ldg, start, end, n, diagonal);
    const failed = factorRows(G, ldg, start, end, n);
    if (failed >= 0) return failed;
  }
  return -1;
}

/** Rows start … end−1 of G −= (columns start … of the rows above)ᵀ · (the rows above). */
function subtractRowsAbove(
  G: Float64Array,
  ldg: number,
  start: number,
  end: number,
  n: number,
  diagonal: Float64Array,
): void {
  const w = end - start;
  const row = start * ldg;
  // apart, because a general product would write below the diagonal
  diagonal.fill(0, 0, w * w);
  gramAccumulate(diagonal, w, G, start, ldg, start, w);
  for (let i = 0; i < w; i++) {
    for (let j = i; j < w; j++) G[row + i * ldg + start + j] -= diagonal[i * w + j];
  }
  if (end < n) {
    gemmInto(G, row + end, ldg, G, start, ldg, true, G, end, ldg, false, w, n - end, start, -1, 1);
  }
}

/** Factors rows start … end−1, all columns to n, from which the rows above `start` are taken away already. */
function factorRows(G: Float64Array, ldg: number, start: number, end: number, n: number): number {
  for (let i = start; i < end; i++) {
    const row = i * ldg + i;
    subtractRowCombination(G, row, n - i, G, start * ldg + i, ldg, G, start * ldg + i, ldg, i - start);
    const pivot = G[row];
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return i;
    const root = Math.sqrt(pivot);
    const inverse = 1 / root;
    G[row] = root;
    for (let j = row + 1, last = row + n - i; j < last; j++) G[j] *= inverse;
  }
  return -1;
}
