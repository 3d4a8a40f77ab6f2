/**
 * What the exp, cosh and sinh regressions return.
 */
import type { RegressionMethod } from './regressionOptions';

export type RegressionStatus =
  /** criterion ≤ tolerance, in the norm and entry by entry, at a local minimum, the global one if `stats.global`. */
  | 'converged'
  /** criterion ≤ tolerance at a stationary point with a direction of negative curvature: no minimum. */
  | 'saddle'
  /** The objective or its derivatives leave the range of doubles at the start, whatever it is scaled by. */
  | 'overflow'
  /** No step along a direction of descent lowers the objective: rounding has used up what there was to gain. */
  | 'line-search'
  /** The criterion did not halve in 8 steps, as where the infimum is not attained (exp with w = 0 and b ≤ 0). */
  | 'stagnated'
  /** The step limit was reached first. */
  | 'max-iterations'
  /** `onIteration` returned false. */
  | 'stopped';

export interface RegressionStats {
  /** The method used, never 'auto'. */
  readonly method: RegressionMethod;
  /** Newton systems solved, each followed by a step. */
  readonly iterations: number;
  /** Steps of conjugate gradients over all systems. */
  readonly innerIterations: number;
  /** Passes over A; forming AᵀDA counts as one. */
  readonly passes: number;
  /**
   * κ(√|D|·A) at x, D the curvatures of the rows, within a factor 3: the relative error of x can reach this times a few
   * 2⁻⁵², and as many times `tolerance` for 'sketch'. Rows far above the others in size make it large.
   */
  readonly conditionEstimate: number;
  /** ½‖f(Ax) − b‖² + ½‖diag(w)Ax‖² at x; not finite with status 'overflow'. */
  readonly value: number;
  /** Norm of its gradient with respect to x. */
  readonly gradientNorm: number;
  /** What is compared with `tolerance`, before the last step; 1 without a step. */
  readonly criterion: number;
  /** ‖f(Ax) − b‖. */
  readonly residualNorm: number;
  /** w is large enough for b in every row that the objective is convex in Ax. */
  readonly convex: boolean;
  /** Converged and convex: there is no lower value. */
  readonly global: boolean;
  /** Rows of the last sketch; 0 when none was drawn, or √D·A had no more rows than it would. */
  readonly sketchSize: number;
  readonly seed: number | string;
  /** With `history`: the criterion at every step. */
  readonly criterionHistory?: readonly number[];
}

export interface RegressionResult {
  /** Length d. */
  readonly x: Float64Array;
  readonly status: RegressionStatus;
  /** status === 'converged' */
  readonly converged: boolean;
  readonly stats: RegressionStats;
}
