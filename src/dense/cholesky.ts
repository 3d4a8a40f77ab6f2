/**
 * Cholesky factorisation of a symmetric positive definite matrix by halving its rows: the first half is factored,
 * taken away from the other by matrix products, and then that is factored. Upper triangle only.
 */
import { engineFor } from '../wasm/engine';
import { MOST_ENTRIES, wasmCholesky } from '../wasm/factor';
import { WASM_CHOLESKY_SIZE } from './crossover';
import { gemmInto } from './gemm';
import { gramAccumulate } from './gram';
import { subtractRowCombination } from './rowCombination';

/** Up to this many rows are factored one by one, and matrices of twice this size: products do not pay there. */
const FEW = 32;
/** Rows at a time from which other rows are taken away. */
const BLOCK = 128;

/**
 * Upper triangle of G (n × n, leading dimension ldg) ← R with RᵀR = G. The strictly lower part is neither
 * read nor written. Returns −1, or the index of the first pivot that is not positive (NaN and Infinity count
 * as not positive); then the rows before it are R's, the others are left in an intermediate state.
 *
 * Rounding: |RᵀR − G| ≤ c·n·u·|Rᵀ||R| (Higham, section 10.1).
 */
export function choleskyInPlace(G: Float64Array, ldg: number, n: number): number {
  const size = n <= 2 * FEW ? 0 : Math.min(BLOCK, n >> 1);
  return factorRows(G, ldg, 0, n, n, new Float64Array(size * size));
}

/** Factors rows start … end−1, all columns to n, from which the rows above `start` are taken away already. */
function factorRows(
  G: Float64Array,
  ldg: number,
  start: number,
  end: number,
  n: number,
  square: Float64Array,
): number {
  const rows = end - start;
  const width = n - start;
  const engine = rows * width <= MOST_ENTRIES && rows > 0 ? engineFor(rows, WASM_CHOLESKY_SIZE) : null;
  if (engine !== null) {
    const failed = wasmCholesky(engine, G, start * (ldg + 1), ldg, rows, width);
    if (failed !== null) return failed < 0 ? failed : start + failed;
  }
  if (rows <= FEW || n <= 2 * FEW) return factorFew(G, ldg, start, end, n);
  const middle = (start + end + 1) >> 1;
  const failed = factorRows(G, ldg, start, middle, n, square);
  if (failed >= 0) return failed;
  for (let i = middle; i < end; i += BLOCK) {
    subtractRowsAbove(G, ldg, start, middle, i, Math.min(BLOCK, end - i), n, square);
  }
  return factorRows(G, ldg, middle, end, n, square);
}

/** Rows i … i+w−1 of G −= (their columns of rows start … middle−1)ᵀ · (rows start … middle−1), from the diagonal on. */
function subtractRowsAbove(
  G: Float64Array,
  ldg: number,
  start: number,
  middle: number,
  i: number,
  w: number,
  n: number,
  square: Float64Array,
): void {
  const depth = middle - start;
  const above = start * ldg + i;
  const row = i * ldg + i;
  // apart, because a general product would write below the diagonal
  square.fill(0, 0, w * w);
  gramAccumulate(square, w, G, above, ldg, depth, w);
  for (let r = 0; r < w; r++) {
    for (let j = r; j < w; j++) G[row + r * ldg + j] -= square[r * w + j];
  }
  const rest = n - i - w;
  if (rest > 0) {
    gemmInto(G, row + w, ldg, G, above, ldg, true, G, above + w, ldg, false, w, rest, depth, -1, 1);
  }
}

/** As factorRows, row by row. */
function factorFew(G: Float64Array, ldg: number, start: number, end: number, n: number): number {
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
