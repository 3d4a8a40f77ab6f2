import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { svd } from '../../src/dense/svd';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { GALLERY } from '../support/gallery';
import { exactSingularValues, naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomOrthonormal } from '../support/random';
import { u } from '../support/tolerances';

/** One rounding for each of n rotations a row and sweep, of varying sign; measured: at most 0.5 of it. */
const bound = (m: number, n: number): number => (10 + n + Math.sqrt(m)) * u;

function orthogonality(V: Matrix): number {
  const G = naiveMatmul(naiveTranspose(V), V).data;
  return G.reduce((worst, x, p) => Math.max(worst, Math.abs(x - (p % (V.columns + 1) === 0 ? 1 : 0))), 0);
}

/** max |u diag(s) vᵀ − A| / s_1, with A/s_1 so that nothing leaves the range. */
function reconstructionError(A: Matrix): number {
  const { u: U, s, v } = svd(A);
  const top = s[0] || 1;
  const US = { ...U, data: U.data.map((x, p) => x * (s[p % U.columns] / top)) };
  const B = naiveMatmul(US, naiveTranspose(v)).data;
  return B.reduce((worst, x, p) => Math.max(worst, Math.abs(x - A.data[p] / top)), 0);
}

function checkLaws(A: Matrix): void {
  const { u: U, s, v } = svd(A);
  const limit = bound(A.rows, A.columns);
  expect([U.rows, U.columns, v.rows, v.columns, s.length]).toEqual([
    A.rows,
    A.columns,
    A.columns,
    A.columns,
    A.columns,
  ]);
  expect(s.every((x, j) => x >= 0 && (j === 0 || x <= s[j - 1]))).toBe(true);
  expect(orthogonality(U)).toBeLessThanOrEqual(limit);
  expect(orthogonality(v)).toBeLessThanOrEqual(limit);
  expect(reconstructionError(A)).toBeLessThanOrEqual(limit);
}

function entries(m: number, n: number, entry: (i: number, j: number) => number): Matrix {
  return {
    rows: m,
    columns: n,
    data: new Float64Array(m * n).map((_, p) => entry(Math.floor(p / n), p % n)),
  };
}

const LAWS = 'A = u diag(s) vᵀ, uᵀu = vᵀv = I, s ≥ 0 descending';

describe.each(GALLERY.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
  const A = entry.build(70, 20, 5);

  it(LAWS, () => checkLaws(A));

  it('singular values to c·n·u·σ₁, against double-double', () => {
    const exact = exactSingularValues(A);
    svd(A).s.forEach((x, j) => {
      expect(Math.abs(x - exact[j])).toBeLessThanOrEqual(bound(A.rows, A.columns) * exact[0]);
    });
  });
});

describe.each([1, 2, 3, 5, 33, 80, 100])('n = %i', (n) => {
  const cases: [string, Matrix][] = [
    ['random', randomMatrix(n, n, 1)],
    ['tall', randomMatrix(n + 31, n, 1)],
    ['zero', entries(n, n, () => 0)],
    ['ones', entries(n, n, () => 1)], // an implicit QR iteration without a limit never ends on n = 80
    ['rank 3', naiveMatmul(randomMatrix(n, 3, 2), randomMatrix(3, n, 3))],
    ['hilbert', entries(n, n, (i, j) => 1 / (i + j + 1))],
    ['kahan', entries(n, n, (i, j) => (j < i ? 0 : Math.sin(1.2) ** i * (i === j ? 1 : -Math.cos(1.2))))],
    ['jordan', entries(n, n, (i, j) => (i === j || j === i + 1 ? 1 : 0))],
    ['permutation', entries(n, n, (i, j) => ((j + 1) % n === i ? 1 : 0))],
    ['rows down to 1e-300', entries(n, n, (i, j) => Math.cos(i * j + i) * 10 ** ((-300 * i) / n))],
    ['entries near 1e300', entries(n, n, (i, j) => Math.cos(i * j + i) * 1e300)],
    ['denormal entries', entries(n, n, (i, j) => ((3 * i + 5 * j + i * j) % 17) * 2 ** -1074)],
  ];
  it.each(cases)(`%s: ${LAWS}`, (name, A) => {
    if (name === 'denormal entries') {
      // s is rounded to multiples of the smallest denormal; the vectors are those of the scaled matrix
      const scaled = { ...A, data: timesPowerOfTwo(A.data, 1060) };
      checkLaws(scaled);
      expect(svd(A).u).toEqual(svd(scaled).u);
    } else {
      checkLaws(A);
    }
  });
});

describe('planted', () => {
  it('finds the factors of a matrix made from them', () => {
    const U = randomOrthonormal(40, 4, 1);
    const V = randomOrthonormal(4, 4, 2);
    const sigma = [8, 4, 2, 1];
    const US = { ...U, data: U.data.map((x, p) => x * sigma[p % 4]) };
    const found = svd(naiveMatmul(US, naiveTranspose(V)));
    for (let k = 0; k < 4; k++) {
      expect(Math.abs(found.s[k] - sigma[k])).toBeLessThanOrEqual(8 * bound(40, 4));
      const sign = Math.sign(found.v.data[k] * V.data[k]);
      // vectors turn by the error of A over the gap of at least 1: 8·bound
      for (let i = 0; i < 4; i++) {
        expect(Math.abs(found.v.data[i * 4 + k] - sign * V.data[i * 4 + k])).toBeLessThanOrEqual(
          8 * bound(40, 4),
        );
      }
      for (let i = 0; i < 40; i++) {
        expect(Math.abs(found.u.data[i * 4 + k] - sign * U.data[i * 4 + k])).toBeLessThanOrEqual(
          8 * bound(40, 4),
        );
      }
    }
  });

  it('a power of two scales s exactly and leaves u and v alone', () => {
    const A = randomMatrix(30, 12, 3);
    const plain = svd(A);
    for (const e of [-900, -3, 500, 900]) {
      const scaled = svd({ ...A, data: timesPowerOfTwo(A.data, e) });
      expect(scaled.s).toEqual(timesPowerOfTwo(plain.s, e));
      expect(scaled.u).toEqual(plain.u);
      expect(scaled.v).toEqual(plain.v);
    }
  });

  it('A is not modified; the same numbers give the same bits', () => {
    const A = randomMatrix(30, 12, 3);
    const before = A.data.slice();
    expect(svd(A)).toEqual(svd(A));
    expect(A.data).toEqual(before);
  });
});

describe('negative controls', () => {
  it('a transposed v and a sign are seen', () => {
    const A = randomMatrix(20, 6, 3);
    const { u: U, s, v } = svd(A);
    const US = { ...U, data: U.data.map((x, p) => x * s[p % 6]) };
    const error = (V: Matrix): number =>
      naiveMatmul(US, V).data.reduce((worst, x, p) => Math.max(worst, Math.abs(x - A.data[p])), 0);
    expect(error(naiveTranspose(v))).toBeLessThanOrEqual(s[0] * bound(20, 6));
    expect(error(v)).toBeGreaterThan(0.01);
    const flipped = naiveTranspose(v);
    flipped.data[0] = -flipped.data[0];
    expect(error(flipped)).toBeGreaterThan(0.01);
  });
});
