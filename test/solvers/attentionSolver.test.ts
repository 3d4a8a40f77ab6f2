import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { AttentionSolver } from '../../src/solvers/attentionSolver';
import {
  distance,
  naiveAttention,
  naiveResidual,
  shuffledRows,
  spreadRows,
  timesScalar,
  withCopies,
} from '../support/attention';
import { minimumNormSolution } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 60;
const A = randomMatrix(n, 5, 1);
const b = randomVector(n, 2);

function solverOf(options: AttentionKernelOptions = {}, rows: Matrix = A): AttentionSolver {
  const settings = resolveAttentionOptions('test', options, rows.rows);
  return new AttentionSolver('test', rows, settings, settings.ridge);
}

describe('scales', () => {
  it('b times a power of two gives x times it, bit for bit, also at 2^±1000', () => {
    const solver = solverOf({ ridge: 0.1, temperature: 4 });
    const plain = solver.solve(b);
    for (const exponent of [1000, -900, 1]) {
      const { x, status, stats } = solver.solve(b.map((entry) => entry * 2 ** exponent));
      expect(x).toEqual(plain.x.map((entry) => entry * 2 ** exponent));
      expect([status, stats.relativeResidual]).toEqual([plain.status, plain.stats.relativeResidual]);
      expect(stats.residualNorm).toBe(plain.stats.residualNorm * 2 ** exponent);
    }
    expect(solver.solve(b.map((entry) => -entry)).x).toEqual(plain.x.map((entry) => -entry));
  });

  it('the order of the rows does not matter, up to κ·u', () => {
    const { A: mixed, order } = shuffledRows(A, 3);
    const plain = solverOf({ ridge: 0.1 }).solve(b);
    const other = solverOf({ ridge: 0.1 }, mixed).solve(Float64Array.from(order, (from) => b[from]));
    const back = new Float64Array(n);
    order.forEach((from, i) => {
      back[from] = other.x[i];
    });
    expect(distance(back, plain.x)).toBeLessThan(1000 * n * u);
  });

  it('b = 0: x = 0, converged, nothing done', () => {
    for (const options of [{}, { method: 'pcg' }, { method: 'sketch' }, { causal: true }] as const) {
      const { x, status, converged, stats } = solverOf(options).solve(new Float64Array(n));
      expect([...x]).toEqual([...new Float64Array(n)]);
      expect([status, converged]).toEqual(['converged', true]);
      expect(stats).toMatchObject({
        iterations: 0,
        products: 0,
        relativeResidual: 0,
        residualNorm: 0,
        backwardError: 0,
      });
    }
  });

  it('rows beyond exp: x·exp(logScale) solves the problem, checked where exp still reaches', () => {
    // |a|²/2 from 351 to 353: x is e^−702 and smaller
    const rows = spreadRows(8, 3, 4, 4);
    for (let i = 0; i < 8; i++) rows.data[i * 3] = Math.sqrt(700) + rows.data[i * 3] / 26;
    const given = randomVector(8, 5);
    const { x, stats, status } = solverOf({ ridge: 0.5 }, rows).solve(given);
    expect(stats.logScale).toBeLessThan(-690);
    expect(status).toBe('converged');
    const K = naiveAttention(rows);
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 8; j++) {
        let product = 0;
        for (let l = 0; l < 3; l++) product += rows.data[i * 3 + l] * rows.data[j * 3 + l];
        K.data[i * 8 + j] = Math.exp(product + stats.logScale) * (i === j ? 1.5 : 1);
      }
    }
    // exponents near 700 are off by 700·d·u in the kernel and in the oracle
    expect(naiveResidual(K, x, given)).toBeLessThan(1e-9);
  });
});

describe('figures', () => {
  it.each([
    [{ ridge: 1e-3 }, 'direct'],
    [{ ridge: 1e-3, method: 'pcg' }, 'pcg'],
    [{ ridge: 1e-3, ridgeKind: 'absolute' }, 'direct'],
    [{ normalization: 'softmax', temperature: 2 }, 'direct'],
    [{ normalization: 'softmax', temperature: 2, ridge: 0.1, ridgeKind: 'absolute' }, 'direct'],
    [{ causal: true, temperature: 2 }, 'direct'],
    [{ causal: true, temperature: 2, normalization: 'softmax', ridge: 0.2 }, 'direct'],
  ] as [AttentionKernelOptions, string][])(
    '%o: the residual is that of the definition, in the metric of b',
    (options, method) => {
      // r² up to 6, so that the oracle itself is right to 1e-14
      const rows = spreadRows(n, 5, 6, 6);
      const solver = solverOf({ ...options, tolerance: 1e-8 }, rows);
      const { x, status, stats } = solver.solve(b);
      const { normalization, ...rest } = options;
      const K = naiveAttention(rows, { ...rest, softmax: normalization === 'softmax' });
      const scaled = x.map((entry) => entry * Math.exp(stats.logScale));
      const exact = naiveResidual(K, scaled, b);
      const sizes = naiveResidual(K, scaled.map(Math.abs), new Float64Array(n).fill(1)) + 1;
      expect(Math.abs(stats.relativeResidual - exact)).toBeLessThan(1000 * u * sizes + 1e-3 * exact);
      expect(Math.abs(stats.residualNorm / Math.hypot(...b) - stats.relativeResidual)).toBeLessThan(1e-15);
      expect([status, stats.method, stats.seed]).toEqual(['converged', method, 0]);
    },
  );

  it('K + ridge·diag(K) is not K + ridge·I (negative control of the two kinds)', () => {
    const relative = solverOf({ ridge: 0.1 }).solve(b).x;
    const absolute = solverOf({ ridge: 0.1, ridgeKind: 'absolute' }).solve(b).x;
    expect(distance(relative, absolute)).toBeGreaterThan(0.01);
  });

  it('products and steps are those of this solve', () => {
    const solver = solverOf({ method: 'pcg', ridge: 0.1 });
    const [first, second] = [solver.solve(b), solver.solve(b)];
    expect(second).toEqual(first);
    expect(first.stats.products).toBeGreaterThan(first.stats.iterations);
  });
});

describe('equal rows', () => {
  const copies = [4, 4, 10, 11, 59];
  const rows = timesScalar(withCopies(A, copies), 0.8);
  const given = randomVector(rows.rows, 7);

  it.each(['direct', 'pcg'] as const)(
    'without a ridge: the minimum-norm least-squares solution, %s',
    (method) => {
      const { x, stats } = solverOf({ method, tolerance: 1e-13 }, rows).solve(given);
      const exact = minimumNormSolution(naiveAttention(rows), given, 1e-13);
      expect(exact.rank).toBe(n);
      expect(distance(x, exact.x)).toBeLessThan(1e-9);
      expect([x[60], x[61], x[62]]).toEqual([x[4], x[4], x[10]]);
      // what is left is the part of b that no x reaches
      const K = naiveAttention(rows);
      expect(Math.abs(stats.relativeResidual - naiveResidual(K, x, given))).toBeLessThan(1e-9);
      expect(stats.relativeResidual).toBeGreaterThan(0.01);
    },
  );

  it('softmax without a ridge too', () => {
    const { x, stats } = solverOf({ normalization: 'softmax', tolerance: 1e-13 }, rows).solve(given);
    const exact = minimumNormSolution(naiveAttention(rows, { softmax: true }), given, 1e-13);
    expect(exact.rank).toBe(n);
    expect(
      distance(
        x.map((entry) => entry * Math.exp(stats.logScale)),
        exact.x,
      ),
    ).toBeLessThan(1e-9);
  });

  it('with a ridge nothing is special', () => {
    const { x, stats } = solverOf({ ridge: 0.1 }, rows).solve(given);
    expect(stats.rank).toBe(rows.rows);
    expect(x[60]).not.toBe(x[4]);
    expect(naiveResidual(naiveAttention(rows, { ridge: 0.1 }), x, given)).toBeLessThan(1e-11);
  });

  it('b constant over the groups is reached', () => {
    const reachable = given.slice();
    copies.forEach((row, k) => {
      reachable[60 + k] = reachable[row];
    });
    const { x, status, stats } = solverOf({}, rows).solve(reachable);
    expect(status).toBe('converged');
    expect(stats.relativeResidual).toBeLessThan(1e-10);
    expect(naiveResidual(naiveAttention(rows), x, reachable)).toBeLessThan(1e-10);
  });
});

describe('withRidge', () => {
  it.each(['direct', 'pcg'] as const)(
    'equals a fresh solve to the tolerance, along a path of 8 ridges: %s',
    (method) => {
      const solver = solverOf({ method, ridge: 1 });
      for (const ridge of [10, 1, 0.3, 0.1, 0.03, 0.01, 1e-3, 0]) {
        const path = solver.withRidge(ridge);
        const [one, other] = [path.solve(b), solverOf({ method, ridge }).solve(b)];
        expect(path.ridge).toBe(ridge);
        expect([one.status, other.status]).toEqual(['converged', 'converged']);
        expect(distance(one.x, other.x)).toBeLessThan(1e-6);
        const K = naiveAttention(A, { ridge });
        expect(naiveResidual(K, one.x, b)).toBeLessThan(1e-9);
      }
      // negative control: neighbours on the path differ
      expect(distance(solver.withRidge(0.1).solve(b).x, solver.withRidge(0.3).solve(b).x)).toBeGreaterThan(
        0.01,
      );
    },
  );
});

describe("method 'sketch'", () => {
  const rows = timesScalar(A, 0.3);

  it('reports the residual on the proxy and on the exact operator', () => {
    const { x, stats, status } = solverOf({ method: 'sketch', ridge: 0.1 }, rows).solve(b);
    expect(stats.method).toBe('sketch');
    expect(stats.proxyResidual).toBeLessThan(1e-6);
    const exact = naiveResidual(naiveAttention(rows, { ridge: 0.1 }), x, b);
    expect(Math.abs(stats.relativeResidual - exact)).toBeLessThan(1e-9);
    // negative control: it is a proxy, and does not pass for the solution
    expect(stats.relativeResidual).toBeGreaterThan(1e-6);
    expect(status).not.toBe('converged');
  });

  it('never reports more than ‖b‖: x = 0 instead, where the proxy has no such residual', () => {
    const { x, stats, status } = solverOf({ method: 'sketch', temperature: 1.5, rank: 60 }).solve(b);
    expect([...x]).toEqual([...new Float64Array(n)]);
    expect(stats.relativeResidual).toBeCloseTo(1, 14);
    expect(stats.relativeResidual).toBeLessThanOrEqual(1);
    expect(stats.proxyResidual).toBeLessThan(0.9);
    expect(stats.iterations).toBeGreaterThan(0);
    expect(status).toBe('proxy-only');
  });

  it('the exact methods report no proxy', () => {
    expect('proxyResidual' in solverOf({}, rows).solve(b).stats).toBe(false);
  });
});

describe('statuses and figures at the edges', () => {
  it("a kernel that is singular to working precision is 'ill-posed', though the residual is rounding relative to K|x|", () => {
    const plane = randomMatrix(200, 2, 8);
    const { status, stats } = solverOf({}, plane).solve(randomVector(200, 9));
    expect(status).toBe('ill-posed');
    expect(stats.backwardError).toBeLessThan(4 * Math.sqrt(200) * u);
    expect(stats.conditionEstimate).toBeGreaterThan(1e14);
    // negative control: with a ridge the same residual is the best there is
    const regular = solverOf({ ridge: 1e-10 }, plane).solve(randomVector(200, 9));
    expect(regular.status).toBe('backward-stable');
  });

  it('causal: equal rows see different pasts and are not put together', () => {
    const rows = { rows: 3, columns: 1, data: Float64Array.of(1, 1, 0) };
    const given = Float64Array.of(1, 2, 3);
    const { x, status } = solverOf({ causal: true }, rows).solve(given);
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1 / Math.E, 14);
    expect(x[1]).toBeCloseTo(1 / Math.E, 14);
    expect(x[2]).toBeCloseTo(3 - 2 / Math.E, 14);
  });

  it('an x beyond the range of doubles is OUT_OF_RANGE, not Infinity and converged', () => {
    expect(() => solverOf({ temperature: 3 }).solve(b.map((entry) => entry * 5e307))).toThrow(
      /x is about 2\^10\d\d, expected an answer within the range of doubles/,
    );
  });

  it('sketch stopped by onIteration reports stopped, at the step limit max-iterations', () => {
    const options = { method: 'sketch', temperature: 20, rank: 30 } as const;
    const rows = timesScalar(A, 0.3);
    expect(solverOf({ ...options, onIteration: () => false }, rows).solve(b).status).toBe('stopped');
    expect(solverOf({ ...options, maxIterations: 1 }, rows).solve(b).status).toBe('max-iterations');
  });

  it("sketch: 'proxy-only' where ZZᵀ is solved and K is not, 'converged' where both are; a warning above r² = 5", () => {
    const near = timesScalar(A, 0.3);
    const far = solverOf({ method: 'sketch', ridge: 0.1, temperature: 1.5 }).solve(b);
    expect(far.status).toBe('proxy-only');
    expect(far.converged).toBe(false);
    expect(far.stats.proxyResidual).toBeLessThan(1e-9);
    expect(far.stats.relativeResidual).toBeGreaterThan(1e-6);
    expect(far.stats.warning).toMatch(/r² = \d.*above 5 the features are a poor proxy/);
    const close = solverOf({ method: 'sketch', ridge: 0.1, temperature: 20, tolerance: 1e-5 }, near).solve(b);
    expect(close.status).toBe('converged');
    expect('warning' in close.stats).toBe(false);
    expect('warning' in solverOf({ ridge: 0.1 }).solve(b).stats).toBe(false);
  });

  it('sketch: beyond r² = 20 refused when made, b unseen', () => {
    expect(() => solverOf({ method: 'sketch' }, timesScalar(A, 5))).toThrow(/r² = .*expected at most 20/);
  });

  it('softmax and causal with norms far apart: [1, 2, e^126] is representable, and the solution', () => {
    const line = { rows: 3, columns: 1, data: Float64Array.of(1, 45, 3) };
    const { x, stats, status } = solverOf({ causal: true, normalization: 'softmax' }, line).solve(
      Float64Array.of(1, 2, 3),
    );
    const scaled = x.map((entry) => entry * Math.exp(stats.logScale));
    expect(distance(scaled, [1, 2, Math.exp(126)])).toBeLessThan(1e-9);
    expect(scaled[0]).toBeCloseTo(1, 10);
    expect(status).toBe('converged');
    expect(stats.products).toBeGreaterThan(0);
    expect(stats.iterations).toBeGreaterThan(0);
  });

  it.each(['auto', 'direct'] as const)(
    'softmax with norms far apart, planted x, %s: e from 0 to 1800',
    (method) => {
      // orthogonal directions of growing length: every row averages over itself and a little of its neighbour
      const rows = { rows: 40, columns: 40, data: new Float64Array(1600) };
      for (let i = 0; i < 40; i++) {
        rows.data[i * 40 + i] = 1.5 * i;
        rows.data[i * 40 + ((i + 1) % 40)] = 0.2;
      }
      const x = randomVector(40, 7);
      const planted = exactSoftmax(rows, x);
      const solved = solverOf({ normalization: 'softmax', method }, rows).solve(planted);
      expect(solved.status).toBe('converged');
      expect(solved.stats).toMatchObject({ method: 'direct', logScale: 0 });
      expect(distance(solved.x, x)).toBeLessThan(1e-11 * solved.stats.conditionEstimate);
      expect(solved.stats.conditionEstimate).toBeLessThan(100);
      // negative control: the averages of other weights
      expect(distance(solved.x, exactSoftmax(rows, x))).toBeGreaterThan(1e-3);
    },
  );

  it('what is not reached because it underflows is not backward-stable', () => {
    const { status, stats } = solverOf({}, timesScalar(A, 30)).solve(b);
    expect(stats.relativeResidual).toBeGreaterThan(0.5);
    expect(status).not.toBe('backward-stable');
    expect(stats.backwardError).toBeGreaterThan(0.5);
  });

  it('the condition estimate of pcg is that of G + Δ, not of the preconditioned operator', () => {
    const given = { ridge: 1e-3, temperature: 4 };
    const exact = solverOf(given).solve(b).stats.conditionEstimate;
    for (const preconditioner of ['none', 'pivoted-cholesky', 'afn', 'nystrom'] as const) {
      const options = { ...given, method: 'pcg', rank: 30, preconditioner } as const;
      const { conditionEstimate } = solverOf(options).solve(b).stats;
      expect(conditionEstimate / exact).toBeGreaterThan(0.5);
      expect(conditionEstimate / exact).toBeLessThan(10);
    }
  });

  it("equal rows whose entries of b differ: 'least-squares', and 'converged' only below the tolerance", () => {
    const rows = { rows: 3, columns: 1, data: Float64Array.of(1, 1, 0) };
    const apart = solverOf({}, rows).solve(Float64Array.of(1, 2, 3));
    expect([apart.status, apart.converged]).toEqual(['least-squares', false]);
    // b − Kx = [−½, ½, 0]
    expect(apart.stats.residualNorm).toBeCloseTo(Math.SQRT1_2, 12);
    expect(apart.stats.relativeResidual).toBeCloseTo(Math.SQRT1_2 / Math.sqrt(14), 12);
    const together = solverOf({}, rows).solve(Float64Array.of(2, 2, 3));
    expect([together.status, together.stats.relativeResidual < 1e-15]).toEqual(['converged', true]);
  });

  it('onIteration: the error of every step, the residual it starts from for a factor', () => {
    const errors: number[] = [];
    solverOf({ onIteration: ({ error }) => void errors.push(error), ridge: 1e-3 }).solve(b);
    expect(errors[0]).toBeCloseTo(1, 12);
    const twice: number[] = [];
    solverOf({ onIteration: ({ error }) => void twice.push(error), ridge: 1e-3, tolerance: 0 }).solve(b);
    expect(twice[1]).toBeLessThan(1e-9);
    const pcg: number[] = [];
    solverOf({ onIteration: ({ error }) => void pcg.push(error), ridge: 1e-3, method: 'pcg' }).solve(b);
    expect(pcg[0]).toBeLessThanOrEqual(1);
    expect(pcg[pcg.length - 1]).toBeLessThan(1e-9);
  });

  it('logScale is 0, not −0, where nothing was scaled', () => {
    expect(Object.is(solverOf().solve(b).stats.logScale, 0)).toBe(true);
    expect(Object.is(solverOf({ causal: true }).solve(b).stats.logScale, 0)).toBe(true);
  });
});

describe('what doubles cannot hold', () => {
  const column = (...data: number[]): Matrix => ({
    rows: data.length,
    columns: 1,
    data: Float64Array.from(data),
  });
  const spread = randomMatrix(50, 64, 10);
  const cases: [string, Matrix, number[], AttentionKernelOptions][] = [
    ['one entry of 0', column(0, 28), [0, 1], {}],
    ['two', column(0, 28), [1, 2], {}],
    ['causal', column(0, 28), [1, 2], { causal: true }],
    ['ridge', column(0, 28), [1, 2], { ridge: 1 }],
    ['denormal x', column(0, Math.sqrt(740)), [1, 2], {}],
    ['far', column(0, 60), [1, 2], {}],
    ['a huge b under a huge ridge', timesScalar(A, 2), Array.from(b, (v) => v * 1e307), { ridge: 1e300 }],
    ['farther', column(20, -36, 1), [1, 1, 1], {}],
    ['a small b', column(0, Math.sqrt(600)), [1e-60, 2e-60], {}],
    ['rows of length 32', timesScalar(spread, 4), Array.from(randomVector(50, 11)), {}],
    ['the same, ridge', timesScalar(spread, 4), Array.from(randomVector(50, 11)), { ridge: 1e-2 }],
    ['the same, pcg', timesScalar(spread, 4), Array.from(randomVector(50, 11)), { method: 'pcg' }],
    ['ten dimensions, loose', timesScalar(A, 10), Array.from(b), { method: 'pcg', tolerance: 0.5 }],
  ];

  it.each(cases)('%s: the residual is that of the x returned', (_, rows, right, options) => {
    const { x, status, stats } = solverOf(options, rows).solve(Float64Array.from(right));
    const exact = logResidual(rows, x, right, stats.logScale, options);
    expect(Math.abs(exact - stats.relativeResidual)).toBeLessThan(1e-9 + 1e-6 * exact);
    expect(stats.relativeResidual).toBeLessThanOrEqual(1);
    expect(status === 'converged').toBe(stats.relativeResidual <= (options.tolerance ?? 1e-10));
  });

  it('nothing left of x is OUT_OF_RANGE', () => {
    expect(() => solverOf({ ridge: 1e300, ridgeKind: 'absolute' }).solve(b.map((v) => v * 1e-60))).toThrow(
      /expected an answer within the range of doubles/,
    );
  });

  it('x keeps half of the range above 1 where rows are long, and is unscaled under softmax', () => {
    const far = solverOf({}, column(0, 40)).solve(Float64Array.of(1, 2));
    expect(far.status).toBe('ill-posed');
    expect(far.stats.logScale).toBe(-500);
    const wide = solverOf({}, column(0, 28)).solve(Float64Array.of(0, 1));
    expect([wide.status, wide.stats.logScale]).toEqual(['converged', -392]);
    expect(Math.log(wide.x[1])).toBeCloseTo(-392, 10);
    expect(
      solverOf({ normalization: 'softmax' }, column(0, 1, 2)).solve(Float64Array.of(1, 2, 3)).stats.logScale,
    ).toBe(0);
  });

  it('equal rows count in the residual as often as they are', () => {
    const rows = column(0, 0, 0, 0, 0, 0, 0, 0.3, -3.4);
    const right = Float64Array.of(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 3.5, -0.9);
    const options = { method: 'pcg', preconditioner: 'none', maxIterations: 1 } as const;
    const { x, stats } = solverOf(options, rows).solve(right);
    expect(stats.residualNorm / Math.hypot(...right)).toBeCloseTo(stats.relativeResidual, 14);
    expect(stats.relativeResidual).toBeLessThanOrEqual(1);
    expect(logResidual(rows, x, [...right], stats.logScale, {})).toBeCloseTo(stats.relativeResidual, 10);
  });
});

/** ‖b − Kx·e^logScale‖/‖b‖ with every term as the exponential of a sum, which may be out of range alone. */
function logResidual(
  { rows, columns: d, data }: Matrix,
  x: Float64Array,
  right: number[],
  logScale: number,
  { ridge = 0, causal = false }: AttentionKernelOptions,
): number {
  const rest = right.map((entry, i) => {
    let sum = entry;
    for (let j = 0; j < (causal ? i + 1 : rows); j++) {
      let product = logScale;
      for (let l = 0; l < d; l++) product += data[i * d + l] * data[j * d + l];
      if (x[j] === 0) continue;
      sum -= Math.sign(x[j]) * Math.exp(product + Math.log(Math.abs(x[j]))) * (i === j ? 1 + ridge : 1);
    }
    return sum;
  });
  return Math.hypot(...rest) / Math.hypot(...right);
}

/** Σⱼ exp(⟨aᵢ, aⱼ⟩ − largest)xⱼ over the same sum of 1s. */
function exactSoftmax({ rows, columns: d, data }: Matrix, x: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    const exponents = Array.from({ length: rows }, (_, j) => {
      let product = 0;
      for (let l = 0; l < d; l++) product += data[i * d + l] * data[j * d + l];
      return product;
    });
    const largest = Math.max(...exponents);
    const entries = exponents.map((v) => Math.exp(v - largest));
    const total = entries.reduce((sum, entry) => sum + entry, 0);
    return entries.reduce((sum, entry, j) => sum + (entry / total) * x[j], 0);
  });
}
