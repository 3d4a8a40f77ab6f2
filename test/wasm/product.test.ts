/** What the WebAssembly products add to the laws of test/dense/gemm.test.ts: several blocks at once, and no memory. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { gemmInto } from '../../src/dense/gemm';
import { setKernels } from '../../src/dense/kernelChoice';
import { Engine, wasmMemoryBytes } from '../../src/wasm/engine';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { expectSameEntries } from '../support/sameEntries';
import { integerMatrix } from '../support/sketchLaws';

beforeAll(() => setKernels('wasm'));
afterEach(() => vi.restoreAllMocks());
afterAll(() => setKernels('auto'));

/** Blocks of C are 256 × 512, the depth of a block 512: two of each, and a tail. */
const shapes = [
  [257, 513, 7],
  [257, 9, 513],
  [5, 513, 513],
  [300, 520, 515],
] as const;

it.each(shapes)('products of integers are exact across blocks, %i × %i × %i, all transposes', (m, n, k) => {
  const A = integerMatrix(m, k, 1);
  const B = integerMatrix(k, n, 2);
  const expected = naiveMatmul(A, B).data;
  for (const transA of [false, true]) {
    for (const transB of [false, true]) {
      const [left, lda] = transA ? [naiveTranspose(A).data, m] : [A.data, k];
      const [right, ldb] = transB ? [naiveTranspose(B).data, k] : [B.data, n];
      const C = new Float64Array(m * n).fill(Number.NaN);
      gemmInto(C, 0, n, left, 0, lda, transA, right, 0, ldb, transB, m, n, k, 1, 0);
      expectSameEntries(C, expected);
      gemmInto(C, 0, n, left, 0, lda, transA, right, 0, ldb, transB, m, n, k, -2, 1);
      expectSameEntries(
        C,
        expected.map((c) => 0 - c),
      );
    }
  }
});

it('the memory held does not grow with the operands', () => {
  const [m, n, k] = [1100, 1030, 3];
  const C = new Float64Array(m * n);
  gemmInto(
    C,
    0,
    n,
    new Float64Array(m * k),
    0,
    k,
    false,
    new Float64Array(k * n),
    0,
    n,
    false,
    m,
    n,
    k,
    1,
    0,
  );
  expect(wasmMemoryBytes()).toBeLessThan(8 * 2 ** 20);
});

it('without memory for the blocks the product is the same, beta = 0 too', () => {
  const A = integerMatrix(30, 40, 1);
  const B = integerMatrix(40, 20, 2);
  const reserve = vi.spyOn(Engine.prototype, 'reserve').mockReturnValue(0);
  const C = new Float64Array(600).fill(Number.NaN);
  gemmInto(C, 0, 20, A.data, 0, 40, false, B.data, 0, 20, false, 30, 20, 40, 1, 0);
  expect(reserve).toHaveBeenCalled();
  expect(C).toEqual(naiveMatmul(A, B).data);
  gemmInto(C, 0, 20, A.data, 0, 40, false, B.data, 0, 20, false, 30, 20, 40, 1, -0.5);
  expect(C).toEqual(naiveMatmul(A, B).data.map((c) => c / 2));
});
