/**
 * K = exp(AAᵀ) without its size: K = e^(2e₀) D⁻¹ G D⁻¹ with the Gaussian kernel Gᵢⱼ = exp(−|aᵢ − aⱼ|²/2), which has
 * unit diagonal, and D = diag(exp(e₀ − eᵢ)), eᵢ = |aᵢ|²/2. G does not change when the mean of the rows is taken
 * off, and is computed from centred rows. K itself may overflow and be singular to working precision where G
 * is neither.
 */
import { SketchSolveError } from '../core/errors';
import type { Matrix } from '../core/matrix';
import { centreRowsInPlace } from '../dense/centredRows';
import { halfSquaredNormsInto } from '../dense/gaussianKernel';
import { GaussianPoints } from '../precondition/gaussianPoints';

export interface ScaledAttention {
  /** Rows of A/√τ minus their mean. */
  readonly points: GaussianPoints;
  /** eᵢ */
  readonly halfSq: Float64Array;
  /** Diagonal of D. */
  readonly weights: Float64Array;
  /** e₀ */
  readonly offset: number;
}

/** Beyond this exp(max e) and its reciprocal leave too little room in the doubles. */
export const PLAIN_LIMIT = 350;

export function scaleAttention(caller: string, A: Matrix, temperature: number): ScaledAttention {
  const { rows: n, columns: d } = A;
  const data = new Float64Array(n * d);
  const factor = 1 / Math.sqrt(temperature);
  for (let p = 0; p < data.length; p++) data[p] = A.data[p] * factor;
  const halfSq = new Float64Array(n);
  halfSquaredNormsInto(halfSq, data, n, d);
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const e of halfSq) {
    smallest = Math.min(smallest, e);
    largest = Math.max(largest, e);
  }
  if (!(largest < 1e150)) {
    throw new SketchSolveError(
      'OUT_OF_RANGE',
      `${caller}: half the squared norm of a row of A/√temperature is ${largest}, expected at most 1e150`,
      { largest },
    );
  }
  const offset = largest <= PLAIN_LIMIT ? 0 : smallest;
  const weights = halfSq.map((e) => Math.exp(offset - e));
  centreRowsInPlace(data, n, d);
  return { points: new GaussianPoints(data, n, d), halfSq, weights, offset };
}
