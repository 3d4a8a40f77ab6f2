/**
 * Rows of exponents ⟨b, a⟩·scale and the sums of their exponentials by the WebAssembly kernels. The points a are packed
 * once, if they fit; rows b pass in blocks whose exponents stay in cache until they are summed.
 */
import { type Engine, releaseLargeMemory } from './engine';
import { eights, type PointRange, packStrip, stagePoints } from './points';

/** Exponents of a block of rows, and rows: below the first, points are packed too often, or stream past too few. */
const EXPONENT_BYTES = 2 ** 20;
const LEAST_ROWS = 16;
const MOST_ROWS = 64;
/** Packed points, for many rows and for a single block of them: memory that is touched once costs more than it saves. */
const KEPT_BYTES = 64 * 2 ** 20;
const STREAMED_BYTES = 2 ** 20;
/** Points that are staged to be packed. A multiple of 8. */
const STEP = 32;

/** Row i: its `seen` exponents lie in f64 from `at` on; Σ exp(s − largest)xⱼ and Σ exp(s − largest). */
export type UseRow = (
  i: number,
  f64: Float64Array,
  at: number,
  seen: number,
  largest: number,
  sum: number,
  ones: number,
) => void;

interface Layout {
  readonly rows: number;
  readonly ld: number;
  readonly strip: number;
  readonly x: number;
  readonly b: number;
  readonly staged: number;
  readonly right: number;
  readonly exponents: number;
  readonly sums: number;
  readonly work: number;
  readonly end: number;
}

function layout({ kernels }: Engine, start: number, m: number, n: number, d: number): Layout {
  const ld = eights(n);
  const fitting = 8 * Math.floor(EXPONENT_BYTES / (64 * ld));
  const rows = Math.min(eights(m), Math.max(LEAST_ROWS, Math.min(MOST_ROWS, fitting)));
  const bytes = m > rows ? KEPT_BYTES : STREAMED_BYTES;
  const strip = Math.min(ld, Math.max(STEP, 8 * Math.floor(bytes / (64 * d))));
  const b = start + 8 * ld;
  const staged = b + 8 * rows * d;
  const right = staged + 8 * STEP * d;
  const exponents = right + 8 * strip * d;
  const sums = exponents + 8 * rows * ld;
  const work = sums + 32;
  const end = work + Math.max(kernels.pointsWorkBytes(), kernels.exponentialSumsWorkBytes());
  return { rows, ld, strip, x: start, b, staged, right, exponents, sums, work, end };
}

/**
 * Sums over j of exp(⟨bᵢ, aⱼ⟩·scale), with weights xⱼ and with 1, for all rows; with `causal` j runs to i only. False
 * where memory is wanting.
 */
export function wasmExponentialRows(
  engine: Engine,
  B: PointRange,
  A: PointRange,
  d: number,
  scale: number,
  x: Float64Array,
  causal: boolean,
  use: UseRow,
): boolean {
  const n = A.count;
  const start = engine.reserve(layout(engine, 0, B.count, n, d).end);
  if (start === 0) return false;
  const { f64, kernels } = engine;
  const at = layout(engine, start, B.count, n, d);
  f64.set(x.subarray(0, n), at.x >>> 3);
  for (let i = 0; i < B.count; i += at.rows) {
    const rows = Math.min(at.rows, B.count - i);
    const columns = causal ? Math.min(n, i + rows) : n;
    exponentsInto(engine, at, B, i, rows, A, columns, d, scale);
    for (let r = 0; r < rows; r++) {
      const seen = causal ? Math.min(columns, i + r + 1) : columns;
      const row = at.exponents + 8 * r * at.ld;
      kernels.exponentialSums(at.sums, row, seen, at.x, at.work);
      const sums = at.sums >>> 3;
      use(i + r, f64, row >>> 3, seen, f64[sums], f64[sums + 1], f64[sums + 2]);
    }
  }
  releaseLargeMemory(engine);
  return true;
}

/** Exponents of rows i … i + rows − 1 with the first `columns` points. */
function exponentsInto(
  engine: Engine,
  at: Layout,
  B: PointRange,
  i: number,
  rows: number,
  A: PointRange,
  columns: number,
  d: number,
  scale: number,
): void {
  const { kernels } = engine;
  stagePoints(engine, at.b, B, i, rows, d);
  for (let j = 0; j < columns; j += at.strip) {
    const count = Math.min(at.strip, A.count - j);
    // one strip of all points is packed for the first block of rows, and kept
    if (i === 0 || count < A.count) packStrip(engine, at.right, A, j, count, d, at.staged, STEP);
    const wanted = Math.min(count, columns - j);
    const tile = at.exponents + 8 * j;
    kernels.pointProducts(
      tile,
      at.ld,
      at.b,
      rows,
      at.right,
      eights(count),
      0,
      wanted,
      d,
      scale,
      -rows,
      at.work,
    );
  }
}
