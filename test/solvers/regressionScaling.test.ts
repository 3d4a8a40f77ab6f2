import { describe, expect, it } from 'vitest';
import { csrFromMatrix } from '../../src/core/csr';
import { movingRows, scaledRegression } from '../../src/solvers/regressionScaling';
import { randomMatrix } from '../support/random';

const A = randomMatrix(30, 4, 1);
const EXPONENTS = [-500, 0, 300, 900];
const wild = { ...A, data: A.data.map((entry, p) => entry * 2 ** EXPONENTS[p % 4]) };

describe('scaledRegression', () => {
  it('takes tame matrices as they are, entries up to 2^±100 and zero columns included', () => {
    for (const data of [
      A.data,
      A.data.map((v, p) => (p % 4 === 2 ? 0 : v * 2 ** 90)),
      A.data.map((v) => v * 2 ** -90),
    ]) {
      const { matrix, exponents } = scaledRegression({ ...A, data });
      expect(exponents).toBeNull();
      expect((matrix.tall as { data: Float64Array }).data).toBe(data);
    }
  });

  it.each(['dense', 'sparse'])('%s: brings every column near 1, exactly, and says by what', (form) => {
    const given = form === 'dense' ? wild : csrFromMatrix(wild);
    const { matrix, exponents } = scaledRegression(given);
    const all = Int32Array.from({ length: 30 }, (_, i) => i);
    const scaled = matrix.selectedRows(all, new Float64Array(30).fill(1));
    for (let j = 0; j < 4; j++) {
      const e = exponents?.[j] ?? 0;
      let largest = 0;
      for (let i = 0; i < 30; i++) {
        const entry = scaled[i * 4 + j];
        largest = Math.max(largest, Math.abs(entry));
        // A·C = scaled, so the exponents given and found cancel
        expect(entry).toBe(A.data[i * 4 + j] * 2 ** (e + EXPONENTS[j]));
      }
      expect(largest).toBeGreaterThanOrEqual(1);
      expect(largest).toBeLessThan(2);
    }
  });

  it('leaves the caller’s arrays alone', () => {
    const before = wild.data.slice();
    scaledRegression(wild);
    expect(wild.data).toEqual(before);
  });
});

describe('movingRows', () => {
  it('marks the rows that are not zero, dense and sparse; null when none is', () => {
    const A = { rows: 4, columns: 2, data: Float64Array.of(0, 1, 0, 0, -1e-320, 0, 2, 3) };
    const stored = {
      rows: 3,
      columns: 2,
      rowPointers: Uint32Array.of(0, 1, 1, 2),
      columnIndices: Uint32Array.of(0, 1),
      values: Float64Array.of(0, 5),
    };
    expect(movingRows(A)).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(movingRows(csrFromMatrix(A))).toEqual(Uint8Array.of(1, 0, 1, 1));
    expect(movingRows(stored)).toEqual(Uint8Array.of(0, 0, 1));
    expect(movingRows({ rows: 1, columns: 1, data: Float64Array.of(2) })).toBeNull();
  });
});
