/**
 * Numerical rank, null vectors and row space of a matrix from the singular value decomposition of its
 * small triangular factor.
 */
import type { Matrix } from '../core/matrix';
import { applyQInPlace, householderInPlace, householderWorkLength } from '../dense/householder';
import { svd } from '../dense/svd';
import { norm2 } from '../dense/vector';

/** Right singular vectors whose singular values are at most threshold·σ₁, as columns (n × count). */
export interface NullVectors {
  readonly rank: number;
  /** n × (n − rank), orthonormal columns; no columns are represented by null. */
  readonly basis: Matrix | null;
}

/** Rank of the n × n matrix R, counting singular values above threshold·σ₁. */
export function nullVectors(R: Float64Array, n: number, threshold: number): NullVectors {
  const { s, v } = svd({ rows: n, columns: n, data: R });
  let rank = 0;
  while (rank < n && s[rank] > threshold * s[0]) rank++;
  if (rank === n) return { rank, basis: null };
  const count = n - rank;
  const basis = new Float64Array(n * count);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < count; j++) basis[i * count + j] = v.data[i * n + rank + j];
  }
  return { rank, basis: { rows: n, columns: count, data: basis } };
}

/**
 * Undoes a column scaling: the null vectors of A from those of A·C, orthonormal again.
 * Entries that are only rounding are set to zero, so that columns without part in a dependency stay apart
 * from it exactly.
 */
export function unscaleNullBasis(basis: Matrix, scale: Float64Array): Matrix {
  const { rows, columns } = basis;
  const data = basis.data.slice();
  const noise = 64 * 2 ** -52 * Math.sqrt(rows);
  for (let i = 0; i < rows; i++) {
    const rowNorm = norm2(data, i * columns, columns);
    for (let j = 0; j < columns; j++) {
      const p = i * columns + j;
      data[p] = rowNorm <= noise ? 0 : data[p] * scale[i];
    }
  }
  normaliseColumns(data, rows, columns);
  return orthonormalColumns({ rows, columns, data }, 0, columns);
}

/** Orthonormal basis (n × rank) of the complement of the span of `nullBasis` (n × (n − rank), orthonormal). */
export function orthogonalComplement(nullBasis: Matrix): Matrix {
  return orthonormalColumns(nullBasis, nullBasis.columns, nullBasis.rows);
}

/** Columns first … last − 1 of the full Householder Q of B. */
function orthonormalColumns(B: Matrix, first: number, last: number): Matrix {
  const { rows, columns } = B;
  const factor = B.data.slice();
  const tau = new Float64Array(columns);
  const work = new Float64Array(householderWorkLength(rows, Math.max(columns, last - first)));
  householderInPlace(factor, columns, rows, columns, tau, work);
  const count = last - first;
  const data = new Float64Array(rows * count);
  for (let j = 0; j < count; j++) data[(first + j) * count + j] = 1;
  applyQInPlace(data, count, count, factor, columns, rows, columns, tau, work);
  return { rows, columns: count, data };
}

// the scaled columns may be of very different lengths, which says nothing about them
function normaliseColumns(data: Float64Array, rows: number, columns: number): void {
  const column = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) column[i] = data[i * columns + j];
    const norm = norm2(column, 0, rows);
    if (norm > 0) for (let i = 0; i < rows; i++) data[i * columns + j] /= norm;
  }
}
