/**
 * Column scaling by powers of two: exact, and it makes the factor of A·C independent of the units in which
 * the columns of A are given. A·C itself is never formed; x = C·y undoes the scaling.
 */
import { zeros } from '../dense/smallArrays';
import { norm2, powerOfTwoExponent } from '../dense/vector';

/** C = diag(2^exponents): the diagonal and its inverse as doubles. */
export interface ColumnScaling {
  readonly scale: Float64Array;
  readonly inverse: Float64Array;
}

// beyond this 2^−e is no longer a double; such columns keep a norm of 2^±23 or less, which does no harm
const LARGEST_EXPONENT = 1000;

/** Squares whose sum is in this range have lost nothing that matters to underflow, and not overflowed. */
const SAFE_SQUARES = { min: 2 ** -900, max: 2 ** 900 };

/** The C that brings every column norm of B (rows × columns, row-major) into [1, 2); zero columns keep 1. */
export function columnScaling(B: Float64Array, rows: number, columns: number): ColumnScaling {
  const norms = columnSquares(B, rows, columns);
  for (let j = 0; j < columns; j++) {
    norms[j] = isSafeSquare(norms[j]) ? Math.sqrt(norms[j]) : columnNorm(B, rows, columns, j);
  }
  return scalingOf(norms);
}

/** The C for columns of these norms. */
export function scalingOf(norms: Float64Array): ColumnScaling {
  const [scale, inverse] = [zeros(norms.length), zeros(norms.length)];
  for (let j = 0; j < norms.length; j++) {
    const e = powerOfTwoExponent(norms[j]);
    const clamped = Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, e));
    scale[j] = 2 ** -clamped;
    inverse[j] = 2 ** clamped;
  }
  return { scale, inverse };
}

function isSafeSquare(sum: number): boolean {
  return sum >= SAFE_SQUARES.min && sum <= SAFE_SQUARES.max;
}

function columnSquares(B: Float64Array, rows: number, columns: number): Float64Array {
  const squares = zeros(columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) squares[j] += B[p] * B[p];
  }
  return squares;
}

function columnNorm(B: Float64Array, rows: number, columns: number, j: number): number {
  const column = new Float64Array(rows);
  for (let i = 0; i < rows; i++) column[i] = B[i * columns + j];
  return norm2(column, 0, rows);
}

/** B ← B·diag(scale), B rows × columns row-major. */
export function scaleColumnsInPlace(
  B: Float64Array,
  scale: Float64Array,
  rows: number,
  columns: number,
): void {
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) B[p++] *= scale[j];
  }
}

/** B ← diag(scale)·B, B rows × columns row-major. */
export function scaleRowsInPlace(B: Float64Array, scale: Float64Array, rows: number, columns: number): void {
  for (let i = 0, p = 0; i < rows; i++) {
    const factor = scale[i];
    for (let j = 0; j < columns; j++) B[p++] *= factor;
  }
}
