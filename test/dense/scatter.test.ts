import { describe, expect, it } from 'vitest';
import {
  type FillTargets,
  gatherRowsInto,
  scatterDrawnRowsInto,
  scatterRowsInto,
} from '../../src/dense/scatter';
import { describeKernels, onBothKernels } from '../support/kernelSets';
import { naiveMatmul } from '../support/oracles';
import { randomVector, testRandom } from '../support/random';
import { integerMatrix } from '../support/sketchLaws';

const OUT_ROWS = 11;

/** Random targets 2·row + sign for `count` entries. */
function randomTargets(count: number, seed: number): Int32Array {
  const random = testRandom(seed);
  return new Int32Array(count).map(() => 2 * random.integer(OUT_ROWS) + random.integer(2));
}

const signOf = (target: number): number => (target % 2 === 0 ? 1 : -1);
const rowOf = (target: number): number => Math.floor(target / 2);

describe.each([1, 2, 3, 8, 9])('scatterRowsInto with %i targets a row', (perRow) => {
  it.each([1, 2, 3, 4, 5, 8, 13])('is the product with the matrix of its targets, %i columns', (columns) => {
    const rows = 17;
    const targets = randomTargets(rows * perRow, perRow + 100 * columns);
    const A = integerMatrix(rows, columns, 1);
    const S = { rows: OUT_ROWS, columns: rows, data: new Float64Array(OUT_ROWS * rows) };
    targets.forEach((t, p) => {
      S.data[rowOf(t) * rows + Math.floor(p / perRow)] += signOf(t);
    });
    const before = integerMatrix(OUT_ROWS, columns, 2).data;
    const out = before.slice();
    scatterRowsInto(out, 0, columns, A.data, 0, columns, rows, columns, targets, perRow);
    const product = naiveMatmul(S, A).data;
    expect(out).toEqual(before.map((v, p) => v + product[p]));
  });

  it('honours offsets and leading dimensions and leaves the rest alone', () => {
    const rows = 6;
    const columns = 5;
    const targets = randomTargets(rows * perRow, 7);
    const A = integerMatrix(rows, columns, 3).data;
    const plain = new Float64Array(OUT_ROWS * columns);
    scatterRowsInto(plain, 0, columns, A, 0, columns, rows, columns, targets, perRow);
    const wideA = new Float64Array(4 + rows * 8).fill(Number.NaN);
    for (let i = 0; i < rows; i++) wideA.set(A.slice(i * columns, (i + 1) * columns), 4 + i * 8);
    const wide = new Float64Array(3 + OUT_ROWS * 7).fill(1000);
    scatterRowsInto(wide, 3, 7, wideA, 4, 8, rows, columns, targets, perRow);
    expect([...wide.slice(0, 3)]).toEqual([1000, 1000, 1000]);
    for (let t = 0; t < OUT_ROWS; t++) {
      const row = wide.slice(3 + 7 * t, 10 + 7 * t);
      const expected = plain.slice(columns * t, columns * (t + 1)).map((v) => v + 1000);
      expect([...row]).toEqual([...expected, 1000, 1000]);
    }
  });
});

describe('gatherRowsInto', () => {
  it.each([1, 3, 4, 6])('adds ± the sampled rows of the source in order, %i columns', (columns) => {
    const source = integerMatrix(OUT_ROWS, columns, 4).data;
    const samples = randomTargets(20, 5);
    const out = new Float64Array(2 + 15 * (columns + 1)).fill(50);
    gatherRowsInto(out, 2, columns + 1, source, columns, samples, 15);
    const expected = new Float64Array(out.length).fill(50);
    for (let k = 0; k < 15; k++) {
      for (let j = 0; j < columns; j++) {
        expected[2 + k * (columns + 1) + j] += signOf(samples[k]) * source[rowOf(samples[k]) * columns + j];
      }
    }
    expect(out).toEqual(expected);
  });
});

describe('rounding', () => {
  it('real sums run row by row: the same bits in one call or several', () => {
    const rows = 40;
    const A = integerMatrix(rows, 3, 6).data.map((v) => v / 7);
    const targets = randomTargets(rows * 8, 8);
    const whole = new Float64Array(OUT_ROWS * 3);
    scatterRowsInto(whole, 0, 3, A, 0, 3, rows, 3, targets, 8);
    const parts = new Float64Array(OUT_ROWS * 3);
    for (const [first, end] of [
      [0, 13],
      [13, 14],
      [14, 40],
    ]) {
      scatterRowsInto(parts, 0, 3, A, 3 * first, 3, end - first, 3, targets.slice(8 * first, 8 * end), 8);
    }
    expect(parts).toEqual(whole);
  });
});

describe('special entries', () => {
  it.each([1, 2, 8])('NaN and Infinity reach the rows they are added to, %i targets', (perRow) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const A = Float64Array.of(1, 2, bad, 4, 5);
      const out = new Float64Array(8 * 5);
      const targets = Int32Array.from({ length: perRow }, (_, k) => 2 * k + (k & 1));
      scatterRowsInto(out, 0, 5, A, 0, 5, 1, 5, targets, perRow);
      const expected = Array.from(out, (_, p) => {
        const row = Math.floor(p / 5);
        return row < perRow ? (row & 1 ? -1 : 1) * A[p % 5] : 0;
      });
      expect(Array.from(out)).toEqual(expected);
    }
  });
});

/** Targets of a table whose row 0 belongs to row `first` of the whole matrix. */
function tableOf(table: Int32Array, perRow: number, first: number): FillTargets {
  return (targets, at, from, count) => {
    const start = (from - first) * perRow;
    targets.set(table.subarray(start, start + count * perRow), at * perRow);
  };
}

describeKernels(() => {
  describe.each([1, 2, 3, 4, 8, 9])('scatterDrawnRowsInto with %i targets a row', (perRow) => {
    // around the steps of four and sixteen columns
    it.each([1, 2, 3, 4, 5, 8, 15, 16, 17, 20, 23, 32, 37])(
      'is scatterRowsInto with the targets drawn, and leaves the rest alone: %i columns',
      (columns) => {
        const [rows, first] = [21, 1000];
        const table = randomTargets(rows * perRow, perRow + 100 * columns);
        const A = integerMatrix(rows, columns + 3, 1).data;
        const before = integerMatrix(1, 5 + OUT_ROWS * (columns + 2), 2).data;
        const expected = before.slice();
        scatterRowsInto(expected, 5, columns + 2, A, 1, columns + 3, rows, columns, table, perRow);
        const out = before.slice();
        const fill = tableOf(table, perRow, first);
        scatterDrawnRowsInto(
          out,
          5,
          columns + 2,
          OUT_ROWS,
          A,
          1,
          columns + 3,
          rows,
          columns,
          fill,
          first,
          perRow,
        );
        expect(out).toEqual(expected);
      },
    );
  });

  it('denormals are neither flushed nor read as zero; NaN and Infinity reach the rows they are added to', () => {
    const A = new Float64Array(23).fill(5e-324);
    A[3] = Number.NaN;
    A[18] = Number.POSITIVE_INFINITY;
    A[22] = Number.NEGATIVE_INFINITY;
    const out = new Float64Array(4 * 23).fill(5e-324);
    const fill = tableOf(Int32Array.of(0, 3, 4, 4), 4, 0);
    scatterDrawnRowsInto(out, 0, 23, 4, A, 0, 23, 1, 23, fill, 0, 4);
    for (const [row, factor] of [1, -1, 2, 0].entries()) {
      const expected = Array.from(A, (a) => (factor === 0 ? 5e-324 : 5e-324 + factor * a));
      expect(Array.from(out.subarray(23 * row, 23 * row + 23))).toEqual(expected);
    }
  });

  it('one row', () => {
    const out = new Float64Array(3);
    scatterDrawnRowsInto(out, 0, 1, 3, Float64Array.of(7), 0, 1, 1, 1, tableOf(Int32Array.of(5), 1, 9), 9, 1);
    expect(out).toEqual(Float64Array.of(0, 0, -7));
  });
});

it('scatterDrawnRowsInto gives the same bits on both kernel sets, in one call or several', () => {
  const [rows, columns, perRow] = [1100, 21, 8];
  const A = randomVector(rows * columns, 6);
  const table = randomTargets(rows * perRow, 8);
  const inBlocks = (cuts: readonly number[]): Float64Array => {
    const out = new Float64Array(OUT_ROWS * columns);
    for (const [k, end] of cuts.entries()) {
      const first = k === 0 ? 0 : cuts[k - 1];
      const [from, count, fill] = [first * columns, end - first, tableOf(table, perRow, 0)];
      scatterDrawnRowsInto(out, 0, columns, OUT_ROWS, A, from, columns, count, columns, fill, first, perRow);
    }
    return out;
  };
  const whole = onBothKernels(() => inBlocks([rows]));
  const parts = onBothKernels(() => inBlocks([1, 14, 15, 700, rows]));
  for (const out of [whole.wasm, parts.typescript, parts.wasm]) expect(out).toEqual(whole.typescript);
});
