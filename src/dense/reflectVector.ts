/**
 * Householder reflectors applied to one vector, four at a time: one sweep over four adjacent columns of A
 * takes the inner products with x and among the reflectors, a second subtracts.
 */

/** x (length m) ← H_{count−1} … H_0 x, the reflectors as householderInPlace leaves them in A. */
export function reflectVectorTransposedInPlace(
  x: Float64Array,
  A: Float64Array,
  lda: number,
  m: number,
  count: number,
  tau: Float64Array,
): void {
  const four = count - (count & 3);
  for (let k = 0; k < four; k += 4) reflectFour(x, A, lda, m, k, tau, true);
  for (let k = four; k < count; k++) reflectOne(x, A, lda, m, k, tau[k]);
}

/** x (length m) ← H_0 … H_{count−1} x. */
export function reflectVectorInPlace(
  x: Float64Array,
  A: Float64Array,
  lda: number,
  m: number,
  count: number,
  tau: Float64Array,
): void {
  const four = count - (count & 3);
  for (let k = count - 1; k >= four; k--) reflectOne(x, A, lda, m, k, tau[k]);
  for (let k = four - 4; k >= 0; k -= 4) reflectFour(x, A, lda, m, k, tau, false);
}

function reflectOne(x: Float64Array, A: Float64Array, lda: number, m: number, k: number, tau: number): void {
  let sum = x[k];
  for (let i = k + 1, a = i * lda + k; i < m; i++, a += lda) sum += A[a] * x[i];
  const w = tau * sum;
  x[k] -= w;
  for (let i = k + 1, a = i * lda + k; i < m; i++, a += lda) x[i] -= w * A[a];
}

/** Reflectors k … k+3, the first one first if `ascending`, else last. All have a tail: k + 3 < m. */
function reflectFour(
  x: Float64Array,
  A: Float64Array,
  lda: number,
  m: number,
  k: number,
  tau: Float64Array,
  ascending: boolean,
): void {
  const r1 = (k + 1) * lda + k;
  const r2 = r1 + lda;
  const r3 = r2 + lda;
  // rows k … k+3: unit lower triangular
  const a10 = A[r1];
  const a20 = A[r2];
  const a21 = A[r2 + 1];
  const a30 = A[r3];
  const a31 = A[r3 + 1];
  const a32 = A[r3 + 2];
  const x1 = x[k + 1];
  const x2 = x[k + 2];
  const x3 = x[k + 3];
  let d0 = x[k] + a10 * x1 + a20 * x2 + a30 * x3;
  let d1 = x1 + a21 * x2 + a31 * x3;
  let d2 = x2 + a32 * x3;
  let d3 = x3;
  let g01 = a10 + a20 * a21 + a30 * a31;
  let g02 = a20 + a30 * a32;
  let g03 = a30;
  let g12 = a21 + a31 * a32;
  let g13 = a31;
  let g23 = a32;
  for (let i = (k + 4) | 0, a = (r3 + lda) | 0; i < m; i = (i + 1) | 0, a = (a + lda) | 0) {
    const xi = x[i];
    const v0 = A[a];
    const v1 = A[(a + 1) | 0];
    const v2 = A[(a + 2) | 0];
    const v3 = A[(a + 3) | 0];
    d0 += v0 * xi;
    d1 += v1 * xi;
    d2 += v2 * xi;
    d3 += v3 * xi;
    g01 += v0 * v1;
    g02 += v0 * v2;
    g03 += v0 * v3;
    g12 += v1 * v2;
    g13 += v1 * v3;
    g23 += v2 * v3;
  }
  let w0: number;
  let w1: number;
  let w2: number;
  let w3: number;
  if (ascending) {
    w0 = tau[k] * d0;
    w1 = tau[k + 1] * (d1 - w0 * g01);
    w2 = tau[k + 2] * (d2 - w0 * g02 - w1 * g12);
    w3 = tau[k + 3] * (d3 - w0 * g03 - w1 * g13 - w2 * g23);
  } else {
    w3 = tau[k + 3] * d3;
    w2 = tau[k + 2] * (d2 - w3 * g23);
    w1 = tau[k + 1] * (d1 - w3 * g13 - w2 * g12);
    w0 = tau[k] * (d0 - w3 * g03 - w2 * g02 - w1 * g01);
  }
  x[k] -= w0;
  x[k + 1] -= w0 * a10 + w1;
  x[k + 2] -= w0 * a20 + w1 * a21 + w2;
  x[k + 3] -= w0 * a30 + w1 * a31 + w2 * a32 + w3;
  for (let i = (k + 4) | 0, a = (r3 + lda) | 0; i < m; i = (i + 1) | 0, a = (a + lda) | 0) {
    x[i] -= w0 * A[a] + w1 * A[(a + 1) | 0] + (w2 * A[(a + 2) | 0] + w3 * A[(a + 3) | 0]);
  }
}
