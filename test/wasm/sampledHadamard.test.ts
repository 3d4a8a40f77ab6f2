/** What the WebAssembly kernel adds to the laws of test/dense/sampledHadamard.test.ts: panels of columns, memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { addSampledHadamardInto } from '../../src/dense/sampledHadamard';
import { srhtDraw } from '../../src/sketch/srhtDraw';
import { engineFor, wasmMemoryBytes } from '../../src/wasm/engine';
import { onBothKernels } from '../support/kernelSets';
import { integerMatrix } from '../support/sketchLaws';

afterEach(() => {
  vi.restoreAllMocks();
  setKernels('auto');
});

/** S₀·A for integer A, which is exact, with the draw of an SRHT of m × n whose blocks have B rows. */
function sampled(m: number, n: number, B: number, rows: number, columns: number): Float64Array {
  const draw = srhtDraw(m, n, 1);
  expect(draw.blockRows).toBe(B);
  const A = integerMatrix(rows, columns, 2).data;
  const out = new Float64Array(m * columns);
  addSampledHadamardInto(out, 0, columns, draw, A, 0, columns, rows, columns, 0);
  return out;
}

// transformed 2¹⁷/B columns at a time, at least 16, and staged 2²¹/B, at least 16
describe.each([
  [20, 2048, 1024, 2048, 128],
  [20, 2048, 1024, 2048, 129],
  [20, 2048, 1024, 2000, 263],
  [2000, 33000, 4096, 4100, 33],
  [2000, 33000, 4096, 4000, 517],
  [70, 2048, 1024, 300, 2053],
])('m = %i, n = %i, B = %i: %i rows, %i columns in panels', (m, n, B, rows, columns) => {
  it('agrees with TypeScript exactly on integers', () => {
    const { typescript, wasm } = onBothKernels(() => sampled(m, n, B, rows, columns));
    expect(wasm.findIndex((v, p) => v !== typescript[p])).toBe(-1);
    expect(wasm.some((v) => v !== 0)).toBe(true);
  });
});

describe('memory', () => {
  it('none to be had: TypeScript does the work', () => {
    setKernels('wasm');
    const expected = sampled(20, 2048, 1024, 2048, 5);
    const engine = engineFor(0, 0);
    if (engine === null) throw new Error('this machine has no WebAssembly');
    vi.spyOn(engine, 'reserve').mockReturnValue(0);
    expect(sampled(20, 2048, 1024, 2048, 5)).toEqual(expected);
  });

  it('a large one is given back', () => {
    setKernels('wasm');
    sampled(20, 2048, 1024, 1, 2100);
    expect(wasmMemoryBytes()).toBe(0);
  });
});
