/** What every solver shares: callbacks, limits, histories, special right-hand sides and statistics. */
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import {
  type IterationInfo,
  type SolveOptions,
  type SolveResult,
  solveLeastSquares,
  solveOddPower,
  solvePsdPower,
} from '../../src/index';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { relativeError } from '../support/forwardError';
import { exactMatvec, exactResidual, leastSquaresReference, naiveTranspose } from '../support/oracles';
import { plantedLeastSquares, plantedMatrix, psdPowerReference } from '../support/planted';
import { randomMatrix, randomUnitOrthogonalTo, randomVector } from '../support/random';
import { u, wedinBound } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const ITERATIVE = METHODS.slice(2);
const [n, d] = [3000, 20];
const P = plantedMatrix({ n, d, kappa: 100, seed: 1 });
const A = P.A;
const b = randomVector(n, 3);
const c = randomVector(d, 4);

type Solve = (options: SolveOptions) => SolveResult;
const PROBLEMS: readonly (readonly [string, Solve, number])[] = [
  ['least squares', (o) => solveLeastSquares(A, b, o), 1],
  ['(AᵀA)²x = b', (o) => solvePsdPower(A, c, 2, o), 2],
  ['A(AᵀA)x ≈ b', (o) => solveOddPower(A, b, 1, o), 2],
];
const CASES = PROBLEMS.flatMap(([name, solve, solves]) =>
  METHODS.map((method) => ({
    name,
    method,
    solves,
    solve: (o: SolveOptions = {}) => solve({ method, ...o }),
  })),
);
const ITERATED = CASES.filter(({ method }) => (ITERATIVE as readonly string[]).includes(method));

function expectFinite({ x, stats }: SolveResult): void {
  expect(x.every(Number.isFinite)).toBe(true);
  for (const value of [stats.residualNorm, stats.relativeResidual, stats.backwardError]) {
    expect(Number.isFinite(value)).toBe(true);
  }
}

describe.each(CASES)('$name, $method', ({ method, solve, solves }) => {
  const plain = solve();

  it('onIteration sees every step in order, and history records the same errors', () => {
    const seen: IterationInfo[] = [];
    const result = solve({ history: true, onIteration: (info) => void seen.push(info) });
    expect(result.x).toEqual(plain.x);
    expect(seen.map((info) => info.iteration)).toEqual(seen.map((_, i) => i + 1));
    expect(seen).toHaveLength(result.stats.iterations);
    expect(result.stats.residualHistory).toEqual(seen.map((info) => info.error));
    const order = seen.map((info) => info.solve);
    expect(order).toEqual([...order].sort((p, q) => p - q));
    for (const solveIndex of order) expect(solveIndex).toBeLessThan(Math.max(1, solves));
    expect(plain.stats).not.toHaveProperty('residualHistory');
  });

  it('is converged, with the figures of its problem', () => {
    expect([plain.status, plain.converged, plain.stats.accuracy]).toEqual(['converged', true, 'ok']);
    expect(plain.stats.method).toBe(method);
    expect(plain.stats.rank).toBe(d);
    expect(plain.stats.logScale).toBe(0);
    expect(plain.stats.resketches).toBe(0);
    expect(plain.stats.seed).toBe(0);
    expect(plain.stats.sketchSize === 0).toBe(method === 'direct');
    // eight power and inverse steps on a factor within κ(AR⁻¹) ≤ 5 of A
    expect(plain.stats.conditionEstimate).toBeGreaterThan(100 / 5);
    expect(plain.stats.conditionEstimate).toBeLessThan(100 * 5);
  });

  it('onIteration returning anything but false goes on', () => {
    for (const value of [undefined, true, null, 0, '']) {
      expect(solve({ onIteration: () => value as boolean }).x).toEqual(plain.x);
    }
  });

  it('a signal aborted from inside onIteration ends the solve with ABORTED at that step', () => {
    if (plain.stats.iterations === 0) return;
    for (const at of [1, plain.stats.iterations]) {
      const controller = new AbortController();
      let calls = 0;
      const onIteration = () => {
        calls++;
        if (calls === at) controller.abort();
      };
      expect(() => solve({ signal: controller.signal, onIteration })).toThrow(
        expect.objectContaining({ code: 'ABORTED', details: { iterations: at } }),
      );
      expect(calls).toBe(at);
    }
    expect(solve({ signal: new AbortController().signal }).x).toEqual(plain.x);
  });

  it('a throwing onIteration is passed on', () => {
    if (plain.stats.iterations === 0) return;
    const failure = new Error('from the caller');
    const onIteration = () => {
      throw failure;
    };
    expect(() => solve({ onIteration })).toThrow(failure);
  });
});

describe.each(ITERATED)('$name, $method', ({ solve, solves }) => {
  const { iterations } = solve().stats;

  it('onIteration returning false: stopped at once, asked no more, best x so far, honest estimate', () => {
    for (const at of [1, 4, iterations - 1]) {
      let calls = 0;
      const result = solve({ onIteration: () => ++calls < at });
      expect(calls).toBe(at);
      expect([result.status, result.converged, result.stats.iterations]).toEqual(['stopped', false, at]);
      expectFinite(result);
      const error = relativeError(result.x, solve().x);
      expect(error).toBeLessThanOrEqual(result.stats.forwardErrorEstimate);
    }
  });

  it('maxIterations limits each chained solve', () => {
    for (const maxIterations of [1, 2, 5]) {
      const result = solve({ maxIterations });
      expect(result.status).toBe('max-iterations');
      expect(result.stats.iterations).toBe(solves * maxIterations);
      expectFinite(result);
      const error = relativeError(result.x, solve().x);
      expect(error).toBeLessThanOrEqual(result.stats.forwardErrorEstimate);
    }
    expect(solve({ maxIterations: iterations }).status).toBe('converged');
  });

  it('a looser tolerance takes fewer steps and is kept, a tighter one is reported as it ends', () => {
    let before = solve().stats.iterations;
    for (const tolerance of [1e-9, 1e-5, 1e-2]) {
      const result = solve({ tolerance });
      expect(result.status).toBe('converged');
      expect(result.stats.iterations).toBeLessThan(before);
      expect(result.stats.backwardError).toBeLessThan(10 * tolerance);
      expect(relativeError(result.x, solve().x)).toBeLessThanOrEqual(result.stats.forwardErrorEstimate);
      before = result.stats.iterations;
    }
    // the residual as updated goes on towards 0: the step limit may come first
    const exact = solve({ tolerance: 0 });
    expect(['converged', 'stagnated', 'max-iterations']).toContain(exact.status);
    expect(exact.stats.backwardError).toBeLessThan(20 * u);
  });
});

describe.each(['direct', 'cholesky-qr'] as const)('%s', (method) => {
  it('takes at most three corrections whatever the limit, and one where only one is allowed', () => {
    const full = solveLeastSquares(A, b, { method });
    expect(full.stats.iterations).toBeLessThanOrEqual(3);
    const one = solveLeastSquares(A, b, { method, maxIterations: 1 });
    expect(one.stats.iterations).toBe(1);
    expect(one.stats.backwardError).toBeGreaterThanOrEqual(full.stats.backwardError);
  });

  it('stops for onIteration, also at the third and last correction', () => {
    const corrections = new Set<number>();
    for (const kappa of [1e3, 1e8, 1e12]) {
      for (let seed = 1; seed <= 4; seed++) {
        const { A: M, b: right } = plantedLeastSquares({ n: 800, d: 20, kappa, residual: 1, seed });
        const { iterations } = solveLeastSquares(M, right, { method }).stats;
        corrections.add(iterations);
        for (let at = 1; at <= iterations; at++) {
          let calls = 0;
          const result = solveLeastSquares(M, right, { method, onIteration: () => ++calls < at });
          expect([result.status, calls]).toEqual(['stopped', at]);
        }
      }
    }
    expect(corrections).toContain(3);
  });
});

describe.each(METHODS)('%s: special right-hand sides', (method) => {
  it('b = 0 gives x = 0 without a step', () => {
    for (const result of [
      solveLeastSquares(A, new Float64Array(n), { method }),
      solvePsdPower(A, new Float64Array(d), 3, { method }),
      solveOddPower(A, new Float64Array(n), 2, { method, history: true }),
    ]) {
      expect(result.x).toEqual(new Float64Array(d));
      expect([result.status, result.stats.accuracy, result.stats.iterations]).toEqual(['converged', 'ok', 0]);
      const { residualNorm, relativeResidual, backwardError, forwardErrorEstimate } = result.stats;
      expect([residualNorm, relativeResidual, backwardError, forwardErrorEstimate]).toEqual([0, 0, 0, 0]);
    }
  });

  it('b ⟂ range(A): converged, x near 0 in proportion to κ·u, and no digit of it promised', () => {
    const perpendicular = randomUnitOrthogonalTo(P.u, 9);
    const result = solveLeastSquares(A, perpendicular, { method });
    expect(result.status).toBe('converged');
    expect(result.stats.relativeResidual).toBeCloseTo(1, 12);
    expect(Math.hypot(...result.x)).toBeLessThan(100 * 100 * u);
    expect(result.stats.accuracy).toBe('meaningless');
    const odd = solveOddPower(A, perpendicular, 2, { method });
    expect([odd.status, odd.stats.accuracy]).toEqual(['converged', 'meaningless']);
  });

  it('b = A·x and b = −A·x: the residual is rounding, the sign is kept', () => {
    const right = exactMatvec(A, c);
    const plus = solveLeastSquares(A, right, { method });
    expect(plus.stats.relativeResidual).toBeLessThan(20 * Math.sqrt(n) * u);
    expect(relativeError(plus.x, c)).toBeLessThan(
      wedinBound({ kappa: 100, residual: 0, backwardError: 20 * u }),
    );
    expect(
      solveLeastSquares(
        A,
        right.map((entry) => -entry),
        { method },
      ).x,
    ).toEqual(plus.x.map((v) => -v));
  });

  it('the residual reported is the exact one', () => {
    const ls = solveLeastSquares(A, b, { method });
    const exact = Math.hypot(...exactResidual(A, ls.x, b));
    expect(ls.stats.residualNorm / exact).toBeCloseTo(1, 12);
    expect(ls.stats.relativeResidual).toBeCloseTo(exact / Math.hypot(...b), 12);
    const odd = solveOddPower(A, b, 1, { method });
    const image = exactMatvec(A, exactMatvec(naiveTranspose(A), exactMatvec(A, odd.x)));
    expect(odd.stats.residualNorm / Math.hypot(...b.map((v, i) => v - image[i]))).toBeCloseTo(1, 8);
    const psd = solvePsdPower(A, c, 1, { method, maxIterations: method === 'direct' ? 500 : 9 });
    const gram = exactMatvec(naiveTranspose(A), exactMatvec(A, psd.x));
    const psdResidual = Math.hypot(...c.map((v, i) => v - gram[i]));
    if (method === 'direct' || method === 'cholesky-qr') expect(psd.stats.residualNorm).toBeLessThan(1e-10);
    else expect(psd.stats.residualNorm / psdResidual).toBeCloseTo(1, 6);
  });
});

describe.each(METHODS)('%s: shapes', (method) => {
  const shapes: readonly (readonly [string, Matrix])[] = [
    ['n = d', randomMatrix(12, 12, 3)],
    ['d = 1', randomMatrix(1000, 1, 3)],
    ['n = d = 1', { rows: 1, columns: 1, data: Float64Array.of(-3) }],
    ['n = d + 1', randomMatrix(13, 12, 3)],
    ['n = 1000, not a power of two', randomMatrix(1000, 7, 3)],
  ];
  it.each(shapes)('%s', (_, M) => {
    const right = randomVector(M.rows, 5);
    const short = randomVector(M.columns, 6);
    const ls = solveLeastSquares(M, right, { method });
    // Gaussian, κ(12 × 12) about 1e2: two digits to spare
    expect(relativeError(ls.x, leastSquaresReference(M, right).x)).toBeLessThan(1e-11);
    const psd = solvePsdPower(M, short, 2, { method });
    expect(relativeError(psd.x, psdPowerReference(M, short, 2).x)).toBeLessThan(1e-11);
    const odd = solveOddPower(M, right, 1, { method });
    expect(relativeError(odd.x, psdPowerReference(M, leastSquaresReference(M, right).x, 1).x)).toBeLessThan(
      1e-9,
    );
    expect([ls.status, psd.status, odd.status]).toEqual(['converged', 'converged', 'converged']);
  });
});

describe.each(ITERATIVE)('%s: initialGuess', (method) => {
  const L = plantedLeastSquares({ n, d, kappa: 1e4, residual: 1e-3, seed: 3 });
  const reference = leastSquaresReference(L.A, L.b).x;
  const solve = (o: SolveOptions = {}) => solveLeastSquares(L.A, L.b, { method, ...o });

  it('the answer itself needs no step, zero and a far-off guess need more than the sketched start', () => {
    expect(solve({ initialGuess: reference }).stats.iterations).toBe(0);
    const started = solve().stats.iterations;
    const bound = 20 * wedinBound({ kappa: 1e4, residual: 1e-3 });
    for (const scale of [0, 1e6, -1e6]) {
      const result = solve({ initialGuess: L.x.map((entry, i) => scale * (entry + i)) });
      expect(result.status).toBe('converged');
      expect(result.stats.iterations).toBeGreaterThan(started - 6);
      expect(relativeError(result.x, reference)).toBeLessThan(bound);
    }
  });

  it('is in the units of x whatever the scale of A and b', () => {
    const scaledA = { ...L.A, data: timesPowerOfTwo(L.A.data, 500) };
    const scaledB = timesPowerOfTwo(L.b, -300);
    const guess = L.x.map((entry) => 1.001 * entry);
    const plain = solve({ initialGuess: guess });
    const scaled = solveLeastSquares(scaledA, scaledB, {
      method,
      initialGuess: timesPowerOfTwo(guess, -800),
    });
    expect(scaled.x).toEqual(timesPowerOfTwo(plain.x, -800));
    expect(scaled.stats.iterations).toBe(plain.stats.iterations);
  });
});
