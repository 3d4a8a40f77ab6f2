/** Rows less their mean. */

/** A (n × d, contiguous) ← A less the mean of its rows. Rounding: about (n + 1)·u of the largest entry of a column. */
export function centreRowsInPlace(A: Float64Array, n: number, d: number): void {
  const mean = new Float64Array(d);
  for (let i = 0, p = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] += A[p++] / n;
  for (let i = 0, p = 0; i < n; i++) for (let j = 0; j < d; j++) A[p++] -= mean[j];
}
