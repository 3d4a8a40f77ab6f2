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
  /** n × n, the right singular vectors, and the singular values. */
  readonly v: Matrix;
  readonly s: Float64Array;
}

/**
 * N ← N − step·V₁Σ₁⁻²V₁ᵀG for G = (AC)ᵀ(AC)N: what rounding in R has put into N of the singular vectors that
 * are not null. Exact for step 1 when RᵀR = (AC)ᵀ(AC).
 */
export function refineNullVectors(found: NullVectors, N: Float64Array, G: Float64Array, step: number): void {
  const n = found.v.rows;
  const count = n - found.rank;
  for (let l = 0; l < found.rank; l++) {
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += found.v.data[i * n + l] * G[i * count + k];
      sum *= step / found.s[l] / found.s[l];
      for (let i = 0; i < n; i++) N[i * count + k] -= sum * found.v.data[i * n + l];
    }
  }
}

/** Rank of the n × n matrix R, counting singular values above threshold·σ₁. */
export function nullVectors(R: Float64Array, n: number, threshold: number): NullVectors {
  const { s, v } = svd({ rows: n, columns: n, data: R });
  let rank = 0;
  while (rank < n && s[rank] > threshold * s[0]) rank++;
  if (rank === n) return { rank, basis: null, v, s };
  const count = n - rank;
  const basis = new Float64Array(n * count);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < count; j++) basis[i * count + j] = v.data[i * n + rank + j];
  }
  return { rank, basis: { rows: n, columns: count, data: basis }, v, s };
}

/**
 * Undoes a column scaling: the null vectors of A from those of A·C, orthonormal again. The dependencies are
 * taken apart first: scales that differ by 1/u would leave nothing of one that is mixed with another.
 * Entries that are only rounding are set to zero, so that columns without part in a dependency stay apart
 * from it exactly.
 */
export function unscaleNullBasis(basis: Matrix, scale: Float64Array): Matrix {
  const { rows, columns } = basis;
  const data = basis.data.slice();
  reduceInPlace(data, rows, columns);
  const noise = 8 * 2 ** -52;
  for (let p = 0; p < data.length; p++) {
    data[p] = Math.abs(data[p]) <= noise ? 0 : data[p] * scale[Math.floor(p / columns)];
  }
  orthonormaliseInPlace(data, rows, columns);
  return { rows, columns, data };
}

/** Column echelon form by Gauss–Jordan elimination with complete pivoting: every column gets a row of the identity. */
function reduceInPlace(V: Float64Array, rows: number, columns: number): void {
  const done = new Uint8Array(rows);
  for (let k = 0; k < columns; k++) {
    let pivot = { row: 0, column: k, size: -1 };
    for (let i = 0; i < rows; i++) {
      for (let j = k; j < columns && done[i] === 0; j++) {
        const size = Math.abs(V[i * columns + j]);
        if (size > pivot.size) pivot = { row: i, column: j, size };
      }
    }
    done[pivot.row] = 1;
    swapColumns(V, rows, columns, k, pivot.column);
    eliminate(V, rows, columns, pivot.row, k);
  }
}

/** Divides column k by its entry in the given row and takes it from the others so that theirs vanish there. */
function eliminate(V: Float64Array, rows: number, columns: number, row: number, k: number): void {
  const head = V[row * columns + k];
  for (let i = 0; i < rows; i++) V[i * columns + k] /= head;
  for (let j = 0; j < columns; j++) {
    if (j === k) continue;
    const factor = V[row * columns + j];
    for (let i = 0; i < rows; i++) V[i * columns + j] -= factor * V[i * columns + k];
    V[row * columns + j] = 0;
  }
}

/**
 * Gram–Schmidt, every projection twice, the column with most left first: rounding stays in proportion to each
 * row, which Householder reflections would mix.
 */
function orthonormaliseInPlace(V: Float64Array, rows: number, columns: number): void {
  normaliseColumns(V, rows, columns, 0);
  for (let k = 0; k < columns; k++) {
    swapColumns(V, rows, columns, k, longestColumn(V, rows, columns, k));
    // what is left of column k may be all rounding along the columns before it
    for (let pass = 0; pass < 2; pass++) {
      normaliseColumns(V, rows, columns, k, k + 1);
      for (let l = 0; l < k; l++) subtractProjection(V, rows, columns, l, k);
    }
    normaliseColumns(V, rows, columns, k, k + 1);
    for (let l = k + 1; l < columns; l++) subtractProjection(V, rows, columns, k, l);
  }
}

/** Column l −= its projection on the unit column k. */
function subtractProjection(V: Float64Array, rows: number, columns: number, k: number, l: number): void {
  let overlap = 0;
  for (let i = 0; i < rows; i++) overlap += V[i * columns + k] * V[i * columns + l];
  for (let i = 0; i < rows; i++) V[i * columns + l] -= overlap * V[i * columns + k];
}

function longestColumn(V: Float64Array, rows: number, columns: number, from: number): number {
  let longest = from;
  let length = -1;
  for (let j = from; j < columns; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += V[i * columns + j] ** 2;
    if (sum > length) [longest, length] = [j, sum];
  }
  return longest;
}

function swapColumns(V: Float64Array, rows: number, columns: number, j: number, k: number): void {
  for (let i = 0; i < rows; i++) {
    const kept = V[i * columns + j];
    V[i * columns + j] = V[i * columns + k];
    V[i * columns + k] = kept;
  }
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
function normaliseColumns(
  data: Float64Array,
  rows: number,
  columns: number,
  first: number,
  end = columns,
): void {
  const column = new Float64Array(rows);
  for (let j = first; j < end; j++) {
    for (let i = 0; i < rows; i++) column[i] = data[i * columns + j];
    const norm = norm2(column, 0, rows);
    if (norm > 0) for (let i = 0; i < rows; i++) data[i * columns + j] /= norm;
  }
}
