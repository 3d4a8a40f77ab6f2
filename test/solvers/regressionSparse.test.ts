import { describe, expect, it } from 'vitest';
import { SparseRegressionMatrix } from '../../src/solvers/regressionSparse';
import { sparsePair } from '../support/regression';
import { describeRegressionMatrix } from '../support/regressionMatrixLaws';

describe.each([
  [70, 5, 0.3],
  [700, 12, 0.1],
  [9, 9, 0.5],
  [12, 1, 0.5],
])('sparse %i × %i, density %f', (n, d, density) => {
  const [A, S] = sparsePair(n, d, density, 1);
  describeRegressionMatrix(new SparseRegressionMatrix(S), A);

  it('counts what is stored', () => {
    expect(new SparseRegressionMatrix(S).entries).toBe(A.data.filter((entry) => entry !== 0).length);
  });
});
