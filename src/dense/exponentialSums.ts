/**
 * Σ exp(sⱼ)·xⱼ over one row of exponents, relative to an exponent near that of the largest term, so that neither the
 * entries nor their sum can overflow, and a weight of 0 or a tiny one hides nothing.
 */
import { ldexp, maxAbs, powerOfTwoExponent } from './vector';

/** In a sum this large relative to max(1, max |x|), what underflowed is below n·u. */
const SMALLEST_SAFE = 2 ** -1020;
/** Positive doubles span e^1455: a factor e^±1600 takes each of them out of range. */
const OUT_OF_RANGE = 1600;

/** What a sum must reach to be taken as it is: below, what underflowed may count. */
export function safeFloor(x: Float64Array, n: number): number {
  return SMALLEST_SAFE * Math.max(1, maxAbs(x, 0, n));
}

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
 * Row i of out ← the sums of exp(s)·x over the exponents row[start …]. `floor` as of safeFloor. Nothing aliases.
 */
export function sumRow(
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
  recordSums(out, i, row, start, columns, x, floor, largest, sum, ones);
}

/** Row i of out ← given sums relative to the largest exponent, or, if need be, others relative to the largest term. */
export function recordSums(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
  largest: number,
  sum: number,
  ones: number,
): void {
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
