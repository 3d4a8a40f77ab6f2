import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { type SolveOptions, type SolveResult, solveLeastSquares } from '../../src/index';
import { backwardErrorFor } from '../support/backwardError';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { correctDigits, relativeError } from '../support/forwardError';
import { FULL_RANK_GALLERY, galleryEntry } from '../support/gallery';
import { NIST_NAMES, nistProblem } from '../support/nist';
import { exactCondition, exactMatvec, leastSquaresReference } from '../support/oracles';
import { plantedLeastSquares } from '../support/planted';
import { randomVector } from '../support/random';
import {
  denseFrom,
  nearlyDependentSparse,
  oneEntryPerRow,
  randomSparse,
  sparseFrom,
} from '../support/sparse';
import { BACKWARD_ERROR_LIMIT, u, wedinBound } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
type Method = (typeof METHODS)[number];
const STABLE = ['direct', 'cholesky-qr', 'conjugate-gradient'] as const;
const ITERATIVE = ['conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;

/** The other iterative methods stop where conjugate gradients do: at 'converged', 20u. */
const limitOf = (method: Method) => (BACKWARD_ERROR_LIMIT as Record<string, number>)[method] ?? 20 * u;

/**
 * x is backward stable by the oracle, and the result says so itself: the estimate in double is within √2 of the
 * exact value up to the rounding of the residual it is computed from, 3u.
 */
function expectStable({ x, stats }: SolveResult, truth: number, limit: number): void {
  expect(x.every(Number.isFinite)).toBe(true);
  expect(truth).toBeLessThanOrEqual(limit);
  expect(stats.backwardError).toBeLessThanOrEqual(1.5 * truth + 3 * u);
  expect(truth).toBeLessThanOrEqual(1.5 * stats.backwardError + 3 * u);
}

describe('NIST StRD', () => {
  it.each(NIST_NAMES)("%s: at least as many digits as SciPy's lstsq, by default", (name) => {
    const { A, b, certified, scipyDigits } = nistProblem(name);
    const { x, status } = solveLeastSquares(A, b);
    expect(status).toBe('converged');
    expect(correctDigits(x, certified)).toBeGreaterThanOrEqual(scipyDigits);
  });
});

describe.each(STABLE)('%s: backward error', (method) => {
  it.each([1, 1e4, 1e8, 1e12, 1e15])('κ = %d, residuals 0 to 1', (kappa) => {
    for (const seed of [1, 2]) {
      for (const residual of [0, 1e-12, 1e-6, 1e-3, 1]) {
        const { A, b } = plantedLeastSquares({ n: 800, d: 16, kappa, residual, seed });
        const result = solveLeastSquares(A, b, { method, seed });
        expectStable(result, backwardErrorFor(A)(result.x, b), limitOf(method));
        expect(['converged', 'ill-conditioned']).toContain(result.status);
        if (kappa <= 1e4) expect(result.stats.accuracy).toBe('ok');
      }
    }
  });
});

describe.each(METHODS)('%s: the gallery', (method) => {
  it.each(FULL_RANK_GALLERY)('$name', ({ build }) => {
    for (const [n, d] of [
      [700, 12],
      [40, 30],
    ]) {
      const A = build(n, d, 1);
      const b = randomVector(A.rows, 2);
      // another draw of 30 rows for d = 1 may have an eigenvalue of 1.98, with which step 1 takes forever
      const result = solveLeastSquares(A, b, { method, seed: 3 });
      expectStable(result, backwardErrorFor(A)(result.x, b), limitOf(method));
      expect(['converged', 'ill-conditioned']).toContain(result.status);
    }
  });
});

/** Steps for κ = 1e2 … 1e8, all else equal: the largest difference over the seeds. */
function spread(method: Method, residual: number, options: SolveOptions): number {
  let widest = 0;
  for (const seed of [1, 2, 3]) {
    const counts = [1e2, 1e4, 1e6, 1e8].map((kappa) => {
      const { A, b } = plantedLeastSquares({ n: 4000, d: 30, kappa, residual, seed });
      const { status, stats } = solveLeastSquares(A, b, { method, seed, ...options });
      expect(status).toBe('converged');
      return stats.iterations;
    });
    widest = Math.max(widest, Math.max(...counts) - Math.min(...counts));
  }
  return widest;
}

describe.each(ITERATIVE)('%s', (method) => {
  it('the step count does not grow with κ, residual 1e-6, tolerance 1e-10', () => {
    expect(spread(method, 1e-6, { tolerance: 1e-10 })).toBeLessThanOrEqual(3);
  });

  it('nor at residual 1, where each new stage begins at the rounding of the last', () => {
    // κ²u·‖r‖ is above the tolerance there: two or three stages in place of one, each of up to 12 tested steps
    const counts = [1e2, 1e4, 1e6].map((kappa) => {
      const { A, b } = plantedLeastSquares({ n: 3000, d: 24, kappa, residual: 1, seed: 1 });
      return solveLeastSquares(A, b, { method, tolerance: 1e-10 }).stats.iterations;
    });
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * Math.min(...counts));
  });
});

describe('gradient-descent with the papers’ step 1', () => {
  const [n, d] = [4000, 20];
  const { A, b } = plantedLeastSquares({ n, d, kappa: 1e4, residual: 1e-2, seed: 1 });
  const reference = leastSquaresReference(A, b).x;
  const solve = (perColumn: number, rest: SolveOptions = {}) =>
    solveLeastSquares(A, b, { method: 'gradient-descent', sketchSize: perColumn * d, ...rest });

  it.each([20, 30])('converges with %dd rows of sketch', (perColumn) => {
    for (const seed of [1, 2, 3, 4]) {
      const { status, x } = solve(perColumn, { seed });
      expect(status).toBe('converged');
      expect(relativeError(x, reference)).toBeLessThan(1e-9); // κ²·residual·u, thrice
    }
  });

  it('halves the error and better with 30d rows, the default', () => {
    const rates = [1, 2, 3, 4, 5].map((seed) => {
      const { stats } = solve(30, { seed, tolerance: 1e-9, history: true });
      const errors = stats.residualHistory as readonly number[];
      return (errors[errors.length - 1] / errors[0]) ** (1 / (errors.length - 1));
    });
    const mean = rates.reduce((sum, rate) => sum + rate / 5, 0);
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.55); // (1 − √(1/30))⁻² − 1 = 0.49 at worst
  });

  function expectDivergence(kappa: number): void {
    const steep = plantedLeastSquares({ n, d, kappa, residual: 1e-2, seed: 1 });
    for (const perColumn of [2, 4, 6]) {
      for (const seed of [1, 2, 3, 4]) {
        const options = { method: 'gradient-descent', sketchSize: perColumn * d, seed } as const;
        const { status, x, stats } = solveLeastSquares(steep.A, steep.b, options);
        expect(status).toBe('stagnated');
        expect(x.every(Number.isFinite)).toBe(true);
        const start = solveLeastSquares(steep.A, steep.b, { ...options, tolerance: 1 });
        expect(start.stats.iterations).toBe(0); // the sketched solution
        expect(stats.residualNorm).toBeLessThanOrEqual(2 * start.stats.residualNorm);
      }
    }
  }

  it('diverges below 10d rows: stagnated, with a finite x no worse than the start', () => {
    expectDivergence(10);
  });

  it('the same for κ = 1e4', () => expectDivergence(1e4));

  it('a smaller step converges from 12d rows on', () => {
    const rho = 1 / 12;
    const { status, x } = solve(12, { stepSize: (1 - rho) ** 2 / (1 + rho) });
    expect(status).toBe('converged');
    expect(relativeError(x, reference)).toBeLessThan(1e-9);
  });
});

describe('sketches of 2d and 4d rows on rows of high leverage', () => {
  const [n, d] = [1024, 16];
  const heavy = galleryEntry('one heavy row').build(n, d, 1);
  const matrices: readonly (readonly [string, Matrix])[] = [
    ...['identity on top', 'orthogonal on top', 'cauchy rows', 'one row of leverage 1'].map(
      (name) => [name, galleryEntry(name).build(n, d, 1)] as const,
    ),
    ['one heavy row', heavy],
  ];
  it.each(matrices)('%s: backward stable, or repaired and reported', (_, A) => {
    const backwardError = backwardErrorFor(A);
    const b = randomVector(n, 3);
    for (const method of ['cholesky-qr', 'conjugate-gradient'] as const) {
      for (const sketch of ['sparse-sign', 'srht', 'countsketch', 'gaussian'] as const) {
        for (const sketchSize of [2 * d, 4 * d]) {
          for (const seed of [1, 2]) {
            const result = solveLeastSquares(A, b, { method, sketch, sketchSize, seed });
            expectStable(result, backwardError(result.x, b), limitOf(method));
            expect(result.status).toBe('converged');
            const { resketches, sketchSize: used } = result.stats;
            expect(used).toBe(sketchSize * 2 ** resketches);
          }
        }
      }
    }
  });
});

describe('scales', () => {
  it.each(METHODS)('%s: A·2^k and b·2^m change x by 2^(m−k) exactly, and nothing else', (method) => {
    const { A, b } = plantedLeastSquares({ n: 800, d: 12, kappa: 1e3, residual: 1e-2, seed: 2 });
    const plain = solveLeastSquares(A, b, { method });
    for (const [k, m] of [
      [1, 0],
      [300, 300],
      [-498, -400],
      [900, 20],
      [-990, -100],
      [0, 1000],
    ]) {
      const scaledA = { ...A, data: timesPowerOfTwo(A.data, k) };
      const result = solveLeastSquares(scaledA, timesPowerOfTwo(b, m), { method });
      expect(result.x).toEqual(timesPowerOfTwo(plain.x, m - k));
      expect(result.stats.iterations).toBe(plain.stats.iterations);
      expect(result.stats.residualNorm).toBe(timesPowerOfTwo([plain.stats.residualNorm], m)[0]);
      expect(result.stats.relativeResidual).toBe(plain.stats.relativeResidual);
      expect(result.stats.backwardError / plain.stats.backwardError).toBeCloseTo(1, 10);
      expect(result.stats.forwardErrorEstimate / plain.stats.forwardErrorEstimate).toBeCloseTo(1, 10);
    }
  });
});

describe.each(METHODS)('%s: sparse A', (method) => {
  it.each([1, 1e4, 1e8])('κ about %d: backward stable, and x within the bound of Wedin', (kappa) => {
    for (const seed of [1, 2]) {
      const A = nearlyDependentSparse({ rows: 900, columns: 12, density: 0.1, seed }, kappa);
      const dense = denseFrom(A);
      const noise = randomVector(900, seed + 10);
      const planted = exactMatvec(dense, randomVector(12, seed + 20));
      const b = planted.map((entry, i) => entry + 1e-3 * noise[i]);
      const result = solveLeastSquares(A, b, { method, seed });
      expectStable(result, backwardErrorFor(dense)(result.x, b), limitOf(method));
      expect(result.status).toBe('converged');
      const { x, residualNorm } = leastSquaresReference(dense, b);
      const bound = wedinBound({
        kappa: exactCondition(dense),
        residual: residualNorm,
        xNorm: Math.hypot(...x),
        aNorm: Math.hypot(...A.values) / Math.sqrt(12),
        bNorm: Math.hypot(...b),
        backwardError: Math.sqrt(12) * limitOf(method),
      });
      expect(relativeError(result.x, x)).toBeLessThan(bound);
      expect(result.stats.forwardErrorEstimate).toBeGreaterThanOrEqual(relativeError(result.x, x));
    }
  });

  it.each(FULL_RANK_GALLERY)('the gallery, zeros left out: $name', ({ build }) => {
    const A = build(500, 12, 1);
    const b = randomVector(A.rows, 2);
    const result = solveLeastSquares(sparseFrom(A), b, { method, seed: 3 });
    expectStable(result, backwardErrorFor(A)(result.x, b), limitOf(method));
    expect(['converged', 'ill-conditioned']).toContain(result.status);
  });

  it.each(['sparse-sign', 'srht', 'countsketch', 'gaussian'] as const)('%s', (sketch) => {
    const A = randomSparse({ rows: 900, columns: 8, density: 0.1, seed: 3 });
    const b = randomVector(900, 4);
    // another draw may take step 1 of gradient descent to its edge
    const sketchSize = method === 'gradient-descent' ? 400 : undefined;
    const options = { method, sketch, ...(sketchSize === undefined ? {} : { sketchSize }) };
    const result = solveLeastSquares(A, b, options);
    expectStable(result, backwardErrorFor(denseFrom(A))(result.x, b), limitOf(method));
    expect(result.status).toBe('converged');
    const dense = solveLeastSquares(denseFrom(A), b, options);
    expect(result.stats.sketchSize).toBe(dense.stats.sketchSize);
    expect(result.stats.resketches).toBe(dense.stats.resketches);
    expect(Math.abs(result.stats.iterations - dense.stats.iterations)).toBeLessThanOrEqual(5);
    expect(relativeError(result.x, dense.x)).toBeLessThan(1000 * u);
  });
});

describe('sparse A', () => {
  it('one entry a row and fewer sketch rows than rows collide in: drawn anew, and exact', () => {
    for (const seed of [1, 2, 3, 4]) {
      const A = oneEntryPerRow(3000, 60, seed);
      const b = randomVector(3000, seed);
      const options = { method: 'conjugate-gradient', sketch: 'countsketch', sketchSize: 70, seed } as const;
      const result = solveLeastSquares(A, b, options);
      expect(result.status).toBe('converged');
      expect(result.stats.resketches).toBeGreaterThanOrEqual(1);
      const squares = new Float64Array(60);
      const sums = new Float64Array(60);
      A.values.forEach((value, i) => {
        squares[A.columnIndices[i]] += value * value;
        sums[A.columnIndices[i]] += value * b[i];
      });
      result.x.forEach((entry, j) => {
        expect(Math.abs(entry - sums[j] / squares[j])).toBeLessThan(200 * u * Math.hypot(...result.x));
      });
    }
  });

  it('a permuted identity with rows to spare', () => {
    const n = 400;
    const A = oneEntryPerRow(n, n / 2, 5);
    const unit = { ...A, values: A.values.map(Math.sign) };
    for (const sketch of ['countsketch', 'sparse-sign', 'srht'] as const) {
      const x = randomVector(n / 2, 6);
      const b = exactMatvec(denseFrom(unit), x);
      const result = solveLeastSquares(unit, b, { method: 'conjugate-gradient', sketch, sketchSize: 220 });
      expect(result.status).toBe('converged');
      expect(relativeError(result.x, x)).toBeLessThan(100 * u);
    }
  });

  it.each([1e150, 1e-150, 1e300])('entries near %d: the same bits, scaled', (size) => {
    const power = 2 ** Math.round(Math.log2(size));
    const A = randomSparse({ rows: 600, columns: 7, density: 0.2, seed: 7 });
    const b = randomVector(600, 8);
    const options = { method: 'conjugate-gradient' } as const;
    const plain = solveLeastSquares(A, b, options);
    const extreme = solveLeastSquares({ ...A, values: A.values.map((v) => v * power) }, b, options);
    expect(relativeError(timesPowerOfTwo(extreme.x, Math.log2(power)), plain.x)).toBeLessThan(100 * u);
    expect([extreme.status, extreme.stats.accuracy]).toEqual(['converged', 'ok']);
  });

  it('is not modified', () => {
    const A = randomSparse({ rows: 300, columns: 5, density: 0.3, seed: 11 });
    const before = structuredClone(A);
    for (const method of METHODS) solveLeastSquares(A, randomVector(300, 1), { method });
    expect(A).toEqual(before);
  });
});
