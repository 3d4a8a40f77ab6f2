import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { choleskyInPlace } from '../../src/dense/cholesky';
import { describeKernels } from '../support/kernelSets';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { u } from '../support/tolerances';

// below, at and above the blocked path's first size, and around its blocks (16 rows and multiples of 8 in WebAssembly)
const sizes = [1, 2, 3, 5, 8, 15, 16, 17, 24, 25, 31, 32, 33, 40, 49, 63, 64, 65, 95, 96, 97, 127, 129, 160];

function gram(A: Matrix): Matrix {
  return naiveMatmul(naiveTranspose(A), A);
}

/** Upper triangle of G in leading dimension ldg, everything else marked. */
function upper(G: Matrix, ldg: number): Float64Array {
  const out = new Float64Array(G.rows * ldg).fill(-7.5);
  for (let i = 0; i < G.rows; i++) {
    for (let j = i; j < G.rows; j++) out[i * ldg + j] = G.data[i * G.rows + j];
  }
  return out;
}

/** max |(RᵀR − G)_ij| / √(G_ii G_jj), at most (n + 1)·u/2 by Higham, theorem 10.3. */
function residual(R: Float64Array, ldr: number, G: Matrix): number {
  const n = G.rows;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let sum = -G.data[i * n + j];
      for (let k = 0; k <= i; k++) sum += R[k * ldr + i] * R[k * ldr + j];
      worst = Math.max(worst, Math.abs(sum) / Math.sqrt(G.data[i * n + i] * G.data[j * n + j]));
    }
  }
  return worst;
}

/** As much again for the residual's own rounding. */
const bound = (n: number): number => 2 * (n + 1) * u;

describeKernels(() => {
  describe.each(sizes)('n = %i', (n) => {
    it('RᵀR = G, positive diagonal, nothing written below it or outside', () => {
      for (const ldg of [n, n + 5]) {
        const G = gram(randomMatrix(n + 5, n, n));
        const R = upper(G, ldg);
        expect(choleskyInPlace(R, ldg, n)).toBe(-1);
        expect(residual(R, ldg, G)).toBeLessThanOrEqual(bound(n));
        for (let i = 0; i < n; i++) {
          expectEvery(ldg, (j) => (j < i || j >= n ? R[i * ldg + j] === -7.5 : j > i || R[i * ldg + i] > 0));
        }
      }
    });

    it('the first pivot that is not positive is named, wherever it is', () => {
      const G = gram(randomMatrix(n + 5, n, n));
      for (const k of new Set([0, n >> 1, n - 1])) {
        for (const pivot of [0, -1, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
          const R = upper(G, n);
          R[k * n + k] = pivot;
          expect(choleskyInPlace(R, n, n)).toBe(k);
        }
      }
    });

    it('scaling rows and columns by powers of two scales the columns of R exactly', () => {
      const G = gram(randomMatrix(n + 5, n, n));
      const R = upper(G, n);
      const scaled = upper(G, n);
      const exponent = (j: number): number => ((j * 29) % 301) - 150;
      for (let i = 0; i < n; i++) {
        for (let j = i; j < n; j++) scaled[i * n + j] *= 2 ** (exponent(i) + exponent(j));
      }
      expect(choleskyInPlace(R, n, n)).toBe(-1);
      expect(choleskyInPlace(scaled, n, n)).toBe(-1);
      for (let i = 0; i < n; i++) {
        expectEvery(n, (j) => j < i || scaled[i * n + j] === R[i * n + j] * 2 ** exponent(j));
      }
    });
  });

  describe('small cases by hand', () => {
    it('diagonal: square roots', () => {
      const G = Float64Array.of(4, 0, 0, -1, 9, 0, -1, -1, 16);
      expect(choleskyInPlace(G, 3, 3)).toBe(-1);
      expect([...G]).toEqual([2, 0, 0, -1, 3, 0, -1, -1, 4]);
    });

    it('[[4, 2], [2, 5]] = RᵀR with R = [[2, 1], [0, 2]]', () => {
      const G = Float64Array.of(4, 2, 99, 5);
      expect(choleskyInPlace(G, 2, 2)).toBe(-1);
      expect([...G]).toEqual([2, 1, 99, 2]);
    });

    it('[[1, 2], [2, 4]] is singular: pivot 1 is exactly 0', () => {
      expect(choleskyInPlace(Float64Array.of(1, 2, 2, 4), 2, 2)).toBe(1);
      expect(choleskyInPlace(Float64Array.of(1, 2, 2, 3), 2, 2)).toBe(1);
    });

    it('diag(1, 1, 0, 0, …) stops at the first zero, blocked too', () => {
      for (const n of [4, 70, 130]) {
        for (const rank of [1, 3, n - 1]) {
          const G = new Float64Array(n * n);
          for (let i = 0; i < rank; i++) G[i * n + i] = 1;
          expect(choleskyInPlace(G, n, n)).toBe(rank);
        }
      }
    });
  });

  describe('ill-conditioned and graded', () => {
    it('κ(G) = 1e12 still has RᵀR = G: the residual does not know κ', () => {
      const n = 80;
      const A = randomMatrix(100, n, 8);
      for (let i = 0; i < 100; i++) A.data[i * n + n - 1] = A.data[i * n] + 1e-6 * A.data[i * n + n - 1];
      const G = gram(A);
      const R = upper(G, n);
      expect(choleskyInPlace(R, n, n)).toBe(-1);
      expect(residual(R, n, G)).toBeLessThanOrEqual(bound(n));
    });

    it('entries near 1e±300', () => {
      for (const e of [-990, 990]) {
        const G = gram(randomMatrix(90, 70, 8));
        G.data.forEach((x, p) => {
          G.data[p] = x * 2 ** e;
        });
        const R = upper(G, 70);
        expect(choleskyInPlace(R, 70, 70)).toBe(-1);
        expect(R.every(Number.isFinite)).toBe(true);
        const scaled = { ...G, data: G.data.map((x) => x * 2 ** -e) };
        const half = R.map((x) => x * 2 ** (-e / 2));
        expect(residual(half, 70, scaled)).toBeLessThanOrEqual(bound(70));
      }
    });

    it('the same numbers give the same bits', () => {
      const G = gram(randomMatrix(110, 100, 8));
      const R = upper(G, 100);
      const S = upper(G, 100);
      choleskyInPlace(R, 100, 100);
      choleskyInPlace(S, 100, 100);
      expect(S).toEqual(R);
    });
  });

  describe('negative controls', () => {
    it.each([
      ['a sign', (R: Float64Array) => (R[1] = -R[1])],
      ['a scale', (R: Float64Array) => (R[0] *= 1 + 1e-12)],
      ['a forgotten update', (R: Float64Array) => (R[69 * 70 + 69] *= 1.5)],
    ])('%s wrong in R is seen by the residual', (_, spoil) => {
      const G = gram(randomMatrix(90, 70, 8));
      const R = upper(G, 70);
      choleskyInPlace(R, 70, 70);
      spoil(R);
      expect(residual(R, 70, G)).toBeGreaterThan(bound(70));
    });
  });
});
