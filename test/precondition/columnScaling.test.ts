import { describe, expect, it } from 'vitest';
import { columnScaling, scaleColumnsInPlace, scaleRowsInPlace } from '../../src/precondition/columnScaling';
import { GALLERY } from '../support/gallery';
import { randomMatrix } from '../support/random';

function columnNorms(B: Float64Array, columns: number): number[] {
  return Array.from({ length: columns }, (_, j) => Math.hypot(...B.filter((_, p) => p % columns === j)));
}

describe('columnScaling', () => {
  it.each(GALLERY)('$name: norms of B·C are in [1, 2), C a power of two with exact inverse', ({ build }) => {
    const { rows, columns, data } = build(60, 7, 1);
    const { scale, inverse } = columnScaling(data, rows, columns);
    const scaled = data.slice();
    scaleColumnsInPlace(scaled, scale, rows, columns);
    columnNorms(scaled, columns).forEach((norm, j) => {
      expect(Number.isInteger(Math.log2(scale[j]))).toBe(true);
      expect(scale[j] * inverse[j]).toBe(1);
      if (norm === 0) expect(scale[j]).toBe(1);
      else {
        // the two norms may be rounded to different sides of a power of two        expect(norm).toBeGreaterThanOrEqual(1 - rows * 2 ** -52);
        expect(norm).toBeLessThanOrEqual(2 + rows * 2 ** -51);
      }
    });
  });

  it.each([
    [1, 1, 1],
    [2, 0.5, 2],
    [1.9999999999999998, 1, 1],
    [0.3, 4, 0.25],
    [-5, 0.25, 4],
    [2 ** -900, 2 ** 900, 2 ** -900],
    [1.5 * 2 ** 1000, 2 ** -1000, 2 ** 1000],
    [Number.MAX_VALUE, 2 ** -1000, 2 ** 1000],
    [5e-324, 2 ** 1000, 2 ** -1000],
    [0, 1, 1],
  ])('a column with the one entry %d has scale %d', (entry, scale, inverse) => {
    const found = columnScaling(Float64Array.of(0, 7, entry, 7), 2, 2);
    expect([found.scale[0], found.inverse[0]]).toEqual([scale, inverse]);
    expect(found.scale[1]).toBe(1 / 8); // ‖(7, 7)‖ = 9.9
  });
});

describe('scaling in place', () => {
  it('columns: entry (i, j) times scale[j]; rows: entry (i, j) times scale[i]', () => {
    const { data } = randomMatrix(4, 3, 1);
    const factors = Float64Array.of(2, -3, 5, 7);
    const byColumns = data.slice();
    const byRows = data.slice();
    scaleColumnsInPlace(byColumns, factors, 4, 3);
    scaleRowsInPlace(byRows, factors, 4, 3);
    for (let p = 0; p < 12; p++) {
      expect(byColumns[p]).toBe(data[p] * factors[p % 3]);
      expect(byRows[p]).toBe(data[p] * factors[Math.floor(p / 3)]);
    }
  });
});
