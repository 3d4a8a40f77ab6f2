import { describe, expect, it } from 'vitest';
import { drawSrht } from '../../src/sketch/srht';
import { accumulateSrhtCsr } from '../../src/sketch/srhtCsr';
import { srhtDraw } from '../../src/sketch/srhtDraw';
import { denseFrom, randomSparse } from '../support/sparse';
import { brokenSparseLaws } from '../support/sparseSketchLaws';

describe('SRHT of sparse rows', () => {
  it.each([
    [40, 6, 0.3, 16], // one block, smaller than its padding
    [1024, 3, 0.01, 30], // entry by entry
    [1024, 40, 0.9, 20], // transformed, in two panels of columns
    [3000, 5, 0.2, 40], // joined blocks
    [2100, 4, 0.3, 20], // separate blocks: just above a power of two
    [2100, 4, 0.004, 20],
    [1, 3, 1, 1],
  ])('%d × %d, density %d, %d rows: the sums over dense rows, exactly', (rows, width, density, size) => {
    const setting = { rows, width, density, tolerance: 0 };
    expect(brokenSparseLaws(drawSrht(size, rows, 5), setting)).toEqual([]);
  });

  it.each([
    ['few entries', 0.01],
    ['many', 0.8],
  ])('%s, any values: to rounding, log₂(1024) + blocks additions deep', (_, density) => {
    const A = randomSparse({ rows: 3000, columns: 9, density, seed: 3 });
    const S = drawSrht(60, 3000, 2);
    const dense = S.apply(denseFrom(A)).data;
    const size = Math.hypot(...A.values);
    S.apply(A).data.forEach((entry, p) => {
      expect(Math.abs(entry - dense[p])).toBeLessThanOrEqual(20 * 2 ** -52 * size);
    });
  });

  it('a panel ends within a row: 33 columns are 32 and 1', () => {
    const A = randomSparse({ rows: 1024, columns: 33, density: 1, seed: 4, integers: true });
    const draw = srhtDraw(8, 1024, 1);
    const out = new Float64Array(8 * 33);
    accumulateSrhtCsr(draw, out, 33, A, 0, null);
    const S = drawSrht(8, 1024, 1);
    const expected = new Float64Array(8 * 33);
    S.accumulateInto(expected, 0, 33, denseFrom(A).data, 0, 33, 1024, 33, 0);
    expect(out).toEqual(expected);
  });

  it('negative control: signs of rows by the wrong block are found', () => {
    const setting = { rows: 3000, width: 5, density: 0.2, tolerance: 0 };
    const S = drawSrht(40, 3000, 5);
    const wrong = {
      ...S,
      accumulateCsrInto: (...[out, ld, A, first, w]: Parameters<typeof S.accumulateCsrInto>) =>
        accumulateSrhtCsr(srhtDraw(40, 3000, 5), out, ld, A, first + 1024, w),
    };
    expect(brokenSparseLaws(wrong, setting)).toContain('the same as of dense rows');
  });
});
