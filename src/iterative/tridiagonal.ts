/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL, with its eigenvectors as a product of plane
 * rotations: f(T)·w for any f costs O(k²) and never forms a k × k matrix. Golub & Van Loan, Matrix
 * Computations (4th ed.), section 8.3.3.
 *
 * Rounding: eigenvalues are within a few k·u·‖T‖, whatever their size.
 */

/** Rotations of columns i and i + 1 of the eigenvector matrix Z, in the order in which they make it. */
export interface Rotations {
  readonly planes: number[];
  readonly cosines: number[];
  readonly sines: number[];
}

/** Steps per eigenvalue; two are usual. Stopping there costs accuracy, never an endless loop. */
const MAX_STEPS = 60;

/**
 * diagonal ← the eigenvalues, in no order; off ← 0. Each of `rows`, a row vector of length k, is multiplied by Z
 * from the right: e_iᵀ becomes row i of Z.
 *
 * @param off - length k, off[i] couples i and i + 1; the last entry is not used.
 * @param record - receives the rotations whose product is Z, or null.
 *
 * Cost: about 25k² flops.
 */
export function diagonaliseInPlace(
  diagonal: Float64Array,
  off: Float64Array,
  rows: readonly Float64Array[],
  record: Rotations | null,
): void {
  const k = diagonal.length;
  off[k - 1] = 0;
  let size = 0;
  for (let i = 0; i < k; i++) size = Math.max(size, Math.abs(diagonal[i]) + Math.abs(off[i]));
  // relative to the whole matrix: next to eigenvalues of zero a relative test would never be met
  const negligible = 2 ** -54 * size;
  for (let l = 0; l < k; l++) {
    for (let step = 0; step < MAX_STEPS; step++) {
      let m = l;
      while (m < k - 1 && Math.abs(off[m]) > negligible) m++;
      if (m === l) break;
      qlStep(diagonal, off, l, m, rows, record);
    }
  }
}

/** One sweep from m up to l with Wilkinson's shift. */
function qlStep(
  diagonal: Float64Array,
  off: Float64Array,
  l: number,
  m: number,
  rows: readonly Float64Array[],
  record: Rotations | null,
): void {
  const half = (diagonal[l + 1] - diagonal[l]) / (2 * off[l]);
  const root = Math.hypot(1, half);
  let g = diagonal[m] - diagonal[l] + off[l] / (half + (half < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * off[i];
    const b = c * off[i];
    const r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      // the rest splits off already
      diagonal[i + 1] -= p;
      off[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = diagonal[i + 1] - p;
    const q = (diagonal[i] - g) * s + 2 * c * b;
    p = s * q;
    diagonal[i + 1] = g + p;
    g = c * q - b;
    rotate(rows, i, c, s);
    if (record !== null) note(record, i, c, s);
  }
  diagonal[l] -= p;
  off[l] = g;
  off[m] = 0;
}

function rotate(rows: readonly Float64Array[], i: number, c: number, s: number): void {
  for (const z of rows) {
    const next = z[i + 1];
    z[i + 1] = s * z[i] + c * next;
    z[i] = c * z[i] - s * next;
  }
}

function note({ planes, cosines, sines }: Rotations, i: number, c: number, s: number): void {
  planes.push(i);
  cosines.push(c);
  sines.push(s);
}

/** w ← Z·w for the eigenvector matrix Z of a recorded diagonalisation. */
export function applyRotationsInPlace(w: Float64Array, { planes, cosines, sines }: Rotations): void {
  for (let at = planes.length - 1; at >= 0; at--) {
    const i = planes[at];
    const c = cosines[at];
    const s = sines[at];
    const low = w[i];
    const high = w[i + 1];
    w[i] = c * low + s * high;
    w[i + 1] = c * high - s * low;
  }
}
