/**
 * Householder QR by the WebAssembly kernels: the matrix is copied once, into slabs of eight columns, factored there
 * and copied back, R and reflectors in the layout of dense/householder.ts.
 */
import { type Engine, releaseLargeMemory } from './engine';

/** Rows of A on their way into slabs and out: half of a small second-level cache. */
const PANEL_BYTES = 96 * 1024;
/** Matrices above this stay where they are. */
const MOST_BYTES = 2 ** 30;

/** From here on panels are wide: measured, 5 % slower for 100 columns, as much faster for 300. */
const MANY_COLUMNS = 200;

/** A matrix in slabs: its address, its rows including zeros up to a multiple of eight, its slabs. */
interface Slabs {
  readonly at: number;
  readonly rows: number;
  readonly count: number;
}

/** Addresses in the engine's memory. */
interface Layout {
  readonly panel: number;
  readonly panelRows: number;
  readonly squares: number;
  readonly exponents: number;
  readonly tau: number;
  readonly blocks: number;
  readonly work: number;
  readonly a: Slabs;
  readonly c: Slabs;
}

/** Space for reflectors from an m × n matrix and for a C of nc columns, or null if it cannot be had. */
function layout(engine: Engine, m: number, n: number, nc: number): Layout | null {
  const rows = 8 * Math.ceil(m / 8);
  const slabs = Math.ceil(n / 8);
  const others = Math.ceil(nc / 8);
  if (64 * rows * (slabs + others) > MOST_BYTES) return null;
  const widest = Math.max(slabs, others);
  const panelRows = Math.min(m, Math.max(1, Math.floor(PANEL_BYTES / (64 * widest))));
  const sizes = [
    64 * widest * panelRows,
    64 * widest,
    64 * Math.ceil(widest / 2),
    64 * slabs,
    1024 * slabs,
    engine.kernels.householderWorkBytes(widest),
    64 * rows * slabs,
    64 * rows * others,
  ];
  const base = engine.reserve(sizes.reduce((sum, size) => sum + size, 0));
  if (base === 0) return null;
  let next = base;
  const [panel, squares, exponents, tau, blocks, work, a, c] = sizes.map((size) => {
    const at = next;
    next += size;
    return at;
  });
  return {
    ...{ panel, panelRows, squares, exponents, tau, blocks, work },
    a: { at: a, rows, count: slabs },
    c: { at: c, rows, count: others },
  };
}

/** `to` ← A (m × n), the sums of squares of its columns to `squares`. */
function copyIn(
  engine: Engine,
  at: Layout,
  to: Slabs,
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
): void {
  const { kernels, f64 } = engine;
  const panel = at.panel >>> 3;
  f64.fill(0, at.squares >>> 3, (at.squares >>> 3) + 8 * to.count);
  for (let i = 0; i < m; i += at.panelRows) {
    const rows = Math.min(at.panelRows, m - i);
    if (lda === n) f64.set(A.subarray(i * n, (i + rows) * n), panel);
    else for (let r = 0; r < rows; r++) f64.set(A.subarray((i + r) * lda, (i + r) * lda + n), panel + r * n);
    kernels.fillSlabs(to.at, to.rows, i, rows, n, at.panel, at.squares);
  }
  kernels.clearRows(to.at, to.rows, m, to.count);
}

/** A (m × n) ← `from`. */
function copyOut(
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  engine: Engine,
  at: Layout,
  from: Slabs,
): void {
  const { kernels, f64 } = engine;
  const panel = at.panel >>> 3;
  for (let i = 0; i < m; i += at.panelRows) {
    const rows = Math.min(at.panelRows, m - i);
    kernels.emptySlabs(at.panel, from.at, from.rows, i, rows, n);
    if (lda === n) A.set(f64.subarray(panel, panel + rows * n), i * n);
    else {
      for (let r = 0; r < rows; r++) {
        A.set(f64.subarray(panel + r * n, panel + (r + 1) * n), (i + r) * lda);
      }
    }
  }
}

/**
 * Slabs of a panel that is applied to `columns` columns. More of them read these less often, but cost products of
 * the panel with itself, which only many columns are worth.
 */
function panelWidth(columns: number): number {
  return columns < MANY_COLUMNS ? 2 : 4;
}

/** As householderInPlace; false, and nothing done, if there is no memory for it. */
export function wasmHouseholder(
  engine: Engine,
  A: Float64Array,
  lda: number,
  m: number,
  n: number,
  tau: Float64Array,
): boolean {
  const at = layout(engine, m, n, 0);
  if (at === null) return false;
  const { kernels, f64 } = engine;
  const { a } = at;
  const count = Math.min(m, n);
  copyIn(engine, at, a, A, lda, m, n);
  kernels.scaleColumns(a.at, a.rows, n, at.squares, at.exponents);
  const factored = Math.ceil(count / 8);
  const most = panelWidth(n);
  for (let s = 0; s < factored; s += most) {
    const width = Math.min(most, factored - s);
    kernels.factorPanel(a.at, a.rows, n, s, width, at.tau, at.blocks, at.work);
  }
  kernels.restoreUpper(a.at, a.rows, n, count, at.blocks, at.exponents);
  copyOut(A, lda, m, n, engine, at, a);
  tau.set(f64.subarray(at.tau >>> 3, (at.tau >>> 3) + count));
  releaseLargeMemory(engine);
  return true;
}

/** As applyQTransposedInPlace if transposed, else as applyQInPlace; false, and nothing done, without memory for it. */
export function wasmApplyQ(
  engine: Engine,
  C: Float64Array,
  ldc: number,
  nc: number,
  A: Float64Array,
  lda: number,
  m: number,
  count: number,
  tau: Float64Array,
  transposed: boolean,
): boolean {
  const at = layout(engine, m, count, nc);
  if (at === null) return false;
  const { kernels, f64 } = engine;
  const { a, c } = at;
  copyIn(engine, at, a, A, lda, m, count);
  copyIn(engine, at, c, C, ldc, m, nc);
  f64.fill(0, at.tau >>> 3, (at.tau >>> 3) + 8 * a.count);
  f64.set(tau.subarray(0, count), at.tau >>> 3);
  kernels.formBlocks(a.at, a.rows, count, at.tau, at.blocks);
  const most = panelWidth(nc);
  const panels = Math.ceil(a.count / most);
  for (let p = 0; p < panels; p++) {
    const s = most * (transposed ? p : panels - 1 - p);
    const width = Math.min(most, a.count - s);
    kernels.applyPanel(a.at, a.rows, s, width, at.blocks, c.at, c.count, transposed ? 1 : 0, at.work);
  }
  copyOut(C, ldc, m, nc, engine, at, c);
  releaseLargeMemory(engine);
  return true;
}
