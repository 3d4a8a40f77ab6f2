import { MatrixTransposeView, Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  fromRows,
  type MatrixLike,
  matrix,
  toMatrix,
  toRangedMatrix,
  toVector,
  type VectorLike,
} from '../../src/core/matrix';

/** [message, what was given] */
type Refused = readonly (readonly [string, unknown])[];

function failure(code: 'SHAPE' | 'INVALID_ARGUMENT' | 'NOT_FINITE', message: string) {
  return expect.objectContaining({ name: 'SketchSolveError', code, message });
}

class Row extends Array<number> {}
class Block extends Float64Array {}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const flat = Float64Array.of(1, 2, 3, 4, 5, 6);
const wanted = { rows: 3, columns: 2, data: flat };
const view = new DataView(new ArrayBuffer(3));
const bigints = BigInt64Array.of(1n, 2n, 3n);
/** An array with a hole at its end. */
const holed = (...entries: unknown[]) => Object.assign(entries, { length: entries.length + 1 });
const needsMatrix = 'expected a matrix (rows, columns, data), an ml-matrix matrix or an array of rows';

describe('toMatrix', () => {
  it.each<readonly [string, MatrixLike]>([
    ['rows, columns and flat data', { rows: 3, columns: 2, data: flat.slice() }],
    ['flat data of a subclass', { rows: 3, columns: 2, data: Block.from(flat) }],
    ['an ml-matrix matrix', MlMatrix.from1DArray(3, 2, flat)],
    ['an ml-matrix view', new MatrixTransposeView(MlMatrix.from1DArray(2, 3, [1, 3, 5, 2, 4, 6]))],
    ['get(i, j) of any object', { rows: 3, columns: 2, get: (i, j) => 2 * i + j + 1 }],
    ['rows of Float64Array', [Float64Array.of(1, 2), Float64Array.of(3, 4), Float64Array.of(5, 6)]],
    ['rows of Float32Array', [Float32Array.of(1, 2), Float32Array.of(3, 4), Float32Array.of(5, 6)]],
    ['rows of integer arrays', [Int8Array.of(1, 2), Uint8Array.of(3, 4), Int32Array.of(5, 6)]],
    ['rows of a subclass of Array', [Row.of(1, 2), Row.of(3, 4), Row.of(5, 6)]],
    ['rows of several kinds', [[1, 2], Float32Array.of(3, 4), Row.of(5, 6)]],
  ])('takes %s', (_, value) => {
    const A = toMatrix('solve', 'A', value);
    expect([A.rows, A.columns, Array.from(A.data)]).toEqual([3, 2, [1, 2, 3, 4, 5, 6]]);
    expect(A.data).toBeInstanceOf(Float64Array);
  });

  it('keeps flat data itself, shares nothing with rows, modifies neither', () => {
    const data = flat.slice();
    expect(toMatrix('solve', 'A', { rows: 3, columns: 2, data }).data).toBe(data);
    expect(data).toEqual(flat);
    const row = Float64Array.of(1, 2);
    toMatrix('solve', 'A', [row]).data[0] = 9;
    expect(row).toEqual(Float64Array.of(1, 2));
    const frozen = Object.freeze([Object.freeze([1, 2]), Object.freeze([3, 4])]);
    expect(toMatrix('solve', 'A', frozen).data).toEqual(Float64Array.of(1, 2, 3, 4));
  });

  it('takes −0, denormals and the largest doubles, whose squares overflow, as they are', () => {
    const entries = [-0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1e200];
    expect(Array.from(toMatrix('solve', 'A', [entries]).data)).toEqual(entries);
    expect(Object.is(toMatrix('solve', 'A', [entries]).data[0], -0)).toBe(true);
  });

  const wrongShape: Refused = [
    ['number of rows of A is 0, expected an integer ≥ 1', []],
    ['length of row 0 of A is 0, expected an integer ≥ 1', [[], []]],
    ['row 1 of A has length 1, expected 2 (= length of row 0)', [[1, 2], [3]]],
    ['row 1 of A has length 3, expected 2 (= length of row 0)', [[1, 2], Float64Array.of(5, 6, 7)]],
    ['A.data has length 6, expected 4 (= rows·columns)', { rows: 2, columns: 2, data: flat }],
    ['A.data has length 6, expected 8 (= rows·columns)', { rows: 2, columns: 4, data: flat }],
    ['A.rows is 0, expected an integer ≥ 1', { rows: 0, columns: 2, data: new Float64Array(0) }],
    ['A.columns is -2, expected an integer ≥ 1', { rows: 1, columns: -2, data: flat }],
    ['A.rows is 1.5, expected an integer ≥ 1', { rows: 1.5, columns: 4, data: flat }],
    ['A.columns is NaN, expected an integer ≥ 1', { rows: 1, columns: nan, data: flat }],
  ];
  const needs = 'expected an array of numbers';
  const wrongKind: Refused = [
    [`A is null, ${needsMatrix}`, null],
    [`A is undefined, ${needsMatrix}`, undefined],
    [`A is 5, ${needsMatrix}`, 5],
    [`A is 'A', ${needsMatrix}`, 'A'],
    [`A is an object (Object), ${needsMatrix}`, { data: flat, columns: 2 }],
    [`A is an object (Float64Array), ${needsMatrix}`, flat],
    [`A is an object (DataView), ${needsMatrix}`, view],
    [`row 0 of A is 1, ${needs}`, [1, 2]],
    [`row 1 of A is null, ${needs}`, [[1], null]],
    [`row 2 of A is undefined, ${needs}`, holed([1], [2])],
    [`row 1 of A is '2', ${needs}`, [[1], '2']],
    [`row 0 of A is an object (DataView), ${needs}`, [view]],
    [`row 0 of A is an object (BigInt64Array), ${needs}`, [bigints]],
    ["row 0 of A[1] is '2', expected a number", [[1, '2']]],
    ['row 1 of A[0] is null, expected a number', [[1], [null]]],
    ['row 0 of A[1] is undefined, expected a number', [holed(1)]],
    ['row 0 of A[0] is true, expected a number', [[true]]],
    ["A.rows is '3', expected an integer ≥ 1", { rows: '3', columns: 2, data: flat }],
    [
      "A.get(2, 1) is '1', expected a number",
      { rows: 3, columns: 2, get: (i: number, j: number) => (i + j < 3 ? 1 : '1') },
    ],
  ];
  const notFinite: Refused = [
    [
      'A has NaN in row 1, column 1, expected finite numbers',
      [
        [1, 2],
        [3, nan],
      ],
    ],
    ['A has -Infinity in row 1, column 0, expected finite numbers', [[1, 2], Float64Array.of(-infinity, 6)]],
    [
      'A has Infinity in row 2, column 1, expected finite numbers',
      { ...wanted, data: Float64Array.of(1, 2, 3, 4, 5, infinity) },
    ],
  ];
  it.each([
    ...wrongShape.map(([message, value]) => [message, 'SHAPE', value] as const),
    ...wrongKind.map(([message, value]) => [message, 'INVALID_ARGUMENT', value] as const),
    ...notFinite.map(([message, value]) => [message, 'NOT_FINITE', value] as const),
  ])('refuses: %s', (message, code, value) => {
    const wrong = value as MatrixLike;
    expect(() => toMatrix('solve', 'A', wrong)).toThrow(failure(code, `solve: ${message}`));
    expect(() => toRangedMatrix('solve', 'A', wrong)).toThrow(failure(code, `solve: ${message}`));
  });

  it('refuses sizes without entries, and BigUint64Array rows', () => {
    const noEntries = { rows: 3, columns: 2, data: Array.from(flat) } as unknown as MatrixLike;
    expect(() => toMatrix('solve', 'A', noEntries)).toThrow(
      failure(
        'INVALID_ARGUMENT',
        'solve: A has neither a Float64Array data nor get(i, j), expected a matrix, an ml-matrix matrix or an array of rows',
      ),
    );
    const unsigned = [BigUint64Array.of(1n)] as unknown as MatrixLike;
    expect(() => toMatrix('solve', 'A', unsigned)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  it('refuses NaN and infinities wherever they stand, also among entries whose squares overflow', () => {
    for (const bad of [nan, infinity, -infinity]) {
      for (let at = 0; at < 11; at++) {
        for (const other of [0, 1, 1e200]) {
          const data = new Float64Array(11).fill(other);
          data[at] = bad;
          expect(() => toMatrix('solve', 'A', { rows: 11, columns: 1, data })).toThrow(
            failure('NOT_FINITE', `solve: A has ${bad} in row ${at}, column 0, expected finite numbers`),
          );
        }
      }
    }
  });

  it.each<readonly [unknown, object]>([
    [[[1, 2], [3]], { argument: 'A', row: 1, got: 1, expected: 2 }],
    [[[1, nan]], { argument: 'A', row: 0, column: 1, value: nan }],
    [
      { rows: 2, columns: 2, data: flat },
      { argument: 'A', got: 6, expected: 4 },
    ],
  ])('puts the numbers of the message into the details, case %#', (value, details) => {
    expect(() => toMatrix('solve', 'A', value as MatrixLike)).toThrow(expect.objectContaining({ details }));
  });
});

describe('toRangedMatrix', () => {
  it('returns flat data of ordinary size itself, with exponent 0', () => {
    for (const size of [1e-100, 1, 1e100]) {
      const data = flat.map((entry) => entry * size);
      const { A, exponent } = toRangedMatrix('solve', 'A', { rows: 3, columns: 2, data });
      expect(A.data).toBe(data);
      expect(exponent).toBe(0);
    }
    expect(toRangedMatrix('solve', 'A', [[0, 0]])).toEqual({ A: matrix(1, 2), exponent: 0 });
  });

  it.each([1e150, 1e-150, 1e300, 1e-300, Number.MAX_VALUE, 2 ** -1022, 1e-310, 5e-324])(
    'entries of size %d come back near 1, exactly 2^−exponent times what they were',
    (size) => {
      // small multiples of MAX_VALUE overflow, small fractions of 5e-324 do not exist
      const data = flat.map((entry) => (size > 1e300 ? size / entry : size * entry * (entry % 2 ? 1 : -1)));
      const given = data.slice();
      const { A, exponent } = toRangedMatrix('solve', 'A', { rows: 3, columns: 2, data });
      expect([A.rows, A.columns, data]).toEqual([3, 2, given]);
      const largest = Math.max(...A.data.map(Math.abs));
      expect(largest).toBeGreaterThanOrEqual(0.5);
      expect(largest).toBeLessThanOrEqual(2);
      const half = Math.trunc(exponent / 2);
      expect(A.data.map((entry) => entry * 2 ** half * 2 ** (exponent - half))).toEqual(given);
    },
  );

  it('one extreme entry among others sets the exponent; the others lose at most a denormal', () => {
    const entries = [1e300, 1e-8, -3, 1e-300];
    const { A, exponent } = toRangedMatrix('solve', 'A', [entries]);
    expect(exponent).toBe(Math.floor(Math.log2(1e300)));
    entries.slice(0, 3).forEach((entry, k) => {
      expect(A.data[k]).toBe(entry * 2 ** -exponent);
    });
    expect(Math.abs(A.data[3] - 1e-300 * 2 ** -exponent)).toBeLessThanOrEqual(5e-324);
    // small ones beside ordinary ones are no reason to scale
    expect(toRangedMatrix('solve', 'A', [[1, 1e-300]]).exponent).toBe(0);
  });
});

describe('toVector', () => {
  it.each<readonly [string, VectorLike]>([
    ['Float64Array', Float64Array.of(1, -2, 3)],
    ['Float32Array', Float32Array.of(1, -2, 3)],
    ['Int16Array', Int16Array.of(1, -2, 3)],
    ['Array', [1, -2, 3]],
    ['a subclass of Array', Row.of(1, -2, 3)],
  ])('takes %s', (_, value) => {
    const v = toVector('solve', 'b', value, 3, 'A.rows');
    expect(Array.from(v)).toEqual([1, -2, 3]);
    expect(v).toBeInstanceOf(Float64Array);
    expect(v === value).toBe(value instanceof Float64Array);
  });

  it.each([
    ['b is null, expected an array of 3 numbers', 'INVALID_ARGUMENT', null],
    ["b is 'abc', expected an array of 3 numbers", 'INVALID_ARGUMENT', 'abc'],
    ['b is an object (DataView), expected an array of 3 numbers', 'INVALID_ARGUMENT', view],
    ['b is an object (BigInt64Array), expected an array of 3 numbers', 'INVALID_ARGUMENT', bigints],
    ['b[0] is an array of length 1, expected a number', 'INVALID_ARGUMENT', [[1], [2], [3]]],
    ['b[2] is undefined, expected a number', 'INVALID_ARGUMENT', holed(1, 2)],
    ['b has length 2, expected 3 (= A.rows)', 'SHAPE', [1, 2]],
    ['b has length 4, expected 3 (= A.rows)', 'SHAPE', new Float64Array(4)],
    ['b[1] is NaN, expected finite numbers', 'NOT_FINITE', [1, nan, 3]],
    ['b[2] is Infinity, expected finite numbers', 'NOT_FINITE', Float64Array.of(1, 2, infinity)],
  ] as const)('refuses: %s', (message, code, value) => {
    const wrong = value as unknown as VectorLike;
    expect(() => toVector('solve', 'b', wrong, 3, 'A.rows')).toThrow(failure(code, `solve: ${message}`));
  });
});

describe('matrix', () => {
  it('wraps a Float64Array, copies any other array, and makes zeros without one', () => {
    expect(matrix(3, 2, flat)).toEqual(wanted);
    expect(matrix(3, 2, flat).data).toBe(flat);
    expect(matrix(3, 2, [1, 2, 3, 4, 5, 6])).toEqual(wanted);
    expect(matrix(2, 3)).toEqual({ rows: 2, columns: 3, data: new Float64Array(6) });
  });

  it.each([
    ['rows is 0, expected an integer ≥ 1', 'SHAPE', [0, 2]],
    ['columns is 2.5, expected an integer ≥ 1', 'SHAPE', [2, 2.5]],
    ['rows is Infinity, expected an integer ≥ 1', 'SHAPE', [infinity, 1]],
    ['data has length 3, expected 4 (= rows·columns)', 'SHAPE', [2, 2, [1, 2, 3]]],
    ['columns is undefined, expected an integer ≥ 1', 'INVALID_ARGUMENT', [2]],
    ["rows is '2', expected an integer ≥ 1", 'INVALID_ARGUMENT', ['2', 1]],
    ['data is null, expected an array of numbers', 'INVALID_ARGUMENT', [2, 2, null]],
    ["data is '12', expected an array of numbers", 'INVALID_ARGUMENT', [1, 2, '12']],
    ["data[1] is '2', expected a number", 'INVALID_ARGUMENT', [1, 2, [1, '2']]],
    ['data is an object (BigInt64Array), expected an array of numbers', 'INVALID_ARGUMENT', [1, 3, bigints]],
  ] as const)('refuses: %s', (message, code, values) => {
    const wrong = values as unknown as [number, number];
    expect(() => matrix(...wrong)).toThrow(failure(code, `matrix: ${message}`));
  });
});

describe('fromRows', () => {
  it('copies rows in order', () => {
    expect(fromRows([[1, 2], Float32Array.of(3, 4), [5, 6]])).toEqual(wanted);
    expect(fromRows([[7]])).toEqual({ rows: 1, columns: 1, data: Float64Array.of(7) });
  });

  it.each([
    ['rows is an object (Object), expected an array of rows', 'INVALID_ARGUMENT', wanted],
    ["row 0 of rows[0] is '1', expected a number", 'INVALID_ARGUMENT', [['1']]],
    ['number of rows of rows is 0, expected an integer ≥ 1', 'SHAPE', []],
    ['row 1 of rows has length 2, expected 1 (= length of row 0)', 'SHAPE', [[1], [2, 3]]],
  ] as const)('refuses: %s', (message, code, rows) => {
    const wrong = rows as unknown as number[][];
    expect(() => fromRows(wrong)).toThrow(failure(code, `fromRows: ${message}`));
  });
});
