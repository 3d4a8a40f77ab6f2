import { describe, expect, it } from 'vitest';
import {
  gramVectorInto,
  matvecInto,
  matvecTransposedInto,
  residualGradientInto,
} from '../../src/dense/matvec';
import { describeKernels } from '../support/kernelSets';
import { exactMatvec, exactResidual, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { integerMatrix } from '../support/sketchLaws';
import { dotBound } from '../support/tolerances';

/** Around four and eight rows, few and many entries, odd and even widths, one row, one column; around stretches of 512. */
const shapes = [
  ...[1, 2, 7, 8, 9, 16, 23].flatMap((m) => [1, 2, 3, 4, 5, 8, 11].map((n) => [m, n])),
  ...[511, 512, 513, 1024, 1027, 2048].map((m) => [m, 3]),
];

const integers = (n: number, seed: number): Float64Array => integerMatrix(n, 1, seed).data;
const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, v, i) => sum + v * y[i], 0);

describeKernels(() => {
  describe.each(shapes)('on integers the products are exact, %i × %i', (m, n) => {
    const A = integerMatrix(m, n, 1);
    const At = naiveTranspose(A);
    const x = integers(n, 2);
    const b = integers(m, 3);
    const Ax = naiveMatvec(A, x);
    const residual = b.map((v, i) => v - Ax[i]);

    it('matvecInto: A x', () => {
      const y = new Float64Array(m).fill(Number.NaN);
      matvecInto(y, A.data, m, n, x);
      expect(y).toEqual(Ax);
    });

    it('matvecTransposedInto: Aᵀy', () => {
      const g = new Float64Array(n).fill(Number.NaN);
      matvecTransposedInto(g, A.data, m, n, b);
      expect(g).toEqual(naiveMatvec(At, b));
    });

    it('residualGradientInto: b − A x and Aᵀ(b − A x), r in place of b too', () => {
      const r = new Float64Array(m).fill(Number.NaN);
      const g = new Float64Array(n).fill(Number.NaN);
      residualGradientInto(r, g, A.data, m, n, x, b);
      expect(r).toEqual(residual);
      expect(g).toEqual(naiveMatvec(At, residual));
      const aliased = b.slice();
      residualGradientInto(aliased, g, A.data, m, n, x, aliased);
      expect(aliased).toEqual(residual);
    });

    it('gramVectorInto: Aᵀ(A x)', () => {
      const g = new Float64Array(n).fill(Number.NaN);
      gramVectorInto(g, A.data, m, n, x);
      expect(g).toEqual(naiveMatvec(At, Ax));
    });
  });

  describe('rounding', () => {
    const m = 203;
    const n = 37;
    const A = randomMatrix(m, n, 4);
    const x = randomVector(n, 5);
    const b = randomVector(m, 6);
    const absolute = { ...A, data: A.data.map(Math.abs) };
    const sizes = naiveMatvec(absolute, x.map(Math.abs));

    it('|fl(A x) − A x| ≤ γ_n·|A||x|, row by row', () => {
      const y = new Float64Array(m);
      matvecInto(y, A.data, m, n, x);
      exactMatvec(A, x).forEach((exact, i) => {
        expect(Math.abs(y[i] - exact)).toBeLessThanOrEqual(dotBound(n + 1) * sizes[i]);
      });
    });

    it('|fl(b − A x) − (b − A x)| ≤ γ_{n+1}·(|A||x| + |b|), where b ≈ A x cancels too', () => {
      for (const right of [b, exactMatvec(A, x)]) {
        const r = new Float64Array(m);
        residualGradientInto(r, new Float64Array(n), A.data, m, n, x, right);
        exactResidual(A, x, right).forEach((exact, i) => {
          const limit = dotBound(n + 2) * (sizes[i] + Math.abs(right[i]));
          expect(Math.abs(r[i] - exact)).toBeLessThanOrEqual(limit);
        });
      }
    });

    it('the gradient is Aᵀ of the returned residual up to γ_m·|A|ᵀ|r|', () => {
      const r = new Float64Array(m);
      const g = new Float64Array(n);
      residualGradientInto(r, g, A.data, m, n, x, b);
      const limits = naiveMatvec(naiveTranspose(absolute), r.map(Math.abs));
      exactMatvec(naiveTranspose(A), r).forEach((exact, j) => {
        expect(Math.abs(g[j] - exact)).toBeLessThanOrEqual(dotBound(m + 1) * limits[j]);
      });
    });

    it('Aᵀy of 65536 equal rows keeps γ_(132 + m/256): one running sum drifts by thousands of u', () => {
      const rows = 2 ** 16;
      const [row, factor] = [[0.1, 1 / 3, 0.7, 1.1], 0.3];
      const A = Float64Array.from({ length: 4 * rows }, (_, p) => row[p % 4]);
      const g = new Float64Array(4);
      matvecTransposedInto(g, A, rows, 4, new Float64Array(rows).fill(factor));
      row.forEach((entry, j) => {
        const exact = rows * (entry * factor); // a power of two: one rounding
        expect(Math.abs(g[j] - exact)).toBeLessThanOrEqual(dotBound(132 + rows / 256) * exact);
      });
    });

    it('⟨A x, y⟩ = ⟨x, Aᵀy⟩ up to γ_{m+n}·|y|ᵀ|A||x|', () => {
      const y = new Float64Array(m);
      const g = new Float64Array(n);
      matvecInto(y, A.data, m, n, x);
      matvecTransposedInto(g, A.data, m, n, b);
      const limit = 2 * dotBound(m + n) * dot(sizes, b.map(Math.abs));
      expect(Math.abs(dot(y, b) - dot(x, g))).toBeLessThanOrEqual(limit);
    });

    it('a row gives the same bits wherever it stands and however many rows there are', () => {
      const r = new Float64Array(m);
      const g = new Float64Array(n);
      residualGradientInto(r, g, A.data, m, n, x, b);
      for (const first of [0, 1, 3, 8, 100]) {
        for (const rows of [1, 7, 8, 50]) {
          const part = new Float64Array(rows);
          const from = A.data.slice(first * n, (first + rows) * n);
          residualGradientInto(part, g, from, rows, n, x, b.slice(first, first + rows));
          expect(part).toEqual(r.slice(first, first + rows));
        }
      }
    });

    it('the fused products have the bits of the separate ones', () => {
      const y = new Float64Array(m);
      const g = new Float64Array(n);
      const fused = new Float64Array(n);
      matvecInto(y, A.data, m, n, x);
      matvecTransposedInto(g, A.data, m, n, y);
      gramVectorInto(fused, A.data, m, n, x);
      expect(fused).toEqual(g);
      const r = new Float64Array(m);
      residualGradientInto(r, fused, A.data, m, n, x, b);
      matvecTransposedInto(g, A.data, m, n, r);
      expect(fused).toEqual(g);
      expect(r).toEqual(b.map((v, i) => v - y[i]));
    });
  });

  describe('range and care', () => {
    it('entries 1e±150 give finite products, scaled by exactly the same power of two', () => {
      const A = randomMatrix(19, 5, 7);
      const x = randomVector(5, 8);
      const y = new Float64Array(19);
      matvecInto(y, A.data, 19, 5, x);
      for (const e of [500, -500]) {
        const scaled = new Float64Array(19);
        matvecInto(
          scaled,
          A.data.map((a) => a * 2 ** e),
          19,
          5,
          x,
        );
        expect(scaled).toEqual(y.map((v) => v * 2 ** e));
      }
    });

    it('reads and writes nothing beyond m and n, and not its inputs', () => {
      const A = integerMatrix(9, 3, 9);
      const long = new Float64Array(40).fill(Number.NaN);
      long.set(A.data);
      const x = Float64Array.from([1, -2, 3, Number.NaN]);
      const b = integers(9, 10);
      const r = new Float64Array(11).fill(7);
      const g = new Float64Array(5).fill(7);
      residualGradientInto(r, g, long, 9, 3, x, b);
      expect([...r.slice(9), ...g.slice(3)]).toEqual([7, 7, 7, 7]);
      expect(r.slice(0, 9).every(Number.isFinite)).toBe(true);
      expect(x.slice(0, 3)).toEqual(Float64Array.from([1, -2, 3]));
      expect(b).toEqual(integers(9, 10));
    });

    it('no rows: the gradient is zero', () => {
      const g = new Float64Array(3).fill(Number.NaN);
      matvecTransposedInto(g, new Float64Array(0), 0, 3, new Float64Array(0));
      expect(g).toEqual(new Float64Array(3));
    });
  });

  describe('special entries', () => {
    // 13 rows of 12: eight or twelve taken together and the others alone; row 3 is among the first, row 12 is not
    it.each([3, 12])('NaN and Infinity in row %i meet the zeros they are multiplied with', (row) => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const A = randomMatrix(13, 12, 1);
        A.data[12 * row + 2] = bad;
        const [y, g] = [new Float64Array(13), new Float64Array(12)];
        matvecInto(y, A.data, 13, 12, new Float64Array(12));
        expect(Array.from(y, Number.isNaN)).toEqual(Array.from({ length: 13 }, (_, i) => i === row));
        matvecTransposedInto(g, A.data, 13, 12, new Float64Array(13));
        expect(Array.from(g, Number.isNaN)).toEqual(Array.from({ length: 12 }, (_, j) => j === 2));
        residualGradientInto(y, g, A.data, 13, 12, new Float64Array(12), new Float64Array(13));
        expect(Array.from(y, Number.isNaN)).toEqual(Array.from({ length: 13 }, (_, i) => i === row));
        expect(g.every(Number.isNaN)).toBe(true);
        gramVectorInto(g, A.data, 13, 12, new Float64Array(12));
        expect(g.every(Number.isNaN)).toBe(true);
      }
    });
  });
});
