import { describe, expect, it } from 'vitest';
import { wordAt } from '../../src/random/counter';
import {
  boundedInteger,
  normalPairInto,
  permutationInto,
  sampleWithoutReplacement,
} from '../../src/random/distributions';
import { streamKey } from '../../src/random/seed';

const key = streamKey(5, 'a');

/** (χ² − ν)/√(2ν): above 7 with probability below 1e-6 for ν ≥ 5. */
function chiSquare(counts: ArrayLike<number>, expected: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += (counts[i] - expected) ** 2 / expected;
  const degrees = counts.length - 1;
  return (sum - degrees) / Math.sqrt(2 * degrees);
}

describe('boundedInteger', () => {
  it('covers 0 … bound − 1 and no more', () => {
    for (const bound of [1, 2, 3, 10, 2 ** 20, 2 ** 31]) {
      expect(boundedInteger(0, bound)).toBe(0);
      expect(boundedInteger(-1, bound)).toBe(bound - 1); // the largest word
    }
  });

  it('is uniform for a bound that is no power of two', () => {
    const counts = new Int32Array(13);
    for (let i = 0; i < 130_000; i++) counts[boundedInteger(wordAt(key, i, 0), 13)]++;
    expect(chiSquare(counts, 10_000)).toBeLessThan(7);
    counts[3] += 1000; // the control: a value 10% too frequent
    expect(chiSquare(counts, 10_000)).toBeGreaterThan(7);
  });
});

describe('permutationInto', () => {
  it('is locked, and a permutation', () => {
    const out = new Int32Array(8);
    permutationInto(out, 8, 8, key, 3);
    expect(Array.from(out)).toEqual([6, 1, 4, 2, 7, 3, 5, 0]);
    const large = new Int32Array(1024);
    permutationInto(large, 1024, 1024, key, 0);
    expect(Array.from(large).sort((a, b) => a - b)).toEqual(Array.from({ length: 1024 }, (_, i) => i));
  });

  it('its first entries do not depend on how many are asked for', () => {
    const all = new Int32Array(50);
    const few = new Int32Array(50);
    permutationInto(all, 50, 50, key, 7);
    permutationInto(few, 50, 9, key, 7);
    expect(few.slice(0, 9)).toEqual(all.slice(0, 9));
  });

  it('every entry is equally likely in every place', () => {
    const counts = new Int32Array(36);
    const out = new Int32Array(6);
    for (let index = 0; index < 36_000; index++) {
      permutationInto(out, 6, 6, key, index);
      for (let place = 0; place < 6; place++) counts[6 * place + out[place]]++;
    }
    expect(chiSquare(counts, 6000)).toBeLessThan(7);
  });
});

describe('sampleWithoutReplacement', () => {
  it('is locked: different, ascending, in range', () => {
    expect(Array.from(sampleWithoutReplacement(100, 6, key))).toEqual([17, 18, 29, 40, 67, 81]);
    for (const [size, count] of [
      [1, 1],
      [10, 10],
      [1000, 300],
      [2 ** 30, 50],
    ]) {
      const sample = sampleWithoutReplacement(size, count, key);
      expect(sample.length).toBe(count);
      for (let k = 0; k < count; k++) {
        expect(sample[k]).toBeGreaterThan(k === 0 ? -1 : sample[k - 1]);
        expect(sample[k]).toBeLessThan(size);
      }
    }
  });

  it('every subset is equally likely', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 20_000; seed++) {
      const name = sampleWithoutReplacement(5, 2, { k0: seed, k1: 77 * seed }).join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    expect(chiSquare([...counts.values()], 2000)).toBeLessThan(7);
  });
});

describe('normalPairInto', () => {
  it('has the moments of the normal distribution, to 5.5 standard deviations, and finite extremes', () => {
    const n = 1 << 17;
    const z = new Float64Array(n);
    for (let i = 0; i < n; i += 2) normalPairInto(z, i, wordAt(key, i, 0), wordAt(key, i, 1));
    const moment = (power: number) => z.reduce((sum, entry) => sum + entry ** power, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(5.5 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5.5 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(5.5 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5.5 * Math.sqrt(96 / n));
    const pair = new Float64Array(2);
    normalPairInto(pair, 0, 0, 0);
    expect(Math.hypot(...pair)).toBeLessThan(6.8);
    normalPairInto(pair, 0, -1, -1);
    expect(pair.every(Number.isFinite)).toBe(true);
  });
});
