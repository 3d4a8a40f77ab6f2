/** What the WebAssembly products with triangles add to the laws of test/dense: panels, and that memory may be lacking. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { multiplyUpperInto, multiplyUpperUpperInto } from '../../src/dense/triangularMultiply';
import { Engine } from '../../src/wasm/engine';
import { naiveMatmul } from '../support/oracles';
import { integerMatrix } from '../support/sketchLaws';

beforeAll(() => setKernels('wasm'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => setKernels('auto'));

function integerTriangle(n: number, seed: number): Float64Array {
  return integerMatrix(n, n, seed).data.map((x, p) => (p % n >= Math.floor(p / n) ? x : 0));
}

/** Panels have 128 rows. */
it.each([
  [127, 11],
  [128, 12],
  [129, 13],
  [300, 20],
])('A·X of integers is exact across panels, %i × %i', (m, n) => {
  const A = integerMatrix(m, n, 1);
  const X = integerTriangle(n, 2);
  const W = new Float64Array(m * n).fill(Number.NaN);
  multiplyUpperInto(W, 0, n, A.data, 0, n, X, n, m, n);
  expect(W.map((w) => w + 0)).toEqual(naiveMatmul(A, { rows: n, columns: n, data: X }).data);
});

it('without memory the products are the same', () => {
  const n = 40;
  const A = integerMatrix(30, n, 1);
  const [L, R] = [integerTriangle(n, 2), integerTriangle(n, 3)];
  const reserve = vi.spyOn(Engine.prototype, 'reserve').mockReturnValue(0);
  const W = new Float64Array(30 * n);
  multiplyUpperInto(W, 0, n, A.data, 0, n, R, n, 30, n);
  expect(W.map((w) => w + 0)).toEqual(naiveMatmul(A, { rows: n, columns: n, data: R }).data);
  expect(reserve).toHaveBeenCalledTimes(1);
  const T = new Float64Array(n * n);
  multiplyUpperUpperInto(T, L, R, n);
  const [left, right] = [L, R].map((data) => ({ rows: n, columns: n, data }));
  expect(T.map((t) => t + 0)).toEqual(naiveMatmul(left, right).data);
});
