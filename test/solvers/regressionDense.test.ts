import { describe, expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { randomMatrix } from '../support/random';
import { describeRegressionMatrix } from '../support/regressionMatrixLaws';

// panels of 2¹⁵ entries: 3 rows short of two panels, and one that is shorter than a panel
describe.each([
  [70, 5],
  [6550, 10],
  [9, 9],
  [12, 1],
])('dense %i × %i', (n, d) => {
  const A = randomMatrix(n, d, 1);
  describeRegressionMatrix(new DenseRegressionMatrix(A), A);

  it('counts every entry', () => {
    expect(new DenseRegressionMatrix(A).entries).toBe(n * d);
  });
});
