import { describe, expect, it } from 'vitest';
import {
  reflectVectorInPlace,
  reflectVectorTransposedInPlace,
  reflectVectorWorkLength,
} from '../../src/dense/reflectVector';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

describe('reflectVector', () => {
  const shapes = [0, 1, 2, 3, 4, 5, 7, 8, 13].flatMap((count) =>
    [count, count + 1, count + 3, 50].filter((m) => m > 0).map((m): [number, number] => [m, count]),
  );

  it.each(shapes)('m = %i, %i reflectors: as one by one, in both orders', (m, count) => {
    const lda = count + 2;
    const A = randomMatrix(m, lda, m + count).data.map((x) => x / 4);
    const tau = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      let normSq = 1;
      for (let i = k + 1; i < m; i++) normSq += A[i * lda + k] ** 2;
      tau[k] = k === 2 ? 0 : 2 / normSq;
      for (let i = 0; i <= k; i++) A[i * lda + k] = 1e6; // R's place: not part of the reflectors
    }
    for (const transposed of [false, true]) {
      const x = randomVector(m, 9);
      const work = new Float64Array(reflectVectorWorkLength(m)).fill(Number.NaN);
      work.set(x);
      (transposed ? reflectVectorTransposedInPlace : reflectVectorInPlace)(work, A, lda, m, count, tau);
      for (let step = 0; step < count; step++) {
        const k = transposed ? step : count - 1 - step;
        let sum = x[k];
        for (let i = k + 1; i < m; i++) sum += A[i * lda + k] * x[i];
        x[k] -= tau[k] * sum;
        for (let i = k + 1; i < m; i++) x[i] -= tau[k] * sum * A[i * lda + k];
      }
      const limit = 8 * (count + Math.sqrt(m)) * Math.sqrt(m) * u;
      for (let i = 0; i < m; i++) expect(Math.abs(work[i] - x[i])).toBeLessThanOrEqual(limit);
    }
  });
});
