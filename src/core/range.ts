/**
 * Whether numbers are finite, and near enough to 1 for products of a few of their norms: both from one cheap
 * pass, with a second one only for entries that are extreme.
 */

/** Entries·2^−exponent. */
export interface RangedEntries {
  readonly entries: Float64Array;
  /** 0, and the entries not copied, unless they are extreme. */
  readonly exponent: number;
}

const EXTREME = 2 ** 800;

/** Brings finite entries near 1e±150 and beyond near 1 by a power of two, exactly. `squares` is their Σv². */
export function rangedEntries(entries: Float64Array, squares: number): RangedEntries {
  if (squares < EXTREME && squares > 1 / EXTREME) return { entries, exponent: 0 };
  let largest = 0;
  for (const entry of entries) largest = Math.max(largest, Math.abs(entry));
  if (largest === 0) return { entries, exponent: 0 };
  const exponent = Math.floor(Math.log2(largest));
  // in two factors, since 2^−exponent itself may not be a double
  const half = 2 ** -Math.trunc(exponent / 2);
  const rest = 2 ** -(exponent - Math.trunc(exponent / 2));
  return { entries: entries.map((entry) => entry * half * rest), exponent };
}

/** Index of the first NaN or infinity, or −1. `squares` is Σv²: only when that is not finite are entries looked at. */
export function firstNotFinite(entries: Float64Array, squares: number): number {
  if (squares < Number.POSITIVE_INFINITY) return -1;
  return entries.findIndex((entry) => !Number.isFinite(entry));
}

/** Entries summed in one call: engines compile a function that is called often better than one long loop. */
const STRETCH = 2 ** 16;

/** Σv², infinite or NaN if an entry is. */
export function sumOfSquares(v: Float64Array): number {
  let sum = 0;
  for (let from = 0; from < v.length; from += STRETCH) {
    sum += sumOfStretch(v, from, Math.min(from + STRETCH, v.length));
  }
  return sum;
}

function sumOfStretch(v: Float64Array, from: number, to: number): number {
  const to4 = to - ((to - from) & 3);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = from | 0; i < to4; i = (i + 4) | 0) {
    const a = v[i];
    const b = v[(i + 1) | 0];
    const c = v[(i + 2) | 0];
    const d = v[(i + 3) | 0];
    s0 += a * a;
    s1 += b * b;
    s2 += c * c;
    s3 += d * d;
  }
  for (let i = to4; i < to; i++) s0 += v[i] * v[i];
  return s0 + s1 + (s2 + s3);
}
