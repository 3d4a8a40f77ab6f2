import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { columnScaling } from '../../src/precondition/columnScaling';
import { nullVectors, orthogonalComplement, unscaleNullBasis } from '../../src/precondition/nullSpace';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomOrthonormal, testRandom } from '../support/random';
import { orthogonalityError } from '../support/systems';
import { orthogonalityBound, u } from '../support/tolerances';

function frobenius(A: Matrix): number {
  return Math.hypot(...A.data);
}

/** U diag(s) Vᵀ, square. */
function withSingularValues(s: readonly number[], seed: number): { R: Matrix; V: Matrix } {
  const n = s.length;
  const U = randomOrthonormal(n, n, seed);
  const V = randomOrthonormal(n, n, seed + 1);
  const scaled = { ...U, data: U.data.map((entry, p) => entry * s[p % n]) };
  return { R: naiveMatmul(scaled, naiveTranspose(V)), V };
}

/** The given columns of B. */
function columnsOf(B: Matrix, which: readonly number[]): Matrix {
  const data = new Float64Array(B.rows * which.length).map(
    (_, p) => B.data[Math.floor(p / which.length) * B.columns + which[p % which.length]],
  );
  return { rows: B.rows, columns: which.length, data };
}

/** B·diag(factors). */
function timesDiagonal(B: Matrix, factors: ArrayLike<number>): Matrix {
  return { ...B, data: B.data.map((entry, p) => entry * factors[p % B.columns]) };
}

/** The null basis that the solvers would report for A. */
function nullBasisOf(A: Matrix): Matrix {
  const { scale } = columnScaling(A.data, A.rows, A.columns);
  const scaled = timesDiagonal(A, scale);
  // a square root of (AC)ᵀ(AC) that is independent of src: plenty for dependencies among random columns
  const { basis } = nullVectors(scaled.data, A.columns, 1e-13);
  if (basis === null) throw new RangeError('no null vectors');
  return unscaleNullBasis(basis, scale);
}

describe('nullVectors', () => {
  const s = [3, 1, 1e-3, 1e-6, 1e-9];

  it.each([
    [0.5, 1],
    [1e-2, 2],
    [1e-4, 3],
    [1e-8, 4],
  ])('threshold %d relative to σ₁: rank %d and the right singular vectors below', (threshold, rank) => {
    const { R, V } = withSingularValues(s, 1);
    const found = nullVectors(R.data, 5, threshold);
    expect(found.rank).toBe(rank);
    const basis = found.basis as Matrix;
    expect([basis.rows, basis.columns]).toEqual([5, 5 - rank]);
    expect(orthogonalityError(basis)).toBeLessThan(orthogonalityBound(5));
    // the span turns by ‖E‖/gap, ‖E‖ about 10·n·u·σ₁; the gap is at least 0.99·s[rank − 1]
    const kept = columnsOf(
      V,
      Array.from({ length: rank }, (_, k) => k),
    );
    const overlap = naiveMatmul(naiveTranspose(kept), basis);
    expect(frobenius(overlap)).toBeLessThan((10 * 5 * u * s[0]) / s[rank - 1]);
    expect(frobenius(naiveMatmul(R, basis))).toBeLessThan(
      1.01 * Math.hypot(...s.slice(rank)) + 50 * u * s[0],
    );
  });

  it('full rank: no basis', () => {
    const { R } = withSingularValues(s, 2);
    expect(nullVectors(R.data, 5, 1e-12)).toMatchObject({ rank: 5, basis: null });
    expect(nullVectors(Float64Array.of(-2), 1, 1e-12)).toMatchObject({ rank: 1, basis: null });
  });

  it('the zero matrix: rank 0 and an orthonormal basis of everything', () => {
    const { rank, basis } = nullVectors(new Float64Array(9), 3, 1e-12);
    expect(rank).toBe(0);
    expect(orthogonalityError(basis as Matrix)).toBeLessThan(orthogonalityBound(3));
  });

  it('is unchanged by a power of two', () => {
    const { R } = withSingularValues([1, 0.5, 0], 3);
    const found = nullVectors(R.data, 3, 1e-13);
    const scaled = nullVectors(
      R.data.map((entry) => entry * 2 ** 30),
      3,
      1e-13,
    );
    expect([scaled.rank, scaled.basis]).toEqual([found.rank, found.basis]);
  });
});

describe('unscaleNullBasis', () => {
  const d = 6;

  /** Square, columns 1 and 4 equal up to the factor that the scales give them. */
  function duplicate(scales: readonly number[], seed: number): Matrix {
    const A = randomMatrix(d, d, seed);
    for (let i = 0; i < d; i++) A.data[i * d + 4] = A.data[i * d + 1];
    return timesDiagonal(A, scales);
  }

  it.each([
    [[1, 1, 1, 1, 1, 1]],
    [[1, 1e8, 1, 1, 1e8, 1e-8]],
    [[1e8, 1e-8, 1, 1, 1e-8, 1e8]],
    [[1e150, 1, 1, 1e-150, 1, 1]],
    [[1, 1e-150, 1, 1, 1e-150, 1]],
  ])('columns 1 and 4 equal, column scales %j: (e₁ − e₄)/√2 with exact zeros elsewhere', (scales) => {
    for (const seed of [1, 2, 3]) {
      const basis = nullBasisOf(duplicate(scales, seed));
      expect([basis.rows, basis.columns]).toEqual([d, 1]);
      const v = basis.data;
      for (const j of [0, 2, 3, 5]) expect(v[j]).toBe(0);
      // c·d·u, c = 10, over the smallest singular value of the other columns (above 0.01 here)
      expect(Math.abs(Math.abs(v[1]) - Math.SQRT1_2)).toBeLessThan(10 * d * u * 100);
      expect(Math.abs(v[1] + v[4])).toBeLessThan(10 * d * u * 100);
    }
  });

  it('columns of different size: A·v = 0 up to 10·d·u·|A||v|, ‖v‖ = 1', () => {
    for (const factor of [3, 1e-5, 1e7, -1e120]) {
      const A = duplicate([1, 1, 1, 1, factor, 1], 4);
      const basis = nullBasisOf(A);
      expect(Math.abs(Math.hypot(...basis.data) - 1)).toBeLessThan(10 * u);
      expect(basis.data[4] / basis.data[1]).toBeCloseTo(-1 / factor, 10);
      const image = naiveMatmul(A, basis).data;
      const sizes = naiveMatmul(
        { ...A, data: A.data.map(Math.abs) },
        { ...basis, data: basis.data.map(Math.abs) },
      ).data;
      image.forEach((entry, i) => {
        expect(Math.abs(entry)).toBeLessThan(100 * d * u * sizes[i]);
      });
    }
  });

  it('a zero column is its own null vector, exactly', () => {
    const A = timesDiagonal(randomMatrix(d, d, 5), [1, 2, 0, 1e9, 1, 1]);
    expect(Array.from(nullBasisOf(A).data.map(Math.abs))).toEqual([0, 0, 1, 0, 0, 0]);
  });

  it('several dependencies: orthonormal, A·N = 0 to 10·d·u·‖A‖, zeros for columns that take no part', () => {
    const A = randomMatrix(d, d, 6);
    for (let i = 0; i < d; i++) {
      A.data[i * d + 2] = A.data[i * d] - 3 * A.data[i * d + 5];
      A.data[i * d + 4] = A.data[i * d] + A.data[i * d + 5];
    }
    const basis = nullBasisOf(A);
    expect(basis.columns).toBe(2);
    expect(orthogonalityError(basis)).toBeLessThan(orthogonalityBound(2));
    expect(frobenius(naiveMatmul(A, basis))).toBeLessThan(10 * d * u * frobenius(A));
    for (const j of [1, 3]) expect([basis.data[2 * j], basis.data[2 * j + 1]]).toEqual([0, 0]);
  });

  it.each([0, 4, 8, 16, 50])(
    'dependencies that overlap, units of columns spread over 1e±%d: orthonormal, A·N = 0 to 10·d·u·‖A‖',
    (spread) => {
      for (let seed = 1; seed <= 12; seed++) {
        const random = testRandom(seed);
        const count = 1 + (seed % 3);
        const A = randomMatrix(7, 7, seed + 50);
        const units = Array.from(
          { length: 7 },
          () => 2 ** Math.round(Math.log2(10) * spread * (2 * random.uniform() - 1)),
        );
        for (let k = 0; k < count; k++) {
          const weights = [0, 1, 2, 3].map(() => (random.uniform() < 0.5 ? 0 : random.normal()));
          for (let i = 0; i < 7; i++) {
            A.data[i * 7 + 4 + k] = weights.reduce((sum, weight, j) => sum + weight * A.data[i * 7 + j], 0);
          }
        }
        const scaled = timesDiagonal(A, units);
        const basis = nullBasisOf(scaled);
        expect(basis.columns).toBe(count);
        expect(orthogonalityError(basis)).toBeLessThan(orthogonalityBound(7));
        const largest = Math.max(...scaled.data.map(Math.abs));
        const image = naiveMatmul(scaled, basis).data.map((entry) => entry / largest);
        expect(Math.hypot(...image)).toBeLessThan(10 * 7 * u);
      }
    },
  );
});

describe('orthogonalComplement', () => {
  it.each([
    [2, 1],
    [7, 1],
    [7, 3],
    [7, 6],
    [40, 25],
  ])('completes an orthonormal basis, n = %d, %d columns', (n, k) => {
    const N = randomOrthonormal(n, k, n + k);
    const before = N.data.slice();
    const V = orthogonalComplement(N);
    expect(N.data).toEqual(before);
    expect([V.rows, V.columns]).toEqual([n, n - k]);
    expect(orthogonalityError(V)).toBeLessThan(orthogonalityBound(n));
    expect(Math.max(...naiveMatmul(naiveTranspose(N), V).data.map(Math.abs))).toBeLessThan(
      orthogonalityBound(n),
    );
  });

  it('spans the row space: A·V·Vᵀ = A for the A whose null basis it completes', () => {
    const { A } = plantedMatrix({ n: 8, d: 5, kappa: 100, seed: 1 });
    const widened = naiveMatmul(A, naiveTranspose(randomOrthonormal(8, 5, 2)));
    const { basis } = nullVectors(widened.data, 8, 1e-13);
    const V = orthogonalComplement(basis as Matrix);
    const back = naiveMatmul(naiveMatmul(widened, V), naiveTranspose(V));
    const error = back.data.map((entry, p) => entry - widened.data[p]);
    // null vectors are off by κ·u at most; c = 10
    expect(Math.hypot(...error)).toBeLessThan(10 * 8 * 100 * u * frobenius(widened));
  });
});
