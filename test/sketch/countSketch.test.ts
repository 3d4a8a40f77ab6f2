import { afterEach, describe, expect, it } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import { drawCountSketch } from '../../src/sketch/countSketch';
import { KERNEL_SETS, onBothKernels } from '../support/kernelSets';
import { randomMatrix } from '../support/random';
import { signedRows, sketchColumn } from '../support/sketchColumns';
import { distortions, identityRows, integerMatrix, median } from '../support/sketchLaws';

afterEach(() => setKernels('auto'));

describe('S has one ±1 in every column', () => {
  it.each([
    [1, 1],
    [1, 50],
    [7, 50],
    [1000, 600],
  ])('m = %i, n = %i', (rows, columns) => {
    const S = drawCountSketch(rows, columns, 3);
    expect(S.scale).toBe(1);
    for (let i = 0; i < columns; i++) {
      const column = sketchColumn(S, i);
      expect(column.filter((v) => v !== 0)).toHaveLength(1);
      expect(column.reduce((sum, v) => sum + v * v, 0)).toBe(1);
    }
  });
});

describe('locked tables: the row and sign of columns 0, 1, 2, 3, 4, 50, 99', () => {
  it.each<[number | string, string]>([
    [0, '-288 +555 -356 +301 +238 +321 -667'],
    ['seed', '-12 +99 -952 -54 -928 +501 -683'],
  ])('seed %j, m = 1000', (seed, expected) => {
    const S = drawCountSketch(1000, 100, seed);
    expect([0, 1, 2, 3, 4, 50, 99].map((i) => signedRows(sketchColumn(S, i))).join(' ')).toBe(expected);
  });
});

/** Binomial counts over 20000 columns: 32 comparisons at 6.3σ fail by chance with probability ≤ 1e-8. */
describe('rows and signs are uniform', () => {
  const n = 20000;
  const rows = 30;
  const S = drawCountSketch(rows, n, 11);
  const columns = Array.from({ length: n }, (_, i) => sketchColumn(S, i));
  const rowOf = columns.map((column) => column.findIndex((v) => v !== 0));

  it('every row is met n/m times', () => {
    const counts = new Float64Array(rows);
    for (const row of rowOf) counts[row]++;
    const limit = 6.3 * Math.sqrt((n / rows) * (1 - 1 / rows));
    for (const count of counts) expect(Math.abs(count - n / rows)).toBeLessThanOrEqual(limit);
  });

  it('signs balance, alone and together with the parity of the row', () => {
    let signs = 0;
    let withRow = 0;
    columns.forEach((column, i) => {
      const sign = column[rowOf[i]];
      signs += sign;
      withRow += rowOf[i] % 2 === 0 ? sign : -sign;
    });
    expect(Math.abs(signs)).toBeLessThanOrEqual(6.3 * Math.sqrt(n));
    expect(Math.abs(withRow)).toBeLessThanOrEqual(6.3 * Math.sqrt(n));
  });
});

describe('collisions', () => {
  it('identity rows: two of 48 meet in 192 rows, S·U is singular; in 10·48² rows seldom', () => {
    // 1 − exp(−48·47/(2·192)) = 0.997; a median of 9 is finite with probability ≤ 126·0.003⁵ < 1e-10
    const U = identityRows(4096, 48, 1);
    const family = drawCountSketch;
    expect(median(distortions(family, 192, U, 9))).toBe(Number.POSITIVE_INFINITY);
    // some collision has probability 0.05 a seed; without one κ = 1 exactly
    expect(median(distortions(family, 10 * 48 * 48, U, 3))).toBe(1);
  });
});

it.each(KERNEL_SETS)('%s kernels: an offset, a wider A and a wider result', (kernels) => {
  setKernels(kernels);
  const [rows, columns, width] = [9, 1300, 3];
  const S = drawCountSketch(rows, columns, 'chunks');
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
  const { typescript, wasm } = onBothKernels(() => drawCountSketch(40, 1300, 'bits').apply(A).data);
  expect(wasm).toEqual(typescript);
});
