import { describe, expect, it } from 'vitest';
import { type SolveOptions, solveLeastSquares, solveOddPower, solvePsdPower } from '../../src/index';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { relativeError } from '../support/forwardError';
import { FULL_RANK_GALLERY } from '../support/gallery';
import { exactCondition, naiveMatmul, naiveTranspose } from '../support/oracles';
import { plantedMatrix, plantedPsd, psdPowerReference } from '../support/planted';
import { randomMatrix, randomUnitVector, randomVector } from '../support/random';
import { denseFrom, nearlyDependentSparse, randomSparse } from '../support/sparse';
import { psdForwardBound, u } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const ITERATIVE = ['conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;

const [n, d] = [1600, 12];

describe.each(METHODS)('%s', (method) => {
  // iterations end within a few u of the solution: up to 1.15 times the bound, where b has little in the direction
  // that the inverse magnifies most
  const margin = ITERATIVE.some((name) => name === method) ? 2 : 1;

  it.each([1, 1e2, 1e4, 1e6, 1e8])(
    'generic b, κ = %d, j = 1, 4, 16: error at most 2jκu + 20ju, twice that by iterations',
    (kappa) => {
      for (const seed of [1, 2]) {
        for (const j of [1, 4, 16]) {
          const { A, b, reference } = plantedPsd({ n, d, kappa, j, seed, kind: 'generic-b' });
          const { x, status, stats } = solvePsdPower(A, b, j, { method, seed });
          const error = relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x);
          expect(error).toBeLessThan(margin * psdForwardBound(j, kappa));
          expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
          expect(stats.forwardErrorEstimate).toBeGreaterThanOrEqual(error);
        }
      }
    },
  );

  it('planted x, κ = 1e3, j = 4: κ^(2j)u > 1, and the result says that x is meaningless', () => {
    for (const seed of [1, 2, 3]) {
      const { A, b, x: planted } = plantedPsd({ n, d, kappa: 1e3, j: 4, seed, kind: 'planted-x' });
      const { x, status, stats } = solvePsdPower(A, b, 4, { method, seed });
      expect([status, stats.accuracy]).toEqual(['ill-conditioned', 'meaningless']);
      expect(relativeError(x, planted)).toBeGreaterThan(1);
      expect(stats.relativeResidual).toBeLessThan(1e-6); // a small residual is not accuracy
    }
  });

  it('planted x while κ^(2j)u is small: recovered, and the estimate covers the rounding of b', () => {
    for (const [kappa, j] of [
      [1e3, 1],
      [30, 2],
      [10, 3],
    ]) {
      const { A, b, x: planted, reference } = plantedPsd({ n, d, kappa, j, seed: 1, kind: 'planted-x' });
      const { x, stats } = solvePsdPower(A, b, j, { method });
      expect(relativeError(x, planted)).toBeLessThan(2 * j * d * kappa ** (2 * j) * u);
      expect(stats.forwardErrorEstimate).toBeGreaterThan(relativeError(x, reference.x));
      expect(stats.accuracy).toBe('ok');
    }
  });

  it('j₁ + j₂ powers are j₂ after j₁', () => {
    const { A, b } = plantedPsd({ n, d, kappa: 50, j: 1, seed: 3, kind: 'generic-b' });
    for (const [j1, j2] of [
      [1, 1],
      [2, 3],
      [1, 7],
    ]) {
      const once = solvePsdPower(A, b, j1 + j2, { method }).x;
      const twice = solvePsdPower(A, solvePsdPower(A, b, j1, { method }).x, j2, { method }).x;
      expect(relativeError(twice, once)).toBeLessThan(2 * psdForwardBound(j1 + j2, 50));
    }
  });

  it('A·2^k changes x by 2^(−2jk) exactly, also where A is scaled at the door', () => {
    const { A, b } = plantedPsd({ n, d, kappa: 1e3, j: 1, seed: 2, kind: 'generic-b' });
    for (const j of [1, 3]) {
      const plain = solvePsdPower(A, b, j, { method });
      for (const k of [1, -1, 40, 150, -150, 498, -498]) {
        const right = timesPowerOfTwo(b, Math.round(1.9 * k)); // keeps x within the range of doubles at j = 1
        if (j === 3 && Math.abs(k) > 160) continue;
        const result = solvePsdPower({ ...A, data: timesPowerOfTwo(A.data, k) }, right, j, { method });
        expect(result.x).toEqual(timesPowerOfTwo(plain.x, Math.round(1.9 * k) - 2 * j * k));
        expect(result.stats.iterations).toBe(plain.stats.iterations);
        // logarithms of size 2jk
        expect(result.stats.forwardErrorEstimate / plain.stats.forwardErrorEstimate).toBeCloseTo(1, 9);
      }
    }
  });

  it.each(FULL_RANK_GALLERY)(
    '$name: j = 1, error at most d·(2κ + 20)u with κ after column scaling',
    ({ build }) => {
      for (const [rows, columns] of [
        [700, 12],
        [40, 30],
      ]) {
        const A = build(rows, columns, 1);
        // (AC)ᵀ(AC)y = Cb has the solution y = C⁻¹x for powers of two C
        const C = Array.from({ length: A.columns }, (_, j) => {
          const column = Array.from({ length: A.rows }, (_, i) => Math.abs(A.data[i * A.columns + j]));
          return -Math.round(Math.log2(Math.max(...column)));
        });
        const scaled = A.data.map((entry, p) => timesPowerOfTwo([entry], C[p % A.columns])[0]);
        const AC = { ...A, data: scaled };
        const right = randomUnitVector(A.columns, 4);
        const b = Float64Array.from(right, (entry, j) => timesPowerOfTwo([entry], -C[j])[0]);
        const { x, status } = solvePsdPower(A, b, 1, { method });
        const y = x.map((entry, j) => timesPowerOfTwo([entry], -C[j])[0]);
        const bound = A.columns * psdForwardBound(1, exactCondition(AC));
        expect(relativeError(y, psdPowerReference(AC, right, 1).x)).toBeLessThan(bound);
        expect(['converged', 'ill-conditioned']).toContain(status);
      }
    },
  );
});

describe.each(ITERATIVE)('%s', (method) => {
  it('the step count does not grow with κ, default tolerance', () => {
    for (const seed of [1, 2, 3]) {
      const counts = [1e2, 1e4, 1e6, 1e8].map((kappa) => {
        const { A, b } = plantedPsd({ n: 3200, d: 24, kappa, j: 1, seed, kind: 'generic-b' });
        return solvePsdPower(A, b, 1, { method, seed }).stats.iterations;
      });
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
    }
  });

  it('the steps of j solves are j times those of one', () => {
    const { A, b } = plantedPsd({ n: 3200, d: 24, kappa: 1e4, j: 1, seed: 1, kind: 'generic-b' });
    const one = solvePsdPower(A, b, 1, { method }).stats.iterations;
    for (const j of [2, 8]) {
      const { iterations } = solvePsdPower(A, b, j, { method }).stats;
      expect(Math.abs(iterations / j - one)).toBeLessThan(2);
    }
  });
});

describe('large powers', () => {
  const wellConditioned = plantedPsd({ n, d: 20, kappa: 1, j: 1, seed: 1, kind: 'generic-b' });

  it.each(['direct', 'cholesky-qr', 'conjugate-gradient'] as const)('%s: κ = 1, j = 64 is ok', (method) => {
    const { A, b } = wellConditioned;
    const reference = psdPowerReference(A, b, 64).x;
    const { x, status, stats } = solvePsdPower(A, b, 64, { method });
    expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
    expect(relativeError(x, reference)).toBeLessThan(psdForwardBound(64, 1));
  });

  it('conjugate-gradient: κ = 1, j = 128 is not called ill-conditioned', () => {
    const { A, b } = wellConditioned;
    expect(solvePsdPower(A, b, 128, { method: 'conjugate-gradient' }).status).toBe('converged');
  });

  it.each(['direct', 'cholesky-qr'] as const)('%s: κ = 1, j = 128 is ok', (method) => {
    const { A, b } = wellConditioned;
    const { status, stats } = solvePsdPower(A, b, 128, { method });
    expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
  });

  it.each([
    [2, 32],
    [10, 64],
  ])('conjugate-gradient: planted x, κ = %d, j = %d is meaningless', (kappa, j) => {
    for (const seed of [1, 2, 3, 4]) {
      const { A, b, x: planted } = plantedPsd({ n, d: 20, kappa, j, seed, kind: 'planted-x' });
      const { x, stats } = solvePsdPower(A, b, j, { method: 'conjugate-gradient', seed });
      expect(relativeError(x, planted)).toBeGreaterThan(0.1);
      expect(stats.accuracy).toBe('meaningless');
    }
  });

  it.each(['direct', 'cholesky-qr'] as const)('%s: κ = 10, j = 64 is ok', (method) => {
    const { A, b, reference } = plantedPsd({ n, d: 20, kappa: 10, j: 64, seed: 1, kind: 'generic-b' });
    const { x, status, stats } = solvePsdPower(A, b, 64, { method });
    expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
    expect(relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x)).toBeLessThan(
      psdForwardBound(64, 10),
    );
  });

  it("'cholesky-qr' passes over A as often for j = 64 as for j = 1", () => {
    const { A, b } = plantedPsd({ n, d, kappa: 10, j: 1, seed: 1, kind: 'generic-b' });
    const passes = [1, 64].map((j) => solvePsdPower(A, b, j, { method: 'cholesky-qr' }).stats.passes);
    expect(passes).toEqual([2, 2]);
    expect(solvePsdPower(A, b, 64, { method: 'direct' }).stats.passes).toBe(1);
  });

  it("'auto' takes a factor once j is large enough for it", () => {
    const A = randomMatrix(12_000, 400, 1);
    const b = randomUnitVector(400, 1);
    expect(solvePsdPower(A, b, 1).stats.method).toBe('conjugate-gradient');
    expect(solvePsdPower(A, b, 3).stats.method).toBe('cholesky-qr');
  });
});

describe('gradient-descent on the normal equations', () => {
  const { A, b, x: reference } = plantedPsd({ n: 4000, d: 20, kappa: 1e4, j: 1, seed: 1, kind: 'generic-b' });
  const solve = (rows: number | undefined, options: SolveOptions) =>
    solvePsdPower(A, b, 1, {
      method: 'gradient-descent',
      ...(rows === undefined ? {} : { sketchSize: rows * 20 }),
      ...options,
    });

  it('halves the residual with its default of 120d rows', () => {
    const rates = [1, 2, 3, 4, 5].map((seed) => {
      const { status, stats, x } = solve(undefined, { seed, tolerance: 1e-12, history: true });
      expect([status, stats.sketchSize]).toEqual(['converged', 2400]);
      expect(relativeError(x, reference)).toBeLessThan(1e-11);
      const errors = stats.residualHistory as readonly number[];
      return (errors[errors.length - 1] / errors[0]) ** (1 / (errors.length - 1));
    });
    const mean = rates.reduce((sum, rate) => sum + rate / 5, 0);
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.55); // (1 − √(1/120))⁻⁴ − 1 = 0.47 at worst
  });

  it('converges with 60d rows', () => {
    for (const seed of [1, 2, 3]) expect(solve(60, { seed }).status).toBe('converged');
  });

  it.each([20, 30])(
    'diverges with %dd, d = 40: stagnated, with an x about as good as that of R alone',
    (rows) => {
      const wide = plantedPsd({ n: 4000, d: 40, kappa: 1e4, j: 1, seed: 1, kind: 'generic-b' });
      for (const seed of [1, 2, 3, 4]) {
        const options = { method: 'gradient-descent', sketchSize: rows * 40, seed } as const;
        const { status, x, stats } = solvePsdPower(wide.A, wide.b, 1, options);
        expect(status).toBe('stagnated');
        // one step from zero is R⁻¹R⁻ᵀb
        const first = solvePsdPower(wide.A, wide.b, 1, { ...options, onIteration: () => false });
        const error = relativeError(x, wide.x);
        expect(error).toBeLessThan(3 * relativeError(first.x, wide.x));
        expect(error).toBeLessThan(0.5);
        expect(stats.forwardErrorEstimate).toBeGreaterThan(error);
      }
    },
  );
});

describe('an answer outside the range of doubles', () => {
  const { A } = plantedMatrix({ n: 1500, d: 12, kappa: 1e8, seed: 1 });
  const b = randomVector(12, 5);

  it.each(METHODS)('%s: OUT_OF_RANGE with log2Scale, never Infinity', (method) => {
    const last = psdPowerReference(A, b, 19);
    const { x } = solvePsdPower(A, b, 19, { method });
    expect(relativeError(timesPowerOfTwo(x, -last.log2Scale), last.x)).toBeLessThan(psdForwardBound(19, 1e8));
    for (const j of [20, 40]) {
      const reference = psdPowerReference(A, b, j);
      // of a power of two times mantissas with the largest in [1, 2)
      const largest = Math.max(...reference.x.map(Math.abs));
      const log2Scale = Math.floor(Math.log2(largest) + reference.log2Scale);
      const details = expect.objectContaining({ log2Scale });
      expect(() => solvePsdPower(A, b, j, { method })).toThrow(
        expect.objectContaining({ code: 'OUT_OF_RANGE', details }),
      );
    }
  });

  it('its mantissas are the answer', () => {
    const reference = psdPowerReference(A, b, 40);
    try {
      solvePsdPower(A, b, 40);
      expect.unreachable();
    } catch (error) {
      const { details } = error as { details: { log2Scale: number; mantissas: Float64Array } };
      const x = timesPowerOfTwo(details.mantissas, details.log2Scale - reference.log2Scale);
      expect(relativeError(x, reference.x)).toBeLessThan(psdForwardBound(40, 1e8));
    }
  });

  it('below the range too, and for the other problems', () => {
    const large = { ...A, data: timesPowerOfTwo(A.data, 400) };
    const right = randomVector(1500, 6);
    const tiny = timesPowerOfTwo(right, -800);
    const outside = expect.objectContaining({ code: 'OUT_OF_RANGE' });
    expect(() => solvePsdPower(large, b, 2)).toThrow(outside);
    expect(() => solveOddPower(large, right, 1)).toThrow(outside);
    expect(() => solveLeastSquares(large, tiny)).toThrow(outside);
  });
});

describe.each(METHODS)('%s: sparse A', (method) => {
  it.each([1, 1e2, 1e4])(
    'generic b, κ about %d, j = 1, 3, 8: error at most 2jκu + 20ju, twice that by iterations',
    (kappa) => {
      const A = nearlyDependentSparse({ rows: 1500, columns: 10, density: 0.1, seed: 2 }, kappa);
      const dense = denseFrom(A);
      const right = randomVector(10, 3);
      const options = method === 'gradient-descent' ? { method, sketchSize: 1400 } : { method };
      for (const j of [1, 3, 8]) {
        const { x, status, stats } = solvePsdPower(A, right, j, options);
        const reference = psdPowerReference(dense, right, j);
        const error = relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x);
        expect(error).toBeLessThan(psdForwardBound(j, exactCondition(dense)));
        expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
        expect(stats.forwardErrorEstimate).toBeGreaterThanOrEqual(error);
        expect(stats.backwardError).toBeLessThan(100 * j * u);
      }
    },
  );
});

describe('sparse A', () => {
  it('the x of (AᵀA)² is no x of AᵀA, nor of A·Aᵀ: powers are counted and A not transposed', () => {
    const A = randomSparse({ rows: 200, columns: 4, density: 0.5, seed: 4 });
    const dense = denseFrom(A);
    const G = naiveMatmul(naiveTranspose(dense), dense);
    const right = randomVector(4, 5);
    const { x } = solvePsdPower(A, right, 2, { method: 'conjugate-gradient' });
    const twice = naiveMatmul(G, naiveMatmul(G, { rows: 4, columns: 1, data: x })).data;
    const once = naiveMatmul(G, { rows: 4, columns: 1, data: x }).data;
    expect(relativeError(twice, right)).toBeLessThan(1e3 * u);
    expect(relativeError(once, right)).toBeGreaterThan(0.5);
  });
});
