import { describe, expect, it } from 'vitest';
import { kernelCosts } from '../../src/solvers/costModel';
import {
  afnLandmarks,
  afnSetupCost,
  afnStepCost,
  denseCost,
  FIRST_REVIEW,
  penalised,
  predictedAfnSteps,
  predictedSteps,
  productCost,
  setupCost,
  stepCost,
} from '../../src/solvers/kernelCost';
import { describeKernels } from '../support/kernelSets';
import { conjugateGradientSteps } from '../support/kernels';
import { randomVector } from '../support/random';

const stored = { n: 2000, d: 64, stored: true };
const fresh = { ...stored, stored: false };

describeKernels(() => {
  it('a stored product costs the same in every dimension; evaluating anew costs more, and more in more', () => {
    expect(productCost({ ...stored, n: 4000 })).toBeCloseTo(4 * productCost(stored), 3);
    expect(productCost({ ...stored, d: 1000 })).toBe(productCost(stored));
    expect(productCost(fresh)).toBeGreaterThan(productCost(stored));
    expect(productCost({ ...fresh, d: 128 })).toBeGreaterThan(productCost(fresh));
  });

  it('grow with the rank; a step is a product and two passes over n × k', () => {
    expect(stepCost(stored, 0)).toBeGreaterThan(productCost(stored));
    const slope = stepCost(stored, 101) - stepCost(stored, 100);
    expect(slope).toBeCloseTo(2 * 2000 * kernelCosts().factorPass, 3);
    expect(setupCost(stored, 0, 200)).toBeGreaterThan(setupCost(stored, 0, 100));
    expect(setupCost(stored, 100, 200)).toBeLessThan(setupCost(stored, 0, 200));
    expect(setupCost(stored, 0, 0)).toBe(0);
    expect(afnSetupCost(stored, 0, 400, 20)).toBeGreaterThan(afnSetupCost(stored, 400, 400, 20));
    const sparse = afnStepCost(stored, 400, 20) - stepCost(stored, 400);
    expect(sparse).toBeCloseTo(2000 * 20 * kernelCosts().sparseEntry, 3);
    expect(afnSetupCost(stored, 400, 400, 60)).toBeGreaterThan(afnSetupCost(stored, 400, 400, 20));
  });

  it('columns are charged for, in pieces as at once: what is left of the QR is all that differs', () => {
    const columns = (from: number, to: number) => setupCost(stored, from, to) - setupCost(stored, to, to);
    expect(columns(0, 100) + columns(100, 300)).toBeCloseTo(columns(0, 300), -3);
  });

  it('the dense factorisation is cubic in n', () => {
    const ratio = denseCost({ ...stored, n: 40000 }) / denseCost({ ...stored, n: 20000 });
    expect(ratio).toBeGreaterThan(7);
    expect(ratio).toBeLessThan(8);
    expect(denseCost(fresh)).toBeGreaterThan(denseCost(stored));
  });
});

describe('predicted steps', () => {
  it('are what conjugate gradients take on a spectrum filled evenly, within a quarter', () => {
    const n = 400;
    for (const kappa of [10, 100, 1000]) {
      // Chebyshev points fill the interval as the worst case does
      const eigenvalues = Float64Array.from(
        { length: n },
        (_, k) => 1 + ((kappa - 1) * (1 - Math.cos((Math.PI * (k + 0.5)) / n))) / 2,
      );
      const product = (y: Float64Array, x: Float64Array) => {
        for (let i = 0; i < n; i++) y[i] = eigenvalues[i] * x[i];
      };
      const steps = conjugateGradientSteps(
        product,
        new Float64Array(n),
        randomVector(n, 1),
        null,
        1e-8,
        1000,
      );
      const predicted = predictedSteps(kappa - 1, 1, Math.log(2 / 1e-8));
      expect(predicted / steps).toBeGreaterThan(0.9);
      expect(predicted / steps).toBeLessThan(1.4);
    }
  });

  it('grow with the residual norm and the digits, fall with the ridge; 1 where nothing is left', () => {
    expect(predictedSteps(0, 1, 20)).toBeLessThan(3);
    expect(predictedSteps(10, 1, 20)).toBeLessThan(predictedSteps(20, 1, 20));
    expect(predictedSteps(10, 1, 20)).toBeLessThan(predictedSteps(10, 1, 30));
    expect(predictedSteps(10, 2, 20)).toBeLessThan(predictedSteps(10, 1, 20));
  });

  it('AFN needs fewer with more locality and more landmarks, never more than its condition asks', () => {
    expect(predictedAfnSteps(2000, 300, 0.9, 1e6)).toBeLessThan(predictedAfnSteps(2000, 300, 0.5, 1e6));
    expect(predictedAfnSteps(2000, 600, 0.9, 1e6)).toBeLessThan(predictedAfnSteps(2000, 300, 0.9, 1e6));
    expect(predictedAfnSteps(2000, 300, 0.9, 4)).toBe(2 * predictedAfnSteps(2000, 300, 0.9, 1));
    expect(afnLandmarks(100)).toBe(200);
    expect(afnLandmarks(10000)).toBe(600);
  });

  it('many predicted steps count for more than they are, few do not', () => {
    expect([penalised(1), penalised(20)]).toEqual([1, 20]);
    expect(penalised(1000)).toBeGreaterThan(1000);
    for (let steps = 1; steps < 2000; steps *= 1.5)
      expect(penalised(1.5 * steps)).toBeGreaterThan(penalised(steps));
    expect(FIRST_REVIEW).toBe(16);
  });
});
