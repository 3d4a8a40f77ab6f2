/** What the WebAssembly sums add to the laws of test/dense/exponentialProduct.test.ts: blocks, strips, stretches. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { exponentialProductInto, exponentialScratchLength } from '../../src/dense/exponentialProduct';
import { exponentialSums } from '../../src/dense/exponentialSums';
import { wasmMemoryBytes } from '../../src/wasm/engine';
import { onBothKernels, refuseMemory } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

afterEach(() => vi.restoreAllMocks());

function compare(m: number, n: number, d: number, causal: boolean): void {
  const scale = 1 / Math.sqrt(d);
  const B = randomVector(m * d, 1);
  const A = causal ? B : randomVector(n * d, 2);
  const x = randomVector(n, 3);
  const { typescript, wasm } = onBothKernels(() => {
    const out = exponentialSums(m);
    exponentialProductInto(
      out,
      B,
      m,
      A,
      n,
      d,
      scale,
      x,
      causal,
      new Float64Array(exponentialScratchLength(n)),
      null,
    );
    return out;
  });
  // either is within (n + 2(d + 2)·max|s| + 4)·u of Σ exp|x|, and of Σ exp
  const exponent = 8 * Math.sqrt(d);
  const bound = 2 * (n + 2 * (d + 2) * exponent + 4) * u;
  for (let i = 0; i < m; i++) {
    const size = 5 * typescript.total[i];
    if (!(Math.abs(wasm.log[i] - typescript.log[i]) <= 2 * (d + 2) * exponent * u))
      throw new Error(`log of ${i}`);
    if (!(Math.abs(wasm.sum[i] - typescript.sum[i]) <= bound * size)) throw new Error(`sum of ${i}`);
    if (!(Math.abs(wasm.total[i] - typescript.total[i]) <= bound * size)) throw new Error(`total of ${i}`);
  }
  expect(wasm.power).toEqual(typescript.power);
  expect(wasm.gap).toEqual(typescript.gap);
}

describe('both kernel sets', () => {
  it.each([
    ['stretches of 512', 3, 511, 2],
    ['stretches of 512', 3, 512, 2],
    ['stretches of 512', 3, 513, 2],
    ['stretches of 512', 2, 1537, 3],
    ['blocks of 64 rows', 131, 65, 4],
    ['blocks of 16 rows', 35, 9001, 2],
    ['a block of rows, points in strips of 432', 9, 1301, 300],
    ['many rows, points in strips of 64 MiB', 20, 2101, 4001],
  ])('%s: %i rows, %i points, dimension %i', (_, m, n, d) => compare(m, n, d, false));

  it.each([
    [1, 1],
    [63, 5],
    [64, 5],
    [131, 300],
    [515, 3],
  ])('causal, %i rows, dimension %i', (n, d) => compare(n, n, d, true));
});

it('causal rows do not see a later NaN or Infinity, odd or even, nor another row', () => {
  const n = 40;
  const { wasm } = onBothKernels(() => {
    const A = randomVector(n, 4);
    const x = randomVector(n, 5);
    x[21] = Number.NaN;
    x[22] = Number.POSITIVE_INFINITY;
    const out = exponentialSums(n);
    exponentialProductInto(
      out,
      A,
      n,
      A,
      n,
      1,
      1,
      x,
      true,
      new Float64Array(exponentialScratchLength(n)),
      null,
    );
    return out;
  });
  expect(Array.from(wasm.sum.subarray(0, 21), Number.isFinite)).toEqual(new Array(21).fill(true));
  expect(wasm.sum.subarray(21).every(Number.isNaN)).toBe(true);
  expect(wasm.total.every(Number.isFinite)).toBe(true);
});

it('a large memory is given back', () => {
  const { wasm } = onBothKernels(() => {
    const [m, n, d] = [20, 60_000, 40];
    const A = new Float64Array(n * d);
    const out = exponentialSums(m);
    const scratch = new Float64Array(exponentialScratchLength(n));
    exponentialProductInto(out, A, m, A, n, d, 1, new Float64Array(n).fill(1), false, scratch, null);
    return { bytes: wasmMemoryBytes(), sum: out.sum };
  });
  expect(wasm.bytes).toBeLessThanOrEqual(16 * 2 ** 20);
  expect(wasm.sum).toEqual(new Float64Array(20).fill(60_000));
});

it('where memory is wanting TypeScript does the work, bit by bit', () => {
  refuseMemory();
  const [A, x] = [randomVector(300, 6), randomVector(150, 7)];
  const { typescript, wasm } = onBothKernels(() => {
    const out = exponentialSums(150);
    exponentialProductInto(
      out,
      A,
      150,
      A,
      150,
      2,
      1,
      x,
      false,
      new Float64Array(exponentialScratchLength(150)),
      null,
    );
    return out;
  });
  expect(wasm).toEqual(typescript);
});
