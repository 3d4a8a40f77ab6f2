import { describe, expect, it } from 'vitest';
import {
  DOT,
  EXPONENT,
  INVERSE,
  loadPanel,
  normaliseColumn,
  PANEL_MAX,
  panelWorkLength,
  SQUARE_MAX,
  SQUARE_MIN,
  storePanel,
} from '../../src/dense/householderSlab';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { randomMatrix } from '../support/random';

const shapes = [1, 3, 4, 9].flatMap((m) =>
  [1, 2, 3, 4, 5, 7, 8, 30, PANEL_MAX].map((w): [number, number] => [m, w]),
);

describe.each(shapes)('%i × %i', (m, w) => {
  const lda = w + 3;
  const A = randomMatrix(m + 2, lda, 7).data;
  const aOff = lda + 1;
  const slabs = Math.ceil(w / 4);
  const scalars = 4 * m * slabs;
  const place = (i: number, j: number): number => 4 * m * (j >> 2) + 4 * i + (j & 3);

  it('loadPanel puts entry (i, j) into slab j >> 2, zeros beyond w, within the stated length', () => {
    const work = new Float64Array(panelWorkLength(m, w) + 1).fill(Number.NaN);
    loadPanel(work, A, aOff, lda, m, w);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < 4 * slabs; j++) expect(work[place(i, j)]).toBe(j < w ? A[aOff + i * lda + j] : 0);
    }
    expect(work.subarray(0, work.length - 1).some(Number.isNaN)).toBe(false);
    expect(work[work.length - 1]).toBeNaN();
  });

  it('storePanel undoes it: R unscaled, reflectors times INVERSE, nothing else written', () => {
    const work = new Float64Array(panelWorkLength(m, w));
    loadPanel(work, A, aOff, lda, m, w);
    for (let j = 0; j < w; j++) {
      work[scalars + INVERSE + j] = j + 2;
      work[scalars + EXPONENT + j] = j - 1;
    }
    const B = A.slice();
    storePanel(B, aOff, lda, m, w, work);
    for (let p = 0; p < A.length; p++) {
      const i = Math.floor((p - aOff) / lda);
      const j = p - aOff - i * lda;
      const inside = p >= aOff && i < m && j < w;
      expect(B[p]).toBe(inside ? A[p] * (i > j ? j + 2 : 2 ** (j - 1)) : A[p]);
    }
  });
});

describe('scaling', () => {
  it('columns whose squares are out of range come to [1, 2), the exponent kept', () => {
    const m = 5;
    const scales = [1, 2 ** 400, 2 ** -400, 2 ** 1000, 2 ** -1060, 0];
    const A = new Float64Array(m * 6).map((_, p) => ((p % 4) + 1) * scales[p % 6]);
    const work = new Float64Array(panelWorkLength(m, 6));
    loadPanel(work, A, 0, 6, m, 6);
    for (let j = 0; j < 6; j++) {
      const column = Array.from({ length: m }, (_, i) => work[4 * m * (j >> 2) + 4 * i + (j & 3)]);
      const e = work[8 * m + EXPONENT + j];
      expect(e !== 0).toBe(j >= 1 && j <= 4);
      if (e !== 0) expect(Math.max(...column) >= 1 && Math.max(...column) < 2).toBe(true);
      column.forEach((x, i) => {
        expect(x).toBe(timesPowerOfTwo([A[i * 6 + j]], -e)[0]);
      });
    }
  });

  it('normaliseColumn leaves zeros, NaN and infinities alone', () => {
    for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const work = new Float64Array(12).fill(value);
      expect(normaliseColumn(work, 1, 3)).toBe(0);
      expect(work).toEqual(new Float64Array(12).fill(value));
    }
    const work = Float64Array.of(9, 12, 9, 9, 9, -3);
    expect(normaliseColumn(work, 1, 2)).toBe(3);
    expect([...work]).toEqual([9, 1.5, 9, 9, 9, -0.375]);
  });

  it('products of two columns in range stay clear of overflow and underflow', () => {
    expect(SQUARE_MIN * 2 ** -104).toBeGreaterThan(2 ** -1022);
    expect(SQUARE_MAX * 2 ** 53).toBeLessThan(2 ** 1023);
    expect(DOT).toBe(0);
  });
});
