/**
 * Making sparse matrices, and what a solver holds of a tall one, dense or sparse.
 */
import { type CsrMatrix, checkCsr, isCsr } from './csrMatrix';
import { describe, isArrayLike } from './describe';
import { SketchSolveError } from './errors';
import { type Matrix, type MatrixLike, toMatrix, toRangedMatrix } from './matrix';
import { rangedEntries, sumOfSquares } from './range';
import { checkSize, MAX_ENTRIES } from './sizes';

export { type CsrMatrix, checkCsr, isCsr } from './csrMatrix';

/** A tall matrix behind the doors. */
export type TallMatrix = Matrix | CsrMatrix;

/** The three arrays of a {@link CsrMatrix}. */
export type CsrArrays = Pick<CsrMatrix, 'rowPointers' | 'columnIndices' | 'values'>;

/** Entries by row, column and value, in any order; those in the same place are summed. */
export type Triplets =
  | Iterable<readonly [row: number, column: number, value: number]>
  | {
      readonly rowIndices: ArrayLike<number>;
      readonly columnIndices: ArrayLike<number>;
      readonly values: ArrayLike<number>;
    };

/**
 * Wraps the arrays of a sparse matrix without copying them.
 *
 * @param rows - integer from 1 to 2³¹ − 1.
 * @param columns - integer from 1 to 2³¹ − 1; rows·columns may be larger.
 * @param arrays - `rowPointers` (Uint32Array, length rows + 1, from 0 to the number of entries), `columnIndices`
 *   (Uint32Array, strictly ascending within a row) and `values` (Float64Array). Kept: change them no more.
 * @throws {@link SketchSolveError} SHAPE, INVALID_ARGUMENT, NOT_FINITE
 */
export function csrMatrix(rows: number, columns: number, arrays: CsrArrays): CsrMatrix {
  if (!isCsr(arrays)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `csrMatrix: the arrays are ${describe(arrays)}, expected an object with rowPointers, columnIndices and values`,
    );
  }
  const { rowPointers, columnIndices, values } = arrays as CsrArrays;
  return checkCsr('csrMatrix', '', { rows, columns, rowPointers, columnIndices, values });
}

/**
 * A sparse matrix from its entries in any order. Entries in the same place are summed in the order given; zeros
 * are stored.
 *
 * @param rows - integer from 1 to 2³¹ − 1.
 * @param columns - integer from 1 to 2³¹ − 1.
 * @param triplets - an array or other iterable of [i, j, value], or three arrays `rowIndices`, `columnIndices`
 *   and `values` of one length, which costs less memory. Not modified.
 * @throws {@link SketchSolveError} SHAPE, INVALID_ARGUMENT, NOT_FINITE
 * Cost: O(rows + columns + entries).
 */
export function csrFromTriplets(rows: number, columns: number, triplets: Triplets): CsrMatrix {
  checkSize('csrFromTriplets', 'rows', rows, MAX_ENTRIES);
  checkSize('csrFromTriplets', 'columns', columns, MAX_ENTRIES);
  const given = readTriplets(triplets, rows, columns);
  // two stable sorts: by column, then by row
  const byColumn = sortedBy(given.columnIndices, columns, null).order;
  const { order, starts } = sortedBy(given.rowIndices, rows, byColumn);
  const columnIndices = new Uint32Array(order.length);
  const values = new Float64Array(order.length);
  let last = -1;
  for (let i = 0; i < rows; i++) {
    const first = last + 1;
    for (let q = starts[i]; q < starts[i + 1]; q++) {
      const column = given.columnIndices[order[q]];
      if (last < first || columnIndices[last] !== column) columnIndices[++last] = column;
      values[last] += given.values[order[q]];
    }
    // merged entries move rows forward; where row i began is not read again
    starts[i] = first;
  }
  starts[rows] = last + 1;
  return checkCsr('csrFromTriplets', '', {
    rows,
    columns,
    rowPointers: starts,
    columnIndices: columnIndices.slice(0, last + 1),
    values: values.slice(0, last + 1),
  });
}

/**
 * The entries of a matrix that are not zero.
 *
 * @param A - dense, an array of rows, ml-matrix, or sparse with zeros stored. Not modified.
 * @throws {@link SketchSolveError} SHAPE, INVALID_ARGUMENT, NOT_FINITE
 */
export function csrFromMatrix(A: MatrixLike): CsrMatrix {
  if (isCsr(A)) return withoutZeros(checkCsr('csrFromMatrix', 'A', A));
  const { rows, columns, data } = toMatrix('csrFromMatrix', 'A', A);
  let count = 0;
  for (let p = 0; p < data.length; p++) if (data[p] !== 0) count++;
  const rowPointers = new Uint32Array(rows + 1);
  const columnIndices = new Uint32Array(count);
  const values = new Float64Array(count);
  for (let i = 0, p = 0, q = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, p++) {
      if (data[p] === 0) continue;
      columnIndices[q] = j;
      values[q++] = data[p];
    }
    rowPointers[i + 1] = q;
  }
  return { rows, columns, rowPointers, columnIndices, values };
}

function withoutZeros(A: CsrMatrix): CsrMatrix {
  const { rows, columns } = A;
  let count = 0;
  for (let p = 0; p < A.values.length; p++) if (A.values[p] !== 0) count++;
  const rowPointers = new Uint32Array(rows + 1);
  const columnIndices = new Uint32Array(count);
  const values = new Float64Array(count);
  for (let i = 0, q = 0; i < rows; i++) {
    for (let p = A.rowPointers[i]; p < A.rowPointers[i + 1]; p++) {
      if (A.values[p] === 0) continue;
      columnIndices[q] = A.columnIndices[p];
      values[q++] = A.values[p];
    }
    rowPointers[i + 1] = q;
  }
  return { rows, columns, rowPointers, columnIndices, values };
}

/** A·2^−exponent, dense or sparse as given. */
export interface RangedTall {
  readonly A: TallMatrix;
  /** 0, and A not copied, unless the entries are extreme. */
  readonly exponent: number;
}

/** The caller's matrix, dense or sparse; entries near 1e±150 and beyond are brought near 1 by a power of two. */
export function toRangedTall(caller: string, name: string, value: MatrixLike): RangedTall {
  if (!isCsr(value)) return toRangedMatrix(caller, name, value);
  const A = checkCsr(caller, name, value);
  const { entries, exponent } = rangedEntries(A.values, sumOfSquares(A.values));
  return { A: exponent === 0 ? A : { ...A, values: entries }, exponent };
}

interface EntryList {
  readonly rowIndices: Uint32Array;
  readonly columnIndices: Uint32Array;
  readonly values: Float64Array;
}

function readTriplets(triplets: Triplets, rows: number, columns: number): EntryList {
  const lists = tripletLists(triplets);
  const count = lists.values.length;
  for (const name of ['rowIndices', 'columnIndices'] as const) {
    if (lists[name].length === count) continue;
    throw new SketchSolveError(
      'SHAPE',
      `csrFromTriplets: ${name} has length ${lists[name].length}, expected ${count} (= length of values)`,
      { argument: name, got: lists[name].length, expected: count },
    );
  }
  const list = {
    rowIndices: new Uint32Array(count),
    columnIndices: new Uint32Array(count),
    values: new Float64Array(count),
  };
  for (let k = 0; k < count; k++) {
    list.rowIndices[k] = checkedIndex('row', k, lists.rowIndices[k], rows);
    list.columnIndices[k] = checkedIndex('column', k, lists.columnIndices[k], columns);
    list.values[k] = checkedValue(k, lists.values[k]);
  }
  return list;
}

function tripletLists(triplets: Triplets): Exclude<Triplets, Iterable<unknown>> {
  if (typeof triplets === 'object' && triplets !== null && 'rowIndices' in triplets) {
    for (const name of ['rowIndices', 'columnIndices', 'values'] as const) {
      if (!isArrayLike(triplets[name])) throw wrongTriplets(name, triplets[name], 'an array of numbers');
    }
    return triplets;
  }
  if (typeof (triplets as Iterable<unknown> | null)?.[Symbol.iterator] !== 'function') {
    throw wrongTriplets('triplets', triplets, 'an iterable of [row, column, value], or their three arrays');
  }
  const lists = { rowIndices: [] as number[], columnIndices: [] as number[], values: [] as number[] };
  for (const triplet of triplets as Iterable<unknown>) {
    if (!isArrayLike(triplet) || triplet.length !== 3) {
      throw wrongTriplets(`triplet ${lists.values.length}`, triplet, '[row, column, value]');
    }
    lists.rowIndices.push(triplet[0] as number);
    lists.columnIndices.push(triplet[1] as number);
    lists.values.push(triplet[2] as number);
  }
  return lists;
}

function checkedIndex(what: string, k: number, index: unknown, size: number): number {
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < size) return index;
  throw wrongTriplets(`${what} of triplet ${k}`, index, `an integer from 0 to ${size - 1}`);
}

function checkedValue(k: number, value: unknown): number {
  if (typeof value !== 'number') throw wrongTriplets(`value of triplet ${k}`, value, 'a number');
  if (Number.isFinite(value)) return value;
  throw new SketchSolveError(
    'NOT_FINITE',
    `csrFromTriplets: value of triplet ${k} is ${value}, expected finite numbers`,
    { index: k, value },
  );
}

function wrongTriplets(name: string, got: unknown, needed: string): SketchSolveError {
  return new SketchSolveError(
    'INVALID_ARGUMENT',
    `csrFromTriplets: ${name} is ${describe(got)}, expected ${needed}`,
    { argument: name, got },
  );
}

/** Stable counting sort of the entries, taken in the order `before`, by key; starts[k] is where key k begins. */
function sortedBy(
  keys: Uint32Array,
  size: number,
  before: Uint32Array | null,
): { order: Uint32Array; starts: Uint32Array } {
  const next = new Uint32Array(size + 1);
  for (let q = 0; q < keys.length; q++) next[keys[q] + 1]++;
  for (let k = 0; k < size; k++) next[k + 1] += next[k];
  const starts = next.slice();
  const order = new Uint32Array(keys.length);
  for (let q = 0; q < keys.length; q++) {
    const entry = before === null ? q : before[q];
    order[next[keys[entry]]++] = entry;
  }
  return { order, starts };
}
