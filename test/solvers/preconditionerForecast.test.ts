import { describe, expect, it } from 'vitest';
import type { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { woodbury } from '../../src/precondition/woodbury';
import { denseCost, productCost } from '../../src/solvers/kernelCost';
import { LOCALITY_RANK, PreconditionerForecast } from '../../src/solvers/preconditionerForecast';
import {
  clusteredPoints,
  conjugateGradientSteps,
  digitPoints,
  gaussianCloud,
  naiveKernel,
  testWords,
} from '../support/kernels';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';

const DIGITS = Math.log(2 / 1e-10);

function forecastOf(points: GaussianPoints, rank = LOCALITY_RANK) {
  const factor = new PivotedCholesky(points, testWords(1));
  factor.extendTo(LOCALITY_RANK);
  const shape = { n: points.size, d: points.dimension, stored: true };
  const forecast = new PreconditionerForecast(points, factor, shape, 0);
  factor.extendTo(rank);
  return { factor, shape, forecast };
}

/** Steps of conjugate gradients with the first k columns. */
function actualSteps(points: GaussianPoints, factor: PivotedCholesky, k: number, lambda: number): number {
  const n = points.size;
  const shift = new Float64Array(n).fill(lambda);
  const G = { rows: n, columns: n, data: naiveKernel(points) };
  const low = { F: factor.F, ldf: factor.ldf, size: n, rank: k };
  const M = woodbury(low, shift, factor.traces[k]);
  const product = (y: Float64Array, x: Float64Array) => {
    y.set(naiveMatvec(G, x));
  };
  return conjugateGradientSteps(product, shift, randomVector(n, 2), M, 1e-10, 1000);
}

describe('the cost with pivoted Cholesky', () => {
  it.each([
    ['digits', digitPoints(600), 1e-2],
    ['cloud in 4 dimensions', gaussianCloud(600, 4, 1), 1e-2],
    ['clusters', clusteredPoints(600, 100, 5, 1, 2), 1e-2],
    ['cloud, ridge 1', gaussianCloud(600, 8, 3), 1],
  ] as const)('%s: what is predicted is within a factor 3 of the steps taken', (_, points, lambda) => {
    const { factor, forecast, shape } = forecastOf(points, 150);
    for (const k of [50, 100, 150]) {
      const cost = actualSteps(points, factor, k, lambda) * (productCost(shape) + 2 * shape.n * k);
      const ratio = forecast.pivoted(k, { lambda, digits: DIGITS, sides: 1 }) / cost;
      expect(ratio).toBeGreaterThan(1 / 3);
      // the set-up, and the penalty on many steps, are in it too
      expect(ratio).toBeLessThan(6);
    }
  });

  it('falls with the ridge, rises with the digits, and sees the columns the factor has got since', () => {
    const { factor, forecast } = forecastOf(gaussianCloud(400, 4, 4));
    const cost = (lambda: number, digits: number) => forecast.pivoted(100, { lambda, digits, sides: 1 });
    expect(cost(1e-1, DIGITS)).toBeLessThan(cost(1e-3, DIGITS));
    expect(cost(1e-1, DIGITS / 3)).toBeLessThan(cost(1e-1, DIGITS));
    const before = cost(1, DIGITS);
    factor.extendTo(100);
    expect(cost(1, DIGITS)).toBeLessThan(before);
  });

  it('small shift on a fast spectrum: many columns are worth more than few, and than a dense factor', () => {
    const points = gaussianCloud(1500, 2, 5, 0.5);
    const { forecast, shape } = forecastOf(points, 200);
    const task = { lambda: 1e-6, digits: DIGITS, sides: 1 };
    expect(forecast.pivoted(200, task)).toBeLessThan(forecast.pivoted(50, task));
    expect(forecast.pivoted(200, task)).toBeLessThan(denseCost(shape));
  });
});

describe('AFN', () => {
  const task = { lambda: 1e-8, digits: DIGITS, sides: 1 };

  it('is a candidate where the residual lies between neighbours, within the limit of ranks', () => {
    const { forecast } = forecastOf(gaussianCloud(600, 6, 6));
    const { rank, cost } = forecast.afn(450, task);
    expect(rank).toBeGreaterThanOrEqual(100);
    expect(rank).toBeLessThanOrEqual(450);
    expect(cost).toBeLessThan(forecast.pivoted(100, task));
    expect(forecast.afn(90, task).cost).toBe(Number.POSITIVE_INFINITY);
  });

  it('is none in clusters, nor where nothing is left (negative controls)', () => {
    expect(forecastOf(clusteredPoints(2500, 100, 5, 1, 7)).forecast.afn(900, task).cost).toBe(
      Number.POSITIVE_INFINITY,
    );
    const line = forecastOf(gaussianCloud(600, 1, 8, 0.05), 200);
    expect(line.factor.exhausted).toBe(true);
    expect(line.forecast.afn(450, task).cost).toBe(Number.POSITIVE_INFINITY);
  });
});
