import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
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

describe('known to fail', () => {
  it.fails('⟨row, a⟩ beyond the range of doubles gives ±Infinity or 0, not NaN', () => {
    expect([...attentionKernelProduct([[1e200], [-1e200]], [[1e200]], [1])]).toEqual([Infinity, 0]);
  });

  it.fails('|x| from e^−700 up to e^700: the sum has the size of its largest term', () => {
    // exp(1000)·1e-300 is 2e134, exp(0)·1e300 is the sum
    const [y] = attentionKernelProduct(
      [[1000, 0]],
      [
        [1, 0],
        [0, 1],
      ],
      [1e-300, 1e300],
    );
    expect(Math.abs(y / 1e300 - 1)).toBeLessThan(1e-12);
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
