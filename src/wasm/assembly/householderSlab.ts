/**
 * Unblocked Householder QR of one slab (householderTiles.ts), LAPACK's dgeqr2, dlarfg and dlarft with the loops
 * fused: one sweep over the rows applies a reflector to the slab and takes the inner products of the next column,
 * with later columns for its reflector and with earlier reflectors for the triangle T of I − V T Vᵀ.
 *
 * Reflectors stay unscaled (v times its head) until the slab is done. A column whose squares could leave the range
 * of doubles is scaled by a power of two, which changes no rounding.
 */
import { addDots, sweepRows } from './householderSweep';

/** Squared norms outside this range make a column be scaled: products of entries stay clear of the limits. */
const SQUARE_MIN: f64 = 2.409919865102884e-181; // 2^−600
const SQUARE_MAX: f64 = 4.149515568880993e180; // 2^600

/** Places in work: the inner products of the next pivot column with all columns, below its pivot; */
const DOTS: usize = 0;
/** multiples of the current reflector to subtract; */
const COEFFICIENTS: usize = 64;
/** factors that turn the stored reflectors into those with v_k = 1. */
export const INVERSES: usize = 128;

/** Whether a column with the square of its norm must be scaled before it is worked with. */
export function outOfRange(square: f64): bool {
  return !(square >= SQUARE_MIN && square <= SQUARE_MAX);
}

/**
 * Factors `columns` columns of a slab whose first row is at p, `rows` ≥ 8 rows. work[0 … 8) holds the inner products
 * of its first column with all, below the first row. Afterwards the slab is V, with ones and zeros in its upper
 * triangle, but below its first eight rows still to be multiplied by work[INVERSES …]; block holds R (8 × 8, what is
 * above the diagonal of V) and T (8 × 8); tau[0 … columns) the factors.
 */
export function factorSlab(p: usize, rows: i32, columns: i32, tau: usize, block: usize, work: usize): void {
  memory.fill(block, 0, 1024);
  memory.fill(work + COEFFICIENTS, 0, 128);
  for (let k = 0; k < columns; k++) {
    const t = makeReflector(p, rows, k, work);
    store<f64>(tau + ((<usize>k) << 3), t);
    if (t !== 0) growTriangle(block + 512, p, k, t, work);
    if (k + 1 < columns) sweep(p, rows, k, work);
  }
  exchangeUpper(p, block);
  scaleHead(p, work + INVERSES);
}

function entry(p: usize, i: i32, j: i32): usize {
  return p + ((<usize>i) << 6) + ((<usize>j) << 3);
}

/**
 * Turns column k, whose inner products with all columns are known, into beta and an unscaled reflector, updates
 * row k and leaves what a sweep must subtract from the rows below. Returns tau.
 */
function makeReflector(p: usize, rows: i32, k: i32, work: usize): f64 {
  const pivot = entry(p, k, k);
  const own = (<usize>k) << 3;
  let tailSq = load<f64>(work + own);
  let sq = load<f64>(pivot) * load<f64>(pivot) + tailSq;
  let exponent = 0;
  if (!(tailSq > 0) || outOfRange(sq)) {
    memory.fill(work + COEFFICIENTS, 0, 64);
    if (isZero(pivot + 64, rows - k - 1)) return 0;
    exponent = normaliseColumn(pivot, rows - k);
    memory.fill(work + DOTS, 0, 64);
    addDots(p + ((<usize>(k + 1)) << 6), rows - k - 1, k, work);
    tailSq = load<f64>(work + own);
    sq = load<f64>(pivot) * load<f64>(pivot) + tailSq;
  }
  const alpha = load<f64>(pivot);
  const beta = alpha >= 0 ? -Math.sqrt(sq) : Math.sqrt(sq); // the sign that makes alpha − beta a sum
  const inverse = 1 / (alpha - beta);
  const tau = (beta - alpha) / beta;
  store<f64>(work + own, inverse, INVERSES);
  store<f64>(work + own, 0, COEFFICIENTS);
  for (let j = k + 1; j < 8; j++) {
    const at = entry(p, k, j);
    const dot = work + ((<usize>j) << 3);
    const g = tau * (load<f64>(at) + inverse * load<f64>(dot));
    store<f64>(at, load<f64>(at) - g);
    store<f64>(dot, g * inverse, COEFFICIENTS);
  }
  store<f64>(pivot, NativeMath.scalbn(beta, exponent));
  return tau;
}

/** Column k of T is −tau T (Vᵀv_k) above its diagonal, tau on it. */
function growTriangle(triangle: usize, p: usize, k: i32, tau: f64, work: usize): void {
  const inverse = load<f64>(work + ((<usize>k) << 3), INVERSES);
  // from the top row down, so that it may be in place
  for (let j = 0; j < k; j++) {
    const at = work + ((<usize>j) << 3);
    const product = load<f64>(at, INVERSES) * (load<f64>(entry(p, k, j)) + inverse * load<f64>(at));
    store<f64>(entry(triangle, j, k), product);
  }
  multiplyColumn(triangle, k, -tau);
  store<f64>(entry(triangle, k, k), tau);
}

/** Column k of the triangle ← factor times its first k columns times column k. */
function multiplyColumn(triangle: usize, k: i32, factor: f64): void {
  for (let i = 0; i < k; i++) {
    let sum: f64 = 0;
    for (let j = i; j < k; j++) sum += load<f64>(entry(triangle, i, j)) * load<f64>(entry(triangle, j, k));
    store<f64>(entry(triangle, i, k), factor * sum);
  }
}

/** T of eight reflectors from their tau and, in its place, VᵀV. */
export function triangleFromGram(triangle: usize, tau: usize): void {
  for (let k = 0; k < 8; k++) {
    const t = load<f64>(tau + ((<usize>k) << 3));
    multiplyColumn(triangle, k, -t);
    store<f64>(entry(triangle, k, k), t);
    for (let i = k + 1; i < 8; i++) store<f64>(entry(triangle, i, k), 0);
  }
}

/** Applies reflector k below row k and takes the inner products of column k + 1 below row k + 1. */
function sweep(p: usize, rows: i32, k: i32, work: usize): void {
  const x = load<f64>(entry(p, k + 1, k));
  for (let j = k + 1; j < 8; j++) {
    const at = entry(p, k + 1, j);
    store<f64>(at, load<f64>(at) - load<f64>(work + ((<usize>j) << 3), COEFFICIENTS) * x);
  }
  memory.fill(work + DOTS, 0, 64);
  sweepRows(entry(p, k + 2, 0), rows - k - 2, k, work + COEFFICIENTS, work);
}

/** Moves the upper triangle of the first eight rows to the block and leaves ones and zeros in its place. */
export function exchangeUpper(p: usize, block: usize): void {
  for (let i = 0; i < 8; i++) {
    for (let j = i; j < 8; j++) {
      store<f64>(entry(block, i, j), load<f64>(entry(p, i, j)));
      store<f64>(entry(p, i, j), i === j ? 1 : 0);
    }
  }
}

/** The strictly lower triangle of the first eight rows, columns times factors. */
function scaleHead(p: usize, factors: usize): void {
  for (let i = 1; i < 8; i++) {
    for (let j = 0; j < i; j++) {
      const at = entry(p, i, j);
      store<f64>(at, load<f64>(at) * load<f64>(factors + ((<usize>j) << 3)));
    }
  }
}

/** Whether the column at p is zero. */
function isZero(p: usize, rows: i32): bool {
  for (; rows > 0; rows--, p += 64) if (load<f64>(p) !== 0) return false;
  return true;
}

/** Scales the column at p by 2^−e so that its largest entry is in [1, 2), in [2^−51, 1) if denormal; returns e. */
export function normaliseColumn(p: usize, rows: i32): i32 {
  let largest: f64 = 0;
  for (let i = 0, q = p; i < rows; i++, q += 64) largest = max(largest, abs(load<f64>(q)));
  // NaN and infinities are left to spread into R
  if (!(largest > 0 && largest < Infinity)) return 0;
  const e = <i32>(reinterpret<u64>(largest) >> 52) - 1023;
  scaleColumn(p, rows, -e);
  return e;
}

/** The column at p, times 2^e. */
export function scaleColumn(p: usize, rows: i32, e: i32): void {
  for (; rows > 0; rows--, p += 64) store<f64>(p, NativeMath.scalbn(load<f64>(p), e));
}
