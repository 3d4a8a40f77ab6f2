import { describe, expect, it } from 'vitest';
import { powerProblem } from '../../bench/support/alternating';
import { geometric, plantedMatrix, randomOrthonormal } from '../../bench/support/plantedMatrix';
import { sparseRegression } from '../../bench/support/plantedRegression';
import { solveByForming } from '../../bench/support/squaring';
import { relativeError } from '../support/forwardError';
import { randomVector } from '../support/random';

const [n, d] = [60, 5];
const planted = (kappa: number) => plantedMatrix(randomOrthonormal(n, d, 1), geometric(d, kappa), 2).A;

describe('solveByForming', () => {
  const b = randomVector(d, 3);

  it('solves (AᵀA)ʲx = b up to 10d·κ^2j·u, odd and even j', () => {
    const { A, exact } = powerProblem(planted(3), b, 7);
    for (let j = 1; j <= 7; j++) {
      const x = solveByForming(A, b, j) ?? [];
      expect(relativeError(x, exact[j - 1])).toBeLessThan(10 * d * 3 ** (2 * j) * 2 ** -52);
    }
  });

  it('keeps no digit where κ^2j·u is above 1', () => {
    const { A, exact } = powerProblem(planted(1e3), b, 3);
    const x = solveByForming(A, b, 3);
    expect(x === null || relativeError(x, exact[2]) > 0.1).toBe(true);
  });

  it('says so where the formed matrix is singular', () => {
    const zero = { rows: 3, columns: 2, data: new Float64Array(6) };
    expect(solveByForming(zero, new Float64Array(2), 1)).toBeNull();
  });
});

describe('sparseRegression', () => {
  const { A, b } = sparseRegression(200, 20, 3);

  it('has as many entries in each row, in different columns, and positive b', () => {
    expect(A.values).toHaveLength(600);
    for (let i = 0; i < 200; i++) {
      const columns = A.columnIndices.slice(A.rowPointers[i], A.rowPointers[i + 1]);
      expect(new Set(columns).size).toBe(3);
    }
    expect(b.every((entry) => entry > 0)).toBe(true);
  });

  it('is the same on every call', () => {
    const again = sparseRegression(200, 20, 3);
    expect([again.A.values, again.b]).toEqual([A.values, b]);
  });
});
