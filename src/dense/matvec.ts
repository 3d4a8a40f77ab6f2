/**
 * Products of a contiguous row-major matrix with vectors; the fused ones read A once. Eight rows are handled
 * together: eight streams keep more of memory busy than four, and g is read and written once for all eight.
 * A row's inner product is summed in the order of its columns, by itself, so it does not depend on m or on the
 * row's place; its rounding error is at most n·u·Σ|aᵢⱼ||xⱼ|.
 * Large products go to the WebAssembly kernels where those are in use, with the same bounds.
 */
import { engineFor } from '../wasm/engine';
import { wasmGramVector, wasmMatvec, wasmMatvecTransposed, wasmResidualGradient } from '../wasm/matvec';
import { WASM_MATVEC_ENTRIES } from './crossover';

const PANEL_ROWS = 8;
/** Inner products of a panel's rows, and the factors they are added with. */
const PANEL = new Float64Array(PANEL_ROWS);

/** y ← A x, A m × n. y must not alias x or A. */
export function matvecInto(y: Float64Array, A: Float64Array, m: number, n: number, x: Float64Array): void {
  const engine = engineFor(m * n, WASM_MATVEC_ENTRIES);
  if (engine !== null) {
    wasmMatvec(engine, y, A, m, n, x);
    return;
  }
  const m8 = m - (m % PANEL_ROWS);
  for (let i = 0; i < m8; i += PANEL_ROWS) {
    panelTimesVector(A, i * n, n, x);
    for (let t = 0; t < PANEL_ROWS; t++) y[i + t] = PANEL[t];
  }
  for (let i = m8; i < m; i++) y[i] = rowTimesVector(A, i * n, n, x);
}

/** g ← Aᵀ y, A m × n. g must not alias y or A. */
export function matvecTransposedInto(
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  y: Float64Array,
): void {
  const engine = engineFor(m * n, WASM_MATVEC_ENTRIES);
  if (engine !== null) {
    wasmMatvecTransposed(engine, g, A, m, n, y);
    return;
  }
  const m8 = m - (m % PANEL_ROWS);
  g.fill(0, 0, n);
  for (let i = 0; i < m8; i += PANEL_ROWS) {
    for (let t = 0; t < PANEL_ROWS; t++) PANEL[t] = y[i + t];
    addPanelTransposed(g, A, i * n, n);
  }
  for (let i = m8; i < m; i++) addRow(g, A, i * n, n, y[i]);
}

/** r ← b − A x and g ← Aᵀ r in one pass over A, m × n. r may be b; no other aliasing. */
export function residualGradientInto(
  r: Float64Array,
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
  b: Float64Array,
): void {
  const engine = engineFor(m * n, WASM_MATVEC_ENTRIES);
  if (engine !== null) {
    wasmResidualGradient(engine, r, g, A, m, n, x, b);
    return;
  }
  const m8 = m - (m % PANEL_ROWS);
  g.fill(0, 0, n);
  for (let i = 0; i < m8; i += PANEL_ROWS) {
    panelTimesVector(A, i * n, n, x);
    for (let t = 0; t < PANEL_ROWS; t++) {
      const residual = b[i + t] - PANEL[t];
      r[i + t] = residual;
      PANEL[t] = residual;
    }
    addPanelTransposed(g, A, i * n, n);
  }
  for (let i = m8; i < m; i++) {
    const residual = b[i] - rowTimesVector(A, i * n, n, x);
    r[i] = residual;
    addRow(g, A, i * n, n, residual);
  }
}

/** g ← Aᵀ(A x) in one pass over A, m × n. g must not alias x or A. */
export function gramVectorInto(
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
): void {
  const engine = engineFor(m * n, WASM_MATVEC_ENTRIES);
  if (engine !== null) {
    wasmGramVector(engine, g, A, m, n, x);
    return;
  }
  const m8 = m - (m % PANEL_ROWS);
  g.fill(0, 0, n);
  for (let i = 0; i < m8; i += PANEL_ROWS) {
    panelTimesVector(A, i * n, n, x);
    addPanelTransposed(g, A, i * n, n);
  }
  for (let i = m8; i < m; i++) addRow(g, A, i * n, n, rowTimesVector(A, i * n, n, x));
}

/** PANEL ← the eight rows of A from p0, times x. */
function panelTimesVector(A: Float64Array, p0: number, n: number, x: Float64Array): void {
  const p1 = (p0 + n) | 0;
  const p2 = (p1 + n) | 0;
  const p3 = (p2 + n) | 0;
  const p4 = (p3 + n) | 0;
  const p5 = (p4 + n) | 0;
  const p6 = (p5 + n) | 0;
  const p7 = (p6 + n) | 0;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (let j = 0; j < n; j = (j + 1) | 0) {
    const xj = x[j];
    s0 += A[(p0 + j) | 0] * xj;
    s1 += A[(p1 + j) | 0] * xj;
    s2 += A[(p2 + j) | 0] * xj;
    s3 += A[(p3 + j) | 0] * xj;
    s4 += A[(p4 + j) | 0] * xj;
    s5 += A[(p5 + j) | 0] * xj;
    s6 += A[(p6 + j) | 0] * xj;
    s7 += A[(p7 + j) | 0] * xj;
  }
  PANEL[0] = s0;
  PANEL[1] = s1;
  PANEL[2] = s2;
  PANEL[3] = s3;
  PANEL[4] = s4;
  PANEL[5] = s5;
  PANEL[6] = s6;
  PANEL[7] = s7;
}

/** g += the eight rows of A from p0, each times its entry of PANEL. */
function addPanelTransposed(g: Float64Array, A: Float64Array, p0: number, n: number): void {
  const p1 = (p0 + n) | 0;
  const p2 = (p1 + n) | 0;
  const p3 = (p2 + n) | 0;
  const p4 = (p3 + n) | 0;
  const p5 = (p4 + n) | 0;
  const p6 = (p5 + n) | 0;
  const p7 = (p6 + n) | 0;
  const y0 = PANEL[0];
  const y1 = PANEL[1];
  const y2 = PANEL[2];
  const y3 = PANEL[3];
  const y4 = PANEL[4];
  const y5 = PANEL[5];
  const y6 = PANEL[6];
  const y7 = PANEL[7];
  for (let j = 0; j < n; j = (j + 1) | 0) {
    const low = A[(p0 + j) | 0] * y0 + A[(p1 + j) | 0] * y1 + (A[(p2 + j) | 0] * y2 + A[(p3 + j) | 0] * y3);
    const high = A[(p4 + j) | 0] * y4 + A[(p5 + j) | 0] * y5 + (A[(p6 + j) | 0] * y6 + A[(p7 + j) | 0] * y7);
    g[j] += low + high;
  }
}

function rowTimesVector(A: Float64Array, p: number, n: number, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum += A[p + j] * x[j];
  return sum;
}

/** g += y · row of A at p. */
function addRow(g: Float64Array, A: Float64Array, p: number, n: number, y: number): void {
  for (let j = 0; j < n; j++) g[j] += A[p + j] * y;
}
