import { matmul } from 'sketchsolve';
import { describe, expect, it } from 'vitest';
import { mean, rootMeanSquare } from '../../bench/support/statistics';
import { biases } from '../../bench/support/tensorBias';
import {
  distanceToKernel,
  exactFeatures,
  kernelOf,
  plantedRows,
  spectralNorm,
  stableRankOf,
  unitDigits,
} from '../../bench/support/tensorKernels';
import { loadExampleData } from '../../examples/support/csv';
import { exactSingularValues } from '../support/oracles';
import { randomMatrix } from '../support/random';

describe('rows for tensor sketches', () => {
  it('have the stable rank they are planted with, and squared norm 1 on average', () => {
    const A = plantedRows(80, 10, 3.5, 1);
    const sigma = exactSingularValues(A);
    const square = sigma.reduce((sum, value) => sum + value * value, 0);
    expect(square).toBeCloseTo(80, 9);
    expect(square / sigma[0] ** 2).toBeCloseTo(3.5, 9);
  });

  it('are the digits, standardised, with unit norm', () => {
    const { rows, columns, data } = unitDigits(20);
    expect([rows, columns]).toEqual([20, 64]);
    for (let i = 0; i < 20; i++)
      expect(Math.hypot(...data.subarray(i * 64, (i + 1) * 64))).toBeCloseTo(1, 12);
    const { A } = loadExampleData('digits.csv');
    const standardised = [20, 21].map((k) => {
      const pixels = Array.from({ length: A.rows }, (_, i) => A.data[i * 64 + k]);
      const centre = mean(pixels);
      return (pixels[3] - centre) / rootMeanSquare(pixels.map((pixel) => pixel - centre));
    });
    expect(data[3 * 64 + 20] / data[3 * 64 + 21]).toBeCloseTo(standardised[0] / standardised[1], 9);
    expect(data.filter((_, p) => p % 64 === 0)).toEqual(new Float64Array(20)); // always white
  });
});

describe('kernels and features', () => {
  const A = randomMatrix(12, 5, 2);

  it.each([2, 3, 4])('all monomials of degree %i give (AAᵀ)ᵖ', (p) => {
    const K = kernelOf(A, (product) => product ** p);
    const Z = exactFeatures(A, p);
    expect(Z.columns).toBe([15, 35, 70][p - 2]);
    expect(distanceToKernel(Z, K)).toBeLessThan(1e-14 * spectralNorm(K, 12));
    const doubled = { ...Z, data: Z.data.map((entry) => entry * Math.SQRT2) };
    expect(distanceToKernel(doubled, K)).toBeCloseTo(spectralNorm(K, 12), 6);
  });

  it('the norm is the largest singular value, the stable rank the trace over it', () => {
    const K = matmul(A, {
      rows: 5,
      columns: 12,
      data: Float64Array.from({ length: 60 }, (_, p) => A.data[(p % 12) * 5 + Math.floor(p / 12)]),
    });
    const sigma = exactSingularValues(A);
    expect(spectralNorm(K.data, 12) / sigma[0] ** 2).toBeCloseTo(1, 3);
    const trace = sigma.reduce((sum, value) => sum + value * value, 0);
    expect(stableRankOf(K.data, 12)).toBeCloseTo(trace / sigma[0] ** 2, 2);
  });
});

describe('means of sketched products', () => {
  // fixed seeds; at five standard errors a mean is off in 6 of 10⁷ cases
  it('are right with independent randomness, and off as the theory says with shared one', () => {
    const found = biases(200);
    expect(found).toHaveLength(18);
    for (const { ratio, standardError, theory } of found)
      expect(Math.abs(ratio - theory)).toBeLessThan(5 * standardError);
    const far = found.filter(({ rho, m, randomness }) => rho === 0.5 && m === 64 && randomness === 'shared');
    expect(far.map(({ theory }) => theory)).toEqual([1 + 35 / 64]);
    expect(far[0].ratio).toBeGreaterThan(1.2);
    expect(far[0].standardError).toBeLessThan(0.3);
  });
});
