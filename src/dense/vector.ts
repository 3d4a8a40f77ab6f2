/**
 * Vector kernels: inner product, update, Euclidean norm without spurious overflow or underflow, and exact
 * scaling by powers of two. Vectors are stretches of Float64Array; nothing is checked.
 */

/** Below and above these a plain sum of squares may have lost terms to underflow, or overflowed. */
const SAFE_SQUARE_MIN = 1e-280;
const SAFE_SQUARE_MAX = 1e280;

const BITS = new Float64Array(1);
const WORDS = new Uint32Array(BITS.buffer);
/** Index of the word with sign and exponent: 1 on little-endian machines. */
const HIGH = highWord();

// from their bits: engines need not compute 2 ** k exactly
const TWO_1023 = powerOfTwo(1023);
const TWO_M969 = powerOfTwo(-969);

function highWord(): number {
  BITS[0] = -0;
  return WORDS[1] !== 0 ? 1 : 0;
}

/** xᵀy over the first n entries. */
export function dot(x: Float64Array, y: Float64Array, n: number): number {
  const n4 = n - (n & 3);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < n4; i = (i + 4) | 0) {
    s0 += x[i] * y[i];
    s1 += x[(i + 1) | 0] * y[(i + 1) | 0];
    s2 += x[(i + 2) | 0] * y[(i + 2) | 0];
    s3 += x[(i + 3) | 0] * y[(i + 3) | 0];
  }
  for (let i = n4; i < n; i++) s0 += x[i] * y[i];
  return s0 + s1 + (s2 + s3);
}

/** y ← y + alpha·x over the first n entries. y may be x. */
export function axpy(y: Float64Array, alpha: number, x: Float64Array, n: number): void {
  const n4 = n - (n & 3);
  for (let i = 0; i < n4; i = (i + 4) | 0) {
    y[i] += alpha * x[i];
    y[(i + 1) | 0] += alpha * x[(i + 1) | 0];
    y[(i + 2) | 0] += alpha * x[(i + 2) | 0];
    y[(i + 3) | 0] += alpha * x[(i + 3) | 0];
  }
  for (let i = n4; i < n; i++) y[i] += alpha * x[i];
}

/** ‖x[off … off+n)‖₂: overflows only if the norm itself is out of range. NaN if an entry is NaN. */
export function norm2(x: Float64Array, off: number, n: number): number {
  const sq = scaledSumOfSquares(x, off, n, 1);
  if (sq >= SAFE_SQUARE_MIN && sq <= SAFE_SQUARE_MAX) return Math.sqrt(sq);
  const largest = maxAbs(x, off, n);
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return largest;
  const e = powerOfTwoExponent(largest);
  // 2^−e overflows for denormals: at most 2^1000, which brings 2^−1074 to 2^−74 and is enough
  const shift = Math.max(-1000, Math.min(1000, e));
  return ldexp(Math.sqrt(scaledSumOfSquares(x, off, n, ldexp(1, -shift))), shift);
}

/** Σ (scale·xᵢ)², always in the same order, so that a power-of-two scale changes no rounding. */
function scaledSumOfSquares(x: Float64Array, off: number, n: number, scale: number): number {
  const end = off + n;
  const end4 = end - (n & 3);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = off | 0; i < end4; i = (i + 4) | 0) {
    const a = scale * x[i];
    const b = scale * x[(i + 1) | 0];
    const c = scale * x[(i + 2) | 0];
    const d = scale * x[(i + 3) | 0];
    s0 += a * a;
    s1 += b * b;
    s2 += c * c;
    s3 += d * d;
  }
  for (let i = end4; i < end; i++) {
    const a = scale * x[i];
    s0 += a * a;
  }
  return s0 + s1 + (s2 + s3);
}

/** max |xᵢ| over x[off … off+n), 0 for n = 0, NaN if an entry is NaN. */
export function maxAbs(x: Float64Array, off: number, n: number): number {
  let largest = 0;
  for (let i = off, end = off + n; i < end; i++) largest = Math.max(largest, Math.abs(x[i]));
  return largest;
}

/** The integer e with 2^e ≤ |v| < 2^(e+1), exact for denormals too; 0 for v = 0, 1024 for NaN and ±Infinity. */
export function powerOfTwoExponent(v: number): number {
  if (v === 0) return 0;
  BITS[0] = v;
  const biased = (WORDS[HIGH] >>> 20) & 0x7ff;
  if (biased !== 0) return biased - 1023;
  BITS[0] = v * 18014398509481984; // times 2^54: exact, and normal
  return ((WORDS[HIGH] >>> 20) & 0x7ff) - 1077;
}

/** x·2^e for integer e, rounded once: exact wherever the result is a normal number, also if 2^e is none. */
export function ldexp(x: number, e: number): number {
  let y = x;
  let k = e;
  if (k > 1023) {
    y *= TWO_1023;
    k -= 1023;
    if (k > 1023) {
      y *= TWO_1023;
      k = Math.min(k - 1023, 1023);
    }
  } else if (k < -1022) {
    // 53 bits short of the smallest normal number: the first steps stay exact, only the last may round
    y *= TWO_M969;
    k += 969;
    if (k < -1022) {
      y *= TWO_M969;
      k = Math.max(k + 969, -1022);
    }
  }
  return y * powerOfTwo(k);
}

/** v ← v·2^e for integer e, entries rounded as by `ldexp`. */
export function scaleByPowerOfTwoInPlace(v: Float64Array, e: number): void {
  if (e === 0) return;
  if (e < -1022 || e > 1023) {
    for (let i = 0; i < v.length; i++) v[i] = ldexp(v[i], e);
    return;
  }
  const factor = powerOfTwo(e);
  for (let i = 0; i < v.length; i++) v[i] *= factor;
}

/** 2^k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  WORDS[HIGH] = (k + 1023) << 20;
  WORDS[1 - HIGH] = 0;
  return BITS[0];
}
