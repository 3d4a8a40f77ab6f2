/**
 * What every solver returns: x, a status, and figures that say how far x can be trusted.
 */
import type { Method } from './options';

export type SolveStatus =
  /**
   * Least squares: the backward error estimate is at most max(tolerance, 20u): x is exact for data that
   * differ from A and b by rounding. Powers of AᵀA: every chained solve reached its tolerance.
   */
  | 'converged'
  /** The step limit was reached first. */
  | 'max-iterations'
  /** No further progress short of the tolerance. */
  | 'stagnated'
  /** `onIteration` returned false. */
  | 'stopped'
  /** Solved as far as doubles allow, but the error estimate says that no digit of x can be relied on. */
  | 'ill-conditioned';

/** 'ok': forwardErrorEstimate < 1e-3; 'inaccurate': < 1; 'meaningless': ≥ 1. */
export type Accuracy = 'ok' | 'inaccurate' | 'meaningless';

export interface SolveStats {
  /** The method used, never 'auto'. */
  readonly method: Method;
  /** Corrections of a factoring method, steps of an iterative one, over all chained solves. */
  readonly iterations: number;
  /** Passes over A, the preparation included. */
  readonly passes: number;
  /** Norm of what the solver minimises, at x; for powers of AᵀA a factoring method evaluates it with R. */
  readonly residualNorm: number;
  /** residualNorm/‖b‖, 0 for b = 0. */
  readonly relativeResidual: number;
  /**
   * Least squares: estimate of the smallest change of A and b, relative to ‖A‖_F and ‖b‖, that makes x exact
   * (Karlson & Waldén). Powers of AᵀA: residual over ‖A‖²ʲ‖x‖ + ‖b‖. Odd powers: the larger of both.
   */
  readonly backwardError: number;
  /** Estimate of κ₂(A), columns as given. */
  readonly conditionEstimate: number;
  /** Estimate of ‖x − x*‖/‖x‖, meant as an upper bound; 1 and more: x* may be anything. */
  readonly forwardErrorEstimate: number;
  readonly accuracy: Accuracy;
  /** Numerical rank of A: d, or less with `minNorm`. */
  readonly rank: number;
  /** Rows of the sketch in use; 0 when A was factored itself. */
  readonly sketchSize: number;
  /** Sketches drawn anew because one was bad. */
  readonly resketches: number;
  /** x is to be multiplied by exp(logScale); 0 here. */
  readonly logScale: number;
  readonly seed: number | string;
  /** With `history`: the error after every step, as in {@link IterationInfo}. */
  readonly residualHistory?: readonly number[];
}

export interface SolveResult {
  /** Length d. */
  readonly x: Float64Array;
  readonly status: SolveStatus;
  /** status === 'converged' */
  readonly converged: boolean;
  readonly stats: SolveStats;
}
