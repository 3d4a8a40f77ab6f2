/**
 * TensorSRHT of degree 2, the node that all higher degrees are built of: out_t = (H D₁x)[i_t]·(H D₂y)[j_t]/√m with
 * H the unnormalised Walsh–Hadamard matrix on the length padded to a power of two, D₁ and D₂ independent random
 * signs, i_t and j_t independent and uniform, with replacement. Given the signs the m terms are independent and
 * each has the right mean, so the first k of them times √(m/k) are a node with k rows.
 * Ahle, Kapralov, Knudsen, Pagh, Velingker, Woodruff & Zandieh, SODA 2020, def. 15; Song, Yin & Zhang,
 * arXiv 2308.14304.
 *
 * Vectors come in batches: entry k of the vectors 0 … width − 1 is row k of a contiguous array.
 */
import { fwhtInPlace } from '../dense/fwht';
import { drawState, mix, rowState } from '../random/counter';
import { boundedInteger } from '../random/distributions';
import type { StreamKey } from '../random/seed';
import { paddedRows } from './srhtDraw';

/** One factor of a node: x ↦ (H D x)[i_0 … i_(m−1)]. */
export interface SampledTransform {
  /** Length of x. */
  readonly length: number;
  /** Order of H, the length padded to a power of two. */
  readonly padded: number;
  /** Diagonal of D, ±1. */
  readonly signs: Int8Array;
  /** i_t. */
  readonly samples: Int32Array;
}

export interface TensorNode {
  /** m. */
  readonly rows: number;
  readonly left: SampledTransform;
  readonly right: SampledTransform;
}

/** The factor number `side` of the node with the given key. */
export function drawSampledTransform(
  rows: number,
  length: number,
  key: StreamKey,
  side: number,
): SampledTransform {
  const padded = paddedRows(length);
  const signDraw = drawState(key, 2 * side);
  const sampleDraw = drawState(key, 2 * side + 1);
  const signs = new Int8Array(length);
  const samples = new Int32Array(rows);
  for (let k = 0; k < length; k++) signs[k] = (mix(rowState(key, k) ^ signDraw) & 1) === 0 ? 1 : -1;
  for (let t = 0; t < rows; t++) samples[t] = boundedInteger(mix(rowState(key, t) ^ sampleDraw), padded);
  return { length, padded, signs, samples };
}

/** A node for x of length leftLength and y of length rightLength. Unchecked. */
export function drawTensorNode(
  rows: number,
  leftLength: number,
  rightLength: number,
  key: StreamKey,
): TensorNode {
  return {
    rows,
    left: drawSampledTransform(rows, leftLength, key, 0),
    right: drawSampledTransform(rows, rightLength, key, 1),
  };
}

/** work (padded × width) ← H D x. work must not alias X (length × width). */
export function signedTransformInto(
  work: Float64Array,
  transform: SampledTransform,
  X: Float64Array,
  width: number,
): void {
  const { length, padded, signs } = transform;
  for (let k = 0, p = 0; k < length; k++) {
    const sign = signs[k];
    for (const end = p + width; p < end; p++) work[p] = sign * X[p];
  }
  work.fill(0, length * width, padded * width);
  fwhtInPlace(work, 0, width, padded, width);
}

/**
 * out (rows × width) ← the node's sketches of x ⊗ y. The work arrays have room for padded × width entries of the
 * left and of the right factor. out may alias X or Y, which are read before it is written; nothing else may.
 */
export function applyTensorNodeInto(
  out: Float64Array,
  node: TensorNode,
  X: Float64Array,
  Y: Float64Array,
  leftWork: Float64Array,
  rightWork: Float64Array,
  width: number,
): void {
  signedTransformInto(leftWork, node.left, X, width);
  signedTransformInto(rightWork, node.right, Y, width);
  const lefts = node.left.samples;
  const rights = node.right.samples;
  const scale = 1 / Math.sqrt(node.rows);
  for (let t = 0, to = 0; t < node.rows; t++, to += width) {
    const p = lefts[t] * width;
    const q = rights[t] * width;
    for (let c = 0; c < width; c = (c + 1) | 0) {
      out[(to + c) | 0] = leftWork[(p + c) | 0] * rightWork[(q + c) | 0] * scale;
    }
  }
}
