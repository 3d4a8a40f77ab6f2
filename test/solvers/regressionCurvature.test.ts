import { describe, expect, it } from 'vitest';
import { negativeCurvature } from '../../src/solvers/regressionCurvature';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { SparseRegressionMatrix } from '../../src/solvers/regressionSparse';
import { naiveMatvec } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector } from '../support/random';
import { identity, sparsePair } from '../support/regression';

describe('negativeCurvature', () => {
  it('null where D ≥ 0, and where negative rows do not make the Hessian indefinite', () => {
    const A = randomMatrix(200, 6, 1);
    const D = randomVector(200, 2).map((v) => v * v);
    expect(negativeCurvature(new DenseRegressionMatrix(A), D)).toBeNull();
    D[3] = -0.5;
    expect(negativeCurvature(new DenseRegressionMatrix(A), D)).toBeNull();
  });

  it.each([0, 3, 5])('a v with vᵀAᵀDAv < 0 where there is one, Cholesky failing at column %i', (column) => {
    const A = identity(6);
    const D = new Float64Array(6).fill(1);
    D[column] = -1e-6;
    const v = negativeCurvature(new DenseRegressionMatrix(A), D);
    expect(v?.map((entry) => Math.abs(entry) / Math.abs(v[column]))).toEqual(
      new Float64Array(6).map((_, j) => (j === column ? 1 : 0)),
    );
  });

  it('dense and sparse find the same negative direction of a random indefinite Hessian', () => {
    const [A, S] = sparsePair(120, 5, 0.4, 3);
    const D = randomVector(120, 4).map((v) => v - 0.3);
    const v = negativeCurvature(new DenseRegressionMatrix(A), D);
    expect(v).not.toBeNull();
    const image = naiveMatvec(A, v as Float64Array);
    expect(image.reduce((sum, entry, i) => sum + D[i] * entry * entry, 0)).toBeLessThan(0);
    const w = negativeCurvature(new SparseRegressionMatrix(S), D);
    for (let j = 0; j < 5; j++) expect(w?.[j]).toBeCloseTo(v?.[j] ?? Number.NaN, 10);
  });

  it('a pivot lost to rounding is not negative curvature: κ(A) = 1e12, D > 0', () => {
    const { A } = plantedMatrix({ n: 200, d: 8, kappa: 1e12, seed: 1 });
    expect(negativeCurvature(new DenseRegressionMatrix(A), new Float64Array(200).fill(1))).toBeNull();
  });
});
