/** Sparse matrices for tests, and their dense form entry by entry: no code of src/core/csr or src/sparse. */
import type { CsrMatrix } from '../../src/core/csr';
import type { Matrix } from '../../src/core/matrix';
import { testRandom } from './random';

export interface SparsePattern {
  readonly rows: number;
  readonly columns: number;
  readonly density: number;
  readonly seed: number;
  /** Integers from −50 to 50 instead of normals: their sums are exact. */
  readonly integers?: boolean;
}

/** Each entry present with the given probability; some rows and columns stay empty when that is small. */
export function randomSparse({ rows, columns, density, seed, integers = false }: SparsePattern): CsrMatrix {
  const random = testRandom(seed);
  const data = new Float64Array(rows * columns).map(() => {
    if (random.uniform() >= density) return 0;
    return integers ? random.integer(101) - 50 : random.normal();
  });
  return sparseFrom({ rows, columns, data });
}

/** The entries that are not zero. */
export function sparseFrom(A: Matrix): CsrMatrix {
  const rowPointers = [0];
  const columnIndices: number[] = [];
  const values: number[] = [];
  A.data.forEach((value, p) => {
    if (value !== 0) {
      columnIndices.push(p % A.columns);
      values.push(value);
    }
    if (p % A.columns === A.columns - 1) rowPointers.push(values.length);
  });
  return {
    rows: A.rows,
    columns: A.columns,
    rowPointers: Uint32Array.from(rowPointers),
    columnIndices: Uint32Array.from(columnIndices),
    values: Float64Array.from(values),
  };
}

export function denseFrom(A: CsrMatrix): Matrix {
  const data = new Float64Array(A.rows * A.columns);
  for (let i = 0; i < A.rows; i++) {
    for (let p = A.rowPointers[i]; p < A.rowPointers[i + 1]; p++) {
      data[i * A.columns + A.columnIndices[p]] = A.values[p];
    }
  }
  return { rows: A.rows, columns: A.columns, data };
}

/** Rows first … end − 1. */
export function sparseRows(A: CsrMatrix, first: number, end: number): CsrMatrix {
  const { data, columns } = denseFrom(A);
  return sparseFrom({ rows: end - first, columns, data: data.slice(first * columns, end * columns) });
}

/** One entry of ±1 … ±2 in every row, the columns dealt in a random order: AᵀA is diagonal, and rows collide. */
export function oneEntryPerRow(rows: number, columns: number, seed: number): CsrMatrix {
  const random = testRandom(seed);
  return {
    rows,
    columns,
    rowPointers: Uint32Array.from({ length: rows + 1 }, (_, i) => i),
    columnIndices: Uint32Array.from({ length: rows }, (_, i) => (i < columns ? i : random.integer(columns))),
    values: Float64Array.from({ length: rows }, () => random.sign() * (1 + random.uniform())),
  };
}

/** The last column is the first plus others of size 1/κ on more rows: κ(A) is about κ, up to ten times more. */
export function nearlyDependentSparse(pattern: SparsePattern, kappa: number): CsrMatrix {
  const { data, rows, columns } = denseFrom(randomSparse(pattern));
  for (let i = 0; i < rows; i++) {
    const last = i * columns + columns - 1;
    data[last] = data[i * columns] + data[last] / kappa;
  }
  return sparseFrom({ rows, columns, data });
}
