import { Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import { SketchSolveError } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import { prepareAttentionKernel, solveAttentionKernel } from '../../src/solvers/attentionKernel';
import type { AttentionKernelOptions } from '../../src/solvers/attentionOptions';
import {
  breastCancer,
  componentwiseError,
  digits,
  distance,
  extendedBackwardError,
  extendedSolution,
  naiveAttention,
  naiveResidual,
  spreadRows,
  timesScalar,
} from '../support/attention';
import { naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 60;
const A = randomMatrix(n, 5, 1);
const b = randomVector(n, 2);

describe('against double-double', () => {
  // errors relative to what rounding of G and Db does, which is |xᵢ| up to the condition of xᵢ: cond(G) < 100
  const cases: readonly (readonly [string, Matrix, number, 'relative' | 'absolute'])[] = [
    ['d = 20, r² to 77', spreadRows(60, 20, 77, 3), 0, 'relative'],
    ['d = 64, r² to 77', spreadRows(60, 64, 77, 4), 0, 'relative'],
    ['d = 5, r² to 20, relative ridge', spreadRows(40, 5, 20, 5), 0.1, 'relative'],
    ['d = 5, r² to 40, absolute ridge', spreadRows(60, 5, 40, 6), 10, 'absolute'],
  ];
  it.each(cases)(
    '%s: every entry of x to 5e-14 of its sensitivity, exp(AAᵀ)x to 5e-14 of K|x| + |b|',
    (_, rows, ridge, ridgeKind) => {
      const given = randomVector(rows.rows, 7);
      const exact = extendedSolution(rows, given, ridge, ridgeKind);
      for (const method of ['direct', 'pcg'] as const) {
        const options = { method, ridge, ridgeKind, tolerance: 1e-15 };
        const { x, stats } = solveAttentionKernel(rows, given, options);
        expect(stats.logScale + 0).toBe(0);
        expect(componentwiseError(x, exact)).toBeLessThan(5e-14);
        if (ridge === 0) expect(extendedBackwardError(rows, x, given)).toBeLessThan(5e-14);
      }
    },
  );

  it('negative control: an entry of A off by 1e-12 is seen', () => {
    const rows = cases[0][1];
    const given = randomVector(60, 7);
    const wrong = { ...rows, data: rows.data.slice() };
    wrong.data[59 * 20] *= 1 + 1e-12;
    const exact = extendedSolution(rows, given);
    const { x } = solveAttentionKernel(wrong, given, { tolerance: 1e-15 });
    expect(componentwiseError(x, exact)).toBeGreaterThan(5e-14);
  });

  it('singular to working precision: a residual that is not small is never called converged', () => {
    const line = randomMatrix(40, 1, 8);
    const given = randomVector(40, 9);
    const { x, status, stats } = solveAttentionKernel(line, given);
    expect(status).not.toBe('converged');
    expect(stats.relativeResidual).toBeGreaterThan(0.1);
    expect(stats.conditionEstimate).toBeGreaterThan(1e13);
    expect(naiveResidual(naiveAttention(line), x, given)).toBeLessThan(1);
  });
});

describe('direct and pcg', () => {
  it.each([
    ['cloud', randomMatrix(200, 6, 10), { ridge: 0.01 }],
    ['softmax', randomMatrix(200, 6, 10), { ridge: 0.01, normalization: 'softmax', temperature: 2 }],
    ['absolute', randomMatrix(200, 3, 11), { ridge: 30, ridgeKind: 'absolute' }],
    [
      '500 digits',
      { ...digits(), rows: 500, data: digits().data.slice(0, 500 * 64) },
      { ridge: 1, temperature: 8 },
    ],
  ] as [string, Matrix, AttentionKernelOptions][])(
    '%s: agree to 1e-8 at cond(G) ≤ 1e4',
    (_, rows, options) => {
      const given = randomVector(rows.rows, 12);
      const direct = solveAttentionKernel(rows, given, { ...options, method: 'direct', tolerance: 1e-13 });
      expect(direct.stats.conditionEstimate).toBeLessThan(1e4);
      for (const preconditioner of ['auto', 'none', 'pivoted-cholesky', 'nystrom', 'afn'] as const) {
        const forced = { method: 'pcg', preconditioner, rank: 80, tolerance: 1e-13 } as const;
        const pcg = solveAttentionKernel(rows, given, { ...options, ...forced });
        expect(pcg.stats.method).toBe('pcg');
        expect(distance(pcg.x, direct.x)).toBeLessThan(1e-8);
      }
    },
  );
});

describe('softmax and causal', () => {
  it.each([
    [{ normalization: 'softmax' }],
    [{ normalization: 'softmax', ridge: 0.1 }],
    [{ causal: true }],
    [{ causal: true, ridge: 0.1 }],
    [{ causal: true, normalization: 'softmax' }],
  ] as [AttentionKernelOptions][])('%o: residual at most 1e-12 on a well-conditioned kernel', (options) => {
    const rows = spreadRows(150, 30, 8, 13);
    const given = randomVector(150, 14);
    const { x, stats } = solveAttentionKernel(rows, given, { ...options, tolerance: 1e-14 });
    const { normalization, ...rest } = options;
    const K = naiveAttention(rows, { ...rest, softmax: normalization === 'softmax' });
    expect(
      naiveResidual(
        K,
        x.map((entry) => entry * Math.exp(stats.logScale)),
        given,
      ),
    ).toBeLessThan(1e-12);
    // negative control: the plain kernel has another solution
    expect(naiveResidual(naiveAttention(rows), x, given)).toBeGreaterThan(1e-3);
  });
});

describe('data', () => {
  it('breast cancer, standardised, temperature √30, ridge 0: at most 80 steps, backward error ≤ 1e-13', () => {
    const rows = breastCancer();
    const options = { method: 'pcg', temperature: Math.sqrt(30) } as const;
    const { stats, x } = solveAttentionKernel(rows, randomVector(rows.rows, 15), options);
    expect(stats.iterations).toBeLessThanOrEqual(80);
    expect(stats.backwardError).toBeLessThanOrEqual(1e-13);
    expect(x.every(Number.isFinite)).toBe(true);
  });

  it('A·45, |a|² near 1e5: finite numbers and logScale, relativeResidual at most 1', () => {
    const rows = timesScalar(breastCancer(), 45);
    const { x, stats } = solveAttentionKernel(rows, randomVector(rows.rows, 16));
    expect(x.every(Number.isFinite)).toBe(true);
    expect(stats.logScale).toBeLessThan(-1000);
    for (const [key, value] of Object.entries(stats)) {
      if (typeof value === 'number') expect([key, Number.isFinite(value)]).toEqual([key, true]);
    }
    expect(stats.relativeResidual).toBeLessThanOrEqual(1);
  });

  it.each([
    [300, 'direct'],
    [300, 'pcg'],
    [500, 'auto'],
  ] as const)(
    'a Gaussian cloud of %i in three dimensions, ridge 0, %s: not converged, residual at most 0.1',
    (size, method) => {
      const cloud = randomMatrix(size, 3, 17);
      const { status, stats } = solveAttentionKernel(cloud, randomVector(size, 18), { method });
      expect(status).not.toBe('converged');
      expect(stats.relativeResidual).toBeGreaterThan(1e-7);
      expect(stats.relativeResidual).toBeLessThanOrEqual(0.1);
      expect(stats.conditionEstimate).toBeGreaterThan(1e10);
    },
  );
});

describe('small and odd shapes', () => {
  it('n = 1: x = b·e^(−|a|²), or with a ridge', () => {
    for (const method of ['direct', 'pcg'] as const) {
      const { x, status } = solveAttentionKernel([[1, 2]], [3], { method });
      expect(Math.abs(x[0] / (3 * Math.exp(-5)) - 1)).toBeLessThan(40 * u);
      expect(status).toBe('converged');
      const ridged = solveAttentionKernel([[1, 2]], [3], { method, ridge: 2, ridgeKind: 'absolute' });
      expect(Math.abs((ridged.x[0] * (Math.exp(5) + 2)) / 3 - 1)).toBeLessThan(40 * u);
    }
  });

  it('zero rows and d > n', () => {
    const zero = { rows: 3, columns: 2, data: new Float64Array(6) };
    const { x, status } = solveAttentionKernel(zero, [1, 1, 1]);
    expect(status).toBe('converged');
    for (const entry of x) expect(Math.abs(entry - 1 / 3)).toBeLessThan(4 * u);
    const wide = randomMatrix(4, 30, 19);
    const solved = solveAttentionKernel(wide, [1, 2, 3, 4], { temperature: 5 });
    expect(
      naiveResidual(naiveAttention(wide, { temperature: 5 }), solved.x, Float64Array.of(1, 2, 3, 4)),
    ).toBeLessThan(1e-10);
    const some = { ...A, data: A.data.slice().fill(0, 0, 5) };
    expect(naiveResidual(naiveAttention(some), solveAttentionKernel(some, b).x, b)).toBeLessThan(1e-9);
  });

  it('A as rows, as ml-matrix or flat, b as any array: the same bits', () => {
    const flat = solveAttentionKernel(A, b, { ridge: 0.1 });
    const rows = Array.from({ length: n }, (_, i) => Array.from(A.data.slice(i * 5, i * 5 + 5)));
    expect(solveAttentionKernel(rows, Array.from(b), { ridge: 0.1 })).toEqual(flat);
    expect(solveAttentionKernel(new MlMatrix(rows), b, { ridge: 0.1 })).toEqual(flat);
  });
});

it('a CsrMatrix is taken for the dense matrix it is, as A and as new rows', () => {
  const sparse = csrFromMatrix(A);
  expect(solveAttentionKernel(sparse, b, { ridge: 0.1 })).toEqual(solveAttentionKernel(A, b, { ridge: 0.1 }));
  const kernel = prepareAttentionKernel(sparse, { temperature: 2 });
  expect(kernel.predict(sparse, b)).toEqual(prepareAttentionKernel(A, { temperature: 2 }).predict(A, b));
  expect(solveAttentionKernel([sparse, A], [b, b])).toEqual(solveAttentionKernel([A, sparse], [b, b]));
});

describe('several heads and right-hand sides', () => {
  it('every head is solved for itself', () => {
    const heads = [A, randomMatrix(20, 3, 20), randomMatrix(1, 2, 21)];
    const sides = [b, randomVector(20, 22), randomVector(1, 23)];
    const solved = solveAttentionKernel(heads, sides, { ridge: 0.1 });
    expect(solved).toEqual(heads.map((head, k) => solveAttentionKernel(head, sides[k], { ridge: 0.1 })));
    expect(() => solveAttentionKernel(heads, sides.slice(1))).toThrow(/b is for 2 heads, expected 3/);
    expect(() => solveAttentionKernel(heads, [b, b, b])).toThrow(/b\[1\] has length 60, expected 20/);
  });

  it('solve(B) solves for every column of B', () => {
    const B = randomMatrix(n, 3, 24);
    const kernel = prepareAttentionKernel(A, { ridge: 0.1 });
    const solved = kernel.solve(B);
    expect(solved).toHaveLength(3);
    for (let j = 0; j < 3; j++) {
      const column = Float64Array.from({ length: n }, (_, i) => B.data[i * 3 + j]);
      expect(solved[j]).toEqual(solveAttentionKernel(A, column, { ridge: 0.1 }));
    }
    const rows = Array.from({ length: n }, (_, i) => B.data.slice(i * 3, i * 3 + 3));
    expect(kernel.solve(rows)).toEqual(solved);
    expect(() => kernel.solve(randomMatrix(5, 3, 1))).toThrow(/B has 5 rows, expected 60/);
  });
});

describe('prepareAttentionKernel', () => {
  const newRows = randomMatrix(33, 5, 25);
  const products = naiveMatmul(newRows, naiveTranspose(A));

  it('apply: K x without the ridge, softmax and causality included', () => {
    const x = randomVector(n, 26);
    for (const softmax of [false, true]) {
      for (const causal of [false, true]) {
        const normalization = softmax ? 'softmax' : 'none';
        const kernel = prepareAttentionKernel(A, { ridge: 5, temperature: 2, normalization, causal });
        expect([kernel.size, kernel.ridge]).toEqual([n, 5]);
        const exact = naiveMatvec(naiveAttention(A, { temperature: 2, softmax, causal }), x);
        expect(distance(kernel.apply(x), exact)).toBeLessThan(1000 * u * 10);
        expect(
          distance(
            kernel.apply(x, 2),
            exact.map((entry) => entry * Math.exp(2)),
          ),
        ).toBeLessThan(1e4 * u);
      }
    }
  });

  it('predict: exp(newRows·Aᵀ/τ)x, rows divided by their sums under softmax, never causal', () => {
    const x = randomVector(n, 27);
    const K = { ...products, data: products.data.map((entry) => Math.exp(entry / 2)) };
    const P = {
      ...K,
      data: K.data.map((entry, p) => {
        const row = Math.floor(p / n) * n;
        return entry / K.data.subarray(row, row + n).reduce((sum, other) => sum + other, 0);
      }),
    };
    for (const causal of [false, true]) {
      const plain = prepareAttentionKernel(A, { temperature: 2, causal }).predict(newRows, x);
      expect(distance(plain, naiveMatvec(K, x))).toBeLessThan(1e-12);
      const softmax = prepareAttentionKernel(A, { temperature: 2, causal, normalization: 'softmax' });
      expect(distance(softmax.predict(newRows, x), naiveMatvec(P, x))).toBeLessThan(1e-12);
    }
  });

  it('kernel regression: prepare, solve, predict; at the rows of A it gives b back, and apply agrees', () => {
    const kernel = prepareAttentionKernel(A, { temperature: 2 });
    const { x, stats } = kernel.solve(b);
    expect(distance(kernel.predict(A, x, stats.logScale), b)).toBeLessThan(1e-8);
    expect(kernel.apply(x, stats.logScale)).toEqual(kernel.predict(A, x, stats.logScale));
  });

  it('a solve does not depend on those before it, and equals the one-shot one bit for bit', () => {
    const options = { method: 'pcg', ridge: 0.1, seed: 'a' } as const;
    const kernel = prepareAttentionKernel(A, options);
    const first = kernel.solve(b);
    kernel.solve(randomVector(n, 28));
    expect(kernel.solve(b)).toEqual(first);
    expect(solveAttentionKernel(A, b, options)).toEqual(first);
    expect(first.stats.seed).toBe('a');
  });

  it('the factor of one ridge preconditions the next where that is cheaper, and a far one is factored anew', () => {
    const size = 400;
    const points = randomMatrix(size, 6, 29);
    const right = randomVector(size, 30);
    const kernel = prepareAttentionKernel(points, { temperature: 2 });
    const solved = [0.1, 0.12, 0.2, 1e-7].map((ridge) => kernel.withRidge(ridge).solve(right));
    expect(solved.map(({ status }) => status)).toEqual(Array(4).fill('converged'));
    const used = solved.map(({ stats }) => [stats.method, stats.preconditioner]);
    expect(used).toEqual([
      ['direct', 'none'],
      ['pcg', 'cholesky'],
      ['pcg', 'cholesky'],
      ['direct', 'none'],
    ]);
    for (const [k, ridge] of [0.1, 0.12, 0.2, 1e-7].entries()) {
      const fresh = solveAttentionKernel(points, right, { temperature: 2, ridge });
      const { conditionEstimate } = fresh.stats;
      expect(distance(solved[k].x, fresh.x)).toBeLessThan(1e-10 * conditionEstimate * 10);
      expect(solved[k].stats.conditionEstimate / conditionEstimate).toBeGreaterThan(0.4);
      expect(solved[k].stats.conditionEstimate / conditionEstimate).toBeLessThan(3);
      expect(solved[k].stats.iterations).toBeLessThan(40);
    }
    // an absolute ridge is no multiple of the identity in the rescaled kernel
    const absolute = prepareAttentionKernel(points, { temperature: 2, ridgeKind: 'absolute' });
    absolute.withRidge(0.1).solve(right);
    expect(absolute.withRidge(0.12).solve(right).stats.method).toBe('direct');
  });

  it('many right-hand sides at once are worth a factor that one is not', () => {
    const size = 1300;
    const points = randomMatrix(size, 6, 31);
    const B = randomMatrix(size, 12, 32);
    const options = { temperature: 2, ridge: 0.05 };
    const one = prepareAttentionKernel(points, options).solve(B.data.filter((_, p) => p % 12 === 0));
    const many = prepareAttentionKernel(points, options).solve(B);
    expect([one.stats.method, ...many.map(({ stats }) => stats.method)]).toEqual([
      'pcg',
      ...Array(12).fill('direct'),
    ]);
    expect(distance(one.x, many[0].x)).toBeLessThan(1e-10 * one.stats.conditionEstimate);
    expect(many.every(({ converged }) => converged)).toBe(true);
  });

  it('a path of ridges for one b starts from its neighbours: fewer steps, the same solutions', () => {
    const size = 300;
    const points = randomMatrix(size, 8, 33);
    const right = randomVector(size, 34);
    const options = { method: 'pcg', preconditioner: 'none', temperature: 2 } as const;
    const kernel = prepareAttentionKernel(points, options);
    const ridges = [0.1, 0.15, 0.2, 0.3, 0.25];
    const along = ridges.map((ridge) => kernel.withRidge(ridge).solve(right));
    const fresh = ridges.map((ridge) => solveAttentionKernel(points, right, { ...options, ridge }));
    for (let k = 0; k < ridges.length; k++) {
      expect([along[k].status, fresh[k].status]).toEqual(['converged', 'converged']);
      expect(distance(along[k].x, fresh[k].x)).toBeLessThan(4e-10 * fresh[k].stats.conditionEstimate);
      if (k > 0) expect(along[k].stats.iterations).toBeLessThan(fresh[k].stats.iterations);
    }
    expect(along[4].stats.iterations).toBeLessThan(0.7 * fresh[4].stats.iterations);
    // another right-hand side starts from nothing
    const other = randomVector(size, 35);
    const { iterations } = kernel.withRidge(0.1).solve(other).stats;
    expect(iterations).toBe(solveAttentionKernel(points, other, { ...options, ridge: 0.1 }).stats.iterations);
  });

  it('the step limit is for the iteration asked for: a factor that stands in for another falls back on its own', () => {
    const points = randomMatrix(200, 3, 36);
    const right = Float64Array.from({ length: 200 }, (_, i) => Math.sin(points.data[3 * i]));
    const kernel = prepareAttentionKernel(points, { ridge: 1e-2, maxIterations: 3 });
    expect(kernel.solve(right).status).toBe('converged');
    const next = kernel.withRidge(2e-2).solve(right);
    expect([next.status, next.stats.method]).toEqual(['converged', 'direct']);
  });

  it('a start that needs no step has the condition number that others have seen', () => {
    const points = randomMatrix(80, 3, 37);
    const right = randomVector(80, 38);
    const options = { tolerance: 1e-3, method: 'pcg', preconditioner: 'none' } as const;
    const kernel = prepareAttentionKernel(points, { ...options, ridge: 1e-2 });
    const first = kernel.solve(right).stats.conditionEstimate;
    const { iterations, conditionEstimate } = kernel.withRidge(1.00001e-2).solve(right).stats;
    expect(iterations).toBe(0);
    expect(conditionEstimate / first).toBeCloseTo(1, 2);
  });

  it('withRidge checks its ridge, and that it suits a causal kernel; logScale is a finite number', () => {
    const causal = prepareAttentionKernel(A, { causal: true, ridgeKind: 'absolute' });
    expect(() => causal.withRidge(0.5)).toThrow(SketchSolveError);
    expect(() => causal.withRidge(0)).not.toThrow();
    const plain = prepareAttentionKernel(A);
    for (const logScale of [Number.NaN, Number.POSITIVE_INFINITY, 'a' as never]) {
      expect(() => plain.apply(b, logScale)).toThrow(/logScale/);
      expect(() => plain.predict(A, b, logScale)).toThrow(/logScale/);
    }
  });

  it('withRidge checks its ridge', () => {
    const kernel = prepareAttentionKernel(A);
    expect(kernel.withRidge(3).ridge).toBe(3);
    expect(kernel.ridge).toBe(0);
    expect(() => kernel.withRidge(-1)).toThrow(/ridge is -1/);
    expect(() => kernel.withRidge(Number.NaN)).toThrow(/ridge is NaN/);
  });

  it.each([
    ['x', () => prepareAttentionKernel(A).apply([1])],
    ['x', () => prepareAttentionKernel(A).predict(newRows, [1])],
    ['newRows', () => prepareAttentionKernel(A).predict([[1, 2]], b)],
    ['b', () => prepareAttentionKernel(A).solve([1, 2])],
  ])('refuses a wrong %s', (_, call) => {
    expect(call).toThrow(SketchSolveError);
    expect(call).toThrow(/expected/);
  });
});

describe('bad input', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['b too short', () => solveAttentionKernel(A, [1]), 'SHAPE'],
    ['b with NaN', () => solveAttentionKernel([[1]], [Number.NaN]), 'NOT_FINITE'],
    ['b as text', () => solveAttentionKernel([[1]], 'a' as never), 'INVALID_ARGUMENT'],
    ['A with infinity', () => solveAttentionKernel([[1 / 0]], [1]), 'NOT_FINITE'],
    ['A ragged', () => solveAttentionKernel([[1], [1, 2]], [1, 2]), 'SHAPE'],
    ['A empty', () => solveAttentionKernel([], []), 'SHAPE'],
    ['A missing', () => solveAttentionKernel(undefined as never, [1]), 'INVALID_ARGUMENT'],
    ['norms that overflow', () => solveAttentionKernel([[1e200]], [1]), 'OUT_OF_RANGE'],
    ['temperature 0', () => solveAttentionKernel(A, b, { temperature: 0 }), 'INVALID_ARGUMENT'],
    ['negative ridge', () => solveAttentionKernel(A, b, { ridge: -1 }), 'INVALID_ARGUMENT'],
    ['unknown key', () => solveAttentionKernel(A, b, { lambda: 1 } as never), 'INVALID_ARGUMENT'],
    ['rank above n', () => solveAttentionKernel(A, b, { rank: 61 }), 'INVALID_ARGUMENT'],
    [
      'causal with an absolute ridge',
      () => solveAttentionKernel(A, b, { causal: true, ridge: 1, ridgeKind: 'absolute' }),
      'INVALID_ARGUMENT',
    ],
    [
      'a budget too small for the rank',
      () =>
        solveAttentionKernel(A, b, {
          method: 'pcg',
          preconditioner: 'pivoted-cholesky',
          rank: 30,
          memoryBudget: 8 * n * 30,
        }),
      'INVALID_ARGUMENT',
    ],
    [
      'sketch beyond its radius',
      () => solveAttentionKernel(timesScalar(A, 1.5), b, { method: 'sketch' }),
      'INVALID_ARGUMENT',
    ],
    ['bad options in prepare', () => prepareAttentionKernel(A, { tolerance: -1 }), 'INVALID_ARGUMENT'],
  ];
  it.each(cases)('%s', (_, call, code) => {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SketchSolveError);
    expect((error as SketchSolveError).code).toBe(code);
  });
});

describe('running', () => {
  it.each(['direct', 'pcg', 'sketch'] as const)(
    '%s: the same call gives the same bits; nothing is changed',
    (method) => {
      const rows = timesScalar(A, 0.3);
      const options = Object.freeze({ method, ridge: 0.1, seed: 4 });
      const kept = [rows.data.slice(), b.slice()];
      const first = solveAttentionKernel(rows, b, options);
      expect(solveAttentionKernel(rows, b, options)).toEqual(first);
      expect([rows.data, b]).toEqual(kept);
      expect(first.stats.method).toBe(method);
      expect(first.converged).toBe(first.status === 'converged');
    },
  );

  it('onIteration sees every step and stops with the best x', () => {
    const seen: number[] = [];
    const options = { method: 'pcg', preconditioner: 'none', ridge: 0.1, temperature: 4 } as const;
    const all = solveAttentionKernel(A, b, {
      ...options,
      onIteration: ({ iteration }) => void seen.push(iteration),
    });
    expect(seen).toEqual(Array.from({ length: all.stats.iterations }, (_, k) => k + 1));
    const stopped = solveAttentionKernel(A, b, {
      ...options,
      onIteration: ({ iteration }) => iteration < 10,
    });
    expect([stopped.status, stopped.stats.iterations]).toEqual(['stopped', 10]);
    expect(stopped.stats.relativeResidual).toBeLessThanOrEqual(1);
    expect(stopped.stats.relativeResidual).toBeGreaterThan(all.stats.relativeResidual);
  });

  it('the step limit is kept, and reported', () => {
    const options = {
      method: 'pcg',
      preconditioner: 'none',
      ridge: 0.1,
      temperature: 4,
      maxIterations: 7,
    } as const;
    const { status, stats } = solveAttentionKernel(A, b, options);
    expect([status, stats.iterations]).toEqual(['max-iterations', 7]);
    expect(stats.relativeResidual).toBeLessThanOrEqual(1);
  });

  it('a signal aborts before and between steps', () => {
    expect(() => solveAttentionKernel(A, b, { signal: AbortSignal.abort() })).toThrow(/aborted/);
    expect(() => prepareAttentionKernel(A, { signal: AbortSignal.abort() })).toThrow(/aborted/);
    const controller = new AbortController();
    const call = () =>
      solveAttentionKernel(A, b, {
        method: 'pcg',
        signal: controller.signal,
        onIteration: ({ iteration }) => {
          if (iteration === 3) controller.abort();
        },
      });
    expect(call).toThrow(/aborted by the caller's signal after 3 steps/);
  });

  it('relativeResidual is at most 1 in every method, however hard the kernel', () => {
    for (const scale of [1e-9, 0.1, 1, 10, 45]) {
      for (const method of ['direct', 'pcg'] as const) {
        for (const normalization of ['none', 'softmax'] as const) {
          // softmax over norms that far apart is for a factor: refused otherwise
          if (scale >= 10 && method === 'pcg' && normalization === 'softmax') continue;
          const options = { method, normalization, maxIterations: 60 };
          const { x, stats } = solveAttentionKernel(timesScalar(A, scale), b, options);
          expect(stats.relativeResidual).toBeLessThanOrEqual(1);
          expect(stats.relativeResidual).toBeGreaterThanOrEqual(0);
          expect(x.every(Number.isFinite)).toBe(true);
        }
      }
    }
  });
});
