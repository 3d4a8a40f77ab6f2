/**
 * Slow and plain reference computations, independent of the kernels that they judge.
 */
import { Matrix as MlMatrix, SVD } from 'ml-matrix';
import type { Matrix } from '../../src/core/matrix';
import {
  exponentOf,
  fromDoubles,
  pairAt,
  product,
  residual,
  setPair,
  timesPowerOfTwo,
  zeros,
} from './doubleDouble';
import { householderLower, rightSingular, solveLowerTransposedInPlace } from './doubleDoubleFactor';

/** A·B by the definition. */
export function naiveMatmul(A: Matrix, B: Matrix): Matrix {
  if (A.columns !== B.rows) throw new RangeError(`A has ${A.columns} columns, B has ${B.rows} rows`);
  const { data: b, columns } = B;
  const data = new Float64Array(A.rows * columns);
  for (let i = 0; i < A.rows; i++) {
    for (let k = 0; k < A.columns; k++)
      addMultiple(data, i * columns, A.data[i * A.columns + k], b, k * columns, columns);
  }
  return { rows: A.rows, columns, data };
}

/** Called often, so that engines compile it well. */
function addMultiple(
  y: Float64Array,
  yOff: number,
  alpha: number,
  x: Float64Array,
  xOff: number,
  n: number,
): void {
  for (let j = 0; j < n; j++) y[yOff + j] += alpha * x[xOff + j];
}

export function naiveTranspose(A: Matrix): Matrix {
  const data = new Float64Array(A.rows * A.columns);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.columns; j++) data[j * A.rows + i] = A.data[i * A.columns + j];
  }
  return { rows: A.columns, columns: A.rows, data };
}

/** A·x by the definition. */
export function naiveMatvec(A: Matrix, x: ArrayLike<number>): Float64Array {
  return naiveMatmul(A, { rows: x.length, columns: 1, data: Float64Array.from(x) }).data;
}

/** The exact product A·x, rounded once. Entries and products between 1e-140 and 1e140. */
export function exactMatvec(A: Matrix, x: ArrayLike<number>): Float64Array {
  return product(fromDoubles(A.data), A.rows, A.columns, fromDoubles(Float64Array.from(x))).hi;
}

/** The exact residual b − A x, rounded once: right where A x and b cancel. Range as in exactMatvec. */
export function exactResidual(A: Matrix, x: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const vector = fromDoubles(Float64Array.from(x));
  return residual(fromDoubles(A.data), A.rows, A.columns, vector, fromDoubles(Float64Array.from(b))).hi;
}

/** The Sylvester–Hadamard matrix of order n, a power of two. */
export function denseHadamard(n: number): Matrix {
  if (!Number.isInteger(Math.log2(n)))
    throw new RangeError(`denseHadamard: n = ${n}, expected a power of two`);
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) data[i * n + j] = hadamardEntry(i, j);
  }
  return { rows: n, columns: n, data };
}

/** Entry (i, j) of the Sylvester–Hadamard matrix of any order: −1 to the number of ones in i & j. */
export function hadamardEntry(i: number, j: number): number {
  let sign = 1;
  for (let bits = i & j; bits !== 0; bits &= bits - 1) sign = -sign;
  return sign;
}

/**
 * Singular values of A (n ≥ d, any scale), descending, right to full double precision for κ(A) up to 1e14 and
 * beyond.
 */
export function exactSingularValues(A: Matrix): Float64Array {
  const exponent = exponentOf(A.data);
  const values = rightSingular({ ...A, data: timesPowerOfTwo(A.data, -exponent) }).values;
  return timesPowerOfTwo(values, exponent);
}

/** κ₂(A) of the stored entries. */
export function exactCondition(A: Matrix): number {
  const values = exactSingularValues(A);
  return values[0] / values[values.length - 1];
}

export interface LeastSquaresReference {
  readonly x: Float64Array;
  /** ‖b − A x‖ of the exact minimiser. */
  readonly residualNorm: number;
}

/**
 * The minimiser of ‖Ax − b‖ for exactly the stored A (n × d, n ≥ d, full rank) and b, by Householder QR of
 * [A b] in double-double with columns scaled by powers of two. Its relative error before the one rounding to
 * double is about 2⁻¹⁰⁰(κ + κ²‖r‖/(‖A‖‖x‖)), κ after the scaling: 2⁻⁴⁸ of what the best double solver can
 * promise for the same problem. Throws when a column depends on the ones before it up to 2⁻⁹⁰.
 */
export function leastSquaresReference(A: Matrix, b: ArrayLike<number>): LeastSquaresReference {
  const { rows: n, columns: d } = A;
  const columns = Array.from({ length: d }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => A.data[i * d + j]),
  );
  columns.push(Float64Array.from(b));
  const exponents = columns.map((column) => exponentOf(column));
  const scaled = columns.map((column, j) => timesPowerOfTwo(column, -exponents[j]));
  const data = new Float64Array(n * (d + 1)).map((_, p) => scaled[p % (d + 1)][Math.floor(p / (d + 1))]);
  const L = householderLower({ rows: n, columns: d + 1, data });
  for (let j = 0; j < d; j++) {
    if (Math.abs(L.hi[j * (d + 1) + j]) < 2 ** -90)
      throw new RangeError(`leastSquaresReference: column ${j} is dependent`);
  }
  const x = zeros(d);
  for (let j = 0; j < d; j++) setPair(x, j, pairAt(L, d * (d + 1) + j));
  solveLowerTransposedInPlace(x, L, d + 1, d);
  return {
    x: x.hi.map((entry, j) => timesPowerOfTwo([entry], exponents[d] - exponents[j])[0]),
    residualNorm: n === d ? 0 : timesPowerOfTwo([Math.abs(L.hi[d * (d + 1) + d])], exponents[d])[0],
  };
}

export interface MinimumNormSolution {
  readonly x: Float64Array;
  readonly rank: number;
  /** Descending. */
  readonly singularValues: Float64Array;
}

/**
 * The minimiser of ‖Ax − b‖ of smallest norm from ml-matrix's SVD in double. Singular values at or below
 * tolerance·σ₁ count as zero. Default max(n, d)·2⁻⁵², as in LAPACK and NumPy.
 */
export function minimumNormSolution(
  A: Matrix,
  b: ArrayLike<number>,
  tolerance = Math.max(A.rows, A.columns) * 2 ** -52,
): MinimumNormSolution {
  const exponent = exponentOf(A.data);
  const scaled = MlMatrix.from1DArray(A.rows, A.columns, timesPowerOfTwo(A.data, -exponent));
  const svd = new SVD(scaled, { autoTranspose: true });
  const s = svd.diagonal;
  const rank = s.filter((value) => value > tolerance * s[0]).length;
  const x = new Float64Array(A.columns);
  for (let k = 0; k < rank; k++) {
    let overlap = 0;
    for (let i = 0; i < A.rows; i++) overlap += svd.leftSingularVectors.get(i, k) * b[i];
    for (let j = 0; j < A.columns; j++) x[j] += (overlap / s[k]) * svd.rightSingularVectors.get(j, k);
  }
  const singularValues = timesPowerOfTwo(s, exponent);
  return { x: timesPowerOfTwo(x, -exponent), rank, singularValues };
}
