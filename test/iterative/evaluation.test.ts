import { describe, expect, it } from 'vitest';
import { backwardErrorBound } from '../../src/iterative/backwardError';
import { Evaluator } from '../../src/iterative/evaluation';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { sketchedFactor } from '../../src/precondition/sketchedFactor';
import { createSketch } from '../../src/sketch/create';
import { backwardErrorFor } from '../support/backwardError';
import { rightSingular } from '../support/doubleDoubleFactor';
import { exactMatvec, exactResidual, leastSquaresReference, naiveTranspose } from '../support/oracles';
import { plantedLeastSquares } from '../support/planted';
import { randomUnitVector, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const [n, d] = [200, 6];

/** Least squares with columns of very different norms, so that C is not the identity. */
function problem(kappa: number, residual: number, seed: number) {
  const { A, b } = plantedLeastSquares({ n, d, kappa, residual, seed });
  const units = [1, 2 ** 9, 2 ** -5, 1, 2 ** -8, 4];
  return { A: { ...A, data: A.data.map((entry, p) => entry * units[p % d]) }, b };
}

/** R from A itself or from a sketch. */
function gramOf(A: ReturnType<typeof problem>['A'], sketched: boolean) {
  const { R, scaling } = sketchedFactor(A, sketched ? createSketch('sparse-sign', 60, n, 1) : null);
  const operator = new DenseTallOperator(A);
  return { operator, M: new PreconditionedGram(operator, R, scaling.scale) };
}

describe('evaluate', () => {
  it('one pass over A: r, g = Aᵀr, R⁻ᵀCg and the norms', () => {
    const { A, b } = problem(100, 0.5, 1);
    const { M, operator } = gramOf(A, true);
    const x = leastSquaresReference(A, b).x.map((entry) => 1.01 * entry);
    const before = [A.data.slice(), b.slice(), x.slice()];
    const found = new Evaluator(M, b, 7).evaluate(x);
    expect(operator.passes).toBe(1);
    expect([A.data, b, x]).toEqual(before);
    expect(found.x).toBe(x);
    const r = exactResidual(A, x, b);
    const g = exactMatvec(naiveTranspose(A), r);
    // c·n·u·‖A‖‖r‖, c = 4
    const limit = 4 * n * u * Math.hypot(...A.data) * Math.hypot(...r);
    expect(Math.hypot(...found.gradient.map((entry, j) => entry - g[j]))).toBeLessThan(limit);
    const preconditioned = found.gradient.slice();
    M.gradientInPlace(preconditioned);
    expect(found.preconditioned).toEqual(preconditioned);
    const wanted = {
      matrixFrobenius: 7,
      rightHandSide: Math.hypot(...b),
      solution: Math.hypot(...x),
      residual: Math.hypot(...r),
      gradient: Math.hypot(...found.gradient),
      preconditionedGradient: Math.hypot(...preconditioned),
    };
    for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
      expect(Math.abs(found.norms[name] / wanted[name] - 1)).toBeLessThan(1e-12);
    }
    expect(found.backwardErrorBound).toBe(backwardErrorBound(found.norms));
  });

  it.each([
    [100, 0.5],
    [1e6, 0.1],
    [1e8, 1e-4],
  ])(
    'backwardError is the estimate for A as given: to 1%% with its own R, a factor 1.5 with a sketch, κ = %d',
    (kappa, residual) => {
      const { A, b } = problem(kappa, residual, 2);
      const oracle = backwardErrorFor(A);
      const { x } = leastSquaresReference(A, b);
      const norm = Math.hypot(...x);
      for (const size of [1e-1, 1e-5, 1e-9]) {
        const trial = x.map((entry, j) => entry + size * norm * randomVector(d, 3)[j]);
        const wanted = oracle(trial, b);
        const frobenius = Math.hypot(...A.data);
        const own = new Evaluator(gramOf(A, false).M, b, frobenius).evaluate(trial);
        expect(Math.abs(own.backwardError - wanted)).toBeLessThan(0.01 * wanted + u);
        // singular values of A·C·R⁻¹ within √(6/60) of 1, and fluctuations
        const sketched = new Evaluator(gramOf(A, true).M, b, frobenius).evaluate(trial);
        expect(sketched.backwardError).toBeGreaterThan(wanted / 1.5 - u);
        expect(sketched.backwardError).toBeLessThan(1.5 * wanted + u);
        for (const found of [own, sketched]) {
          expect(found.backwardError).toBeLessThanOrEqual(found.backwardErrorBound);
          expect(found.backwardError).toBe(found.backwardError);
        }
      }
    },
  );

  it('is far below the bound where neither of its two sides is sharp', () => {
    const { A, b: any } = problem(1e3, 1, 5);
    const outside = exactResidual(A, leastSquaresReference(A, any).x, any);
    const { vectors, values } = rightSingular(A);
    const kappa = values[0] / values[d - 1];
    // ‖r‖/‖x‖ between σ₁ and σ_d: either bound is sharp in one of these two directions only
    const rho = Math.sqrt(values[0] * values[d - 1]) / Math.hypot(...outside);
    const x = randomUnitVector(d, 6);
    const b = exactMatvec(A, x).map((entry, i) => entry + rho * outside[i]);
    const trial = x.map(
      (entry, j) => entry + 0.1 * vectors.hi[(d - 1) * d + j] + 0.1 * kappa ** -1.5 * vectors.hi[j],
    );
    const found = new Evaluator(gramOf(A, false).M, b, Math.hypot(...A.data)).evaluate(trial);
    const wanted = backwardErrorFor(A)(trial, b);
    expect(found.backwardErrorBound).toBeGreaterThan(10 * wanted);
    expect(Math.abs(found.backwardError / wanted - 1)).toBeLessThan(0.01);
  });

  it('an exact solution has error 0', () => {
    const { A } = problem(10, 0, 4);
    const found = new Evaluator(gramOf(A, false).M, new Float64Array(n), 1).evaluate(new Float64Array(d));
    expect([found.backwardErrorBound, found.backwardError]).toEqual([0, 0]);
  });
});
