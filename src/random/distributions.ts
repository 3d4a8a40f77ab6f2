/**
 * Distributions on top of the words of `counter.ts`. Everything but `normalPair` is exact integer arithmetic.
 */
import { drawState, mix, rowState } from './counter';
import type { StreamKey } from './seed';

const TWO_TO_MINUS_32 = 2 ** -32;

/** An integer from 0 to bound − 1 out of one word. Each value's probability is within 2⁻³² of 1/bound. */
export function boundedInteger(word: number, bound: number): number {
  return Math.floor((word >>> 0) * TWO_TO_MINUS_32 * bound);
}

/**
 * First `draws.length` entries of a uniformly random permutation of 0 … size − 1 into out; the permutation is number
 * `index` of its key, and draws are the key's `drawStates`. Fisher–Yates on out, which must have length `size`.
 */
export function permutationInto(
  out: Int32Array,
  size: number,
  draws: Int32Array,
  key: StreamKey,
  index: number,
): void {
  for (let i = 0; i < size; i++) out[i] = i;
  const state = rowState(key, index);
  for (let i = 0; i < draws.length; i++) {
    const j = i + boundedInteger(mix(state ^ draws[i]), size - i);
    const swap = out[i];
    out[i] = out[j];
    out[j] = swap;
  }
}

/**
 * `count` different integers from 0 to size − 1, every subset equally likely, in ascending order. Floyd's
 * algorithm: memory count, whatever the size. Bentley & Floyd, CACM 30(9), 1987.
 */
export function sampleWithoutReplacement(size: number, count: number, key: StreamKey): Int32Array {
  const chosen = new Set<number>();
  const state = rowState(key, 0);
  for (let k = 0; k < count; k++) {
    const last = size - count + k;
    const candidate = boundedInteger(mix(state ^ drawState(key, k)), last + 1);
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return Int32Array.from(chosen).sort();
}

/**
 * Two independent N(0, 1) numbers from two words into out[at], out[at + 1] (Box–Muller, |z| ≤ 6.8).
 * Math.log and Math.cos may differ in the last bit between engines, and these numbers with them.
 */
export function normalPairInto(out: Float64Array, at: number, word0: number, word1: number): void {
  const radius = Math.sqrt(-2 * Math.log(((word0 >>> 0) + 0.5) * TWO_TO_MINUS_32));
  const angle = 2 * Math.PI * (word1 >>> 0) * TWO_TO_MINUS_32;
  out[at] = radius * Math.cos(angle);
  out[at + 1] = radius * Math.sin(angle);
}
