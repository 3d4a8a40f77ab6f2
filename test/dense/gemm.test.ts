import { expect, it } from 'vitest';
import { gemmInto } from '../../src/dense/gemm';
import { describeKernels } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { dotBound } from '../support/tolerances';

/** What stands around an output: any write outside it shows. */
const GUARD = -777.25;

interface Strided {
  readonly data: Float64Array;
  readonly off: number;
  readonly ld: number;
}

/** A rows × columns block of normals inside an array otherwise full of `around`. */
function strided(rows: number, columns: number, seed: number, around: number, pad = 3): Strided {
  const off = pad === 0 ? 0 : 2 * pad + 1;
  const ld = columns + pad;
  const data = new Float64Array(off + rows * ld + pad).fill(around);
  const values = randomVector(rows * columns, seed);
  for (let i = 0; i < rows; i++) data.set(values.subarray(i * columns, (i + 1) * columns), off + i * ld);
  return { data, off, ld };
}

interface Problem {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

interface Operands {
  readonly A: Strided;
  readonly B: Strided;
  readonly C: Strided;
}

/** NaN around A and B: an entry read from outside and used would reach C. */
function operands({ m, n, k, transA = false, transB = false }: Problem, pad = 3): Operands {
  return {
    A: transA ? strided(k, m, 1, Number.NaN, pad) : strided(m, k, 1, Number.NaN, pad),
    B: transB ? strided(n, k, 2, Number.NaN, pad) : strided(k, n, 2, Number.NaN, pad),
    C: strided(m, n, 3, GUARD, pad),
  };
}

function multiply({ A, B, C }: Operands, problem: Problem): Float64Array {
  const { m, n, k, transA = false, transB = false, alpha = 1, beta = 0 } = problem;
  const out = C.data.slice();
  gemmInto(out, C.off, C.ld, A.data, A.off, A.ld, transA, B.data, B.off, B.ld, transB, m, n, k, alpha, beta);
  return out;
}

/** Entry (i, j) of block X, or (j, i) where it is stored transposed. */
const entry = (X: Strided, i: number, j: number, transposed = false): number =>
  transposed ? X.data[X.off + j * X.ld + i] : X.data[X.off + i * X.ld + j];

/**
 * Largest |error|/bound over C, by the definition. Both sums have at most k + 4 roundings per term (k − 1
 * additions, the product, alpha, beta, the final addition; the blocks of k only reorder), hence
 * 2γ(k + 4)·(|alpha| |A||B| + |beta C|) componentwise; guards must be exactly untouched.
 */
function worstError(out: Float64Array, { A, B, C }: Operands, problem: Problem): number {
  const { m, n, k, transA = false, transB = false, alpha = 1, beta = 0 } = problem;
  let worst = 0;
  const inside = new Uint8Array(out.length);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let size = 0;
      for (let l = 0; l < k; l++) {
        const product = entry(A, i, l, transA) * entry(B, l, j, transB);
        sum += product;
        size += Math.abs(product);
      }
      const old = beta === 0 ? 0 : beta * entry(C, i, j);
      const at = C.off + i * C.ld + j;
      inside[at] = 1;
      const bound = 2 * dotBound(k + 4) * (Math.abs(alpha) * size + Math.abs(old)) + 1e-300;
      const error = Math.abs(out[at] - (alpha * sum + old)) / bound;
      worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    }
  }
  for (let p = 0; p < out.length; p++) {
    if (inside[p] === 0 && out[p] !== GUARD) worst = Number.POSITIVE_INFINITY;
  }
  return worst;
}

const transposes = [false, true].flatMap((transA) => [false, true].map((transB) => ({ transA, transB })));
const small = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/**
 * Sizes at the edges of tiles (3 × 2; 4 × 4 and 2 × 8 in WebAssembly) and blocks (132 × 132 × 128; there 64 × 256 × 256,
 * staged by 256 × 512 × 512, left blocks packed from 160 columns on), the other two sizes moderate.
 */
const shapes = [
  ...small.flatMap((m) => small.map((n) => ({ m, n, k: 1 + ((m * n) % 9) }))),
  ...[131, 132, 133, 134, 135, 263, 264, 265].map((m) => ({ m, n: 11, k: 13 })),
  ...[131, 132, 133, 134, 135, 263, 264, 265].map((n) => ({ m: 11, n, k: 13 })),
  ...[126, 127, 128, 129, 130, 255, 256, 257, 258].map((k) => ({ m: 10, n: 9, k })),
  ...[1, 2, 200].flatMap((m) => [1, 2, 200].map((n) => ({ m, n, k: 140 }))),
  { m: 32, n: 140, k: 300 },
  { m: 300, n: 140, k: 32 },
  { m: 133, n: 133, k: 129 },
  ...[62, 63, 64, 65, 66, 68].map((m) => ({ m, n: 161, k: 5 })),
  ...[12, 15, 16, 17, 20, 24, 159, 160, 161, 168].map((n) => ({ m: 9, n, k: 7 })),
  ...[511, 512, 513, 520].map((n) => ({ m: 5, n, k: 3 })),
  ...[511, 512, 513, 1025].map((k) => ({ m: 6, n: 5, k })),
  { m: 513, n: 3, k: 2 },
  { m: 66, n: 257, k: 258 },
  { m: 258, n: 514, k: 3 },
];

describeKernels(() => {
  it('equals the definition componentwise to 2γ(k + 4), for all transposes and edge sizes', () => {
    let worst = 0;
    for (const shape of shapes) {
      for (const trans of transposes) {
        const problem = { ...shape, ...trans, alpha: -0.5, beta: 1 };
        const given = operands(problem);
        worst = Math.max(worst, worstError(multiply(given, problem), given, problem));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  it('does so for every alpha and beta, plain and blocked', () => {
    for (const shape of [
      { m: 5, n: 4, k: 6 },
      { m: 20, n: 17, k: 150 },
    ]) {
      for (const alpha of [1, -1, 0.5, 0]) {
        for (const beta of [0, 1, -2, 0.3]) {
          const problem = { ...shape, alpha, beta };
          const given = operands(problem);
          expect(worstError(multiply(given, problem), given, problem)).toBeLessThanOrEqual(1);
        }
      }
    }
  });

  it('is told apart from a lost transpose, sign, alpha, beta, last row, last column or last product', () => {
    const problem = { m: 40, n: 40, k: 40, transA: true, transB: true, alpha: -0.5, beta: 1 };
    const given = operands(problem);
    const out = multiply(given, problem);
    expect(worstError(out, given, problem)).toBeLessThanOrEqual(1);
    for (const wrong of [
      { transA: false },
      { transB: false },
      { alpha: 0.5 },
      { alpha: -1 },
      { beta: 0 },
      { k: 39 },
    ]) {
      expect(worstError(out, given, { ...problem, ...wrong })).toBeGreaterThan(1e6);
    }
    expect(worstError(multiply(given, { ...problem, m: 39 }), given, problem)).toBeGreaterThan(1e6);
    expect(worstError(multiply(given, { ...problem, n: 39 }), given, problem)).toBeGreaterThan(1e6);
  });

  it('k = 0 scales C by beta; m = 0 and n = 0 leave everything as it is', () => {
    const given = operands({ m: 4, n: 5, k: 3 });
    for (const beta of [0, 1, 0.5]) {
      expect(worstError(multiply(given, { m: 4, n: 5, k: 0, beta }), given, { m: 4, n: 5, k: 0, beta })).toBe(
        0,
      );
    }
    expect(multiply(given, { m: 0, n: 5, k: 3 })).toEqual(given.C.data);
    expect(multiply(given, { m: 4, n: 0, k: 3 })).toEqual(given.C.data);
  });

  it('C scales exactly, bit for bit, with a power of two in A, in B or in alpha', () => {
    for (const shape of [
      { m: 5, n: 4, k: 6 },
      { m: 50, n: 31, k: 200 },
    ]) {
      const given = operands(shape, 0);
      const expected = multiply(given, shape).map((c) => c * 2 ** 400);
      const scaledA = { ...given.A, data: given.A.data.map((a) => a * 2 ** 400) };
      const scaledB = { ...given.B, data: given.B.data.map((b) => b * 2 ** 400) };
      expect(multiply({ ...given, A: scaledA }, shape)).toEqual(expected);
      expect(multiply({ ...given, B: scaledB }, shape)).toEqual(expected);
      expect(multiply(given, { ...shape, alpha: 2 ** 400 })).toEqual(expected);
    }
  });

  it('gives the same bits again, wherever the operands are stored and whatever was multiplied before', () => {
    const shape = { m: 50, n: 31, k: 200 };
    const first = multiply(operands(shape, 0), shape);
    const poison = operands({ m: 140, n: 140, k: 140 });
    poison.A.data.fill(Number.NaN);
    poison.B.data.fill(Number.NEGATIVE_INFINITY);
    multiply(poison, { m: 140, n: 140, k: 140 });
    const given = operands(shape, 5);
    const again = multiply(given, shape);
    for (let i = 0; i < shape.m; i++) {
      const row = again.subarray(given.C.off + i * given.C.ld, given.C.off + i * given.C.ld + shape.n);
      expect(row).toEqual(first.subarray(i * shape.n, (i + 1) * shape.n));
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('%s in A reaches its row of C, in B its column', (bad) => {
    for (const shape of [
      { m: 5, n: 4, k: 6 },
      { m: 140, n: 137, k: 135 },
    ]) {
      const { m, n, k } = shape;
      const clean = operands(shape, 0);
      const expected = multiply(clean, shape);
      const A = { ...clean.A, data: clean.A.data.slice() };
      A.data[(m - 1) * k + k - 1] = bad;
      const B = { ...clean.B, data: clean.B.data.slice() };
      B.data[0] = bad;
      const spoiltA = multiply({ ...clean, A }, shape);
      const spoiltB = multiply({ ...clean, B }, shape);
      expectEvery(m * n, (at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        const right = i === m - 1 ? !Number.isFinite(spoiltA[at]) : spoiltA[at] === expected[at];
        return right && (j === 0 ? !Number.isFinite(spoiltB[at]) : spoiltB[at] === expected[at]);
      });
    }
  });

  it('denormals are neither flushed nor read as zero', () => {
    const tiny = 5e-324;
    for (const [m, n, k] of [
      [3, 2, 3],
      [33, 17, 40],
    ]) {
      const C = new Float64Array(m * n).fill(tiny);
      const A = new Float64Array(m * k).fill(tiny);
      gemmInto(C, 0, n, A, 0, k, false, new Float64Array(k * n).fill(2), 0, n, false, m, n, k, 1, 1);
      expect(C).toEqual(new Float64Array(m * n).fill((2 * k + 1) * tiny));
    }
  });

  it('blocks of one array that do not overlap: the columns right of a block, times it', () => {
    const n = 40;
    const X = randomVector(n * n, 9);
    const apart = X.slice();
    const from = X.slice();
    gemmInto(X, 20, n, X, 0, n, false, X, 0, n, true, n, 20, 20, -1, 1);
    gemmInto(apart, 20, n, from, 0, n, false, from, 0, n, true, n, 20, 20, -1, 1);
    expect(X).toEqual(apart);
  });

  it('beta = 0 does not read C; beta = 1 keeps its NaN where it was', () => {
    for (const shape of [
      { m: 5, n: 4, k: 6 },
      { m: 40, n: 40, k: 40 },
    ]) {
      const given = operands(shape, 0);
      const expected = multiply(given, shape);
      const C = { ...given.C, data: new Float64Array(given.C.data.length).fill(Number.NaN) };
      expect(multiply({ ...given, C }, shape)).toEqual(expected);
      C.data.fill(0);
      C.data[7] = Number.NaN;
      const kept = multiply({ ...given, C }, { ...shape, beta: 1 });
      expect(kept.findIndex(Number.isNaN)).toBe(7);
      expect(kept.filter(Number.isNaN).length).toBe(1);
    }
  });
});
