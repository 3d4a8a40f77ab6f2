import { describe, expect, it } from 'vitest';
import { matrix } from '../../src/core/matrix';
import {
  batchWidth,
  checkTensorSketchOptions,
  forEachBatch,
  storeBatchInto,
  tensorInput,
} from '../../src/sketch/tensorSketch';
import { randomMatrix } from '../support/random';

function refused(code: string, message: RegExp) {
  return expect.objectContaining({ name: 'SketchSolveError', code, message: expect.stringMatching(message) });
}

describe('checkTensorSketchOptions', () => {
  const options = { rows: 8, columns: 4, degree: 2 };

  it('fills in seed 0 and keeps a given seed', () => {
    expect(checkTensorSketchOptions('f', options)).toEqual({ ...options, seed: 0 });
    expect(checkTensorSketchOptions('f', { ...options, seed: 'x' }).seed).toBe('x');
  });

  it.each([
    ['rows', 0],
    ['rows', 2.5],
    ['rows', 2 ** 24 + 1],
    ['columns', 0],
    ['columns', Number.NaN],
    ['degree', 0],
    ['degree', 513],
    ['degree', 1.5],
    ['seed', Number.POSITIVE_INFINITY],
    ['seed', null],
  ])('refuses %s = %s', (name, value) => {
    expect(() => checkTensorSketchOptions('f', { ...options, [name]: value })).toThrow(
      refused('INVALID_ARGUMENT', new RegExp(`^f: ${name} is ${value}, expected `)),
    );
  });
});

describe('tensorInput', () => {
  it('takes rows as they come and refuses another length', () => {
    expect(tensorInput('f', { columns: 2 }, [[1, 2]]).data).toEqual(Float64Array.from([1, 2]));
    expect(() => tensorInput('f', { columns: 3 }, [[1, 2]])).toThrow(
      refused('SHAPE', /^f: A has 2 columns, expected 3 \(= columns of the sketch\)$/),
    );
    expect(() => tensorInput('f', { columns: 2 }, [[1, Number.NaN]])).toThrow(refused('NOT_FINITE', /NaN/));
  });
});

describe('batchWidth', () => {
  it.each([1, 64, 1024, 5000, 2 ** 15, 2 ** 20])('length %i: from 1 to 32, and in cache', (length) => {
    const width = batchWidth(length);
    expect(width).toBeGreaterThanOrEqual(1);
    expect(width).toBeLessThanOrEqual(32);
    expect(width === 1 || width * length <= 2 ** 15).toBe(true);
  });
});

describe('forEachBatch and storeBatchInto', () => {
  it.each([1, 4, 5, 7, 32])(
    'most %i: every row once, transposed, of norm in [1, 2), and back exactly',
    (most) => {
      const A = randomMatrix(7, 3, 1);
      for (let p = 3; p < 6; p++) A.data[p] = 0;
      for (let p = 6; p < 9; p++) A.data[p] *= 1e200;
      for (let p = 9; p < 12; p++) A.data[p] *= 1e-200;
      const out = matrix(7, 3);
      const firstRows: number[] = [];
      forEachBatch(A, most, (batch) => {
        const { X, width, firstRow, exponents } = batch;
        firstRows.push(firstRow);
        for (let c = 0; c < width; c++) {
          const norm = Math.hypot(X[c], X[width + c], X[2 * width + c]);
          if (firstRow + c === 1) expect([norm, exponents[c]]).toEqual([0, 0]);
          else expect(norm >= 1 && norm < 2).toBe(true);
        }
        storeBatchInto(out, X, batch, 1);
      });
      expect(firstRows).toEqual(Array.from({ length: Math.ceil(7 / most) }, (_, k) => k * most));
      expect(out).toEqual(A);
    },
  );

  it('scales by the exponent times the degree', () => {
    const out = matrix(2, 1);
    const exponents = Int32Array.from([10, -600]);
    const batch = { X: new Float64Array(), exponents, firstRow: 0, width: 2 };
    storeBatchInto(out, Float64Array.from([3, 5]), batch, 1);
    expect(out.data).toEqual(Float64Array.from([3 * 2 ** 10, 5 * 2 ** -600]));
    storeBatchInto(out, Float64Array.from([3, 5]), batch, 3);
    expect(out.data).toEqual(Float64Array.from([3 * 2 ** 30, 0]));
  });

  it('throws OUT_OF_RANGE with the row and the power of two', () => {
    const batch = { X: new Float64Array(), exponents: Int32Array.from([0, 300]), firstRow: 6, width: 2 };
    expect(() => storeBatchInto(matrix(8, 1), Float64Array.from([1, 1]), batch, 4)).toThrow(
      expect.objectContaining({ code: 'OUT_OF_RANGE', details: { row: 7, degree: 4, log2Scale: 1200 } }),
    );
  });
});
