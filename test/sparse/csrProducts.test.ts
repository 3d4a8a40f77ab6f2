import { describe, expect, it } from 'vitest';
import type { CsrMatrix } from '../../src/core/csr';
import { matvecInto } from '../../src/dense/matvec';
import {
  csrAbsoluteMultiplyInto,
  csrGramVectorInto,
  csrMultiplyInto,
  csrMultiplyTransposedInto,
  csrResidualGradientInto,
  csrWeightedGramInto,
} from '../../src/sparse/csrProducts';
import { exactMatvec, exactResidual, naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomVector } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';
import { dotBound } from '../support/tolerances';

const SHAPES: readonly (readonly [number, number, number])[] = [
  [40, 7, 0.3],
  [41, 1, 0.5],
  [1, 9, 0.6],
  [100, 30, 0.02], // most rows and some columns are empty
  [17, 5, 1],
  [12, 4, 0],
];
const CASES = SHAPES.map(([rows, columns, density], k) => ({
  rows,
  columns,
  density,
  A: randomSparse({ rows, columns, density, seed: 10 + k }),
}));

/** |v − exact| ≤ limit in every entry. */
function expectClose(v: Float64Array, exact: Float64Array, limit: number): void {
  expect(v.length).toBe(exact.length);
  v.forEach((entry, i) => {
    expect(Math.abs(entry - exact[i])).toBeLessThanOrEqual(limit);
  });
}

const filled = (length: number) => new Float64Array(length).fill(Number.NaN);
const normOf = (A: CsrMatrix) => Math.hypot(...A.values);

describe.each(CASES)('$rows × $columns, density $density', ({ rows, columns, A }) => {
  const dense = denseFrom(A);
  const x = randomVector(columns, 1);
  const y = randomVector(rows, 2);
  const rounding = dotBound(rows + columns) * normOf(A);

  it('A x: the bits of the dense product', () => {
    const product = filled(rows);
    csrMultiplyInto(product, A, x);
    const expected = new Float64Array(rows);
    matvecInto(expected, dense.data, rows, columns, x);
    expect(product).toEqual(expected.map((entry) => entry + 0)); // −0 and 0 are one number here
    expectClose(product, exactMatvec(dense, x), rounding * Math.hypot(...x));
  });

  it('Aᵀ y, and ⟨A x, y⟩ = ⟨x, Aᵀ y⟩', () => {
    const g = filled(columns);
    csrMultiplyTransposedInto(g, A, y);
    expectClose(g, exactMatvec(naiveTranspose(dense), y), rounding * Math.hypot(...y));
  });

  it('r = b − A x and g = Aᵀ r, r in place of b as well', () => {
    const [r, g] = [filled(rows), filled(columns)];
    csrResidualGradientInto(r, g, A, x, y);
    expectClose(r, exactResidual(dense, x, y), rounding * Math.hypot(...x) + 2 ** -52 * Math.hypot(...y));
    expectClose(g, exactMatvec(naiveTranspose(dense), r), rounding * Math.hypot(...r));
    const [inPlace, again] = [y.slice(), filled(columns)];
    csrResidualGradientInto(inPlace, again, A, x, inPlace);
    expect([inPlace, again]).toEqual([r, g]);
  });

  it('Aᵀ(A x)', () => {
    const g = filled(columns);
    csrGramVectorInto(g, A, x);
    const exact = exactMatvec(naiveTranspose(dense), exactMatvec(dense, x));
    expectClose(g, exact, 2 * rounding * normOf(A) * Math.hypot(...x));
  });

  it('|A| |x|', () => {
    const product = filled(rows);
    csrAbsoluteMultiplyInto(product, A, x);
    const absolute = { ...dense, data: dense.data.map(Math.abs) };
    expectClose(product, exactMatvec(absolute, x.map(Math.abs)), rounding * Math.hypot(...x));
  });

  it('upper triangle of Aᵀ diag(w) A for weights of either sign, the rest untouched', () => {
    const weights = randomVector(rows, 3);
    const G = new Float64Array(columns * columns).fill(7);
    csrWeightedGramInto(G, A, weights);
    const weighted = { ...dense, data: dense.data.map((v, p) => v * weights[Math.floor(p / columns)]) };
    const exact = naiveMatmul(naiveTranspose(dense), weighted).data;
    const limit = rounding * normOf(A) * Math.max(...weights.map(Math.abs));
    G.forEach((entry, p) => {
      const below = p % columns < Math.floor(p / columns);
      if (below) expect(entry).toBe(7);
      else expect(Math.abs(entry - exact[p])).toBeLessThanOrEqual(2 * limit);
    });
  });

  it('leaves A, x and b alone', () => {
    const before = structuredClone({ A, x, y });
    csrMultiplyInto(filled(rows), A, x);
    csrMultiplyTransposedInto(filled(columns), A, y);
    csrResidualGradientInto(filled(rows), filled(columns), A, x, y);
    csrGramVectorInto(filled(columns), A, x);
    csrAbsoluteMultiplyInto(filled(rows), A, x);
    expect({ A, x, y }).toEqual(before);
  });
});

it('by hand: [0 0 0; 2 0 5]', () => {
  const A: CsrMatrix = {
    rows: 2,
    columns: 3,
    rowPointers: Uint32Array.of(0, 0, 2),
    columnIndices: Uint32Array.of(0, 2),
    values: Float64Array.of(2, -5),
  };
  const y = filled(2);
  csrMultiplyInto(y, A, Float64Array.of(10, 100, 1000));
  expect(y).toEqual(Float64Array.of(0, -4980));
  const [r, g] = [filled(2), filled(3)];
  csrResidualGradientInto(r, g, A, Float64Array.of(10, 100, 1000), Float64Array.of(7, 20));
  expect([...r, ...g]).toEqual([7, 5000, 10000, 0, -25000]);
});
