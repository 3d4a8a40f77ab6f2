/** What the WebAssembly scatter adds to the laws of test/dense/scatter.test.ts: panels of A, and memory for out. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { scatterDrawnRowsInto, scatterRowsInto } from '../../src/dense/scatter';
import { engineFor, wasmMemoryBytes } from '../../src/wasm/engine';
import { testRandom } from '../support/random';
import { integerMatrix } from '../support/sketchLaws';

beforeEach(() => setKernels('wasm'));
afterEach(() => {
  vi.restoreAllMocks();
  setKernels('auto');
});

const OUT_ROWS = 9;

/** out from targets that are drawn, what it should be, and the calls of fill as [first, count]. */
function scattered(rows: number, columns: number, perRow: number) {
  const random = testRandom(rows);
  const table = new Int32Array(rows * perRow).map(() => random.integer(2 * OUT_ROWS));
  const A = integerMatrix(rows, columns, 1).data;
  const expected = integerMatrix(OUT_ROWS, columns, 2).data;
  const out = expected.slice();
  scatterRowsInto(expected, 0, columns, A, 0, columns, rows, columns, table, perRow);
  const calls: [number, number][] = [];
  const fill = (targets: Int32Array, at: number, first: number, count: number): void => {
    calls.push([first, count]);
    targets.set(table.subarray(first * perRow, (first + count) * perRow), at * perRow);
  };
  scatterDrawnRowsInto(out, 0, columns, OUT_ROWS, A, 0, columns, rows, columns, fill, 0, perRow);
  return { out, expected, calls };
}

describe('panels of 128 KiB', () => {
  // 80 + 4 bytes a row of 10 columns and a target: 1561 rows; 512 + 32 bytes: 241 rows; one row of 17000 columns
  it.each([
    [1560, 10, 1, 1],
    [1561, 10, 1, 1],
    [1562, 10, 1, 2],
    [4000, 10, 1, 3],
    [482, 64, 8, 2],
    [483, 64, 8, 3],
    [3, 17000, 2, 3],
  ])('%i × %i, %i targets a row: %i panels', (rows, columns, perRow, panels) => {
    const { out, expected, calls } = scattered(rows, columns, perRow);
    expect(out).toEqual(expected);
    expect(calls).toHaveLength(panels);
    let next = 0;
    for (const [first, count] of calls) {
      expect(first).toBe(next);
      next += count;
    }
    expect(next).toBe(rows);
  });
});

describe('memory', () => {
  it('none to be had: TypeScript does the work', () => {
    const engine = engineFor(0, 0);
    if (engine === null) throw new Error('this machine has no WebAssembly');
    const reserve = vi.spyOn(engine, 'reserve').mockReturnValue(0);
    const { out, expected, calls } = scattered(600, 10, 8);
    expect(reserve).toHaveBeenCalledOnce();
    expect(out).toEqual(expected);
    expect(calls.map(([, count]) => count)).toEqual([512, 88]);
  });

  it('a large one is given back', () => {
    const [rows, columns] = [2200, 1000];
    const out = new Float64Array(rows * columns);
    const fill = (targets: Int32Array): void => {
      targets[0] = 2 * (rows - 1);
    };
    const A = integerMatrix(1, columns, 3).data;
    scatterDrawnRowsInto(out, 0, columns, rows, A, 0, columns, 1, columns, fill, 0, 1);
    expect(out.subarray((rows - 1) * columns)).toEqual(A);
    expect(wasmMemoryBytes()).toBe(0);
  });
});
