/**
 * The random choices of a subsampled randomized Hadamard transform, block by block: where in its block a row
 * goes, with which sign, and which rows of the transformed block add to which rows of S·A with which sign.
 *
 * Joined form: one transform of all N = 2^k ≥ n rows, seen as H_N = H_{N/B} ⊗ H_B. The sampled row (hi, lo) of
 * H_N is, on block β, the row lo of H_B with sign (−1)^parity(hi & β). Rows are permuted inside blocks only, so
 * that one pass over blocks of rows is enough. Separate form, for n just above a power of two: every block has
 * its own samples and output signs, and no row is spent on padding.
 */
import { drawState, mix, rowState } from '../random/counter';
import { permutationInto, sampleWithoutReplacement } from '../random/distributions';
import { type Seed, type StreamKey, streamKey } from '../random/seed';

const BLOCK_ROWS = 1024;
/** Above this share of padding the separate form wastes less. */
const MAX_PADDING = 1.3;

export interface SrhtDraw {
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

/** Columns of A transformed at a time. */
export function panelColumns(blockRows: number, columns: number): number {
  return Math.min(columns, Math.max(MIN_PANEL_COLUMNS, PANEL_ENTRIES / blockRows));
}

/** What one row of a block, in the given place, adds to: rowTargets[k] = 2k + (1 if negated). Entry (k, i) of H is (−1)^parity(k & i). */
export function hadamardTargetsInto(rowTargets: Int32Array, samples: Int32Array, target: number): void {
  for (let k = 0; k < samples.length; k++) {
    const negated = (samples[k] ^ target ^ parity((samples[k] >> 1) & (target >> 1))) & 1;
    rowTargets[k] = (k << 1) | negated;
  }
}

/** The smallest power of two that is ≥ n, for 1 ≤ n < 2³¹. */
export function paddedRows(n: number): number {
  return 2 ** (32 - Math.clz32(n - 1));
}

/** Unchecked: needs sketchRows ≤ paddedRows(sketchColumns). */
export function srhtDraw(sketchRows: number, sketchColumns: number, seed: Seed): SrhtDraw {
  const padded = paddedRows(sketchColumns);
  const separateRows = Math.max(BLOCK_ROWS, paddedRows(2 * sketchRows));
  const separate = padded > MAX_PADDING * sketchColumns && padded > separateRows;
  const blockRows = separate ? separateRows : Math.min(padded, BLOCK_ROWS);
  const purpose = `srht/${sketchRows}`;
  const sampleKey = streamKey(seed, `${purpose}/samples`);
  return {
    sketchRows,
    blockRows,
    placeRows: rowPlacement(
      blockRows,
      streamKey(seed, `${purpose}/places`),
      streamKey(seed, `${purpose}/signs`),
    ),
    sampleRows: separate
      ? separateSamples(sketchRows, blockRows, sampleKey, streamKey(seed, `${purpose}/outputs`))
      : joinedSamples(sketchRows, blockRows, padded, sampleKey),
  };
}

function rowPlacement(blockRows: number, placeKey: StreamKey, signKey: StreamKey): SrhtDraw['placeRows'] {
  const signDraw = drawState(signKey, 0);
  return (targets, block) => {
    permutationInto(targets, blockRows, blockRows, placeKey, block);
    for (let i = 0; i < blockRows; i++) {
      const negated = mix(rowState(signKey, block * blockRows + i) ^ signDraw) & 1;
      targets[i] = (targets[i] << 1) | negated;
    }
  };
}

function joinedSamples(
  sketchRows: number,
  blockRows: number,
  padded: number,
  key: StreamKey,
): SrhtDraw['sampleRows'] {
  const rows = sampleWithoutReplacement(padded, sketchRows, key);
  const blockBits = Math.log2(blockRows);
  return (samples, block) => {
    for (let k = 0; k < sketchRows; k++) {
      const negated = parity((rows[k] >>> blockBits) & block);
      samples[k] = ((rows[k] & (blockRows - 1)) << 1) | negated;
    }
  };
}

function separateSamples(
  sketchRows: number,
  blockRows: number,
  key: StreamKey,
  outputKey: StreamKey,
): SrhtDraw['sampleRows'] {
  const order = new Int32Array(blockRows);
  return (samples, block) => {
    permutationInto(order, blockRows, sketchRows, key, block);
    const state = rowState(outputKey, block);
    for (let k = 0; k < sketchRows; k++) {
      samples[k] = (order[k] << 1) | (mix(state ^ drawState(outputKey, k)) & 1);
    }
  };
}

/** 1 if an odd number of bits is set. */
export function parity(x: number): number {
  let p = x ^ (x >>> 16);
  p ^= p >>> 8;
  p ^= p >>> 4;
  return (0x6996 >>> (p & 15)) & 1;
}
