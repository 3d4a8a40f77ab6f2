import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { type GaussianFeatures, gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { DRAWS, zScore } from '../support/tensorLaws';
import { u } from '../support/tolerances';

function features(
  A: Matrix,
  columns: number,
  seed: number | string = 1,
  truncation = 1e-10,
): GaussianFeatures {
  return gaussianFeatures('f', A, { columns, truncation, seed });
}

function scaled(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((value) => factor * value) };
}

function shifted(A: Matrix, shift: number): Matrix {
  return { ...A, data: A.data.map((value) => value + shift) };
}

/** exp(−|a_i − a_j|²/2), by the definition. */
function gaussianKernel(A: Matrix): Float64Array {
  const { rows: n, columns: d, data } = A;
  return new Float64Array(n * n).map((_, p) => {
    let square = 0;
    for (let k = 0; k < d; k++) square += (data[Math.floor(p / n) * d + k] - data[(p % n) * d + k]) ** 2;
    return Math.exp(-square / 2);
  });
}

function gram({ Z }: GaussianFeatures): Float64Array {
  return naiveMatmul(Z, naiveTranspose(Z)).data;
}

/** Largest entry of |ZZᵀ − G|. */
function worst(A: Matrix, of: GaussianFeatures): number {
  const G = gaussianKernel(A);
  return gram(of).reduce((most, value, p) => Math.max(most, Math.abs(value - G[p])), 0);
}

function frobenius(A: Matrix, of: GaussianFeatures): number {
  const G = gaussianKernel(A);
  return Math.hypot(...gram(of).map((value, p) => value - G[p])) / Math.hypot(...G);
}

describe('exact features', () => {
  // r² up to 14: rounding at most about (4q + r²)·u with q ≤ 60
  const rounding = 400 * u;

  it.each([
    [1, 40, 100],
    [2, 25, 4000],
    [3, 12, 60000],
  ])('d = %i, n = %i, %i columns: ZZᵀ = G up to the Taylor tail', (d, n, columns) => {
    const A = randomMatrix(n, d, 1);
    for (const truncation of [1e-3, 1e-6, 1e-10, 1e-15]) {
      const of = features(A, columns, 1, truncation);
      expect(of.plan.shares.every((share) => share.exact)).toBe(true);
      expect(worst(A, of)).toBeLessThanOrEqual(truncation + rounding);
      // and not much better: the last degree of the series takes the tail from above ε to somewhere below
      if (truncation > 1e-12) expect(worst(A, of)).toBeGreaterThan(truncation / 300);
    }
  });

  it('does not depend on the seed', () => {
    const A = randomMatrix(8, 2, 3);
    expect(features(A, 1000, 1)).toEqual(features(A, 1000, 2));
  });

  it('is not exact with a wrong weight for one degree', () => {
    const A = randomMatrix(10, 2, 1);
    const of = features(A, 4000);
    const { offset, columns } = of.plan.shares[3];
    for (let i = 0; i < 10; i++) {
      for (let t = 0; t < columns; t++) of.Z.data[i * of.Z.columns + offset + t] *= Math.SQRT2;
    }
    expect(worst(A, of)).toBeGreaterThan(0.05);
  });
});

describe('sketched features', () => {
  const A = scaled(randomMatrix(6, 13, 2), 0.3);

  it('E[ZZᵀ] = G: |z| ≤ 4 over 400 seeds, entry by entry', () => {
    // fails if the same entry exceeds 4 on two sets of seeds: 21 · (6.3e-5)² = 8e-8
    const G = gaussianKernel(A);
    const exceeds = [0, DRAWS].map((first) => {
      const grams = Array.from({ length: DRAWS }, (_, k) => gram(features(A, 60, first + k, 1e-12)));
      return G.map(
        (value, p) =>
          +(
            Math.abs(
              zScore(
                grams.map((g) => g[p]),
                value,
              ),
            ) > 4
          ),
      );
    });
    expect(exceeds[0].some((bad, p) => bad > 0 && exceeds[1][p] > 0)).toBe(false);
    expect(features(A, 60).plan.shares.some((share) => !share.exact)).toBe(true);
  });

  it('the error falls with the columns, and jumps where a degree becomes exact', () => {
    const error = (columns: number) => {
      let square = 0;
      for (let seed = 0; seed < 40; seed++) square += frobenius(A, features(A, columns, seed)) ** 2 / 40;
      return Math.sqrt(square);
    };
    // degree 2 is exact from 91 columns on
    const [few, more, exact2, many] = [40, 80, 300, 900].map(error);
    expect(more).toBeLessThan(few);
    expect(exact2).toBeLessThan(more / 2);
    expect(many).toBeLessThan(exact2 / 1.5);
  });

  it('rows have norm about 1', () => {
    const { Z } = features(A, 200);
    for (let i = 0; i < 6; i++) {
      const norm = Math.hypot(...Z.data.subarray(i * Z.columns, (i + 1) * Z.columns));
      expect(Math.abs(norm - 1)).toBeLessThan(0.3);
    }
  });

  it('same seed, same bits; other seed, other features', () => {
    expect(features(A, 60, 'a')).toEqual(features(A, 60, 'a'));
    expect(features(A, 60, 5).Z).toEqual(features(A, 60, '5').Z);
    expect(features(A, 60, 5).Z).not.toEqual(features(A, 60, 6).Z);
  });
});

describe('scaling', () => {
  it('reports |a_i|²/2 and the largest distance to the mean', () => {
    const A = { rows: 2, columns: 2, data: Float64Array.from([3, 4, 0, 2]) };
    const { logScale, radiusSq } = features(A, 100);
    expect(logScale).toEqual(Float64Array.from([12.5, 2]));
    expect(radiusSq).toBe(1.5 ** 2 + 1);
  });

  it('a shift of all rows changes logScale only', () => {
    const A = randomMatrix(5, 3, 4);
    const of = features(A, 60);
    const moved = features(shifted(A, 1024), 60);
    // the shift rounds A to 1024·u, and features are Lipschitz in A with a constant near √q
    const distance = Math.max(...of.Z.data.map((value, p) => Math.abs(value - moved.Z.data[p])));
    expect(distance).toBeLessThan(100 * 1024 * u);
    expect(moved.logScale.every((value) => value > 1e6)).toBe(true);
  });

  it('stays finite for |a|² near 1e6 and r² near 350', () => {
    const A = shifted(scaled(randomMatrix(5, 4, 4), 8), 500);
    const { Z, radiusSq, logScale } = features(A, 2000);
    expect(radiusSq).toBeGreaterThan(250);
    expect(logScale.every((value) => value > 1e5)).toBe(true);
    expect(Z.data.every(Number.isFinite)).toBe(true);
  });

  it('does not modify A', () => {
    const A = randomMatrix(5, 3, 4);
    const copy = A.data.slice();
    features(A, 60);
    expect(A.data).toEqual(copy);
  });
});

describe('degenerate input', () => {
  it.each([
    ['one row', { rows: 1, columns: 3, data: Float64Array.from([1, 2, 3]) }],
    ['equal rows', { rows: 3, columns: 1, data: Float64Array.from([2, 2, 2]) }],
    ['zero rows', { rows: 3, columns: 2, data: new Float64Array(6) }],
  ])('%s: one column of ones', (_, A) => {
    const { Z } = features(A, 50);
    expect(Z).toEqual({ rows: A.rows, columns: 1, data: new Float64Array(A.rows).fill(1) });
  });

  it('a row at the mean has the constant feature alone', () => {
    const A = { rows: 3, columns: 1, data: Float64Array.from([-1, 0, 1]) };
    const { Z } = features(A, 50);
    expect([...Z.data.subarray(Z.columns, 2 * Z.columns)]).toEqual([1, ...new Array(Z.columns - 1).fill(0)]);
  });

  it('more columns than rows, d > n, and a number of rows that no batch divides', () => {
    expect(worst(randomMatrix(2, 5, 1), features(randomMatrix(2, 5, 1), 3000))).toBeLessThan(0.5);
    const A = scaled(randomMatrix(67, 3, 5), 0.4);
    expect(worst(A, features(A, 3000))).toBeLessThan(1e-9);
  });
});
