import { expect, it } from 'vitest';
import { gramAccumulate } from '../../src/dense/gram';
import { describeKernels } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { dotBound } from '../support/tolerances';

/** What stands in the lower triangle and around G, and must stay. */
const GUARD = -777.25;

/** m × n normals at offset 5 with leading dimension n + 2, NaN around them. */
function panel(m: number, n: number): Float64Array {
  const data = new Float64Array(5 + m * (n + 2)).fill(Number.NaN);
  const values = randomVector(m * n, 4);
  for (let i = 0; i < m; i++) data.set(values.subarray(i * n, (i + 1) * n), 5 + i * (n + 2));
  return data;
}

/** Upper triangle 1, …, everything else guards; leading dimension n + 3. */
function startingGram(n: number): Float64Array {
  const G = new Float64Array(n * (n + 3) + 4).fill(GUARD);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) G[i * (n + 3) + j] = 1 + i - j;
  return G;
}

function accumulate(A: Float64Array, m: number, n: number): Float64Array {
  const G = startingGram(n);
  gramAccumulate(G, n + 3, A, 5, n + 2, m, n);
  return G;
}

/**
 * Largest |error|/bound, by the definition; infinite if a guard changed. Each of the two sums has at most
 * m + 1 roundings per term: 2γ(m + 1)(|A|ᵀ|A| + |G₀|) componentwise.
 */
function worstError(G: Float64Array, A: Float64Array, m: number, n: number): number {
  const expected = startingGram(n);
  let worst = 0;
  for (let p = 0; p < G.length; p++) {
    const i = Math.floor(p / (n + 3));
    const j = p % (n + 3);
    if (expected[p] === GUARD) {
      if (G[p] !== GUARD) worst = Number.POSITIVE_INFINITY;
      continue;
    }
    let sum = 0;
    let size = Math.abs(expected[p]);
    for (let l = 0; l < m; l++) {
      const product = A[5 + l * (n + 2) + i] * A[5 + l * (n + 2) + j];
      sum += product;
      size += Math.abs(product);
    }
    const error = Math.abs(G[p] - (expected[p] + sum)) / (2 * dotBound(m + 1) * size + 1e-300);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Edges of tiles, of groups of 6 columns, and of blocks of 132 columns (in WebAssembly 192, and blocks of 640) and 128 rows. */
const shapes = [
  ...sizes.flatMap((m) => sizes.map((n) => ({ m, n }))),
  ...[10, 11, 12, 13, 99, 100, 131, 132, 133, 137, 138, 139, 263, 264, 265].map((n) => ({ m: 9, n })),
  ...[126, 127, 128, 129, 130, 255, 256, 257].map((m) => ({ m, n: 14 })),
  { m: 129, n: 133 },
  ...[15, 16, 17, 20, 21, 191, 192, 193, 196, 197, 200, 384, 385, 640, 641, 648, 655, 1290].map((n) => ({
    m: 3,
    n,
  })),
];

describeKernels(() => {
  it('adds AᵀA to the upper triangle componentwise to 2γ(m + 1) and writes nothing else', () => {
    let worst = 0;
    for (const { m, n } of shapes) {
      const A = panel(m, n);
      worst = Math.max(worst, worstError(accumulate(A, m, n), A, m, n));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('is told apart from a lost row, column, sign or starting value, and from a written lower triangle', () => {
    const m = 40;
    const n = 40;
    const A = panel(m, n);
    const right = accumulate(A, m, n);
    const ld = n + 3;
    expect(worstError(right, A, m, n)).toBeLessThanOrEqual(1);
    expect(worstError(accumulate(A, m - 1, n), A, m, n)).toBeGreaterThan(1e6);
    const lostColumn = startingGram(n);
    gramAccumulate(lostColumn, ld, A, 5, n + 2, m, n - 1);
    expect(worstError(lostColumn, A, m, n)).toBeGreaterThan(1e6);
    expect(
      worstError(
        right.map((g, p) => (g === GUARD ? g : 2 * startingGram(n)[p] - g)),
        A,
        m,
        n,
      ),
    ).toBeGreaterThan(1e6);
    expect(
      worstError(
        right.map((g, p) => (g === GUARD ? g : g - startingGram(n)[p])),
        A,
        m,
        n,
      ),
    ).toBeGreaterThan(1e6);
    right[ld] = right[1];
    expect(worstError(right, A, m, n)).toBe(Number.POSITIVE_INFINITY);
  });

  it('over row panels gives the Gram matrix of all rows', () => {
    const m = 300;
    const n = 20;
    const A = panel(m, n);
    const G = startingGram(n);
    for (let first = 0; first < m; first += 128) {
      gramAccumulate(G, n + 3, A, 5 + first * (n + 2), n + 2, Math.min(128, m - first), n);
    }
    expect(worstError(G, A, m, n)).toBeLessThanOrEqual(1);
  });

  it('no rows or no columns leave G as it is', () => {
    const G = startingGram(4);
    gramAccumulate(G, 7, panel(3, 4), 5, 6, 0, 4);
    gramAccumulate(G, 7, panel(3, 4), 5, 6, 3, 0);
    expect(G).toEqual(startingGram(4));
  });

  it('scaling A by 2ᵏ scales AᵀA by 4ᵏ, bit for bit, and repeats bit for bit', () => {
    for (const n of [5, 140]) {
      const A = randomVector(30 * n, 6);
      const gram = (data: Float64Array): Float64Array => {
        const G = new Float64Array(n * n);
        gramAccumulate(G, n, data, 0, n, 30, n);
        return G;
      };
      const expected = gram(A);
      expect(gram(A)).toEqual(expected);
      expect(gram(A.map((a) => a * 2 ** 200))).toEqual(expected.map((g) => g * 2 ** 400));
      expect(gram(A.map((a) => a * 2 ** -200))).toEqual(expected.map((g) => g * 2 ** -400));
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    '%s in column c reaches row and column c of G only',
    (bad) => {
      for (const { n, c } of [
        { n: 5, c: 2 },
        { n: 140, c: 0 },
        { n: 140, c: 137 },
      ]) {
        const m = 6;
        const A = panel(m, n);
        const clean = accumulate(A, m, n);
        A[5 + 3 * (n + 2) + c] = bad;
        const spoilt = accumulate(A, m, n);
        expectEvery(n * n, (p) => {
          const [i, j] = [Math.floor(p / n), p % n];
          const at = i * (n + 3) + j;
          const spoils = j >= i && (i === c || j === c);
          return spoils ? !Number.isFinite(spoilt[at]) : Object.is(spoilt[at], clean[at]);
        });
      }
    },
  );
});
