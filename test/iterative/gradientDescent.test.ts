import { describe, expect, it } from 'vitest';
import { GradientDescent } from '../../src/iterative/gradientDescent';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { KNOWN_KAPPA, type KnownGram, knownGram } from '../support/systems';
import { u } from '../support/tolerances';

const eigenvalues = [1.9, 1.4, 1.2, 1, 0.6, 0.3, 0.1];
const d = eigenvalues.length;
const system = knownGram(eigenvalues, 1);
/** Rounding of one product with M, c = 20; k steps that contract add up to k of them. */
const rounding = 20 * d * KNOWN_KAPPA * u;

function eigenvector({ eigenvectors }: KnownGram, k: number): Float64Array {
  return eigenvectors.data.filter((_, p) => p % d === k);
}

function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Math.hypot(...Array.from(x, (entry, i) => entry - y[i]));
}

describe('GradientDescent', () => {
  it.each([
    ['z ← z + t(c − Mz)', false, 1],
    ['z ← z + t(c − Mz)', false, 0.7],
    ['z ← z + tM(c − Mz)', true, 0.5],
    ['z ← z + tM(c − Mz)', true, 0.3],
  ] as const)('%s (on M²: %s), t = %d: the error along v is (1 − tλ)ᵏ or (1 − tλ²)ᵏ', (_, squared, t) => {
    eigenvalues.forEach((lambda, m) => {
      const v = eigenvector(system, m);
      const factor = 1 - t * (squared ? lambda ** 2 : lambda);
      const c = v.map((entry) => lambda * entry);
      const iteration = new GradientDescent(system.M, c, t, squared);
      expect(Math.abs(iteration.residualNorm - lambda)).toBeLessThan(4 * u * lambda);
      for (let k = 1; k <= 12; k++) {
        const before = iteration.z.slice();
        const update = iteration.step();
        const wanted = v.map((entry) => (1 - factor ** k) * entry);
        expect(distance(iteration.z, wanted)).toBeLessThan(k * rounding);
        expect(Math.abs(update - distance(iteration.z, before))).toBeLessThan(8 * u);
        expect(Math.abs(iteration.residualNorm - lambda * Math.abs(factor ** k))).toBeLessThan(k * rounding);
      }
    });
  });

  it('the norm of the residual is that of c − Mz', () => {
    const c = randomVector(d, 2);
    const iteration = new GradientDescent(system.M, c, 1, false);
    for (let k = 0; k < 10; k++) iteration.step();
    const residual = distance(c, naiveMatvec(system.dense, iteration.z));
    expect(Math.abs(iteration.residualNorm - residual)).toBeLessThan(10 * rounding * Math.hypot(...c));
    expect(iteration.conditionEstimate).toBe(1);
  });

  it('one product a step, two on M²; c is left alone', () => {
    const c = randomVector(d, 3);
    const before = c.slice();
    for (const squared of [false, true]) {
      const passes = system.operator.passes;
      const iteration = new GradientDescent(system.M, c, 0.5, squared);
      for (let k = 0; k < 5; k++) iteration.step();
      expect(system.operator.passes - passes).toBe(squared ? 10 : 5);
    }
    expect(c).toEqual(before);
  });

  it.each([
    ['λmax(M) = 1.95', 1.95, false, true],
    ['λmax(M) = 2.05', 2.05, false, false],
    ['λmax(M²) = 1.95', Math.sqrt(1.95), true, true],
    ['λmax(M²) = 2.05', Math.sqrt(2.05), true, false],
    ['λmax(M) = 1.95 on M²', 1.95, true, false],
  ] as const)('step 1 with %s: converges only below 2', (_, lambda, squared, converges) => {
    const { M } = knownGram([lambda, 1, 1, 0.9, 0.8, 1.1, 1], 5);
    const c = randomVector(d, 6);
    const iteration = new GradientDescent(M, c, 1, squared);
    const start = iteration.residualNorm;
    for (let k = 0; k < 200; k++) iteration.step();
    if (converges) expect(iteration.residualNorm).toBeLessThan(1e-3 * start);
    else expect(iteration.residualNorm).toBeGreaterThan(1e3 * start);
  });
});
