/**
 * The random choices of a subsampled randomized Hadamard transform, block by block: where in its block a row
 * goes, with which sign, and which rows of the transformed block add to which rows of S·A with which sign.
 *
 * Joined form: one transform of all N = 2^k ≥ n rows, seen as H_N = H_{N/B} ⊗ H_B. The sampled row (hi, lo) of
 * H_N is, on block β, the row lo of H_B with sign (−1)^parity(hi & β). Rows are permuted inside blocks only, so
 * that one pass over blocks of rows is enough. Separate form, for n just above a power of two: every block has
 * its own samples and output signs, and no row is spent on padding.
 */
import { parity, type SampledHadamard } from '../dense/sampledHadamard';
import { drawState, drawStates, mix, rowState, signedKey } from '../random/counter';
import { permutationInto, sampleWithoutReplacement } from '../random/distributions';
import { type Seed, type StreamKey, streamKey } from '../random/seed';

const BLOCK_ROWS = 1024;
/** Above this share of padding the separate form wastes less. */
const MAX_PADDING = 1.3;

/** The smallest power of two that is ≥ n, for 1 ≤ n < 2³¹. */
export function paddedRows(n: number): number {
  return 2 ** (32 - Math.clz32(n - 1));
}

/** Unchecked: needs sketchRows ≤ paddedRows(sketchColumns). */
export function srhtDraw(sketchRows: number, sketchColumns: number, seed: Seed): SampledHadamard {
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

function rowPlacement(
  blockRows: number,
  placeKey: StreamKey,
  signKey: StreamKey,
): SampledHadamard['placeRows'] {
  const signDraw = drawState(signKey, 0);
  const draws = drawStates(placeKey, blockRows);
  const hashKey = signedKey(signKey);
  return (targets, block) => {
    permutationInto(targets, blockRows, draws, placeKey, block);
    const first = block * blockRows;
    for (let i = 0; i < blockRows; i++) {
      const negated = mix(rowState(hashKey, first + i) ^ signDraw) & 1;
      targets[i] = (targets[i] << 1) | negated;
    }
  };
}

function joinedSamples(
  sketchRows: number,
  blockRows: number,
  padded: number,
  key: StreamKey,
): SampledHadamard['sampleRows'] {
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
): SampledHadamard['sampleRows'] {
  const order = new Int32Array(blockRows);
  const draws = drawStates(key, sketchRows);
  const outputDraws = drawStates(outputKey, sketchRows);
  return (samples, block) => {
    permutationInto(order, blockRows, draws, key, block);
    const state = rowState(outputKey, block);
    for (let k = 0; k < sketchRows; k++) {
      samples[k] = (order[k] << 1) | (mix(state ^ outputDraws[k]) & 1);
    }
  };
}
