/**
 * What a Newton step is made of: the diagonal of the Hessian AᵀDA, and something that solves with it.
 */
import type { Seed } from '../random/seed';
import type { HessianSketch } from './regressionOptions';

/** The diagonal of the Hessian AᵀDA. */
export interface HessianDiagonal {
  /** D. */
  readonly curvature: Float64Array;
  /** D with what is not positive replaced. */
  readonly weights: Float64Array;
  /** Whether they differ. */
  readonly isModified: boolean;
}

export interface DirectionSolver {
  /**
   * s ← −(AᵀDA)⁻¹g, more or less, where AᵀDA is positive definite; else with the weights for D. Keeping to D where
   * possible is what makes the end quadratic: with the weights throughout, problems with rows that are not convex
   * at the minimum took 50 to 80 steps. False when the weights leave no usable factor.
   *
   * @param criterion - of the step before, 1 at first.
   * @throws RANK_DEFICIENT
   */
  solveInto(s: Float64Array, g: Float64Array, D: HessianDiagonal, criterion: number): boolean;
  /** The step length to try first. */
  readonly firstLength: number;
  /** Steps of conjugate gradients so far. */
  readonly innerIterations: number;
  /** Rows of the last sketch, 0 before there was one. */
  readonly sketchSize: number;
}

export interface DirectionSettings {
  readonly caller: string;
  readonly seed: Seed;
  /** The caller's, or undefined for the default of the method. */
  readonly sketchSize: number | undefined;
  readonly hessianSketch: HessianSketch;
}
