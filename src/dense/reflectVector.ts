/**
 * Householder reflectors applied to one vector x (length m, at the start of `work`), four at a time: a sweep
 * over four adjacent columns of A takes their inner products with x and with each other, a second subtracts.
 * Behind x in `work`: 4 factors, the 4 × 4 inner products, and the 4 × 4 unit lower triangle on top.
 */

const GRAM = 4;
const TOP = 20;
const SCRATCH = 36;

/** Length of `work`. */
export function reflectVectorWorkLength(m: number): number {
  return m + SCRATCH;
}

/** x ← H_{count−1} … H_0 x, the reflectors as householderInPlace leaves them in A. */
export function reflectVectorTransposedInPlace(
  work: Float64Array,
  A: Float64Array,
  lda: number,
  m: number,
  count: number,
  tau: Float64Array,
): void {
  const four = count - (count & 3);
  for (let k = 0; k < four; k += 4) {
    innerProducts(work, A, lda, m, k);
    for (let c = 0; c < 4; c++) {
      let sum = work[m + c];
      for (let b = 0; b < c; b++) sum -= work[m + b] * work[m + GRAM + 4 * b + c];
      work[m + c] = tau[k + c] * sum;
    }
    subtractFour(work, A, lda, m, k);
  }
  for (let k = four; k < count; k++) reflectOne(work, A, lda, m, k, tau[k]);
}

/** x ← H_0 … H_{count−1} x. */
export function reflectVectorInPlace(
  work: Float64Array,
  A: Float64Array,
  lda: number,
  m: number,
  count: number,
  tau: Float64Array,
): void {
  const four = count - (count & 3);
  for (let k = count - 1; k >= four; k--) reflectOne(work, A, lda, m, k, tau[k]);
  for (let k = four - 4; k >= 0; k -= 4) {
    innerProducts(work, A, lda, m, k);
    for (let c = 3; c >= 0; c--) {
      let sum = work[m + c];
      for (let b = 3; b > c; b--) sum -= work[m + b] * work[m + GRAM + 4 * c + b];
      work[m + c] = tau[k + c] * sum;
    }
    subtractFour(work, A, lda, m, k);
  }
}

function reflectOne(x: Float64Array, A: Float64Array, lda: number, m: number, k: number, tau: number): void {
  let sum = x[k];
  for (let i = k + 1, a = i * lda + k; i < m; i++, a += lda) sum += A[a] * x[i];
  const w = tau * sum;
  x[k] -= w;
  for (let i = k + 1, a = i * lda + k; i < m; i++, a += lda) x[i] -= w * A[a];
}

/** work[m …] ← Vᵀx and, strictly upper, VᵀV for V = reflectors k … k+3; also copies V's top triangle. */
function innerProducts(work: Float64Array, A: Float64Array, lda: number, m: number, k: number): void {
  topProducts(work, A, lda, m, k);
  const s = m + GRAM;
  let d0 = work[m];
  let d1 = work[m + 1];
  let d2 = work[m + 2];
  let d3 = work[m + 3];
  let g01 = work[s + 1];
  let g02 = work[s + 2];
  let g03 = work[s + 3];
  let g12 = work[s + 6];
  let g13 = work[s + 7];
  let g23 = work[s + 11];
  for (let i = (k + 4) | 0, a = (i * lda + k) | 0; i < m; i = (i + 1) | 0, a = (a + lda) | 0) {
    const x = work[i];
    const v0 = A[a];
    const v1 = A[(a + 1) | 0];
    const v2 = A[(a + 2) | 0];
    const v3 = A[(a + 3) | 0];
    d0 += v0 * x;
    d1 += v1 * x;
    d2 += v2 * x;
    d3 += v3 * x;
    g01 += v0 * v1;
    g02 += v0 * v2;
    g03 += v0 * v3;
    g12 += v1 * v2;
    g13 += v1 * v3;
    g23 += v2 * v3;
  }
  storeProducts(work, m, d0, d1, d2, d3, g01, g02, g03, g12, g13, g23);
}

function storeProducts(
  work: Float64Array,
  m: number,
  d0: number,
  d1: number,
  d2: number,
  d3: number,
  g01: number,
  g02: number,
  g03: number,
  g12: number,
  g13: number,
  g23: number,
): void {
  const s = m + GRAM;
  work[m] = d0;
  work[m + 1] = d1;
  work[m + 2] = d2;
  work[m + 3] = d3;
  work[s + 1] = g01;
  work[s + 2] = g02;
  work[s + 3] = g03;
  work[s + 6] = g12;
  work[s + 7] = g13;
  work[s + 11] = g23;
}

/** The part of the inner products in rows k … k+3, where V is unit lower triangular. */
function topProducts(work: Float64Array, A: Float64Array, lda: number, m: number, k: number): void {
  const top = m + TOP;
  for (let r = 0; r < 4; r++) {
    for (let c = 0; c < 4; c++) {
      work[top + 4 * r + c] = c < r ? A[(k + r) * lda + k + c] : c === r ? 1 : 0;
    }
  }
  for (let c = 0; c < 4; c++) {
    let d = 0;
    for (let r = c; r < 4; r++) d += work[top + 4 * r + c] * work[k + r];
    work[m + c] = d;
    for (let b = 0; b < c; b++) {
      let g = 0;
      for (let r = c; r < 4; r++) g += work[top + 4 * r + b] * work[top + 4 * r + c];
      work[m + GRAM + 4 * b + c] = g;
    }
  }
}

/** x ← x − V w, w = work[m … m+4). */
function subtractFour(work: Float64Array, A: Float64Array, lda: number, m: number, k: number): void {
  const w0 = work[m];
  const w1 = work[m + 1];
  const w2 = work[m + 2];
  const w3 = work[m + 3];
  for (let r = 0; r < 4; r++) {
    const v = m + TOP + 4 * r;
    work[k + r] -= w0 * work[v] + w1 * work[v + 1] + w2 * work[v + 2] + w3 * work[v + 3];
  }
  for (let i = (k + 4) | 0, a = (i * lda + k) | 0; i < m; i = (i + 1) | 0, a = (a + lda) | 0) {
    work[i] -= w0 * A[a] + w1 * A[(a + 1) | 0] + (w2 * A[(a + 2) | 0] + w3 * A[(a + 3) | 0]);
  }
}
