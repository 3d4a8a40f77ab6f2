import { inverse, Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import {
  backwardErrorBound,
  backwardErrorEstimate,
  type LeastSquaresNorms,
} from '../../src/iterative/backwardError';
import { backwardErrorFor } from '../support/backwardError';
import { fromDoubles } from '../support/doubleDouble';
import { householderLower, solveLowerInPlace } from '../support/doubleDoubleFactor';
import { exactMatvec, exactResidual, leastSquaresReference, naiveTranspose } from '../support/oracles';
import { plantedLeastSquares, plantedMatrix } from '../support/planted';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

interface Measured {
  readonly norms: LeastSquaresNorms;
  readonly R: Float64Array;
  readonly g: Float64Array;
}

/** The norms of x for min ‖Ax − b‖, every one to rounding. */
function measure(A: Matrix, x: Float64Array, b: Float64Array): Measured {
  const d = A.columns;
  const L = householderLower(A);
  const r = exactResidual(A, x, b);
  const g = exactMatvec(naiveTranspose(A), r);
  const w = fromDoubles(g.slice());
  solveLowerInPlace(w, L, d, d);
  const norms = {
    matrixFrobenius: Math.hypot(...A.data),
    rightHandSide: Math.hypot(...b),
    solution: Math.hypot(...x),
    residual: Math.hypot(...r),
    gradient: Math.hypot(...g),
    preconditionedGradient: Math.hypot(...w.hi),
  };
  return { norms, R: naiveTranspose({ rows: d, columns: d, data: L.hi }).data, g };
}

function moved(x: Float64Array, size: number, seed: number): Float64Array {
  const change = randomVector(x.length, seed);
  const norm = Math.hypot(...change) / Math.hypot(...x);
  return x.map((entry, i) => entry + (size / norm) * change[i]);
}

const d = 6;

describe('backwardErrorEstimate', () => {
  it.each([
    [10, 0.5],
    [10, 1e-6],
    [1e5, 1],
    [1e5, 1e-8],
    [1e9, 1e-3],
    [1e12, 1e-10],
  ])('is the estimate of Karlson & Waldén to 1%, κ = %d, residual %d', (kappa, residual) => {
    const { A, b } = plantedLeastSquares({ n: 60, d, kappa, residual, seed: 1 });
    const oracle = backwardErrorFor(A);
    const { x } = leastSquaresReference(A, b);
    for (let exponent = -13; exponent <= 1; exponent++) {
      const trial = moved(x, 10 ** exponent, exponent + 50);
      const { norms, R, g } = measure(A, trial, b);
      const wanted = oracle(trial, b);
      const got = backwardErrorEstimate(norms, R, g, d);
      // the residual rounded to double moves it by u
      expect(Math.abs(got - wanted)).toBeLessThan(0.01 * wanted + u);
      expect(backwardErrorBound(norms)).toBeGreaterThanOrEqual(got);
    }
  });

  it.each([31, 32, 33, 64, 70])('%i columns, at the edges of a block: gᵀ(AᵀA + ωI)⁻¹g', (n) => {
    const R = randomVector(n * n, n).map((entry, p) =>
      p % n < Math.floor(p / n) ? 0 : entry / 10 + (p % (n + 1) === 0 ? 2 : 0),
    );
    const g = randomVector(n, n + 1);
    const frobenius = Math.hypot(...R);
    const norms = {
      matrixFrobenius: frobenius,
      rightHandSide: 2,
      solution: 1,
      residual: 1.5,
      gradient: 1e3,
      preconditionedGradient: 1e3,
    };
    const sSq = (2 / frobenius) ** 2 + 1;
    const triangle = MlMatrix.from1DArray(n, n, R);
    const shifted = triangle
      .transpose()
      .mmul(triangle)
      .add(MlMatrix.eye(n).mul(1.5 ** 2 / sSq));
    const solved = inverse(shifted).mmul(MlMatrix.columnVector(g)).to1DArray();
    const wanted = Math.sqrt(solved.reduce((sum, v, i) => sum + v * g[i], 0) / sSq) / frobenius;
    expect(Math.abs(backwardErrorEstimate(norms, R, g, n) / wanted - 1)).toBeLessThan(100 * n * u);
  });

  it('differs from the bound by orders of magnitude where neither of its two sides is sharp', () => {
    const { A, b, v } = plantedLeastSquares({ n: 60, d, kappa: 1e8, residual: 1, seed: 2 });
    const { x } = leastSquaresReference(A, b);
    // a change of x along the first and the last right singular vector at once
    const trial = x.map((entry, i) => entry + 1e-6 * v.data[i * d] + 10 * v.data[i * d + d - 1]);
    const { norms, R, g } = measure(A, trial, b);
    const got = backwardErrorEstimate(norms, R, g, d);
    const wanted = backwardErrorFor(A)(trial, b);
    expect(Math.abs(got / wanted - 1)).toBeLessThan(0.01);
    expect(backwardErrorBound(norms)).toBeGreaterThan(got);
  });

  it('does not change with the units of A and b, also at 1e±150', () => {
    const { A, b } = plantedLeastSquares({ n: 60, d, kappa: 1e4, residual: 0.1, seed: 3 });
    const { x } = leastSquaresReference(A, b);
    const { norms, R, g } = measure(A, moved(x, 1e-5, 4), b);
    const wanted = backwardErrorEstimate(norms, R, g, d);
    for (const [forA, forB] of [
      [500, 0],
      [-500, 0],
      [0, 400],
      [-300, -300],
    ]) {
      const [p, q] = [2 ** forA, 2 ** forB];
      const scaled = {
        matrixFrobenius: norms.matrixFrobenius * p,
        rightHandSide: norms.rightHandSide * q,
        solution: (norms.solution * q) / p,
        residual: norms.residual * q,
        gradient: norms.gradient * p * q,
        preconditionedGradient: norms.preconditionedGradient * q,
      };
      const got = backwardErrorEstimate(
        scaled,
        R.map((entry) => entry * p),
        g.map((entry) => entry * p * q),
        d,
      );
      expect(Math.abs(got / wanted - 1)).toBeLessThan(1e-12);
      expect(Math.abs(backwardErrorBound(scaled) / backwardErrorBound(norms) - 1)).toBeLessThan(1e-12);
    }
  });

  it('d = 1, A = (1, 0)ᵀ, b = (1, 1)ᵀ, x = 1 + h: the formula written out', () => {
    const h = 2 ** -20;
    const norms = {
      matrixFrobenius: 1,
      rightHandSide: Math.SQRT2,
      solution: 1 + h,
      residual: Math.hypot(1, h),
      gradient: h,
      preconditionedGradient: h,
    };
    const sSq = 2 + (1 + h) ** 2;
    const wanted = h / Math.sqrt(1 + (1 + h ** 2) / sSq) / Math.sqrt(sSq);
    expect(
      Math.abs(backwardErrorEstimate(norms, Float64Array.of(-1), Float64Array.of(-h), 1) / wanted - 1),
    ).toBeLessThan(8 * u);
    expect(Math.abs(backwardErrorBound(norms) / (h / Math.sqrt(sSq)) - 1)).toBeLessThan(8 * u);
  });

  it('is 0 for r = 0 and for Aᵀr = 0', () => {
    const { R } = measure(
      plantedMatrix({ n: 20, d, kappa: 10, seed: 5 }).A,
      randomVector(d, 6),
      randomVector(20, 7),
    );
    const norms = {
      matrixFrobenius: 1,
      rightHandSide: 1,
      solution: 1,
      residual: 1,
      gradient: 1,
      preconditionedGradient: 1,
    };
    for (const zero of [{ residual: 0 }, { gradient: 0, preconditionedGradient: 0 }]) {
      expect(backwardErrorBound({ ...norms, ...zero })).toBe(0);
      expect(backwardErrorEstimate({ ...norms, ...zero }, R, randomVector(d, 8), d)).toBe(0);
    }
  });
});

describe('backwardErrorBound', () => {
  const norms = {
    matrixFrobenius: 4,
    rightHandSide: 12,
    solution: 4,
    residual: 2,
    gradient: 6,
    preconditionedGradient: 20,
  };

  it('is the smaller of ‖R⁻ᵀAᵀr‖/(‖A‖·s) and ‖Aᵀr‖/(‖A‖‖r‖), s² = (‖b‖/‖A‖)² + ‖x‖²', () => {
    expect(backwardErrorBound(norms)).toBe(3 / 4); // s = 5: 20/(4·5) = 1 against 6/(4·2)
    expect(backwardErrorBound({ ...norms, preconditionedGradient: 10 })).toBe(1 / 2);
  });

  it('is infinite, not 0, for an x so large that the scale overflows', () => {
    const diverged = { ...norms, solution: 1e308, residual: 1e308, preconditionedGradient: 1e300 };
    expect(backwardErrorBound(diverged)).toBe(Number.POSITIVE_INFINITY);
    expect(backwardErrorEstimate(diverged, Float64Array.of(1), Float64Array.of(1e300), 1)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
