/**
 * Statistics of the words of `counter.ts` on three fixed seeds, each compared with what independent uniform
 * words would give. Every limit is set for a false-failure probability of 1e-6 over all its comparisons: Z of
 * the normal distribution by Bonferroni, stated at each test. Negative controls: generators with the fault
 * that the test is for.
 */
import { describe, expect, it } from 'vitest';
import { mix, wordAt } from '../../src/random/counter';
import { boundedInteger } from '../../src/random/distributions';
import { streamKey } from '../../src/random/seed';
import { chiSquareZ } from '../support/sketchLaws';

type Words = (i: number, k: number) => number;

const seeds = [0, 1, 'seed'];
const wordsOf = (seed: number | string): Words => {
  const key = streamKey(seed, 'statistics');
  return (i, k) => wordAt(key, i, k);
};

/** Sequential generator seeded with consecutive row numbers: row i + 1 is row i shifted by one. */
const shiftedRows: Words = (i, k) => mix(i + k);
/** The last mix left out: rows differ by a constant pattern of bits. */
const unmixed: Words = (i, k) => mix(i) ^ mix(~k);

/** Largest |z| over the 32 bits of 2¹⁸ words for being set half of the time. */
function bitBalanceZ(words: Words): number {
  const counts = new Float64Array(32);
  for (let i = 0; i < 2 ** 14; i++) {
    for (let k = 0; k < 16; k++) {
      const word = words(i, k);
      for (let bit = 0; bit < 32; bit++) counts[bit] += (word >>> bit) & 1;
    }
  }
  const n = 2 ** 18;
  return counts.reduce((largest, c) => Math.max(largest, Math.abs(c - n / 2) / Math.sqrt(n / 4)), 0);
}

/** Largest |z| of the agreement of bit b of word (i, k) and bit b of word (i + di, k + dk), over 32 bits. */
function correlationZ(words: Words, di: number, dk: number): number {
  const agree = new Float64Array(32);
  const n = 1024 * 16;
  for (let i = 0; i < 1024; i++) {
    for (let k = 0; k < 16; k++) {
      const same = ~(words(i, k) ^ words(i + di, k + dk));
      for (let bit = 0; bit < 32; bit++) agree[bit] += (same >>> bit) & 1;
    }
  }
  return agree.reduce((largest, c) => Math.max(largest, Math.abs(c - n / 2) / Math.sqrt(n / 4)), 0);
}

/** Largest |z| of the parity of (word(i, k), word(i', k), word(i, k'), word(i', k')): the square of s ^ t. */
function squareZ(words: Words): number {
  const even = new Float64Array(32);
  const n = 1024 * 16;
  for (let i = 0; i < 1024; i++) {
    for (let k = 0; k < 16; k++) {
      const square = ~(
        words(2 * i, 2 * k) ^
        words(2 * i + 1, 2 * k) ^
        words(2 * i, 2 * k + 1) ^
        words(2 * i + 1, 2 * k + 1)
      );
      for (let bit = 0; bit < 32; bit++) even[bit] += (square >>> bit) & 1;
    }
  }
  return even.reduce((largest, c) => Math.max(largest, Math.abs(c - n / 2) / Math.sqrt(n / 4)), 0);
}

/** Rows among 0 … 4095 of which one of the first 16 words is among the first 16 of another row. */
function rowsSharingWords(words: Words): number {
  const owner = new Map<number, number>();
  const sharing = new Set<number>();
  for (let i = 0; i < 4096; i++) {
    for (let k = 0; k < 16; k++) {
      const word = words(i, k);
      const first = owner.get(word);
      if (first === undefined) owner.set(word, i);
      else if (first !== i) sharing.add(i).add(first);
    }
  }
  return sharing.size;
}

describe('words', () => {
  // 3 seeds × 32 bits = 96 comparisons: Z = 5.7
  it.each(seeds)('every bit is set half of the time, seed %j', (seed) => {
    expect(bitBalanceZ(wordsOf(seed))).toBeLessThan(5.7);
  });

  // 3 seeds × 8 shifts × 32 bits = 768 comparisons: Z = 6.1
  const shifts = [
    [1, 0],
    [0, 1],
    [1, 1],
    [1, -1],
    [2, 0],
    [1024, 0],
    [1, 2],
    [65536, 3],
  ];
  it.each(seeds)('rows and draws are uncorrelated, shifted ones too, seed %j', (seed) => {
    for (const [di, dk] of shifts) expect(correlationZ(wordsOf(seed), di, dk)).toBeLessThan(6.1);
  });

  // 32 comparisons: Z = 5.5
  it('neighbouring seeds are uncorrelated', () => {
    const [a, b] = [wordsOf(0), wordsOf(1)];
    const n = 2 ** 16;
    const agree = new Float64Array(32);
    for (let i = 0; i < n; i++) {
      const same = ~(a(i, 0) ^ b(i, 0));
      for (let bit = 0; bit < 32; bit++) agree[bit] += (same >>> bit) & 1;
    }
    for (const count of agree) expect(Math.abs(count - n / 2) / Math.sqrt(n / 4)).toBeLessThan(5.5);
  });

  it.each(seeds)('the four words of two rows and two draws are independent, seed %j', (seed) => {
    expect(squareZ(wordsOf(seed))).toBeLessThan(5.7);
  });

  // 2¹⁶ words: 2³¹/2³² = 0.5 equal pairs expected, Poisson; two rows each. P(more than 7 pairs) < 1e-7
  it.each(seeds)('no two rows share a stretch of their streams, seed %j', (seed) => {
    expect(rowsSharingWords(wordsOf(seed))).toBeLessThanOrEqual(14);
  });

  it('negative controls: shared and unmixed streams are found', () => {
    expect(correlationZ(shiftedRows, 1, -1)).toBeGreaterThan(100);
    expect(rowsSharingWords(shiftedRows)).toBeGreaterThan(4000);
    expect(squareZ(unmixed)).toBeGreaterThan(100);
    expect(bitBalanceZ((i, k) => wordAt({ k0: 1, k1: 2 }, i, k) | 64)).toBeGreaterThan(100);
  });
});

describe('boundedInteger', () => {
  /** χ² of the counts of boundedInteger over rows 0 … draws − 1 as a normal deviate. */
  function countsZ(bound: number, draws: number, integer: (i: number) => number): number {
    const counts = new Float64Array(bound);
    for (let i = 0; i < draws; i++) counts[integer(i)]++;
    return chiSquareZ(counts, draws / bound);
  }

  // 3 seeds × 6 bounds = 18 comparisons, 100 expected in each cell: Z = 5.4
  it.each(seeds)('is uniform for bounds 2, 3, 7, 37, 1000, 1024, seed %j', (seed) => {
    const key = streamKey(seed, 'bounded');
    for (const bound of [2, 3, 7, 37, 1000, 1024]) {
      const z = countsZ(bound, 100 * bound, (i) => boundedInteger(wordAt(key, i, 5), bound));
      expect(Math.abs(z)).toBeLessThan(5.4);
    }
  });

  it('negative controls: 8 bits modulo 37, and a sequence that is too even', () => {
    const key = streamKey(0, 'bounded');
    expect(countsZ(37, 37000, (i) => (wordAt(key, i, 0) & 255) % 37)).toBeGreaterThan(5.4);
    expect(countsZ(1000, 100000, (i) => i % 1000)).toBeLessThan(-5.4);
  });
});
