import { describe, expect, it } from 'vitest';
import { rankError, zeroColumns } from '../../src/solvers/rankDeficiency';
import { denseFrom, sparseFrom } from '../support/sparse';

/** rows × columns of ones, the given columns zero. */
function withZero(rows: number, columns: number, zero: readonly number[]) {
  const data = Float64Array.from({ length: rows * columns }, (_, p) => (zero.includes(p % columns) ? 0 : 1));
  return { rows, columns, data };
}

describe('zeroColumns', () => {
  it.each([[[]], [[0]], [[4]], [[0, 2, 3]], [[0, 1, 2, 3, 4]]])('%j, dense and sparse', (zero) => {
    const A = withZero(6, 5, zero);
    expect(zeroColumns(A)).toEqual(zero);
    expect(zeroColumns(sparseFrom(A))).toEqual(zero);
  });

  it('a column of stored zeros is zero', () => {
    const A = sparseFrom(withZero(3, 2, []));
    const values = A.values.map((v, p) => (A.columnIndices[p] === 1 ? 0 : v));
    expect(zeroColumns({ ...A, values })).toEqual([1]);
    expect(zeroColumns(denseFrom({ ...A, values }))).toEqual([1]);
  });
});

describe('rankError', () => {
  const nullBasis = { rows: 9, columns: 1, data: new Float64Array(9) };
  const deficiency = { rank: 2, nullBasis, passes: 3 };
  it.each<readonly [readonly number[], string]>([
    [[], ''],
    [[3], '; column 3 is zero'],
    [[3, 5], '; columns 3, 5 are zero'],
    [[0, 1, 2, 3, 4], '; columns 0, 1, 2, 3, 4 are zero'],
    [[0, 1, 2, 3, 4, 8], '; columns 0, 1, 2, 3, 4, … are zero'],
  ])('names zero columns %j', (zero, words) => {
    const error = rankError('solve', sparseFrom(withZero(20, 9, zero)), deficiency);
    expect(error.code).toBe('RANK_DEFICIENT');
    expect(error.message).toBe(
      `solve: A has rank 2 to working precision, expected 9 (= A.columns)${words}; minNorm: true gives the solution of minimum norm`,
    );
    expect(error.details).toEqual({ rank: 2, columns: 9, nullBasis, zeroColumns: zero });
  });
});
