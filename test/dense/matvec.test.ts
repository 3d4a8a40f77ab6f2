import { describe, expect, it } from 'vitest';
import {
  gramVectorInto,
  matvecInto,
  matvecTransposedInto,
  residualGradientInto,
} from '../../src/dense/matvec';
import { exactMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const SHAPES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33].flatMap((m) =>
  [1, 2, 3, 4, 5, 8, 9, 31].map((n) => [m, n]),
);

/** |found − exact| ≤ c·u·(|A||x|) entry by entry, c the number of additions plus one. */
function expectClose(found: Float64Array, exact: Float64Array, sizes: Float64Array, c: number): void {
  for (let i = 0; i < exact.length; i++)
    expect(Math.abs(found[i] - exact[i])).toBeLessThanOrEqual(c * u * sizes[i]);
}

const abs = (v: Float64Array) => v.map(Math.abs);

describe.each(SHAPES)('%d × %d', (m, n) => {
  const A = randomMatrix(m, n, 100 * m + n);
  const At = naiveTranspose(A);
  const absA = { ...A, data: abs(A.data) };
  const absAt = { ...At, data: abs(At.data) };
  const x = randomVector(n, m);
  const y = randomVector(m, n);

  it('A x and Aᵀ y, entry by entry; ⟨Ax, y⟩ = ⟨x, Aᵀy⟩; nothing beyond the result is written', () => {
    const Ax = new Float64Array(m + 1).fill(7);
    matvecInto(Ax, A.data, m, n, x);
    expectClose(Ax, exactMatvec(A, x), exactMatvec(absA, abs(x)), n + 1);
    const Aty = new Float64Array(n + 1).fill(7);
    matvecTransposedInto(Aty, A.data, m, n, y);
    expectClose(Aty, exactMatvec(At, y), exactMatvec(absAt, abs(y)), m + 1);
    expect([Ax[m], Aty[n]]).toEqual([7, 7]);
  });

  it('r = b − Ax and g = Aᵀr in one pass, as in two; r may be b', () => {
    const r = new Float64Array(m + 1).fill(7);
    const g = new Float64Array(n + 1).fill(7);
    residualGradientInto(r, g, A.data, m, n, x, y);
    const exact = exactMatvec(A, x).map((entry, i) => y[i] - entry);
    const sizes = exactMatvec(absA, abs(x)).map((size, i) => size + Math.abs(y[i]));
    expectClose(r, exact, sizes, n + 2);
    const given = r.slice(0, m);
    expectClose(g, exactMatvec(At, given), exactMatvec(absAt, abs(given)), m + 1);
    expect([r[m], g[n]]).toEqual([7, 7]);
    const aliased = y.slice();
    const again = new Float64Array(n);
    residualGradientInto(aliased, again, A.data, m, n, x, aliased);
    expect(aliased).toEqual(given);
    expect(again).toEqual(g.slice(0, n));
  });

  it('Aᵀ(Ax) is the gradient of the residual of b = 0, with the other sign', () => {
    const g = new Float64Array(n);
    gramVectorInto(g, A.data, m, n, x);
    const Ax = exactMatvec(A, x);
    const sizes = exactMatvec(absAt, exactMatvec(absA, abs(x)));
    expectClose(g, exactMatvec(At, Ax), sizes, m + n + 2);
    expect(g.some((entry) => entry !== 0)).toBe(true); // a lost sign or transpose would show above
  });
});

describe('special entries', () => {
  it('a NaN in A reaches its row of Ax and all of the gradient it takes part in', () => {
    const A = randomMatrix(13, 6, 1);
    A.data[6 * 9 + 2] = Number.NaN;
    const x = randomVector(6, 2);
    const y = new Float64Array(13);
    matvecInto(y, A.data, 13, 6, x);
    expect(Array.from(y, Number.isNaN)).toEqual(Array.from({ length: 13 }, (_, i) => i === 9));
    const g = new Float64Array(6);
    gramVectorInto(g, A.data, 13, 6, x);
    expect(g.every(Number.isNaN)).toBe(true);
  });

  it('scaling x or A by a power of two scales every result by it, bit for bit', () => {
    const A = randomMatrix(21, 5, 3);
    const x = randomVector(5, 4);
    const g = new Float64Array(5);
    const h = new Float64Array(5);
    gramVectorInto(g, A.data, 21, 5, x);
    gramVectorInto(
      h,
      A.data.map((entry) => 8 * entry),
      21,
      5,
      x,
    );
    expect(h).toEqual(g.map((entry) => 64 * entry));
  });
});
