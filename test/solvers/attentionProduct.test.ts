import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import { ldexp } from '../../src/dense/vector';
import { attentionKernelProduct, kernelProduct } from '../../src/solvers/attentionProduct';
import { naiveAttention } from '../support/attention';
import { naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const plain = { temperature: 1, softmax: false, causal: false, logScale: 0 };

describe('attentionKernelProduct', () => {
  it.each([
    [1, 1, 1],
    [33, 20, 3],
    [7, 65, 10],
  ])('%i rows, %i points, dimension %i: exp(rows·Aᵀ)x by the definition', (m, n, d) => {
    const [rows, A, x] = [randomMatrix(m, d, 1), randomMatrix(n, d, 2), randomVector(n, 3)];
    const kept = [rows.data.slice(), A.data.slice(), x.slice()];
    const products = naiveMatmul(rows, naiveTranspose(A));
    const K = { ...products, data: products.data.map(Math.exp) };
    const exact = naiveMatvec(K, x);
    const sizes = naiveMatvec(K, x.map(Math.abs));
    const largest = Math.max(...products.data.map(Math.abs));
    const y = attentionKernelProduct(rows, A, x);
    for (let i = 0; i < m; i++) {
      expect(Math.abs(y[i] - exact[i])).toBeLessThanOrEqual(
        (2 * n + 8 * (d + 4) * (1 + largest)) * u * sizes[i],
      );
    }
    expect([rows.data, A.data, x]).toEqual(kept);
    const asRows = Array.from({ length: n }, (_, i) => A.data.slice(i * d, (i + 1) * d));
    expect(attentionKernelProduct(rows, asRows, Array.from(x))).toEqual(y);
  });

  it('exponents far outside the range of exp: signed infinities and zeros, cancellation kept', () => {
    expect([...attentionKernelProduct([[1000], [-1000], [0]], [[1]], [-1])]).toEqual([-Infinity, -0, -1]);
    // e^700·1e-300 is a number although e^700·e^40 is not
    const [y] = attentionKernelProduct([[740]], [[1]], [1e-300]);
    expect(Math.abs(y / (Math.exp(700) * 1e-300 * Math.exp(40)) - 1)).toBeLessThan(2000 * u);
    expect([...attentionKernelProduct([[1000]], [[1], [1]], [1, -1])]).toEqual([0]);
  });

  it('x = 0 gives 0', () => {
    expect([...attentionKernelProduct([[900], [1]], [[1], [2]], [0, 0])]).toEqual([0, 0]);
  });

  it.each([
    [
      'columns',
      () => attentionKernelProduct([[1, 2]], [[1]], [1]),
      'SHAPE',
      /rows has 2 columns, expected 1/,
    ],
    [
      'length of x',
      () => attentionKernelProduct([[1]], [[1]], [1, 2]),
      'SHAPE',
      /x has length 2, expected 1/,
    ],
    ['NaN in x', () => attentionKernelProduct([[1]], [[1]], [Number.NaN]), 'NOT_FINITE', /x\[0\]/],
    ['infinity in rows', () => attentionKernelProduct([[1 / 0]], [[1]], [1]), 'NOT_FINITE', /rows/],
    ['NaN in A', () => attentionKernelProduct([[1]], [[Number.NaN]], [1]), 'NOT_FINITE', /A has NaN/],
    ['no rows', () => attentionKernelProduct([], [[1]], [1]), 'SHAPE', /rows/],
    ['text', () => attentionKernelProduct('a' as never, [[1]], [1]), 'INVALID_ARGUMENT', /rows/],
  ] as const)('refuses %s', (_, call, code, message) => {
    expect(call).toThrow(SketchSolveError);
    expect(call).toThrow(message);
    try {
      call();
    } catch (error) {
      expect((error as SketchSolveError).code).toBe(code);
    }
  });
});

describe('exponents and weights near the ends of the range', () => {
  it('⟨row, a⟩ beyond the range of doubles gives ±Infinity or 0, not NaN', () => {
    expect([...attentionKernelProduct([[1e200], [-1e200]], [[1e200]], [1])]).toEqual([Infinity, 0]);
    expect([...attentionKernelProduct([[1e200], [-1e200]], [[1e200]], [-1])]).toEqual([-Infinity, -0]);
    expect([...attentionKernelProduct([[1e200]], [[1e200], [1e200]], [1, -1])]).toEqual([0]);
  });

  it('inner products that overflow on the way: the right value', () => {
    // 1e400 − 1e400 + 1.5
    const [y] = attentionKernelProduct([[1e200, 1e200, 1]], [[1e200, -1e200, 1.5]], [2]);
    // what is 1e400·u smaller than the parts is lost
    expect(y).toBe(2);
    // the orders that overflow to ±Infinity before they come back: −2e308 + 2e308 = 0
    const [z] = attentionKernelProduct([[1e154, 1e154, 2e154]], [[-1e154, -1e154, 1e154]], [3]);
    expect(z).toBe(3);
    // rows and points far apart in size: one exponent infinite with weight 0, one plain
    const [w] = attentionKernelProduct([[1.25]], [[1.7e308], [1.5]], [0, 1]);
    expect(Math.abs(w / Math.exp(1.875) - 1)).toBeLessThan(4 * u);
  });

  it('weights 0 hide nothing', () => {
    const rows = [[1000, 0]];
    const A = [
      [1, 0],
      [0, 1],
    ];
    expect([...attentionKernelProduct(rows, A, [0, 1])]).toEqual([1]);
    expect([...attentionKernelProduct(rows, A, [0, -1e-310])]).toEqual([-1e-310]);
  });

  it('|x| from e^−700 up to e^700: the sum has the size of its largest term', () => {
    // exp(1000)·1e-300 is 2e134, exp(0)·1e300 is the sum
    const [y] = attentionKernelProduct(
      [[1000, 0]],
      [
        [1, 0],
        [0, 1],
      ],
      [1e-300, 1e300],
    );
    expect(Math.abs(y / 1e300 - 1)).toBeLessThan(8 * u);
  });

  it.each([1e-320, 2 ** -1074, 1e-300, 1, 1e300, 1.1e308])(
    'temperature %d and points of that size: the kernel of temperature 1',
    (temperature) => {
      const settings = { ...plain, temperature };
      const A = { rows: 3, columns: 1, data: Float64Array.of(1, 1.5, -1) };
      const scaled = { ...A, data: A.data.map((entry) => entry * temperature) };
      const x = Float64Array.of(1, 2, -3);
      const y = kernelProduct(A, scaled, x, settings);
      for (let i = 0; i < 3; i++) {
        let [exact, size] = [0, 0];
        for (let j = 0; j < 3; j++) {
          // 1e-320 has 11 bits: the exponents by the stored points
          const point = (scaled.data[j] / temperature) * A.data[i];
          exact += Math.exp(point) * x[j];
          size += Math.exp(point) * Math.abs(x[j]);
        }
        expect(Math.abs(y[i] - exact)).toBeLessThan(16 * u * size);
      }
    },
  );

  it.each([
    ['A·2^−515, temperature 2^−1030', -515, -515, -1030],
    ['rows·2^900, points·2^−900', 900, -900, 0],
    ['rows·2^−700, points·2^−340, temperature 2^−1040', -700, -340, -1040],
    ['rows·2^1010, points·2^12, temperature 2^1022', 1010, 12, 1022],
  ])('%s: the products of A and 1', (_, rowPower, pointPower, power) => {
    const A = randomMatrix(50, 5, 31);
    const x = randomVector(50, 32);
    const times = (exponent: number) => ({ ...A, data: A.data.map((entry) => ldexp(entry, exponent)) });
    const temperature = ldexp(1, power);
    for (const softmax of [false, true]) {
      for (const causal of [false, true]) {
        const settings = { temperature, softmax, causal, logScale: 0 };
        const y = kernelProduct(times(rowPower), times(pointPower), x, settings);
        const K = naiveAttention(A, { softmax, causal });
        const exact = naiveMatvec(K, x);
        const sizes = naiveMatvec(K, x.map(Math.abs));
        // exponents up to 20, each off by at most (d + 2)·u·20 in y and in the oracle
        for (let i = 0; i < 50; i++) {
          expect(Math.abs(y[i] - exact[i])).toBeLessThan((2 * 50 + 4 * 7 * 20) * u * sizes[i]);
        }
      }
    }
  });

  it('temperature 1e-320 and rows of 1: softmax picks the largest, averages equal ones, and knows −', () => {
    const settings = { temperature: 1e-320, softmax: true, causal: false, logScale: 0 };
    const A = { rows: 4, columns: 1, data: Float64Array.of(1, 2, 2, -1) };
    const x = Float64Array.of(7, 3, 4, -9);
    expect([...kernelProduct(A, A, x, settings)]).toEqual([3.5, 3.5, 3.5, -9]);
    expect([...kernelProduct(A, A, x, { ...settings, causal: true })]).toEqual([7, 3, 3.5, -9]);
    expect([...kernelProduct(A, A, x, { ...settings, softmax: false })]).toEqual([
      Infinity,
      Infinity,
      Infinity,
      -Infinity,
    ]);
    const cold = { ...A, data: Float64Array.of(1, 0, 0, 0) };
    expect([...kernelProduct(cold, cold, x, { ...settings, softmax: false })].slice(1)).toEqual([5, 5, 5]);
  });

  it('softmax of rows of 1e200: the largest, with weight 0 too; rows below all are far below', () => {
    const settings = { ...plain, softmax: true };
    const A = { rows: 3, columns: 1, data: Float64Array.of(1e200, 2e200, 2e200) };
    expect([...kernelProduct(A, A, Float64Array.of(1, 0, 6), settings)]).toEqual([3, 3, 3]);
    expect([...kernelProduct(A, A, Float64Array.of(1, 0, 0), settings)]).toEqual([0, 0, 0]);
    const opposite = { ...A, data: A.data.map((entry) => -entry) };
    expect([...kernelProduct(opposite, A, Float64Array.of(1, 2, 3), settings)]).toEqual([1, 1, 1]);
    // averages of 1.5e308 do not overflow on the way
    expect([...kernelProduct(A, A, new Float64Array(3).fill(1.5e308), settings)]).toEqual([
      1.5e308, 1.5e308, 1.5e308,
    ]);
  });

  it('softmax where the largest exponent has weight 0: by the other terms, over the sum of all', () => {
    const [y] = kernelProduct(
      { rows: 1, columns: 2, data: Float64Array.of(600, 0) },
      { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 1) },
      Float64Array.of(0, 1e280),
      { ...plain, softmax: true },
    );
    expect(Math.abs(y / (1e280 * Math.exp(-600)) - 1)).toBeLessThan(700 * u);
    const [z] = kernelProduct(
      { rows: 1, columns: 2, data: Float64Array.of(1000, 0) },
      { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 1) },
      Float64Array.of(0, 1e300),
      { ...plain, softmax: true },
    );
    expect(Math.abs(z / (1e300 * Math.exp(-500) * Math.exp(-500)) - 1)).toBeLessThan(1100 * u);
  });
});

describe('kernelProduct', () => {
  const A = randomMatrix(40, 4, 5);
  const x = randomVector(40, 6);

  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('softmax %s, causal %s, with a temperature, by the definition', (softmax, causal) => {
    const settings = { temperature: 2.5, softmax, causal, logScale: 0 };
    const K = naiveAttention(A, settings);
    const y = kernelProduct(A, A, x, settings);
    const exact = naiveMatvec(K, x);
    const sizes = naiveMatvec(K, x.map(Math.abs));
    for (let i = 0; i < 40; i++) expect(Math.abs(y[i] - exact[i])).toBeLessThan(1000 * u * sizes[i]);
    // negative control: the other switch is seen
    const wrong = kernelProduct(A, A, x, { ...settings, causal: !causal });
    expect(Math.max(...wrong.map((entry, i) => Math.abs(entry - exact[i]) / sizes[i]))).toBeGreaterThan(1e-3);
  });

  it('logScale multiplies by its exponential, also where that alone overflows', () => {
    const y = kernelProduct(A, A, x, plain);
    const scaled = kernelProduct(A, A, x, { ...plain, logScale: -3 });
    for (let i = 0; i < 40; i++) expect(Math.abs(scaled[i] / y[i] / Math.exp(-3) - 1)).toBeLessThan(100 * u);
    const one = { rows: 1, columns: 1, data: Float64Array.of(40) };
    const [far] = kernelProduct(one, one, Float64Array.of(2), { ...plain, logScale: -1600 });
    expect(Math.abs(far - 2)).toBeLessThan(4000 * u);
    const [soft] = kernelProduct(one, one, Float64Array.of(2), { ...plain, softmax: true, logScale: 3 });
    expect(Math.abs(soft / (2 * Math.exp(3)) - 1)).toBeLessThan(8 * u);
  });

  it('softmax rows are averages: constants stay, and huge exponents pick the largest', () => {
    const huge = { ...A, data: A.data.map((entry) => 1e3 * entry) };
    const constant = kernelProduct(huge, huge, new Float64Array(40).fill(3), { ...plain, softmax: true });
    for (const entry of constant) expect(Math.abs(entry - 3)).toBeLessThan(100 * u);
    const picked = kernelProduct(huge, huge, x, { ...plain, softmax: true });
    for (const entry of picked) expect(x.some((xi) => Math.abs(xi - entry) < 1e-12)).toBe(true);
  });
});
