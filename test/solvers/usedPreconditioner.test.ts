import { describe, expect, it } from 'vitest';
import { denseCost, productCost } from '../../src/solvers/kernelCost';
import { type ChosenPreconditioner, reuseCost } from '../../src/solvers/usedPreconditioner';
import { asMatrix, conjugateGradientSteps, gaussianCloud, naiveKernel } from '../support/kernels';
import { exactSingularValues, naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';

const n = 120;
const shape = { n, d: 3, stored: true };
const identity = { applyInto: (y: Float64Array, r: Float64Array) => y.set(r) };
const complete: ChosenPreconditioner = { kind: 'cholesky', rank: n, traceResidual: 0, apply: identity };
const partial: ChosenPreconditioner = { kind: 'afn', rank: 50, traceResidual: 9, apply: identity };
const task = (lambda: number, digits = Math.log(1e10), sides = 1) => ({ lambda, digits, sides });

describe('reuseCost', () => {
  it('a complete factor for the same shift costs a step or two, and more the farther the shift is', () => {
    const used = { chosen: complete, delta: 0.01, least: 0.01, stepsPerDigit: 0 };
    const product = productCost(shape) + n * n;
    const at = (lambda: number) => reuseCost(used, shape, task(lambda)) / product;
    expect(at(0.01)).toBeLessThan(3);
    for (const [near, far] of [
      [0.02, 0.1],
      [0.1, 1],
      [0.005, 0.001],
    ]) {
      expect(at(near)).toBeGreaterThan(at(0.01));
      expect(at(far)).toBeGreaterThan(at(near));
    }
  });

  it('what counts is the least eigenvalue, not the shift alone', () => {
    const alone = { chosen: complete, delta: 0.01, least: 0.01, stepsPerDigit: 0 };
    const supported = { ...alone, least: 0.51 };
    expect(reuseCost(supported, shape, task(0.1))).toBeLessThan(0.3 * reuseCost(alone, shape, task(0.1)));
  });

  it('proportional to the right-hand sides; an approximate one takes its own steps at least', () => {
    const used = { chosen: partial, delta: 0.01, least: 0.02, stepsPerDigit: 2 };
    const one = reuseCost(used, shape, task(0.03));
    expect(reuseCost(used, shape, task(0.03, undefined, 7))).toBeCloseTo(7 * one, 3);
    expect(one).toBeGreaterThan(2 * Math.log(1e10) * (productCost(shape) + 2 * n * 50));
  });

  it('the steps predicted for a factor are at least those taken, and below five times them', () => {
    const points = gaussianCloud(n, 3, 1);
    const G = { rows: n, columns: n, data: naiveKernel(points) };
    const [delta, lambda] = [0.01, 0.05];
    const shifted = (shift: number) => {
      const data = G.data.slice();
      for (let i = 0; i < n; i++) data[i * (n + 1)] += shift;
      return { rows: n, columns: n, data };
    };
    const values = exactSingularValues(shifted(delta));
    const inverse = invert(shifted(delta).data);
    const product = (y: Float64Array, x: Float64Array) => {
      y.set(naiveMatvec(G, x));
    };
    const apply = {
      applyInto: (y: Float64Array, r: Float64Array) => {
        y.set(naiveMatvec({ rows: n, columns: n, data: inverse }, r));
      },
    };
    expect(asMatrix(apply, n)[0]).toBeCloseTo(inverse[0], 10);
    const steps = conjugateGradientSteps(
      product,
      new Float64Array(n).fill(lambda),
      randomVector(n, 2),
      apply,
      1e-10,
      500,
    );
    const used = { chosen: complete, delta, least: values[n - 1], stepsPerDigit: 0 };
    const predicted = reuseCost(used, shape, task(lambda, Math.log(2e10))) / (productCost(shape) + n * n);
    expect(predicted).toBeGreaterThan(0.8 * steps);
    expect(predicted).toBeLessThan(5 * steps);
    // so that a factor near by is worth more than a new one
    expect(reuseCost(used, { ...shape, n: 2000 }, task(lambda))).toBeLessThan(
      denseCost({ ...shape, n: 2000 }),
    );
  });
});

/** Gauss–Jordan without exchanges, for a symmetric positive definite matrix. */
function invert(given: Float64Array): Float64Array {
  const A = given.slice();
  for (let k = 0; k < n; k++) {
    const pivot = 1 / A[k * n + k];
    A[k * n + k] = 1;
    for (let j = 0; j < n; j++) A[k * n + j] *= pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = A[i * n + k];
      A[i * n + k] = 0;
      for (let j = 0; j < n; j++) A[i * n + j] -= factor * A[k * n + j];
    }
  }
  return A;
}
