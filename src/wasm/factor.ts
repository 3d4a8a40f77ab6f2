/** Cholesky factors, inverses of triangles and X R⁻¹ by the WebAssembly kernels, on whole triangles. */
import type { Engine } from './engine';
import { copyRowsIn, copyRowsOut, copyUpperIn, copyUpperOut } from './staging';

/** Most entries of rows to factor, which with the work space keeps within the memory that is kept, 16 MiB. */
export const MOST_ENTRIES = 1400 * 1400;
/** Largest triangle where two are in the memory, or one and a panel of rows. */
export const MOST_FACTOR = 960;
/** Rows of X at a time: they stay in cache up to 256 columns. */
const ROWS = 128;

/**
 * The first `rows` rows of the Cholesky factor of G (n × n), from the diagonal on: −1, or the index of the first pivot
 * that is not positive; null, with G as it was, where memory is lacking. 1 ≤ rows ≤ n.
 */
export function wasmCholesky(
  engine: Engine,
  G: Float64Array,
  gOff: number,
  ldg: number,
  rows: number,
  n: number,
): number | null {
  const { kernels } = engine;
  const work = engine.reserve(kernels.productWorkBytes() + 8 * rows * n);
  if (work === 0) return null;
  const g = work + kernels.productWorkBytes();
  copyUpperIn(engine, g, n, G, gOff, ldg, rows, n);
  const failed = kernels.cholesky(g, n, rows, n, work);
  copyUpperOut(engine, g, n, G, gOff, ldg, rows, n);
  return failed;
}

/** Upper triangle of X (n × n, contiguous) ← R⁻¹. False, with X as it was, where memory is lacking. n ≥ 1. */
export function wasmInvertUpper(
  engine: Engine,
  X: Float64Array,
  R: Float64Array,
  ldr: number,
  n: number,
): boolean {
  const { kernels } = engine;
  const work = engine.reserve(kernels.productWorkBytes() + 16 * n * n);
  if (work === 0) return false;
  const x = work + kernels.productWorkBytes();
  const r = x + 8 * n * n;
  engine.f64.fill(0, x >>> 3, r >>> 3);
  copyUpperIn(engine, r, n, R, 0, ldr, n, n);
  kernels.invertUpper(x, n, r, n, n, work);
  copyUpperOut(engine, x, n, X, 0, n, n, n);
  return true;
}

/** What `solveRightUpperInPlace` does; false, with X as it was, where memory is lacking. n ≥ 1. */
export function wasmSolveRight(
  engine: Engine,
  X: Float64Array,
  xOff: number,
  ldx: number,
  R: Float64Array,
  ldr: number,
  m: number,
  n: number,
): boolean {
  const { kernels } = engine;
  const width = 8 * Math.ceil(n / 8);
  const work = engine.reserve(kernels.productWorkBytes() + 8 * (n * n + ROWS * width));
  if (work === 0) return false;
  const r = work + kernels.productWorkBytes();
  const x = r + 8 * n * n;
  copyUpperIn(engine, r, n, R, 0, ldr, n, n);
  for (let i = 0; i < m; i += ROWS) {
    const rows = Math.min(ROWS, m - i);
    copyRowsIn(engine, x, width, X, xOff + i * ldx, ldx, rows, n);
    kernels.solveRight(x, width, r, n, rows, n, work);
    copyRowsOut(engine, x, width, X, xOff + i * ldx, ldx, rows, n);
  }
  return true;
}
