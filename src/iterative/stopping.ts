/**
 * When to stop: every comparison of a norm with a tolerance is here, together with what the caller sees of a
 * running iteration.
 */
import { SketchSolveError } from '../core/errors';

export const UNIT_ROUNDOFF = 2 ** -52;

/** What `onIteration` is told after every step. */
export interface IterationInfo {
  /** Steps so far, over all the chained solves. */
  readonly iteration: number;
  /** Which of the chained solves is running, from 0. */
  readonly solve: number;
  /**
   * What is compared with `tolerance`: the backward error estimate in least squares, the relative
   * preconditioned residual in a solve with AᵀA.
   */
  readonly error: number;
}

export type StopReason = 'converged' | 'max-iterations' | 'stagnated' | 'stopped' | 'bad-preconditioner';

export interface StoppingRules {
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly signal: AbortSignal | undefined;
  readonly onIteration: ((info: IterationInfo) => void | boolean) | undefined;
  /** Receives the error of every step when a history is wanted. */
  readonly history: number[] | undefined;
  /** Steps in which the error must halve, or the iteration has stagnated. Default 30. */
  readonly patience?: number;
}

export function abortedError(caller: string, iterations: number): SketchSolveError {
  return new SketchSolveError(
    'ABORTED',
    `${caller}: aborted by the caller's signal after ${iterations} steps`,
    { iterations },
  );
}

/** κ(A·R⁻¹) beyond which the sketch behind R is replaced: 4n rows give at most 4.3 in 300 draws. */
const LARGEST_PRECONDITIONED_CONDITION = 8;
const PATIENCE = 30;
const PROGRESS = 0.5;

/** Follows one solve: counts, reports, and decides. */
export class Monitor {
  iterations = 0;
  private solve = 0;
  private solveIterations = 0;
  private best = Number.POSITIVE_INFINITY;
  private bestAt = 0;

  constructor(
    private readonly caller: string,
    private readonly rules: StoppingRules,
  ) {}

  get tolerance(): number {
    return this.rules.tolerance;
  }

  /** The next of several chained solves begins: its limit counts from here. */
  beginSolve(solve: number): void {
    this.solve = solve;
    this.solveIterations = 0;
    this.beginStage();
  }

  /** A new stage with its own error scale: what was best so far does not count. */
  beginStage(): void {
    this.best = Number.POSITIVE_INFINITY;
    this.bestAt = this.iterations;
  }

  /** Throws ABORTED when the caller's signal was aborted. */
  checkSignal(): void {
    if (this.rules.signal?.aborted) throw abortedError(this.caller, this.iterations);
  }

  /** Counts a step with the given error; a reason to stop, or null. */
  step(error: number, preconditionedGramCondition = 1): StopReason | null {
    this.iterations++;
    this.solveIterations++;
    this.rules.history?.push(error);
    this.checkSignal();
    const info = { iteration: this.iterations, solve: this.solve, error };
    if (this.rules.onIteration?.(info) === false) return 'stopped';
    this.checkSignal();
    if (preconditionedGramCondition > LARGEST_PRECONDITIONED_CONDITION ** 2) return 'bad-preconditioner';
    if (this.solveIterations >= this.rules.maxIterations) return 'max-iterations';
    return this.stagnation(error);
  }

  private stagnation(error: number): StopReason | null {
    if (!Number.isFinite(error)) return 'stagnated';
    if (error < PROGRESS * this.best) {
      this.best = error;
      this.bestAt = this.iterations;
    }
    return this.iterations - this.bestAt >= (this.rules.patience ?? PATIENCE) ? 'stagnated' : null;
  }
}

/** The relative residual of a solve with M is small enough. */
export function solvedTo(tolerance: number, residualNorm: number, rightHandSideNorm: number): boolean {
  return residualNorm <= tolerance * rightHandSideNorm;
}

/** Norms at the start of a least-squares stage. */
export interface StageScale {
  readonly matrixNorm: number;
  readonly condition: number;
  readonly solutionNorm: number;
  readonly residualNorm: number;
}

/**
 * First stage of least squares: the error as updated is well below the tolerance, or further updates would
 * drown in the rounding of the residual the stage started from, ‖update‖ ≤ 10u(‖A‖‖x‖ + 0.04κ‖r‖).
 * Epperly, Meier & Nakatsukasa, arXiv 2406.03468.
 */
export function firstStageDone(
  error: number,
  tolerance: number,
  updateNorm: number,
  scale: StageScale,
): boolean {
  const { matrixNorm, condition, solutionNorm, residualNorm } = scale;
  const rounding = 10 * UNIT_ROUNDOFF * (matrixNorm * solutionNorm + 0.04 * condition * residualNorm);
  return error <= tolerance / 4 || updateNorm <= rounding;
}

/** Tolerances below this are at the level of rounding, where one test more is worth its pass. */
const LOOSE = 100 * UNIT_ROUNDOFF;

/** Least squares: done at a quarter of the tolerance, or below it at the second such test in a row. */
export function backwardErrorReached(error: number, previous: number, tolerance: number): boolean {
  return error <= tolerance / 4 || (error <= tolerance && (previous <= tolerance || tolerance >= LOOSE));
}

/** Steps between two tests, each of which is a pass over A, while the error falls slowly. */
const TEST_EVERY = 5;
/** A better preconditioner gets there in fewer steps: 4 with s = 4d rows of a sketch, 2 from 16d on. */
const TEST_REDUCTION = 1 / 16;

/** A tested stage: `steps` after a test its updated residual has fallen from `tested` to `residual`. */
export function testDue(steps: number, residual: number, tested: number): boolean {
  return steps >= TEST_EVERY || residual <= TEST_REDUCTION * tested;
}

/**
 * Whether the estimate of the backward error, d³ operations in blocks, costs less than the steps it may save: the
 * bound has a floor near u·√n that more steps do not lower.
 */
export function estimatePays(columns: number, entries: number): boolean {
  return columns ** 3 <= 4 * entries;
}

/** A tested stage at one of its tests. */
export interface StageProgress {
  readonly update: number;
  /** Norm of the updated residual, now and at the start of the stage. */
  readonly residual: number;
  readonly start: number;
  /** Backward error bound at this test and at the one before. */
  readonly error: number;
  readonly previous: number;
}

/** Residuals from here on are rounding of the one the stage started from, if the error does not fall either. */
const STAGE_REDUCTION = 1e-6;

/** Nothing is left in the updated residual of an iteration: only a recomputed one can help. */
export function isSpent({ update, residual, start, error, previous }: StageProgress): boolean {
  if (update === 0 || residual <= UNIT_ROUNDOFF * start) return true;
  return error >= PROGRESS * previous && residual <= STAGE_REDUCTION * start;
}

/** A backward error that no correction improves: below the rounding of x itself. */
export function isExact(error: number): boolean {
  return error <= UNIT_ROUNDOFF / 4;
}

/** The largest backward error still called 'converged' when the tolerance is below it. */
export const BACKWARD_STABLE = 20 * UNIT_ROUNDOFF;

export function isBackwardStable(error: number, tolerance: number): boolean {
  return error <= Math.max(tolerance, BACKWARD_STABLE);
}

/**
 * How far the next correction of a kernel solve is worth solving: half of what is missing at first, then what the
 * residual in the caller's metric still lacks, within 1e-8 … 0.1.
 */
export function nextInnerTolerance(tolerance: number, relativeResidual: number, pass: number): number {
  if (pass === 1) return Math.min(0.1, (0.5 * tolerance) / relativeResidual);
  return Math.min(0.1, Math.max(1e-8, (0.3 * tolerance) / relativeResidual));
}

/** A componentwise backward error that no correction in doubles improves, for n unknowns: 4u√n. */
export function isRounding(backwardError: number, n: number): boolean {
  return backwardError <= 4 * UNIT_ROUNDOFF * Math.sqrt(n);
}

/** An eigenvalue is known well enough, or to rounding. */
export function eigenvalueSettled(residual: number, value: number, accuracy: number): boolean {
  return residual <= Math.max(accuracy, 16 * UNIT_ROUNDOFF) * Math.abs(value);
}
