/** Sparse rows with a fixed number of entries, for the benches against the number of entries. */
import { type CsrMatrix, csrMatrix } from 'sketchsolve';
import { normals, uniforms } from '../../examples/support/synthetic';

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
