/**
 * Double-double arithmetic: a number is the unevaluated sum hi + lo of two doubles, about 31 decimal digits
 * (relative rounding about 2⁻¹⁰⁴). Vectors and matrices are flat pairs of arrays. Dekker 1971, Knuth's
 * two-sum, Veltkamp's splitting; nothing here needs a fused multiply-add.
 *
 * Assumes entries between about 1e-140 and 1e140 (or zero): the splitting overflows above 1e300 and the
 * error of a product underflows below 1e-292. Callers scale by powers of two first.
 */
import type { Matrix } from '../../src/core/matrix';

/** Entry i is hi[i] + lo[i] with |lo[i]| at most half an ulp of hi[i]. */
export interface DoubleDouble {
  readonly hi: Float64Array;
  readonly lo: Float64Array;
}

/** One number, [hi, lo]. */
export type Pair = readonly [number, number];

/** 2²⁷ + 1 cuts a double into two halves of at most 26 bits, whose products are exact. */
const SPLITTER = 134217729;

/** a + b exactly. */
export function twoSum(a: number, b: number): Pair {
  const s = a + b;
  const t = s - a;
  return [s, a - (s - t) + (b - t)];
}

/** a·b exactly. */
export function twoProd(a: number, b: number): Pair {
  const p = a * b;
  const ta = SPLITTER * a;
  const a1 = ta - (ta - a);
  const a2 = a - a1;
  const tb = SPLITTER * b;
  const b1 = tb - (tb - b);
  const b2 = b - b1;
  return [p, a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2];
}

export function add(x: Pair, y: Pair): Pair {
  const [s, e] = twoSum(x[0], y[0]);
  const [t, f] = twoSum(x[1], y[1]);
  const [u, g] = twoSum(s, e + t);
  return twoSum(u, g + f);
}

export function subtract(x: Pair, y: Pair): Pair {
  return add(x, [-y[0], -y[1]]);
}

export function multiply(x: Pair, y: Pair): Pair {
  const [p, e] = twoProd(x[0], y[0]);
  return twoSum(p, e + (x[0] * y[1] + x[1] * y[0]));
}

export function divide(x: Pair, y: Pair): Pair {
  const q = x[0] / y[0];
  const rest = subtract(x, multiply(y, [q, 0]));
  return twoSum(q, rest[0] / y[0]);
}

/** Square root of x ≥ 0, by one Newton step on the double root (Karp & Markstein 1997). */
export function squareRoot(x: Pair): Pair {
  if (x[0] === 0) return [0, 0];
  const root = Math.sqrt(x[0]);
  const rest = subtract(x, twoProd(root, root));
  return twoSum(root, rest[0] / (2 * root));
}

/** Exact: the low parts are zero. `v` is shared, not copied. */
export function fromDoubles(v: Float64Array): DoubleDouble {
  return { hi: v, lo: new Float64Array(v.length) };
}

export function zeros(length: number): DoubleDouble {
  return { hi: new Float64Array(length), lo: new Float64Array(length) };
}

export function copy(v: DoubleDouble): DoubleDouble {
  return { hi: v.hi.slice(), lo: v.lo.slice() };
}

export function pairAt(v: DoubleDouble, i: number): Pair {
  return [v.hi[i], v.lo[i]];
}

export function setPair(v: DoubleDouble, i: number, [hi, lo]: Pair): void {
  v.hi[i] = hi;
  v.lo[i] = lo;
}

/** An e with max|vᵢ| within a factor 2 of 2^e; `ifZero` for v = 0. */
export function exponentOf(v: ArrayLike<number>, ifZero = 0): number {
  let largest = 0;
  for (let i = 0; i < v.length; i++) largest = Math.max(largest, Math.abs(v[i]));
  return largest === 0 ? ifZero : Math.round(Math.log2(largest));
}

/** 2^exponent·v as a new array, exact inside the range of doubles. */
export function timesPowerOfTwo(v: ArrayLike<number>, exponent: number): Float64Array {
  // three factors: 2^exponent alone may overflow where the scaled entries do not
  const part = Math.trunc(exponent / 3);
  const factors = [2 ** part, 2 ** part, 2 ** (exponent - 2 * part)];
  return Float64Array.from(v, (entry) => entry * factors[0] * factors[1] * factors[2]);
}

/** Σ xᵢyᵢ over n entries from xOff and yOff; absolute error about n·2⁻¹⁰⁵·Σ|xᵢyᵢ| at worst. */
export function dot(x: DoubleDouble, xOff: number, y: DoubleDouble, yOff: number, n: number): Pair {
  const { hi: xh, lo: xl } = x;
  const { hi: yh, lo: yl } = y;
  let sum = 0;
  let low = 0;
  for (let i = 0; i < n; i++) {
    const a = xh[xOff + i];
    const b = yh[yOff + i];
    const p = a * b;
    const ta = SPLITTER * a;
    const a1 = ta - (ta - a);
    const a2 = a - a1;
    const tb = SPLITTER * b;
    const b1 = tb - (tb - b);
    const b2 = b - b1;
    const e = a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2 + (a * yl[yOff + i] + xl[xOff + i] * b);
    const s = sum + p;
    const t = s - sum;
    const rest = sum - (s - t) + (p - t) + (low + e);
    sum = s + rest;
    low = rest - (sum - s);
  }
  return twoSum(sum, low);
}

/** y ← y + alpha·x over n entries from yOff and xOff. y and x may share arrays only without overlap. */
export function axpy(
  y: DoubleDouble,
  yOff: number,
  alpha: Pair,
  x: DoubleDouble,
  xOff: number,
  n: number,
): void {
  const { hi: yh, lo: yl } = y;
  const { hi: xh, lo: xl } = x;
  const [a, aLow] = alpha;
  const ta = SPLITTER * a;
  const a1 = ta - (ta - a);
  const a2 = a - a1;
  for (let i = 0; i < n; i++) {
    const b = xh[xOff + i];
    const p = a * b;
    const tb = SPLITTER * b;
    const b1 = tb - (tb - b);
    const b2 = b - b1;
    const e = a1 * b1 - p + a1 * b2 + a2 * b1 + a2 * b2 + (a * xl[xOff + i] + aLow * b);
    const c = yh[yOff + i];
    const s = c + p;
    const t = s - c;
    const rest = c - (s - t) + (p - t) + (yl[yOff + i] + e);
    const high = s + rest;
    yh[yOff + i] = high;
    yl[yOff + i] = rest - (high - s);
  }
}

/** ‖x‖² over n entries. */
export function normSq(x: DoubleDouble, xOff = 0, n = x.hi.length): Pair {
  return dot(x, xOff, x, xOff, n);
}

/** r = b − A x for row-major A (rows × columns). */
export function residual(
  A: DoubleDouble,
  rows: number,
  columns: number,
  x: DoubleDouble,
  b: DoubleDouble,
): DoubleDouble {
  const r = zeros(rows);
  for (let i = 0; i < rows; i++) setPair(r, i, subtract(pairAt(b, i), dot(A, i * columns, x, 0, columns)));
  return r;
}

/** g = Aᵀ r for row-major A (rows × columns). */
export function gradient(A: DoubleDouble, rows: number, columns: number, r: DoubleDouble): DoubleDouble {
  const g = zeros(columns);
  for (let i = 0; i < rows; i++) axpy(g, 0, pairAt(r, i), A, i * columns, columns);
  return g;
}

/** y = A x for row-major A (rows × columns). */
export function product(A: DoubleDouble, rows: number, columns: number, x: DoubleDouble): DoubleDouble {
  const y = zeros(rows);
  for (let i = 0; i < rows; i++) setPair(y, i, dot(A, i * columns, x, 0, columns));
  return y;
}

/** AᵀA as a full symmetric d × d matrix. Its error is relative to ‖A‖²: a solve loses κ²·2⁻¹⁰⁴. */
export function gram(A: Matrix): DoubleDouble {
  const { rows, columns: d } = A;
  const source = fromDoubles(A.data);
  const G = zeros(d * d);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < d; j++) axpy(G, j * d, [A.data[i * d + j], 0], source, i * d, j + 1);
  }
  for (let j = 0; j < d; j++) {
    for (let k = 0; k < j; k++) setPair(G, k * d + j, pairAt(G, j * d + k));
  }
  return G;
}
