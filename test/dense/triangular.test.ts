import { describe, expect, it } from 'vitest';
import {
  invertUpperInto,
  multiplyUpperTransposedVectorInPlace,
  multiplyUpperVectorInPlace,
  solveUpperInPlace,
  solveUpperTransposedInPlace,
} from '../../src/dense/triangular';
import { describeKernels } from '../support/kernelSets';
import { randomVector, testRandom } from '../support/random';
import { u } from '../support/tolerances';

// around the four rows of a sweep and the blocks of the inverse
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 23, 24, 25, 47, 48, 49, 61, 100];

interface Triangle {
  readonly n: number;
  readonly ldr: number;
  /** Leading dimension ldr, NaN everywhere but in the upper triangle: whoever reads that fails. */
  readonly R: Float64Array;
}

function triangle(n: number, ldr: number, entry: (i: number, j: number) => number): Triangle {
  const R = new Float64Array(n * ldr).fill(Number.NaN);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) R[i * ldr + j] = entry(i, j);
  return { n, ldr, R };
}

function randomTriangle(n: number, ldr: number, seed: number): Triangle {
  const random = testRandom(seed);
  return triangle(n, ldr, (i, j) => (i === j ? random.sign() * (1 + random.uniform()) : random.normal() / 2));
}

/** Unit diagonal, −1 above: |R⁻¹| grows like 2ⁿ. */
function growing(n: number): Triangle {
  return triangle(n, n, (i, j) => (i === j ? 1 : -1));
}

function kahan(n: number): Triangle {
  return triangle(n, n, (i, j) => Math.sin(1.2) ** i * (i === j ? 1 : -Math.cos(1.2)));
}

function wild(n: number): Triangle {
  const random = testRandom(9);
  return triangle(n, n, (i, j) => random.normal() * 10 ** (((i * 37) % 140) - 70 + ((j * 11) % 20)));
}

function at({ R, ldr }: Triangle, i: number, j: number): number {
  return j < i ? 0 : R[i * ldr + j];
}

/** max over i of |fl − exact| / Σ|terms| for op(R) x = y. */
function residual(T: Triangle, transposed: boolean, x: Float64Array, y: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < T.n; i++) {
    let sum = -y[i];
    let absolute = Math.abs(y[i]);
    for (let j = 0; j < T.n; j++) {
      const term = (transposed ? at(T, j, i) : at(T, i, j)) * x[j];
      sum += term;
      absolute += Math.abs(term);
    }
    if (absolute > 0) worst = Math.max(worst, Math.abs(sum) / absolute);
  }
  return worst;
}

describeKernels(() => {
  describe.each(sizes)('n = %i', (n) => {
    const triangles = [randomTriangle(n, n, n), randomTriangle(n, n + 3, n), growing(n), kahan(n), wild(n)];
    const b = randomVector(n, 5);
    // |R x − b| ≤ γ_n(|R||x| + |b|) row by row (Higham, theorem 8.5), and as much for computing the residual
    const bound = 2 * (n + 2) * u;

    it('R·(R⁻¹b) = b and Rᵀ·(R⁻ᵀb) = b, row by row', () => {
      for (const T of triangles) {
        const x = b.slice();
        solveUpperInPlace(x, 0, T.R, T.ldr, n);
        expect(residual(T, false, x, b)).toBeLessThanOrEqual(bound);
        x.set(b);
        solveUpperTransposedInPlace(x, 0, T.R, T.ldr, n);
        expect(residual(T, true, x, b)).toBeLessThanOrEqual(bound);
      }
    });

    it('products agree with the definition', () => {
      for (const T of triangles) {
        const x = b.slice();
        multiplyUpperVectorInPlace(x, T.R, T.ldr, n);
        expect(residual(T, false, b, x)).toBeLessThanOrEqual(bound);
        x.set(b);
        multiplyUpperTransposedVectorInPlace(x, T.R, T.ldr, n);
        expect(residual(T, true, b, x)).toBeLessThanOrEqual(bound);
      }
    });

    it('|RX − I| ≤ c·n·u·|R||X| for the inverse, zeros below the diagonal', () => {
      for (const T of triangles) {
        const X = new Float64Array(n * n).fill(Number.NaN);
        invertUpperInto(X, T.R, T.ldr, n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            if (j < i && X[i * n + j] !== 0) expect(X[i * n + j]).toBe(0);
            let sum = i === j ? -1 : 0;
            let absolute = 0;
            for (let k = i; k <= j; k++) {
              sum += at(T, i, k) * X[k * n + j];
              absolute += Math.abs(at(T, i, k) * X[k * n + j]);
            }
            if (j >= i && !(Math.abs(sum) <= bound * absolute)) {
              expect(Math.abs(sum), `(${i}, ${j})`).toBeLessThanOrEqual(bound * absolute);
            }
          }
        }
      }
    });

    it('a stretch of x is solved for, its neighbours stay', () => {
      const T = triangles[1];
      const x = new Float64Array(n + 5).fill(7);
      x.set(b, 2);
      solveUpperInPlace(x, 2, T.R, T.ldr, n);
      expect(residual(T, false, x.subarray(2, n + 2), b)).toBeLessThanOrEqual(bound);
      expect([x[0], x[1], ...x.subarray(n + 2)]).toEqual([7, 7, 7, 7, 7]);
      const y = new Float64Array(n + 5).fill(7);
      y.set(b, 2);
      solveUpperTransposedInPlace(y, 2, T.R, T.ldr, n);
      expect(residual(T, true, y.subarray(2, n + 2), b)).toBeLessThanOrEqual(bound);
      expect([y[0], y[1], ...y.subarray(n + 2)]).toEqual([7, 7, 7, 7, 7]);
    });

    it('⟨Rx, y⟩ = ⟨x, Rᵀy⟩ and ⟨R⁻¹x, y⟩ = ⟨x, R⁻ᵀy⟩', () => {
      const T = triangles[0];
      const y = randomVector(n, 6);
      for (const [forward, backward] of [
        [multiplyUpperVectorInPlace, multiplyUpperTransposedVectorInPlace],
        [
          (x: Float64Array) => solveUpperInPlace(x, 0, T.R, T.ldr, n),
          (x: Float64Array) => solveUpperTransposedInPlace(x, 0, T.R, T.ldr, n),
        ],
      ]) {
        const Fx = b.slice();
        const By = y.slice();
        forward(Fx, T.R, T.ldr, n);
        backward(By, T.R, T.ldr, n);
        let left = 0;
        let right = 0;
        let absolute = 0;
        for (let i = 0; i < n; i++) {
          left += Fx[i] * y[i];
          right += b[i] * By[i];
          absolute += Math.abs(Fx[i] * y[i]) + Math.abs(b[i] * By[i]);
        }
        // relative to the terms: each side is a sum of n terms with relative errors of up to n·κ(T)·u, κ(T) ≤ 1e3
        expect(Math.abs(left - right)).toBeLessThanOrEqual(n * 1e3 * u * absolute);
      }
    });
  });

  describe('solves and scales', () => {
    it('multiplying R by a power of two divides the solution exactly', () => {
      const T = randomTriangle(30, 30, 2);
      const b = randomVector(30, 1);
      const x = b.slice();
      solveUpperInPlace(x, 0, T.R, 30, 30);
      const y = b.slice();
      solveUpperInPlace(
        y,
        0,
        T.R.map((r) => r * 2 ** 300),
        30,
        30,
      );
      expect(y).toEqual(x.map((entry) => entry * 2 ** -300));
    });

    it('a zero on the diagonal is not hidden', () => {
      const T = randomTriangle(6, 6, 2);
      T.R[14] = 0;
      const x = randomVector(6, 1);
      solveUpperInPlace(x, 0, T.R, 6, 6);
      expect(Number.isFinite(x[2])).toBe(false);
      expect([x[3], x[4], x[5]].every(Number.isFinite)).toBe(true);
      const y = randomVector(6, 1);
      solveUpperTransposedInPlace(y, 0, T.R, 6, 6);
      expect(Number.isFinite(y[2])).toBe(false);
      const X = new Float64Array(36);
      invertUpperInto(X, T.R, 6, 6);
      expect(Number.isFinite(X[14])).toBe(false);
    });

    it('the same numbers give the same bits', () => {
      const T = randomTriangle(61, 61, 4);
      const X = new Float64Array(61 * 61);
      const Y = new Float64Array(61 * 61).fill(3);
      invertUpperInto(X, T.R, 61, 61);
      invertUpperInto(Y, T.R, 61, 61);
      expect(Y).toEqual(X);
    });
  });

  describe('negative controls', () => {
    it.each([
      ['a sign', (R: Float64Array) => (R[1] = -R[1])],
      ['a scale', (R: Float64Array) => (R[2 * 9] *= 1 + 1e-12)],
      ['a transpose', (R: Float64Array) => ([R[1], R[2]] = [R[2], R[1]])],
    ])('%s wrong in R is seen by the residual', (_, spoil) => {
      const T = randomTriangle(8, 8, 3);
      const b = randomVector(8, 1);
      const x = b.slice();
      solveUpperInPlace(x, 0, T.R, 8, 8);
      expect(residual(T, false, x, b)).toBeLessThanOrEqual(20 * u);
      spoil(T.R);
      expect(residual(T, false, x, b)).toBeGreaterThan(20 * u);
    });
  });
});
