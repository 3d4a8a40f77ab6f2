import { describe, expect, it } from 'vitest';
import { gatherRowsInto, scatterRowsInto } from '../../src/dense/scatter';
import { naiveMatmul } from '../support/oracles';
import { testRandom } from '../support/random';
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
