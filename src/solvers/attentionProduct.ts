/**
 * Products with the attention kernel, never storing it.
 */
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix, toVector, type VectorLike } from '../core/matrix';
import {
  exponentialProductInto,
  exponentialScratchLength,
  type NormalisedFactors,
} from '../dense/exponentialProduct';
import { exponentialSums, timesExponential } from '../dense/exponentialSums';
import { ldexp, maxAbs, powerOfTwoExponent } from '../dense/vector';

export interface ProductSettings {
  readonly temperature: number;
  readonly softmax: boolean;
  readonly causal: boolean;
  /** x stands for x·exp(logScale). */
  readonly logScale: number;
}

/**
 * exp(rows·Aᵀ)·x, exp entrywise, in blocks of rows.
 *
 * Rounding: entry i to about (n + max|⟨rowᵢ, aⱼ⟩|)·u relative to Σⱼ exp(⟨rowᵢ, aⱼ⟩)|xⱼ|, whatever the weights: one of
 * 0 or 1e-300 at the largest exponent hides no other. A sum outside the range of doubles is ±Infinity or 0; an
 * exponent may be.
 *
 * @param rows - m × d. Not modified.
 * @param A - n × d. Not modified.
 * @param x - length n. Not modified.
 * @returns length m.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
 *
 * Cost: O(m n d); memory 32 n numbers, and copies of rows and A where an exponent may overflow.
 */
export function attentionKernelProduct(rows: MatrixLike, A: MatrixLike, x: VectorLike): Float64Array {
  const caller = 'attentionKernelProduct';
  const points = toMatrix(caller, 'A', A);
  const at = toRows(caller, 'rows', rows, points.columns);
  const weights = toVector(caller, 'x', x, points.rows, 'A.rows');
  return kernelProduct(at, points, weights, { temperature: 1, softmax: false, causal: false, logScale: 0 });
}

/** The caller's rows, with as many columns as A. */
export function toRows(caller: string, name: string, value: MatrixLike, columns: number): Matrix {
  const rows = toMatrix(caller, name, value);
  if (rows.columns === columns) return rows;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: ${name} has ${rows.columns} columns, expected ${columns} (= A.columns)`,
    { argument: name, got: rows.columns, expected: columns },
  );
}

/** Sums of products that end below this, and factors below it over τ, do not overflow on the way to an exponent. */
const PLAIN_LIMIT = 2 ** 1000;

/** Unchecked product; with `softmax` every row of the kernel is divided by its sum. */
export function kernelProduct(
  rows: Matrix,
  A: Matrix,
  x: Float64Array,
  settings: ProductSettings,
): Float64Array {
  const { temperature, softmax, causal, logScale } = settings;
  const { rows: m, columns: d } = rows;
  const n = A.rows;
  const y = new Float64Array(m);
  const sums = exponentialSums(m);
  const scratch = new Float64Array(exponentialScratchLength(n));
  const far = mayOverflow(rows, A, temperature) ? normalisedFactors(rows, A, temperature) : null;
  exponentialProductInto(sums, rows.data, m, A.data, n, d, 1 / temperature, x, causal, scratch, far);
  const { sum, power, log, total, gap } = sums;
  for (let i = 0; i < m; i++) {
    const exponent = logScale + (softmax ? gap[i] : log[i]);
    y[i] = scaledByExponential(softmax ? sum[i] / total[i] : sum[i], exponent, power[i]);
  }
  return y;
}

/** Whether an inner product, a part of it, or one of its factors over τ may be out of range. */
function mayOverflow(rows: Matrix, A: Matrix, temperature: number): boolean {
  const row = maxAbs(rows.data, 0, rows.data.length);
  const point = maxAbs(A.data, 0, A.data.length);
  const product = row * point * A.columns;
  return !(Math.max(1, row, point, product) / temperature < PLAIN_LIMIT);
}

function normalisedFactors(rows: Matrix, A: Matrix, temperature: number): NormalisedFactors {
  const left = normalisedRows(rows);
  const right = normalisedRows(A);
  const power = powerOfTwoExponent(temperature);
  return {
    rows: left.data,
    rowPowers: left.powers,
    points: right.data,
    pointPowers: right.powers,
    scale: 1 / ldexp(temperature, -power),
    power: -power,
    products: new Float64Array(exponentialScratchLength(A.rows)),
  };
}

/** Row i of A is row i of `data` times 2^powers[i], exactly but for what is 2^1000 times smaller than its largest entry. */
function normalisedRows(A: Matrix): { data: Float64Array; powers: Int32Array } {
  const { rows: n, columns: d } = A;
  const data = new Float64Array(n * d);
  const powers = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    powers[i] = powerOfTwoExponent(maxAbs(A.data, i * d, d));
    for (let p = i * d; p < (i + 1) * d; p++) data[p] = ldexp(A.data[p], -powers[i]);
  }
  return { data, powers };
}

/** value·2^power·exp(exponent), where exp(exponent) alone may overflow or vanish. */
function scaledByExponential(value: number, exponent: number, power: number): number {
  if (value === 0) return 0;
  if (power === 0 && Math.abs(exponent) < 700) return value * Math.exp(exponent);
  return timesExponential(value, exponent, power);
}
