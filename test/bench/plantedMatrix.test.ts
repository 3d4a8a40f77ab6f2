import { householderQr, matmul, sparseSign } from 'sketchsolve';
import { describe, expect, it } from 'vitest';
import {
  axesOnly,
  geometric,
  plantedMatrix,
  preconditionedValues,
  randomOrthonormal,
} from '../../bench/support/plantedMatrix';
import { exactSingularValues } from '../support/oracles';
import { orthogonalityError, whitened } from '../support/systems';

const [n, d] = [60, 6];

describe('planted matrices', () => {
  it('have the singular values given', () => {
    const sigma = geometric(d, 1e4);
    const U = randomOrthonormal(n, d, 1);
    const { A, V } = plantedMatrix(U, sigma, 2);
    matmul(A, V).data.forEach((entry, p) => {
      expect(Math.abs(entry - U.data[p] * sigma[p % d])).toBeLessThan(1e-15);
    });
    exactSingularValues(A).forEach((value, k) => {
      expect(Math.abs(value - 10 ** (-0.8 * k))).toBeLessThan(1e-14);
    });
  });

  it('have one row for each column, and no other, where U is of axes', () => {
    const U = axesOnly(n, d, 3);
    expect(orthogonalityError(U)).toBe(0);
    expect(U.data.filter((entry) => entry !== 0)).toEqual(new Float64Array(d).fill(1));
    expect(axesOnly(n, d, 4)).not.toEqual(U);
  });

  it('tell the singular values of A·R⁻¹', () => {
    const planted = plantedMatrix(randomOrthonormal(n, d, 5), geometric(d, 1e3), 6);
    const R = householderQr(sparseSign({ rows: 24, columns: n }).apply(planted.A)).r;
    const direct = exactSingularValues(whitened(planted.A, new Float64Array(d).fill(1), R.data));
    expect(direct[0] / direct[d - 1]).toBeGreaterThan(1.5);
    preconditionedValues(planted, R).forEach((value, k) => {
      expect(Math.abs(value / direct[k] - 1)).toBeLessThan(1e3 * 100 * 2 ** -52);
    });
  });
});
