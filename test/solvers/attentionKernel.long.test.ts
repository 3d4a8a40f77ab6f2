/** Step counts and residuals of the attention kernel solver on data, over several right-hand sides. */
import { describe, expect, it } from 'vitest';
import { prepareAttentionKernel, solveAttentionKernel } from '../../src/solvers/attentionKernel';
import type { AttentionKernelOptions } from '../../src/solvers/attentionOptions';
import { breastCancer, componentwiseError, digits, extendedSolution, spreadRows } from '../support/attention';
import { randomMatrix, randomVector, testRandom } from '../support/random';

const SEEDS = [1, 2, 3, 4, 5];
const report = (line: string) => process.stdout.write(`${line}\n`);

describe('digits/16, temperature 8, forced pcg, tolerance 1e-10', () => {
  it.each([
    [0, 100],
    [1e-2, 60],
  ])('ridge %d: at most %i steps for 5 right-hand sides', (ridge, limit) => {
    const A = digits();
    const kernel = prepareAttentionKernel(A, { method: 'pcg', temperature: 8, ridge });
    const counts = SEEDS.map((seed) => {
      const { status, stats } = kernel.solve(randomVector(A.rows, seed));
      expect(status).toBe('converged');
      expect(stats.relativeResidual).toBeLessThanOrEqual(1e-10);
      return stats.iterations;
    });
    report(`digits ridge ${ridge}: ${counts.join(', ')} steps`);
    expect(Math.max(...counts)).toBeLessThanOrEqual(limit);
  });
});

it('breast cancer, temperature √30, ridge 0: at most 80 steps, backward error ≤ 1e-13', () => {
  const A = breastCancer();
  const kernel = prepareAttentionKernel(A, { method: 'pcg', temperature: Math.sqrt(30) });
  const results = SEEDS.map((seed) => kernel.solve(randomVector(A.rows, seed)));
  report(`breast cancer: ${results.map(({ stats }) => stats.iterations).join(', ')} steps`);
  for (const { status, stats } of results) {
    expect(['converged', 'backward-stable']).toContain(status);
    expect(stats.iterations).toBeLessThanOrEqual(80);
    expect(stats.backwardError).toBeLessThanOrEqual(1e-13);
  }
});

it('Gaussian cloud, d = 3, ridge 0: a random b is not reached, and not called converged; a smooth one may be', () => {
  for (const n of [300, 600, 1000, 1500]) {
    const A = randomMatrix(n, 3, n);
    const smooth = Float64Array.from(
      { length: n },
      (_, i) => Math.sin(A.data[3 * i]) + A.data[3 * i + 1] ** 2,
    );
    for (const [name, b] of [
      ['smooth', smooth],
      ['random', randomVector(n, 9)],
    ] as const) {
      const { status, stats } = solveAttentionKernel(A, b);
      report(`cloud n = ${n}, ${name} b: ${status}, residual ${stats.relativeResidual.toExponential(1)}`);
      expect(stats.relativeResidual).toBeLessThanOrEqual(1);
      if (name === 'random') expect(status).not.toBe('converged');
      expect(status === 'converged').toBe(stats.relativeResidual <= 1e-10);
    }
  }
});

it('five clusters of unit vectors, d = 100, ridge 0.01 absolute: at most 100 and 130 steps', () => {
  for (const [n, limit] of [
    [2000, 100],
    [4000, 130],
  ]) {
    const random = testRandom(n);
    const centres = Array.from({ length: 5 }, () => {
      const v = Float64Array.from({ length: 100 }, () => random.normal());
      return v.map((entry) => entry / Math.hypot(...v));
    });
    const data = new Float64Array(n * 100);
    for (let i = 0; i < n; i++) {
      const row = centres[i % 5].map((entry) => entry + 0.1 * random.normal());
      data.set(
        row.map((entry) => entry / Math.hypot(...row)),
        i * 100,
      );
    }
    const options: AttentionKernelOptions = { ridge: 0.01, ridgeKind: 'absolute' };
    const { status, stats } = solveAttentionKernel(
      { rows: n, columns: 100, data },
      randomVector(n, 1),
      options,
    );
    report(`clusters n = ${n}: ${stats.iterations} steps, ${stats.preconditioner} of rank ${stats.rank}`);
    expect(status).toBe('converged');
    expect(stats.iterations).toBeLessThanOrEqual(limit);
  }
});

it('every entry of x to 5e-14 of its sensitivity over 40 kernels with r² to 77', () => {
  let worst = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const A = spreadRows(20 + seed, 20 + seed, 77, seed);
    const b = randomVector(A.rows, seed);
    const { x } = solveAttentionKernel(A, b, { tolerance: 1e-15, method: seed % 2 === 0 ? 'pcg' : 'direct' });
    worst = Math.max(worst, componentwiseError(x, extendedSolution(A, b)));
  }
  report(`componentwise error of x: ${worst.toExponential(2)}`);
  expect(worst).toBeLessThan(5e-14);
});

it('a path of 8 ridges on the digits: every solve converges, from one set of columns', () => {
  const A = digits();
  const b = randomVector(A.rows, 1);
  const kernel = prepareAttentionKernel(A, { method: 'pcg', temperature: 8, ridge: 1 });
  for (const ridge of [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 0.003]) {
    const { status, stats } = kernel.withRidge(ridge).solve(b);
    report(`digits ridge ${ridge}: ${stats.iterations} steps, rank ${stats.rank}`);
    expect(status).toBe('converged');
  }
});
