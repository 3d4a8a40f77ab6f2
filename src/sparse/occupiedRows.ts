/**
 * A sparse matrix without its empty rows, for what does not depend on them: AᵀA above all. Only row pointers are
 * made; the entries are shared.
 */
import type { CsrMatrix } from '../core/csrMatrix';

/** The rows of A that have entries, in their order; A itself when all do. */
export function occupiedRows(A: CsrMatrix): CsrMatrix {
  const { rows, rowPointers } = A;
  let count = 0;
  for (let i = 0; i < rows; i++) if (rowPointers[i] !== rowPointers[i + 1]) count++;
  if (count === rows) return A;
  const occupied = new Uint32Array(count + 1);
  for (let i = 0, k = 0; i < rows; i++) {
    if (rowPointers[i] !== rowPointers[i + 1]) occupied[++k] = rowPointers[i + 1];
  }
  return { ...A, rows: count, rowPointers: occupied };
}
