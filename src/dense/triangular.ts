/**
 * Upper triangular R (n × n, row-major, leading dimension ldr): products, solves and the explicit inverse.
 * Entries below the diagonal are never read. R is read by rows in both directions of every operation, four
 * rows at a time.
 *
 * Rounding: the solves satisfy (R + E)x = b with |E| ≤ c·n·u·|R| (Higham, section 8.1).
 */
import { engineFor } from '../wasm/engine';
import { MOST_FACTOR, wasmInvertUpper } from '../wasm/factor';
import { WASM_INVERSE_SIZE } from './crossover';
import { gemmInto } from './gemm';
import { subtractRowCombination } from './rowCombination';

/** Block size of the inverse; the share of the work outside the matrix product grows with it. */
const BLOCK = 24;

/** x ← R⁻¹ x, x = x[xOff … xOff+n). A zero on the diagonal gives infinities or NaN. x must not alias R. */
export function solveUpperInPlace(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  let i = n;
  for (; i >= 4; i -= 4) {
    const row = (i - 4) * ldr;
    addRowProducts(x, xOff + i - 4, -1, R, row + i, ldr, x, xOff + i, n - i);
    solveRows(x, xOff + i - 4, R, row + i - 4, ldr, 4, 4);
  }
  solveRows(x, xOff, R, 0, ldr, i, n);
}

/** Rows count−1 … 0 of a solve with columns 0 … n−1, the later entries of x being solved already. */
function solveRows(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  rOff: number,
  ldr: number,
  count: number,
  n: number,
): void {
  for (let i = count - 1; i >= 0; i--) {
    const row = rOff + i * ldr;
    let sum = x[xOff + i];
    for (let j = i + 1; j < n; j++) sum -= R[row + j] * x[xOff + j];
    x[xOff + i] = sum / R[row + i];
  }
}

/** x ← R⁻ᵀ x, x = x[xOff … xOff+n). A zero on the diagonal gives infinities or NaN. x must not alias R. */
export function solveUpperTransposedInPlace(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  for (let i = 0; i < n; i += 4) {
    const count = Math.min(4, n - i);
    const row = i * ldr;
    for (let k = 0; k < count; k++) {
      const xk = x[xOff + i + k] / R[row + k * ldr + i + k];
      x[xOff + i + k] = xk;
      for (let j = k + 1; j < count; j++) x[xOff + i + j] -= R[row + k * ldr + i + j] * xk;
    }
    subtractRowCombination(x, xOff + i + 4, n - i - 4, x, xOff + i, 1, R, row + i + 4, ldr, count);
  }
}

/** x ← R x over the first n entries of x. x must not alias R. */
export function multiplyUpperVectorInPlace(x: Float64Array, R: Float64Array, ldr: number, n: number): void {
  const n4 = n - (n & 3);
  for (let i = 0; i < n4; i += 4) {
    const row = i * ldr;
    multiplyRows(x, i, R, row + i, ldr, 4);
    addRowProducts(x, i, 1, R, row + i + 4, ldr, x, i + 4, n - i - 4);
  }
  multiplyRows(x, n4, R, n4 * ldr + n4, ldr, n - n4);
}

function multiplyRows(
  x: Float64Array,
  xOff: number,
  R: Float64Array,
  rOff: number,
  ldr: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = i; j < n; j++) sum += R[rOff + i * ldr + j] * x[xOff + j];
    x[xOff + i] = sum;
  }
}

/** x ← Rᵀ x over the first n entries of x. x must not alias R. */
export function multiplyUpperTransposedVectorInPlace(
  x: Float64Array,
  R: Float64Array,
  ldr: number,
  n: number,
): void {
  for (let i = (n - 1) & -4; i >= 0; i -= 4) {
    const count = Math.min(4, n - i);
    const row = i * ldr;
    for (let k = 0; k < count; k++) x[i + k] = -x[i + k];
    subtractRowCombination(x, i + 4, n - i - 4, x, i, 1, R, row + i + 4, ldr, count);
    for (let k = count - 1; k >= 0; k--) {
      let sum = 0;
      for (let l = 0; l <= k; l++) sum -= R[row + l * ldr + i + k] * x[i + l];
      x[i + k] = sum;
    }
  }
}

/** y_r += alpha · (row r of R, from rOff on) · x for four rows. */
function addRowProducts(
  y: Float64Array,
  yOff: number,
  alpha: number,
  R: Float64Array,
  rOff: number,
  ldr: number,
  x: Float64Array,
  xOff: number,
  length: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p0 = rOff | 0;
  let p1 = (p0 + ldr) | 0;
  let p2 = (p1 + ldr) | 0;
  let p3 = (p2 + ldr) | 0;
  for (let i = xOff | 0, end = (xOff + length) | 0; i < end; i = (i + 1) | 0) {
    const xi = x[i];
    s0 += R[p0] * xi;
    s1 += R[p1] * xi;
    s2 += R[p2] * xi;
    s3 += R[p3] * xi;
    p0 = (p0 + 1) | 0;
    p1 = (p1 + 1) | 0;
    p2 = (p2 + 1) | 0;
    p3 = (p3 + 1) | 0;
  }
  y[yOff] += alpha * s0;
  y[yOff + 1] += alpha * s1;
  y[yOff + 2] += alpha * s2;
  y[yOff + 3] += alpha * s3;
}

/**
 * X (n × n, contiguous) ← R⁻¹, zeros below the diagonal. X must not alias R.
 *
 * Solves RX = I by block rows from the bottom, so that |RX − I| ≤ c·n·u·|R||X| (Higham, section 14.2): it is
 * A·X that must be close to orthonormal when A = QR.
 */
export function invertUpperInto(X: Float64Array, R: Float64Array, ldr: number, n: number): void {
  X.fill(0, 0, n * n);
  const engine = n > 0 && n <= MOST_FACTOR ? engineFor(n, WASM_INVERSE_SIZE) : null;
  if (engine !== null && wasmInvertUpper(engine, X, R, ldr, n)) return;
  for (let end = n; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    solveBlockRow(X, R, ldr, n, start, end);
    const rest = n - start;
    const k = end - start;
    const x = start * n + start;
    if (start > 0) gemmInto(X, start, n, R, start, ldr, false, X, x, n, false, start, rest, k, -1, 1);
  }
}

/** Rows start … end−1 of X, from which all later rows are taken away already, through the diagonal block. */
function solveBlockRow(
  X: Float64Array,
  R: Float64Array,
  ldr: number,
  n: number,
  start: number,
  end: number,
): void {
  for (let i = end - 1; i >= start; i--) {
    const inverse = 1 / R[i * ldr + i];
    const x = i * n + i + 1; // from the next column on: the rows below are zero to the left of it
    const length = n - i - 1;
    subtractRowCombination(X, x, length, R, i * ldr + i + 1, 1, X, x + n, n, end - i - 1);
    for (let j = 0; j < length; j++) X[x + j] *= inverse;
    X[x - 1] = inverse;
  }
}
