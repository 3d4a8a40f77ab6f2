/**
 * One-sided Jacobi: plane rotations that make the rows of a square matrix orthogonal. Every rotation is exact
 * to rounding whatever the scales of its rows, and the number of sweeps is bounded.
 * Hestenes 1958; Demmel & Veselić, SIAM J. Matrix Anal. Appl. 13(4) 1992.
 */

/** Sweeps over all pairs; 6 to 12 are usual for the R of a QR factorisation. Stopping here costs accuracy, never an endless loop. */
const MAX_SWEEPS = 60;
/** Rows whose squared norm is below this have no direction left in doubles; the largest should be near 1. */
export const NEGLIGIBLE_SQUARE = 2 ** -960;

/**
 * R (n × n, contiguous) ← J·R with orthogonal rows, U (n × n) ← J·U for the product J of the rotations.
 * squares[i] ← squared norm of row i, Returns the number of sweeps. No aliasing.
 */
export function orthogonaliseRowsInPlace(
  R: Float64Array,
  U: Float64Array,
  squares: Float64Array,
  n: number,
): number {
  const tolerance = Math.sqrt(n) * 2 ** -52; // what the inner product of two rows is uncertain by
  for (let i = 0; i < n; i++) squares[i] = rowProduct(R, i * n, i * n, n);
  for (let sweep = 1; sweep <= MAX_SWEEPS; sweep++) {
    let rotations = 0;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (orthogonalisePair(R, U, squares, n, p, q, tolerance)) rotations++;
      }
    }
    if (rotations === 0) return sweep;
  }
  return MAX_SWEEPS;
}

/** Rotates rows p and q, by at most 45°, unless they are orthogonal already. */
function orthogonalisePair(
  R: Float64Array,
  U: Float64Array,
  squares: Float64Array,
  n: number,
  p: number,
  q: number,
  tolerance: number,
): boolean {
  const a = squares[p];
  const b = squares[q];
  if (!(a > NEGLIGIBLE_SQUARE && b > NEGLIGIBLE_SQUARE)) return false;
  const g = rowProduct(R, p * n, q * n, n);
  if (!(Math.abs(g) > tolerance * Math.sqrt(a) * Math.sqrt(b))) return false;
  const zeta = (b - a) / (2 * g);
  const size = Math.abs(zeta);
  // 1 + ζ² overflows for rows of very different norms
  const small = size > 1e100 ? 0.5 / size : 1 / (size + Math.sqrt(1 + size * size));
  const cosine = 1 / Math.sqrt(1 + small * small);
  const sine = (zeta < 0 ? -small : small) * cosine;
  rotate(R, p * n, q * n, n, cosine, sine);
  rotate(U, p * n, q * n, n, cosine, sine);
  squares[p] = rowProduct(R, p * n, p * n, n);
  squares[q] = rowProduct(R, q * n, q * n, n);
  return true;
}

/** Inner product of the rows at x and y. */
function rowProduct(R: Float64Array, x: number, y: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  const even = n & -2;
  for (let j = 0; j < even; j = (j + 2) | 0) {
    s0 += R[(x + j) | 0] * R[(y + j) | 0];
    s1 += R[(x + j + 1) | 0] * R[(y + j + 1) | 0];
  }
  if (even < n) s0 += R[x + even] * R[y + even];
  return s0 + s1;
}

/**
 * Row x ← c·x − s·y, row y ← s·x + c·y in Rutishauser's form, whose corrections are small with the angle:
 * the plain form loses orthogonality in proportion to the number of rotations.
 */
function rotate(R: Float64Array, x: number, y: number, n: number, c: number, s: number): void {
  const t = s / (1 + c);
  for (let j = 0; j < n; j = (j + 1) | 0) {
    const a = R[(x + j) | 0];
    const b = R[(y + j) | 0];
    R[(x + j) | 0] = a - s * (b + t * a);
    R[(y + j) | 0] = b + s * (a - t * b);
  }
}
