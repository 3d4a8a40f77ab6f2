import { describe, expect, it } from 'vitest';
import { solveExpRegression } from '../../src/solvers/expRegression';
import { randomMatrix, randomVector } from '../support/random';
import { bisectedRoot, identity } from '../support/regression';

describe('solveExpRegression', () => {
  it.each(['newton', 'sketch-cg', 'sketch'] as const)('%s: A = I against bisection, to 1e-14', (method) => {
    const b = [0.5, 2, -1, 1, -8, 2.5];
    const { x, status, stats } = solveExpRegression(identity(6), b, 1, { method });
    expect([status, stats.convex, stats.global]).toEqual(['converged', true, true]);
    b.forEach((entry, j) => {
      const root = bisectedRoot('exp', entry, 1, -10, 5);
      expect(Math.abs(x[j] - root)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(root)));
    });
  });

  it('w = 0 and b > 0: the logarithm', () => {
    const { x, stats } = solveExpRegression(identity(3), [0.5, 2, 100], 0);
    [0.5, 2, 100].forEach((b, j) => {
      expect(Math.abs(x[j] - Math.log(b))).toBeLessThanOrEqual(1e-14 * 5);
    });
    expect(stats.value).toBeLessThanOrEqual(1e-26);
  });

  it('the certificate flips at w² = b²/8 within 1e-8, and not for b ≤ 0', () => {
    const A = randomMatrix(20, 3, 1);
    const b = randomVector(20, 2).map((v) => Math.min(v, 1));
    b[5] = 6;
    const convex = (wSq: number) => solveExpRegression(A, b, Math.sqrt(wSq)).stats.convex;
    expect(convex(4.5 * (1 + 1e-8))).toBe(true);
    expect(convex(4.5 * (1 - 1e-8))).toBe(false);
    expect(
      solveExpRegression(
        A,
        b.map((v) => -Math.abs(v)),
        1e-3,
      ).stats.convex,
    ).toBe(true);
  });

  it('errors name the function', () => {
    expect(() => solveExpRegression([[1]], [1, 2], 1)).toThrow(/^solveExpRegression: b has length 2/);
  });
});
