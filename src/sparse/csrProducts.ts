/**
 * Products of a sparse matrix with vectors, each in one pass over its entries. A row's inner product is summed
 * in the order of its columns, exactly as the dense kernels sum it.
 */
import type { CsrMatrix } from '../core/csrMatrix';

/** y ← A x. y must not alias x. */
export function csrMultiplyInto(y: Float64Array, A: CsrMatrix, x: Float64Array): void {
  const { rows, rowPointers, columnIndices, values } = A;
  for (let i = 0, p = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    let sum = 0;
    for (; p < end; p++) sum += values[p] * x[columnIndices[p]];
    y[i] = sum;
  }
}

/** g ← Aᵀ y. g must not alias y. */
export function csrMultiplyTransposedInto(g: Float64Array, A: CsrMatrix, y: Float64Array): void {
  const { rows, columns, rowPointers, columnIndices, values } = A;
  g.fill(0, 0, columns);
  for (let i = 0, p = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    const factor = y[i];
    for (; p < end; p++) g[columnIndices[p]] += values[p] * factor;
  }
}

/** r ← b − A x and g ← Aᵀ r. r may be b; no other aliasing. */
export function csrResidualGradientInto(
  r: Float64Array,
  g: Float64Array,
  A: CsrMatrix,
  x: Float64Array,
  b: Float64Array,
): void {
  const { rows, columns, rowPointers, columnIndices, values } = A;
  g.fill(0, 0, columns);
  for (let i = 0, start = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    let sum = 0;
    for (let p = start; p < end; p++) sum += values[p] * x[columnIndices[p]];
    const residual = b[i] - sum;
    r[i] = residual;
    for (let p = start; p < end; p++) g[columnIndices[p]] += values[p] * residual;
    start = end;
  }
}

/** g ← Aᵀ(A x). g must not alias x. */
export function csrGramVectorInto(g: Float64Array, A: CsrMatrix, x: Float64Array): void {
  const { rows, columns, rowPointers, columnIndices, values } = A;
  g.fill(0, 0, columns);
  for (let i = 0, start = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    let sum = 0;
    for (let p = start; p < end; p++) sum += values[p] * x[columnIndices[p]];
    for (let p = start; p < end; p++) g[columnIndices[p]] += values[p] * sum;
    start = end;
  }
}

/** y ← |A| |x|, the scale of rounding in A x. y must not alias x. */
export function csrAbsoluteMultiplyInto(y: Float64Array, A: CsrMatrix, x: Float64Array): void {
  const { rows, rowPointers, columnIndices, values } = A;
  for (let i = 0, p = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    let sum = 0;
    for (; p < end; p++) sum += Math.abs(values[p] * x[columnIndices[p]]);
    y[i] = sum;
  }
}

/**
 * Upper triangle of G (columns × columns, contiguous) ← Aᵀ diag(weights) A, the weights of any sign; the strictly
 * lower part is not touched. Σ kᵢ²/2 operations for rows of kᵢ entries.
 */
export function csrWeightedGramInto(G: Float64Array, A: CsrMatrix, weights: Float64Array): void {
  const { rows, columns, rowPointers, columnIndices, values } = A;
  for (let j = 0; j < columns; j++) G.fill(0, j * columns + j, (j + 1) * columns);
  for (let i = 0, start = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    for (let p = start; p < end; p++) {
      const factor = weights[i] * values[p];
      const row = columnIndices[p] * columns;
      for (let q = p; q < end; q++) G[row + columnIndices[q]] += factor * values[q];
    }
    start = end;
  }
}
