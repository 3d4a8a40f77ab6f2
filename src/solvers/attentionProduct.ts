/**
 * Products with the attention kernel, never storing it.
 */
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix, toVector, type VectorLike } from '../core/matrix';
import { exponentialProductInto, exponentialScratchLength } from '../dense/exponentialProduct';

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
 * Rounding: entry i to about (n + max|⟨rowᵢ, aⱼ⟩|)·u relative to Σⱼ exp(⟨rowᵢ, aⱼ⟩)|xⱼ|. A sum outside the range of
 * doubles is ±Infinity or 0.
 *
 * @param rows - m × d. Not modified.
 * @param A - n × d. Not modified.
 * @param x - length n. Not modified.
 * @returns length m.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
 *
 * Cost: O(m n d); memory 32 n numbers.
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

/** Unchecked product; with `softmax` every row of the kernel is divided by its sum. */
export function kernelProduct(
  rows: Matrix,
  A: Matrix,
  x: Float64Array,
  settings: ProductSettings,
): Float64Array {
  const { temperature, softmax, causal, logScale } = settings;
  const { rows: m, columns: d } = rows;
  const y = new Float64Array(m);
  const total = new Float64Array(m);
  const log = new Float64Array(m);
  const scratch = new Float64Array(exponentialScratchLength(A.rows));
  exponentialProductInto(y, total, log, rows.data, m, A.data, A.rows, d, 1 / temperature, x, causal, scratch);
  for (let i = 0; i < m; i++) {
    const exponent = softmax ? logScale : logScale + log[i];
    y[i] = scaledByExponential(softmax ? y[i] / total[i] : y[i], exponent);
  }
  return y;
}

/** value·exp(exponent), where exp(exponent) alone may overflow or vanish. */
function scaledByExponential(value: number, exponent: number): number {
  if (value === 0) return 0;
  if (Math.abs(exponent) < 700) return value * Math.exp(exponent);
  return Math.sign(value) * Math.exp(exponent + Math.log(Math.abs(value)));
}
