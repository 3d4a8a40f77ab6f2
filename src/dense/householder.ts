/**
 * Householder QR, in place and blocked: panels are factored column by column, everything to their right is
 * updated by matrix products (compact WY). Golub & Van Loan, Matrix Computations, section 5.2.
 *
 * Rounding: ‖QR − A‖ ≤ c·n·u·‖A‖ column by column; no squares of entries are formed outside a safe range, so
 * this holds for entries up to about 1e±300.
 *
 * Large matrices go to the WebAssembly kernels where those are in use, with the same bounds; they leave `work` as it
 * is.
 */
import { engineFor } from '../wasm/engine';
import { wasmApplyQ, wasmHouseholder } from '../wasm/householder';
import { applyBlockReflector, blockReflectorWorkLength, formBlockReflector } from './blockReflector';
import { WASM_APPLY_Q, WASM_HOUSEHOLDER } from './crossover';
import { factorPanelInPlace } from './householderPanel';
import { PANEL_MAX, panelWorkLength } from './householderSlab';
import {
  reflectVectorInPlace,
  reflectVectorTransposedInPlace,
  reflectVectorWorkLength,
} from './reflectVector';

/** Columns of C up to which reflectors are applied one by one, without forming T. */
const FEW_COLUMNS = 3;
/** Columns of C updated at once; bounds the space a block reflector needs. */
const CHUNK = 64;

/** Columns of a panel: a wide one costs unblocked work, a narrow one starves the matrix product. */
const PANEL = 24;

/** Panels of PANEL columns before the last, which takes up to PANEL_MAX. */
function panelsBeforeLast(count: number): number {
  return count <= PANEL_MAX ? 0 : Math.ceil((count - PANEL_MAX) / PANEL);
}

/** Length of `work` for an m × n factorisation and for applying its Q to any number of columns. */
export function householderWorkLength(m: number, n: number): number {
  const w = Math.min(m, n, PANEL_MAX);
  const blocked = blockReflectorWorkLength(w, Math.max(n, CHUNK));
  return Math.max(panelWorkLength(m, w), blocked, reflectVectorWorkLength(m));
}

/**
 * A (m × n) ← R in the upper triangle and reflectors below it: H_k = I − tau_k v vᵀ with v_k = 1 implied,
 * A = H_0 H_1 … R. min(m, n) reflectors; tau_k = 0 where a column is zero below its diagonal already.
 * The diagonal of R may have either sign.
 */
export function householderInPlace(
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  tau: Float64Array,
  work: Float64Array,
): void {
  const count = Math.min(m, n);
  const engine = engineFor(m * n * count, WASM_HOUSEHOLDER);
  if (engine !== null && wasmHouseholder(engine, A, lda, m, n, tau)) return;
  const last = panelsBeforeLast(count);
  for (let p = 0; p <= last; p++) {
    const k = p * PANEL;
    const w = p < last ? PANEL : count - k;
    const block = k * lda + k;
    factorPanelInPlace(A, block, lda, m - k, w, tau, k, work);
    const rest = n - k - w;
    if (rest > 0) {
      formBlockReflector(work, A, block, lda, m - k, w, tau, k);
      applyBlockReflector(A, block + w, lda, rest, A, block, lda, m - k, w, work, true);
    }
  }
}

/** C (m × nc) ← Qᵀ C, Q from householderInPlace on A (m × n). C must not alias A. */
export function applyQTransposedInPlace(
  C: Float64Array,
  ldc: number,
  nc: number,
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  tau: Float64Array,
  work: Float64Array,
): void {
  const count = Math.min(m, n);
  if (nc <= FEW_COLUMNS) {
    for (let j = 0; j < nc; j++) {
      gather(work, C, j, ldc, m);
      reflectVectorTransposedInPlace(work, A, lda, m, count, tau);
      scatter(C, j, ldc, work, m);
    }
    return;
  }
  const engine = engineFor(m * nc * count, WASM_APPLY_Q);
  if (engine !== null && wasmApplyQ(engine, C, ldc, nc, A, lda, m, count, tau, true)) return;
  const last = panelsBeforeLast(count);
  for (let p = 0; p <= last; p++) {
    const w = p < last ? PANEL : count - p * PANEL;
    applyBlock(C, ldc, nc, A, lda, m, n, p * PANEL, w, tau, work, true);
  }
}

/** C (m × nc) ← Q C, Q from householderInPlace on A (m × n). C must not alias A. */
export function applyQInPlace(
  C: Float64Array,
  ldc: number,
  nc: number,
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  tau: Float64Array,
  work: Float64Array,
): void {
  const count = Math.min(m, n);
  if (nc <= FEW_COLUMNS) {
    for (let j = 0; j < nc; j++) {
      gather(work, C, j, ldc, m);
      reflectVectorInPlace(work, A, lda, m, count, tau);
      scatter(C, j, ldc, work, m);
    }
    return;
  }
  const engine = engineFor(m * nc * count, WASM_APPLY_Q);
  if (engine !== null && wasmApplyQ(engine, C, ldc, nc, A, lda, m, count, tau, false)) return;
  const last = panelsBeforeLast(count);
  for (let p = last; p >= 0; p--) {
    const w = p < last ? PANEL : count - p * PANEL;
    applyBlock(C, ldc, nc, A, lda, m, n, p * PANEL, w, tau, work, false);
  }
}

/** Applies reflectors k … k+w−1 to C, as many columns at once as `work` has room for. */
function applyBlock(
  C: Float64Array,
  ldc: number,
  nc: number,
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  k: number,
  w: number,
  tau: Float64Array,
  work: Float64Array,
  transposed: boolean,
): void {
  const block = k * lda + k;
  formBlockReflector(work, A, block, lda, m - k, w, tau, k);
  const chunk = Math.max(n, CHUNK);
  for (let j = 0; j < nc; j += chunk) {
    const columns = Math.min(chunk, nc - j);
    applyBlockReflector(C, k * ldc + j, ldc, columns, A, block, lda, m - k, w, work, transposed);
  }
}

function gather(x: Float64Array, C: Float64Array, j: number, ldc: number, m: number): void {
  for (let i = 0, p = j; i < m; i++, p += ldc) x[i] = C[p];
}

function scatter(C: Float64Array, j: number, ldc: number, x: Float64Array, m: number): void {
  for (let i = 0, p = j; i < m; i++, p += ldc) C[p] = x[i];
}
