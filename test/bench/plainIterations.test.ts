import { householderQr } from 'sketchsolve';
import { describe, expect, it } from 'vitest';
import { PLAIN, type PlainProblem } from '../../bench/support/plainIterations';
import { plantedMatrix, randomOrthonormal } from '../../bench/support/plantedMatrix';

const [n, d] = [40, 4];
const sigma = Float64Array.from([4, 3, 2, 1]);
const { A, V } = plantedMatrix(randomOrthonormal(n, d, 1), sigma, 2);
const column = (k: number) => Float64Array.from({ length: d }, (_, i) => V.data[i * d + k]);
const problem = (gradient: Float64Array): PlainProblem => ({
  ...{ A, gradient, largest: 4, smallest: 1, R: householderQr(A).r },
});

describe('iterations without a preconditioner', () => {
  it('report ‖R⁻ᵀ(c − AᵀAx)‖: gradient descent multiplies the part along vₖ by 1 − σₖ²/σ₁²', () => {
    const errors = PLAIN['gradient-descent'](problem(column(2)), 3);
    errors.forEach((error, i) => {
      expect(error).toBeCloseTo(0.75 ** (i + 1) / 2, 12);
    });
  });

  it('heavy ball arrives at the rate (κ − 1)/(κ + 1) from all parts', () => {
    const errors = PLAIN['heavy-ball'](problem(column(0).map((x, k) => x + column(3)[k])), 60);
    const rate = (errors[59] / errors[19]) ** (1 / 40);
    expect(rate).toBeGreaterThan(0.58);
    expect(rate).toBeLessThan(0.63); // 0.6, and a factor of the number of steps
  });

  it('conjugate gradients arrive in d steps', () => {
    const c = Float64Array.from([1, 2, 3, 4]);
    const errors = PLAIN['conjugate-gradient'](problem(c), d);
    expect(errors[d - 2]).toBeGreaterThan(1e-3);
    expect(errors[d - 1]).toBeLessThan(1e-12);
    expect(errors[0]).toBeGreaterThan(errors[1]);
  });
});
