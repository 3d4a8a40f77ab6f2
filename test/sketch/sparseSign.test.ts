import { afterEach, describe, expect, it } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { drawGaussian } from '../../src/sketch/gaussian';
import { drawSparseSign } from '../../src/sketch/sparseSign';
import { KERNEL_SETS, onBothKernels } from '../support/kernelSets';
import { randomMatrix, randomOrthonormal } from '../support/random';
import { signedRows, sketchColumn } from '../support/sketchColumns';
import { distortions, identityRows, integerMatrix, median } from '../support/sketchLaws';

/** First row of stratum k of `count`. */
function stratum(k: number, count: number, rows: number): number {
  return Math.floor((k * rows) / count);
}

afterEach(() => setKernels('auto'));

describe('every column has ζ = min(8, m) entries ±1, one in each of ζ strata of the rows', () => {
  it.each([1, 2, 7, 8, 9, 11, 16, 100, 193])('m = %i', (rows) => {
    const S = drawSparseSign(rows, 150, 'strata');
    const count = Math.min(8, rows);
    expect(S.scale).toBe(1 / Math.sqrt(count));
    for (let i = 0; i < 150; i++) {
      const column = sketchColumn(S, i);
      for (let k = 0; k < count; k++) {
        const part = column.slice(stratum(k, count, rows), stratum(k + 1, count, rows));
        const entries = part.filter((v) => v !== 0);
        if (entries.length !== 1 || Math.abs(entries[0]) !== 1) expect(part).toBe('one entry of ±1');
      }
    }
  });
});

describe('given the width of A, with 16 rows a column or more', () => {
  it('four entries a column, in four strata; eight with fewer rows, or where the width is not known', () => {
    const entries = (rows: number, width?: number) =>
      sketchColumn(drawSparseSign(rows, 50, 1, width), 7).filter((v) => v !== 0).length;
    expect([entries(160, 10), entries(159, 10), entries(160)]).toEqual([4, 8, 8]);
    const S = drawSparseSign(160, 50, 1, 10);
    expect(S.scale).toBe(1 / 2);
    for (let k = 0; k < 4; k++) {
      const part = sketchColumn(S, 7).slice(40 * k, 40 * (k + 1));
      expect(part.filter((v) => v !== 0)).toHaveLength(1);
    }
  });

  /** Largest of 30 draws measured: 2.1, 1.9; eight entries: 1.8. Two entries lose a column now and then. */
  it('κ(SQ) of identity rows and of random Q stays below 2.5', () => {
    const d = 50;
    const family = (rows: number, columns: number, seed: number | string) =>
      drawSparseSign(rows, columns, seed, d);
    for (const Q of [identityRows(1000, d, 1), randomOrthonormal(1000, d, 3)]) {
      expect(Math.max(...distortions(family, 16 * d, Q, 30))).toBeLessThan(2.5);
    }
  });
});

describe('locked tables: m = 20', () => {
  it.each<[number | string, number, string]>([
    [0, 0, '-0 -3 +6 +7 +10 -13 -16 -17'],
    [0, 1, '+0 -3 +6 -8 -11 -13 -15 +19'],
    [0, 2, '+0 -4 +6 -9 -10 -13 +15 -18'],
    [0, 50, '+1 -4 -5 +7 +10 +13 -15 +18'],
    [0, 99, '+1 +4 -5 -8 -10 +14 -16 -17'],
    ['seed', 0, '-1 +2 +5 -9 -11 +13 +15 +17'],
    ['seed', 1, '-0 +4 -6 +8 -10 -13 -16 -19'],
    ['seed', 2, '+0 -4 -5 +7 +11 -14 +15 +18'],
    ['seed', 50, '-0 -3 +6 +7 -11 -14 -16 +19'],
    ['seed', 99, '+0 -4 +5 +7 -10 -12 -15 -17'],
  ])('seed %j, column %i', (seed, i, expected) => {
    expect(signedRows(sketchColumn(drawSparseSign(20, 100, seed), i))).toBe(expected);
  });
});

/** 75 comparisons of sums over 20000 columns at 6.3σ: chance failure with probability ≤ 3e-8. */
describe('rows and signs are uniform and unrelated', () => {
  const n = 20000;
  const rows = 44; // strata of 5 and 6 rows
  const S = drawSparseSign(rows, n, 5);
  const columns = Array.from({ length: n }, (_, i) => sketchColumn(S, i));

  it('within a stratum every row is met equally often', () => {
    const counts = new Float64Array(rows);
    for (const column of columns) {
      for (let t = 0; t < rows; t++) counts[t] += Math.abs(column[t]);
    }
    for (let k = 0; k < 8; k++) {
      const p = 1 / (stratum(k + 1, 8, rows) - stratum(k, 8, rows));
      for (let t = stratum(k, 8, rows); t < stratum(k + 1, 8, rows); t++) {
        expect(Math.abs(counts[t] - n * p)).toBeLessThanOrEqual(6.3 * Math.sqrt(n * p * (1 - p)));
      }
    }
  });

  it('signs balance, and those of two strata are unrelated', () => {
    const signs = columns.map((column) => Array.from(column).filter((v) => v !== 0));
    for (let k = 0; k < 8; k++) {
      const sum = signs.reduce((total, s) => total + s[k], 0);
      expect(Math.abs(sum)).toBeLessThanOrEqual(6.3 * Math.sqrt(n));
      for (let l = 0; l < k; l++) {
        const product = signs.reduce((total, s) => total + s[k] * s[l], 0);
        expect(Math.abs(product)).toBeLessThanOrEqual(6.3 * Math.sqrt(n));
      }
    }
  });
});

describe('κ(S·U) for d = 48, n = 4096, m = 4d is that of a Gaussian sketch, 2.8', () => {
  const draws = 7;
  const gaussian = median(distortions(drawGaussian, 192, randomOrthonormal(4096, 48, 1), draws));

  it.each([
    ['random', randomOrthonormal(4096, 48, 2)],
    ['identity in the first rows', identityRows(4096, 48, 1)],
    ['identity in every 2nd row', identityRows(4096, 48, 2)],
    ['identity in every 64th row', identityRows(4096, 48, 64)],
    ['identity in every 85th row', identityRows(4096, 48, 85)],
  ])('U %s', (_, U) => {
    const measured = median(distortions(drawSparseSign, 192, U, draws));
    expect(measured / gaussian).toBeGreaterThan(0.88);
    expect(measured / gaussian).toBeLessThan(1.12);
    expect(Math.abs(measured - 2.8)).toBeLessThan(0.12 * 2.8);
  });
});

it.each(KERNEL_SETS)('%s kernels: an offset, a wider A and a wider result', (kernels) => {
  setKernels(kernels);
  const [rows, columns, width] = [13, 1300, 3];
  const S = drawSparseSign(rows, columns, 'chunks');
  const A = integerMatrix(columns, width + 2, 1);
  const out = new Float64Array(5 + rows * (width + 1)).fill(1);
  S.accumulateInto(out, 5, width + 1, A.data, 2, width + 2, columns, width, 0);
  const expected = new Float64Array(out.length).fill(1);
  for (let i = 0; i < columns; i++) {
    const column = sketchColumn(S, i);
    for (let t = 0; t < rows; t++)
      for (let j = 0; j < width; j++)
        expected[5 + t * (width + 1) + j] += column[t] * A.data[i * (width + 2) + 2 + j];
  }
  expect(out).toEqual(expected);
});

it('both kernel sets give the same bits, of real A too', () => {
  const A = randomMatrix(1300, 19, 4);
  const { typescript, wasm } = onBothKernels(() => drawSparseSign(40, 1300, 'bits').apply(A).data);
  expect(wasm).toEqual(typescript);
});
