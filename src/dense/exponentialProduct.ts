/**
 * Products with exp(BAᵀ), entrywise, in blocks of rows. Sums are kept relative to an exponent near that of
 * their largest term, so that neither the entries nor their sum can overflow, and a point with weight 0 or a
 * tiny one hides nothing.
 */
import { gemmInto } from './gemm';
import { ldexp, maxAbs, powerOfTwoExponent } from './vector';

const BLOCK_ROWS = 32;
/** In a sum this large relative to max(1, max |x|), what underflowed is below n·u. */
const SMALLEST_SAFE = 2 ** -1020;
/** Positive doubles span e^1455: a factor e^±1600 takes each of them out of range. */
const OUT_OF_RANGE = 1600;

/** For row i of B: Σ exp(sⱼ)·xⱼ = sum[i]·2^power[i]·e^log[i], and this over Σ exp(sⱼ) is sum/total·2^power·e^gap. */
export interface ExponentialSums {
  readonly sum: Float64Array;
  /** 0 unless the largest term has a weight or an exponent that calls for it. */
  readonly power: Int32Array;
  /** ±Infinity where all that counts is beyond the range of doubles; −Infinity where there is nothing to sum. */
  readonly log: Float64Array;
  /** Σ exp(sⱼ − max s); any number from 1 to n where gap is −Infinity. */
  readonly total: Float64Array;
  /** log − max s: 0 unless the largest exponent has next to no weight. */
  readonly gap: Float64Array;
}

export function exponentialSums(m: number): ExponentialSums {
  const [sum, log, total, gap] = [0, 1, 2, 3].map(() => new Float64Array(m));
  return { sum, power: new Int32Array(m), log, total, gap };
}

/**
 * The same factors with every row near 1, for exponents that overflow, if only on the way:
 * ⟨bᵢ, aⱼ⟩/τ = ⟨rowᵢ, pointⱼ⟩·scale·2^(rowPowers[i] + pointPowers[j] + power).
 */
export interface NormalisedFactors {
  readonly rows: Float64Array;
  readonly rowPowers: Int32Array;
  readonly points: Float64Array;
  readonly pointPowers: Int32Array;
  readonly scale: number;
  readonly power: number;
  /** Of the length of `scratch`. */
  readonly products: Float64Array;
}

/** Length of `scratch` for n rows of A. */
export function exponentialScratchLength(n: number): number {
  return BLOCK_ROWS * n;
}

/**
 * Sums over j of exp(sⱼ)·xⱼ, sⱼ = ⟨bᵢ, aⱼ⟩·scale, for i < m. With `causal` j runs to i only. A n × d and B m × d
 * contiguous. `far` is null when no product, partial sum or multiple of B, A and `scale` can overflow. Nothing
 * aliases.
 */
export function exponentialProductInto(
  out: ExponentialSums,
  B: Float64Array,
  m: number,
  A: Float64Array,
  n: number,
  d: number,
  scale: number,
  x: Float64Array,
  causal: boolean,
  scratch: Float64Array,
  far: NormalisedFactors | null,
): void {
  const floor = SMALLEST_SAFE * Math.max(1, maxAbs(x, 0, n));
  for (let first = 0; first < m; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, m - first);
    const columns = causal ? Math.min(n, first + rows) : n;
    gemmInto(scratch, 0, n, B, first * d, d, false, A, 0, d, true, rows, columns, d, scale, 0);
    if (far !== null) normalisedProductsInto(far, first, rows, n, columns, d);
    for (let i = 0; i < rows; i++) {
      const seen = causal ? Math.min(columns, first + i + 1) : columns;
      if (far === null) sumRow(out, first + i, scratch, i * n, seen, x, floor);
      else sumFarRow(out, first + i, scratch, i * n, seen, x, floor, far);
    }
  }
}

/** Products of the normalised rows first … first + rows − 1. */
function normalisedProductsInto(
  { products, rows: B, points: A, scale }: NormalisedFactors,
  first: number,
  rows: number,
  n: number,
  columns: number,
  d: number,
): void {
  gemmInto(products, 0, n, B, first * d, d, false, A, 0, d, true, rows, columns, d, scale, 0);
}

function sumRow(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) if (row[start + j] > largest) largest = row[start + j];
  let sum = 0;
  let ones = 0;
  for (let j = 0; j < columns; j++) {
    const entry = Math.exp(row[start + j] - largest);
    sum += entry * x[j];
    ones += entry;
  }
  out.sum[i] = sum;
  out.power[i] = 0;
  out.log[i] = largest;
  out.total[i] = ones;
  out.gap[i] = 0;
  const size = Math.abs(sum);
  if (size >= floor && size <= Number.MAX_VALUE) return;
  // cancelled, or the terms that matter are far below those of the largest exponent
  if (!isSafeSum(row, start, columns, largest, x, floor)) sumByLargestTerm(out, i, row, start, columns, x);
}

function isSafeSum(
  row: Float64Array,
  start: number,
  columns: number,
  largest: number,
  x: Float64Array,
  floor: number,
): boolean {
  let size = 0;
  for (let j = 0; j < columns; j++) size += Math.exp(row[start + j] - largest) * Math.abs(x[j]);
  return size >= floor && size <= Number.MAX_VALUE;
}

/**
 * The sum relative to its largest term: to that term's exponent, and to the power of two of its weight. Logarithms of
 * weights find the term only: in the exponents they would cost |log x|·u.
 */
function sumByLargestTerm(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) if (x[j] !== 0) highest = Math.max(highest, row[start + j]);
  let at = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) {
    if (x[j] === 0) continue;
    // the difference first: beside an exponent of 1e20 the weights would not count
    const size = row[start + j] - highest + Math.log(Math.abs(x[j]));
    if (size > most) {
      most = size;
      at = j;
    }
  }
  if (at < 0) {
    // no weights, or all of them where exp is 0
    out.sum[i] = 0;
    out.log[i] = out.gap[i] = Number.NEGATIVE_INFINITY;
    return;
  }
  const log = row[start + at];
  const power = powerOfTwoExponent(x[at]);
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    if (x[j] !== 0) sum += timesExponential(x[j], row[start + j] - log, -power);
  }
  out.gap[i] = log - out.log[i];
  out.log[i] = log;
  out.power[i] = power;
  out.sum[i] = sum;
}

/**
 * value·e^exponent·2^power, though none of the three factors need be a normal number, to about |exponent|·u.
 * NaN for an exponent that is none.
 */
export function timesExponential(value: number, exponent: number, power = 0): number {
  if (value === 0) return value;
  if (exponent < -OUT_OF_RANGE - power * Math.LN2) return 0 * Math.sign(value);
  if (exponent > OUT_OF_RANGE - power * Math.LN2) return value * Number.POSITIVE_INFINITY;
  const twos = Math.round(exponent / Math.LN2);
  const own = powerOfTwoExponent(value);
  return ldexp(ldexp(value, -own) * Math.exp(exponent - twos * Math.LN2), twos + own + power);
}

function sumFarRow(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
  far: NormalisedFactors,
): void {
  const power = far.rowPowers[i] + far.power;
  let largest = Number.NEGATIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) {
    const p = start + j;
    if (!Number.isFinite(row[p])) row[p] = ldexp(far.products[p], far.pointPowers[j] + power);
    largest = Math.max(largest, row[p]);
    if (x[j] !== 0) highest = Math.max(highest, row[p]);
  }
  if (Number.isFinite(largest)) {
    sumRow(out, i, row, start, columns, x, floor);
    return;
  }
  sumInfiniteRow(out, i, row, start, columns, x, floor, far, highest);
}

/** Row i when its largest exponent is beyond the range of doubles: what lies below lies infinitely far below. */
function sumInfiniteRow(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
  { products, pointPowers }: NormalisedFactors,
  highest: number,
): void {
  const top = largestProduct(products, start, columns, pointPowers, null);
  const weighted = largestProduct(products, start, columns, pointPowers, x);
  const finite = Number.isFinite(highest);
  const best = weighted < 0 ? top : weighted;
  for (let j = 0; j < columns; j++) {
    if (finite && x[j] !== 0) continue;
    row[start + j] = !finite && isEqual(products, start, pointPowers, j, best) ? 0 : Number.NEGATIVE_INFINITY;
  }
  sumRow(out, i, row, start, columns, x, floor);
  if (!finite) out.log[i] = highest;
  const hidden = weighted < 0 || !isEqual(products, start, pointPowers, weighted, top);
  out.gap[i] = hidden ? Number.NEGATIVE_INFINITY : 0;
}

/** The j with the largest exponent, of those with xⱼ ≠ 0 if x is given; −1 if there is none. */
function largestProduct(
  products: Float64Array,
  start: number,
  columns: number,
  powers: Int32Array,
  x: Float64Array | null,
): number {
  let best = -1;
  for (let j = 0; j < columns; j++) {
    if (x !== null && x[j] === 0) continue;
    if (best < 0 || ldexp(products[start + j], powers[j] - powers[best]) > products[start + best]) best = j;
  }
  return best;
}

function isEqual(
  products: Float64Array,
  start: number,
  powers: Int32Array,
  j: number,
  best: number,
): boolean {
  return ldexp(products[start + j], powers[j] - powers[best]) === products[start + best];
}
