import { describe, expect, it } from 'vitest';
import {
  axesConditions,
  bound,
  KINDS,
  RATIOS,
  randomConditions,
} from '../../bench/support/preconditionedConditions';
import { allowedError, plantedProblem, SOLVERS, solverErrors } from '../../bench/support/solverErrors';
import { largest, mean, median, rootMeanSquare } from '../../bench/support/statistics';
import { exactCondition, leastSquaresReference } from '../support/oracles';

describe('errors of solvers', () => {
  const problem = plantedProblem(200, 6, 1e6, 1e-3, 1);

  it('are of a problem with the condition number and residual given', () => {
    expect(exactCondition(problem.A) / 1e6).toBeCloseTo(1, 6);
    const { x, residualNorm } = leastSquaresReference(problem.A, problem.b);
    expect(residualNorm / 1e-3).toBeCloseTo(1, 9);
    expect(Math.hypot(...x)).toBeCloseTo(1, 3);
    expect(allowedError(1e6, 1e-3)).toBeCloseTo(1e6 * 2 ** -52 * 1001, 18);
  });

  it('are a few roundings backward and at most what that allows forward; forming AᵀA is neither', () => {
    const errors = solverErrors(problem);
    const squared = errors[SOLVERS.indexOf('ml-matrix AᵀA')];
    expect(squared.backward).toBeGreaterThan(100);
    expect(squared.forward).toBeGreaterThan(5);
    for (const { backward, forward } of errors.filter((entry) => entry !== squared)) {
      expect(backward).toBeGreaterThan(0);
      expect(backward).toBeLessThan(20);
      expect(forward).toBeLessThan(20);
    }
    expect(new Set(errors.map(({ backward }) => backward)).size).toBe(SOLVERS.length);
  });
});

describe('a matrix whose AᵀA is singular to rounding', () => {
  it('leaves the solver that forms it without an answer, which counts as x = 0', () => {
    const A = { rows: 3, columns: 2, data: Float64Array.from([1, 1, 2 ** -30, 0, 0, 2 ** -30]) };
    const problem = { A, b: Float64Array.from([2, 0, 0]), kappa: 2 ** 30.5, residual: 0, seed: 0 };
    const { forward } = solverErrors(problem)[SOLVERS.indexOf('ml-matrix AᵀA')];
    expect(forward * allowedError(problem.kappa, 0)).toBeCloseTo(1, 12);
  });
});

describe('condition numbers behind the preconditioner', () => {
  it('do not depend on κ(A) and are near the bound', () => {
    const kappas = [10, 1e8];
    const found = randomConditions({ n: 600, d: 8, draws: 2 }, kappas, () => {});
    expect(found).toHaveLength(2 * KINDS.length * RATIOS.length);
    expect(RATIOS.map(bound).map((value) => value.toFixed(2))).toEqual([
      '33.97',
      '9.00',
      '4.38',
      '2.78',
      '2.04',
    ]);
    for (const { kind, ratio, kappa, values } of found) {
      const other = found.find(
        (entry) => entry.kind === kind && entry.ratio === ratio && entry.kappa !== kappa,
      );
      values.forEach((value, k) => {
        expect(Math.abs(value / (other?.values[k] ?? 0) - 1)).toBeLessThan(1e8 * 100 * 2 ** -52);
        expect(value).toBeLessThan(3 * bound(ratio));
      });
      expect(values[0]).not.toBe(values[1]);
    }
    for (const ratio of RATIOS) {
      const all = found.filter((entry) => entry.ratio === ratio).flatMap(({ values }) => values);
      expect(median(all)).toBeGreaterThan(bound(ratio) ** 0.65);
    }
  });

  it('are infinite for a CountSketch of axes that meet, and the solver replaces it', () => {
    const repairs = axesConditions({ n: 300, d: 16, draws: 2 }, 1e4);
    const [met] = repairs.filter(({ kind, ratio }) => kind === 'countsketch' && ratio === 2);
    for (const condition of met.conditions) expect(condition > 1e8).toBe(true);
    expect(met.resketches.every((count) => count > 0)).toBe(true);
    for (const { backwardErrors } of repairs) expect(largest(backwardErrors)).toBeLessThan(20 * 2 ** -52);
  });
});

describe('statistics', () => {
  it('are those of the numbers', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(largest([2, -1, 7, 3])).toBe(7);
    expect(mean([1, 2, 6])).toBe(3);
    expect(rootMeanSquare([3, -4, 0, 0])).toBe(2.5);
  });
});
