import { Matrix as MlMatrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { backwardErrorFor } from './backwardError';
import { galleryEntry } from './gallery';
import { leastSquaresReference, naiveMatmul, naiveMatvec, naiveTranspose } from './oracles';
import { plantedLeastSquares } from './planted';
import { randomMatrix, randomVector, testRandom } from './random';
import { u } from './tolerances';

/**
 * The exact value by Waldén, Karlson & Sun: min(φ, σ_min [A, φ(I − rrᵀ/‖r‖²)])/‖A‖_F, φ = ‖r‖/t. In double,
 * hence only for values well above u.
 */
function exactBackwardError(A: Matrix, x: Float64Array, b: Float64Array, matrixOnly: boolean): number {
  const { rows: n, columns: d } = A;
  const r = naiveMatvec(A, x).map((entry, i) => b[i] - entry);
  const frobenius = Math.hypot(...A.data);
  const t = Math.hypot(matrixOnly ? 0 : Math.hypot(...b) / frobenius, ...x);
  const rNorm = Math.hypot(...r);
  const phi = rNorm / t;
  const wide = MlMatrix.zeros(n, d + n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) wide.set(i, j, A.data[i * d + j]);
    for (let j = 0; j < n; j++)
      wide.set(i, d + j, phi * ((i === j ? 1 : 0) - (r[i] / rNorm) * (r[j] / rNorm)));
  }
  const smallest = Math.min(...new SVD(wide.transpose()).diagonal);
  return Math.min(phi, smallest) / frobenius;
}

function perturbed(x: Float64Array, size: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return x.map((entry) => entry + size * random.normal());
}

describe('backwardErrorFor', () => {
  it('lies between 1/√2 of the exact optimum and the optimum, b perturbed or not', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const [n, d] = [8 + (seed % 7), 1 + (seed % 4)];
      const A = randomMatrix(n, d, seed);
      const b = randomVector(n, seed + 100).map((entry) => entry * 10 ** ((seed % 5) - 2));
      const x = perturbed(leastSquaresReference(A, b).x, 10 ** ((seed % 8) - 5), seed + 200);
      for (const kind of ['both', 'matrix-only'] as const) {
        const ratio = backwardErrorFor(A)(x, b, kind) / exactBackwardError(A, x, b, kind === 'matrix-only');
        expect(ratio).toBeGreaterThan(Math.SQRT1_2 - 1e-5); // 1e-5: the exact formula cancels in double
        expect(ratio).toBeLessThan(1 + 1e-5);
      }
    }
  });

  it('d = 1, A = e₁: the estimate is the formula written out', () => {
    const A: Matrix = { rows: 2, columns: 1, data: Float64Array.from([1, 0]) };
    const got = backwardErrorFor(A)([1 + 2 ** -30], [1, 1]);
    const tSq = 2 + (1 + 2 ** -30) ** 2;
    expect(Math.abs(got / (2 ** -30 / Math.sqrt(tSq + 1 + 2 ** -60)) - 1)).toBeLessThan(4 * u);
  });

  it.each([1e2, 1e8, 1e15])('the rounded minimiser has backward error below u/2, κ = %d', (kappa) => {
    for (const residual of [0, 1e-6, 1]) {
      const { A, b } = plantedLeastSquares({ n: 80, d: 8, kappa, residual, seed: 3 });
      const { x } = leastSquaresReference(A, b);
      expect(backwardErrorFor(A)(x, b)).toBeLessThan(u / 2);
    }
  });

  it('sees 1e-13 in a random direction as 1e-14 or more, κ = 1e15', () => {
    const { A, b } = plantedLeastSquares({ n: 80, d: 8, kappa: 1e15, residual: 1e-6, seed: 3 });
    const { x } = leastSquaresReference(A, b);
    const size = 1e-13 * Math.hypot(...x);
    expect(backwardErrorFor(A)(perturbed(x, size, 1), b)).toBeGreaterThan(1e-14);
  });

  it('convicts normal equations solved in double, κ = 1e7', () => {
    const { A, b } = plantedLeastSquares({ n: 80, d: 8, kappa: 1e7, residual: 1e-6, seed: 4 });
    const transposed = naiveTranspose(A);
    const gram = naiveMatmul(transposed, A);
    const x = new Float64Array(
      new SVD(MlMatrix.from1DArray(8, 8, gram.data))
        .solve(MlMatrix.columnVector(naiveMatvec(transposed, b)))
        .to1DArray(),
    );
    expect(backwardErrorFor(A)(x, b)).toBeGreaterThan(100 * u);
  });

  it('does not change when A and b are scaled, up to the ends of the range', () => {
    const A = randomMatrix(30, 4, 5);
    const b = randomVector(30, 6);
    const x = perturbed(leastSquaresReference(A, b).x, 1e-9, 7);
    const want = backwardErrorFor(A)(x, b);
    for (const [alpha, beta] of [
      [500, -400],
      [-500, 400],
      [900, 900],
      [-500, -960],
    ]) {
      const scaled = { ...A, data: A.data.map((entry) => entry * 2 ** alpha) };
      const got = backwardErrorFor(scaled)(
        x.map((entry) => entry * 2 ** (beta - alpha)),
        b.map((entry) => entry * 2 ** beta),
      );
      expect(Math.abs(got / want - 1)).toBeLessThan(1e-12);
    }
  });

  it('rank deficient A: any minimiser has backward error 0 up to rounding', () => {
    const A = galleryEntry('duplicate column').build(40, 5, 8);
    const b = randomVector(40, 9);
    const four = { rows: 40, columns: 4, data: A.data.filter((_, p) => p % 5 !== 4) };
    const y = leastSquaresReference(four, b).x;
    const x = Float64Array.from([y[0] - 2, y[1], y[2], y[3], 2]);
    expect(backwardErrorFor(A)(x, b)).toBeLessThan(u);
    x[4] += 1e-8;
    expect(backwardErrorFor(A)(x, b)).toBeGreaterThan(1e-10);
  });

  it('b = 0, x = 0 and NaN', () => {
    const A = randomMatrix(10, 2, 1);
    const backwardError = backwardErrorFor(A);
    const zero = new Float64Array(10);
    expect(backwardError([0, 0], zero)).toBe(0);
    expect(backwardError([1, 1], zero)).toBeGreaterThan(0.1);
    expect(backwardError([1e-200, 1e-200], zero)).toBeGreaterThan(0.1);
    expect(backwardError([0, 0], randomVector(10, 2))).toBeGreaterThan(0.01);
    expect(backwardError([Number.NaN, 0], randomVector(10, 2))).toBeNaN();
    expect(backwardError([Number.POSITIVE_INFINITY, 0], randomVector(10, 2))).toBeNaN();
  });
});
