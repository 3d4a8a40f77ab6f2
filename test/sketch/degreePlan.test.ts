import { describe, expect, it } from 'vitest';
import {
  type DegreePlan,
  leastColumns,
  planDegrees,
  poissonSharesInto,
  taylorDegree,
} from '../../src/sketch/degreePlan';
import { symmetricLength } from '../../src/sketch/symmetricPower';
import { u } from '../support/tolerances';

/** P(Poisson(s) > q) from the terms beyond q. */
function tail(s: number, q: number): number {
  let term = Math.exp(-s);
  let sum = 0;
  for (let l = 1; l <= q + 400; l++) {
    term *= s / l;
    if (l > q) sum += term;
  }
  return sum;
}

function poissonShares(s: number, count: number): Float64Array {
  const shares = new Float64Array(count);
  poissonSharesInto(shares, 0, count, s);
  return shares;
}

function plan(squares: readonly number[], d: number, budget: number, truncation = 1e-6): DegreePlan {
  return planDegrees('f', Float64Array.from(squares), d, budget, truncation);
}

function columns({ shares }: DegreePlan): number[] {
  return shares.map((share) => share.columns);
}

describe('poissonSharesInto', () => {
  it.each([0, 1e-300, 0.3, 5, 20, 400, 512])('of s = %d sums to 1 over the degrees, up to s·u', (s) => {
    const shares = poissonShares(s, 1000);
    const sum = shares.reduce((total, share) => total + share, 0);
    expect(Math.abs(sum - 1)).toBeLessThanOrEqual((4 + 2 * s) * u);
  });

  it('is e^(−s)sˡ/l!, from the offset on', () => {
    const out = new Float64Array(6).fill(7);
    poissonSharesInto(out, 1, 4, 2);
    for (const [l, factor] of [1, 2, 2, 4 / 3].entries()) {
      expect(Math.abs(out[1 + l] - Math.exp(-2) * factor)).toBeLessThanOrEqual(4 * u);
    }
    expect([out[0], out[5]]).toEqual([7, 7]);
    expect([...poissonShares(0, 3)]).toEqual([1, 0, 0]);
  });
});

describe('taylorDegree', () => {
  it.each([0.01, 1, 5, 20, 100])('s = %d: the first q with a tail of at most ε', (s) => {
    for (const truncation of [0.5, 1e-3, 1e-10, 1e-15]) {
      const q = taylorDegree('f', s, truncation);
      expect(tail(s, q)).toBeLessThanOrEqual(truncation * (1 + 1e-9));
      if (q > 0) expect(tail(s, q - 1)).toBeGreaterThan(truncation * (1 - 1e-9));
    }
  });

  it('is 0 for equal rows and for rows so close that the kernel is 1', () => {
    expect(taylorDegree('f', 0, 1e-10)).toBe(0);
    expect(taylorDegree('f', 1e-11, 1e-10)).toBe(0);
    expect(taylorDegree('f', 1e-9, 1e-10)).toBe(1);
  });

  it('ends at 512, which r² = 370 does not need and r² = 420 does', () => {
    expect(taylorDegree('f', 370, 1e-10)).toBeLessThanOrEqual(512);
    for (const s of [420, 513, 1e6, Number.POSITIVE_INFINITY]) {
      expect(() => taylorDegree('f', s, 1e-10)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          details: { argument: 'A', radiusSq: s, truncation: 1e-10, maxDegree: 512 },
        }),
      );
    }
  });
});

describe('planDegrees', () => {
  it('takes one column for degree 0, d for degree 1, and the rest in proportion to the mean shares', () => {
    const squares = [1, 2, 3];
    const { shares, columns: total } = plan(squares, 50, 5000, 1e-3);
    expect(total).toBe(5000);
    expect(shares.slice(0, 2)).toEqual([
      { degree: 0, exact: true, columns: 1, offset: 0 },
      { degree: 1, exact: true, columns: 50, offset: 1 },
    ]);
    // degree 2 has C(51, 2) = 1275 monomials and takes them; from degree 3 on by share
    expect(shares[2]).toEqual({ degree: 2, exact: true, columns: 1275, offset: 51 });
    const mean = (l: number) => squares.reduce((sum, s) => sum + poissonShares(s, l + 1)[l] / 3, 0);
    for (const share of shares.slice(4)) {
      const ratio = (share.columns - 1) / (shares[3].columns - 1);
      expect(share.exact).toBe(false);
      expect(Math.abs(ratio - mean(share.degree) / mean(3))).toBeLessThan(2 / shares[3].columns);
    }
  });

  it.each([
    [[5.4, 3, 4], 64, 200],
    [[5.4, 3, 4], 64, 1000],
    [[20, 1], 10, 3000],
    [[0.5], 3, 40],
    [[100], 2, 700],
  ])(
    'squares %o, d = %i, budget %i: offsets in order, all used, exact where complete',
    (squares, d, budget) => {
      const { shares, columns: total } = plan(squares, d, budget);
      let offset = 0;
      for (const [degree, share] of shares.entries()) {
        expect([share.degree, share.offset]).toEqual([degree, offset]);
        expect(share.columns).toBeGreaterThanOrEqual(1);
        expect(share.exact).toBe(share.columns === symmetricLength(d, degree));
        expect(share.columns).toBeLessThanOrEqual(symmetricLength(d, degree));
        offset += share.columns;
      }
      expect(total).toBe(offset);
      expect(total).toBeLessThanOrEqual(budget);
      if (shares.some((share) => !share.exact)) expect(total).toBe(budget);
    },
  );

  it('makes a degree exact out of order: d = 2, where the high degrees weigh most', () => {
    const { shares } = plan([20], 2, 150);
    expect(shares[2].exact).toBe(false);
    expect(shares[2].columns).toBeLessThan(3);
    expect(shares.slice(10).some((share) => share.exact)).toBe(false);
    const wide = plan([20], 2, 500).shares;
    expect(wide[18].exact).toBe(true);
    expect(wide[2].exact).toBe(false);
  });

  it('is exact everywhere from C(d + q, d) columns on, and uses no more', () => {
    const q = taylorDegree('f', 2, 1e-6);
    const all = symmetricLength(4, q); // C(3 + q, q)
    expect(plan([2, 1], 3, all).shares.every((share) => share.exact)).toBe(true);
    expect(plan([2, 1], 3, all).columns).toBe(all);
    expect(plan([2, 1], 3, 10 * all).columns).toBe(all);
    expect(plan([2, 1], 3, all - 1).shares.every((share) => share.exact)).toBe(false);
  });

  it('is one column for rows that are all equal', () => {
    expect(columns(plan([0, 0], 7, 1))).toEqual([1]);
  });

  it('refuses fewer columns than degrees, and says how many are needed', () => {
    const q = taylorDegree('f', 5, 1e-6);
    const least = leastColumns(64, q);
    expect(least).toBe(1 + 64 + (q - 1));
    expect(columns(plan([5], 64, least))).toEqual([1, 64, ...new Array(q - 1).fill(1)]);
    expect(() => plan([5], 64, least - 1)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(`^f: columns is ${least - 1}, expected at least ${least} `),
        details: { argument: 'columns', got: least - 1, min: least, degree: q, radiusSq: 5 },
      }),
    );
  });
});
