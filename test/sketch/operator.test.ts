import { Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { SketchSolveError, type SketchSolveErrorCode } from '../../src/core/errors';
import { fromRows } from '../../src/core/matrix';
import {
  checkSeed,
  checkSketchOptions,
  MAX_SKETCH_COLUMNS,
  MAX_SKETCH_ROWS,
  type RowSketch,
  rowSketch,
  SKETCH_KINDS,
  scaleInPlace,
} from '../../src/sketch/operator';

/** S₀ = [1 −1 0; 0 2 3], scale 1/2. */
function byHand(): RowSketch {
  const S0 = [
    [1, -1, 0],
    [0, 2, 3],
  ];
  return rowSketch({
    kind: 'gaussian',
    rows: 2,
    columns: 3,
    seed: 'hand',
    scale: 0.5,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      for (let t = 0; t < 2; t++)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++)
            out[outOff + t * ldOut + j] += S0[t][firstRow + i] * A[aOff + i * lda + j];
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      for (let t = 0; t < 2; t++)
        for (let i = 0; i < A.rows; i++)
          for (let p = A.rowPointers[i]; p < A.rowPointers[i + 1]; p++)
            out[t * ldOut + A.columnIndices[p]] += S0[t][firstRow + i] * (rowWeights?.[i] ?? 1) * A.values[p];
    },
  });
}

function errorOf(call: () => unknown): SketchSolveError {
  try {
    call();
  } catch (error) {
    if (error instanceof SketchSolveError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('rowSketch', () => {
  const rows = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  const expected = { rows: 2, columns: 2, data: Float64Array.of(-1, -1, 10.5, 13) };

  it('apply is scale·S₀·A, from every form of a matrix', () => {
    expect(byHand().apply(fromRows(rows))).toEqual(expected);
    expect(byHand().apply(rows)).toEqual(expected);
    expect(byHand().apply(new MlMatrix(rows))).toEqual(expected);
  });

  it('apply(I) is S', () => {
    const S = byHand().apply([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(Array.from(S.data)).toEqual([0.5, -0.5, 0, 0, 1, 1.5]);
  });

  it('A is not modified and each call returns new data', () => {
    const A = fromRows(rows);
    const S = byHand();
    const first = S.apply(A);
    first.data.fill(7);
    expect(Array.from(A.data)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(S.apply(A)).toEqual(expected);
  });

  it('is frozen', () => {
    const S = byHand();
    expect(Object.isFrozen(S)).toBe(true);
    expect(() => Object.assign(S, { scale: 1 })).toThrow(TypeError);
  });

  it('apply works without its object', () => {
    const { apply } = byHand();
    expect(apply(rows)).toEqual(expected);
  });
});

describe('apply rejects', () => {
  it('a matrix with another number of rows', () => {
    const error = errorOf(() => byHand().apply([[1], [2]]));
    expect(error.code).toBe('SHAPE');
    expect(error.message).toBe('apply: A has 2 rows, expected 3 (= columns of the sketch)');
    expect(error.details).toEqual({ got: 2, expected: 3 });
  });

  it.each<[string, unknown, SketchSolveErrorCode, RegExp]>([
    ['NaN', [[1], [Number.NaN], [2]], 'NOT_FINITE', /^apply: A has NaN in row 1, column 0/],
    ['Infinity', [[1], [2], [Number.POSITIVE_INFINITY]], 'NOT_FINITE', /^apply: A has Infinity in row 2/],
    ['ragged rows', [[1], [2, 3], [4]], 'SHAPE', /^apply: row 1 of A/],
    ['no rows', [], 'SHAPE', /^apply: number of rows of A is 0/],
    ['null', null, 'INVALID_ARGUMENT', /^apply: A is null/],
    ['strings', [['1'], [2], [3]], 'INVALID_ARGUMENT', /^apply: row 0 of A\[0\] is '1'/],
  ])('%s', (_, A, code, message) => {
    const error = errorOf(() => byHand().apply(A as number[][]));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });
});

describe('scaleInPlace', () => {
  it('multiplies every entry', () => {
    const v = Float64Array.of(1, -2, 0, 3);
    scaleInPlace(v, -0.5);
    expect(Array.from(v)).toEqual([-0.5, 1, -0, -1.5]);
  });

  it('leaves every bit alone for 1', () => {
    const v = Float64Array.of(0.1, -0, 5e-324);
    scaleInPlace(v, 1);
    expect(Array.from(v)).toEqual([0.1, -0, 5e-324]);
  });
});

describe('checkSketchOptions', () => {
  it('the default seed is 0; given values are kept', () => {
    expect(checkSketchOptions('f', { rows: 3, columns: 9 })).toEqual({ rows: 3, columns: 9, seed: 0 });
    expect(checkSketchOptions('f', { rows: 3, columns: 9, seed: '' })).toEqual({
      rows: 3,
      columns: 9,
      seed: '',
    });
  });

  it('accepts the bounds', () => {
    const bounds = { rows: MAX_SKETCH_ROWS, columns: MAX_SKETCH_COLUMNS, seed: -0.5 };
    expect(checkSketchOptions('f', bounds)).toEqual(bounds);
    expect(checkSketchOptions('f', { rows: 1, columns: 1 })).toEqual({ rows: 1, columns: 1, seed: 0 });
    expect([MAX_SKETCH_ROWS, MAX_SKETCH_COLUMNS]).toEqual([2 ** 30, 2 ** 31 - 1]);
  });

  it.each<[string, unknown, string]>([
    ['rows 0', { rows: 0, columns: 9 }, 'f: rows is 0, expected an integer from 1 to 1073741824'],
    ['rows 1.5', { rows: 1.5, columns: 9 }, 'f: rows is 1.5, expected an integer from 1 to 1073741824'],
    ['rows NaN', { rows: Number.NaN, columns: 9 }, 'f: rows is NaN, expected an integer'],
    ['rows too many', { rows: 2 ** 30 + 1, columns: 9 }, 'f: rows is 1073741825, expected an integer'],
    ['rows missing', { columns: 9 }, 'f: rows is undefined, expected an integer'],
    ["rows '3'", { rows: '3', columns: 9 }, "f: rows is '3', expected an integer"],
    ['columns 0', { rows: 3, columns: 0 }, 'f: columns is 0, expected an integer from 1 to 2147483647'],
    ['columns too many', { rows: 3, columns: 2 ** 31 }, 'f: columns is 2147483648, expected an integer'],
    ['seed NaN', { rows: 3, columns: 9, seed: Number.NaN }, 'f: seed is NaN, expected a finite number or'],
    ['seed null', { rows: 3, columns: 9, seed: null }, 'f: seed is null, expected a finite number or'],
    ['an unknown option', { rows: 3, columns: 9, sed: 1 }, "f: unknown option 'sed', expected one of rows,"],
    ['no options', undefined, 'f: options is undefined, expected an object'],
    ['an array', [3, 9], 'f: options is an array of length 2, expected an object'],
  ])('rejects %s', (_, options, message) => {
    const error = errorOf(() => checkSketchOptions('f', options as { rows: number; columns: number }));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(message);
  });
});

describe('checkSeed', () => {
  it.each([0, -1, 0.5, 1e300, '', 'seed'])('accepts %j', (seed) => {
    expect(() => checkSeed('f', seed)).not.toThrow();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, 5n, {}, []])('rejects %s', (seed) => {
    const error = errorOf(() => checkSeed('f', seed));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.details).toEqual({ argument: 'seed', got: seed });
  });
});

it('SKETCH_KINDS names the four sketches', () => {
  expect([...SKETCH_KINDS].sort()).toEqual(['countsketch', 'gaussian', 'sparse-sign', 'srht']);
});
