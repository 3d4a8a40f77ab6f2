import { describe, expect, it } from 'vitest';
import {
  denseEntries,
  denseForm,
  isProjected,
  projectedCsr,
  timesBasis,
} from '../../src/sparse/projectedCsr';
import { naiveMatmul } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';
import { dotBound } from '../support/tolerances';

const A = randomSparse({ rows: 30, columns: 6, density: 0.3, seed: 1 });
const V = randomMatrix(6, 4, 2);
const product = naiveMatmul(denseFrom(A), V);
const limit = 2 * dotBound(6) * Math.hypot(...A.values) * Math.hypot(...V.data);

describe('projectedCsr', () => {
  const projected = projectedCsr(A, V);

  it('has the shape of A·V, and is told from the matrices', () => {
    expect([projected.rows, projected.columns]).toEqual([30, 4]);
    expect([projected, A, denseFrom(A)].map(isProjected)).toEqual([true, false, false]);
  });

  it('its entries are those of A·V', () => {
    const entries = denseEntries(projected);
    expect(entries.length).toBe(product.data.length);
    entries.forEach((entry, p) => {
      expect(Math.abs(entry - product.data[p])).toBeLessThanOrEqual(limit);
    });
    expect(denseForm(projected)).toEqual({ rows: 30, columns: 4, data: entries });
  });
});

describe('denseForm and denseEntries', () => {
  it('keep a dense matrix itself, and copy its entries', () => {
    const dense = denseFrom(A);
    expect(denseForm(dense)).toBe(dense);
    const entries = denseEntries(dense);
    expect(entries).toEqual(dense.data);
    expect(entries).not.toBe(dense.data);
  });

  it('expand a sparse one', () => {
    expect(denseForm(A)).toEqual(denseFrom(A));
    expect(denseEntries(A)).toEqual(denseFrom(A).data);
  });
});

it('timesBasis is B·V', () => {
  timesBasis(denseFrom(A).data, 30, V).forEach((entry, p) => {
    expect(Math.abs(entry - product.data[p])).toBeLessThanOrEqual(limit);
  });
});
