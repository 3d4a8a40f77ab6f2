import { Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  checkCsr,
  csrFromMatrix,
  csrFromTriplets,
  csrMatrix,
  isCsr,
  type Triplets,
  toRangedTall,
} from '../../src/core/csr';
import { testRandom } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';

const failure = (code: string, message: string) =>
  expect.objectContaining({ name: 'SketchSolveError', code, message });
/** [1 0 2; 0 0 0; 0 3 4] */
const arrays = {
  rowPointers: Uint32Array.of(0, 2, 2, 4),
  columnIndices: Uint32Array.of(0, 2, 1, 2),
  values: Float64Array.of(1, 2, 3, 4),
};

describe('csrMatrix', () => {
  it('keeps the arrays', () => {
    const A = csrMatrix(3, 3, arrays);
    expect([A.rows, A.columns, isCsr(A)]).toEqual([3, 3, true]);
    for (const name of ['rowPointers', 'columnIndices', 'values'] as const) {
      expect(A[name]).toBe(arrays[name]);
    }
  });

  it('names what is wrong as a door does', () => {
    expect(() => csrMatrix(2, 3, arrays)).toThrow(
      failure('SHAPE', 'csrMatrix: rowPointers has length 4, expected 3 (= rows + 1)'),
    );
    expect(() => csrMatrix(3, 2, arrays)).toThrow(
      failure(
        'INVALID_ARGUMENT',
        'csrMatrix: columnIndices[1] (row 0) is 2, expected an integer from 0 to 1',
      ),
    );
    expect(() => csrMatrix(3, 3, { ...arrays, values: Float64Array.of(1, 2, 3, Number.NaN) })).toThrow(
      failure('NOT_FINITE', 'csrMatrix: the matrix has NaN in row 2, column 2, expected finite numbers'),
    );
    for (const wrong of [undefined, null, [], {}, 3]) {
      expect(() => csrMatrix(3, 3, wrong as never)).toThrow(/^csrMatrix: the arrays are/);
    }
  });
});

describe('csrFromTriplets', () => {
  it('is the sum of its entries, from every form of triplets', () => {
    const random = testRandom(1);
    for (const [rows, columns, count] of [
      [30, 7, 100],
      [1, 1, 5],
      [5, 40, 0],
      [200, 3, 40],
    ]) {
      const dense = new Float64Array(rows * columns);
      const list = Array.from({ length: count }, () => {
        const triplet = [random.integer(rows), random.integer(columns), random.integer(101) - 50] as const;
        dense[triplet[0] * columns + triplet[1]] += triplet[2];
        return triplet;
      });
      const A = csrFromTriplets(rows, columns, list);
      expect(checkCsr('test', 'A', A)).toBe(A);
      expect(denseFrom(A).data).toEqual(dense);
      expect(A.values.length).toBe(new Set(list.map(([i, j]) => `${i},${j}`)).size);
      const inArrays = {
        rowIndices: list.map(([i]) => i),
        columnIndices: Uint16Array.from(list, ([, j]) => j),
        values: Float32Array.from(list, ([, , v]) => v),
      };
      for (const same of [list.values(), new Set(list), inArrays] as Triplets[]) {
        expect(csrFromTriplets(rows, columns, same)).toEqual(A);
      }
    }
  });

  it('sums what is in one place in the order given, whatever else is between', () => {
    const small = 2 ** -53;
    const A = csrFromTriplets(2, 2, [
      [1, 1, 1],
      [0, 0, 5],
      [1, 1, small],
      [1, 0, 7],
      [1, 1, small],
      [1, 1, -1],
    ]);
    expect(denseFrom(A).data).toEqual(Float64Array.of(5, 0, 7, 0)); // (1 + u/4) + u/4 − 1
    const B = csrFromTriplets(1, 1, [
      [0, 0, small],
      [0, 0, small],
      [0, 0, 1],
      [0, 0, -1],
    ]);
    expect(B.values).toEqual(Float64Array.of(2 ** -52));
  });

  it('keeps zeros, also those that arise', () => {
    const A = csrFromTriplets(1, 3, [
      [0, 2, 0],
      [0, 0, 3],
      [0, 0, -3],
    ]);
    expect([...A.columnIndices]).toEqual([0, 2]);
    expect([...A.values]).toEqual([0, 0]);
  });

  it('does not modify what it is given', () => {
    const given = { rowIndices: [1, 0], columnIndices: [0, 1], values: [3, 4] };
    csrFromTriplets(2, 2, given);
    expect(given).toEqual({ rowIndices: [1, 0], columnIndices: [0, 1], values: [3, 4] });
  });

  it.each<readonly [string, string, unknown]>([
    [
      'INVALID_ARGUMENT',
      'row of triplet 1 is 2, expected an integer from 0 to 1',
      [
        [0, 0, 1],
        [2, 0, 1],
      ],
    ],
    ['INVALID_ARGUMENT', 'row of triplet 0 is -1, expected an integer from 0 to 1', [[-1, 0, 1]]],
    ['INVALID_ARGUMENT', 'column of triplet 0 is 3, expected an integer from 0 to 2', [[0, 3, 1]]],
    ['INVALID_ARGUMENT', 'column of triplet 0 is 0.5, expected an integer from 0 to 2', [[0, 0.5, 1]]],
    ['INVALID_ARGUMENT', "value of triplet 0 is '1', expected a number", [[0, 0, '1']]],
    ['NOT_FINITE', 'value of triplet 0 is NaN, expected finite numbers', [[0, 0, Number.NaN]]],
    [
      'INVALID_ARGUMENT',
      'triplet 1 is an array of length 2, expected [row, column, value]',
      [
        [0, 0, 1],
        [0, 0],
      ],
    ],
    ['INVALID_ARGUMENT', 'triplet 0 is 7, expected [row, column, value]', [7]],
    [
      'INVALID_ARGUMENT',
      'triplets is 7, expected an iterable of [row, column, value], or their three arrays',
      7,
    ],
    [
      'INVALID_ARGUMENT',
      'triplets is null, expected an iterable of [row, column, value], or their three arrays',
      null,
    ],
    [
      'INVALID_ARGUMENT',
      'values is undefined, expected an array of numbers',
      { rowIndices: [], columnIndices: [] },
    ],
    [
      'SHAPE',
      'rowIndices has length 1, expected 2 (= length of values)',
      { rowIndices: [0], columnIndices: [0, 1], values: [1, 2] },
    ],
    [
      'SHAPE',
      'columnIndices has length 3, expected 2 (= length of values)',
      { rowIndices: [0, 0], columnIndices: [0, 1, 2], values: [1, 2] },
    ],
  ])('%s: %s', (code, message, triplets) => {
    expect(() => csrFromTriplets(2, 3, triplets as Triplets)).toThrow(
      failure(code, `csrFromTriplets: ${message}`),
    );
  });

  it('names sizes that are wrong, and a sum that overflows', () => {
    expect(() => csrFromTriplets(0, 3, [])).toThrow(/csrFromTriplets: rows is 0/);
    expect(() => csrFromTriplets(3, 2 ** 31, [])).toThrow(/csrFromTriplets: columns is 2147483648/);
    const twice = [
      [1, 2, 1e308],
      [1, 2, 1e308],
    ] as const;
    expect(() => csrFromTriplets(2, 3, twice)).toThrow(/has Infinity in row 1, column 2/);
  });
});

describe('csrFromMatrix', () => {
  const A = randomSparse({ rows: 20, columns: 6, density: 0.3, seed: 4 });
  const dense = denseFrom(A);
  const rows = Array.from({ length: 20 }, (_, i) => Array.from(dense.data.subarray(6 * i, 6 * i + 6)));

  it('keeps what is not zero, from dense, rows, ml-matrix and sparse', () => {
    for (const given of [dense, rows, new MlMatrix(rows), A]) expect(csrFromMatrix(given)).toEqual(A);
    expect(csrFromMatrix([[0, 0]]).values.length).toBe(0);
  });

  it('drops stored zeros, of either sign', () => {
    const { rowPointers, columnIndices, values } = csrFromMatrix(
      csrMatrix(3, 3, { ...arrays, values: Float64Array.of(0, 2, -0, 4) }),
    );
    expect([...rowPointers, ...columnIndices, ...values]).toEqual([0, 1, 1, 2, 2, 2, 2, 4]);
    expect(csrFromMatrix([[1, -0]]).values.length).toBe(1);
  });

  it('refuses what is not finite', () => {
    expect(() => csrFromMatrix([[1, Number.NaN]])).toThrow(/csrFromMatrix: A has NaN in row 0, column 1/);
  });
});

describe('toRangedTall', () => {
  const A = randomSparse({ rows: 9, columns: 4, density: 0.5, seed: 5 });

  it('keeps an ordinary sparse matrix itself, and dense ones as their own door does', () => {
    expect(toRangedTall('solve', 'A', A)).toEqual({ A, exponent: 0 });
    expect(toRangedTall('solve', 'A', A).A).toBe(A);
    const dense = denseFrom(A);
    expect((toRangedTall('solve', 'A', dense).A as typeof dense).data).toBe(dense.data);
  });

  it.each([1e150, 1e-150, 1e300, 1e-300])('brings values near %d near 1, exactly', (size) => {
    const power = 2 ** Math.round(Math.log2(size));
    const extreme = { ...A, values: A.values.map((v) => v * power) };
    const ranged = toRangedTall('solve', 'A', extreme);
    const entries = (ranged.A as typeof A).values;
    expect(Math.max(...entries.map(Math.abs))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...entries.map(Math.abs))).toBeLessThan(2);
    const factor = A.values.map((v, p) => entries[p] / v);
    expect(new Set(factor).size).toBe(1);
    expect(Math.log2(factor[0])).toBe(Math.log2(power) - ranged.exponent);
    expect(extreme.values).toEqual(A.values.map((v) => v * power));
  });

  it('checks: a malformed sparse matrix is named', () => {
    expect(() => toRangedTall('solve', 'A', { ...A, columns: 2 })).toThrow(/solve: A.columnIndices/);
  });
});
