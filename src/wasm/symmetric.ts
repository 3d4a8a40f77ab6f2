/** Products with a symmetric matrix in panels by the WebAssembly kernels: rows are copied in by stretches, and used. */
import { type Engine, releaseLargeMemory } from './engine';

/** Rows of a panel are copied by this much, which stays in second-level cache, but four at least. */
const STRETCH_BYTES = 96 * 1024;

/** y ← G x, rows of G's upper triangle in panels of `panelRows`, a multiple of 4. False where memory is wanting. */
export function wasmPanelsProduct(
  engine: Engine,
  y: Float64Array,
  P: Float64Array,
  n: number,
  panelRows: number,
  x: Float64Array,
): boolean {
  const length = n + (n & 1);
  const most = Math.max(4 * 8 * n, STRETCH_BYTES);
  const atY = engine.reserve(2 * 8 * length + most);
  if (atY === 0) return false;
  const { f64, kernels } = engine;
  const atX = atY + 8 * length;
  const stretch = atX + 8 * length;
  f64.set(x.subarray(0, n), atX >>> 3);
  f64.fill(0, atY >>> 3, (atY >>> 3) + n);
  for (let first = 0, offset = 0; first < n; first += panelRows) {
    const ld = n - first;
    const end = Math.min(panelRows, ld);
    const step = 4 * Math.max(1, Math.floor(STRETCH_BYTES / (4 * 8 * ld)));
    for (let i = 0; i < end; i += step) {
      const rows = Math.min(step, end - i);
      f64.set(P.subarray(offset + i * ld, offset + (i + rows) * ld), stretch >>> 3);
      kernels.addUpperRows(atY + 8 * first, stretch, ld, i, rows, atX + 8 * first);
    }
    offset += end * ld;
  }
  y.set(f64.subarray(atY >>> 3, (atY >>> 3) + n));
  releaseLargeMemory(engine);
  return true;
}
