import { describe, expect, it } from 'vitest';
import { scatterRowsInto } from '../../src/dense/scatter';
import { csrRowOuterInto, csrScatterInto } from '../../src/sparse/csrScatter';
import { randomVector, testRandom } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';

const [n, d, m, ld] = [30, 5, 9, 7];
const A = randomSparse({ rows: n, columns: d, density: 0.4, seed: 1 });
const dense = denseFrom(A);

describe('csrScatterInto', () => {
  it.each([1, 3, 8])(
    '%d rows of out a row: the bits of the dense scatter, rows first … first + count',
    (perRow) => {
      const random = testRandom(perRow);
      const [first, count] = [4, 20];
      const targets = Int32Array.from(
        { length: count * perRow },
        () => 2 * random.integer(m) + random.integer(2),
      );
      const out = randomVector(m * ld, 2);
      const expected = out.slice();
      scatterRowsInto(expected, 0, ld, dense.data, first * d, d, count, d, targets, perRow);
      csrScatterInto(out, ld, A, first, count, targets, perRow, null);
      expect(out).toEqual(expected);
    },
  );

  it('weights belong to the rows of A', () => {
    const weights = randomVector(n, 3);
    const targets = Int32Array.from({ length: n }, (_, i) => 2 * (i % m) + (i & 1));
    const weighted = dense.data.map((v, p) => v * weights[Math.floor(p / d)]);
    const [out, expected] = [new Float64Array(m * d), new Float64Array(m * d)];
    scatterRowsInto(expected, 0, d, weighted, 0, d, n, d, targets, 1);
    csrScatterInto(out, d, A, 0, 10, targets, 1, weights);
    csrScatterInto(out, d, A, 10, n - 10, targets.subarray(10), 1, weights);
    expect(out).toEqual(expected);
  });
});

describe('csrRowOuterInto', () => {
  it('out += factor · s ⊗ row, the rest untouched', () => {
    const s = randomVector(m, 4);
    for (let i = 0; i < n; i++) {
      const out = randomVector(m * ld, 5);
      const before = out.slice();
      csrRowOuterInto(out, ld, s, m - 1, A, i, -2);
      out.forEach((entry, p) => {
        const [k, j] = [Math.floor(p / ld), p % ld];
        const added = k < m - 1 && j < d ? -2 * s[k] * dense.data[i * d + j] : 0;
        expect(entry).toBe(before[p] + added);
      });
    }
  });
});
