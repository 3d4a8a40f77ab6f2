/**
 * Factorisations in double-double: Cholesky, the triangle of Householder QR, singular values with right
 * singular vectors by one-sided Jacobi (Hestenes). Triangles are lower, L = Rᵀ with L·Lᵀ = AᵀA, row-major, so
 * that every inner loop runs over contiguous entries.
 */
import type { Matrix } from '../../src/core/matrix';
import {
  add,
  axpy,
  type DoubleDouble,
  divide,
  dot,
  fromDoubles,
  multiply,
  normSq,
  type Pair,
  pairAt,
  setPair,
  squareRoot,
  subtract,
  zeros,
} from './doubleDouble';

/** L with L·Lᵀ = G for symmetric positive definite G (d × d, lower triangle read). Throws on a pivot ≤ 0. */
export function cholesky(G: DoubleDouble, d: number): DoubleDouble {
  const L = zeros(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const rest = subtract(pairAt(G, i * d + j), dot(L, i * d, L, j * d, j));
      setPair(L, i * d + j, divide(rest, pairAt(L, j * d + j)));
    }
    const pivot = subtract(pairAt(G, i * d + i), dot(L, i * d, L, i * d, i));
    if (!(pivot[0] > 0))
      throw new RangeError(`cholesky: pivot ${i} is ${pivot[0]}, expected a positive number`);
    setPair(L, i * d + i, squareRoot(pivot));
  }
  return L;
}

/** x ← L⁻¹ x. L has leading dimension ldl ≥ d. */
export function solveLowerInPlace(x: DoubleDouble, L: DoubleDouble, ldl: number, d: number): void {
  for (let i = 0; i < d; i++) {
    const rest = subtract(pairAt(x, i), dot(L, i * ldl, x, 0, i));
    setPair(x, i, divide(rest, pairAt(L, i * ldl + i)));
  }
}

/** x ← L⁻ᵀ x. L has leading dimension ldl ≥ d. */
export function solveLowerTransposedInPlace(x: DoubleDouble, L: DoubleDouble, ldl: number, d: number): void {
  for (let i = d - 1; i >= 0; i--) {
    const [hi, lo] = divide(pairAt(x, i), pairAt(L, i * ldl + i));
    setPair(x, i, [hi, lo]);
    axpy(x, 0, [-hi, -lo], L, i * ldl, i);
  }
}

/**
 * L = Rᵀ (d × d) of the Householder QR of A (n ≥ d), backward stable: relative error about n·2⁻¹⁰⁴ in A,
 * where Cholesky of the Gram matrix would square the condition number. Diagonal entries have either sign.
 */
export function householderLower(A: Matrix): DoubleDouble {
  const { rows: n, columns: d } = A;
  const W = fromDoubles(transposedData(A));
  reduceToLowerInPlace(W, n, d);
  const L = zeros(d * d);
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= Math.min(j, n - 1); k++) setPair(L, j * d + k, pairAt(W, j * n + k));
  }
  return L;
}

/** Column j of the matrix lies at W[j·n …]; on return entry (k, j) of R lies at W[j·n + k], k ≤ j. */
function reduceToLowerInPlace(W: DoubleDouble, n: number, d: number): void {
  for (let k = 0; k < Math.min(n, d); k++) {
    const at = k * n + k;
    const norm = squareRoot(normSq(W, at, n - k));
    if (norm[0] === 0) continue;
    const head = pairAt(W, at);
    const signed: Pair = head[0] < 0 ? norm : [-norm[0], -norm[1]]; // head − signed cannot cancel
    setPair(W, at, subtract(head, signed));
    // vᵀv/2 = ‖x‖(‖x‖ + |x₀|) = −signed·v₀
    const half = multiply([-signed[0], -signed[1]], pairAt(W, at));
    for (let j = k + 1; j < d; j++) {
      const [hi, lo] = divide(dot(W, at, W, j * n + k, n - k), half);
      axpy(W, j * n + k, [-hi, -lo], W, at, n - k);
    }
    setPair(W, at, signed);
  }
}

function transposedData(A: Matrix): Float64Array {
  const { rows, columns, data } = A;
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return out;
}

export interface RightSingular {
  /** Descending, rounded to double. */
  readonly values: Float64Array;
  /** Row i is the right singular vector of values[i], in double-double. */
  readonly vectors: DoubleDouble;
}

/**
 * Singular values and right singular vectors of A (n ≥ d): Householder QR, then one-sided Jacobi on R.
 * Absolute error of a singular value about n·2⁻¹⁰⁴·‖A‖ at worst. Entries near 1 (see doubleDouble.ts).
 */
export function rightSingular(A: Matrix): RightSingular {
  const d = A.columns;
  const C = householderLower(A); // row j of L is column j of R
  const V = zeros(d * d);
  for (let i = 0; i < d; i++) V.hi[i * d + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    if (jacobiSweep(C, V, d)) break;
  }
  const norms = Float64Array.from({ length: d }, (_, i) => squareRoot(normSq(C, i * d, d))[0]);
  const order = Array.from(norms.keys()).sort((p, q) => norms[q] - norms[p]);
  const vectors = zeros(d * d);
  order.forEach((from, to) => {
    vectors.hi.set(V.hi.subarray(from * d, from * d + d), to * d);
    vectors.lo.set(V.lo.subarray(from * d, from * d + d), to * d);
  });
  return { values: Float64Array.from(order, (p) => norms[p]), vectors };
}

/**
 * Cosine between columns below which they count as orthogonal: a few roundings of a double-double dot
 * product.
 */
const ORTHOGONAL = 2 ** -98;

/** One sweep over all pairs of columns; true when none needed a rotation. */
function jacobiSweep(C: DoubleDouble, V: DoubleDouble, d: number): boolean {
  let done = true;
  const turned = zeros(2 * d);
  const squares = Array.from({ length: d }, (_, p) => normSq(C, p * d, d));
  for (let p = 0; p < d - 1; p++) {
    for (let q = p + 1; q < d; q++) {
      const [pp, qq] = [squares[p], squares[q]];
      const pq = dot(C, p * d, C, q * d, d)[0];
      if (pq === 0 || Math.abs(pq) <= ORTHOGONAL * Math.sqrt(pp[0]) * Math.sqrt(qq[0])) continue;
      done = false;
      // in double the difference of nearly equal norms would be noise, and clusters would never settle
      const zeta = subtract(qq, pp)[0] / (2 * pq);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      rotate(C, V, p * d, q * d, tangent, d, turned);
      squares[p] = normSq(C, p * d, d);
      squares[q] = normSq(C, q * d, d);
    }
  }
  return done;
}

/**
 * The rows at p and q of C and V turn by the angle of this tangent; cosine and sine are exact to double-double.
 * `turned` is space for both rows.
 */
function rotate(
  C: DoubleDouble,
  V: DoubleDouble,
  p: number,
  q: number,
  tangent: number,
  d: number,
  turned: DoubleDouble,
): void {
  const t: Pair = [tangent, 0];
  const cosine = divide([1, 0], squareRoot(add([1, 0], multiply(t, t))));
  const sine = multiply(cosine, t);
  const minusSine: Pair = [-sine[0], -sine[1]];
  for (const M of [C, V]) {
    turned.hi.fill(0);
    turned.lo.fill(0);
    axpy(turned, 0, cosine, M, p, d);
    axpy(turned, 0, minusSine, M, q, d);
    axpy(turned, d, sine, M, p, d);
    axpy(turned, d, cosine, M, q, d);
    M.hi.set(turned.hi.subarray(0, d), p);
    M.lo.set(turned.lo.subarray(0, d), p);
    M.hi.set(turned.hi.subarray(d), q);
    M.lo.set(turned.lo.subarray(d), q);
  }
}
