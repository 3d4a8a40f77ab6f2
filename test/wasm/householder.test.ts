/** What the WebAssembly kernels add to the laws of test/dense/householder.test.ts: slabs, panels, memory. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import {
  applyQInPlace,
  applyQTransposedInPlace,
  householderInPlace,
  householderWorkLength,
} from '../../src/dense/householder';
import { type KernelChoice, setKernels } from '../../src/dense/kernelChoice';
import { type Engine, engineFor, wasmMemoryBytes } from '../../src/wasm/engine';
import { wasmApplyQ, wasmHouseholder } from '../../src/wasm/householder';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

beforeAll(() => setKernels('wasm'));
afterEach(() => setKernels('wasm'));
afterAll(() => setKernels('auto'));

interface Factored {
  readonly F: Matrix;
  readonly tau: Float64Array;
}

function factor(A: Matrix, kernels: KernelChoice = 'wasm'): Factored {
  const { rows: m, columns: n } = A;
  setKernels(kernels);
  const F = { ...A, data: A.data.slice() };
  const tau = new Float64Array(Math.min(m, n)).fill(Number.NaN);
  householderInPlace(F.data, n, m, n, tau, new Float64Array(householderWorkLength(m, n)));
  return { F, tau };
}

type Apply = typeof applyQInPlace;

function applied(apply: Apply, C: Matrix, { F, tau }: Factored, kernels: KernelChoice): Matrix {
  setKernels(kernels);
  const data = C.data.slice();
  const work = new Float64Array(householderWorkLength(F.rows, F.columns));
  apply(data, C.columns, C.columns, F.data, F.columns, F.rows, F.columns, tau, work);
  return { ...C, data };
}

function upperPart(F: Matrix): Matrix {
  return { ...F, data: F.data.map((x, p) => (Math.floor(p / F.columns) <= p % F.columns ? x : 0)) };
}

/** max over the columns of ‖A_j − B_j‖ / ‖B_j‖. */
function columnError(A: Matrix, B: Matrix): number {
  let worst = 0;
  for (let j = 0; j < A.columns; j++) {
    let errorSq = 0;
    let normSq = 0;
    for (let p = j; p < A.data.length; p += A.columns) {
      errorSq += (A.data[p] - B.data[p]) ** 2;
      normSq += B.data[p] ** 2;
    }
    worst = Math.max(worst, Math.sqrt(errorSq / normSq));
  }
  return worst;
}

/** NaN where one of them has a NaN. */
function largestDifference(x: Float64Array, y: Float64Array): number {
  return x.reduce((worst, v, p) => Math.max(worst, Math.abs(v - y[p])), 0);
}

/** As in test/dense/householder.test.ts. */
const bound = (m: number, n: number): number => (n + Math.sqrt(m)) * u;

/** Rows around the 64 worked on together, columns around slabs of 8 and panels of 2 and, from 200 on, 4 of them. */
const shapes = [
  ...[63, 64, 65, 127, 128, 129, 193].flatMap((m) => [8, 16, 17, 25].map((n) => [m, n])),
  ...[200, 208, 209, 223, 231].flatMap((n) => [n, n + 1, n + 70].map((m) => [m, n])),
  ...[9, 17, 33, 41].map((m) => [m, 210]),
  [16, 199],
];

describe.each(shapes)('%i × %i', (m, n) => {
  const A = randomMatrix(m, n, m + n);

  it('factored here and applied in TypeScript, and the other way round: QR = A, QᵀA = R', () => {
    for (const [first, second] of [
      ['wasm', 'typescript'],
      ['typescript', 'wasm'],
    ] as const) {
      const f = factor(A, first);
      expect(columnError(applied(applyQInPlace, upperPart(f.F), f, second), A)).toBeLessThanOrEqual(
        bound(m, n),
      );
      expect(columnError(applied(applyQTransposedInPlace, A, f, second), upperPart(f.F))).toBeLessThanOrEqual(
        bound(m, n),
      );
    }
  });

  it('R, reflectors and tau are those of TypeScript where they are well determined', () => {
    const data = A.data.map((x, p) => x + (Math.floor(p / n) === p % n ? 4 * Math.sqrt(m + n) : 0));
    const [one, other] = [factor({ ...A, data }), factor({ ...A, data }, 'typescript')];
    const limit = 4 * (m + n) * u;
    expect(largestDifference(one.F.data, other.F.data)).toBeLessThanOrEqual(6 * Math.sqrt(m + n) * limit);
    expect(largestDifference(one.tau, other.tau)).toBeLessThanOrEqual(limit);
  });
});

describe('rows copied in several panels', () => {
  // 96 KiB hold 1536 rows of a slab, 384 of four
  it.each([
    [1535, 8, 8],
    [1536, 8, 8],
    [1537, 8, 8],
    [3100, 6, 4],
    [800, 30, 25],
    [800, 8, 30],
  ])('%i × %i, C with %i columns', (m, n, nc) => {
    const A = randomMatrix(m, n, 1);
    const C = randomMatrix(m, nc, 2);
    const f = factor(A);
    expect(columnError(applied(applyQInPlace, upperPart(f.F), f, 'typescript'), A)).toBeLessThanOrEqual(
      bound(m, n),
    );
    for (const apply of [applyQInPlace, applyQTransposedInPlace]) {
      const [here, there] = [applied(apply, C, f, 'wasm'), applied(apply, C, f, 'typescript')];
      expect(columnError(here, there)).toBeLessThanOrEqual(2 * bound(m, n));
    }
  });

  it('leading dimensions above the columns: the same bits, and nothing outside touched', () => {
    const [m, n, nc] = [1600, 8, 7];
    const [A, C] = [randomMatrix(m, n, 1), randomMatrix(m, nc, 2)];
    const f = factor(A);
    const widen = (B: Matrix): Float64Array => {
      const wide = new Float64Array(m * (B.columns + 3)).fill(99);
      for (let i = 0; i < m; i++) {
        wide.set(B.data.subarray(i * B.columns, (i + 1) * B.columns), i * (B.columns + 3));
      }
      return wide;
    };
    const work = new Float64Array(householderWorkLength(m, n));
    const tau = new Float64Array(n);
    const F = widen(A);
    householderInPlace(F, n + 3, m, n, tau, work);
    expect(F).toEqual(widen(f.F));
    expect(tau).toEqual(f.tau);
    for (const apply of [applyQInPlace, applyQTransposedInPlace]) {
      const D = widen(C);
      apply(D, nc + 3, nc, F, n + 3, m, n, tau, work);
      expect(D).toEqual(widen(applied(apply, C, f, 'wasm')));
    }
  });
});

describe('range', () => {
  it('columns that must be scaled in any slab, beside ones that need not: R scales with them exactly', () => {
    const [m, n] = [90, 37];
    const A = randomMatrix(m, n, 3);
    const exponents = Array.from({ length: n }, (_, j) => [0, 700, -700, 1000, -1000, 299, -299][j % 7]);
    const data = A.data.map((x, p) => timesPowerOfTwo([x], exponents[p % n])[0]);
    const [plain, scaled] = [factor(A), factor({ ...A, data })];
    expect(scaled.tau).toEqual(plain.tau);
    const expected = plain.F.data.map((x, p) =>
      Math.floor(p / n) <= p % n ? timesPowerOfTwo([x], exponents[p % n])[0] : x,
    );
    expect(scaled.F.data).toEqual(expected);
  });

  it('a large column in any place of a slab, behind one that is just not scaled: nothing overflows', () => {
    const [m, n] = [20, 16];
    const A = randomMatrix(m, n, 5);
    const plain = factor(A);
    for (let large = 1; large < n; large++) {
      const exponents = Array.from({ length: n }, (_, j) => (j === large ? 1010 : 295));
      const data = A.data.map((x, p) => timesPowerOfTwo([x], exponents[p % n])[0]);
      const scaled = factor({ ...A, data });
      expect(scaled.tau).toEqual(plain.tau);
      expect(scaled.F.data[large]).toBe(timesPowerOfTwo([plain.F.data[large]], 1010)[0]);
    }
  });

  it('an infinity leaves the numbers of R above it their digits', () => {
    const { F } = factor({ rows: 2, columns: 2, data: Float64Array.of(1, 1.1, 0, Number.POSITIVE_INFINITY) });
    expect([...F.data]).toEqual([1, 1.1, 0, Number.POSITIVE_INFINITY]);
  });

  it('tails of 1e-200 under rows of 1, in every column: tau and reflectors of the tails alone', () => {
    const [m, n] = [40, 20];
    const tail = randomMatrix(m, n, 4);
    const f = factor(tail);
    // row 0 is the first reflection already: column 0 is e_0
    const data = new Float64Array((m + 1) * (n + 1));
    data.fill(1, 0, n + 1);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) data[(i + 1) * (n + 1) + j + 1] = 2 ** -665 * tail.data[i * n + j];
    }
    const g = factor({ rows: m + 1, columns: n + 1, data });
    expect(g.tau[0]).toBe(0);
    for (let k = 0; k < n; k++) expect(Math.abs(g.tau[k + 1] - f.tau[k])).toBeLessThanOrEqual(1e3 * u);
    for (let k = 0; k < n; k++) {
      const r = g.F.data[(k + 1) * (n + 2)] / 2 ** -665;
      expect(Math.abs(r / f.F.data[k * (n + 1)] - 1)).toBeLessThanOrEqual(1e4 * u);
    }
  });

  it('denormal numbers in C are neither flushed nor read as zero', () => {
    const f = factor({ rows: 2, columns: 1, data: Float64Array.of(3, 4) }); // Q = [−0.6 −0.8; −0.8 0.6]
    const C = {
      rows: 2,
      columns: 4,
      data: Float64Array.of(5, 0, 10, 20, 0, 5, 10, 0).map((x) => x * 5e-324),
    };
    const expected = Float64Array.of(-3, -4, -14, -12, -4, 3, -2, -16).map((x) => x * 5e-324);
    const QtC = applied(applyQTransposedInPlace, C, f, 'wasm');
    // each of the few sums of products is rounded to a multiple of the smallest number
    QtC.data.forEach((x, p) => {
      expect(Math.abs(x - expected[p]) / 5e-324).toBeLessThanOrEqual(3);
    });
  });

  it('NaN leaves the rows and columns of R before it alone', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const A = randomMatrix(50, 30, 6);
      const clean = factor(A);
      A.data[35 * 30 + 20] = bad;
      const { F, tau } = factor(A);
      for (let j = 0; j < 30; j++) {
        for (let i = 0; i <= j; i++) {
          if (j < 20) expect(F.data[i * 30 + j]).toBe(clean.F.data[i * 30 + j]);
          else if (i >= 20) expect(F.data[i * 30 + j]).toBeNaN();
        }
      }
      expect(tau.subarray(0, 20)).toEqual(clean.tau.subarray(0, 20));
    }
  });
});

describe('memory', () => {
  const open = (): Engine => {
    const engine = engineFor(0, 0);
    if (engine === null) throw new Error('this machine has no WebAssembly');
    return engine;
  };

  it('a large one is given back', () => {
    const [m, n] = [300_000, 8]; // 19 MB
    const f = factor(randomMatrix(m, n, 1));
    expect(wasmMemoryBytes()).toBe(0);
    applied(applyQInPlace, randomMatrix(m, 4, 2), f, 'wasm');
    expect(wasmMemoryBytes()).toBe(0);
  });

  it('without memory, or above 1 GiB: false, and nothing touched', () => {
    const none = { kernels: open().kernels, reserve: () => 0 } as unknown as Engine;
    const A = Float64Array.of(3, 4);
    const C = Float64Array.of(1, 2);
    const tau = Float64Array.of(7);
    expect(wasmHouseholder(none, A, 1, 2, 1, tau)).toBe(false);
    expect(wasmApplyQ(none, C, 1, 1, A, 1, 2, 1, tau, true)).toBe(false);
    expect(wasmHouseholder(open(), A, 8, 2 ** 24 + 8, 8, tau)).toBe(false);
    expect(wasmApplyQ(open(), C, 8, 8, A, 8, 2 ** 23 + 8, 8, tau, true)).toBe(false);
    expect([...A, ...C, ...tau]).toEqual([3, 4, 1, 2, 7]);
    expect(wasmMemoryBytes()).toBeLessThan(2 ** 24);
  });
});
