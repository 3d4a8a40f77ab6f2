import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { GALLERY, galleryEntry } from './gallery';
import { exactCondition, exactSingularValues } from './oracles';

/** Columns divided by their norms. */
function equilibrated(A: Matrix): Matrix {
  const { rows, columns, data } = A;
  const norms = Float64Array.from({ length: columns }, (_, j) => {
    return Math.hypot(...Float64Array.from({ length: rows }, (_, i) => data[i * columns + j])) || 1;
  });
  return { rows, columns, data: data.map((entry, p) => entry / norms[p % columns]) };
}

describe.each(GALLERY)('$name', ({ build, nullity, name }) => {
  it.each([
    [200, 12],
    [37, 15],
    [16, 16],
    [9, 4],
    [3, 1],
    [1, 1],
  ])('n = %i, d = %i: finite, tall, reproducible, of the stated rank', (n, d) => {
    const A = build(n, d, 1);
    expect(A.data.length).toBe(A.rows * A.columns);
    expect(A.rows).toBeGreaterThanOrEqual(A.columns);
    expect(A.data.every(Number.isFinite)).toBe(true);
    expect(build(n, d, 1)).toEqual(A);
    const values = exactSingularValues(equilibrated(A));
    const rank = values.filter((value) => value > 1e-14 * values[0]).length;
    expect(rank).toBe(A.columns - nullity);
    if (nullity > 0) expect(values[A.columns - 1]).toBeLessThan(1e-28);
  });

  it('has a name of its own', () => {
    expect(galleryEntry(name).build).toBe(build);
  });
});

describe('the dials', () => {
  it.each([
    ['graded columns', 1e15, 1e17],
    ['nearly dependent columns', 1e9, 1e11],
    ['one heavy row', 1e7, 1e10],
    ['läuchli', 1e8, 1e9],
    ['hilbert', 1e9, 1e13],
    ['vandermonde', 1e6, 1e13],
    ['kahan', 1e2, 1e4],
  ])('κ(%s) for 40 × 15 lies between %d and %d', (name, low, high) => {
    const kappa = exactCondition(galleryEntry(name).build(40, 15, 2));
    expect(kappa).toBeGreaterThan(low);
    expect(kappa).toBeLessThan(high);
  });

  it('an unknown name throws', () => {
    expect(() => galleryEntry('no such matrix')).toThrow(RangeError);
  });
});
