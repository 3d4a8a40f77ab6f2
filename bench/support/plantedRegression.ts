/** Exp regressions with planted solutions, on sparse rows with a fixed number of entries and on dense ones. */
import { type CsrMatrix, csrMatrix, type Matrix } from 'sketchsolve';
import { normals, uniforms } from '../../examples/support/synthetic';
import { normalRows, normalVector } from './randomData';

export interface SparseRegression {
  readonly A: CsrMatrix;
  /** exp(Ax) for a planted x, with a tenth of noise. */
  readonly b: Float64Array;
}

/** `perRow` normal entries at random places of each row. */
export function sparseRegression(rows: number, columns: number, perRow: number): SparseRegression {
  const [uniform, normal] = [uniforms(1), normals(2)];
  const entries = rows * perRow;
  const rowPointers = Uint32Array.from({ length: rows + 1 }, (_, i) => i * perRow);
  const columnIndices = new Uint32Array(entries);
  for (let i = 0; i < rows; i++) {
    const chosen = new Set<number>();
    while (chosen.size < perRow) chosen.add(Math.floor(columns * uniform()));
    columnIndices.set(
      [...chosen].sort((a, b) => a - b),
      i * perRow,
    );
  }
  const values = Float64Array.from({ length: entries }, normal);
  const A = csrMatrix(rows, columns, { rowPointers, columnIndices, values });
  const planted = Float64Array.from({ length: columns }, () => 0.3 * normal());
  const b = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let p = i * perRow; p < (i + 1) * perRow; p++) sum += values[p] * planted[columnIndices[p]];
    return Math.exp(sum) * (1 + 0.1 * normal());
  });
  return { A, b };
}

/** Rows of normal entries. */
export function denseRegression(rows: number, columns: number): { A: Matrix; b: Float64Array } {
  const A = normalRows(rows, columns, 3);
  const planted = normalVector(columns, 4);
  const noise = normals(5);
  const b = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += A.data[i * columns + j] * planted[j];
    return Math.exp((0.7 * sum) / Math.sqrt(columns)) * (1 + 0.1 * noise());
  });
  return { A, b };
}
