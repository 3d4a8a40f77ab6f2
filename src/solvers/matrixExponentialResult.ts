/**
 * What solveMatrixExponential returns.
 */
import type { MatrixExponentialMethod } from './matrixExponentialOptions';
import type { Accuracy } from './result';

export type MatrixExponentialStatus =
  /**
   * The iteration ended within `tolerance`, or with nothing but rounding left, and no avoidable cancellation spoilt x:
   * `errorEstimate` says what rounding leaves.
   */
  | 'converged'
  /** The step limit was reached first. */
  | 'max-iterations'
  /** 'chebyshev', 'taylor': the series cancels, and digits that A and b determine are lost. */
  | 'stagnated'
  /** `onIteration` returned false. */
  | 'stopped'
  /** Solved as far as doubles allow, but A·(1 ± 2⁻⁵²) may have any other answer. */
  | 'ill-conditioned';

export interface MatrixExponentialStats {
  /** The method used, never 'auto'. */
  readonly method: MatrixExponentialMethod;
  /** Steps, those behind the estimates and the choice of the method included. */
  readonly iterations: number;
  /** Passes over A. */
  readonly passes: number;
  /** The solution is x·exp(logScale): −smallestRitz for 'lanczos' and 'direct', 0 or less. */
  readonly logScale: number;
  /** Estimate of the relative error of x·exp(logScale) in the norm, meant as an upper bound; 1 and more: no digit. */
  readonly errorEstimate: number;
  readonly accuracy: Accuracy;
  /** ‖A‖² from below. Infinity beyond the range of doubles. */
  readonly normEstimate: number;
  /** The smallest eigenvalue of AᵀA, from above, as far as b has a part of it. */
  readonly smallestRitz: number;
  readonly seed: number | string;
}

export interface MatrixExponentialResult {
  /** Length d; the solution is x·exp(stats.logScale). */
  readonly x: Float64Array;
  readonly status: MatrixExponentialStatus;
  /** status === 'converged' */
  readonly converged: boolean;
  readonly stats: MatrixExponentialStats;
}
