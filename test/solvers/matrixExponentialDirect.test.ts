import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import { triangleOf } from '../../src/solvers/matrixExponentialDirect';
import { exponentialError, exponentialReference } from '../support/matrixExponential';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomUnitVector } from '../support/random';

describe('triangleOf', () => {
  it('RᵀR = AᵀA, R upper triangular, with one block of rows and with several', () => {
    for (const [n, d] of [
      [1, 1],
      [5, 5],
      [511, 3],
      [512, 3],
      [513, 3],
      [1300, 7],
      [1700, 80],
    ]) {
      const A = randomMatrix(n, d, 1);
      const R = { rows: d, columns: d, data: triangleOf(A) };
      const gram = naiveMatmul(naiveTranspose(A), A);
      const product = naiveMatmul(naiveTranspose(R), R);
      gram.data.forEach((value, p) => {
        expect(Math.abs(product.data[p] - value)).toBeLessThan(1e-14 * n * 10);
        if (Math.floor(p / d) > p % d) expect(R.data[p]).toBe(0);
      });
    }
  });

  it('a sparse A gives the R of the dense one', () => {
    const A = randomMatrix(1300, 5, 2);
    A.data.forEach((_, p) => {
      if (p % 4 !== 0) A.data[p] = 0;
    });
    expect(triangleOf(csrFromMatrix(A))).toEqual(triangleOf(A));
  });
});

it("'direct': one pass, the extreme eigenvalues exact, right for n far above a block", () => {
  const A = randomMatrix(1500, 6, 3);
  A.data.forEach((value, p) => {
    A.data[p] = value / 20;
  });
  const b = randomUnitVector(6, 1);
  const reference = exponentialReference(A, b);
  const { x, stats } = solveMatrixExponential(A, b, { method: 'direct' });
  expect(exponentialError(x, stats.logScale, reference)).toBeLessThan(1e-13);
  expect(stats.normEstimate / reference.eigenvalues[5]).toBeCloseTo(1, 13);
  expect(stats.smallestRitz / reference.eigenvalues[0]).toBeCloseTo(1, 13);
  expect([stats.passes, stats.iterations]).toEqual([1, 0]);
});
