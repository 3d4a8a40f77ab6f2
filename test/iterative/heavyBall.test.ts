import { describe, expect, it } from 'vitest';
import { HeavyBall } from '../../src/iterative/heavyBall';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { sketchedFactor } from '../../src/precondition/sketchedFactor';
import { createSketch } from '../../src/sketch/create';
import { naiveMatvec } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomVector } from '../support/random';
import { KNOWN_KAPPA, knownGram } from '../support/systems';
import { u } from '../support/tolerances';

const rho = 1 / 4;
const root = Math.sqrt(rho);
// the coefficients are optimal for the spectrum in [1/(1 + √ρ)², 1/(1 − √ρ)²] = [0.444, 4]
const eigenvalues = [4, 3, 1.7, 1, 0.8, 0.5, 4 / 9];
const d = eigenvalues.length;
const system = knownGram(eigenvalues, 1);
/** Rounding of one product with M, c = 20, ‖M‖ = 4. */
const rounding = 20 * d * KNOWN_KAPPA * u * 4;

function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Math.hypot(...Array.from(x, (entry, i) => entry - y[i]));
}

/** ρ^(k/2)·(U_k(y) − √ρ·U_{k−1}(y)), y = (1 + ρ − (1 − ρ)²λ)/(2√ρ): the error polynomial of k steps at λ. */
function errorPolynomial(k: number, lambda: number): number {
  const y = (1 + rho - (1 - rho) ** 2 * lambda) / (2 * root);
  let [previous, current] = [0, 1];
  for (let i = 0; i < k; i++) [previous, current] = [current, 2 * y * current - previous];
  return root ** k * (current - root * previous);
}

describe('HeavyBall', () => {
  it('the error along an eigenvector is the Chebyshev combination of the second kind', () => {
    eigenvalues.forEach((lambda, m) => {
      const v = system.eigenvectors.data.filter((_, p) => p % d === m);
      const iteration = new HeavyBall(
        system.M,
        v.map((entry) => lambda * entry),
        rho,
      );
      expect(Math.abs(iteration.residualNorm - lambda)).toBeLessThan(4 * u * lambda);
      for (let k = 1; k <= 15; k++) {
        const before = iteration.z.slice();
        const update = iteration.step();
        const wanted = v.map((entry) => (1 - errorPolynomial(k, lambda)) * entry);
        expect(distance(iteration.z, wanted)).toBeLessThan(k * rounding);
        expect(Math.abs(update - distance(iteration.z, before))).toBeLessThan(8 * u);
        expect(Math.abs(iteration.residualNorm - lambda * Math.abs(errorPolynomial(k, lambda)))).toBeLessThan(
          k * rounding,
        );
      }
    });
  });

  it('rate √ρ: ‖error‖ ≤ ρ^(k/2)(k + 1 + √ρ·k)‖z*‖, attained at the lower end of the spectrum', () => {
    const z = randomVector(d, 2);
    const iteration = new HeavyBall(system.M, naiveMatvec(system.dense, z), rho);
    for (let k = 1; k <= 30; k++) {
      iteration.step();
      const limit = root ** k * (k + 1 + root * k) * Math.hypot(...z);
      expect(distance(iteration.z, z)).toBeLessThan(limit + 30 * rounding * Math.hypot(...z));
    }
    expect(errorPolynomial(30, 4 / 9) / (root ** 30 * (31 - root * 30))).toBeCloseTo(1, 10);
  });

  it('diverges for λ beyond 2(1 + ρ)/(1 − ρ)² = 4.44', () => {
    const { M } = knownGram([4.6, 1, 1, 1, 1, 1, 1], 3);
    const iteration = new HeavyBall(M, randomVector(d, 4), rho);
    const start = iteration.residualNorm;
    for (let k = 0; k < 200; k++) iteration.step();
    expect(iteration.residualNorm).toBeGreaterThan(1e3 * start);
  });

  // eigenvalues beyond the ends by a factor 1 + δ cost a factor e^√(2δ) a step: δ is about 10% for these sizes
  it('behind a sketch of s rows: the rate of steps 10 to 30 is √(d/s) up to 1.7, whatever κ(A)', () => {
    const [n, columns, rows] = [1200, 20, 240];
    const rates = [1, 1e4, 1e8].map((kappa) => {
      const { A } = plantedMatrix({ n, d: columns, kappa, seed: 1 });
      const { scaling, R } = sketchedFactor(A, createSketch('sparse-sign', rows, n, 2));
      const M = new PreconditionedGram(new DenseTallOperator(A), R, scaling.scale);
      const iteration = new HeavyBall(M, randomVector(columns, 3), columns / rows);
      const norms = Array.from({ length: 30 }, () => {
        iteration.step();
        return iteration.residualNorm;
      });
      return (norms[29] / norms[9]) ** (1 / 20) / Math.sqrt(columns / rows);
    });
    expect(Math.min(...rates)).toBeGreaterThan(0.9);
    expect(Math.max(...rates)).toBeLessThan(1.7);
    expect(Math.max(...rates) / Math.min(...rates)).toBeLessThan(1.05);
  });

  it('one product a step, no condition estimate, c left alone; ρ = 0 is one exact step on M = I', () => {
    const c = randomVector(d, 5);
    const before = c.slice();
    const passes = system.operator.passes;
    const iteration = new HeavyBall(system.M, c, rho);
    for (let k = 0; k < 6; k++) iteration.step();
    expect(system.operator.passes - passes).toBe(6);
    expect(iteration.conditionEstimate).toBe(1);
    expect(c).toEqual(before);
    const exact = new HeavyBall(knownGram([1, 1, 1, 1, 1, 1, 1], 6).M, c, 0);
    exact.step();
    expect(distance(exact.z, c)).toBeLessThan(rounding * Math.hypot(...c));
    expect(exact.residualNorm).toBeLessThan(rounding * Math.hypot(...c));
  });
});
