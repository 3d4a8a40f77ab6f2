import { describe, expect, it } from 'vitest';
import { solveCoshRegression } from '../../src/solvers/coshRegression';
import { randomMatrix, randomVector } from '../support/random';
import { bisectedRoot, identity, plantedRegression, relativeDistance, unitRows } from '../support/regression';

const METHODS = ['newton', 'sketch-cg', 'sketch'] as const;

describe('solveCoshRegression, convex', () => {
  it('the minimum is 0 from any start', () => {
    const A = randomMatrix(200, 4, 1);
    const b = randomVector(200, 2).map((v) => 2 * v);
    const w = b.map((v) => Math.sqrt(Math.max(0, v <= 4 ? v - 1 : 1 + (v * v) / 8)) + 0.01);
    for (const method of METHODS) {
      for (const size of [0, 1e-3, 1, 100, 1e5]) {
        const initialGuess = randomVector(4, 3).map((v) => v * size);
        const { x, status, stats } = solveCoshRegression(A, b, w, { method, initialGuess });
        expect([status, stats.convex, stats.global]).toEqual(['converged', true, true]);
        expect(Math.hypot(...x)).toBeLessThanOrEqual(1e-8);
      }
    }
  });

  it('the certificate flips at w² = b − 1 up to b = 4 and 1 + b²/8 beyond, within 1e-8', () => {
    const A = randomMatrix(20, 3, 1);
    for (const [largest, boundary] of [
      [2, 1],
      [4, 3],
      [6, 5.5],
    ]) {
      const b = randomVector(20, 2).map((v) => Math.tanh(v));
      b[5] = largest;
      const convex = (wSq: number) => solveCoshRegression(A, b, Math.sqrt(wSq)).stats.convex;
      expect(convex(boundary * (1 + 1e-8))).toBe(true);
      expect(convex(boundary * (1 - 1e-8))).toBe(false);
    }
  });
});

describe('solveCoshRegression, not convex', () => {
  it.each(METHODS)('%s: A = I: ± the root of every component, 0 where that is the minimum', (method) => {
    const b = [3, 1.5, 20, -2, 6];
    const { x, status, stats } = solveCoshRegression(identity(5), b, 0.5, { method });
    expect([status, stats.global]).toEqual(['converged', false]);
    b.forEach((entry, j) => {
      // the slope at 0 is 1.25 − b
      const root = entry > 1.25 ? bisectedRoot('cosh', entry, 0.5, 1e-3, 8) : 0;
      expect(Math.abs(Math.abs(x[j]) - root)).toBeLessThanOrEqual(1e-14 * Math.max(1, root));
    });
  });

  it.each(METHODS)('%s: 0 is not reported as a minimum, asked for or not', (method) => {
    const { A, b, x } = plantedRegression('cosh', unitRows(400, 5, 1), { w: 0, noise: 0, seed: 2 });
    for (const options of [{}, { initialGuess: new Float64Array(5) }]) {
      const found = solveCoshRegression(A, b, 0, { method, ...options });
      expect(found.status).toBe('converged');
      const sign = Math.sign(found.x[0] * x[0]);
      expect(
        relativeDistance(
          found.x.map((v) => sign * v),
          x,
        ),
      ).toBeLessThanOrEqual(1e-10);
      expect(found.stats.value).toBeLessThanOrEqual(1e-18);
    }
  });

  it('another guess leads to the other of ±x', () => {
    const { A, b, x } = plantedRegression('cosh', unitRows(400, 5, 1), { w: 0.1, noise: 0, seed: 2 });
    const plus = solveCoshRegression(A, b, 0.1, { initialGuess: x });
    const minus = solveCoshRegression(A, b, 0.1, { initialGuess: x.map((v) => -v) });
    expect(
      relativeDistance(
        minus.x.map((v) => -v),
        plus.x,
      ),
    ).toBeLessThanOrEqual(1e-13);
  });
});
