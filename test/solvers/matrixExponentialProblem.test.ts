import { describe, expect, it } from 'vitest';
import { Monitor } from '../../src/iterative/stopping';
import { tallOperator } from '../../src/iterative/tallOperator';
import {
  randomStart,
  roundingEstimate,
  scaledRoot,
  spectrumBounds,
} from '../../src/solvers/matrixExponentialProblem';

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

describe('spectrumBounds', () => {
  const bounds = (l: Float64Array, steps: number, seed = 0) => {
    const d = l.length;
    const data = new Float64Array(d * d);
    for (let i = 0; i < d; i++) data[i * (d + 1)] = Math.sqrt(l[i]);
    const A = { rows: d, columns: d, data };
    const rules = { tolerance: 0, maxIterations: 1, signal: undefined, onIteration: undefined };
    const monitor = new Monitor('test', { ...rules, history: undefined });
    const b = new Float64Array(d);
    const operator = tallOperator(A);
    return spectrumBounds({ caller: 'test', A, operator, exponent: 0, b, seed, monitor }, steps);
  };

  it('low is below the spectrum at any number of steps and any seed, high above it from 10 on', () => {
    const l = Float64Array.from({ length: 200 }, (_, i) => 50 + i / 4);
    l[0] = 30; // one eigenvalue alone below the others
    for (let seed = 0; seed < 10; seed++) {
      for (const steps of [1, 5, 10, 30, 60]) {
        const { smallest, largest, low, high } = bounds(l, steps, seed);
        expect(low).toBeLessThan(30);
        expect(low).toBeGreaterThanOrEqual(0);
        if (steps >= 10) expect(high).toBeGreaterThan(99.75);
        expect(smallest).toBeGreaterThan(30 - 1e-11);
        expect(largest).toBeLessThan(99.75 + 1e-11);
      }
    }
    expect(bounds(l, 60).low).toBeGreaterThan(25);
  });

  it('the whole space: low is the smallest eigenvalue but for rounding', () => {
    const { low } = bounds(Float64Array.of(7, 9, 20, 3), 10);
    expect(low).toBeLessThan(3);
    expect(low).toBeGreaterThan(3 - 1e-10);
  });
});
