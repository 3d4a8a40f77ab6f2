/**
 * Signed rows of A onto rows of out by the WebAssembly kernel: out is copied in before the first row and out after
 * the last, A passes through in panels.
 */
import { copyIn, copyOut, copyPanelIn, PAGE_BYTES } from './copy';
import { type Engine, releaseLargeMemory } from './engine';

/** A panel of A, with its targets: a quarter of a small second-level cache, the rest of which is left to out. */
const PANEL_BYTES = 128 * 1024;

/** As `scatterDrawnRowsInto` of dense/scatter.ts. False if there is no memory for out: nothing is done then. */
export function wasmScatterDrawnRows(
  engine: Engine,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  outRows: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  fill: (targets: Int32Array, at: number, first: number, count: number) => void,
  first: number,
  perRow: number,
): boolean {
  const panel = Math.min(rows, Math.ceil(PANEL_BYTES / (8 * lda + 4 * perRow)));
  const outLength = (outRows - 1) * ldOut + columns;
  const outBytes = 64 * Math.ceil(outLength / 8);
  const targetBytes = 64 * Math.ceil((panel * perRow) / 16);
  const outAt = engine.reserve(outBytes + targetBytes + 8 * panel * lda + PAGE_BYTES);
  if (outAt === 0) return false;
  const targetsAt = outAt + outBytes;
  const aAt = targetsAt + targetBytes;
  const targets = engine.i32.subarray(targetsAt >>> 2, (targetsAt >>> 2) + panel * perRow);
  copyIn(engine, outAt, out, outOff, outOff + outLength);
  for (let i = 0; i < rows; i += panel) {
    const count = Math.min(panel, rows - i);
    const from = aOff + i * lda;
    fill(targets, 0, first + i, count);
    const panelAt = copyPanelIn(engine, aAt, A, from, from + (count - 1) * lda + columns);
    engine.kernels.scatterRows(outAt, ldOut, panelAt, lda, count, columns, targetsAt, perRow);
  }
  copyOut(out, outOff, engine, outAt, outLength);
  releaseLargeMemory(engine);
  return true;
}
