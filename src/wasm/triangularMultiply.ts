/** Products with upper triangular matrices by the WebAssembly kernels; the right factor stays there, packed. */
import type { Engine } from './engine';
import { copyRowsIn, copyRowsOut, copyUpperIn, copyUpperOut } from './staging';

/** Rows of a panel: with its product they stay in cache. */
const ROWS = 128;

/** Rounded up to whole tiles of eight columns. */
const padded = (n: number): number => 8 * Math.ceil(n / 8);

/**
 * W (m × n) ← A·X, X n × n upper triangular, n ≥ 1. W aliases neither. False, with W as it was, where memory is
 * lacking: it takes n² doubles for X and less for panels.
 */
export function wasmMultiplyUpper(
  engine: Engine,
  W: Float64Array,
  wOff: number,
  ldw: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  X: Float64Array,
  ldx: number,
  m: number,
  n: number,
): boolean {
  const { kernels } = engine;
  const width = padded(n);
  const factor = 8 * kernels.packedUpperDoubles(n);
  // X as it is comes first to where the panels of A and W are later
  const panels = Math.max(n * n, ROWS * n + 8 + (ROWS + 1) * width);
  const one = engine.reserve(64 + factor + 8 * panels);
  if (one === 0) return false;
  const x = one + 64;
  const a = x + factor;
  const w = a + 8 * (ROWS * n + 8);
  engine.f64[one >>> 3] = 1;
  copyUpperIn(engine, a, n, X, 0, ldx, n, n);
  kernels.packUpper(x, a, n, n);
  for (let i = 0; i < m; i += ROWS) {
    const rows = Math.min(ROWS, m - i);
    copyRowsIn(engine, a, n, A, aOff + i * lda, lda, rows, n);
    kernels.multiplyUpperPanel(w, width, a, rows, n, x, one);
    copyRowsOut(engine, w, width, W, wOff + i * ldw, ldw, rows, n);
  }
  return true;
}

/** Upper triangle of T ← L·R, all n × n and contiguous, n ≥ 1; else as wasmMultiplyUpper, with 3n² doubles. */
export function wasmMultiplyUpperUpper(
  engine: Engine,
  T: Float64Array,
  L: Float64Array,
  R: Float64Array,
  n: number,
): boolean {
  const { kernels } = engine;
  const width = padded(n);
  const factor = 8 * kernels.packedUpperDoubles(n);
  const one = engine.reserve(64 + factor + 8 * (n * n + 8 + width * width));
  if (one === 0) return false;
  const x = one + 64;
  const l = x + factor;
  const t = l + 8 * (n * n + 8);
  engine.f64[one >>> 3] = 1;
  copyUpperIn(engine, l, n, R, 0, n, n, n);
  kernels.packUpper(x, l, n, n);
  copyUpperIn(engine, l, n, L, 0, n, n, n);
  kernels.multiplyUpperUpper(t, width, l, n, x, n, one);
  copyUpperOut(engine, t, width, T, 0, n, n, n);
  return true;
}
