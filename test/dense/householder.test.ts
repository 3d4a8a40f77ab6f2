import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import {
  applyQInPlace,
  applyQTransposedInPlace,
  householderInPlace,
  householderWorkLength,
} from '../../src/dense/householder';
import { pairAt, timesPowerOfTwo } from '../support/doubleDouble';
import { householderLower } from '../support/doubleDoubleFactor';
import { GALLERY } from '../support/gallery';
import { describeKernels } from '../support/kernelSets';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix, testRandom } from '../support/random';
import { u } from '../support/tolerances';

interface Factored {
  readonly A: Matrix;
  /** R above, reflectors below the diagonal, leading dimension columns + pad. */
  readonly F: Float64Array;
  readonly lda: number;
  readonly tau: Float64Array;
  readonly work: Float64Array;
}

const PAD_MARK = 12345;

function factor(A: Matrix, pad = 0): Factored {
  const { rows: m, columns: n } = A;
  const lda = n + pad;
  const F = new Float64Array(m * lda).fill(PAD_MARK);
  for (let i = 0; i < m; i++) F.set(A.data.subarray(i * n, i * n + n), i * lda);
  const tau = new Float64Array(Math.min(m, n)).fill(Number.NaN);
  // NaN: whatever is read before it is written shows
  const work = new Float64Array(householderWorkLength(m, n)).fill(Number.NaN);
  householderInPlace(F, lda, m, n, tau, work);
  return { A, F, lda, tau, work };
}

function applyQ({ A, F, lda, tau, work }: Factored, C: Matrix): Matrix {
  const data = C.data.slice();
  work.fill(Number.NaN);
  applyQInPlace(data, C.columns, C.columns, F, lda, A.rows, A.columns, tau, work);
  return { ...C, data };
}

function applyQt({ A, F, lda, tau, work }: Factored, C: Matrix): Matrix {
  const data = C.data.slice();
  work.fill(Number.NaN);
  applyQTransposedInPlace(data, C.columns, C.columns, F, lda, A.rows, A.columns, tau, work);
  return { ...C, data };
}

/** R with zeros below the diagonal, m × n. */
function upperPart({ A, F, lda }: Factored): Matrix {
  const { rows: m, columns: n } = A;
  const data = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = i; j < n; j++) data[i * n + j] = F[i * lda + j];
  return { rows: m, columns: n, data };
}

function identity(n: number): Matrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return { rows: n, columns: n, data };
}

function columnNorm({ rows, columns, data }: Matrix, j: number): number {
  return Math.hypot(...Array.from({ length: rows }, (_, i) => data[i * columns + j]));
}

function difference(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((x, p) => x - B.data[p]) };
}

/** max over the columns of ‖A_j − B_j‖ / ‖B_j‖; 0/0 is 0. */
function columnError(A: Matrix, B: Matrix): number {
  const D = difference(A, B);
  let worst = 0;
  for (let j = 0; j < A.columns; j++) {
    const error = columnNorm(D, j);
    if (error !== 0) worst = Math.max(worst, error / columnNorm(B, j));
  }
  return worst;
}

function orthogonality(Q: Matrix): number {
  const D = difference(naiveMatmul(naiveTranspose(Q), Q), identity(Q.columns));
  return D.data.reduce((worst, x) => Math.max(worst, Math.abs(x)), 0);
}

/**
 * A few roundings for each of n reflections, √m for inner products of length m (rounding errors of varying
 * sign): Higham, theorem 19.4 with √(mn) for mn. Measured: at most 0.25 of it.
 */
const bound = (m: number, n: number): number => (n + Math.sqrt(m)) * u;

function checkLaws(f: Factored): void {
  const { rows: m, columns: n } = f.A;
  const limit = bound(m, n);
  expect(columnError(applyQ(f, upperPart(f)), f.A)).toBeLessThanOrEqual(limit);
  expect(columnError(applyQt(f, f.A), upperPart(f))).toBeLessThanOrEqual(limit);
  const Q = applyQ(f, identity(m));
  expect(orthogonality(Q)).toBeLessThanOrEqual(limit);
  for (const nc of [1, 2, 3, 4, 70]) {
    const C = randomMatrix(m, nc, nc);
    expect(columnError(applyQt(f, C), naiveMatmul(naiveTranspose(Q), C))).toBeLessThanOrEqual(2 * limit);
    expect(columnError(applyQ(f, C), naiveMatmul(Q, C))).toBeLessThanOrEqual(2 * limit);
    expect(columnError(applyQ(f, applyQt(f, C)), C)).toBeLessThanOrEqual(2 * limit);
  }
}

const LAWS = 'QR = A and QᵀA = R by columns, QᵀQ = I, Q(QᵀC) = C';

describeKernels(() => {
  describe.each(GALLERY.map((entry) => [entry.name, entry] as const))('%s', (_, entry) => {
    it.each([
      [70, 7],
      [130, 33],
      [97, 60],
    ])(`%i × %i: ${LAWS}`, (n, d) => checkLaws(factor(entry.build(n, d, 5))));
  });

  describe('sizes at the edges of slabs, panels and blocks', () => {
    const sizes: [number, number][] = [
      1, 2, 3, 4, 5, 6, 7, 8, 9, 23, 24, 25, 31, 32, 33, 34, 47, 48, 49, 55, 56, 57, 80, 81,
    ].flatMap((n): [number, number][] => [
      [n, n],
      [n + 1, n],
      [n + 37, n],
    ]);
    it.each([...sizes, [1, 5], [3, 7], [24, 60], [40, 61], [60, 100], [150, 1], [200, 50]])(
      `%i × %i: ${LAWS}`,
      (m, n) => checkLaws(factor(randomMatrix(m, n, m + n))),
    );

    it('a leading dimension above n: the same bits, and nothing outside touched', () => {
      for (const [m, n] of [
        [30, 5],
        [90, 50],
        [20, 45],
      ]) {
        const A = randomMatrix(m, n, 3);
        const plain = factor(A);
        const padded = factor(A, 3);
        expect(upperPart(padded)).toEqual(upperPart(plain));
        expect(padded.tau).toEqual(plain.tau);
        for (let i = 0; i < m; i++) {
          expect([...padded.F.subarray(i * (n + 3) + n, (i + 1) * (n + 3))]).toEqual([
            PAD_MARK,
            PAD_MARK,
            PAD_MARK,
          ]);
        }
        checkLaws(padded);
      }
    });

    it('C inside a wider array, and more columns of C than fit at once', () => {
      const f = factor(randomMatrix(80, 40, 3));
      for (const nc of [1, 3, 5, 64, 65, 200]) {
        const C = randomMatrix(80, nc, 4);
        const wide = new Float64Array(80 * (nc + 2)).fill(PAD_MARK);
        for (let i = 0; i < 80; i++) wide.set(C.data.subarray(i * nc, i * nc + nc), i * (nc + 2));
        applyQTransposedInPlace(wide, nc + 2, nc, f.F, f.lda, 80, 40, f.tau, f.work);
        const Qt = applyQt(f, identity(80));
        const data = new Float64Array(80 * nc).map((_, p) => wide[Math.floor(p / nc) * (nc + 2) + (p % nc)]);
        expect(columnError({ ...C, data }, naiveMatmul(Qt, C))).toBeLessThanOrEqual(2 * bound(80, 40));
        for (let i = 0; i < 80; i++) expect(wide[i * (nc + 2) + nc]).toBe(PAD_MARK);
      }
    });
  });

  describe('conventions', () => {
    it('[3, 4]: R = −5, v = [1, 1/2], tau = 8/5', () => {
      const { F, tau } = factor({ rows: 2, columns: 1, data: Float64Array.of(3, 4) });
      expect([...F]).toEqual([-5, 0.5]);
      expect(tau[0]).toBe(1.6);
    });

    it('[−3, 4]: R = 5', () => {
      const { F, tau } = factor({ rows: 2, columns: 1, data: Float64Array.of(-3, 4) });
      expect([...F]).toEqual([5, -0.5]);
      expect(tau[0]).toBe(1.6);
    });

    it('columns that are zero below the diagonal are left alone, tau = 0', () => {
      const f = factor({ rows: 3, columns: 2, data: Float64Array.of(2, 7, 0, -3, 0, 0) });
      expect([...f.F]).toEqual([2, 7, 0, -3, 0, 0]);
      expect([...f.tau]).toEqual([0, 0]);
      const zero = factor({ rows: 70, columns: 50, data: new Float64Array(70 * 50) });
      expect(zero.F.every((x) => x === 0)).toBe(true);
      expect(zero.tau.every((x) => x === 0)).toBe(true);
    });

    it('H_k = I − tau v vᵀ one by one, in this order, is Q', () => {
      const f = factor(randomMatrix(45, 40, 6));
      const Q = identity(45);
      for (let k = 39; k >= 0; k--) {
        const v = Float64Array.from({ length: 45 }, (_, i) => (i < k ? 0 : i === k ? 1 : f.F[i * 40 + k]));
        for (let j = 0; j < 45; j++) {
          let sum = 0;
          for (let i = k; i < 45; i++) sum += v[i] * Q.data[i * 45 + j];
          for (let i = k; i < 45; i++) Q.data[i * 45 + j] -= f.tau[k] * sum * v[i];
        }
      }
      expect(columnError(applyQ(f, identity(45)), Q)).toBeLessThanOrEqual(2 * bound(45, 40));
    });

    it('entries of v are at most 1 and 1 ≤ tau ≤ 2', () => {
      const f = factor(randomMatrix(90, 60, 6));
      for (let i = 0; i < 90; i++)
        for (let j = 0; j < i && j < 60; j++) expect(Math.abs(f.F[i * 60 + j])).toBeLessThanOrEqual(1);
      for (const t of f.tau) expect(t >= 1 && t <= 2).toBe(true);
    });

    it('|R| agrees with a factorisation in double-double to κu', () => {
      const A = randomMatrix(120, 50, 11); // κ about 5
      const f = factor(A);
      const L = householderLower(A);
      for (let i = 0; i < 50; i++) {
        const [diagonal] = pairAt(L, i * 50 + i);
        const sign = Math.sign(diagonal) * Math.sign(f.F[i * 50 + i]);
        for (let j = i; j < 50; j++) {
          const error = Math.abs(f.F[i * 50 + j] - sign * L.hi[j * 50 + i]);
          expect(error).toBeLessThanOrEqual(5 * bound(120, 50) * columnNorm(A, j));
        }
      }
    });

    it('a tail of 1e-9 beside a head of 1 keeps its digits', () => {
      const { F } = factor({ rows: 3, columns: 1, data: Float64Array.of(1, 1e-9, -2e-9) });
      expect(Math.abs(F[1] / 5e-10 - 1)).toBeLessThanOrEqual(8 * u);
      expect(Math.abs(F[2] / -1e-9 - 1)).toBeLessThanOrEqual(8 * u);
    });
  });

  describe('scale', () => {
    const exponents = [-1, 1, 7, -490, 490, -900, 900];

    it.each([
      [40, 5],
      [90, 50],
    ])('%i × %i: R of 2^e·A is 2^e·R, reflectors the same, bit for bit', (m, n) => {
      const A = randomMatrix(m, n, 8);
      const f = factor(A);
      for (const e of exponents) {
        const g = factor({ ...A, data: timesPowerOfTwo(A.data, e) });
        expect(g.tau).toEqual(f.tau);
        expect(upperPart(g).data).toEqual(timesPowerOfTwo(upperPart(f).data, e));
        for (let i = 0; i < m; i++)
          for (let j = 0; j < i && j < n; j++) expect(g.F[i * n + j]).toBe(f.F[i * n + j]);
      }
    });

    it.each([
      [40, 5],
      [90, 50],
    ])('%i × %i: columns times powers of two up to 2^±900 scale the columns of R exactly', (m, n) => {
      const A = randomMatrix(m, n, 8);
      const f = factor(A);
      const random = testRandom(1);
      const powers = Array.from({ length: n }, () => 2 ** (random.integer(1801) - 900));
      const g = factor({ ...A, data: A.data.map((x, p) => x * powers[p % n]) });
      expect(g.tau).toEqual(f.tau);
      expect(upperPart(g).data).toEqual(upperPart(f).data.map((x, p) => x * powers[p % n]));
    });

    it('a tail whose squares underflow beside the rest of its column is reflected, not dropped', () => {
      // after the first reflector, column 1 has entries near 1e-200 under a head near 1
      const A = { rows: 4, columns: 2, data: Float64Array.of(1, 1, 0, 1e-200, 0, -2e-200, 0, 2e-200) };
      const f = factor(A);
      expect(Math.abs(Math.abs(f.F[3]) / 3e-200 - 1)).toBeLessThanOrEqual(8 * u);
      expect(f.tau[1]).not.toBe(0);
      checkLaws(f);
    });

    it('rows from 1e-150 to 1e150', () => {
      const A = randomMatrix(60, 40, 2);
      const f = factor({
        ...A,
        data: A.data.map((x, p) => x * 10 ** (((Math.floor(p / 40) * 37) % 301) - 150)),
      });
      checkLaws(f);
    });

    it('denormal entries', () => {
      const data = Float64Array.from({ length: 30 }, (_, p) => ((p * 7) % 13) * 2 ** -1074);
      const f = factor({ rows: 10, columns: 3, data });
      const normal = factor({ rows: 10, columns: 3, data: data.map((x) => x * 2 ** 1000 * 2 ** 74) });
      expect(f.tau).toEqual(normal.tau);
      // R is rounded to multiples of the smallest denormal
      upperPart(f).data.forEach((r, p) => {
        expect(Math.abs(r / 2 ** -1074 - upperPart(normal).data[p])).toBeLessThanOrEqual(0.5);
      });
    });
  });

  describe('robustness', () => {
    it('NaN and infinity come back as NaN, not as an endless loop or a wrong number', () => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        for (const [m, n] of [
          [20, 4],
          [60, 40],
        ]) {
          const A = randomMatrix(m, n, 2);
          A.data[5 * n + 2] = bad;
          expect(Number.isNaN(factor(A).F[2 * n + 2])).toBe(true);
        }
      }
    });

    it('the same numbers give the same bits', () => {
      const A = randomMatrix(150, 70, 2);
      expect(factor(A).F).toEqual(factor(A).F);
    });
  });

  describe('negative controls', () => {
    const f = factor(randomMatrix(90, 50, 4));
    const limit = bound(90, 50);

    it('Q for Qᵀ is seen', () => {
      expect(columnError(applyQt(f, upperPart(f)), f.A)).toBeGreaterThan(0.1);
    });

    it.each([
      ['the sign of tau', (t: number) => -t],
      ['the scale of tau', (t: number) => t * (1 + 1e-12)],
      ['one reflector left out', () => 0],
    ])('%s is seen', (_, spoil) => {
      for (const k of [0, 24, 49]) {
        const tau = f.tau.slice();
        tau[k] = spoil(tau[k]);
        const broken = { ...f, tau };
        expect(columnError(applyQ(broken, upperPart(f)), f.A)).toBeGreaterThan(limit);
        expect(orthogonality(applyQ(broken, identity(90))) > limit || tau[k] === 0).toBe(true);
      }
    });

    it('a reflector with one entry off by 1e-12 is seen', () => {
      const F = f.F.slice();
      F[60 * 50 + 30] += 1e-12;
      expect(orthogonality(applyQ({ ...f, F }, identity(90)))).toBeGreaterThan(limit);
    });
  });
});
