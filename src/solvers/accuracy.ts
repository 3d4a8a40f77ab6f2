/**
 * How far the relative error of x can be: an estimate in logarithms, since κ^2j leaves the range of doubles
 * long before the solves do. With y₀ the start of the chain, z_i = R⁻ᵀy_{i−1}, y_i = R⁻¹z_i:
 *
 *   u/‖y_j‖ · { Σ_{k=1..j} [ σ₁σ_d^(1−2k)‖y_{j−k+1}‖ + σ₁σ_d^(−2k)‖z_{j−k+1}‖ ] + start }
 *
 * where start = σ_d^(−2j)‖b‖ for a rounded b, and for a y₀ from least squares
 * σ_d^(−2j−1)(‖A‖‖y₀‖ + ‖b‖) + σ₁σ_d^(−2j−2)‖b − Ay₀‖, which for j = 0 is Wedin's bound.
 */
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import type { Accuracy } from './result';

/** σ_d from eight inverse steps may be too large by this factor. */
const SMALLEST_MARGIN = 1.2;

/** log₂ of the norms along a chain of solves. */
export interface ChainNorms {
  /** log₂‖z_i‖, i = 1 … j */
  readonly z: readonly number[];
  /** log₂‖y_i‖, i = 1 … j */
  readonly y: readonly number[];
  /** log₂ of the norm of the final x. */
  readonly last: number;
}

/** Norms of the least-squares problem that starts an odd power. */
export interface LeastSquaresStart {
  /** ‖A‖‖y₀‖, or less where column scaling makes it so. */
  readonly matrixTimesSolution: number;
  readonly rightHandSide: number;
  readonly residual: number;
}

export interface Spectrum {
  readonly largest: number;
  readonly smallest: number;
}

/** The start term for a power of AᵀA: b is known to a relative u. */
export function roundedStart(j: number, spectrum: Spectrum, log2B: number): number {
  return log2B - 2 * j * log2Smallest(spectrum);
}

/** The start term for an odd power. */
export function leastSquaresStart(j: number, spectrum: Spectrum, start: LeastSquaresStart): number {
  const s = log2Smallest(spectrum);
  return log2Sum([
    Math.log2(start.matrixTimesSolution) - (2 * j + 1) * s,
    Math.log2(start.rightHandSide) - (2 * j + 1) * s,
    Math.log2(spectrum.largest) + Math.log2(start.residual) - (2 * j + 2) * s,
  ]);
}

/** Estimate of ‖x − x*‖/‖x‖ at the end of the chain. */
export function forwardErrorEstimate(spectrum: Spectrum, chain: ChainNorms, start: number): number {
  const s = log2Smallest(spectrum);
  const log2Largest = Math.log2(spectrum.largest);
  const j = chain.y.length;
  const terms = [start];
  for (let k = 1; k <= j; k++) {
    terms.push(log2Largest - (2 * k - 1) * s + chain.y[j - k]);
    terms.push(log2Largest - 2 * k * s + chain.z[j - k]);
  }
  return UNIT_ROUNDOFF * 2 ** (log2Sum(terms) - chain.last);
}

/** The class of an estimate; NaN is meaningless too. */
export function accuracyOf(estimate: number): Accuracy {
  if (estimate < 1e-3) return 'ok';
  return estimate < 1 ? 'inaccurate' : 'meaningless';
}

function log2Smallest(spectrum: Spectrum): number {
  return Math.log2(spectrum.smallest / SMALLEST_MARGIN);
}

function log2Sum(logs: readonly number[]): number {
  const top = Math.max(...logs);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (const log of logs) sum += 2 ** (log - top);
  return top + Math.log2(sum);
}
