/**
 * Sums of sparse rows into dense ones: a sparse block times a sparse ±1 matrix, as dense/scatter.ts does it for
 * dense blocks and in the same order, and the outer products of rows with vectors.
 */
import type { CsrMatrix } from '../core/csrMatrix';

/**
 * For i < count and k < perRow, with t = targets[i·perRow + k]: row t >> 1 of out gains row first + i of A times
 * its weight, negated when t is odd. Weights are 1 when `weights` is null. The sums run in the order of i.
 */
export function csrScatterInto(
  out: Float64Array,
  ldOut: number,
  A: CsrMatrix,
  first: number,
  count: number,
  targets: Int32Array,
  perRow: number,
  weights: Float64Array | null,
): void {
  const { rowPointers, columnIndices, values } = A;
  for (let i = 0, start = rowPointers[first]; i < count; i++) {
    const end = rowPointers[first + i + 1];
    if (end === start) continue;
    const weight = weights === null ? 1 : weights[first + i];
    if (perRow === 8) {
      addToEightRows(out, ldOut, columnIndices, values, start, end, targets, 8 * i, weight);
    } else {
      for (let k = i * perRow; k < (i + 1) * perRow; k++) {
        const t = targets[k];
        const row = (t >> 1) * ldOut;
        const factor = (t & 1) === 0 ? weight : -weight;
        for (let p = start; p < end; p++) out[row + columnIndices[p]] += factor * values[p];
      }
    }
    start = end;
  }
}

/** The entries start … end − 1 onto the eight rows of out named by targets[from …]: read once, not eight times. */
function addToEightRows(
  out: Float64Array,
  ldOut: number,
  columnIndices: Uint32Array,
  values: Float64Array,
  start: number,
  end: number,
  targets: Int32Array,
  from: number,
  weight: number,
): void {
  const q0 = ((targets[from] >> 1) * ldOut) | 0;
  const q1 = ((targets[from + 1] >> 1) * ldOut) | 0;
  const q2 = ((targets[from + 2] >> 1) * ldOut) | 0;
  const q3 = ((targets[from + 3] >> 1) * ldOut) | 0;
  const q4 = ((targets[from + 4] >> 1) * ldOut) | 0;
  const q5 = ((targets[from + 5] >> 1) * ldOut) | 0;
  const q6 = ((targets[from + 6] >> 1) * ldOut) | 0;
  const q7 = ((targets[from + 7] >> 1) * ldOut) | 0;
  const s0 = 1 - 2 * (targets[from] & 1);
  const s1 = 1 - 2 * (targets[from + 1] & 1);
  const s2 = 1 - 2 * (targets[from + 2] & 1);
  const s3 = 1 - 2 * (targets[from + 3] & 1);
  const s4 = 1 - 2 * (targets[from + 4] & 1);
  const s5 = 1 - 2 * (targets[from + 5] & 1);
  const s6 = 1 - 2 * (targets[from + 6] & 1);
  const s7 = 1 - 2 * (targets[from + 7] & 1);
  for (let p = start; p < end; p++) {
    const j = columnIndices[p] | 0;
    const a = weight * values[p];
    out[(q0 + j) | 0] += s0 * a;
    out[(q1 + j) | 0] += s1 * a;
    out[(q2 + j) | 0] += s2 * a;
    out[(q3 + j) | 0] += s3 * a;
    out[(q4 + j) | 0] += s4 * a;
    out[(q5 + j) | 0] += s5 * a;
    out[(q6 + j) | 0] += s6 * a;
    out[(q7 + j) | 0] += s7 * a;
  }
}

/** out += factor · s ⊗ (row i of A): its row k < count gains s[k] times the row. */
export function csrRowOuterInto(
  out: Float64Array,
  ldOut: number,
  s: Float64Array,
  count: number,
  A: CsrMatrix,
  i: number,
  factor: number,
): void {
  const { rowPointers, columnIndices, values } = A;
  const start = rowPointers[i];
  const end = rowPointers[i + 1];
  for (let k = 0; k < count; k++) {
    const row = k * ldOut;
    const scaled = factor * s[k];
    for (let p = start; p < end; p++) out[row + columnIndices[p]] += scaled * values[p];
  }
}
