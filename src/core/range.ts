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

/** Σv², infinite or NaN if an entry is. */
export function sumOfSquares(v: Float64Array): number {
  const n = v.length;
  const n4 = n - (n % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < n4; i += 4) {
    s0 += v[i] * v[i];
    s1 += v[i + 1] * v[i + 1];
    s2 += v[i + 2] * v[i + 2];
    s3 += v[i + 3] * v[i + 3];
  }
  for (let i = n4; i < n; i++) s0 += v[i] * v[i];
  return s0 + s1 + s2 + s3;
}
