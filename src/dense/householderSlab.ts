/**
 * Panels for Householder QR as slabs of four columns: entry (i, j) of an m-row panel is at
 * (j >> 2)·4m + 4i + (j & 3) of `work`, so that a sweep over the rows of four columns reads consecutive
 * memory. Behind the slabs come a few scalars for every column.
 */
import { ldexp, powerOfTwoExponent } from './vector';

/** Most columns a panel may have. */
export const PANEL_MAX = 32;

/** Squared norms outside this range make a column be scaled: products of entries stay clear of the limits. */
export const SQUARE_MIN = 2 ** -600;
export const SQUARE_MAX = 2 ** 600;

/** Places of column j's scalars behind the slabs: */
/** inner product with the next pivot column, below its pivot; */
export const DOT = 0;
/** multiple of the current reflector to subtract; */
export const COEFFICIENT = PANEL_MAX;
/** factor that turns the stored reflector into the one with v_j = 1; */
export const INVERSE = 2 * PANEL_MAX;
/** e if the column was scaled by 2^−e. */
export const EXPONENT = 3 * PANEL_MAX;
const SCALARS = 4 * PANEL_MAX;

/** Length of `work` for panels of up to m rows and w columns. */
export function panelWorkLength(m: number, w: number): number {
  return 4 * m * ((w + 3) >> 2) + SCALARS;
}

/** Copies the m × w block of A at aOff into slabs, zeros in the unused columns of the last, scalars zero. */
export function loadPanel(
  work: Float64Array,
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  w: number,
): void {
  const scalars = 4 * m * ((w + 3) >> 2);
  work.fill(0, scalars, scalars + SCALARS);
  for (let j = 0; j < w; j += 4) loadSlab(work, j >> 2, m, A, aOff + j, lda, Math.min(4, w - j), scalars);
}

/** Writes R and the reflectors of a factored panel to the m × w block of A at aOff. */
export function storePanel(
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  w: number,
  work: Float64Array,
): void {
  const scalars = 4 * m * ((w + 3) >> 2);
  for (let j = 0; j < w; j += 4) storeSlab(A, aOff + j, lda, work, j >> 2, m, Math.min(4, w - j), scalars);
}

/** Copies up to four columns into slab s, zeros in the rest, scaled where their squares are out of range. */
function loadSlab(
  work: Float64Array,
  s: number,
  m: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
  scalars: number,
): void {
  const slab = 4 * m * s;
  if (columns === 4) {
    copyFour(work, slab, m, A, aOff, lda, scalars + DOT + 4 * s);
  } else {
    copyFew(work, slab, m, A, aOff, lda, columns, scalars + DOT + 4 * s);
  }
  for (let c = 0; c < columns; c++) {
    const sq = work[scalars + DOT + 4 * s + c];
    if (!(sq >= SQUARE_MIN && sq <= SQUARE_MAX)) {
      work[scalars + EXPONENT + 4 * s + c] = normaliseColumn(work, slab + c, m);
    }
  }
}

/** Four columns of A into a slab, their sums of squares to work[sums …]. */
function copyFour(
  work: Float64Array,
  slab: number,
  m: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  sums: number,
): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = (slab + 4 * m) | 0;
  for (let p = slab | 0, a = aOff | 0; p < end; p = (p + 4) | 0, a = (a + lda) | 0) {
    const a0 = A[a];
    const a1 = A[(a + 1) | 0];
    const a2 = A[(a + 2) | 0];
    const a3 = A[(a + 3) | 0];
    work[p] = a0;
    work[(p + 1) | 0] = a1;
    work[(p + 2) | 0] = a2;
    work[(p + 3) | 0] = a3;
    s0 += a0 * a0;
    s1 += a1 * a1;
    s2 += a2 * a2;
    s3 += a3 * a3;
  }
  work[sums] = s0;
  work[sums + 1] = s1;
  work[sums + 2] = s2;
  work[sums + 3] = s3;
}

/** As copyFour for 1 to 3 columns; the rest of the slab becomes zero. */
function copyFew(
  work: Float64Array,
  slab: number,
  m: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
  sums: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let c = 0; c < 4; c++) {
      const a = c < columns ? A[aOff + i * lda + c] : 0;
      work[slab + 4 * i + c] = a;
      work[sums + c] += a * a;
    }
  }
}

/** Scales `count` entries from `start` on, four apart, by 2^−e so that the largest is in [1, 2); returns e. */
export function normaliseColumn(work: Float64Array, start: number, count: number): number {
  let largest = 0;
  for (let i = 0, p = start; i < count; i++, p += 4) largest = Math.max(largest, Math.abs(work[p]));
  // NaN and infinities are left to spread into R
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 0;
  const e = powerOfTwoExponent(largest);
  for (let i = 0, p = start; i < count; i++, p += 4) work[p] = ldexp(work[p], -e);
  return e;
}

/** Slab s to A: R unscaled on and above the diagonal, reflectors divided by their heads below it. */
function storeSlab(
  A: Float64Array,
  aOff: number,
  lda: number,
  work: Float64Array,
  s: number,
  m: number,
  columns: number,
  scalars: number,
): void {
  const slab = 4 * m * s;
  const top = Math.min(m, columns === 4 ? 4 * s + 4 : m);
  for (let i = 0; i < top; i++) {
    for (let c = 0; c < columns; c++) {
      const j = 4 * s + c;
      const x = work[slab + 4 * i + c];
      A[aOff + i * lda + c] =
        i > j ? x * work[scalars + INVERSE + j] : ldexp(x, work[scalars + EXPONENT + j]);
    }
  }
  const h0 = work[scalars + INVERSE + 4 * s];
  const h1 = work[scalars + INVERSE + 4 * s + 1];
  const h2 = work[scalars + INVERSE + 4 * s + 2];
  const h3 = work[scalars + INVERSE + 4 * s + 3];
  let a = (aOff + top * lda) | 0;
  const end = (slab + 4 * m) | 0;
  for (let p = (slab + 4 * top) | 0; p < end; p = (p + 4) | 0, a = (a + lda) | 0) {
    A[a] = work[p] * h0;
    A[(a + 1) | 0] = work[(p + 1) | 0] * h1;
    A[(a + 2) | 0] = work[(p + 2) | 0] * h2;
    A[(a + 3) | 0] = work[(p + 3) | 0] * h3;
  }
}
