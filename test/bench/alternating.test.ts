import { householderQr, type Matrix, sparseSign } from 'sketchsolve';
import { describe, expect, it } from 'vitest';
import { alternate, powerProblem, powerProduct } from '../../bench/support/alternating';
import { contractions, factorOf, theory } from '../../bench/support/contraction';
import { geometric, plantedMatrix, randomOrthonormal } from '../../bench/support/plantedMatrix';
import { relativeError } from '../support/forwardError';
import { psdPowerReference } from '../support/planted';
import { randomVector } from '../support/random';

const [n, d] = [2000, 6];
const planted = plantedMatrix(randomOrthonormal(n, d, 1), geometric(d, 10), 2);
const { A } = planted;
const b = randomVector(d, 3);

/** AᵀA = diag(1, 4), R the identity: M = AᵀA·scale². */
const axes: Matrix = { rows: 3, columns: 2, data: Float64Array.from([1, 0, 0, 2, 0, 0]) };
const R = (r: number): Matrix => ({ rows: 2, columns: 2, data: Float64Array.from([r, 0, 0, r]) });

describe('a chain of solves with AᵀA', () => {
  it('has the exact solution of every solve beside it', () => {
    const { exact } = powerProblem(A, b, 3);
    expect(exact).toHaveLength(3);
    exact.forEach((x, k) => {
      expect(relativeError(x, psdPowerReference(A, b, k + 1).x)).toBeLessThan(2 ** -50);
    });
  });

  it('starts from (AᵀA)ʲx where x is given', () => {
    const { exact } = powerProblem(A, powerProduct(A, b, 2), 2);
    expect(relativeError(exact[1], b)).toBeLessThan(1e4 * 2 ** -50);
  });

  it('multiplies the error along an eigenvalue λ of M by 1 − λ², or by 1 − λ in least squares', () => {
    const problem = powerProblem(axes, Float64Array.from([0, 4]), 1);
    const half = R(Math.sqrt(8)); // λ = ½
    const [powers] = alternate(problem, half, 4, 'powers');
    const [leastSquares] = alternate(problem, half, 4, 'least-squares');
    powers.forEach(({ error, residual }, i) => {
      expect(error).toBeCloseTo(0.75 ** (i + 1), 12);
      expect(residual).toBeCloseTo(0.75 ** (i + 1), 12);
    });
    leastSquares.forEach(({ x, error, change }, i) => {
      expect(error).toBeCloseTo(0.5 ** (i + 1), 12);
      expect(x[1]).toBeCloseTo(1 - 0.5 ** (i + 1), 12);
      expect(change).toBeCloseTo(0.5 ** (i + 1) / (1 - 0.5 ** (i + 1)), 12);
    });
  });

  it('hands the x of one solve to the next', () => {
    const third = R(Math.sqrt(6)); // λ = 2/3 for the second axis: 1 − λ² = 5/9
    const steps = alternate(powerProblem(axes, Float64Array.from([0, 16]), 2), third, 3, 'powers');
    const left = (5 / 9) ** 3;
    expect(steps[0][2].x[1]).toBeCloseTo(4 * (1 - left), 12);
    expect(steps[1][2].x[1]).toBeCloseTo((1 - left) ** 2, 12);
    expect(steps[1][2].error).toBeCloseTo(1 - (1 - left) ** 2, 12);
  });
});

describe('the contraction of a step', () => {
  it('is a half from 30d on in least squares, from 108d on for powers', () => {
    expect(theory('least-squares', 29)).toBeGreaterThan(0.5);
    expect(theory('least-squares', 30)).toBeLessThan(0.5);
    expect(theory('powers', 107)).toBeGreaterThan(0.5);
    expect(theory('powers', 108)).toBeLessThan(0.5);
    expect(theory('powers', 1e6)).toBeLessThan(0.01);
  });

  it('is measured as the largest eigenvalue of I − M² or I − M has it', () => {
    const found = contractions(planted, [40], 3, () => {});
    expect(found.map(({ rule }) => rule)).toEqual(['powers', 'least-squares']);
    for (const { radius, measured } of found) {
      radius.forEach((rho, k) => {
        expect(measured[k]).toBeLessThan(1.02 * rho);
        expect(measured[k]).toBeGreaterThan(0.6 * rho);
      });
    }
    expect(found[0].radius[0]).toBeGreaterThan(1.5 * found[1].radius[0]);
  });

  it('uses the sketch the library draws for that seed and size', () => {
    const SA = sparseSign({ rows: 40 * d, columns: n, seed: 7 }).apply(A);
    expect(factorOf(A, 40, 7)).toEqual(householderQr(SA).r);
  });
});
