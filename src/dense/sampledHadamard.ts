/**
 * Sampled Hadamard transforms of blocks of rows: out += S₀·A, where S₀ takes each row of A to a place of its block,
 * with a sign, transforms the block by H and adds some rows of the result, with signs, to the rows of out. A is read
 * once and left alone. Each entry of out takes one term from a block, or one from a row where a block has few of
 * them: the same bits from both kernel sets.
 */
import { engineFor } from '../wasm/engine';
import { wasmAddSampledHadamard } from '../wasm/sampledHadamard';
import { WASM_SAMPLED_ENTRIES } from './crossover';
import { fwhtInPlace } from './fwht';
import { gatherRowsInto, scatterRowsInto } from './scatter';

/** The places, signs and samples of each block. */
export interface SampledHadamard {
  /** Rows of S₀. */
  readonly sketchRows: number;
  /** B, rows of a block, a power of two. */
  readonly blockRows: number;
  /** Positions and signs of the rows of a block: targets[i] = 2·position + (1 if negated), for all B rows. */
  placeRows(targets: Int32Array, block: number): void;
  /** What the block adds to row k of S₀·A: samples[k] = 2·(row of the transformed block) + (1 if negated). */
  sampleRows(samples: Int32Array, block: number): void;
}

/** Entries transformed at a time, so that they stay in second-level cache: 256 KiB … */
const PANEL_ENTRIES = 2 ** 15;
/** … but not less than two cache lines of every row of A, which is read in these pieces. */
const MIN_PANEL_COLUMNS = 16;
/** Entries of out that fit into the memory which the WebAssembly kernels keep; to open more costs as much as some rows. */
const KEPT_ENTRIES = 2 ** 21;
const OPENED_ROWS = 4;
/** Blocks below this are left to TypeScript: the kernel takes four rows at a time. */
const LEAST_BLOCK = 4;

/** Columns of A transformed at a time. */
export function panelColumns(blockRows: number, columns: number): number {
  return Math.min(columns, Math.max(MIN_PANEL_COLUMNS, PANEL_ENTRIES / blockRows));
}

/** 1 if an odd number of bits is set. */
export function parity(x: number): number {
  let p = x ^ (x >>> 16);
  p ^= p >>> 8;
  p ^= p >>> 4;
  return (0x6996 >>> (p & 15)) & 1;
}

/** What one row of a block, in the given place, adds to: rowTargets[k] = 2k + (1 if negated). Entry (k, i) of H is (−1)^parity(k & i). */
export function hadamardTargetsInto(rowTargets: Int32Array, samples: Int32Array, target: number): void {
  for (let k = 0; k < samples.length; k++) {
    const negated = (samples[k] ^ target ^ parity((samples[k] >> 1) & (target >> 1))) & 1;
    rowTargets[k] = (k << 1) | negated;
  }
}

/** out (sketchRows × columns) += S₀[:, first … first + rows) · A. out must not alias A. */
export function addSampledHadamardInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  draw: SampledHadamard,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  first: number,
): void {
  const { sketchRows, blockRows } = draw;
  const plan = {
    ...draw,
    rowTargets: hadamardTargetsInto,
    // a row costs sketchRows additions for each column, a transform log₂ B for each row of the block
    addedRowByRow: (count: number) => count * sketchRows < blockRows * Math.log2(blockRows),
  };
  const opened = sketchRows * columns > KEPT_ENTRIES ? OPENED_ROWS : 0;
  const engine = blockRows < LEAST_BLOCK ? null : engineFor((rows - opened) * columns, WASM_SAMPLED_ENTRIES);
  if (
    engine !== null &&
    wasmAddSampledHadamard(engine, plan, out, outOff, ldOut, A, aOff, lda, rows, columns, first)
  ) {
    return;
  }
  addBlocks(plan, out, outOff, ldOut, A, aOff, lda, rows, columns, first);
}

interface Plan extends SampledHadamard {
  addedRowByRow(count: number): boolean;
}

/** Tables and buffer of one call. */
interface Workspace {
  readonly targets: Int32Array;
  readonly samples: Int32Array;
  readonly rowTargets: Int32Array;
  readonly buffer: Float64Array;
}

function addBlocks(
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
): void {
  const B = plan.blockRows;
  const work: Workspace = {
    targets: new Int32Array(B),
    samples: new Int32Array(plan.sketchRows),
    rowTargets: new Int32Array(plan.sketchRows),
    buffer: new Float64Array(B * panelColumns(B, columns)),
  };
  for (let row = first, end = first + rows; row < end; ) {
    const block = Math.floor(row / B);
    const count = Math.min(end, (block + 1) * B) - row;
    plan.placeRows(work.targets, block);
    plan.sampleRows(work.samples, block);
    const targets = work.targets.subarray(row - block * B, row - block * B + count);
    const from = aOff + (row - first) * lda;
    const add = plan.addedRowByRow(count) ? addRowByRow : addTransformed;
    add(work, targets, B, out, outOff, ldOut, A, from, lda, columns);
    row += count;
  }
}

/** Places the rows in the buffer, transforms it and adds the sampled rows, a panel of columns at a time. */
function addTransformed(
  work: Workspace,
  targets: Int32Array,
  blockRows: number,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
): void {
  const { samples, buffer } = work;
  const most = panelColumns(blockRows, columns);
  for (let j = 0; j < columns; j += most) {
    const width = Math.min(most, columns - j);
    buffer.fill(0);
    scatterRowsInto(buffer, 0, width, A, aOff + j, lda, targets.length, width, targets, 1);
    fwhtInPlace(buffer, 0, width, blockRows, width);
    gatherRowsInto(out, outOff + j, ldOut, buffer, width, samples, samples.length);
  }
}

/** The same sum without a transform: cheaper for a few rows of a block. */
function addRowByRow(
  work: Workspace,
  targets: Int32Array,
  _blockRows: number,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
): void {
  const { samples, rowTargets } = work;
  for (let i = 0; i < targets.length; i++) {
    hadamardTargetsInto(rowTargets, samples, targets[i]);
    const from = aOff + i * lda;
    scatterRowsInto(out, outOff, ldOut, A, from, lda, 1, columns, rowTargets, samples.length);
  }
}
