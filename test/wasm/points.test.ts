/** Products of points that are packed whole: blocks of coordinates, strips, triangles, and the zeros around them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { type Engine, engineFor } from '../../src/wasm/engine';
import { eights, packStrip, stagePoints } from '../../src/wasm/points';
import { integerMatrix } from '../support/sketchLaws';

let engine: Engine;

beforeAll(() => {
  setKernels('wasm');
  const opened = engineFor(0, 0);
  if (opened === null) throw new Error('this machine has no WebAssembly');
  engine = opened;
});
afterAll(() => setKernels('auto'));

it('eights', () => {
  expect([0, 1, 7, 8, 9, 16, 17].map(eights)).toEqual([0, 8, 8, 8, 16, 16, 24]);
});

/** C of `rows` points of A from `i` on and `columns` of B from `from` + `first` on, NaN where nothing was written. */
function products(
  A: Float64Array,
  i: number,
  rows: number,
  B: Float64Array,
  from: number,
  count: number,
  first: number,
  columns: number,
  d: number,
  alpha: number,
  below: number,
): { C: Float64Array; ld: number } {
  const [all, step, ld] = [eights(count), 16, eights(columns) + 8];
  const a = engine.reserve(
    8 * ((rows + step + all) * d + (rows + 3) * ld) + engine.kernels.pointsWorkBytes(),
  );
  const staged = a + 8 * rows * d;
  const right = staged + 8 * step * d;
  const c = right + 8 * all * d;
  const work = c + 8 * (rows + 3) * ld;
  engine.f64.fill(Number.NaN, a >>> 3, work >>> 3);
  packStrip(engine, right, { data: B, first: 1, count: B.length / d - 1 }, from, count, d, staged, step);
  stagePoints(engine, a, { data: A, first: 2, count: A.length / d - 2 }, i, rows, d);
  engine.kernels.pointProducts(c, ld, a, rows, right, all, first, columns, d, alpha, below, work);
  return { C: engine.f64.slice(c >>> 3, work >>> 3), ld };
}

describe.each([1, 2, 5, 255, 256, 257, 600])('points of %i coordinates', (d) => {
  const A = integerMatrix(40, d, 1).data;
  const B = integerMatrix(60, d, 2).data;

  it.each([
    // rows, columns, first, below
    [1, 1, 0, -9],
    [2, 8, 8, -9],
    [3, 9, 16, -9],
    [4, 7, 0, -9],
    [5, 24, 8, 0],
    [23, 21, 24, 3],
    [32, 45, 0, -5],
  ])(
    '%i × %i from %i on, below %i: exact, zeros below the triangle and around, nothing else',
    (rows, columns, first, below) => {
      const [i, from, count] = [3, 5, 45];
      const limited = below === -9 ? -rows : below;
      const { C, ld } = products(A, i, rows, B, from, count, first, columns, d, -0.5, limited);
      for (let r = 0; r < rows + 3; r++) {
        for (let s = 0; s < ld; s++) {
          const entry = C[r * ld + s];
          if (r >= rows + (rows & 1) || s >= eights(columns)) expect(entry).toBeNaN();
          else if (r >= rows || first + s >= count || r + limited > s) expect(entry + 0).toBe(0);
          else {
            let sum = 0;
            for (let l = 0; l < d; l++) sum += A[(2 + i + r) * d + l] * B[(1 + from + first + s) * d + l];
            expect(entry + 0).toBe(-0.5 * sum + 0);
          }
        }
      }
    },
  );
});
