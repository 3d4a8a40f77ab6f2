/**
 * The Gaussian kernel by the WebAssembly kernels. Points become tiles' operands once: those of the columns by strips
 * that stay in cache, those of the rows panel by panel; an entry is made in cache and used, or copied out, there.
 */
import { type Engine, releaseLargeMemory } from './engine';
import { eights, type PointRange, packStrip, stagePoints } from './points';

interface TileSize {
  readonly rows: number;
  readonly columns: number;
}

/** Of a tile that is multiplied where it lies: with its operands in second-level cache. Multiples of 8, as all. */
const PRODUCT_TILE: TileSize = { rows: 96, columns: 96 };
/** Entries and columns of one that is copied out, which wants long rows, and coordinates of the points of its rows. */
const COPIED_ENTRIES = 2 ** 14;
const COPIED_COLUMNS = 512;
const COPIED_COORDINATES = 12_000;
const LEAST_ROWS = 24;
/** Packed points of a strip of columns. */
const STRIP_BYTES = 4 * 2 ** 20;

/** Points, and half their squared norms. */
export interface WasmPoints extends PointRange {
  readonly halfSq: Float64Array;
}

/** What is done with rows i … and columns j … of the kernel, at f64[tile] with leading dimension ld. */
type UseTile = (tile: number, ld: number, i: number, rows: number, j: number, columns: number) => void;

interface Layout {
  /** Columns that are packed at a time. */
  readonly strip: number;
  /** Of a tile. */
  readonly rows: number;
  readonly columns: number;
  /** Addresses: points and halves of the rows of a tile, of the strip, the tile itself. */
  readonly a: number;
  readonly h: number;
  readonly right: number;
  readonly g: number;
  readonly tile: number;
  readonly work: number;
  readonly end: number;
}

function copiedTile(columns: number, d: number): TileSize {
  const width = Math.min(COPIED_COLUMNS, eights(columns));
  const rows = Math.floor(Math.min(COPIED_ENTRIES / width, COPIED_COORDINATES / d) / 8) * 8;
  return { rows: Math.max(LEAST_ROWS, rows), columns: width };
}

/** Where things lie from `start` on. */
function layout(
  engine: Engine,
  start: number,
  size: TileSize,
  A: WasmPoints,
  B: WasmPoints,
  d: number,
): Layout {
  const rows = Math.min(size.rows, eights(A.count));
  const columns = Math.min(size.columns, eights(B.count));
  const fitting = columns * Math.max(1, Math.floor(STRIP_BYTES / (8 * d * columns)));
  const strip = Math.min(fitting, eights(B.count));
  const h = start + 8 * rows * d;
  const right = h + 8 * rows;
  const g = right + 8 * strip * d;
  const tile = g + 8 * strip;
  const work = tile + 8 * rows * columns;
  const end = work + engine.kernels.pointsWorkBytes() + 8 * columns;
  return { strip, rows, columns, a: start, h, right, g, tile, work, end };
}

/** Half of the squared norms from i on, and a zero where a last pair has no second one. */
function stageHalves(
  { f64 }: Engine,
  address: number,
  { halfSq, first }: WasmPoints,
  i: number,
  count: number,
) {
  const to = address >>> 3;
  f64.set(halfSq.subarray(first + i, first + i + count), to);
  if (count & 1) f64[to + count] = 0;
}

/**
 * Calls `use` for tiles of the kernel of A's rows and B's columns; with `upper`, where A is B, for those that reach the
 * diagonal or above it: what they have below it is 0.
 */
function forEachTile(
  engine: Engine,
  at: Layout,
  A: WasmPoints,
  B: WasmPoints,
  d: number,
  upper: boolean,
  use: UseTile,
): void {
  const { columns: ld, a, h, right, g, tile, work } = at;
  for (let c = 0; c < B.count; c += at.strip) {
    const count = Math.min(at.strip, B.count - c);
    packStrip(engine, right, B, c, count, d, a, at.rows);
    stageHalves(engine, g, B, c, count);
    const last = upper ? c + count : A.count;
    for (let i = 0; i < last; i += at.rows) {
      const rows = Math.min(at.rows, A.count - i);
      stagePoints(engine, a, A, i, rows, d);
      stageHalves(engine, h, A, i, rows);
      for (let j = upper && i > c ? (i - c) & -8 : 0; j < count; j += at.columns) {
        const columns = Math.min(at.columns, count - j);
        const below = upper ? i - c - j : -A.count;
        const all = eights(count);
        engine.kernels.gaussianTile(tile, ld, a, h, rows, right, all, j, g + 8 * j, columns, d, below, work);
        use(tile >>> 3, ld, i, rows, c + j, columns);
      }
    }
  }
}

/** What of the kernel is wanted, and where: entry (i, j) at K[rowAt(i) + j]. */
export interface GaussianTarget {
  readonly K: Float64Array;
  readonly rowAt: (i: number) => number;
  /** Entries with i ≤ j only, A being B. */
  readonly upper: boolean;
  /** Entries (i, i + diagonal) are 1; null where A is not B. */
  readonly diagonal: number | null;
}

/** The kernel of A's rows and B's columns to where the target says. False where memory is wanting. */
export function wasmGaussianInto(
  engine: Engine,
  target: GaussianTarget,
  A: WasmPoints,
  B: WasmPoints,
  d: number,
): boolean {
  const { K, rowAt, upper, diagonal } = target;
  const size = copiedTile(B.count, d);
  const start = engine.reserve(layout(engine, 0, size, A, B, d).end);
  if (start === 0) return false;
  const { f64, kernels } = engine;
  const contiguous = !upper && B.count <= size.columns && rowAt(1) - rowAt(0) === B.count;
  forEachTile(
    engine,
    layout(engine, start, size, A, B, d),
    A,
    B,
    d,
    upper,
    (tile, ld, i, rows, j, columns) => {
      const own = (r: number) => (diagonal === null ? -1 : i + r + diagonal - j);
      for (let r = 0; r < rows && own(r) < columns; r++) if (own(r) >= 0) f64[tile + r * ld + own(r)] = 1;
      if (contiguous) {
        kernels.closeRows(8 * tile, ld, rows, columns);
        K.set(f64.subarray(tile, tile + rows * columns), rowAt(i));
        return;
      }
      for (let r = 0; r < rows; r++) {
        const from = upper ? Math.max(0, own(r)) : 0;
        const row = tile + r * ld;
        if (from < columns) K.set(f64.subarray(row + from, row + columns), rowAt(i + r) + j + from);
      }
    },
  );
  releaseLargeMemory(engine);
  return true;
}

/** Y ← G X for the kernel G of the points, X and Y count × nrhs. False where memory is wanting. */
export function wasmGaussianProduct(
  engine: Engine,
  Y: Float64Array,
  A: WasmPoints,
  d: number,
  X: Float64Array,
  nrhs: number,
): boolean {
  const length = eights(A.count);
  const vectors = 8 * length * nrhs;
  const y = engine.reserve(2 * vectors + layout(engine, 0, PRODUCT_TILE, A, A, d).end);
  if (y === 0) return false;
  const { f64, kernels } = engine;
  const x = y + vectors;
  f64.fill(0, y >>> 3, (x + vectors) >>> 3);
  stageColumns(f64, x >>> 3, length, X, A.count, nrhs);
  const at = layout(engine, x + vectors, PRODUCT_TILE, A, A, d);
  forEachTile(engine, at, A, A, d, true, (tile, ld, i, rows, j, columns) => {
    // one half for either direction
    for (let r = Math.max(0, j - i); r < rows && i + r < j + columns; r++)
      f64[tile + r * ld + i + r - j] = 0.5;
    for (let k = 0; k < nrhs; k++) {
      const row = 8 * (k * length + i);
      const column = 8 * (k * length + j);
      kernels.addTilePair(
        y + row,
        y + column,
        8 * tile,
        ld,
        rows + (rows & 1),
        columns + (columns & 1),
        x + row,
        x + column,
      );
    }
  });
  copyColumnsOut(Y, f64, y >>> 3, length, A.count, nrhs);
  releaseLargeMemory(engine);
  return true;
}

/** Column k of X (n × nrhs) to f64[to + k·length]. */
function stageColumns(
  f64: Float64Array,
  to: number,
  length: number,
  X: Float64Array,
  n: number,
  nrhs: number,
): void {
  for (let k = 0; k < nrhs; k++) {
    for (let i = 0, p = to + k * length; i < n; i++) f64[p++] = X[i * nrhs + k];
  }
}

/** Column k of Y (n × nrhs) from f64[from + k·length]. */
function copyColumnsOut(
  Y: Float64Array,
  f64: Float64Array,
  from: number,
  length: number,
  n: number,
  nrhs: number,
): void {
  for (let k = 0; k < nrhs; k++) {
    for (let i = 0, p = from + k * length; i < n; i++) Y[i * nrhs + k] = f64[p++];
  }
}
