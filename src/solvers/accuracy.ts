/**
 * How far the relative error of x can be: an estimate in logarithms, since κ^2j leaves the range of doubles
 * long before the solves do. With y₀ the start of the chain, z_i = R⁻ᵀy_{i−1}, y_i = R⁻¹z_i:
 *
 *   1/‖y_j‖ · { Σ_{k=1..j} [ u·σ₁σ_d^(1−2k)‖y_{j−k+1}‖ + (u·σ₁/σ_d + τ)σ_d^(1−2k)‖z_{j−k+1}‖ ] + start } + 20ju
 *
 * with τ the relative residual that an iterative solve left. start = u·σ_d^(−2j)‖b‖ for a rounded b, and for
 * a y₀ from least squares with backward error η
 * η·{ σ_d^(−2j−1)(‖A‖‖y₀‖ + ‖b‖) + σ₁σ_d^(−2j−2)‖b − Ay₀‖ }, which for j = 0 is Wedin's bound.
 */
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import type { Accuracy } from './result';

/** ‖M⁻¹‖ for the smallest sketches the iterations are used with. */
const INVERSE_NORM = 4;
const ROUNDING_PER_SOLVE = 20 * UNIT_ROUNDOFF;

/** log₂ of the norms along a chain of solves. */
export interface ChainNorms {
  /** log₂‖z_i‖, i = 1 … j */
  readonly z: readonly number[];
  /** log₂‖y_i‖, i = 1 … j */
  readonly y: readonly number[];
  /** Relative residual of solve i, 0 for a factoring method, 1 for a solve given up. */
  readonly residuals: readonly number[];
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
  /** Not above σ_d. */
  readonly smallest: number;
}

/** log₂ of the start term for a power of AᵀA: b is known to a relative u. */
export function roundedStart(j: number, spectrum: Spectrum, log2B: number): number {
  return Math.log2(UNIT_ROUNDOFF) + log2B - 2 * j * Math.log2(spectrum.smallest);
}

/** log₂ of the start term for an odd power with a backward error of u, relative to ‖A‖₂. */
export function leastSquaresStart(j: number, spectrum: Spectrum, start: LeastSquaresStart): number {
  const s = Math.log2(spectrum.smallest);
  const terms = log2Sum([
    Math.log2(start.matrixTimesSolution) - (2 * j + 1) * s,
    Math.log2(start.rightHandSide) - (2 * j + 1) * s,
    Math.log2(spectrum.largest) + Math.log2(start.residual) - (2 * j + 2) * s,
  ]);
  return Math.log2(UNIT_ROUNDOFF) + terms;
}

/** log₂ of the factor by which a backward error raises that term; it counts from u on. */
export function log2Excess(backwardError: number): number {
  return Math.log2(Math.max(1, backwardError / UNIT_ROUNDOFF));
}

/** The same chain with every solve to rounding: what the problem itself does to the error. */
export function exactSolves(chain: ChainNorms): ChainNorms {
  return { ...chain, residuals: chain.residuals.map(() => 0) };
}

/** Estimate of ‖x − x*‖/‖x‖ at the end of the chain. */
export function forwardErrorEstimate(spectrum: Spectrum, chain: ChainNorms, start: number): number {
  const s = Math.log2(spectrum.smallest);
  const perSolve = UNIT_ROUNDOFF * spectrum.largest;
  const j = chain.y.length;
  const terms = [start];
  for (let k = 1; k <= j; k++) {
    const inner = perSolve / spectrum.smallest + INVERSE_NORM * chain.residuals[j - k];
    terms.push(Math.log2(perSolve) - (2 * k - 1) * s + chain.y[j - k]);
    terms.push(Math.log2(inner) - (2 * k - 1) * s + chain.z[j - k]);
  }
  return 2 ** (log2Sum(terms) - chain.last) + ROUNDING_PER_SOLVE * j;
}

/** The class of an estimate; NaN is meaningless too. */
export function accuracyOf(estimate: number): Accuracy {
  if (estimate < 1e-3) return 'ok';
  return estimate < 1 ? 'inaccurate' : 'meaningless';
}

function log2Sum(logs: readonly number[]): number {
  if (logs.length === 1) return logs[0];
  const top = Math.max(...logs);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (const log of logs) sum += 2 ** (log - top);
  return top + Math.log2(sum);
}
