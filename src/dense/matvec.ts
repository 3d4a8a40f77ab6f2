/**
 * Products of a contiguous row-major matrix with vectors; the fused ones read A once. Four rows are handled
 * together, so that x is read, and g read and written, once for all four.
 * A row's inner product is summed in the order of its columns, by itself, so it does not depend on m or on the
 * row's place; its rounding error is at most n·u·Σ|aᵢⱼ||xⱼ|. Sums over rows are taken in stretches of 512 rows, so that
 * their rounding error is at most (132 + m/256)·u·Σ|aᵢⱼ||yᵢ|.
 * Large products go to the WebAssembly kernels where those are in use, with the same bounds.
 */
import { engineFor } from '../wasm/engine';
import { wasmGramVector, wasmMatvec, wasmMatvecTransposed, wasmResidualGradient } from '../wasm/matvec';
import { WASM_MATVEC_ENTRIES } from './crossover';
import {
  addQuadTransposed,
  forEachQuad,
  loadVector,
  QUAD,
  quadRows,
  quadTimesVector,
  sumOverQuads,
} from './rowQuads';

/** y ← A x, A m × n. y must not alias x or A. */
export function matvecInto(y: Float64Array, A: Float64Array, m: number, n: number, x: Float64Array): void {
  const engine = engineFor(m * n, WASM_MATVEC_ENTRIES);
  if (engine !== null) {
    wasmMatvec(engine, y, A, m, n, x);
    return;
  }
  const m4 = quadRows(m, n);
  if (m4 > 0) {
    loadVector(x, n);
    forEachQuad(A, 0, m4, n, (i, p) => {
      quadTimesVector(p, n);
      for (let t = 0; t < 4; t++) y[i + t] = QUAD[t];
    });
  }
  for (let i = m4; i < m; i++) y[i] = rowTimesVector(A, i * n, n, x);
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
  const m4 = quadRows(m, n);
  sumOverQuads(g, A, m4, n, (i, p) => {
    for (let t = 0; t < 4; t++) QUAD[t] = y[i + t];
    addQuadTransposed(p, n);
  });
  for (let i = m4; i < m; i++) addRow(g, A, i * n, n, y[i]);
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
  const m4 = quadRows(m, n);
  if (m4 > 0) loadVector(x, n);
  sumOverQuads(g, A, m4, n, (i, p) => {
    quadTimesVector(p, n);
    for (let t = 0; t < 4; t++) {
      const residual = b[i + t] - QUAD[t];
      r[i + t] = residual;
      QUAD[t] = residual;
    }
    addQuadTransposed(p, n);
  });
  for (let i = m4; i < m; i++) {
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
  const m4 = quadRows(m, n);
  if (m4 > 0) loadVector(x, n);
  sumOverQuads(g, A, m4, n, (_, p) => {
    quadTimesVector(p, n);
    addQuadTransposed(p, n);
  });
  for (let i = m4; i < m; i++) addRow(g, A, i * n, n, rowTimesVector(A, i * n, n, x));
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
