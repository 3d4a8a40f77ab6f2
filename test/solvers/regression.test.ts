/** What the three regressions have in common; what is special to one is in its own test. */
import { describe, expect, it } from 'vitest';
import { loadExampleData } from '../../examples/support/csv';
import { csrFromMatrix } from '../../src/core/csr';
import type { SketchSolveError } from '../../src/core/errors';
import type { MatrixLike, VectorLike } from '../../src/core/matrix';
import { solveRegression } from '../../src/solvers/regression';
import type { RegressionOptions } from '../../src/solvers/regressionOptions';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector, testRandom } from '../support/random';
import {
  bisectedRoot,
  identity,
  type Kind,
  naiveValue,
  plantedRegression,
  referenceRegression,
  relativeDistance,
  sparsePair,
  standardised,
  unitRows,
} from '../support/regression';

const KINDS: readonly Kind[] = ['exp', 'cosh', 'sinh'];
const METHODS: readonly RegressionOptions[] = [
  { method: 'newton' },
  { method: 'sketch-cg' },
  { method: 'sketch' },
  { method: 'sketch', hessianSketch: 'leverage-scores' },
];
const [NEWTON, , SKETCH] = METHODS;

const solve = (
  kind: Kind,
  A: MatrixLike,
  b: VectorLike,
  w: number | VectorLike,
  options: RegressionOptions = {},
) => solveRegression('test', kind, A, b, w, options);

/** Noise and a small w: not convex, with a minimum in the inside. */
const typical = (kind: Kind, n = 200, d = 5) =>
  plantedRegression(kind, unitRows(n, d, 1), { w: 0.3, noise: 0.1, seed: 2 });

describe.each(KINDS)('%s: agreement with damped Newton in double-double', (kind) => {
  it.each([1, 1e3])('κ(A) = %d: 1e-11', (kappa) => {
    const { A } = plantedMatrix({ n: 200, d: 5, kappa, seed: 1 });
    // rows of length about 1
    const larger = { ...A, data: A.data.map((v) => 10 * v) };
    const problem = plantedRegression(kind, larger, { w: 0.3, noise: 0.1, seed: 2 });
    const { x: first } = solve(kind, problem.A, problem.b, problem.w, NEWTON);
    const exact = referenceRegression(kind, problem, first);
    for (const options of METHODS) {
      // the sketch reduces the error by a factor 4 a step: what is left of it is κ·tolerance
      const tolerance = options.method === 'sketch' ? 1e-15 : 1e-12;
      const { x, status, stats } = solve(kind, problem.A, problem.b, problem.w, { ...options, tolerance });
      expect(status).toBe('converged');
      expect(relativeDistance(x, exact)).toBeLessThanOrEqual(1e-11);
      const value = naiveValue(kind, problem, exact);
      expect(Math.abs(stats.value / value - 1)).toBeLessThanOrEqual(1e-13);
    }
  });

  it('for a different w in every row; and the minimum is not that for w², w/2 or −b', () => {
    const problem = typical(kind);
    const w = problem.w.map((_, i) => 0.2 + (i % 7) / 5);
    const { x } = solve(kind, problem.A, problem.b, w);
    const exact = referenceRegression(kind, { ...problem, w }, x);
    expect(relativeDistance(x, exact)).toBeLessThanOrEqual(1e-13);
    for (const wrong of [
      { ...problem, w: w.map((v) => v * v) },
      { ...problem, w: w.map((v) => v / 2) },
      { ...problem, w: w.map((v) => v * Math.SQRT2) },
      { ...problem, w: w.slice().reverse() },
      { ...problem, w, b: problem.b.map((v) => -v) },
    ]) {
      expect(relativeDistance(referenceRegression(kind, wrong, x), exact)).toBeGreaterThan(1e-3);
    }
  });

  it('dense and sparse agree to rounding, by every method', () => {
    const [A, S] = sparsePair(400, 8, 0.2, 3);
    const problem = plantedRegression(kind, A, { w: 0.5, noise: 0.1, seed: 4 });
    for (const options of METHODS) {
      const dense = solve(kind, A, problem.b, 0.5, options);
      const sparse = solve(kind, S, problem.b, 0.5, options);
      expect(dense.status).toBe('converged');
      // sums of AᵀDA in another order; a step or two more or less at the end of many
      expect(Math.abs(sparse.stats.iterations - dense.stats.iterations)).toBeLessThanOrEqual(1);
      const limit = options.method === 'sketch' ? 1e-11 : 1e-13;
      expect(relativeDistance(sparse.x, dense.x)).toBeLessThanOrEqual(limit);
    }
  });
});

describe('steps', () => {
  const counts = (A: MatrixLike, b: VectorLike) =>
    METHODS.map((options) => {
      const { status, stats } = solve('exp', A, b, 0.1, options);
      expect(status).toBe('converged');
      expect(stats.criterion).toBeLessThanOrEqual(1e-12);
      return stats.iterations;
    });

  function expectCounts([newton, iterative, sketched, sampled]: number[], limit: number): void {
    expect(newton).toBeLessThanOrEqual(limit);
    expect(iterative).toBeLessThanOrEqual(limit + 3);
    expect(sketched).toBeLessThanOrEqual(35);
    expect(sampled).toBeLessThanOrEqual(35);
    // a linear method and a quadratic one: neither may pass for the other
    expect(sketched).toBeGreaterThan(1.5 * newton);
  }

  it('random exp: at most 12 (measured 7 to 9; sketches 15 to 25)', () => {
    for (const seed of [1, 2]) {
      const { A, b } = plantedRegression('exp', unitRows(2000, 20, seed), { w: 0.1, noise: 0.1, seed });
      expectCounts(counts(A, b), 12);
    }
  });

  it('κ(A) = 1e6: at most 8 (measured 5 to 7; sketches 14 to 18)', () => {
    for (const seed of [1, 2]) {
      const { A: Q } = plantedMatrix({ n: 2000, d: 20, kappa: 1e6, seed });
      const larger = { ...Q, data: Q.data.map((v) => 20 * v) };
      const { A, b } = plantedRegression('exp', larger, { w: 0.1, noise: 0.1, seed });
      expectCounts(counts(A, b), 8);
    }
  });

  it('diabetes: at most 15 (measured 12; sketches 29 and 17)', () => {
    const { A, target } = loadExampleData('diabetes.csv');
    expectCounts(counts(standardised(A), target), 15);
  });

  it('breast cancer: at most 25 (measured 6; sketches 22 and 15)', () => {
    const { A, target } = loadExampleData('breast-cancer.csv');
    expectCounts(counts(standardised(A), target), 25);
  });

  it("'sketch': steps grow with log(1/tolerance), by equal numbers for equal factors", () => {
    const { A, b } = plantedRegression('exp', unitRows(3000, 20, 7), { w: 0.1, noise: 0.1, seed: 7 });
    for (const hessianSketch of ['sparse-sign', 'leverage-scores'] as const) {
      const steps = [1e-4, 1e-6, 1e-8, 1e-10, 1e-12].map(
        (tolerance) => solve('exp', A, b, 0.1, { ...SKETCH, hessianSketch, tolerance }).stats.iterations,
      );
      // the error falls by √(d/m)·(1 to 2) = 0.2 to 0.6 a step: 1e-2 takes 3 to 9 of them
      const increments = steps.slice(1).map((count, k) => count - steps[k]);
      expect(Math.min(...increments)).toBeGreaterThanOrEqual(2);
      expect(Math.max(...increments)).toBeLessThanOrEqual(9);
      expect(Math.max(...increments)).toBeLessThanOrEqual(2 * Math.min(...increments) + 1);
    }
    // the control: the exact method does not grow like this
    const exact = [1e-4, 1e-12].map(
      (tolerance) => solve('exp', A, b, 0.1, { ...NEWTON, tolerance }).stats.iterations,
    );
    expect(exact[1] - exact[0]).toBeLessThanOrEqual(2);
  });
});

describe('starts and ranges', () => {
  it('a row that drowns the others in every column: the estimate says what is left of x', () => {
    const { x, stats } = solve(
      'exp',
      [
        [1, 1],
        [1, -1],
      ],
      [1e14, 2],
      0,
    );
    const exact = [(Math.log(1e14) + Math.LN2) / 2, (Math.log(1e14) - Math.LN2) / 2];
    expect(stats.conditionEstimate).toBeGreaterThan(1e13);
    expect(relativeDistance(x, Float64Array.from(exact))).toBeLessThan(
      10 * stats.conditionEstimate * 2 ** -52,
    );
    // negative control: alike rows have small estimates
    expect(
      solve(
        'exp',
        [
          [1, 1],
          [1, -1],
        ],
        [3, 2],
        0,
      ).stats.conditionEstimate,
    ).toBeLessThan(10);
  });

  it.each([700, 1e5])('starts with max|Ax₀| = %d: at most 15 steps, the same minimum', (size) => {
    for (const kind of ['exp', 'sinh'] as const) {
      const { A, b } = typical(kind);
      const image = A.data.reduce((sums, v, p) => {
        sums[Math.floor(p / 5)] += v;
        return sums;
      }, new Float64Array(200));
      const start = new Float64Array(5).fill(size / Math.max(...image.map(Math.abs)));
      for (const options of METHODS.slice(0, 2)) {
        const { x, status, stats } = solve(kind, A, b, 0.3, { ...options, initialGuess: start });
        expect(status).toBe('converged');
        expect(stats.iterations).toBeLessThanOrEqual(15);
        expect(relativeDistance(x, solve(kind, A, b, 0.3).x)).toBeLessThanOrEqual(1e-12);
      }
    }
  });

  it.each([700, 1e5])('cosh too, planted and not convex: at most 15 steps from max|Ax₀| = %d', (size) => {
    for (const seed of [1, 2, 3]) {
      const { A, b } = plantedRegression('cosh', unitRows(200, 6, seed), { w: 0.1, noise: 0, seed });
      const direction = randomVector(6, seed + 9);
      let largest = 0;
      for (let i = 0; i < 200; i++) {
        let image = 0;
        for (let j = 0; j < 6; j++) image += A.data[i * 6 + j] * direction[j];
        largest = Math.max(largest, Math.abs(image));
      }
      const initialGuess = direction.map((entry) => (entry * size) / largest);
      const { status, stats } = solve('cosh', A, b, 0.1, { initialGuess });
      expect([status, stats.convex]).toEqual(['converged', false]);
      expect(stats.iterations).toBeLessThanOrEqual(15);
    }
  });

  it('w² = b²/8 + 0.01, b up to 8e3: convex, at most 15 steps', () => {
    const A = randomMatrix(300, 6, 1);
    for (const largest of [10, 100, 8e3]) {
      const b = randomVector(300, 2).map((v) => largest * Math.min(1, Math.abs(v)));
      b[0] = largest;
      const w = b.map((v) => Math.sqrt(v ** 2 / 8 + 0.01));
      for (const kind of ['exp', 'sinh'] as const) {
        for (const options of METHODS.slice(0, 2)) {
          const { status, stats } = solve(kind, A, b, w, options);
          expect([status, stats.convex, stats.global]).toEqual(['converged', true, true]);
          expect(stats.iterations).toBeLessThanOrEqual(15);
        }
      }
    }
  });

  it('b = 1e100: f(Ax) reaches it from 0', () => {
    const { x, status } = solve('exp', new Array(5).fill([1]), new Array(5).fill(1e100), 0);
    expect(status).toBe('converged');
    expect(Math.abs(x[0] - 100 * Math.LN10)).toBeLessThanOrEqual(1e-12);
  });

  it.each(['dense', 'sparse'])(
    '%s: powers of two in A go into x exactly, 1e±150 and columns far apart included',
    (form) => {
      const { A, b } = typical('exp');
      const asked = (data: Float64Array) => {
        const given = { ...A, data };
        return solve('exp', form === 'dense' ? given : csrFromMatrix(given), b, 0.3);
      };
      const { x, stats } = asked(A.data);
      for (const e of [500, -500]) {
        const scaled = asked(A.data.map((v) => v * 2 ** e));
        expect(scaled.x.map((v) => v * 2 ** e)).toEqual(x);
        expect(scaled.stats).toMatchObject({ value: stats.value, iterations: stats.iterations });
        expect(scaled.stats.gradientNorm).toBe(stats.gradientNorm * 2 ** e);
      }
      const graded = asked(A.data.map((v, p) => v * 2 ** (300 * ((p % 5) - 2))));
      expect(graded.x.map((v, j) => v * 2 ** (300 * (j - 2)))).toEqual(x);
    },
  );

  it('an x outside the range of doubles is refused', () => {
    const A = new Array(3).fill([1e-310]);
    expect(() => solve('exp', A, [9, 9, 9], 0)).toThrow(
      /x\[0\] is about 2\^1030, expected an answer within the range/,
    );
  });

  it('n = d and d = 1', () => {
    const square = plantedRegression('sinh', randomMatrix(6, 6, 1), { w: 0, noise: 0, seed: 1 });
    for (const options of METHODS) {
      const { x, status } = solve('sinh', square.A, square.b, 0, options);
      expect(status).toBe('converged');
      expect(relativeDistance(x, square.x)).toBeLessThanOrEqual(1e-9);
      const line = solve('exp', [[2], [1], [0]], [4, 2, 1], 0, options);
      expect(line.status).toBe('converged');
      expect(Math.abs(line.x[0] - Math.LN2)).toBeLessThanOrEqual(1e-12);
    }
  });
});

describe('statuses', () => {
  const { A, b } = typical('exp');

  it("'max-iterations' after the step that was the last", () => {
    const { status, converged, stats } = solve('exp', A, b, 0.3, { ...NEWTON, maxIterations: 2 });
    expect([status, converged, stats.iterations]).toEqual(['max-iterations', false, 2]);
  });

  it("'stopped' by onIteration, which sees what the history keeps", () => {
    const seen: number[] = [];
    const { status, stats } = solve('exp', A, b, 0.3, {
      history: true,
      onIteration: ({ iteration, error }) => {
        expect(iteration).toBe(seen.push(error));
        return seen.length < 3;
      },
    });
    expect([status, stats.iterations]).toEqual(['stopped', 3]);
    expect(stats.criterionHistory).toEqual(seen);
  });

  it('ABORTED before and between steps', () => {
    expect(() => solve('exp', A, b, 0.3, { signal: AbortSignal.abort() })).toThrow(/aborted/);
    const controller = new AbortController();
    const abort = () => controller.abort();
    expect(() => solve('exp', A, b, 0.3, { signal: controller.signal, onIteration: abort })).toThrow(
      /after 1 steps/,
    );
  });

  it("'stagnated' or 'max-iterations' where the infimum is at infinity", () => {
    const column = new Array(5).fill([1]);
    expect(solve('exp', column, new Array(5).fill(-1), 0).status).toBe('stagnated');
    const { status, x, stats } = solve('exp', column, new Array(5).fill(0), 0);
    expect(status).toBe('max-iterations');
    expect(x[0]).toBeLessThan(-30);
    expect(stats.global).toBe(false);
  });

  it("tolerance 0 ends, 'stagnated', where rounding does not let the criterion fall any more", () => {
    const exact = solve('exp', A, b, 0.3, NEWTON).x;
    for (const options of METHODS) {
      const { x, status, stats } = solve('exp', A, b, 0.3, { ...options, tolerance: 0 });
      expect(['stagnated', 'line-search']).toContain(status);
      expect(stats.criterion).toBeLessThanOrEqual(1e-15);
      expect(relativeDistance(x, exact)).toBeLessThanOrEqual(1e-13);
    }
  });

  it("'overflow' where the objective is not finite at the start", () => {
    const { status, x } = solve('exp', A, new Float64Array(200).fill(1e200), 0.3);
    expect(status).toBe('overflow');
    expect(x).toEqual(new Float64Array(5));
  });

  it("'saddle': stationary, but lower values next to it", () => {
    for (const options of METHODS) {
      // the second component starts at 0, where every cosh is stationary
      const { status, x, converged, stats } = solve('cosh', identity(2), [3, 3], 0, {
        ...options,
        initialGuess: [1, 0],
      });
      expect([status, converged, stats.global, x[1]]).toEqual(['saddle', false, false, 0]);
    }
  });

  it('a local minimum of a problem that is not convex is converged, not global', () => {
    const { status, stats } = solve('exp', A, b, 0.3);
    expect([status, stats.convex, stats.global]).toEqual(['converged', false, false]);
  });
});

describe('stats', () => {
  it('are those of the x returned', () => {
    const problem = typical('sinh');
    const { x, stats } = solve('sinh', problem.A, problem.b, 0.3, { ...NEWTON, tolerance: 1e-2 });
    expect(stats.value / naiveValue('sinh', problem, x)).toBeCloseTo(1, 13);
    const data = { ...problem, w: new Float64Array(200) };
    expect(stats.residualNorm / Math.sqrt(2 * naiveValue('sinh', data, x))).toBeCloseTo(1, 12);
    expect(stats.gradientNorm).toBeGreaterThan(1e-9);
    const better = solve('sinh', problem.A, problem.b, 0.3, NEWTON).stats;
    // 200 terms of size up to 100, each off by u
    expect(better.gradientNorm).toBeLessThanOrEqual(200 * 100 * 2 ** -52);
    expect(better).toMatchObject({ method: 'newton', innerIterations: 0, sketchSize: 0, seed: 0 });
    expect(better).not.toHaveProperty('criterionHistory');
  });

  it('survive JSON, deep-equal between runs; another seed, another way to the same minimum', () => {
    const { A, b } = typical('exp', 400, 6);
    for (const options of METHODS) {
      const first = solve('exp', A, b, 0.3, { ...options, seed: 'a', history: true });
      expect(solve('exp', A, b, 0.3, { ...options, seed: 'a', history: true })).toEqual(first);
      expect(JSON.parse(JSON.stringify(first.stats))).toEqual(first.stats);
      expect(first.stats.iterations).toBe(first.stats.criterionHistory?.length);
      expect(first.stats.criterion).toBe(first.stats.criterionHistory?.at(-1));
      const other = solve('exp', A, b, 0.3, { ...options, seed: 'b' });
      expect(relativeDistance(other.x, first.x)).toBeLessThanOrEqual(1e-11);
      if (options.method === 'sketch') expect(other.x).not.toEqual(first.x);
    }
  });

  it('say which sketch was used', () => {
    const { A, b } = typical('exp', 400, 6);
    const sizes = METHODS.map((options) => solve('exp', A, b, 3, options).stats.sketchSize);
    expect(sizes.slice(0, 3)).toEqual([0, 26, 72]);
    expect(Math.abs(sizes[3] - 72)).toBeLessThanOrEqual(5 * Math.sqrt(72));
    expect(solve('exp', A, b, 3, { ...SKETCH, sketchSize: 100 }).stats.sketchSize).toBe(100);
    expect(solve('exp', A, b, 3, { method: 'sketch-cg', sketchSize: 50 }).stats.sketchSize).toBe(50);
  });

  it("'auto' is named, and passes are counted", () => {
    const { A, b } = typical('exp');
    const { stats } = solve('exp', A, b, 3);
    expect(stats.method).toBe('newton');
    // A x, Aᵀq, AᵀDA, A s, |A||x| and |A|ᵀ|q| a step; A x and Aᵀq once more at the end
    expect(stats.passes).toBe(6 * stats.iterations + 3);
  });
});

describe('wrong calls', () => {
  const { A, b } = typical('exp', 10, 3);
  const refused = (call: () => unknown): SketchSolveError => {
    try {
      call();
    } catch (error) {
      return error as SketchSolveError;
    }
    throw new Error('was not refused');
  };

  it.each([
    ['SHAPE', /A is 2 × 3, expected at least as many rows/, () => solve('exp', unitRows(2, 3, 1), [1, 2], 1)],
    ['SHAPE', /b has length 9, expected 10/, () => solve('exp', A, b.slice(1), 1)],
    ['SHAPE', /w has length 3, expected 10/, () => solve('exp', A, b, [1, 2, 3])],
    ['SHAPE', /initialGuess has length 1, expected 3/, () => solve('exp', A, b, 1, { initialGuess: [1] })],
    ['INVALID_ARGUMENT', /w is -1, expected a number from 0/, () => solve('exp', A, b, -1)],
    [
      'INVALID_ARGUMENT',
      /w\[4\] is -1/,
      () =>
        solve(
          'exp',
          A,
          b,
          b.map((_, i) => (i === 4 ? -1 : 1)),
        ),
    ],
    ['INVALID_ARGUMENT', /w is 1e\+200/, () => solve('exp', A, b, 1e200)],
    ['INVALID_ARGUMENT', /w is NaN/, () => solve('exp', A, b, Number.NaN)],
    ['INVALID_ARGUMENT', /w is undefined/, () => solve('exp', A, b, undefined as unknown as number)],
    [
      'INVALID_ARGUMENT',
      /unknown option 'tol'/,
      () => solve('exp', A, b, 1, { tol: 1 } as RegressionOptions),
    ],
    [
      'NOT_FINITE',
      /b\[0\] is NaN/,
      () =>
        solve(
          'exp',
          A,
          b.map((v, i) => (i === 0 ? Number.NaN : v)),
          1,
        ),
    ],
    ['NOT_FINITE', /A has Infinity/, () => solve('exp', { ...A, data: A.data.map((v) => v / 0) }, b, 1)],
  ] as const)('%s: %s', (code, message, call) => {
    const error = refused(call);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^test: /);
  });

  it('RANK_DEFICIENT for dependent, zero and all-zero columns, whatever the method and form', () => {
    const { A: full, b: right } = typical('exp', 200, 5);
    const spoilt = (change: (v: number, p: number) => number) => ({ ...full, data: full.data.map(change) });
    const cases = [
      [4, spoilt((v, p) => (p % 5 === 4 ? full.data[p - 4] - full.data[p - 2] : v))],
      [4, spoilt((v, p) => (p % 5 === 2 ? 0 : v))],
      [0, spoilt(() => 0)],
    ] as const;
    for (const [rank, A] of cases) {
      for (const options of METHODS) {
        for (const given of [A, csrFromMatrix(A)]) {
          const error = refused(() => solve('exp', given, right, 0.3, options));
          expect(error.code).toBe('RANK_DEFICIENT');
          expect(error.details).toMatchObject({ rank, columns: 5 });
        }
      }
    }
  });

  it('nothing of the caller’s is changed', () => {
    const { A, b, w } = typical('exp');
    const copies = [A.data.slice(), b.slice(), w.slice()];
    const guess = randomVector(5, 9);
    const before = guess.slice();
    for (const options of METHODS) solve('exp', A, b, w, { ...options, initialGuess: guess });
    expect([A.data, b, w]).toEqual(copies);
    expect(guess).toEqual(before);
  });
});

describe('columns of small rows next to large rows', () => {
  const I = identity(2);
  const column = [[1], [0]];
  const CG = { method: 'sketch-cg' } as const;

  it.each<[string, Kind, MatrixLike, number[], number | number[], RegressionOptions, number[]]>([
    ['exp, a zero row', 'exp', column, [2, 1e13], 0, {}, [Math.LN2]],
    ['exp, convex, a zero row', 'exp', column, [20, -1e28], [8, 0], {}, [bisectedRoot('exp', 20, 8, 0, 2)]],
    [
      'sinh, a zero row, sparse',
      'sinh',
      csrFromMatrix({ rows: 2, columns: 1, data: Float64Array.of(1, 0) }),
      [2, 1e14],
      0,
      {},
      [Math.asinh(2)],
    ],
    ['exp', 'exp', I, [1e14, 100], 0, {}, [Math.log(1e14), Math.log(100)]],
    ['exp, sketch-cg', 'exp', I, [1e14, 100], 0, CG, [Math.log(1e14), Math.log(100)]],
    ['sinh, sketch-cg', 'sinh', I, [1e13, 20], 0, CG, [Math.asinh(1e13), Math.asinh(20)]],
    [
      'exp, the large one solved at the start',
      'exp',
      I,
      [1e12, 2],
      0,
      { initialGuess: [Math.log(1e12), 0] },
      [Math.log(1e12), Math.LN2],
    ],
  ])('%s', (_, kind, A, b, w, options, exact) => {
    const { x, status } = solve(kind, A, b, w, options);
    expect(status).toBe('converged');
    exact.forEach((entry, j) => {
      expect(Math.abs(x[j] - entry)).toBeLessThanOrEqual(1e-10 * entry);
    });
  });

  it('a zero row of 1e28 changes no bit of x', () => {
    const { A, b } = typical('exp', 60, 3);
    const taller = { rows: 61, columns: 3, data: Float64Array.of(...A.data, 0, 0, 0) };
    const plain = solve('exp', A, b, 0.3, NEWTON);
    const large = solve('exp', taller, Float64Array.of(...b, 1e28), 0.3, NEWTON);
    expect(large.x).toEqual(plain.x);
    expect(large.stats.criterion).toBe(plain.stats.criterion);
  });

  it('an infimum at infinity is not converged, whatever the other rows are', () => {
    for (const options of METHODS) {
      for (const [A, b, w] of [
        [I, [-1, 2], [0, 1]],
        [[[1.8], [0]], [-220, 54], 0],
      ] as const) {
        const { status, converged, stats } = solve('exp', A, b, w, options);
        expect(['stagnated', 'max-iterations', 'line-search']).toContain(status);
        expect([converged, stats.global]).toEqual([false, false]);
      }
    }
  });

  it("100 one-hot designs, b from 1 to 1e12: 'converged' means every coordinate within 1e-6", () => {
    let converged = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const { A, b, solution } = oneHotProblem(seed);
      for (const kind of ['exp', 'sinh'] as const) {
        const exact = solution(kind === 'exp' ? Math.log : Math.asinh);
        for (const options of METHODS.slice(0, 2)) {
          const { x, status } = solve(kind, A, b, 0, options);
          if (status !== 'converged') continue;
          converged++;
          exact.forEach((entry, j) => {
            expect(Math.abs(x[j] - entry)).toBeLessThanOrEqual(1e-6 * Math.abs(entry));
          });
        }
      }
    }
    expect(converged).toBeGreaterThanOrEqual(380);
  });
});

/** Rows a·eⱼᵀ, each once or twice, and sometimes a zero row; f(a·xⱼ) = bⱼ solves them all. */
function oneHotProblem(seed: number) {
  const random = testRandom(seed);
  const d = 1 + random.integer(7);
  const rows: number[][] = [];
  const b: number[] = [];
  const factors: number[] = [];
  const sides: number[] = [];
  for (let j = 0; j < d; j++) {
    const a = (random.uniform() < 0.5 ? -1 : 1) * (0.5 + random.uniform());
    const side = 1 + 10 ** (12 * random.uniform() - 1);
    factors.push(a);
    sides.push(side);
    for (let copy = random.integer(2); copy >= 0; copy--) {
      rows.push(Array.from({ length: d }, (_, k) => (k === j ? a : 0)));
      b.push(side);
    }
  }
  if (random.uniform() < 0.3) {
    rows.push(new Array(d).fill(0));
    b.push(1e12);
  }
  return {
    A: rows,
    b,
    solution: (inverse: (v: number) => number) => sides.map((v, j) => inverse(v) / factors[j]),
  };
}

describe('ends of the range', () => {
  it('sparse A with more columns than a Hessian has room for: SHAPE', () => {
    const n = 200_000;
    const A = {
      rows: n,
      columns: n,
      rowPointers: new Uint32Array(n + 1).map((_, i) => i),
      columnIndices: new Uint32Array(n).map((_, i) => i),
      values: new Float64Array(n).fill(1),
    };
    for (const kind of KINDS) {
      expect(() => solve(kind, A, new Float64Array(n), 1)).toThrow(
        /200000² entries, expected at most 2147483647/,
      );
    }
  });

  it('cosh with b = 1 and w = 0: the gradient is 0, and there is no Hessian', () => {
    for (const options of METHODS) {
      for (const [A, b] of [
        [[[1]], [1]],
        [identity(2), [1, 0.5]],
      ] as const) {
        const { x, status, stats } = solve('cosh', A, b, 0, options);
        expect([status, stats.global]).toEqual(['converged', true]);
        expect(Array.from(x)).toEqual(Array.from(b, () => 0));
      }
    }
  });

  it('a zero A is rank-deficient, not converged', () => {
    for (const kind of KINDS) {
      for (const b of [3, 1, 0]) {
        expect(() => solve(kind, [[0], [0]], [b, b], 0)).toThrow(/A has rank 0/);
      }
    }
  });

  it('is not certified convex where b² overflows or underflows', () => {
    expect(solve('exp', [[1]], [1e-300], 0, { maxIterations: 3 }).stats.convex).toBe(false);
    expect(solve('exp', [[1]], [1e160], 0, { maxIterations: 3 }).stats.convex).toBe(false);
  });
});
