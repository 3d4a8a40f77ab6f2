import { describe, expect, it } from 'vitest';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { smallestEigenvalue } from '../../src/iterative/smallestEigenvalue';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { sketchedFactor } from '../../src/precondition/sketchedFactor';
import { createSketch } from '../../src/sketch/create';
import { exactSingularValues } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomVector } from '../support/random';

const [n, d] = [600, 12];

function preconditioned(kappa: number, seed: number) {
  const { A } = plantedMatrix({ n, d, kappa, seed });
  const { R, scaling } = sketchedFactor(A, createSketch('sparse-sign', 4 * d, n, seed));
  const operator = new DenseTallOperator(A);
  const exact = exactSingularValues(A)[d - 1] ** 2;
  return { M: new PreconditionedGram(operator, R, scaling.scale), operator, exact };
}

describe('smallestEigenvalue', () => {
  it('from any start, at κ from 1 to 1e8: within the accuracy asked for', () => {
    for (const kappa of [1, 2, 100, 1e8]) {
      for (const seed of [1, 2, 3]) {
        const { M, exact } = preconditioned(kappa, seed);
        const found = smallestEigenvalue(M, randomVector(d, seed), 1e-3);
        // the residual bounds the distance of μ to an eigenvalue within 1e-3·‖M^(−½)‖, at most 2.25 at 4d rows;
        // rounding of R⁻¹z adds κu
        expect(Math.abs(found / exact - 1)).toBeLessThan(3e-3 + 10 * kappa * 2 ** -52);
      }
    }
  });

  it('a tighter accuracy comes closer, and costs passes over A', () => {
    const loose = preconditioned(50, 4);
    const first = smallestEigenvalue(loose.M, randomVector(d, 1), 0.3);
    const tight = preconditioned(50, 4);
    const second = smallestEigenvalue(tight.M, randomVector(d, 1), 1e-6);
    expect(Math.abs(second / tight.exact - 1)).toBeLessThan(3e-6);
    expect(Math.abs(second / tight.exact - 1)).toBeLessThan(Math.abs(first / loose.exact - 1));
    expect(tight.operator.passes).toBeGreaterThan(loose.operator.passes);
    expect(tight.operator.passes).toBeLessThan(62);
  });

  it('leaves the start alone, and scales with A as λ does', () => {
    const { M, exact } = preconditioned(10, 5);
    const start = randomVector(d, 2);
    const before = start.slice();
    smallestEigenvalue(M, start, 0.1);
    expect(start).toEqual(before);
    const { A } = plantedMatrix({ n, d, kappa: 10, seed: 5 });
    const larger = { ...A, data: A.data.map((entry) => 8 * entry) };
    const { R, scaling } = sketchedFactor(larger, createSketch('sparse-sign', 4 * d, n, 5));
    const scaled = new PreconditionedGram(new DenseTallOperator(larger), R, scaling.scale);
    const eight = before.map((entry) => entry);
    expect(smallestEigenvalue(scaled, eight, 1e-6) / (64 * exact)).toBeCloseTo(1, 5);
  });

  it('one column: AᵀA itself, in one pass', () => {
    const A = { rows: 5, columns: 1, data: Float64Array.of(1, 2, 0, -2, 4) };
    const operator = new DenseTallOperator(A);
    const M = new PreconditionedGram(operator, Float64Array.of(3), Float64Array.of(1));
    expect(smallestEigenvalue(M, Float64Array.of(-7), 0.5)).toBeCloseTo(25, 12);
    expect(operator.passes).toBe(1);
  });
});
