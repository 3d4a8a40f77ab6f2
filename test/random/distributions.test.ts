import { describe, expect, it } from 'vitest';
import { drawStates } from '../../src/random/counter';
import {
  boundedInteger,
  normalPairInto,
  permutationInto,
  sampleWithoutReplacement,
} from '../../src/random/distributions';
import { streamKey } from '../../src/random/seed';

const key = streamKey(0, 'p');

describe('boundedInteger', () => {
  it.each([1, 2, 3, 7, 100, 2 ** 20, 2 ** 30, 2 ** 31 - 1])('maps the words onto 0 … %i − 1', (bound) => {
    expect(boundedInteger(0, bound)).toBe(0);
    expect(boundedInteger(-1, bound)).toBe(bound - 1);
    expect(boundedInteger(0x7fffffff, bound)).toBe(Math.floor(0x7fffffff * (bound / 2 ** 32)));
  });

  it('is monotone in the unsigned word: floor(word·bound/2³²)', () => {
    expect([0, 0x3fffffff, 0x40000000, -0x80000000, -0x40000000].map((w) => boundedInteger(w, 4))).toEqual([
      0, 0, 1, 2, 3,
    ]);
  });
});

describe('permutationInto', () => {
  it('is what it has always been', () => {
    const order = new Int32Array(10);
    permutationInto(order, 10, drawStates(key, 10), key, 3);
    expect([...order]).toEqual([6, 4, 8, 2, 5, 1, 3, 7, 9, 0]);
  });

  it.each([1, 2, 3, 17, 1024])('of size %i holds every number once, however many are drawn', (size) => {
    const order = new Int32Array(size);
    for (const count of [0, 1, size >> 1, size]) {
      permutationInto(order, size, drawStates(key, count), key, 5);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }
  });

  it('the first entries do not depend on how many are drawn', () => {
    const whole = new Int32Array(50);
    const part = new Int32Array(50);
    permutationInto(whole, 50, drawStates(key, 50), key, 1);
    permutationInto(part, 50, drawStates(key, 20), key, 1);
    expect(part.slice(0, 20)).toEqual(whole.slice(0, 20));
  });

  it('writes no further than size and differs from index to index', () => {
    const a = new Int32Array(40).fill(-7);
    const b = new Int32Array(40).fill(-7);
    permutationInto(a, 32, drawStates(key, 32), key, 0);
    permutationInto(b, 32, drawStates(key, 32), key, 1);
    expect(a.slice(32)).toEqual(new Int32Array(8).fill(-7));
    expect(a).not.toEqual(b);
  });
});

describe('sampleWithoutReplacement', () => {
  it('is what it has always been', () => {
    expect([...sampleWithoutReplacement(1000, 8, key)]).toEqual([49, 208, 216, 217, 457, 657, 699, 979]);
  });

  it.each([
    [1, 1],
    [5, 5],
    [10, 3],
    [1024, 1000],
    [2 ** 31, 50],
  ])('of %i takes %i different numbers, ascending', (size, count) => {
    const sample = sampleWithoutReplacement(size, count, key);
    expect(sample.length).toBe(count);
    expect(sample[0]).toBeGreaterThanOrEqual(0);
    expect(sample[count - 1]).toBeLessThan(size);
    for (let k = 1; k < count; k++) expect(sample[k]).toBeGreaterThan(sample[k - 1]);
  });
});

describe('normalPairInto', () => {
  it('is √(−2 log u)·(cos, sin)(2πv) with u, v from the words', () => {
    const z = new Float64Array(4);
    normalPairInto(z, 1, 123456789, -987654321);
    const radius = Math.sqrt(-2 * Math.log(123456789.5 / 2 ** 32));
    const angle = (2 * Math.PI * (2 ** 32 - 987654321)) / 2 ** 32;
    expect(z[1]).toBeCloseTo(radius * Math.cos(angle), 13);
    expect(z[2]).toBeCloseTo(radius * Math.sin(angle), 13);
    expect([z[0], z[3]]).toEqual([0, 0]);
  });

  it('is finite and at most 6.8 for every word', () => {
    const z = new Float64Array(2);
    for (const word0 of [0, -1, 1, 0x7fffffff, -0x80000000]) {
      for (const word1 of [0, -1, 0x40000000, -0x80000000, 0x7fffffff]) {
        normalPairInto(z, 0, word0, word1);
        expect(Math.hypot(z[0], z[1])).toBeLessThanOrEqual(6.8);
      }
    }
  });
});
