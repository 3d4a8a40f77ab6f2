import { describe, expect, it } from 'vitest';
import { NEGLIGIBLE_SQUARE, orthogonaliseRowsInPlace } from '../../src/dense/rowJacobi';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

const square = (n: number, data: Float64Array) => ({ rows: n, columns: n, data });

function identity(n: number): Float64Array {
  return new Float64Array(n * n).map((_, p) => (p % (n + 1) === 0 ? 1 : 0));
}

function entries(n: number, entry: (i: number, j: number) => number): Float64Array {
  return new Float64Array(n * n).map((_, p) => entry(Math.floor(p / n), p % n));
}

const inputs: [string, (n: number) => Float64Array][] = [
  ['random', (n) => randomMatrix(n, n, n).data],
  ['graded rows', (n) => randomMatrix(n, n, n).data.map((x, p) => x * 10 ** ((-14 * Math.floor(p / n)) / n))],
  [
    'rising rows',
    (n) => randomMatrix(n, n, n).data.map((x, p) => x * 10 ** ((14 * Math.floor(p / n)) / n - 14)),
  ],
  ['hilbert', (n) => entries(n, (i, j) => 1 / (i + j + 1))],
  ['ones', (n) => entries(n, () => 1)],
  ['identity', identity],
];

describe.each(inputs)('%s', (_, build) => {
  it.each([1, 2, 3, 8, 41])('n = %i: J·R has orthogonal rows with J orthogonal', (n) => {
    const A = build(n);
    const R = A.slice();
    const J = identity(n);
    const squares = new Float64Array(n).fill(Number.NaN);
    const sweeps = orthogonaliseRowsInPlace(R, J, squares, n);
    expect(sweeps).toBeLessThanOrEqual(20); // measured: at most 17
    const JJt = naiveMatmul(square(n, J), naiveTranspose(square(n, J))).data;
    const one = identity(n);
    JJt.forEach((x, p) => {
      expect(Math.abs(x - one[p])).toBeLessThanOrEqual((10 + n) * u);
    });
    const RRt = naiveMatmul(square(n, R), naiveTranspose(square(n, R))).data;
    const norm = Math.sqrt(RRt.reduce((sum, x, p) => (p % (n + 1) === 0 ? sum + x : sum), 0));
    const JA = naiveMatmul(square(n, J), square(n, A)).data;
    for (let i = 0; i < n; i++) {
      expect(Math.abs(squares[i] - RRt[i * n + i])).toBeLessThanOrEqual(n * u * squares[i]);
      for (let j = 0; j < n; j++) {
        expect(Math.abs(JA[i * n + j] - R[i * n + j])).toBeLessThanOrEqual((10 + n) * u * norm);
        // relative to the two rows, however small: √n·u to stop, as much for computing it here
        const cosine = i === j ? 0 : RRt[i * n + j] / Math.sqrt(RRt[i * n + i] * RRt[j * n + j]);
        if (squares[i] > 0 && squares[j] > 0) expect(Math.abs(cosine)).toBeLessThanOrEqual((2 + n) * u);
      }
    }
  });
});

describe('extremes', () => {
  it('rows of norm 1 and 1e-140 become orthogonal relative to both', () => {
    const R = Float64Array.of(1, 0.5, 1e-140, 3e-140);
    const squares = new Float64Array(2);
    orthogonaliseRowsInPlace(R, identity(2), squares, 2);
    expect(Math.abs(R[0] * R[2] + R[1] * R[3])).toBeLessThanOrEqual(
      4 * u * Math.sqrt(squares[0] * squares[1]),
    );
    // the area spanned does not change: 1·3e-140 − 0.5e-140
    expect(Math.abs(Math.sqrt(squares[0] * squares[1]) / 2.5e-140 - 1)).toBeLessThanOrEqual(8 * u);
  });

  it('zero and negligible rows are left alone', () => {
    const R = Float64Array.of(1, 2, 0, 0, 0, 0, 1e-160, 0, 0);
    const before = R.slice();
    const squares = new Float64Array(3);
    expect(orthogonaliseRowsInPlace(R, identity(3), squares, 3)).toBe(1);
    expect(R).toEqual(before);
    expect(squares[2]).toBeLessThan(NEGLIGIBLE_SQUARE);
  });

  it('NaN ends', () => {
    const R = randomMatrix(6, 6, 1).data;
    R[7] = Number.NaN;
    expect(orthogonaliseRowsInPlace(R, identity(6), new Float64Array(6), 6)).toBeLessThanOrEqual(60);
  });
});
