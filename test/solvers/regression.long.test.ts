/** Many problems of all kinds: everything converges, to the same place by every method. */
import { describe, expect, it } from 'vitest';
import { solveRegression } from '../../src/solvers/regression';
import { plantedMatrix } from '../support/planted';
import { randomVector, testRandom } from '../support/random';
import {
  type Kind,
  plantedRegression,
  referenceRegression,
  relativeDistance,
  unitRows,
} from '../support/regression';

const KINDS: readonly Kind[] = ['exp', 'cosh', 'sinh'];

describe.each(KINDS)('%s', (kind) => {
  it('newton against double-double over sizes, w and noise: 1e-11', () => {
    for (const [n, d] of [
      [30, 1],
      [60, 4],
      [300, 9],
    ]) {
      for (const w of [0.01, 0.5, 3]) {
        for (const noise of [0, 0.05, 0.3]) {
          for (const seed of [1, 2, 3]) {
            const problem = plantedRegression(kind, unitRows(n, d, seed), { w, noise, seed });
            const { x, status, stats } = solveRegression('test', kind, problem.A, problem.b, w, {
              method: 'newton',
            });
            expect(status).toBe('converged');
            expect(stats.iterations).toBeLessThanOrEqual(30);
            const exact = referenceRegression(kind, problem, x);
            if (Math.hypot(...exact) > 1e-20) expect(relativeDistance(x, exact)).toBeLessThanOrEqual(1e-11);
          }
        }
      }
    }
  });

  it('random scales of A, b and w, heavy entries: newton and sketch-cg converge on 299 of 300 or more', () => {
    const lost: string[] = [];
    for (let seed = 1; seed <= 300; seed++) {
      const random = testRandom(seed);
      const d = 1 + random.integer(8);
      const n = d + random.integer(60);
      const heavy = (chance: number, factor: number) => (random.uniform() < chance ? factor : 1);
      const size = 10 ** (3 * random.uniform() - 2);
      const data = new Float64Array(n * d).map(() => random.normal() * size * heavy(0.1, 10));
      const height = 10 ** (5 * random.uniform() - 2);
      const b = new Float64Array(n).map(() => random.normal() * height * heavy(0.05, 100));
      const w = 10 ** (4 * random.uniform() - 3);
      for (const method of ['newton', 'sketch-cg'] as const) {
        const { status, stats } = solveRegression('test', kind, { rows: n, columns: d, data }, b, w, {
          method,
        });
        if (status !== 'converged') lost.push(`${method} ${seed} ${status}`);
        expect(Number.isFinite(stats.value)).toBe(true);
      }
    }
    // exp, seed 119: a row at t = −30, where exp is flat, beyond a barrier that the line search takes in small steps
    expect(lost.filter((line) => line !== `${line.split(' ')[0]} 119 stagnated`)).toEqual([]);
  });

  it('convex problems: one minimum for all methods, steps and starts', () => {
    for (const seed of [1, 2, 3]) {
      for (const kappa of [1, 1e4]) {
        const { A: Q } = plantedMatrix({ n: 3000, d: 15, kappa, seed });
        const A = { ...Q, data: Q.data.map((v) => 15 * v) };
        const b = randomVector(3000, seed).map((v) => 3 * v);
        const w = b.map((v) => Math.sqrt(1.01 + (v * v) / 8));
        const options = [
          { method: 'newton' },
          { method: 'sketch-cg' },
          { method: 'sketch', tolerance: 1e-15 },
          { method: 'sketch', hessianSketch: 'leverage-scores', tolerance: 1e-15 },
          { method: 'newton', initialGuess: randomVector(15, seed).map((v) => 20 * v) },
        ] as const;
        const results = options.map((o) => solveRegression('test', kind, A, b, w, o));
        for (const { status, stats, x } of results) {
          expect([status, stats.global]).toEqual(['converged', true]);
          expect(stats.iterations).toBeLessThanOrEqual(45);
          if (kind !== 'cosh')
            expect(relativeDistance(x, results[0].x)).toBeLessThanOrEqual(1e-14 * kappa + 1e-12);
          else expect(Math.hypot(...x)).toBeLessThanOrEqual(1e-8);
        }
      }
    }
  });
});
