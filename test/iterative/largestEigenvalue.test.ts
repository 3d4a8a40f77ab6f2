import { describe, expect, it } from 'vitest';
import { largestEigenvalue } from '../../src/iterative/largestEigenvalue';
import { exactSingularValues, naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 30;

describe('largestEigenvalue', () => {
  it.each([1, 2, 3])('BᵀB, n steps: the exact one; fewer: from below, growing; start kept', (seed) => {
    const B = randomMatrix(n, n, seed);
    const K = naiveMatmul(naiveTranspose(B), B);
    const operator = {
      size: n,
      multiplyInto: (y: Float64Array, x: Float64Array) => {
        y.set(naiveMatvec(K, x));
      },
    };
    const start = randomVector(n, seed + 10);
    const kept = start.slice();
    const exact = exactSingularValues(K)[0];
    const estimates = [1, 2, 4, 8, n].map((steps) => largestEigenvalue(operator, start, steps));
    for (let k = 1; k < estimates.length; k++) {
      // the bisection ends at a relative width of 1e-3
      expect(estimates[k]).toBeGreaterThanOrEqual(estimates[k - 1] * (1 - 1e-3));
      expect(estimates[k]).toBeLessThanOrEqual(exact * (1 + 1e-3));
    }
    expect(estimates[4]).toBeGreaterThan(exact * (1 - 1e-3 - 100 * n * u));
    expect(estimates[3]).toBeGreaterThan(0.8 * exact);
    // negative control: one step is a mean of the spectrum
    expect(estimates[0]).toBeLessThan(0.7 * exact);
    expect(start).toEqual(kept);
  });

  it('a start that is an eigenvector, and a zero start', () => {
    const operator = {
      size: 2,
      multiplyInto: (y: Float64Array, x: Float64Array) => {
        y[0] = 3 * x[0];
        y[1] = 5 * x[1];
      },
    };
    expect(largestEigenvalue(operator, Float64Array.of(2, 0), 5)).toBeCloseTo(3, 2);
    expect(largestEigenvalue(operator, Float64Array.of(0, 0), 5)).toBe(0);
  });
});
