import { describe, expect, it } from 'vitest';
import { solveSinhRegression } from '../../src/solvers/sinhRegression';
import { randomMatrix, randomVector } from '../support/random';
import { bisectedRoot, identity } from '../support/regression';

describe('solveSinhRegression', () => {
  it.each(['newton', 'sketch-cg', 'sketch'] as const)('%s: A = I against bisection, to 1e-14', (method) => {
    const b = [0.5, 2, -1, 0, -3, 3.4];
    const { x, stats } = solveSinhRegression(identity(6), b, 1, { method });
    expect(stats.global).toBe(true);
    b.forEach((entry, j) => {
      const root = bisectedRoot('sinh', entry, 1, -6, 5);
      expect(Math.abs(x[j] - root)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(root)));
    });
  });

  it.each(['newton', 'sketch-cg', 'sketch'] as const)('%s: −b gives −x, bit for bit', (method) => {
    const A = randomMatrix(300, 7, 1);
    for (const largest of [1, 30]) {
      const b = randomVector(300, 2).map((v) => largest * v);
      for (const options of [{}, { initialGuess: randomVector(7, 3) }]) {
        const turned =
          options.initialGuess === undefined ? {} : { initialGuess: options.initialGuess.map((v) => -v) };
        const plus = solveSinhRegression(A, b, 0.1, { method, ...options });
        const minus = solveSinhRegression(
          A,
          b.map((v) => -v),
          0.1,
          { method, ...turned },
        );
        expect(minus.x.map((v) => -v)).toEqual(plus.x);
        expect(minus.stats).toEqual(plus.stats);
      }
    }
  });

  it('the certificate flips at w² = b²/8 − 1 within 1e-8, for both signs of b', () => {
    const A = randomMatrix(20, 3, 1);
    for (const extreme of [6, -6]) {
      const b = randomVector(20, 2).map((v) => Math.tanh(v));
      b[5] = extreme;
      const convex = (wSq: number) => solveSinhRegression(A, b, Math.sqrt(wSq)).stats.convex;
      expect(convex(3.5 * (1 + 1e-8))).toBe(true);
      expect(convex(3.5 * (1 - 1e-8))).toBe(false);
    }
    expect(solveSinhRegression(A, new Float64Array(20).fill(2.8), 0).stats.convex).toBe(true);
  });

  it('b = 0 gives 0, from anywhere', () => {
    const A = randomMatrix(20, 3, 1);
    for (const options of [{}, { initialGuess: [1, -2, 3] }]) {
      const { x, stats } = solveSinhRegression(A, new Float64Array(20), 0.5, options);
      expect(x).toEqual(new Float64Array(3));
      expect(stats.global).toBe(true);
    }
  });
});
