/**
 * Signed scatter of rows: the product of a sparse ±1 matrix, stored by its columns, with a row-major block.
 */

/**
 * For row i of A (rows × columns) and k < perRow, with t = targets[i·perRow + k]: out row t >> 1 gains row i,
 * negated when t is odd. out must not alias A.
 */
export function scatterRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  targets: Int32Array,
  perRow: number,
): void {
  for (let i = 0; i < rows; i++) {
    const p = aOff + i * lda;
    for (let k = 0; k < perRow; k++) {
      const t = targets[i * perRow + k];
      const q = outOff + (t >> 1) * ldOut;
      const sign = 1 - 2 * (t & 1);
      for (let j = 0; j < columns; j++) out[q + j] += sign * A[p + j];
    }
  }
}

/**
 * For k < count, with t = samples[k]: out row k gains row t >> 1 of source, negated when t is odd. source is
 * contiguous with `columns` columns. out must not alias source.
 */
export function gatherRowsInto(
  out: Float64Array,
  outOff: number,
  ldOut: number,
  source: Float64Array,
  columns: number,
  samples: Int32Array,
  count: number,
): void {
  for (let k = 0; k < count; k++) {
    const t = samples[k];
    const p = (t >> 1) * columns;
    const q = outOff + k * ldOut;
    const sign = 1 - 2 * (t & 1);
    for (let j = 0; j < columns; j++) out[q + j] += sign * source[p + j];
  }
}
