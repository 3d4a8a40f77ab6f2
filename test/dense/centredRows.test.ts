import { describe, expect, it } from 'vitest';
import { centreRowsInPlace } from '../../src/dense/centredRows';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

describe('centreRowsInPlace', () => {
  it.each([
    [1, 3],
    [2, 1],
    [57, 4],
  ])('%i × %i: columns sum to 0, differences of rows stay', (n, d) => {
    const { data } = randomMatrix(n, d, n);
    const A = data.map((entry, p) => entry + 10 * (p % d));
    const before = A.slice();
    centreRowsInPlace(A, n, d);
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += A[i * d + j];
        const [change, first] = [before[i * d + j] - A[i * d + j], before[j] - A[j]];
        expect(Math.abs(change - first)).toBeLessThan(100 * u * (1 + 10 * d));
      }
      expect(Math.abs(sum)).toBeLessThan(n * n * u * (10 + 10 * d));
    }
  });
});
