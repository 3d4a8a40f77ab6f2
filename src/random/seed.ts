/**
 * From a caller's seed to key words. Everything random in the library starts here, so one seed fixes every bit.
 * seedrandom (ARC4) spreads the characters of the seed over the words; the counter hash does the rest.
 */
import seedrandom from 'seedrandom';

/** 5 and '5' are the same seed; a seed survives JSON unchanged. */
export type Seed = number | string;

/** Two unsigned 32-bit words that select one family of streams. */
export interface StreamKey {
  readonly k0: number;
  readonly k1: number;
}

/** The key of the streams for one purpose; different purposes of one seed are unrelated. */
export function streamKey(seed: Seed, purpose: string): StreamKey {
  const generator = seedrandom(`${ascii(String(seed))}:${purpose}`);
  return { k0: generator.int32() >>> 0, k1: generator.int32() >>> 0 };
}

/** seedrandom reads the low byte of each character only: '一' and '伀' would be one seed. */
function ascii(text: string): string {
  return text.replace(/[\u0100-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
