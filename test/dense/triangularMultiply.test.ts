import { expect, it } from 'vitest';
import { multiplyUpperInto, multiplyUpperUpperInto } from '../../src/dense/triangularMultiply';
import { describeKernels } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { dotBound } from '../support/tolerances';

/** What stands around outputs and must stay. */
const GUARD = -777.25;

/** rows × columns normals at offset `off` with leading dimension ld, `around` elsewhere. */
function block(rows: number, columns: number, off: number, ld: number, seed: number, around: number) {
  const data = new Float64Array(off + rows * ld).fill(around);
  const values = randomVector(rows * columns, seed);
  for (let i = 0; i < rows; i++) data.set(values.subarray(i * columns, (i + 1) * columns), off + i * ld);
  return data;
}

/** n × n upper triangular normals with leading dimension ld, `below` under the diagonal and beside it. */
function upper(n: number, ld: number, seed: number, below = Number.NaN): Float64Array {
  const data = block(n, n, 0, ld, seed, below);
  for (let i = 0; i < n; i++) data.fill(below, i * ld, i * ld + i);
  return data;
}

/** Within twice γ(terms) of the definition, componentwise: the same products in two orders. */
function ratio(got: number, sum: number, size: number, terms: number): number {
  const error = Math.abs(got - sum) / (2 * dotBound(terms) * size + 1e-300);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

const small = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describeKernels(() => {
  const offsetA = 5;
  const offsetW = 4;

  function multiply(A: Float64Array, X: Float64Array, m: number, n: number): Float64Array {
    const W = new Float64Array(offsetW + m * (n + 3) + 2).fill(GUARD);
    multiplyUpperInto(W, offsetW, n + 3, A, offsetA, n + 2, X, n + 1, m, n);
    return W;
  }

  /** Largest |error|/bound against Σ over l ≤ j; infinite if a guard changed. */
  function worstError(W: Float64Array, A: Float64Array, X: Float64Array, m: number, n: number): number {
    let worst = 0;
    for (let p = 0; p < W.length; p++) {
      const i = Math.floor((p - offsetW) / (n + 3));
      const j = (p - offsetW) % (n + 3);
      if (p < offsetW || i >= m || j >= n) {
        if (W[p] !== GUARD) worst = Number.POSITIVE_INFINITY;
        continue;
      }
      let sum = 0;
      let size = 0;
      for (let l = 0; l <= j; l++) {
        const product = A[offsetA + i * (n + 2) + l] * X[l * (n + 1) + j];
        sum += product;
        size += Math.abs(product);
      }
      worst = Math.max(worst, ratio(W[p], sum, size, j + 1));
    }
    return worst;
  }

  const operands = (m: number, n: number) => ({
    A: block(m, n, offsetA, n + 2, 1, Number.NaN),
    X: upper(n, n + 1, 2),
  });

  it('equals the definition componentwise to 2γ(j + 1), reads nothing below the diagonal of X, writes W only', () => {
    let worst = 0;
    for (const { m, n } of [
      ...small.flatMap((m) => small.map((n) => ({ m, n }))),
      ...[99, 100, 127, 128, 129, 130, 131, 255, 256, 257, 258].map((n) => ({ m: 7, n })),
      ...[131, 132, 133, 263, 264, 265].map((m) => ({ m, n: 11 })),
      { m: 133, n: 130 },
      ...[12, 13, 15, 16, 17, 20, 21, 24].flatMap((n) => [4, 6, 9].map((m) => ({ m, n }))),
      ...[640, 641].map((n) => ({ m: 3, n })),
    ]) {
      const { A, X } = operands(m, n);
      worst = Math.max(worst, worstError(multiply(A, X, m, n), A, X, m, n));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('is told apart from a lost sign, row, column or diagonal', () => {
    const m = 40;
    const n = 40;
    const { A, X } = operands(m, n);
    const right = multiply(A, X, m, n);
    expect(worstError(right, A, X, m, n)).toBeLessThanOrEqual(1);
    expect(
      worstError(
        right.map((w) => (w === GUARD ? w : -w)),
        A,
        X,
        m,
        n,
      ),
    ).toBeGreaterThan(1e6);
    expect(worstError(multiply(A, X, m - 1, n), A, X, m, n)).toBeGreaterThan(1e6);
    const noDiagonal = X.map((x, p) => (p % (n + 2) === 0 ? 0 : x));
    expect(worstError(multiply(A, noDiagonal, m, n), A, X, m, n)).toBeGreaterThan(1e6);
    const lastColumn = right.map((w, p) => ((p - offsetW) % (n + 3) === n - 1 ? 0 : w));
    expect(worstError(lastColumn, A, X, m, n)).toBeGreaterThan(1e6);
  });

  it('A·I = A, bit for bit', () => {
    for (const n of [1, 5, 6, 129, 300]) {
      const A = randomVector(7 * n, 3);
      const identity = new Float64Array(n * n).map((_, p) => (p % (n + 1) === 0 ? 1 : 0));
      const W = new Float64Array(7 * n).fill(Number.NaN);
      multiplyUpperInto(W, 0, n, A, 0, n, identity, n, 7, n);
      expect(W).toEqual(A);
    }
  });

  it('scales bit for bit with powers of two in A and X, and repeats bit for bit', () => {
    for (const [m, n] of [
      [3, 5],
      [140, 137],
    ]) {
      const { A, X } = operands(m, n);
      const expected = multiply(A, X, m, n);
      expect(multiply(A, X, m, n)).toEqual(expected);
      const scaled = expected.map((w) => (w === GUARD ? w : w * 2 ** 400));
      expect(
        multiply(
          A.map((a) => a * 2 ** 400),
          X,
          m,
          n,
        ),
      ).toEqual(scaled);
      expect(
        multiply(
          A,
          X.map((x) => x * 2 ** 400),
          m,
          n,
        ),
      ).toEqual(scaled);
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    '%s at A(i, l) reaches W(i, j) for j ≥ l and nothing else',
    (bad) => {
      const m = 5;
      for (const { n, l } of [
        { n: 7, l: 0 },
        { n: 7, l: 3 },
        { n: 7, l: 6 },
        { n: 140, l: 69 },
        { n: 140, l: 70 },
        { n: 140, l: 139 },
      ]) {
        const { A, X } = operands(m, n);
        const clean = multiply(A, X, m, n);
        A[offsetA + 2 * (n + 2) + l] = bad;
        const spoilt = multiply(A, X, m, n);
        expectEvery(m * n, (p) => {
          const [i, j] = [Math.floor(p / n), p % n];
          const at = offsetW + i * (n + 3) + j;
          return i === 2 && j >= l ? !Number.isFinite(spoilt[at]) : Object.is(spoilt[at], clean[at]);
        });
      }
    },
  );

  it('no rows or no columns leave W as it is', () => {
    const { A, X } = operands(3, 4);
    const untouched = new Float64Array(20).fill(GUARD);
    const W = untouched.slice();
    multiplyUpperInto(W, 0, 4, A, offsetA, 6, X, 5, 0, 4);
    multiplyUpperInto(W, 0, 4, A, offsetA, 6, X, 5, 3, 0);
    expect(W).toEqual(untouched);
  });
});

describeKernels(() => {
  function multiply(L: Float64Array, R: Float64Array, n: number): Float64Array {
    const T = new Float64Array(n * n + 1).fill(Number.NaN);
    T[n * n] = GUARD;
    multiplyUpperUpperInto(T, L, R, n);
    return T;
  }

  /** Largest |error|/bound against Σ over i ≤ l ≤ j; infinite unless zero below the diagonal. */
  function worstError(T: Float64Array, L: Float64Array, R: Float64Array, n: number): number {
    let worst = T[n * n] === GUARD ? 0 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        let size = 0;
        for (let l = i; l <= j; l++) {
          const product = L[i * n + l] * R[l * n + j];
          sum += product;
          size += Math.abs(product);
        }
        worst = Math.max(worst, ratio(T[i * n + j], sum, size, n));
      }
    }
    return worst;
  }

  it('equals the definition componentwise to 2γ(n), with zeros below, reading nothing below L and R', () => {
    let worst = 0;
    for (const n of [
      ...small,
      11,
      12,
      13,
      23,
      24,
      25,
      26,
      36,
      37,
      100,
      139,
      140,
      141,
      150,
      ...[15, 16, 17, 18, 31, 32, 33],
    ]) {
      const L = upper(n, n, 1);
      const R = upper(n, n, 2);
      worst = Math.max(worst, worstError(multiply(L, R, n), L, R, n));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('is told apart from R·L, a lost sign and a lost last column', () => {
    const n = 40;
    const L = upper(n, n, 1);
    const R = upper(n, n, 2);
    const right = multiply(L, R, n);
    expect(worstError(right, L, R, n)).toBeLessThanOrEqual(1);
    expect(worstError(multiply(R, L, n), L, R, n)).toBeGreaterThan(1e6);
    expect(
      worstError(
        right.map((t) => (t === GUARD ? t : -t)),
        L,
        R,
        n,
      ),
    ).toBeGreaterThan(1e6);
    expect(
      worstError(
        right.map((t, p) => (p % n === n - 1 ? 0 : t)),
        L,
        R,
        n,
      ),
    ).toBeGreaterThan(1e6);
  });

  it('I·R = R and L·I = L, bit for bit', () => {
    const n = 50;
    const R = upper(n, n, 3, 0);
    const identity = new Float64Array(n * n).map((_, p) => (p % (n + 1) === 0 ? 1 : 0));
    expect(multiply(identity, R, n).subarray(0, n * n)).toEqual(R);
    expect(multiply(R, identity, n).subarray(0, n * n)).toEqual(R);
  });

  it('scales bit for bit with powers of two, and repeats bit for bit', () => {
    for (const n of [5, 60]) {
      const L = upper(n, n, 1, 0);
      const R = upper(n, n, 2, 0);
      const expected = multiply(L, R, n);
      expect(multiply(L, R, n)).toEqual(expected);
      const scaled = expected.map((t, p) => (p === n * n ? t : t * 2 ** 400));
      expect(
        multiply(
          L.map((x) => x * 2 ** 400),
          R,
          n,
        ),
      ).toEqual(scaled);
      expect(
        multiply(
          L,
          R.map((x) => x * 2 ** 400),
          n,
        ),
      ).toEqual(scaled);
    }
  });

  it('NaN at L(i, l) reaches row i from column l on, and nothing else', () => {
    const n = 40;
    for (const [i, l] of [
      [0, 0],
      [3, 20],
      [15, 17],
      [39, 39],
      [4, 4],
      [6, 7],
      [7, 16],
    ]) {
      const L = upper(n, n, 1);
      const R = upper(n, n, 2);
      const clean = multiply(L, R, n);
      L[i * n + l] = Number.NaN;
      const spoilt = multiply(L, R, n);
      expectEvery(n * n, (p) => {
        return Object.is(spoilt[p], Math.floor(p / n) === i && p % n >= l ? Number.NaN : clean[p]);
      });
    }
  });
});
