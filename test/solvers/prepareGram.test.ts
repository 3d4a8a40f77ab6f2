import { describe, expect, it } from 'vitest';
import {
  prepareGram,
  type SolveOptions,
  type SolveResult,
  solveLeastSquares,
  solveOddPower,
  solvePsdPower,
} from '../../src/index';
import { relativeError } from '../support/forwardError';
import { galleryEntry } from '../support/gallery';
import { exactCondition, naiveMatmul } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector } from '../support/random';
import { denseFrom, randomSparse, sparseFrom } from '../support/sparse';
import { orthogonalityError, whitened } from '../support/systems';
import { psdForwardBound, u, whiteningBound } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const [n, d] = [2600, 20];
const { A } = plantedMatrix({ n, d, kappa: 1e4, seed: 1 });
const b = randomVector(n, 2);
const c = randomVector(d, 3);
/** Gradient descent chooses its sketch by the problem, which prepareGram does not know yet. */
const given = { 'gradient-descent': { sketchSize: 60 * d } } as const;
const optionsOf = (method: (typeof METHODS)[number], rest: SolveOptions = {}): SolveOptions => ({
  method,
  ...(method === 'gradient-descent' ? given[method] : {}),
  ...rest,
});

describe.each(METHODS)('%s', (method) => {
  it('prepared and one-shot solves agree bit for bit, in x and in every figure', () => {
    for (const seed of [0, 'a seed']) {
      const options = optionsOf(method, { seed, history: true });
      const prepared = prepareGram(A, options);
      expect(prepared.leastSquares(b)).toEqual(solveLeastSquares(A, b, options));
      expect(prepared.psdPower(c, 3)).toEqual(solvePsdPower(A, c, 3, options));
      expect(prepared.oddPower(b, 2)).toEqual(solveOddPower(A, b, 2, options));
      expect(prepared.oddPower(b, 0)).toEqual(solveLeastSquares(A, b, options));
    }
  });

  it('a solve does not depend on those before it', () => {
    const prepared = prepareGram(A, optionsOf(method));
    const calls = [
      () => prepared.leastSquares(b),
      () => prepared.psdPower(c, 2),
      () => prepared.oddPower(b, 1),
    ];
    const first = calls.map((call) => call());
    expect([...calls].reverse().map((call) => call())).toEqual([...first].reverse());
    expect(calls[0]()).toEqual(first[0]);
  });

  it('reruns are deep-equal and survive JSON', () => {
    const options = optionsOf(method, { seed: 5, history: true });
    for (const solve of [
      () => solveLeastSquares(A, b, options),
      () => solvePsdPower(A, c, 2, options),
      () => solveOddPower(A, b, 1, options),
    ]) {
      const result: SolveResult = solve();
      expect(solve()).toEqual(result);
      const { x, ...rest } = result;
      expect(JSON.parse(JSON.stringify(rest))).toEqual(rest);
      expect(JSON.parse(JSON.stringify(Array.from(x)))).toEqual(Array.from(x));
    }
  });

  it('other seeds give other bits and the same answer', () => {
    const solve = (seed: number | string) => solvePsdPower(A, c, 2, optionsOf(method, { seed }));
    const reference = solve(0);
    expect(reference.stats.seed).toBe(0);
    for (const seed of [1, -1, 2 ** 40, 'x', '']) {
      const other = solve(seed);
      expect(other.stats.seed).toBe(seed);
      expect(relativeError(other.x, reference.x)).toBeLessThan(2 * psdForwardBound(2, 1e4));
      if (method === 'direct') expect(other.x).toEqual(reference.x);
      else expect(other.x).not.toEqual(reference.x);
    }
  });
});

describe('prepareGram', () => {
  it.each(['direct', 'cholesky-qr'] as const)(
    '%s: rᵀr = AᵀA to rounding, whatever the scale of A',
    (method) => {
      for (const scale of [1, 2 ** 500, 2 ** -500]) {
        const scaled = { ...A, data: A.data.map((entry) => entry * scale) };
        const { r, conditionEstimate, rank, rows, columns } = prepareGram(scaled, { method });
        expect([rows, columns, rank, r.rows, r.columns]).toEqual([n, d, d, d, d]);
        const unit = r.data.map((entry) => entry / scale);
        expect(orthogonalityError(whitened(A, new Float64Array(d).fill(1), unit))).toBeLessThan(
          whiteningBound(d, 1e4),
        );
        const condition = exactCondition(A);
        expect(conditionEstimate / condition).toBeLessThan(1 + 1e-10);
        expect(conditionEstimate / condition).toBeGreaterThan(d ** (-1 / 8));
      }
    },
  );

  it("'auto' takes a factoring method at any size, for the factor is used again", () => {
    expect(prepareGram(A).method).toBe('cholesky-qr');
    const wide = randomMatrix(12_000, 400, 1);
    expect(prepareGram(wide).method).toBe('cholesky-qr');
    expect(solveLeastSquares(wide, randomVector(12_000, 1)).stats.method).toBe('conjugate-gradient');
    expect(prepareGram(plantedMatrix({ n: 60, d: 10, kappa: 10, seed: 1 }).A).method).toBe('direct');
  });

  it('of rank below d with minNorm: the rank, and the Gram matrix in a basis of the row space', () => {
    const { A: thin } = plantedMatrix({ n: 300, d: 4, kappa: 10, seed: 2 });
    const B = naiveMatmul(thin, { rows: 4, columns: 6, data: randomVector(24, 4) });
    for (const method of METHODS) {
      const prepared = prepareGram(B, { method, minNorm: true });
      expect([prepared.rank, prepared.columns, prepared.r.rows, prepared.r.columns]).toEqual([4, 6, 4, 4]);
      // what a row-space basis keeps of AᵀA: its trace
      const trace = (data: Float64Array) => data.reduce((sum, entry) => sum + entry ** 2, 0);
      if (method === 'direct' || method === 'cholesky-qr') {
        expect(trace(prepared.r.data) / trace(B.data)).toBeCloseTo(1, 12);
      }
      expect(prepared.leastSquares(b.subarray(0, 300)).x).toHaveLength(6);
    }
    expect(() => prepareGram(B)).toThrow(expect.objectContaining({ code: 'RANK_DEFICIENT' }));
  });

  it('of a zero matrix with minNorm: rank 0 and an empty r', () => {
    const zero = { rows: 5, columns: 3, data: new Float64Array(15) };
    const prepared = prepareGram(zero, { minNorm: true });
    expect([prepared.rank, prepared.r.rows, prepared.r.columns, prepared.r.data.length]).toEqual([
      0, 0, 0, 0,
    ]);
    expect(prepared.leastSquares([1, 2, 3, 4, 5]).x).toEqual(new Float64Array(3));
    expect(prepared.psdPower([1, 2, 3], 2).x).toEqual(new Float64Array(3));
  });

  it('checks b and j of every call', () => {
    const prepared = prepareGram(A);
    const wrong: readonly (readonly [() => unknown, string, string])[] = [
      [() => prepared.leastSquares(c), 'SHAPE', `b has length ${d}, expected ${n} (= A.rows)`],
      [() => prepared.psdPower(b, 1), 'SHAPE', `b has length ${n}, expected ${d} (= A.columns)`],
      [() => prepared.oddPower(c, 1), 'SHAPE', `b has length ${d}, expected ${n} (= A.rows)`],
      [() => prepared.psdPower(c, 0), 'INVALID_ARGUMENT', 'j is 0, expected an integer from 1 to 4096'],
      [() => prepared.oddPower(b, -1), 'INVALID_ARGUMENT', 'j is -1, expected an integer from 0 to 4096'],
      [() => prepared.oddPower(b, 1.5), 'INVALID_ARGUMENT', 'j is 1.5, expected an integer from 0 to 4096'],
      [() => prepared.psdPower(c, 4097), 'INVALID_ARGUMENT', 'j is 4097, expected an integer from 1 to 4096'],
      [
        () =>
          prepared.psdPower(
            c.map(() => Number.NaN),
            1,
          ),
        'NOT_FINITE',
        'b[0] is NaN, expected finite numbers',
      ],
    ];
    for (const [call, code, message] of wrong) {
      expect(call).toThrow(expect.objectContaining({ code, message: `prepareGram: ${message}` }));
    }
    expect(() => prepared.psdPower(c, 2n as never)).toThrow(/j is 2n/);
  });

  it('keeps no trace of a solve that was stopped, aborted or refused', () => {
    const controller = new AbortController();
    let mode: 'run' | 'stop' | 'abort' = 'run';
    const onIteration = () => {
      if (mode === 'abort') controller.abort();
      return mode !== 'stop';
    };
    const prepared = prepareGram(A, { method: 'conjugate-gradient', onIteration });
    const first = prepared.oddPower(b, 1);
    mode = 'stop';
    expect(prepared.oddPower(b, 1).status).toBe('stopped');
    expect(() => prepared.leastSquares(c)).toThrow();
    mode = 'run';
    expect(prepared.oddPower(b, 1)).toEqual(first);
    const aborting = prepareGram(A, { method: 'conjugate-gradient', signal: controller.signal, onIteration });
    mode = 'abort';
    expect(() => aborting.leastSquares(b)).toThrow(expect.objectContaining({ code: 'ABORTED' }));
    expect(() => aborting.leastSquares(b)).toThrow(/after 0 steps/);
  });
});

describe('a preconditioner that had to be replaced', () => {
  const rows = galleryEntry('cauchy rows').build(4096, 48, 1);
  const right = randomVector(4096, 4);
  const short = randomVector(48, 5);

  it('was replaced for one solve only: prepared calls stay equal to one-shot ones', () => {
    let replaced = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const options = { method: 'conjugate-gradient', sketch: 'countsketch', sketchSize: 96, seed } as const;
      const prepared = prepareGram(rows, options);
      const once = solveLeastSquares(rows, right, options);
      if (once.stats.resketches > 0) replaced++;
      for (let call = 0; call < 2; call++) expect(prepared.leastSquares(right)).toEqual(once);
      const power = solvePsdPower(rows, short, 1, options);
      expect(prepared.psdPower(short, 1)).toEqual(power);
      expect(prepared.leastSquares(right)).toEqual(once);
      expect(once.stats.backwardError).toBeLessThan(20 * u);
    }
    expect(replaced).toBeGreaterThan(0); // seeds 2 and 4
  });
});

describe('sparse A', () => {
  const S = randomSparse({ rows: 1800, columns: 10, density: 0.1, seed: 4 });
  const right = randomVector(1800, 5);
  const short = randomVector(10, 6);

  it.each(METHODS)('%s: prepared and one-shot solves agree bit for bit', (method) => {
    const options = method === 'gradient-descent' ? { method, sketchSize: 1400 } : { method };
    const prepared = prepareGram(S, options);
    expect([prepared.rows, prepared.columns, prepared.rank]).toEqual([1800, 10, 10]);
    expect(prepared.leastSquares(right)).toEqual(solveLeastSquares(S, right, options));
    expect(prepared.psdPower(short, 3)).toEqual(solvePsdPower(S, short, 3, options));
    expect(prepared.oddPower(right, 2)).toEqual(solveOddPower(S, right, 2, options));
  });

  it("'auto': a factor to rounding where that is small, conjugate gradients beyond 64 MB", () => {
    const { method, r } = prepareGram(sparseFrom(A), {});
    expect(method).toBe('cholesky-qr');
    expect(r).toEqual(prepareGram(A, {}).r);
    const tall = randomSparse({ rows: 40, columns: 3, density: 0.5, seed: 7 });
    const rowPointers = new Uint32Array(3_000_001).fill(tall.values.length);
    rowPointers.set(tall.rowPointers);
    const huge = { ...tall, rows: 3_000_000, rowPointers };
    const prepared = prepareGram(huge);
    expect(prepared.method).toBe('conjugate-gradient');
    const result = prepared.psdPower(randomVector(3, 8), 2);
    expect(result.status).toBe('converged');
    const small = solvePsdPower(denseFrom(tall), randomVector(3, 8), 2, { method: 'direct' });
    expect(relativeError(result.x, small.x)).toBeLessThan(psdForwardBound(2, 10));
  });
});
