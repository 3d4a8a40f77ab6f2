import { describe, expect, it } from 'vitest';
import { ConjugateGradient } from '../../src/iterative/conjugateGradient';
import { GradientDescent } from '../../src/iterative/gradientDescent';
import { HeavyBall } from '../../src/iterative/heavyBall';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { KNOWN_KAPPA, type KnownGram, knownGram } from '../support/systems';
import { u } from '../support/tolerances';

/** Rounding of a product with M, c = 20, times ‖M‖ ≤ 4. */
function rounding(d: number): number {
  return 80 * d * KNOWN_KAPPA * u;
}

/** √(eᵀMe), the norm in which conjugate gradients are optimal. */
function energyNorm({ dense }: KnownGram, x: ArrayLike<number>, z: ArrayLike<number>): number {
  const e = Float64Array.from(x, (entry, i) => entry - z[i]);
  const Me = naiveMatvec(dense, e);
  return Math.sqrt(e.reduce((sum, entry, i) => sum + entry * Me[i], 0));
}

const eigenvalues = [3.2, 2.9, 2.5, 2, 1.7, 1.2, 1, 0.8, 0.6, 0.5, 0.35, 0.2];
const d = eigenvalues.length;
const kappa = 16;
const system = knownGram(eigenvalues, 1);

describe('ConjugateGradient', () => {
  it.each([
    [1, [2]],
    [2, [2, 0.5]],
    [3, [3, 1, 0.25]],
    [5, [3, 2, 1, 0.5, 0.25]],
  ])('%d distinct eigenvalues: exact after as many steps, and not before', (m, values) => {
    const known = knownGram(
      Array.from({ length: 10 }, (_, k) => values[k % m]),
      m,
    );
    const z = randomVector(10, 7);
    const iteration = new ConjugateGradient(known.M, naiveMatvec(known.dense, z));
    for (let k = 0; k < m; k++) {
      expect(energyNorm(known, iteration.z, z)).toBeGreaterThan(1e-4);
      iteration.step();
    }
    // each step passes on the rounding of the earlier ones times at most κ = 12
    expect(energyNorm(known, iteration.z, z)).toBeLessThan(12 * m * rounding(10) * Math.hypot(...z));
    expect(Math.abs(iteration.conditionEstimate / (values[0] / values[m - 1]) - 1)).toBeLessThan(2e-3);
  });

  it('‖error‖_M ≤ 2((√κ − 1)/(√κ + 1))ᵏ‖z*‖_M, falling monotonically', () => {
    const z = randomVector(d, 2);
    const iteration = new ConjugateGradient(system.M, naiveMatvec(system.dense, z));
    const start = energyNorm(system, new Float64Array(d), z);
    const rate = (Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1);
    let previous = start;
    for (let k = 1; k <= d; k++) {
      iteration.step();
      const error = energyNorm(system, iteration.z, z);
      expect(error).toBeLessThan(2 * rate ** k * start);
      expect(error).toBeLessThan(previous + 1e-13);
      previous = error;
    }
  });

  it('is never behind gradient descent or heavy ball in that norm', () => {
    const z = randomVector(d, 3);
    const c = naiveMatvec(system.dense, z);
    const iteration = new ConjugateGradient(system.M, c);
    const others = [
      new GradientDescent(system.M, c, 0.5, false),
      new GradientDescent(system.M, c, 0.3, false),
      new HeavyBall(system.M, c, 0.3),
    ];
    for (let k = 1; k <= 8; k++) {
      iteration.step();
      const error = energyNorm(system, iteration.z, z);
      for (const other of others) {
        other.step();
        expect(error).toBeLessThan(energyNorm(system, other.z, z));
      }
    }
  });

  it('reports the norms of the residual and of the change of z', () => {
    const c = randomVector(d, 4);
    const iteration = new ConjugateGradient(system.M, c);
    expect(iteration.residualNorm).toBeCloseTo(Math.hypot(...c), 13);
    for (let k = 1; k <= 8; k++) {
      const before = iteration.z.slice();
      const update = iteration.step();
      const change = Math.hypot(...iteration.z.map((entry, i) => entry - before[i]));
      expect(Math.abs(update / change - 1)).toBeLessThan(1e-12);
      const residual = naiveMatvec(system.dense, iteration.z).map((entry, i) => c[i] - entry);
      const limit = k * rounding(d) * Math.hypot(...c);
      expect(Math.abs(iteration.residualNorm - Math.hypot(...residual))).toBeLessThan(limit);
    }
  });

  it('the condition estimate starts at 1, never falls, and ends at κ(M) from below', () => {
    const iteration = new ConjugateGradient(system.M, randomVector(d, 5));
    let previous = iteration.conditionEstimate;
    expect(previous).toBe(1);
    for (let k = 1; k <= d; k++) {
      iteration.step();
      const estimate = iteration.conditionEstimate;
      // Ritz values are found to 1e-3 each
      expect(estimate).toBeGreaterThan(previous * (1 - 2e-3));
      expect(estimate).toBeLessThan(kappa * (1 + 2e-3));
      previous = estimate;
    }
    expect(Math.abs(previous / kappa - 1)).toBeLessThan(2e-3);
  });

  it('one product a step; c is left alone', () => {
    const c = randomVector(d, 6);
    const before = c.slice();
    const passes = system.operator.passes;
    const iteration = new ConjugateGradient(system.M, c);
    for (let k = 0; k < 4; k++) iteration.step();
    expect(system.operator.passes - passes).toBe(4);
    expect(c).toEqual(before);
  });

  it('c = 0, M = 0 and steps beyond convergence change nothing by more than rounding', () => {
    const still = new ConjugateGradient(system.M, new Float64Array(d));
    expect(still.step()).toBe(0);
    expect([still.residualNorm, still.conditionEstimate, ...still.z]).toEqual([0, 1, ...new Float64Array(d)]);
    const { R, scale } = system.M;
    const zero = { rows: 20, columns: d, data: new Float64Array(20 * d) };
    const flat = new ConjugateGradient(
      new PreconditionedGram(new DenseTallOperator(zero), R, scale),
      randomVector(d, 8),
    );
    expect([flat.step(), ...flat.z]).toEqual([0, ...new Float64Array(d)]);
    const z = randomVector(d, 7);
    const iteration = new ConjugateGradient(system.M, naiveMatvec(system.dense, z));
    for (let k = 0; k < 400; k++) iteration.step();
    const error = Math.hypot(...z.map((entry, i) => entry - iteration.z[i]));
    // κ(M) times the rounding of the right-hand side and of the residual
    expect(error).toBeLessThan(kappa * rounding(d) * Math.hypot(...z));
    expect(iteration.step()).toBeLessThan(1e-30);
  });
});
