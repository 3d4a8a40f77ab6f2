import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { relativeError } from './forwardError';
import { galleryEntry } from './gallery';
import {
  denseHadamard,
  exactCondition,
  exactMatvec,
  exactResidual,
  leastSquaresReference,
  minimumNormSolution,
  naiveMatmul,
  naiveMatvec,
  naiveTranspose,
} from './oracles';
import { randomMatrix, randomVector } from './random';
import { u, wedinBound } from './tolerances';

const A23: Matrix = { rows: 2, columns: 3, data: Float64Array.from([1, 2, 3, 4, 5, 6]) };

/** Integer A and x, and an integer residual orthogonal to the columns: the minimiser is x exactly. */
const integerProblem = {
  A: { rows: 4, columns: 2, data: Float64Array.from([1, 1, 1, 2, 1, 3, 1, 4]) },
  x: [7, -3],
  b: Float64Array.from([7 - 3 + 1, 7 - 6 - 3, 7 - 9 + 3, 7 - 12 - 1]),
  residualNorm: Math.sqrt(20),
};

describe('products', () => {
  it('matmul, transpose and matvec of a small integer case', () => {
    expect(naiveMatmul(A23, naiveTranspose(A23)).data).toEqual(Float64Array.from([14, 32, 32, 77]));
    expect(naiveTranspose(A23).data).toEqual(Float64Array.from([1, 4, 2, 5, 3, 6]));
    expect(naiveMatvec(A23, [1, 0, -1])).toEqual(Float64Array.from([-2, -2]));
    expect(exactMatvec(A23, [1, 0, -1])).toEqual(Float64Array.from([-2, -2]));
    expect(exactResidual(A23, [1, 0, -1], [1, 5])).toEqual(Float64Array.from([3, 7]));
  });

  it('the exact residual keeps what cancellation takes from the plain one', () => {
    const A: Matrix = { rows: 1, columns: 2, data: Float64Array.from([1 + u, 1]) };
    expect(exactResidual(A, [1 + u, 0], [1 + 2 * u])).toEqual(Float64Array.from([-u * u]));
  });
});

describe('denseHadamard', () => {
  it('H is symmetric, H² = nI, H₂ = [1 1; 1 −1]', () => {
    const H = denseHadamard(16);
    expect(naiveTranspose(H)).toEqual(H);
    const square = naiveMatmul(H, H).data;
    square.forEach((entry, p) => {
      expect(entry).toBe(p % 17 === 0 ? 16 : 0);
    });
    expect(denseHadamard(2).data).toEqual(Float64Array.from([1, 1, 1, -1]));
    expect(denseHadamard(1).data).toEqual(Float64Array.from([1]));
    expect(() => denseHadamard(12)).toThrow(RangeError);
  });
});

describe('leastSquaresReference', () => {
  it('solves an integer problem to the last bit, at any scale', () => {
    const { A, x, b, residualNorm } = integerProblem;
    for (const [scaleA, scaleB] of [
      [1, 1],
      [2 ** 500, 2 ** -400],
      [2 ** -500, 2 ** -100],
    ]) {
      const scaled = { ...A, data: A.data.map((entry) => entry * scaleA) };
      const reference = leastSquaresReference(
        scaled,
        b.map((entry) => entry * scaleB),
      );
      expect(Array.from(reference.x, (entry) => (entry / scaleB) * scaleA)).toEqual(x);
      expect(Math.abs(reference.residualNorm / scaleB / residualNorm - 1)).toBeLessThan(2 * u);
    }
  });

  it('the gradient Aᵀr of its answer is 0 up to the rounding of x, κ = 1e8', () => {
    const A = galleryEntry('läuchli').build(40, 6, 2);
    const b = randomVector(40, 3);
    const { x } = leastSquaresReference(A, b);
    const g = exactMatvec(naiveTranspose(A), exactResidual(A, x, b));
    const limit = 6 * u * Math.hypot(...x) * 6 + 6 * u * Math.hypot(...b);
    expect(Math.max(...g.map(Math.abs))).toBeLessThan(limit);
  });

  it('n = d interpolates, n = d = 1 divides, dependent columns throw', () => {
    const A = randomMatrix(5, 5, 4);
    const { x, residualNorm } = leastSquaresReference(A, exactMatvec(A, [1, 2, 3, 4, 5]));
    expect(relativeError(x, [1, 2, 3, 4, 5])).toBeLessThan(
      wedinBound({ kappa: exactCondition(A), residual: 0, backwardError: u }),
    );
    expect(residualNorm).toBe(0);
    expect(leastSquaresReference({ rows: 1, columns: 1, data: Float64Array.of(-4) }, [6]).x[0]).toBe(-1.5);
    for (const name of ['zero column', 'duplicate column']) {
      const dependent = galleryEntry(name).build(20, 4, 1);
      expect(() => leastSquaresReference(dependent, randomVector(20, 1))).toThrow(RangeError);
    }
  });
});

describe('minimumNormSolution', () => {
  it('agrees with the reference for full rank', () => {
    const A = randomMatrix(60, 7, 5);
    const b = randomVector(60, 6);
    const { x, rank } = minimumNormSolution(A, b);
    expect(rank).toBe(7);
    expect(relativeError(x, leastSquaresReference(A, b).x)).toBeLessThan(100 * u * exactCondition(A));
  });

  it('splits a duplicate column evenly and leaves a zero column at 0, at any scale', () => {
    for (const scale of [1, 1e150, 1e-150]) {
      const build = (name: string) => {
        const A = galleryEntry(name).build(60, 5, 7);
        return { ...A, data: A.data.map((entry) => entry * scale) };
      };
      const b = randomVector(60, 8);
      const duplicate = minimumNormSolution(build('duplicate column'), b);
      expect(duplicate.rank).toBe(4);
      expect(Math.abs(duplicate.x[0] / duplicate.x[4] - 1)).toBeLessThan(1e-12);
      const zero = minimumNormSolution(build('zero column'), b);
      expect(zero.rank).toBe(4);
      expect(Math.abs(zero.x[2] * scale)).toBeLessThan(1e-14);
    }
  });
});

describe('exactCondition', () => {
  it('knows the Hilbert matrix of order 5: κ = 476607.250242…', () => {
    expect(
      Math.abs(exactCondition(galleryEntry('hilbert').build(5, 5, 0)) / 476607.25024259 - 1),
    ).toBeLessThan(
      1e-10, // entries 1/3 … are rounded: κ·u
    );
  });
});
