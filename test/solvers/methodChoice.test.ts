import { describe, expect, it } from 'vitest';
import { canBeDense, chooseMethod, factorKind, sketchSizeFor } from '../../src/solvers/methodChoice';
import { type Method, resolveOptions, type SolveOptions } from '../../src/solvers/options';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const settings = (options: SolveOptions = {}) => resolveOptions('test', options, 1);

describe("chooseMethod: the choice 'auto'", () => {
  it.each<[number, number, number, Method]>([
    [60_000, 10_000, 1e9, 'direct'], // n = 6d
    [60_001, 10_000, 1e9, 'cholesky-qr'],
    [2499, 20, 1, 'direct'], // n·d² < 1e6
    [2500, 20, 1, 'cholesky-qr'],
    [100_000, 140, 1, 'cholesky-qr'],
    [100_000, 141, 1, 'conjugate-gradient'],
    [100_000, 280, 2, 'cholesky-qr'],
    [100_000, 281, 2, 'conjugate-gradient'],
    [100_000, 10_000, Number.POSITIVE_INFINITY, 'cholesky-qr'],
  ])('n = %d, d = %d, %d solves: %s', (n, d, solves, method) => {
    expect(chooseMethod(settings(), { rows: n, columns: d }, solves)).toBe(method);
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
    [20_000, 100, 600_000, 1, 'conjugate-gradient'], // 660·z = 3.96e8 < 2nd² = 4e8
    [20_000, 100, 610_000, 1, 'cholesky-qr'],
    [20_000, 100, 300_000, 2, 'conjugate-gradient'],
    [20_000, 100, 310_000, 2, 'cholesky-qr'],
    [20_000, 100, 1, Number.POSITIVE_INFINITY, 'cholesky-qr'],
  ])('n = %d, d = %d, %d entries, %d solves: %s', (n, d, entries, solves, method) => {
    expect(chooseMethod(settings(), sparse(n, d, entries), solves)).toBe(method);
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
  it.each<[Method, number, number]>([
    ['direct', 0, 0],
    ['cholesky-qr', 300, 300],
    ['conjugate-gradient', 400, 400],
    ['heavy-ball', 1200, 1200],
    ['gradient-descent', 3000, 12_000],
  ])('%s: %d rows for 100 columns, %d where powers of AᵀA are solved', (method, once, powers) => {
    expect(sketchSizeFor(settings(), method, 100, false)).toBe(once);
    expect(sketchSizeFor(settings(), method, 100, true)).toBe(powers);
  });

  it('never fewer than d + 20 by itself, but what the caller asks for', () => {
    expect(sketchSizeFor(settings(), 'cholesky-qr', 3, true)).toBe(23);
    expect(sketchSizeFor(settings(), 'gradient-descent', 1, false)).toBe(30);
    expect(sketchSizeFor(settings({ sketchSize: 5 }), 'gradient-descent', 5, true)).toBe(5);
  });
});
