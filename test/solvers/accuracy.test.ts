import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { solveLeastSquares, solveOddPower, solvePsdPower } from '../../src/index';
import {
  accuracyOf,
  type ChainNorms,
  exactSolves,
  forwardErrorEstimate,
  leastSquaresStart,
  log2Excess,
  roundedStart,
} from '../../src/solvers/accuracy';
import { relativeError } from '../support/forwardError';
import { leastSquaresReference } from '../support/oracles';
import { psdPowerReference } from '../support/planted';
import { randomMatrix, randomVector, testRandom } from '../support/random';
import { u } from '../support/tolerances';

/** Norms of a chain of j solves, none far from 1, so that the formula can be summed as it is written. */
function someChain(j: number, seed: number): ChainNorms {
  const random = testRandom(seed);
  const logs = () => Array.from({ length: j }, () => 8 * random.uniform() - 4);
  const [z, y] = [logs(), logs()];
  const residuals = Array.from({ length: j }, () => 1e-12 * random.uniform());
  return { z, y, residuals, last: j === 0 ? 1.5 : y[j - 1] };
}

/** The formula of the docstring in plain arithmetic, 4 for the ‖M⁻¹‖ behind τ. */
function written(largest: number, s: number, chain: ChainNorms, start: number): number {
  const j = chain.y.length;
  let sum = start;
  for (let k = 1; k <= j; k++) {
    const tau = 4 * chain.residuals[j - k];
    sum += u * largest * s ** (1 - 2 * k) * 2 ** chain.y[j - k];
    sum += ((u * largest) / s + tau) * s ** (1 - 2 * k) * 2 ** chain.z[j - k];
  }
  return sum / 2 ** chain.last + 20 * j * u;
}

describe('forwardErrorEstimate', () => {
  it.each([0, 1, 2, 5])('is the written formula, j = %d', (j) => {
    for (let seed = 1; seed <= 20; seed++) {
      const chain = someChain(j, seed);
      const spectrum = { largest: 1 + seed / 7, smallest: 0.9 / seed };
      const estimate = forwardErrorEstimate(spectrum, chain, Math.log2(3e-9 * seed));
      const plain = written(spectrum.largest, spectrum.smallest, chain, 3e-9 * seed);
      // logarithms of size 60, each rounded: 60·u·ln 2 for each of 2j + 1 terms
      expect(Math.abs(estimate / plain - 1)).toBeLessThan((2 * j + 3) * 100 * u);
    }
  });

  it('each term counts alone', () => {
    const silent = { z: [-5000], y: [-5000], residuals: [0], last: 0 };
    const spectrum = { largest: 4, smallest: 0.5 };
    const none = Number.NEGATIVE_INFINITY;
    const floor = 20 * u;
    expect(forwardErrorEstimate(spectrum, silent, none)).toBeCloseTo(floor, 25);
    expect(forwardErrorEstimate(spectrum, { ...silent, y: [10] }, none)).toBeCloseTo(
      floor + u * 4 * 2 * 1024,
      22,
    );
    expect(forwardErrorEstimate(spectrum, { ...silent, z: [10] }, none)).toBeCloseTo(
      floor + u * 8 * 2 * 1024,
      22,
    );
    const unfinished = { ...silent, z: [10], residuals: [1e-3] };
    expect(forwardErrorEstimate(spectrum, unfinished, none)).toBeCloseTo(4e-3 * 2 * 1024, 8);
    expect(forwardErrorEstimate(spectrum, exactSolves(unfinished), none)).toBeCloseTo(
      floor + u * 8 * 2 * 1024,
      22,
    );
    expect(forwardErrorEstimate(spectrum, silent, Math.log2(0.25))).toBeCloseTo(0.25, 12);
    expect(forwardErrorEstimate(spectrum, { ...silent, last: -3 }, Math.log2(0.25))).toBeCloseTo(2, 12);
  });

  it('stays finite where κ^(2j) leaves the range of doubles', () => {
    const j = 64;
    const smallest = 1e-8;
    const grow = (k: number) => 2 * k * Math.log2(1 / smallest);
    const y = Array.from({ length: j }, (_, i) => grow(i + 1));
    const z = Array.from({ length: j }, (_, i) => grow(i + 0.5));
    const chain = { z, y, residuals: y.map(() => 0), last: y[j - 1] };
    const spectrum = { largest: 1, smallest };
    const estimate = forwardErrorEstimate(spectrum, chain, roundedStart(j, spectrum, 0));
    // the worst direction throughout: 2jκu + u + 20ju
    expect(estimate / ((2 * j * 1e8 + 1 + 20 * j) * u)).toBeCloseTo(1, 6);
  });

  it('a singular factor or a vanished vector makes it infinite or NaN, never small', () => {
    const chain = someChain(2, 1);
    expect(forwardErrorEstimate({ largest: 1, smallest: 0 }, chain, 0)).toBe(Number.POSITIVE_INFINITY);
    const vanished = { ...chain, last: Number.NEGATIVE_INFINITY };
    expect(forwardErrorEstimate({ largest: 1, smallest: 1 }, vanished, 0)).not.toBeLessThan(1);
  });
});

describe('the start of the chain', () => {
  it('roundedStart is u·σ_d^(−2j)‖b‖', () => {
    expect(2 ** roundedStart(3, { largest: 9, smallest: 0.1 }, Math.log2(5))).toBeCloseTo(u * 5e6, 18);
  });

  it('leastSquaresStart with j = 0 is Wedin: η(‖A‖‖y₀‖ + ‖b‖)/σ_d + η·σ₁‖r‖/σ_d²', () => {
    const norms = { matrixTimesSolution: 3, rightHandSide: 5, residual: 0.7 };
    const spectrum = { largest: 2, smallest: 0.01 };
    const wedin = 1e-9 * (8 / 0.01 + (2 * 0.7) / 0.01 ** 2);
    const excess = log2Excess(1e-9);
    expect(2 ** (leastSquaresStart(0, spectrum, norms) + excess) / wedin).toBeCloseTo(1, 12);
    const power = 2 ** (leastSquaresStart(2, spectrum, norms) + excess);
    expect(power / (wedin / 0.01 ** 4)).toBeCloseTo(1, 12);
  });

  it('a backward error below u counts as u, and b = r as no solution', () => {
    const norms = { matrixTimesSolution: 0, rightHandSide: 1, residual: 1 };
    const spectrum = { largest: 1, smallest: 0.5 };
    expect(2 ** leastSquaresStart(0, spectrum, norms) / u).toBeCloseTo(6, 12);
    for (const error of [0, u / 9, u]) expect(log2Excess(error)).toBe(0);
  });
});

describe('accuracyOf', () => {
  it.each([
    [0, 'ok'],
    [9.99e-4, 'ok'],
    [1e-3, 'inaccurate'],
    [0.999, 'inaccurate'],
    [1, 'meaningless'],
    [Number.POSITIVE_INFINITY, 'meaningless'],
    [Number.NaN, 'meaningless'],
  ])('%d: %s', (estimate, accuracy) => expect(accuracyOf(estimate)).toBe(accuracy));
});

describe('the error estimate covers what the backward error of A as a whole hides', () => {
  /** A column of ones beside columns near 10⁵, or three rows of weight 10⁵ among rows of one small entry. */
  const matrices = (seed: number): Record<string, Matrix> => {
    const square = randomMatrix(11, 11, seed);
    const tall = randomMatrix(60, 7, seed);
    const weights = randomVector(60, seed + 1);
    return {
      'columns far from 0': {
        ...square,
        data: square.data.map((entry, p) => (p % 11 === 0 ? 1 : entry + 1e5 * (p % 2 ? 1 : 0.1))),
      },
      'few large rows': {
        ...tall,
        data: tall.data.map((entry, p) => {
          const [i, j] = [Math.floor(p / 7), p % 7];
          return i < 2 ? 1e5 * entry : i % 7 === j ? weights[i] : 1e-9 * entry;
        }),
      },
    };
  };

  it.each(['conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const)(
    '%s from a guess 10¹⁰ away: ‖x − x*‖ ≤ 10·estimate·‖x‖, or the estimate is 1 or more',
    (method) => {
      for (let seed = 1; seed <= 20; seed++) {
        for (const [name, A] of Object.entries(matrices(seed))) {
          const b = randomVector(A.rows, seed + 2);
          const initialGuess = randomVector(A.columns, seed + 3).map((entry) => 1e10 * entry);
          const exact = leastSquaresReference(A, b);
          const { x, stats } = solveLeastSquares(A, b, { method, initialGuess, seed });
          const error = relativeError(x, exact.x) / stats.forwardErrorEstimate;
          if (stats.forwardErrorEstimate < 1) expect(error, `${name}, seed ${seed}`).toBeLessThanOrEqual(10);
        }
      }
    },
  );
});

describe('x near underflow', () => {
  const A = randomMatrix(40, 3, 1);
  const near = (x: Float64Array, exact: ArrayLike<number>) =>
    relativeError(
      x.map((v) => v * 2 ** 500),
      exact,
    );

  it('is said by error estimate and backward error, and not converged', () => {
    const b = randomVector(40, 2);
    const exact = leastSquaresReference(A, b).x.map((v) => v * 2 ** 500 * 2 ** -1060);
    const { x, status, stats } = solveLeastSquares(
      { ...A, data: A.data.map((entry) => entry * 2 ** 560) },
      b.map((v) => v * 2 ** -500),
    );
    const error = near(x, exact);
    expect(error).toBeGreaterThan(1e-8); // some 2¹² multiples of 2⁻¹⁰⁷⁴ are left of it
    expect(stats.forwardErrorEstimate).toBeGreaterThan(error);
    expect(stats.backwardError).toBeGreaterThan(error / 10);
    expect(status).toBe('stagnated');
  });

  it('powers too', () => {
    const b = randomVector(3, 3);
    const exact = psdPowerReference(A, b, 2).x.map((v) => v * 2 ** 500 * 2 ** -1060);
    const { x, status, stats } = solvePsdPower(
      { ...A, data: A.data.map((entry) => entry * 2 ** 140) },
      b.map((v) => v * 2 ** -500),
      2,
    );
    const error = near(x, exact);
    expect(error).toBeGreaterThan(1e-8);
    expect(stats.forwardErrorEstimate).toBeGreaterThan(error);
    expect(status).toBe('stagnated');
  });
});

it('an odd power of a b orthogonal to A has no NaN among its figures', () => {
  const { x, stats } = solveOddPower([[1], [0]], [0, 1], 2, { method: 'direct' });
  expect(Math.abs(x[0])).toBe(0);
  expect([stats.backwardError, stats.accuracy]).toEqual([0, 'meaningless']);
});

it('a diverged iteration has the best x so far, not one whose norms overflow', () => {
  const A = randomMatrix(125, 5, 4);
  const data = A.data.map((entry, p) => (p % 5 === 0 ? 1 : entry + 1000 * (p % 2 ? 1 : 0.1)));
  const options = { method: 'gradient-descent', sketch: 'countsketch', sketchSize: 5 } as const;
  for (let seed = 1; seed <= 20; seed++) {
    const { x, status, stats } = solveLeastSquares({ ...A, data }, randomVector(125, 5), {
      ...options,
      seed,
    });
    if (status === 'converged') continue;
    expect(stats.backwardError).toBeGreaterThan(0);
    expect(Math.hypot(...x)).toBeLessThan(1e6);
  }
});
