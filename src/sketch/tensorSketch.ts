/**
 * What a tensor sketch is: a random linear map S from R^(dᵖ) to R^m, applied to x ⊗ … ⊗ x (p factors) without
 * ever forming it, with E⟨S x^⊗p, S y^⊗p⟩ = ⟨x, y⟩ᵖ. Drawn once, immutable, and row by row: what becomes of a row
 * of A depends on that row and the seed only, to the last bit.
 */
import { checkInteger } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix } from '../core/matrix';
import { ldexp, norm2, powerOfTwoExponent } from '../dense/vector';
import type { Seed } from '../random/seed';
import { checkSeed } from './operator';

export type TensorSketchKind = 'tensor-srht' | 'tensor-countsketch';

export interface TensorSketchOptions {
  /** m, the length of a sketched tensor: an integer from 1 to 2²⁴. */
  readonly rows: number;
  /** d, the length of x, which is the number of columns of A: an integer from 1 to 2²⁴. */
  readonly columns: number;
  /** p: an integer from 1 to 512. */
  readonly degree: number;
  /** Finite number or string; 5 and '5' are the same seed. Default 0. */
  readonly seed?: Seed;
}

export interface TensorSketch {
  readonly kind: TensorSketchKind;
  readonly rows: number;
  readonly columns: number;
  readonly degree: number;
  readonly seed: Seed;
  /**
   * The sketches of the p-th tensor powers of the rows of A, as rows.
   *
   * @param A - n × d. Not modified.
   * @returns n × m.
   * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT; OUT_OF_RANGE if an entry of the result
   *   is too large for a double
   */
  apply(A: MatrixLike): Matrix;
}

export const MAX_TENSOR_LENGTH = 2 ** 24;
export const MAX_TENSOR_DEGREE = 512;

/** Checks the options common to all tensor sketches and fills in the default seed. */
export function checkTensorSketchOptions(
  caller: string,
  options: TensorSketchOptions,
): Required<TensorSketchOptions> {
  const { rows, columns, degree, seed = 0 } = options;
  checkInteger(caller, 'rows', rows, 1, MAX_TENSOR_LENGTH);
  checkInteger(caller, 'columns', columns, 1, MAX_TENSOR_LENGTH);
  checkInteger(caller, 'degree', degree, 1, MAX_TENSOR_DEGREE);
  checkSeed(caller, seed);
  return { rows, columns, degree, seed };
}

/** The caller's A, n × d for the sketch at hand. */
export function tensorInput(caller: string, sketch: Pick<TensorSketch, 'columns'>, A: MatrixLike): Matrix {
  const given = toMatrix(caller, 'A', A);
  if (given.columns !== sketch.columns) {
    throw new SketchSolveError(
      'SHAPE',
      `${caller}: A has ${given.columns} columns, expected ${sketch.columns} (= columns of the sketch)`,
      { got: given.columns, expected: sketch.columns },
    );
  }
  return given;
}

const MAX_BATCH = 32;
/** Entries of a buffer that stays in second-level cache together with two others. */
const BATCH_ENTRIES = 2 ** 15;

/** Rows of A sketched together, as columns of buffers with up to `length` rows. */
export function batchWidth(length: number): number {
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_ENTRIES / length)));
}

/**
 * A row of A as the sketches see it: times a power of two that brings its norm into [1, 2), since powers of a
 * norm of 1e±80 leave the doubles on the way even where the result is inside.
 */
export interface TensorBatch {
  /** d × width: column c is row firstRow + c of A times 2^−exponents[c]. */
  readonly X: Float64Array;
  readonly exponents: Int32Array;
  readonly firstRow: number;
  readonly width: number;
}

/** Calls `sketch` with the rows of A, at most `most` at a time. The batch is valid during the call only. */
export function forEachBatch(A: Matrix, most: number, sketch: (batch: TensorBatch) => void): void {
  const { rows: n, columns: d, data } = A;
  const X = new Float64Array(d * Math.min(n, most));
  const exponents = new Int32Array(most);
  for (let firstRow = 0; firstRow < n; firstRow += most) {
    const width = Math.min(most, n - firstRow);
    for (let c = 0; c < width; c++) {
      const from = (firstRow + c) * d;
      exponents[c] = powerOfTwoExponent(norm2(data, from, d));
      for (let k = 0; k < d; k++) X[k * width + c] = ldexp(data[from + k], -exponents[c]);
    }
    sketch({ X, exponents, firstRow, width });
  }
}

/**
 * Rows firstRow … firstRow + width of out (n × m) ← the columns of Z (m × width), which hold degree-p sketches of
 * the scaled rows, scaled back.
 *
 * @throws {@link SketchSolveError} OUT_OF_RANGE
 */
export function storeBatchInto(out: Matrix, Z: Float64Array, batch: TensorBatch, degree: number): void {
  const { columns: m, data } = out;
  const { exponents, firstRow, width } = batch;
  for (let c = 0; c < width; c++) {
    const exponent = degree * exponents[c];
    const to = (firstRow + c) * m;
    for (let t = 0; t < m; t++) {
      const value = ldexp(Z[t * width + c], exponent);
      if (!Number.isFinite(value)) throw outOfRange(firstRow + c, degree, exponents[c]);
      data[to + t] = value;
    }
  }
}

function outOfRange(row: number, degree: number, exponent: number): SketchSolveError {
  return new SketchSolveError(
    'OUT_OF_RANGE',
    `apply: row ${row} of A has norm about 2^${exponent}, too large for a sketch of degree ${degree} in doubles: ` +
      'divide A by a power of two',
    { row, degree, log2Scale: degree * exponent },
  );
}
