/**
 * Sampled Hadamard transforms of blocks of rows by the WebAssembly kernel: out is copied in before the first block
 * and out after the last, A is read once.
 */
import { copyIn, copyOut, farAddress, PAGE_BYTES } from './copy';
import { type Engine, releaseLargeMemory } from './engine';

/** What the kernel needs to know of the transform: see dense/sampledHadamard.ts. */
interface Plan {
  readonly sketchRows: number;
  /** A power of two, at least 4. */
  readonly blockRows: number;
  placeRows(targets: Int32Array, block: number): void;
  sampleRows(samples: Int32Array, block: number): void;
  rowTargets(rowTargets: Int32Array, samples: Int32Array, target: number): void;
  /** Whether so many rows of a block are cheaper without a transform. */
  addedRowByRow(count: number): boolean;
}

/** Entries of a block of A that are in the engine's memory at a time, and of the buffer of its transform. */
const STAGED_ENTRIES = 2 ** 21;
const BUFFER_ENTRIES = 2 ** 17;
const LEAST_COLUMNS = 16;

/** Columns of A staged and transformed at a time, both even unless all fit, and addresses in the engine's memory. */
interface Layout {
  readonly staged: number;
  readonly width: number;
  readonly out: number;
  readonly sources: number;
  readonly samples: number;
  readonly rowTargets: number;
  readonly buffer: number;
  readonly a: number;
}

function layout(
  engine: Engine,
  { sketchRows, blockRows }: Plan,
  outLength: number,
  columns: number,
  A: Float64Array,
  aOff: number,
): Layout | null {
  const staged = Math.min(columns, Math.max(LEAST_COLUMNS, STAGED_ENTRIES / blockRows));
  const width = Math.min(columns, Math.max(LEAST_COLUMNS, BUFFER_ENTRIES / blockRows));
  const sizes = [
    8 * outLength,
    4 * blockRows,
    4 * sketchRows,
    4 * sketchRows,
    8 * blockRows * (width + (width & 1)),
    // with a row of zeros, and the entry that an odd width reads beyond
    8 * ((blockRows + 1) * staged + 1) + PAGE_BYTES,
  ].map((bytes) => 64 * Math.ceil(bytes / 64));
  let next = engine.reserve(sizes.reduce((sum, bytes) => sum + bytes));
  if (next === 0) return null;
  const [out, sources, samples, rowTargets, buffer, a] = sizes.map((bytes) => {
    next += bytes;
    return next - bytes;
  });
  return { staged, width, out, sources, samples, rowTargets, buffer, a: farAddress(a, A, aOff) };
}

/** As `addSampledHadamardInto` of dense/sampledHadamard.ts. False if there is no memory: nothing is done then. */
export function wasmAddSampledHadamard(
  engine: Engine,
  plan: Plan,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  first: number,
): boolean {
  const B = plan.blockRows;
  const outLength = (plan.sketchRows - 1) * ldOut + columns;
  const at = layout(engine, plan, outLength, columns, A, aOff);
  if (at === null) return false;
  copyIn(engine, at.out, out, outOff, outOff + outLength);
  const targets = new Int32Array(B);
  const samples = engine.i32.subarray(at.samples >>> 2, (at.samples >>> 2) + plan.sketchRows);
  for (let row = first, end = first + rows; row < end; ) {
    const block = Math.floor(row / B);
    const count = Math.min(end, (block + 1) * B) - row;
    plan.placeRows(targets, block);
    plan.sampleRows(samples, block);
    const placed = targets.subarray(row - block * B, row - block * B + count);
    const byRow = plan.addedRowByRow(count);
    if (!byRow) fillSources(engine.i32.subarray(at.sources >>> 2, (at.sources >>> 2) + B), placed);
    for (let j = 0; j < columns; j += at.staged) {
      const width = Math.min(at.staged, columns - j);
      stage(engine, at.a, A, aOff + (row - first) * lda + j, lda, count, width);
      if (byRow) addRows(engine, plan, at, samples, placed, at.out + 8 * j, ldOut, width);
      else addTransformed(engine, plan, at, at.out + 8 * j, ldOut, count, width);
    }
    row += count;
  }
  copyOut(out, outOff, engine, at.out, outLength);
  releaseLargeMemory(engine);
  return true;
}

/** For each place the row that goes there, as 2·row + (1 if negated), or the row of zeros behind the last one. */
function fillSources(sources: Int32Array, targets: Int32Array): void {
  if (targets.length < sources.length) sources.fill(2 * targets.length);
  for (let i = 0; i < targets.length; i++) sources[targets[i] >> 1] = (i << 1) | (targets[i] & 1);
}

/** `count` rows of `width` entries of A, contiguous at `address`. */
function stage(
  engine: Engine,
  address: number,
  A: Float64Array,
  from: number,
  lda: number,
  count: number,
  width: number,
): void {
  if (width === lda) {
    copyIn(engine, address, A, from, from + count * width);
    return;
  }
  for (let i = 0; i < count; i++, from += lda) copyIn(engine, address + 8 * i * width, A, from, from + width);
}

function addRows(
  { kernels, i32 }: Engine,
  plan: Plan,
  at: Layout,
  samples: Int32Array,
  placed: Int32Array,
  out: number,
  ldOut: number,
  width: number,
): void {
  const m = plan.sketchRows;
  const rowTargets = i32.subarray(at.rowTargets >>> 2, (at.rowTargets >>> 2) + m);
  for (let i = 0; i < placed.length; i++) {
    plan.rowTargets(rowTargets, samples, placed[i]);
    kernels.scatterRows(out, ldOut, at.a + 8 * i * width, width, 1, width, at.rowTargets, m);
  }
}

function addTransformed(
  { kernels, f64 }: Engine,
  { blockRows, sketchRows }: Plan,
  at: Layout,
  out: number,
  ldOut: number,
  count: number,
  width: number,
): void {
  const zeros = (at.a >>> 3) + count * width;
  if (count < blockRows) f64.fill(0, zeros, zeros + width);
  for (let j = 0; j < width; j += at.width) {
    const columns = Math.min(at.width, width - j);
    kernels.addSampledBlock(
      out + 8 * j,
      ldOut,
      at.a + 8 * j,
      width,
      columns,
      at.sources,
      blockRows,
      at.samples,
      sketchRows,
      at.buffer,
    );
  }
}
