/**
 * Sparse matrices in compressed row form, and the door through which a caller's enter: every malformation is
 * named here once, and nothing below checks again.
 */
import { describe } from './describe';
import { SketchSolveError } from './errors';
import { firstNotFinite, sumOfSquares } from './range';
import { checkSize, MAX_ENTRIES } from './sizes';

/** Row i has the entries `values[p]` in columns `columnIndices[p]`, rowPointers[i] ≤ p < rowPointers[i + 1]. */
export interface CsrMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Length rows + 1, from 0 to the number of entries, not descending. */
  readonly rowPointers: Uint32Array;
  /** Strictly ascending within a row. */
  readonly columnIndices: Uint32Array;
  readonly values: Float64Array;
}

/** Whether a value means to be a CsrMatrix: it has row pointers. */
export function isCsr(value: unknown): value is CsrMatrix {
  return typeof value === 'object' && value !== null && 'rowPointers' in value;
}

/** The caller's CsrMatrix, well formed and with finite values only. `name` is what the message calls it, or ''. */
export function checkCsr(caller: string, name: string, value: unknown): CsrMatrix {
  const prefix = name === '' ? '' : `${name}.`;
  if (!isCsr(value)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${name || 'the matrix'} is ${describe(value)}, expected a CsrMatrix`,
      { argument: name },
    );
  }
  checkSize(caller, `${prefix}rows`, value.rows, MAX_ENTRIES);
  checkSize(caller, `${prefix}columns`, value.columns, MAX_ENTRIES);
  checkArrays(caller, prefix, value);
  checkPointers(caller, prefix, value);
  checkColumns(caller, prefix, value);
  const { values } = value;
  const at = firstNotFinite(values, sumOfSquares(values));
  if (at < 0) return value;
  const row = rowOfEntry(value, at);
  const column = value.columnIndices[at];
  throw new SketchSolveError(
    'NOT_FINITE',
    `${caller}: ${name || 'the matrix'} has ${values[at]} in row ${row}, column ${column}, expected finite numbers`,
    { argument: name, row, column, value: values[at] },
  );
}

/** All rows·columns entries, row-major. */
export function csrEntries(A: CsrMatrix): Float64Array {
  const { rows, columns, rowPointers, columnIndices, values } = A;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++)
      data[i * columns + columnIndices[p]] = values[p];
  }
  return data;
}

function checkArrays(caller: string, prefix: string, A: CsrMatrix): void {
  checkTyped(caller, `${prefix}rowPointers`, A.rowPointers, Uint32Array);
  checkTyped(caller, `${prefix}columnIndices`, A.columnIndices, Uint32Array);
  checkTyped(caller, `${prefix}values`, A.values, Float64Array);
  checkLength(caller, `${prefix}rowPointers`, A.rowPointers, A.rows + 1, 'rows + 1');
  checkLength(caller, `${prefix}values`, A.values, A.columnIndices.length, 'length of columnIndices');
  if (A.values.length <= MAX_ENTRIES) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: ${prefix}values has length ${A.values.length}, expected at most ${MAX_ENTRIES}`,
    { got: A.values.length, max: MAX_ENTRIES },
  );
}

function checkTyped(
  caller: string,
  name: string,
  value: unknown,
  type: typeof Uint32Array | typeof Float64Array,
): void {
  if (value instanceof type) return;
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: ${name} is ${describe(value)}, expected a ${type.name}`,
    { argument: name },
  );
}

function checkLength(
  caller: string,
  name: string,
  array: ArrayLike<number>,
  length: number,
  meaning: string,
): void {
  if (array.length === length) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: ${name} has length ${array.length}, expected ${length} (= ${meaning})`,
    { argument: name, got: array.length, expected: length },
  );
}

function checkPointers(caller: string, prefix: string, A: CsrMatrix): void {
  const { rows, rowPointers, columnIndices } = A;
  const name = `${prefix}rowPointers`;
  if (rowPointers[0] !== 0) throw malformed(caller, name, 0, rowPointers[0], '0');
  for (let i = 0; i < rows; i++) {
    if (rowPointers[i + 1] >= rowPointers[i]) continue;
    const needed = `at least ${rowPointers[i]} (= rowPointers[${i}])`;
    throw malformed(caller, name, i + 1, rowPointers[i + 1], needed);
  }
  const count = columnIndices.length;
  if (rowPointers[rows] === count) return;
  throw malformed(caller, name, rows, rowPointers[rows], `${count} (= length of columnIndices)`);
}

function checkColumns(caller: string, prefix: string, A: CsrMatrix): void {
  const { rows, columns, rowPointers, columnIndices } = A;
  for (let i = 0; i < rows; i++) {
    let before = -1;
    for (let p = rowPointers[i]; p < rowPointers[i + 1]; p++) {
      const column = columnIndices[p];
      if (column <= before || column >= columns) {
        throw misplacedEntry(caller, `${prefix}columnIndices`, A, i, p, before);
      }
      before = column;
    }
  }
}

function misplacedEntry(
  caller: string,
  name: string,
  A: CsrMatrix,
  row: number,
  p: number,
  before: number,
): SketchSolveError {
  const column = A.columnIndices[p];
  let needed = `an integer from 0 to ${A.columns - 1}`;
  if (column === before) needed = 'every column once in a row';
  else if (column < before) needed = `more than ${before}: columns ascend within a row`;
  return malformed(caller, name, p, column, needed, row);
}

function malformed(
  caller: string,
  name: string,
  index: number,
  got: number,
  needed: string,
  row?: number,
): SketchSolveError {
  const place = row === undefined ? '' : ` (row ${row})`;
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: ${name}[${index}]${place} is ${got}, expected ${needed}`,
    { argument: name, index, got, ...(row === undefined ? {} : { row }) },
  );
}

/** The row that entry p is in: the last whose pointer is not above p. */
function rowOfEntry({ rows, rowPointers }: CsrMatrix, p: number): number {
  let low = 0;
  let high = rows;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (rowPointers[middle] <= p) low = middle;
    else high = middle;
  }
  return low;
}
