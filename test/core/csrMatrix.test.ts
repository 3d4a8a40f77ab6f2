import { describe, expect, it } from 'vitest';
import { type CsrMatrix, checkCsr, csrEntries, isCsr } from '../../src/core/csrMatrix';
import { toMatrix } from '../../src/core/matrix';
import { denseFrom, randomSparse } from '../support/sparse';

/** [1 0 2; 0 0 0; 0 3 4] */
const wellFormed: CsrMatrix = {
  rows: 3,
  columns: 3,
  rowPointers: Uint32Array.of(0, 2, 2, 4),
  columnIndices: Uint32Array.of(0, 2, 1, 2),
  values: Float64Array.of(1, 2, 3, 4),
};

describe('isCsr', () => {
  it('is decided by the row pointers', () => {
    expect([wellFormed, { rowPointers: [] }].map(isCsr)).toEqual([true, true]);
    expect([null, undefined, 3, 'rowPointers', [[1]], { rows: 1, columns: 1 }].map(isCsr)).toEqual(
      Array(6).fill(false),
    );
  });
});

describe('checkCsr', () => {
  it('returns the very object, arrays not copied', () => {
    expect(checkCsr('solve', 'A', wellFormed)).toBe(wellFormed);
  });

  it('takes rows without entries, no entries at all, and more than 2³¹ places', () => {
    const sizes = { rows: 3, columns: 2 ** 31 - 1 };
    const none = {
      ...sizes,
      rowPointers: new Uint32Array(4),
      columnIndices: new Uint32Array(0),
      values: new Float64Array(0),
    };
    expect(checkCsr('solve', 'A', none)).toBe(none);
    const last = {
      ...sizes,
      rowPointers: Uint32Array.of(0, 0, 0, 1),
      columnIndices: Uint32Array.of(2 ** 31 - 2),
      values: Float64Array.of(5),
    };
    expect(checkCsr('solve', 'A', last)).toBe(last);
  });

  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  it.each<readonly [string, string, string, unknown]>([
    ['a dense matrix', 'INVALID_ARGUMENT', 'A is an object (Object), expected a CsrMatrix', { rows: 1 }],
    ['no rows', 'SHAPE', 'A.rows is 0, expected an integer from 1 to 2147483647', { rows: 0 }],
    [
      '2³¹ columns',
      'SHAPE',
      'A.columns is 2147483648, expected an integer from 1 to 2147483647',
      { columns: 2 ** 31 },
    ],
    [
      'rows as text',
      'INVALID_ARGUMENT',
      "A.rows is '3', expected an integer from 1 to 2147483647",
      { rows: '3' },
    ],
    [
      'signed row pointers',
      'INVALID_ARGUMENT',
      'A.rowPointers is an object (Int32Array), expected a Uint32Array',
      { rowPointers: Int32Array.of(0, 2, 2, 4) },
    ],
    [
      'columns in an array',
      'INVALID_ARGUMENT',
      'A.columnIndices is an array of length 4, expected a Uint32Array',
      { columnIndices: [0, 2, 1, 2] },
    ],
    [
      'single precision',
      'INVALID_ARGUMENT',
      'A.values is an object (Float32Array), expected a Float64Array',
      { values: Float32Array.of(1, 2, 3, 4) },
    ],
    [
      'values missing',
      'INVALID_ARGUMENT',
      'A.values is undefined, expected a Float64Array',
      { values: undefined },
    ],
    [
      'a pointer too few',
      'SHAPE',
      'A.rowPointers has length 3, expected 4 (= rows + 1)',
      { rowPointers: Uint32Array.of(0, 2, 4) },
    ],
    [
      'a value too few',
      'SHAPE',
      'A.values has length 3, expected 4 (= length of columnIndices)',
      { values: Float64Array.of(1, 2, 3) },
    ],
    [
      'a start not at 0',
      'INVALID_ARGUMENT',
      'A.rowPointers[0] is 1, expected 0',
      { rowPointers: Uint32Array.of(1, 2, 2, 4) },
    ],
    [
      'descending pointers',
      'INVALID_ARGUMENT',
      'A.rowPointers[2] is 1, expected at least 2 (= rowPointers[1])',
      { rowPointers: Uint32Array.of(0, 2, 1, 4) },
    ],
    [
      'an end too early',
      'INVALID_ARGUMENT',
      'A.rowPointers[3] is 3, expected 4 (= length of columnIndices)',
      { rowPointers: Uint32Array.of(0, 2, 2, 3) },
    ],
    [
      'an end too late',
      'INVALID_ARGUMENT',
      'A.rowPointers[3] is 5, expected 4 (= length of columnIndices)',
      { rowPointers: Uint32Array.of(0, 2, 2, 5) },
    ],
    [
      'a column out of range',
      'INVALID_ARGUMENT',
      'A.columnIndices[3] (row 2) is 3, expected an integer from 0 to 2',
      { columnIndices: Uint32Array.of(0, 2, 1, 3) },
    ],
    [
      'a column twice',
      'INVALID_ARGUMENT',
      'A.columnIndices[3] (row 2) is 1, expected every column once in a row',
      { columnIndices: Uint32Array.of(0, 2, 1, 1) },
    ],
    [
      'descending columns',
      'INVALID_ARGUMENT',
      'A.columnIndices[1] (row 0) is 0, expected more than 2: columns ascend within a row',
      { columnIndices: Uint32Array.of(2, 0, 1, 2) },
    ],
    [
      'NaN',
      'NOT_FINITE',
      'A has NaN in row 2, column 1, expected finite numbers',
      { values: Float64Array.of(1, 2, nan, 4) },
    ],
    [
      'an infinity in the first row',
      'NOT_FINITE',
      'A has -Infinity in row 0, column 2, expected finite numbers',
      { values: Float64Array.of(1, -infinity, 3, 4) },
    ],
    [
      'an infinity at the end',
      'NOT_FINITE',
      'A has Infinity in row 2, column 2, expected finite numbers',
      { values: Float64Array.of(1, 2, 3, infinity) },
    ],
  ])('names %s', (what, code, message, change) => {
    const wrong = what === 'a dense matrix' ? change : { ...wellFormed, ...(change as object) };
    expect(() => checkCsr('solve', 'A', wrong)).toThrow(
      expect.objectContaining({ name: 'SketchSolveError', code, message: `solve: ${message}` }),
    );
  });

  it('finds the row of every entry', () => {
    const A = randomSparse({ rows: 40, columns: 5, density: 0.2, seed: 1 });
    A.values.forEach((_, p) => {
      const values = A.values.slice();
      values[p] = nan;
      const row = Array.from({ length: A.rows }, (_, i) => i).findIndex((i) => p < A.rowPointers[i + 1]);
      expect(() => checkCsr('solve', 'A', { ...A, values })).toThrow(
        expect.objectContaining({ details: { argument: 'A', row, column: A.columnIndices[p], value: nan } }),
      );
    });
  });
});

describe('csrEntries', () => {
  it('is the dense matrix, and what the doors of dense algorithms make of a sparse one', () => {
    const A = randomSparse({ rows: 30, columns: 7, density: 0.3, seed: 2 });
    expect(csrEntries(wellFormed)).toEqual(Float64Array.of(1, 0, 2, 0, 0, 0, 0, 3, 4));
    expect(csrEntries(A)).toEqual(denseFrom(A).data);
    expect(toMatrix('matmul', 'A', A)).toEqual(denseFrom(A));
  });

  it('is refused where it would have 2³¹ entries, and for a malformed matrix', () => {
    const wide = { ...wellFormed, columns: 2 ** 30 };
    expect(() => toMatrix('matmul', 'A', wide)).toThrow(/A.rows·A.columns is 3221225472, expected at most/);
    expect(() => toMatrix('matmul', 'A', { ...wellFormed, rows: 2 })).toThrow(/rowPointers has length 4/);
  });
});
