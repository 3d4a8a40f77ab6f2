import { expect, it } from 'vitest';
import { projectedGramInto } from '../../src/dense/projectedGram';
import { describeKernels } from '../support/kernelSets';
import { randomMatrix, randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { integerMatrix } from '../support/sketchLaws';
import { dotBound } from '../support/tolerances';

/** What stands in the lower triangle of G and behind it, and must stay. */
const GUARD = -777.25;

/** The upper triangle of `values` (n × n) above marks. */
function triangle(values: Float64Array, n: number): Float64Array {
  return values.map((x, p) => (p % n < Math.floor(p / n) ? Number.NaN : x));
}

function project(A: Float64Array, X: Float64Array, m: number, n: number): Float64Array {
  const G = new Float64Array(n * n + 3).fill(GUARD);
  projectedGramInto(G, A, m, n, X);
  return G;
}

/** A·X by the definition, entries of |A||X| where `absolute`. */
function product(A: Float64Array, X: Float64Array, m: number, n: number, absolute: boolean): Float64Array {
  const W = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l <= j; l++) {
        const term = A[i * n + l] * X[l * n + j];
        W[i * n + j] += absolute ? Math.abs(term) : term;
      }
    }
  }
  return W;
}

function gram(W: Float64Array, m: number, n: number): Float64Array {
  const G = new Float64Array(n * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) for (let k = j; k < n; k++) G[j * n + k] += W[i * n + j] * W[i * n + k];
  }
  return G;
}

/**
 * Largest |error|/bound; infinite if a guard changed. An entry of A·X has j + 1 ≤ n roundings per term, the sum of m
 * products m + 1: 2γ(2n + m + 1)·(|A||X|)ᵀ(|A||X|) componentwise between two orders of summation.
 */
function worstError(G: Float64Array, A: Float64Array, X: Float64Array, m: number, n: number): number {
  const exact = gram(product(A, X, m, n, false), m, n);
  const size = gram(product(A, X, m, n, true), m, n);
  let worst = 0;
  for (let p = 0; p < G.length; p++) {
    if (p >= n * n || p % n < Math.floor(p / n)) {
      if (G[p] !== GUARD) worst = Number.POSITIVE_INFINITY;
      continue;
    }
    const error = Math.abs(G[p] - exact[p]) / (2 * dotBound(2 * n + m + 1) * size[p] + 1e-300);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

/** Edges of tiles of four and eight columns and two and four rows, of panels of 128 rows, of left blocks of 192. */
const shapes = [
  ...[1, 2, 3, 4, 5, 7, 9].flatMap((m) => [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 20].map((n) => [m, n])),
  ...[127, 128, 129, 255, 256, 257, 258].map((m) => [m, 13]),
  ...[131, 132, 133, 191, 192, 193, 196, 200].map((n) => [5, n]),
  [2, 640],
  [2, 641],
  [130, 100],
];

describeKernels(() => {
  it('(A·X)ᵀ(A·X) in the upper triangle, componentwise to 2γ(2n + m + 1), and nothing else written', () => {
    let worst = 0;
    for (const [m, n] of shapes) {
      const A = randomMatrix(m, n, 1).data;
      const X = triangle(randomVector(n * n, 2), n);
      worst = Math.max(worst, worstError(project(A, X, m, n), A, X, m, n));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('is exact on integers, across panels', () => {
    const [m, n] = [300, 21];
    const A = integerMatrix(m, n, 3).data;
    const X = triangle(integerMatrix(n, n, 4).data, n);
    const expected = gram(product(A, X, m, n, false), m, n);
    const G = project(A, X, m, n);
    expected.forEach((value, p) => {
      expect(G[p]).toBe(p % n < Math.floor(p / n) ? GUARD : value);
    });
  });

  it('is told apart from a lost row, a lost sign of X, Xᵀ and a diagonal of ones', () => {
    const [m, n] = [40, 30];
    const A = randomMatrix(m, n, 1).data;
    const X = triangle(randomVector(n * n, 2), n);
    const G = project(A, X, m, n);
    expect(worstError(G, A, X, m, n)).toBeLessThanOrEqual(1);
    expect(worstError(project(A, X, m - 1, n), A, X, m, n)).toBeGreaterThan(1e6);
    for (const wrong of [
      X.map((x, p) => (p === n + 2 ? -x : x)),
      X.map((x, p) => (p === n - 1 ? 0 : x)),
      X.map((x, p) => (p % (n + 1) === 0 ? 1 : x)),
    ]) {
      expect(worstError(project(A, wrong, m, n), A, X, m, n)).toBeGreaterThan(1e6);
    }
  });

  it('what G held does not matter; no rows give zero', () => {
    const X = triangle(randomVector(36, 2), 6);
    const G = new Float64Array(36).fill(Number.NaN);
    projectedGramInto(G, new Float64Array(0), 0, 6, X);
    G.forEach((value, p) => {
      expect(value).toBe(p % 6 < Math.floor(p / 6) ? Number.NaN : 0);
    });
  });

  it('scales bit for bit with powers of two, and repeats bit for bit', () => {
    const [m, n] = [150, 19];
    const A = randomMatrix(m, n, 5).data;
    const X = triangle(randomVector(n * n, 6), n);
    const expected = project(A, X, m, n);
    project(new Float64Array(A.length).fill(Number.NaN), X, m, n);
    expect(project(A, X, m, n)).toEqual(expected);
    const scaled = expected.map((g) => (g === GUARD ? g : g * 2 ** 200));
    const powers = A.map((a) => a * 2 ** 100);
    expect(project(powers, X, m, n)).toEqual(scaled);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    '%s in column c of A reaches the entries of G that have to do with columns from c on, and no other',
    (bad) => {
      for (const [n, c] of [
        [7, 0],
        [20, 3],
        [20, 9],
        [100, 97],
      ]) {
        const A = randomMatrix(5, n, 7).data;
        const X = triangle(randomVector(n * n, 8), n);
        const clean = project(A, X, 5, n);
        A[4 * n + c] = bad;
        const spoilt = project(A, X, 5, n);
        expectEvery(n * n, (p) => {
          const j = p % n;
          if (j < Math.floor(p / n)) return true;
          return j >= c ? !Number.isFinite(spoilt[p]) : Object.is(spoilt[p], clean[p]);
        });
      }
    },
  );

  it('denormals are neither flushed nor read as zero', () => {
    const tiny = 2 ** -537; // its square is the smallest denormal
    const G = project(new Float64Array(27).fill(tiny), triangle(new Float64Array(81).fill(1), 9), 3, 9);
    for (let i = 0; i < 9; i++) {
      for (let j = i; j < 9; j++) expect(G[i * 9 + j]).toBe(3 * (i + 1) * (j + 1) * 2 ** -1074);
    }
  });
});
