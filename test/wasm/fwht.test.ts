/** What the WebAssembly transform adds to the laws of test/dense/fwht.test.ts: blocks, groups and stretches. */
import { describe, expect, it, vi } from 'vitest';
import { engineFor } from '../../src/wasm/engine';
import { wasmHadamard } from '../../src/wasm/fwht';
import { hadamardEntry } from '../support/oracles';
import { integerMatrix } from '../support/sketchLaws';

const engine = engineFor(0, 0);
if (engine === null) throw new Error('this machine has no WebAssembly');

// blocks of 2¹³ entries, so groups of at most 16 rows, in stretches of 8192/count − 8 entries
describe.each([
  ['a block and no more', 2 ** 10, 8],
  ['two blocks, so a group of 2', 2 ** 10, 16],
  ['groups of 16', 2 ** 14, 8],
  ['groups of 8, then of 4', 2 ** 15, 8],
  ['no blocks: a row is larger than half of one', 8, 4097],
  ['stretches that leave an odd rest', 4, 8192 + 3],
  ['stretches that leave nothing', 4, 3 * (2048 - 8)],
])('%s: %#: %i × %i', (_, rows, columns) => {
  it('twice is n times the identity on integers, and nothing around A is touched', () => {
    const around = 5;
    const A = integerMatrix(1, rows * columns + 2 * around, 3).data;
    const before = A.slice();
    for (const _twice of [1, 2]) wasmHadamard(engine, A, around, rows, columns, 2 ** 13);
    const end = around + rows * columns;
    expect(A.findIndex((entry, p) => entry !== before[p] * (p >= around && p < end ? rows : 1))).toBe(-1);
  });

  it('of a unit vector is its column of H', () => {
    for (const at of [1, rows - 1, Math.floor(rows / 3)]) {
      const A = new Float64Array(rows * columns);
      const j = columns - 1;
      A[at * columns + j] = 1;
      wasmHadamard(engine, A, 0, rows, columns, 2 ** 13);
      let wrong = 0;
      for (let i = 0; i < rows; i++) if (A[i * columns + j] !== hadamardEntry(i, at)) wrong++;
      expect(wrong).toBe(0);
    }
  });
});

it('no memory to be had: false, and A as it was', () => {
  const reserve = vi.spyOn(engine, 'reserve').mockReturnValue(0);
  const A = Float64Array.of(1, 2);
  expect(wasmHadamard(engine, A, 0, 2, 1)).toBe(false);
  expect(A).toEqual(Float64Array.of(1, 2));
  reserve.mockRestore();
});
