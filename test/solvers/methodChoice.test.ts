import { describe, expect, it } from 'vitest';
import { canBeDense, chooseMethod, factorKind, sketchSizeFor } from '../../src/solvers/methodChoice';
import { type Method, resolveOptions, type SolveOptions } from '../../src/solvers/options';
import { describeKernels } from '../support/kernelSets';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const settings = (options: SolveOptions = {}) => resolveOptions('test', options, 1);

describe("chooseMethod: the choice 'auto'", () => {
  it.each<[number, number, Method]>([
    [60_000, 10_000, 'direct'], // n = 6d
    [2499, 20, 'direct'], // n·d² < 1e6
    [2500, 20, 'cholesky-qr'],
    [100_000, 20, 'cholesky-qr'],
    [100_000, 500, 'conjugate-gradient'],
    [20_000, 500, 'conjugate-gradient'],
  ])('n = %d, d = %d, one solve: %s', (n, d, method) => {
    expect(chooseMethod(settings(), { rows: n, columns: d }, 1)).toBe(method);
  });

  describeKernels(() => {
    it('along d: factors up to some width, then iterates', () => {
      const widths = Array.from({ length: 200 }, (_, k) => 20 + 5 * k);
      const methods = widths.map((d) => chooseMethod(settings(), { rows: 1e6, columns: d }, 1));
      const turn = methods.indexOf('conjugate-gradient');
      expect(turn).toBeGreaterThan(0);
      expect(methods.slice(0, turn).every((method) => method === 'cholesky-qr')).toBe(true);
      expect(methods.slice(turn).every((method) => method === 'conjugate-gradient')).toBe(true);
    });

    it('the more solves the factor will serve, the more it is worth: never back to an iteration', () => {
      for (const d of [100, 200, 400, 800, 1600]) {
        const methods = [1, 2, 3, 5, 8, 20, Number.POSITIVE_INFINITY].map((solves) =>
          chooseMethod(settings(), { rows: 40 * d, columns: d }, solves),
        );
        expect(methods).toEqual([...methods].sort().reverse());
        expect(methods.at(-1)).toBe('cholesky-qr');
      }
    });
  });

  it.each(METHODS)('%s is taken at any size when asked for', (method) => {
    for (const [n, d] of [
      [3, 3],
      [1e6, 2000],
    ]) {
      expect(chooseMethod(settings({ method }), { rows: n, columns: d }, 1)).toBe(method);
    }
  });
});

/** A sparse shape with the given number of entries. */
const sparse = (rows: number, columns: number, entries: number) => ({
  rows,
  columns,
  values: { length: entries },
});

describe("chooseMethod of a sparse matrix: the choice 'auto'", () => {
  it.each<[number, number, number, number, Method]>([
    [2_000_000, 300, 600_000, 1, 'conjugate-gradient'],
    [2_000_000, 300, 600_000, Number.POSITIVE_INFINITY, 'conjugate-gradient'], // 4.6 GB when dense
    [60, 10, 60, 1, 'direct'], // n = 6d
    [2499, 20, 5, 1, 'direct'], // n·d² < 1e6
    [20_000, 100, 20_000, 1, 'conjugate-gradient'],
    [20_000, 100, 2_000_000, 1, 'cholesky-qr'],
    [20_000, 100, 1, Number.POSITIVE_INFINITY, 'cholesky-qr'],
  ])('n = %d, d = %d, %d entries, %d solves: %s', (n, d, entries, solves, method) => {
    expect(chooseMethod(settings(), sparse(n, d, entries), solves)).toBe(method);
  });

  it('along the entries, and along the solves: iterates as long as that is cheap', () => {
    const method = (entries: number, solves: number) =>
      chooseMethod(settings(), sparse(20_000, 100, entries), solves);
    for (const solves of [1, 2, 5]) {
      const methods = Array.from({ length: 100 }, (_, k) => method(20_000 * (k + 1), solves));
      const turn = methods.indexOf('cholesky-qr');
      expect(turn).toBeGreaterThan(0);
      expect(methods.slice(turn).every((name) => name === 'cholesky-qr')).toBe(true);
      expect(method(20_000 * (turn + 1), solves + 1)).toBe('cholesky-qr');
    }
  });

  it('a method asked for is taken', () => {
    for (const method of METHODS) {
      expect(chooseMethod(settings({ method }), sparse(100, 10, 5), 1)).toBe(method);
    }
  });
});

describe('canBeDense', () => {
  it('holds for what is dense, and for 64 MB of it', () => {
    expect(canBeDense({ rows: 1e7, columns: 1e3 })).toBe(true);
    expect(canBeDense(sparse(2 ** 20, 8, 1))).toBe(true);
    expect(canBeDense(sparse(2 ** 20 + 1, 8, 1))).toBe(false);
  });
});

describe('factorKind', () => {
  it.each(METHODS)('%s', (method) => {
    const factoring = method === 'direct' || method === 'cholesky-qr';
    expect(factorKind(method)).toBe(factoring ? method : 'preconditioner');
  });
});

describe('sketchSizeFor', () => {
  const A = { rows: 1e6, columns: 100 };

  it.each<[Method, number, number]>([
    ['direct', 0, 0],
    ['cholesky-qr', 300, 300],
    ['heavy-ball', 1200, 1200],
    ['gradient-descent', 3000, 12_000],
  ])('%s: %d rows for 100 columns, %d where powers of AᵀA are solved', (method, once, powers) => {
    expect(sketchSizeFor(settings(), method, A, 1, false)).toBe(once);
    expect(sketchSizeFor(settings(), method, A, 1, true)).toBe(powers);
  });

  it('never fewer than d + 20 by itself, but what the caller asks for', () => {
    expect(sketchSizeFor(settings(), 'cholesky-qr', { rows: 100, columns: 3 }, 1, true)).toBe(23);
    expect(sketchSizeFor(settings(), 'conjugate-gradient', { rows: 30, columns: 3 }, 1, true)).toBe(23);
    expect(sketchSizeFor(settings(), 'gradient-descent', { rows: 100, columns: 1 }, 1, false)).toBe(30);
    for (const method of METHODS.slice(1)) {
      expect(sketchSizeFor(settings({ sketchSize: 5 }), method, { rows: 100, columns: 5 }, 1, true)).toBe(5);
    }
  });

  it('conjugate gradients: more rows for taller A and more solves, 4d to 64d and at most n/4 beyond 4d', () => {
    const size = (rows: number, columns: number, solves = 1, options: SolveOptions = {}) =>
      sketchSizeFor(settings(options), 'conjugate-gradient', { rows, columns }, solves, false);
    expect(size(1500, 100)).toBe(400);
    for (const d of [30, 100, 500]) {
      let last = 4 * d;
      for (let n = 4 * d; n < 5e6; n *= 1.5) {
        const rows = size(n, d);
        expect(rows).toBeGreaterThanOrEqual(last);
        expect(rows).toBeLessThanOrEqual(64 * d);
        expect(rows === 4 * d || 4 * rows <= n).toBe(true);
        expect(size(n, d, 4)).toBeGreaterThanOrEqual(rows);
        last = rows;
      }
      expect(last).toBeGreaterThan(4 * d);
    }
    // their cost grows with their rows
    for (const sketch of ['srht', 'gaussian', 'countsketch'] as const) {
      expect(size(1e6, 100, 1, { sketch })).toBe(400);
    }
  });
});
