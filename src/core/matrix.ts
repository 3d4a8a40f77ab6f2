/**
 * Dense matrices as plain row-major data, and the doors through which callers' matrices and vectors enter:
 * checked once here, never checked again below. Nothing of the caller's is modified or, when it is already
 * flat, copied.
 */
import type { AbstractMatrix } from 'ml-matrix';
import { type CsrMatrix, checkCsr, csrEntries, isCsr } from './csrMatrix';
import { describe, isArrayLike } from './describe';
import { SketchSolveError } from './errors';
import { firstNotFinite, rangedEntries, sumOfSquares } from './range';
import { checkSize, checkSizes } from './sizes';

/** Row-major: entry (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix that answers for its entries one by one: every ml-matrix matrix and view, and whatever looks like one. */
export type EntryMatrix = Readonly<Pick<AbstractMatrix, 'rows' | 'columns' | 'get'>>;

export type MatrixLike = Matrix | CsrMatrix | EntryMatrix | readonly ArrayLike<number>[];
export type VectorLike = ArrayLike<number>;

/**
 * Wraps row-major `data` without copying it, or makes a zero matrix.
 *
 * @param rows - integer ≥ 1.
 * @param columns - integer ≥ 1.
 * @param data - length rows·columns; a Float64Array is kept, any other array is copied.
 * @throws {@link SketchSolveError} SHAPE, INVALID_ARGUMENT
 */
export function matrix(rows: number, columns: number, data?: ArrayLike<number>): Matrix {
  checkSizes('matrix', '', rows, columns);
  if (data === undefined) return { rows, columns, data: new Float64Array(rows * columns) };
  if (!isArrayLike(data)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `matrix: data is ${describe(data)}, expected an array of numbers`,
    );
  }
  if (data.length !== rows * columns) {
    throw new SketchSolveError(
      'SHAPE',
      `matrix: data has length ${data.length}, expected ${rows * columns} (= rows·columns)`,
      { got: data.length, expected: rows * columns },
    );
  }
  return { rows, columns, data: data instanceof Float64Array ? data : toNumbers('matrix', 'data', data) };
}

/**
 * Copies an array of equally long rows into a matrix.
 *
 * @throws {@link SketchSolveError} SHAPE for no rows, empty rows or rows of different lengths;
 *   INVALID_ARGUMENT for anything that is not an array of number arrays.
 */
export function fromRows(rows: readonly ArrayLike<number>[]): Matrix {
  return rowsToMatrix('fromRows', 'rows', rows);
}

/**
 * The caller's matrix as row-major data with at least one row and column and only finite entries. A sparse one is
 * expanded: doors that can do without ask {@link isCsr} first.
 */
export function toMatrix(caller: string, name: string, value: MatrixLike): Matrix {
  const A = readMatrix(caller, name, value);
  checkFinite(caller, name, A, sumOfSquares(A.data));
  return A;
}

/** A·2^−exponent, the entries in a range where products of a few norms neither overflow nor vanish. */
export interface RangedMatrix {
  readonly A: Matrix;
  /** 0, and A not copied, unless the entries are extreme. */
  readonly exponent: number;
}

/** Like {@link toMatrix}; entries near 1e±150 and beyond are brought near 1 by a power of two, exactly. */
export function toRangedMatrix(caller: string, name: string, value: MatrixLike): RangedMatrix {
  const A = readMatrix(caller, name, value);
  const squares = sumOfSquares(A.data);
  checkFinite(caller, name, A, squares);
  const { entries, exponent } = rangedEntries(A.data, squares);
  return { A: exponent === 0 ? A : { ...A, data: entries }, exponent };
}

function checkFinite(caller: string, name: string, A: Matrix, squares: number): void {
  const at = firstNotFinite(A.data, squares);
  if (at < 0) return;
  const row = Math.floor(at / A.columns);
  const column = at % A.columns;
  throw new SketchSolveError(
    'NOT_FINITE',
    `${caller}: ${name} has ${A.data[at]} in row ${row}, column ${column}, expected finite numbers`,
    { argument: name, row, column, value: A.data[at] },
  );
}

/** The caller's vector as a Float64Array of the given length with only finite entries. */
export function toVector(
  caller: string,
  name: string,
  value: VectorLike,
  length: number,
  lengthMeaning: string,
): Float64Array {
  if (!isArrayLike(value)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name} is ${describe(value)}, expected an array of ${length} numbers`,
      { argument: name },
    );
  }
  if (value.length !== length) {
    throw new SketchSolveError(
      'SHAPE',
      `${caller}: ${name} has length ${value.length}, expected ${length} (= ${lengthMeaning})`,
      { argument: name, got: value.length, expected: length },
    );
  }
  const v = value instanceof Float64Array ? value : toNumbers(caller, name, value);
  const at = firstNotFinite(v, sumOfSquares(v));
  if (at >= 0) {
    throw new SketchSolveError(
      'NOT_FINITE',
      `${caller}: ${name}[${at}] is ${v[at]}, expected finite numbers`,
      {
        argument: name,
        index: at,
        value: v[at],
      },
    );
  }
  return v;
}

function readMatrix(caller: string, name: string, value: MatrixLike): Matrix {
  if (Array.isArray(value)) return rowsToMatrix(caller, name, value as readonly ArrayLike<number>[]);
  if (isCsr(value)) return expanded(caller, name, value);
  const given = value as Partial<Matrix & EntryMatrix> | null | undefined;
  if (typeof given !== 'object' || given === null || !('rows' in given) || !('columns' in given)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name} is ${describe(value)}, expected a matrix (rows, columns, data), an ml-matrix matrix or an array of rows`,
      { argument: name },
    );
  }
  const rows = given.rows as number;
  const columns = given.columns as number;
  checkSizes(caller, `${name}.`, rows, columns);
  if (given.data instanceof Float64Array) return flatMatrix(caller, name, rows, columns, given.data);
  if (typeof given.get !== 'function') {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name} has neither a Float64Array data nor get(i, j), expected a matrix, an ml-matrix matrix or an array of rows`,
      { argument: name },
    );
  }
  return copyEntries(caller, name, given as EntryMatrix);
}

/** A sparse matrix where only a dense one will do. */
function expanded(caller: string, name: string, value: CsrMatrix): Matrix {
  const A = checkCsr(caller, name, value);
  checkSizes(caller, `${name}.`, A.rows, A.columns);
  return { rows: A.rows, columns: A.columns, data: csrEntries(A) };
}

function flatMatrix(caller: string, name: string, rows: number, columns: number, data: Float64Array): Matrix {
  if (data.length !== rows * columns) {
    throw new SketchSolveError(
      'SHAPE',
      `${caller}: ${name}.data has length ${data.length}, expected ${rows * columns} (= rows·columns)`,
      { argument: name, got: data.length, expected: rows * columns },
    );
  }
  return { rows, columns, data };
}

function copyEntries(caller: string, name: string, source: EntryMatrix): Matrix {
  const { rows, columns } = source;
  const data = new Float64Array(rows * columns);
  for (let i = 0, p = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const entry = source.get(i, j);
      if (typeof entry !== 'number') throw notANumber(caller, `${name}.get(${i}, ${j})`, entry);
      data[p++] = entry;
    }
  }
  return { rows, columns, data };
}

function rowsToMatrix(caller: string, name: string, rows: readonly ArrayLike<number>[]): Matrix {
  if (!Array.isArray(rows)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name} is ${describe(rows)}, expected an array of rows`,
      {
        argument: name,
      },
    );
  }
  checkSize(caller, `number of rows of ${name}`, rows.length);
  for (let i = 0; i < rows.length; i++) {
    if (!isArrayLike(rows[i])) {
      throw new SketchSolveError(
        'INVALID_ARGUMENT',
        `${caller}: row ${i} of ${name} is ${describe(rows[i])}, expected an array of numbers`,
        { argument: name, row: i },
      );
    }
  }
  const columns = rows[0]?.length ?? 0;
  checkSize(caller, `length of row 0 of ${name}`, columns);
  checkSizes(caller, `${name}.`, rows.length, columns);
  const data = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as ArrayLike<number>;
    if (row.length !== columns) {
      throw new SketchSolveError(
        'SHAPE',
        `${caller}: row ${i} of ${name} has length ${row.length}, expected ${columns} (= length of row 0)`,
        { argument: name, row: i, got: row.length, expected: columns },
      );
    }
    data.set(row instanceof Float64Array ? row : toNumbers(caller, `row ${i} of ${name}`, row), i * columns);
  }
  return { rows: rows.length, columns, data };
}

function toNumbers(caller: string, name: string, values: ArrayLike<number>): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const entry: unknown = values[i];
    // typed-array conversion would turn '3', null and holes into numbers without a word
    if (typeof entry !== 'number') throw notANumber(caller, `${name}[${i}]`, entry);
    out[i] = entry;
  }
  return out;
}

function notANumber(caller: string, place: string, entry: unknown): SketchSolveError {
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: ${place} is ${describe(entry)}, expected a number`,
  );
}
