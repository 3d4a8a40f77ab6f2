import { describe, expect, it } from 'vitest';
import { choleskyInPlace } from '../../src/dense/cholesky';
import {
  GAUSSIAN_SCRATCH_LENGTH,
  gaussianBlockInto,
  gaussianPanelsInto,
  gaussianProductInto,
  gaussianUpperInto,
  halfSquaredNormsInto,
} from '../../src/dense/gaussianKernel';
import { panelsLength, unpackPanelsInto } from '../../src/dense/symmetricProduct';
import { add, multiply, type Pair, twoSum } from '../support/doubleDouble';
import { describeKernels } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

// around the tile of 132, and the depth of 128 of a matrix product's block
const shapes = [
  [1, 1],
  [2, 3],
  [5, 1],
  [131, 3],
  [132, 2],
  [133, 5],
  [270, 4],
  [40, 130],
] as const;

function cloud(n: number, d: number, seed: number, scale = 1): { A: Float64Array; h: Float64Array } {
  const A = randomVector(n * d, seed).map((entry) => scale * entry);
  const h = new Float64Array(n);
  halfSquaredNormsInto(h, A, n, d);
  return { A, h };
}

function scratch(): Float64Array {
  return new Float64Array(GAUSSIAN_SCRATCH_LENGTH);
}

/** exp(−|a − b|²/2) with the exponent right to 30 digits, for the rows at a and b. */
function exactEntry(A: Float64Array, a: number, B: Float64Array, b: number, d: number): number {
  let sum: Pair = [0, 0];
  for (let l = 0; l < d; l++) {
    const difference = twoSum(A[a + l], -B[b + l]);
    sum = add(sum, multiply(difference, difference));
  }
  return Math.exp(-sum[0] / 2) * (1 - sum[1] / 2);
}

/** The derived relative error of an entry, and one u of the oracle's exponential. */
function entryBound(d: number, h: number, g: number): number {
  return Math.expm1((d + 2) * u * (h + g)) + 2.5 * u;
}

describeKernels(() => {
  describe('gaussianBlockInto', () => {
    it.each(shapes)(
      'entries of %i points in dimension %i: |error| ≤ ((d + 2)(h + g) + 2.5)·u, in [0, 1]',
      (n, d) => {
        for (const scale of [0.01, 0.5, 3 / Math.sqrt(d)]) {
          const { A, h } = cloud(n, d, n, scale);
          const { A: B, h: g } = cloud(7, d, n + 1, scale);
          const [kOff, ldk] = [2, 9];
          const K = new Float64Array(kOff + n * ldk).fill(-7.5);
          gaussianBlockInto(K, kOff, ldk, A, h, 0, n, B, g, 1, 5, d);
          for (let i = 0; i < n; i++) {
            for (let j = 0; j < ldk; j++) {
              const entry = K[kOff + i * ldk + j];
              if (j >= 5) expect(i === n - 1 && j > 6 ? -7.5 : entry).toBe(-7.5);
              else {
                const exact = exactEntry(A, i * d, B, (j + 1) * d, d);
                expect(Math.abs(entry - exact)).toBeLessThanOrEqual(entryBound(d, h[i], g[j + 1]) * exact);
                expect(entry >= 0 && entry <= 1).toBe(true);
              }
            }
          }
        }
      },
    );

    it('one set of points: exactly 1 where the indices agree, wherever the block lies', () => {
      const { A, h } = cloud(20, 3, 1);
      h.forEach((value, i) => {
        h[i] = value * (1 + 1e-9); // what the formula gives on the diagonal is not 1
      });
      for (const [firstRow, rows, firstColumn, columns] of [
        [0, 20, 0, 20],
        [5, 6, 8, 12],
        [8, 12, 5, 6],
        [0, 4, 10, 5],
      ]) {
        const K = new Float64Array(rows * columns);
        gaussianBlockInto(K, 0, columns, A, h, firstRow, rows, A, h, firstColumn, columns, 3);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            if (firstRow + i === firstColumn + j) expect(K[i * columns + j]).toBe(1);
            else expect(K[i * columns + j]).toBeLessThan(1);
          }
        }
      }
    });

    it('far points: zero, not NaN; r² = 1400 is still a number', () => {
      const A = Float64Array.of(0, 0, 1e5, 0, Math.sqrt(1400), 0);
      const h = new Float64Array(3);
      halfSquaredNormsInto(h, A, 3, 2);
      const K = new Float64Array(9);
      gaussianBlockInto(K, 0, 3, A, h, 0, 3, A, h, 0, 3, 2);
      expect([K[0], K[1], K[4], K[5], K[8]]).toEqual([1, 0, 1, 0, 1]);
      expect(K[2]).toBeGreaterThan(0);
      expect(K[2]).toBeLessThan(1e-303);
    });

    it('a translation loses digits as the bound says: centring matters (negative control)', () => {
      const { A, h } = cloud(30, 3, 2, 0.1);
      const B = A.map((entry) => entry + 2 ** 13);
      const shifted = B.map((entry) => entry - 2 ** 13); // the points that B holds, exactly
      const g = new Float64Array(30);
      halfSquaredNormsInto(g, B, 30, 3);
      halfSquaredNormsInto(h, shifted, 30, 3);
      const K = new Float64Array(900);
      let [near, far] = [0, 0];
      for (const [points, halves] of [
        [shifted, h],
        [B, g],
      ]) {
        gaussianBlockInto(K, 0, 30, points, halves, 0, 30, points, halves, 0, 30, 3);
        let worst = 0;
        for (let p = 0; p < 900; p++) {
          const exact = exactEntry(points, Math.floor(p / 30) * 3, points, (p % 30) * 3, 3);
          worst = Math.max(worst, Math.abs(K[p] - exact) / exact);
        }
        if (points === B) far = worst;
        else near = worst;
      }
      expect(near).toBeLessThan(10 * u);
      expect(far).toBeGreaterThan(1e-9);
      expect(far).toBeLessThan(5 * u * 2 * g[0] * 1.01);
    });
  });

  describe('gaussianUpperInto and gaussianPanelsInto', () => {
    it.each(shapes)('%i × dimension %i: the entries, the same bits in panels, unit diagonal', (n, d) => {
      const { A, h } = cloud(n, d, n + 2);
      const G = new Float64Array(n * n);
      gaussianUpperInto(G, A, h, n, d);
      const P = new Float64Array(panelsLength(n));
      gaussianPanelsInto(P, A, h, n, d);
      const unpacked = new Float64Array(n * n);
      unpackPanelsInto(unpacked, P, n);
      let worst = 0;
      for (let i = 0; i < n; i++) {
        expect(G[i * (n + 1)]).toBe(1);
        for (let j = i; j < n; j++) {
          const exact = exactEntry(A, i * d, A, j * d, d);
          worst = Math.max(worst, Math.abs(G[i * n + j] - exact) / (entryBound(d, h[i], h[j]) * exact));
          if (G[i * n + j] !== unpacked[i * n + j]) throw new Error(`(${i}, ${j}) differs in the panels`);
        }
      }
      expect(worst).toBeLessThanOrEqual(1);
    });

    it('positive semidefinite to rounding: G + ‖error‖·I has a Cholesky factor', () => {
      for (const d of [1, 2, 20]) {
        const n = 150;
        const { A, h } = cloud(n, d, d, 1 / Math.sqrt(d));
        const largest = h.reduce((a, b) => Math.max(a, b));
        const G = new Float64Array(n * n);
        gaussianUpperInto(G, A, h, n, d);
        // Gershgorin on the error matrix, and n·u for the factorisation itself
        const shift = n * ((d + 2) * 2 * largest + 4) * u;
        for (let i = 0; i < n; i++) G[i * (n + 1)] += shift;
        expect(choleskyInPlace(G, n, n)).toBe(-1);
      }
    });

    it('negative control: a kernel with one h of the wrong sign is not positive semidefinite', () => {
      const { A, h } = cloud(50, 2, 5, 0.3);
      h[20] *= -1;
      const G = new Float64Array(2500);
      gaussianUpperInto(G, A, h, 50, 2);
      expect(choleskyInPlace(G, 50, 50)).toBeGreaterThanOrEqual(0);
    });

    it('repeated points have entries 1 up to the bound, also at d beyond one block', () => {
      for (const d of [3, 200]) {
        const { A } = cloud(10, d, 6);
        A.copyWithin(7 * d, 2 * d, 3 * d);
        const h = new Float64Array(10);
        halfSquaredNormsInto(h, A, 10, d);
        const G = new Float64Array(100);
        gaussianUpperInto(G, A, h, 10, d);
        expect(1 - G[27]).toBeLessThanOrEqual(entryBound(d, h[2], h[7]));
        expect(G[27]).toBeLessThanOrEqual(1);
      }
    });
  });

  describe('gaussianProductInto', () => {
    it.each(shapes)(
      '%i points, dimension %i, 1 and 3 right-hand sides: |Y − G X| ≤ ((n + 4) + entries)·u·G|X|',
      (n, d) => {
        const { A, h } = cloud(n, d, n + 3);
        const largest = h.reduce((a, b) => Math.max(a, b));
        const bound = (n + 4) * u + entryBound(d, largest, largest);
        for (const nrhs of [1, 3]) {
          const X = randomVector(n * nrhs, 4);
          const Y = new Float64Array(n * nrhs).fill(Number.NaN);
          gaussianProductInto(Y, A, h, n, d, X, nrhs, scratch());
          let worst = 0;
          for (let i = 0; i < n; i++) {
            for (let c = 0; c < nrhs; c++) {
              let [sum, size] = [0, 0];
              for (let j = 0; j < n; j++) {
                const entry = exactEntry(A, i * d, A, j * d, d);
                sum += entry * X[j * nrhs + c];
                size += entry * Math.abs(X[j * nrhs + c]);
              }
              worst = Math.max(worst, Math.abs(Y[i * nrhs + c] - sum) / (bound * size));
            }
          }
          expect(worst).toBeLessThanOrEqual(1);
        }
      },
    );

    it('columns of several right-hand sides are those of one, to rounding; the same call gives the same bits', () => {
      const [n, d, nrhs] = [300, 6, 5];
      const { A, h } = cloud(n, d, 7, 0.5);
      const X = randomVector(n * nrhs, 8);
      const Y = new Float64Array(n * nrhs);
      const again = new Float64Array(n * nrhs);
      gaussianProductInto(Y, A, h, n, d, X, nrhs, scratch());
      gaussianProductInto(again, A, h, n, d, X, nrhs, scratch().fill(9));
      expect(again).toEqual(Y);
      const y = new Float64Array(n);
      for (let c = 0; c < nrhs; c++) {
        const x = new Float64Array(n).map((_, i) => X[i * nrhs + c]);
        gaussianProductInto(y, A, h, n, d, x, 1, scratch());
        const size = x.reduce((sum, xi) => sum + Math.abs(xi), 0);
        for (let i = 0; i < n; i++) expect(Math.abs(y[i] - Y[i * nrhs + c])).toBeLessThan((n + 4) * u * size);
      }
    });

    it('G·1 for points in one place is n, for points far apart 1', () => {
      const n = 140;
      const ones = new Float64Array(n).fill(1);
      const y = new Float64Array(n);
      gaussianProductInto(y, new Float64Array(n), new Float64Array(n), n, 1, ones, 1, scratch());
      expect(y).toEqual(new Float64Array(n).fill(n));
      const apart = new Float64Array(n).map((_, i) => 1e3 * i);
      const h = new Float64Array(n);
      halfSquaredNormsInto(h, apart, n, 1);
      gaussianProductInto(y, apart, h, n, 1, ones, 1, scratch());
      expect(y).toEqual(ones);
    });

    it('xᵀG x > 0 and the permutation of the points permutes the product', () => {
      const [n, d] = [150, 3];
      const { A, h } = cloud(n, d, 9);
      const x = randomVector(n, 10);
      const y = new Float64Array(n);
      gaussianProductInto(y, A, h, n, d, x, 1, scratch());
      expect(x.reduce((sum, xi, i) => sum + xi * y[i], 0)).toBeGreaterThan(0);
      const order = Int32Array.from({ length: n }, (_, i) => (i * 41) % n);
      const B = new Float64Array(n * d);
      order.forEach((from, i) => {
        B.set(A.subarray(from * d, from * d + d), i * d);
      });
      halfSquaredNormsInto(h, B, n, d);
      const z = new Float64Array(n);
      gaussianProductInto(
        z,
        B,
        h,
        n,
        d,
        Float64Array.from(order, (from) => x[from]),
        1,
        scratch(),
      );
      order.forEach((from, i) => {
        expect(Math.abs(z[i] - y[from])).toBeLessThan(2 * n * 30 * u);
      });
    });
  });
});
