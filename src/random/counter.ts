/**
 * A counter-based hash: the k-th 32-bit word of row i is mix(s_i ^ t_k) with s_i a keyed hash of i and t_k a
 * keyed hash of k. There is no state, so any row can be drawn at any time and place, and no two rows can read
 * the same stream at a shift, as consecutive seeds of one sequential generator can.
 * Integer arithmetic only: the same words on every engine.
 */
import type { StreamKey } from './seed';

/** A bijection of the 32-bit words whose outputs look unrelated: lowbias32, C. Wellons' "hash prospector". */
export function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return h ^ (h >>> 15);
}

/** The same key as signed words, which engines keep unboxed: hashing many rows takes half the time. */
export function signedKey(key: StreamKey): StreamKey {
  return { k0: key.k0 | 0, k1: key.k1 | 0 };
}

/** s_i. Different rows have different states: for a fixed key this is a bijection of i modulo 2³². */
export function rowState(key: StreamKey, i: number): number {
  return mix((mix(i ^ key.k0) + key.k1) | 0);
}

/** t_k. Precompute one for every draw of a row; it is the same for all rows. */
export function drawState(key: StreamKey, k: number): number {
  return mix((mix(k ^ key.k1) - key.k0) | 0);
}

/** t_0 … t_{count − 1}. */
export function drawStates(key: StreamKey, count: number): Int32Array {
  const states = new Int32Array(count);
  for (let k = 0; k < count; k++) states[k] = drawState(key, k);
  return states;
}

/** The k-th word of row i, as a signed 32-bit integer. */
export function wordAt(key: StreamKey, i: number, k: number): number {
  return mix(rowState(key, i) ^ drawState(key, k));
}
