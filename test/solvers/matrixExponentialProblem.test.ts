import { describe, expect, it } from 'vitest';
import { randomStart, roundingEstimate, scaledRoot } from '../../src/solvers/matrixExponentialProblem';

describe('roundingEstimate', () => {
  const u = 2 ** -52;

  it('8u·(2 + √t‖A‖(1 + √(tλ)))·loss', () => {
    expect(roundingEstimate(0, 3, 4, 25)).toBeCloseTo(8 * u * (2 + 5 * 3) * 3, 25);
    expect(roundingEstimate(1, 3, 1, 6.25)).toBeCloseTo(8 * u * (2 + 5 * 3) * 3, 25);
  });

  it('t = 4^exponent far out of the range of doubles', () => {
    expect(scaledRoot(9, 800)).toBe(3 * 2 ** 800);
    expect(roundingEstimate(-800, 1, 4, 25)).toBe(16 * u);
    expect(roundingEstimate(800, 1, 4, 25)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('randomStart', () => {
  it('is fixed by the seed, spread over (−1, 1), and different for another', () => {
    const x = randomStart(0, 500);
    expect(randomStart(0, 500)).toEqual(x);
    expect(randomStart('0', 500)).toEqual(x);
    expect(randomStart(1, 500)).not.toEqual(x);
    expect(Math.max(...x)).toBeGreaterThan(0.9);
    expect(Math.min(...x)).toBeLessThan(-0.9);
    expect(Math.max(...x.map(Math.abs))).toBeLessThan(1);
    expect(x.includes(0)).toBe(false);
  });
});
