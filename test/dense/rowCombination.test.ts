import { describe, expect, it } from 'vitest';
import { subtractRowCombination } from '../../src/dense/rowCombination';

describe('subtractRowCombination', () => {
  it('y − Σ c_l x_l exactly on small integers, for every number of rows and every stride', () => {
    for (const rows of [0, 1, 2, 3, 4, 5, 7, 8, 9]) {
      for (const [length, ldx, cStep] of [
        [1, 1, 1],
        [5, 6, 3],
        [8, 8, 1],
        [0, 2, 1],
      ]) {
        const X = Float64Array.from({ length: 90 }, (_, i) => ((i * 7) % 11) - 5);
        const C = Float64Array.from({ length: 40 }, (_, i) => ((i * 5) % 13) - 6);
        const Y = Float64Array.from({ length: 12 }, (_, i) => i);
        subtractRowCombination(Y, 2, length, C, 1, cStep, X, 3, ldx, rows);
        const expected = Array.from({ length: 12 }, (_, i) => {
          if (i < 2 || i >= 2 + length) return i;
          let y = i;
          for (let l = 0; l < rows; l++) y -= C[1 + l * cStep] * X[3 + l * ldx + i - 2];
          return y;
        });
        expect([...Y]).toEqual(expected);
      }
    }
  });

  it('takes y, c and x from one array', () => {
    const data = Float64Array.of(2, 10, 20, 0, 1, 3);
    subtractRowCombination(data, 1, 2, data, 0, 1, data, 4, 2, 1);
    expect([...data]).toEqual([2, 8, 14, 0, 1, 3]);
  });
});
