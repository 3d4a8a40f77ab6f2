import { describe, expect, it } from 'vitest';
import { csrGramVectorInto } from '../../src/sparse/csrProducts';
import { occupiedRows } from '../../src/sparse/occupiedRows';
import { randomVector } from '../support/random';
import { denseFrom, randomSparse, sparseFrom } from '../support/sparse';

describe('occupiedRows', () => {
  it.each([0, 0.02, 0.1, 0.5])(
    'are the rows that are not empty, density %d, and give the bits of AᵀAx',
    (density) => {
      const A = randomSparse({ rows: 100, columns: 6, density, seed: 3 });
      const B = occupiedRows(A);
      const dense = denseFrom(A);
      const rows = Array.from({ length: 100 }, (_, i) => Array.from(dense.data.subarray(6 * i, 6 * i + 6)));
      const kept = rows.filter((row) => row.some((v) => v !== 0));
      expect(B.rows).toBe(kept.length);
      expect(Array.from(denseFrom(B).data)).toEqual(kept.flat());
      expect(B.values).toBe(A.values);
      const x = randomVector(6, 4);
      const [ofA, ofB] = [new Float64Array(6), new Float64Array(6)];
      csrGramVectorInto(ofA, A, x);
      csrGramVectorInto(ofB, B, x);
      expect(ofB).toEqual(ofA);
    },
  );

  it('A itself when every row has entries', () => {
    const A = sparseFrom({ rows: 3, columns: 1, data: Float64Array.of(1, 2, 3) });
    expect(occupiedRows(A)).toBe(A);
  });
});
