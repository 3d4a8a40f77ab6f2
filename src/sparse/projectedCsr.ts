/**
 * A·V for a sparse A and a V with few columns, kept as the two: their product would be dense. With V an
 * orthonormal basis of the row space it is what a rank-deficient A is replaced by.
 */
import type { CsrMatrix, TallMatrix } from '../core/csr';
import { csrEntries } from '../core/csrMatrix';
import type { Matrix } from '../core/matrix';
import { gemmInto } from '../dense/gemm';
import { copyOf } from '../dense/smallArrays';

export interface ProjectedCsr {
  readonly rows: number;
  /** V.columns */
  readonly columns: number;
  readonly A: CsrMatrix;
  /** A.columns × columns */
  readonly V: Matrix;
}

/** What can be factored and multiplied with. */
export type TallInput = TallMatrix | ProjectedCsr;

export function projectedCsr(A: CsrMatrix, V: Matrix): ProjectedCsr {
  return { rows: A.rows, columns: V.columns, A, V };
}

export function isProjected(A: TallInput): A is ProjectedCsr {
  return 'V' in A;
}

/** The same matrix, dense: A itself where it is. */
export function denseForm(A: TallInput): Matrix {
  return 'data' in A ? A : { rows: A.rows, columns: A.columns, data: denseEntries(A) };
}

/** All entries, row-major, in an array of their own. */
export function denseEntries(A: TallInput): Float64Array {
  if ('data' in A) return copyOf(A.data);
  return isProjected(A) ? timesBasis(csrEntries(A.A), A.rows, A.V) : csrEntries(A);
}

/** B·V for a B of `rows` rows. */
export function timesBasis(B: Float64Array, rows: number, V: Matrix): Float64Array {
  const { rows: d, columns } = V;
  const product = new Float64Array(rows * columns);
  gemmInto(product, 0, columns, B, 0, d, false, V.data, 0, columns, false, rows, columns, d, 1, 0);
  return product;
}
