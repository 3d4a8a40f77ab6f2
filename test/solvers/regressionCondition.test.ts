import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import { weightedCondition } from '../../src/solvers/regressionCondition';
import { scaledRegression } from '../../src/solvers/regressionScaling';
import { exactCondition } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomVector } from '../support/random';

describe('weightedCondition', () => {
  it.each([10, 1e4, 1e10])(
    'within a factor 3 of κ(√|D|A), κ(A) = %d, dense and sparse, D of any sign',
    (kappa) => {
      for (const seed of [1, 2, 3]) {
        const { A } = plantedMatrix({ n: 400, d: 6, kappa, seed });
        const curvature = randomVector(400, seed + 5).map((v) => v * 1e200);
        const weighted = A.data.map(
          (entry, p) => entry * Math.sqrt(Math.abs(curvature[Math.floor(p / 6)]) / 1e200),
        );
        const exact = exactCondition({ ...A, data: weighted });
        for (const given of [A, csrFromMatrix(A)]) {
          const ratio = weightedCondition(scaledRegression(given).matrix, curvature, 0) / exact;
          expect(ratio).toBeGreaterThan(1 / 3);
          expect(ratio).toBeLessThan(3);
        }
      }
    },
  );

  it('a row of 1e28 beside one of 4: 5e13 to a factor 3; nothing left is Infinity', () => {
    const A = { rows: 2, columns: 2, data: Float64Array.of(1, 1, 1, -1) };
    const ratio = weightedCondition(scaledRegression(A).matrix, Float64Array.of(1e28, 4), 0) / 5e13;
    expect(ratio).toBeGreaterThan(1 / 3);
    expect(ratio).toBeLessThan(3);
    expect(weightedCondition(scaledRegression(A).matrix, new Float64Array(2), 0)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
