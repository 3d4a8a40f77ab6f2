/** The error of sketched features on the digits as the columns grow, and their mean over many seeds. */
import { describe, expect, it } from 'vitest';
import { loadExampleData } from '../../examples/support/csv';
import type { Matrix } from '../../src/core/matrix';
import { gemmInto } from '../../src/dense/gemm';
import { type GaussianFeatures, gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { randomMatrix } from '../support/random';
import { zScore } from '../support/tensorLaws';

const n = 500;
const SEEDS = 8;

/** The first 500 digits divided by `divisor`. */
function digits(divisor: number): Matrix {
  const { A } = loadExampleData('digits.csv');
  return {
    rows: n,
    columns: A.columns,
    data: A.data.slice(0, n * A.columns).map((value) => value / divisor),
  };
}

function gaussianKernel(A: Matrix): Float64Array {
  const { rows, columns: d, data } = A;
  return new Float64Array(rows * rows).map((_, p) => {
    let square = 0;
    for (let k = 0; k < d; k++)
      square += (data[Math.floor(p / rows) * d + k] - data[(p % rows) * d + k]) ** 2;
    return Math.exp(-square / 2);
  });
}

/** ZZᵀ − G. */
function difference({ Z }: GaussianFeatures, G: Float64Array): Float64Array {
  const E = G.slice();
  gemmInto(
    E,
    0,
    Z.rows,
    Z.data,
    0,
    Z.columns,
    false,
    Z.data,
    0,
    Z.columns,
    true,
    Z.rows,
    Z.rows,
    Z.columns,
    1,
    -1,
  );
  return E;
}

function frobenius(E: Float64Array): number {
  return Math.sqrt(E.reduce((sum, value) => sum + value * value, 0));
}

/** Root mean square over the seeds of ‖ZZᵀ − G‖_F/‖G‖_F. */
function relativeError(A: Matrix, G: Float64Array, columns: number): number {
  let square = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const of = gaussianFeatures('f', A, { columns, truncation: 1e-10, seed });
    square += frobenius(difference(of, G)) ** 2 / SEEDS;
  }
  return Math.sqrt(square) / frobenius(G);
}

describe('features of 500 digits', () => {
  // 8 seeds: relative standard error about 5%. Measured: 0.074, 0.032, 0.0079 and 0.55, 0.24, 0.115
  it.each([
    [32, 1.96, [0.1, 0.045, 0.011]],
    [19.2, 5.44, [0.75, 0.33, 0.16]],
  ])('divided by %d (r² = %d): the error with 256, 1024, 4096 columns', (divisor, radiusSq, limits) => {
    const A = digits(divisor);
    const G = gaussianKernel(A);
    const measured = [256, 1024, 4096].map((columns) => relativeError(A, G, columns));
    const one = gaussianFeatures('f', A, { columns: 256, truncation: 1e-10, seed: 0 });
    expect(Math.abs(one.radiusSq - radiusSq)).toBeLessThan(0.01);
    for (const [k, limit] of limits.entries()) expect(measured[k]).toBeLessThan(limit);
    // at least as 1/√D: a factor 2 a step
    expect(measured[0] / measured[1]).toBeGreaterThan(1.7);
    expect(measured[1] / measured[2]).toBeGreaterThan(1.7);
  });
});

describe('mean of ZZᵀ', () => {
  // 15 entries at |z| ≤ 5.6: 3e-7
  it('is G over 4000 seeds, and not a kernel with a diagonal of 1.05', () => {
    const normals = randomMatrix(5, 11, 6);
    const A = { ...normals, data: normals.data.map((value) => value / 2) };
    const G = gaussianKernel(A);
    const draw = (seed: number) => gaussianFeatures('f', A, { columns: 150, truncation: 1e-12, seed });
    const { plan, radiusSq } = draw(0);
    expect(radiusSq).toBeGreaterThan(2);
    expect(plan.shares.filter((share) => !share.exact).length).toBeGreaterThan(15);
    const errors = Array.from({ length: 4000 }, (_, seed) => difference(draw(seed), G));
    for (let p = 0; p < G.length; p++) {
      const values = errors.map((E) => E[p]);
      expect(Math.abs(zScore(values, 0))).toBeLessThanOrEqual(5.6);
      if (p % 6 === 0) expect(Math.abs(zScore(values, 0.05))).toBeGreaterThan(5.6);
    }
  });
});
