/**
 * What the methods of solveMatrixExponential share: the checked problem, its scale, and the form of their findings.
 */
import type { TallMatrix } from '../core/csr';
import { exponentialEnd } from '../iterative/bidiagonalExponential';
import { Lanczos } from '../iterative/lanczos';
import { type Monitor, type StopReason, UNIT_ROUNDOFF } from '../iterative/stopping';
import type { TallOperator } from '../iterative/tallOperator';
import { wordAt } from '../random/counter';
import { type Seed, streamKey } from '../random/seed';
import type { MatrixExponentialMethod } from './matrixExponentialOptions';

/** exp(−tAᵀA)b with t = 4^exponent. */
export interface ExponentialProblem {
  readonly caller: string;
  readonly A: TallMatrix;
  readonly operator: TallOperator;
  readonly exponent: number;
  /** ‖b‖ = 1. */
  readonly b: Float64Array;
  readonly seed: Seed;
  readonly monitor: Monitor;
}

/** exp(−tAᵀA)b = x·exp(−t·shift). */
export interface ExponentialFindings {
  readonly method: MatrixExponentialMethod;
  readonly x: Float64Array;
  readonly shift: number;
  readonly reason: StopReason;
  readonly errorEstimate: number;
  /** Extreme eigenvalues of AᵀA, from within. */
  readonly smallest: number;
  readonly largest: number;
}

/** √(t·value) */
export function scaledRoot(value: number, exponent: number): number {
  return Math.sqrt(value) * 2 ** exponent;
}

/**
 * Rounding in a method that applies A and Aᵀ, or factors A, as an error of A of size u‖A‖: relative to ‖x‖ at most about
 * u·√t‖A‖(1 + √(tλ))·loss, λ the smallest eigenvalue, loss = ‖b‖/‖x‖ with x shifted by λ. Measured: 1/2 to 1/1000 of this.
 */
export function roundingEstimate(exponent: number, loss: number, smallest: number, largest: number): number {
  const slope = scaledRoot(largest, exponent) * (1 + scaledRoot(smallest, exponent));
  return 8 * UNIT_ROUNDOFF * (2 + slope) * loss;
}

/** A start vector that has a part of every eigenvector, as good as certainly. */
export function randomStart(seed: Seed, d: number): Float64Array {
  const key = streamKey(seed, 'matrix exponential');
  return Float64Array.from({ length: d }, (_, j) => (wordAt(key, j, 0) + 0.5) * 2 ** -31);
}

export interface SpectrumBounds {
  /** Extreme Ritz values: within the spectrum. */
  readonly smallest: number;
  readonly largest: number;
  /** Below the smallest eigenvalue but for one start in 10⁶. */
  readonly low: number;
  /** After ten steps safely above the largest eigenvalue: Ritz value plus residual (Zhou & Li 2011). */
  readonly high: number;
}

/** ln(1.648·10⁶) */
const LOG_FAILURES = 14.3;

/**
 * By Lanczos from a random start: θ₁ − λ₁ > ε(λ_d − λ₁) with probability below 1.648√d·exp(−(2k − 1)√ε).
 * Kuczyński & Woźniakowski, SIMAX 13(4), 1992, theorem 4.2.
 */
export function spectrumBounds(problem: ExponentialProblem, steps: number): SpectrumBounds {
  const { operator, seed, monitor } = problem;
  const d = operator.columns;
  const lanczos = new Lanczos(operator, randomStart(seed, d));
  while (!lanczos.complete && lanczos.size < steps) {
    lanczos.step();
    monitor.checkSignal();
  }
  const { smallest, largest } = exponentialEnd(lanczos, 0);
  const high = (largest + lanczos.coupling) * (1 + 100 * UNIT_ROUNDOFF);
  const root = (LOG_FAILURES + 0.5 * Math.log(d)) / (2 * lanczos.size - 1);
  const missed = lanczos.complete ? 0 : root ** 2 * high;
  const low = Math.max(0, smallest - missed - 100 * UNIT_ROUNDOFF * lanczos.size * high);
  return { smallest, largest, low, high };
}
