/**
 * Unblocked Householder QR of one panel, on a copy in slabs of four columns: one sweep over the rows applies
 * a reflector to four columns and takes their inner products with the next pivot column, one read and one
 * write an entry and reflector. LAPACK's dgeqr2 and dlarfg with the loops fused.
 *
 * Reflectors stay unscaled (v times its head) until they are stored. Columns whose squares could leave the
 * range of doubles are scaled by powers of two, which changes no rounding.
 */
import {
  COEFFICIENT,
  DOT,
  INVERSE,
  loadPanel,
  normaliseColumn,
  SQUARE_MAX,
  SQUARE_MIN,
  storePanel,
} from './householderSlab';
import { ldexp } from './vector';

/**
 * The m × w block of A at aOff, w ≤ PANEL_MAX, ← R and reflectors below it; tau[tauOff …] ← their factors.
 * `work` has panelWorkLength(m, w) places.
 */
export function factorPanelInPlace(
  A: Float64Array,
  aOff: number,
  lda: number,
  m: number,
  w: number,
  tau: Float64Array,
  tauOff: number,
  work: Float64Array,
): void {
  const slabs = (w + 3) >> 2;
  const scalars = 4 * m * slabs;
  loadPanel(work, A, aOff, lda, m, w);
  dots(work, m, slabs, scalars, 0);
  const count = Math.min(m, w);
  for (let k = 0; k < count; k++) {
    tau[tauOff + k] = makeReflector(work, m, w, scalars, k);
    if (k + 1 < w) sweep(work, m, slabs, scalars, k);
  }
  storePanel(A, aOff, lda, m, w, work);
}

/**
 * Turns column k, whose inner products with all later columns are known, into beta and an unscaled reflector,
 * updates row k and leaves in COEFFICIENT what a sweep must subtract from the rows below. Returns tau.
 */
function makeReflector(work: Float64Array, m: number, w: number, scalars: number, k: number): number {
  const slab = 4 * m;
  const row = 4 * k;
  const pivot = slab * (k >> 2) + row + (k & 3);
  let tailSq = work[scalars + DOT + k];
  let sq = work[pivot] * work[pivot] + tailSq;
  let exponent = 0;
  if (!(tailSq > 0 && sq >= SQUARE_MIN && sq <= SQUARE_MAX)) {
    for (let j = 0; j < w; j++) work[scalars + COEFFICIENT + j] = 0;
    if (isZeroTail(work, pivot + 4, m - k - 1)) return 0;
    exponent = normaliseColumn(work, pivot, m - k);
    dots(work, m, (w + 3) >> 2, scalars, k);
    tailSq = work[scalars + DOT + k];
    sq = work[pivot] * work[pivot] + tailSq;
  }
  const alpha = work[pivot];
  const beta = alpha >= 0 ? -Math.sqrt(sq) : Math.sqrt(sq); // the sign that makes alpha − beta a sum
  const inverse = 1 / (alpha - beta);
  const tau = (beta - alpha) / beta;
  work[scalars + INVERSE + k] = inverse;
  work[scalars + COEFFICIENT + k] = 0;
  for (let j = k + 1; j < w; j++) {
    const at = slab * (j >> 2) + row + (j & 3);
    const g = tau * (work[at] + inverse * work[scalars + DOT + j]);
    work[at] -= g;
    work[scalars + COEFFICIENT + j] = g * inverse;
  }
  work[pivot] = ldexp(beta, exponent);
  return tau;
}

function isZeroTail(work: Float64Array, start: number, count: number): boolean {
  for (let i = 0, p = start; i < count; i++, p += 4) if (work[p] !== 0) return false;
  return true;
}

/** Inner products of column k, below row k, with all columns from its slab on. */
function dots(work: Float64Array, m: number, slabs: number, scalars: number, k: number): void {
  const row = 4 * (k + 1);
  const y = 4 * m * (k >> 2) + (k & 3) + row;
  for (let s = k >> 2; s < slabs; s++) dotSlab(work, y, 4 * m * s + row, m - k - 1, scalars + 4 * s);
}

function dotSlab(work: Float64Array, y: number, p: number, count: number, scalars: number): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = (4 * count) | 0;
  for (let i = 0; i < end; i = (i + 4) | 0) {
    const b = work[(y + i) | 0];
    const p0 = (p + i) | 0;
    s0 += b * work[p0];
    s1 += b * work[(p0 + 1) | 0];
    s2 += b * work[(p0 + 2) | 0];
    s3 += b * work[(p0 + 3) | 0];
  }
  work[scalars + DOT] = s0;
  work[scalars + DOT + 1] = s1;
  work[scalars + DOT + 2] = s2;
  work[scalars + DOT + 3] = s3;
}

/**
 * Applies reflector k to all later columns below row k, and takes the inner products of column k+1, below row
 * k+1, with them.
 */
function sweep(work: Float64Array, m: number, slabs: number, scalars: number, k: number): void {
  const next = k + 1;
  if (next >= m) return;
  const row = 4 * next;
  const v = 4 * m * (k >> 2) + (k & 3) + row;
  const y = 4 * m * (next >> 2) + (next & 3) + row;
  for (let s = next >> 2; s < slabs; s++) {
    const p = 4 * m * s + row;
    const x = work[v];
    for (let c = 0; c < 4; c++) work[p + c] -= work[scalars + COEFFICIENT + 4 * s + c] * x;
    if (4 * s + 2 <= next) sweepPair(work, v + 4, y + 4, p + 6, m - next - 1, scalars + 4 * s + 2);
    else sweepSlab(work, v + 4, y + 4, p + 4, m - next - 1, scalars + 4 * s);
  }
}

/**
 * `count` rows of the slab from p on: subtract COEFFICIENT times v, then accumulate inner products with y into
 * DOT. y may be in the slab itself: it is read after the subtraction.
 */
function sweepSlab(
  work: Float64Array,
  v: number,
  y: number,
  p: number,
  count: number,
  scalars: number,
): void {
  const g0 = work[scalars + COEFFICIENT];
  const g1 = work[scalars + COEFFICIENT + 1];
  const g2 = work[scalars + COEFFICIENT + 2];
  const g3 = work[scalars + COEFFICIENT + 3];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = (4 * count) | 0;
  for (let i = 0; i < end; i = (i + 4) | 0) {
    const x = work[(v + i) | 0];
    const p0 = (p + i) | 0;
    const a0 = work[p0] - g0 * x;
    const a1 = work[(p0 + 1) | 0] - g1 * x;
    const a2 = work[(p0 + 2) | 0] - g2 * x;
    const a3 = work[(p0 + 3) | 0] - g3 * x;
    work[p0] = a0;
    work[(p0 + 1) | 0] = a1;
    work[(p0 + 2) | 0] = a2;
    work[(p0 + 3) | 0] = a3;
    const b = work[(y + i) | 0];
    s0 += b * a0;
    s1 += b * a1;
    s2 += b * a2;
    s3 += b * a3;
  }
  work[scalars + DOT] = s0;
  work[scalars + DOT + 1] = s1;
  work[scalars + DOT + 2] = s2;
  work[scalars + DOT + 3] = s3;
}

/** As sweepSlab for the last two columns of a slab, p being the first of them: the others are finished. */
function sweepPair(
  work: Float64Array,
  v: number,
  y: number,
  p: number,
  count: number,
  scalars: number,
): void {
  const g0 = work[scalars + COEFFICIENT];
  const g1 = work[scalars + COEFFICIENT + 1];
  let s0 = 0;
  let s1 = 0;
  const end = (4 * count) | 0;
  for (let i = 0; i < end; i = (i + 4) | 0) {
    const x = work[(v + i) | 0];
    const p0 = (p + i) | 0;
    const a0 = work[p0] - g0 * x;
    const a1 = work[(p0 + 1) | 0] - g1 * x;
    work[p0] = a0;
    work[(p0 + 1) | 0] = a1;
    const b = work[(y + i) | 0];
    s0 += b * a0;
    s1 += b * a1;
  }
  work[scalars + DOT] = s0;
  work[scalars + DOT + 1] = s1;
}
