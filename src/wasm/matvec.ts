/**
 * Products of a tall matrix with vectors by the WebAssembly kernels: A is copied in by panels that stay in
 * second-level cache, which costs no more than reading it, and used at once.
 */
import { copyIn, copyOut, copyPanelIn, PAGE_BYTES } from './copy';
import type { Engine } from './engine';

/** A panel of A: half of a small second-level cache. */
const PANEL_BYTES = 96 * 1024;
/**
 * Rows whose terms of Aᵀy are summed by themselves before the sum is added to g: one running sum over all m rows
 * would round to the size of the whole m/4 times.
 */
export const STRETCH_ROWS = 512;

/** Addresses in the engine's memory: x, the sum of a stretch, then a panel's right-hand side, result and rows of A. */
interface Layout {
  readonly rows: number;
  readonly x: number;
  readonly g: number;
  readonly b: number;
  readonly y: number;
  readonly a: number;
}

function layout(engine: Engine, m: number, n: number): Layout {
  const fitting = Math.floor(PANEL_BYTES / (64 * n)) * 8;
  const rows = Math.min(m, STRETCH_ROWS, Math.max(8, fitting));
  const width = 8 * (n + (n & 1));
  const height = 8 * (rows + (rows & 1));
  const x = engine.reserve(2 * width + 2 * height + rows * 8 * n + PAGE_BYTES);
  const g = x + width;
  const b = g + width;
  const y = b + height;
  return { rows, x, g, b, y, a: y + height };
}

/** Calls visit for each panel of A, when it is copied in: its first row, how many there are, and where they lie. */
function forEachPanel(
  engine: Engine,
  at: Layout,
  A: Float64Array,
  m: number,
  n: number,
  visit: (first: number, rows: number, panel: number) => void,
): void {
  for (let i = 0; i < m; i += at.rows) {
    const rows = Math.min(at.rows, m - i);
    visit(i, rows, copyPanelIn(engine, at.a, A, i * n, (i + rows) * n));
  }
}

/** g ← the sum of what the visits add at `at.g`. Else as forEachPanel. */
function sumOverPanels(
  engine: Engine,
  at: Layout,
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  visit: (first: number, rows: number, panel: number) => void,
): void {
  const first = at.g >>> 3;
  const stretch = STRETCH_ROWS - (STRETCH_ROWS % at.rows);
  g.fill(0, 0, n);
  engine.f64.fill(0, first, first + n);
  forEachPanel(engine, at, A, m, n, (i, rows, panel) => {
    visit(i, rows, panel);
    if ((i + rows) % stretch !== 0 && i + rows < m) return;
    const sum = engine.f64;
    for (let j = 0; j < n; j++) g[j] += sum[first + j];
    sum.fill(0, first, first + n);
  });
}

/** y ← A x. */
export function wasmMatvec(
  engine: Engine,
  y: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
): void {
  const { kernels } = engine;
  const at = layout(engine, m, n);
  copyIn(engine, at.x, x, 0, n);
  forEachPanel(engine, at, A, m, n, (i, rows, panel) => {
    kernels.rowProducts(at.y, panel, rows, n, at.x);
    copyOut(y, i, engine, at.y, rows);
  });
}

/** g ← Aᵀ y. */
export function wasmMatvecTransposed(
  engine: Engine,
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  y: Float64Array,
): void {
  const { kernels } = engine;
  const at = layout(engine, m, n);
  sumOverPanels(engine, at, g, A, m, n, (i, rows, panel) => {
    copyIn(engine, at.y, y, i, i + rows);
    kernels.addTransposedProduct(at.g, panel, rows, n, at.y);
  });
}

/** r ← b − A x and g ← Aᵀ r. */
export function wasmResidualGradient(
  engine: Engine,
  r: Float64Array,
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
  b: Float64Array,
): void {
  const { kernels } = engine;
  const at = layout(engine, m, n);
  copyIn(engine, at.x, x, 0, n);
  sumOverPanels(engine, at, g, A, m, n, (i, rows, panel) => {
    copyIn(engine, at.b, b, i, i + rows);
    kernels.residualGradient(at.y, at.g, panel, rows, n, at.x, at.b);
    copyOut(r, i, engine, at.y, rows);
  });
}

/** g ← Aᵀ(A x). */
export function wasmGramVector(
  engine: Engine,
  g: Float64Array,
  A: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
): void {
  const { kernels } = engine;
  const at = layout(engine, m, n);
  copyIn(engine, at.x, x, 0, n);
  sumOverPanels(engine, at, g, A, m, n, (_, rows, panel) => {
    kernels.productGradient(at.y, at.g, panel, rows, n, at.x);
  });
}
