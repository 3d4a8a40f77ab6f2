import { describe, expect, it } from 'vitest';
import { firstNotFinite, rangedEntries, sumOfSquares } from '../../src/core/range';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('sumOfSquares', () => {
  it.each([0, 1, 3, 4, 5, 8, 11, 65535, 65536, 65537, 131079])('of %d entries', (n) => {
    const v = Float64Array.from({ length: n }, (_, i) => (i % 9) - 4);
    expect(sumOfSquares(v)).toBe(v.reduce((sum, entry) => sum + entry * entry, 0));
  });
});

describe('firstNotFinite', () => {
  it('finds the first NaN or infinity in every place', () => {
    for (let at = 0; at < 6; at++) {
      for (const value of [nan, infinity, -infinity]) {
        const v = Float64Array.of(1, 2, 3, 4, 5, 6);
        v[at] = value;
        expect(firstNotFinite(v, sumOfSquares(v))).toBe(at);
      }
    }
  });

  it('is not misled by squares that overflow', () => {
    const v = Float64Array.of(1, 1e200);
    expect(firstNotFinite(v, sumOfSquares(v))).toBe(-1);
  });
});

describe('rangedEntries', () => {
  const ranged = (...entries: number[]) => {
    const v = Float64Array.from(entries);
    return rangedEntries(v, sumOfSquares(v));
  };

  it('leaves ordinary entries and zeros alone', () => {
    const v = Float64Array.of(1e-100, -1e100, 0);
    expect(rangedEntries(v, sumOfSquares(v)).entries).toBe(v);
    expect(ranged(0, 0).exponent).toBe(0);
    expect(ranged().exponent).toBe(0);
  });

  it.each([1e150, -1e-150, Number.MAX_VALUE, 2 ** -1074])('brings %d near 1 by a power of two', (value) => {
    const { entries, exponent } = ranged(value, value / 4);
    expect(Math.abs(entries[0])).toBeGreaterThanOrEqual(0.5); // log₂ of the largest double rounds to 1024
    expect(Math.abs(entries[0])).toBeLessThan(4);
    expect(entries[0] * 2 ** Math.trunc(exponent / 2) * 2 ** (exponent - Math.trunc(exponent / 2))).toBe(
      value,
    );
  });
});
