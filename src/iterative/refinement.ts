/**
 * Least squares by correction: r = b − Ax, c = R⁻ᵀCAᵀr, M z = c, x ← x + C R⁻¹z. Recomputing the residual
 * and solving for the correction once more is what makes the answer backward stable.
 * Epperly, Meier & Nakatsukasa, arXiv 2406.03468.
 */
import { norm2 } from '../dense/vector';
import { backwardErrorBound, type LeastSquaresNorms } from './backwardError';
import type { PreconditionedGram } from './preconditionedGram';
import type { SpdIteration } from './spdIteration';
import { backwardErrorReached, firstStageDone, isExact, type Monitor, type StopReason } from './stopping';

/** Norms of A as given, from its factor. */
export interface MatrixNorms {
  readonly frobenius: number;
  readonly largest: number;
  readonly condition: number;
}

/** An approximate solution with all that is known about it. */
export interface Evaluated {
  readonly x: Float64Array;
  readonly residual: Float64Array;
  /** Aᵀ(b − Ax) */
  readonly gradient: Float64Array;
  /** R⁻ᵀC·gradient */
  readonly preconditioned: Float64Array;
  readonly norms: LeastSquaresNorms;
  readonly backwardError: number;
}

export interface RefinementResult {
  readonly best: Evaluated;
  readonly reason: StopReason;
}

const DIRECT_CORRECTIONS = 3;
const TEST_EVERY = 5;
const MAX_STAGES = 4;

export class LeastSquaresRefinement {
  constructor(
    private readonly M: PreconditionedGram,
    private readonly b: Float64Array,
    private readonly norms: MatrixNorms,
    private readonly monitor: Monitor,
  ) {}

  /**
   * R is a factor of A·C to rounding, M = I. Three corrections: with one fewer the backward error was 43u for
   * some A. The bound on it, which is never far below it, tells when they are not needed.
   */
  direct(x0: Float64Array): RefinementResult {
    let current = this.evaluate(x0);
    let best = current;
    for (let k = 0; k < DIRECT_CORRECTIONS && !isExact(best.backwardError); k++) {
      current = this.evaluate(this.corrected(current.x, current.preconditioned));
      if (!(current.backwardError > best.backwardError)) best = current;
      const reason = this.monitor.step(current.backwardError);
      if (reason !== null && k < DIRECT_CORRECTIONS - 1) return { best, reason };
    }
    return { best, reason: 'converged' };
  }

  /** R is a preconditioner: a first stage down to the rounding of its residual, then tested stages. */
  iterative(x0: Float64Array, start: (c: Float64Array) => SpdIteration): RefinementResult {
    const first = this.evaluate(x0);
    if (this.isDone(first)) return { best: first, reason: 'converged' };
    let { best, reason } = this.firstStage(first, start(first.preconditioned));
    for (let stage = 1; reason === 'converged' && stage < MAX_STAGES && !this.isDone(best); stage++) {
      const before = best.backwardError;
      ({ best, reason } = this.testedStage(best, start(best.preconditioned)));
      if (best.backwardError > 0.5 * before) {
        reason = reason === 'converged' ? 'stagnated' : reason;
      }
    }
    return { best, reason };
  }

  private isDone(candidate: Evaluated): boolean {
    return backwardErrorReached(candidate.backwardError, Number.POSITIVE_INFINITY, this.monitor.tolerance);
  }

  private firstStage(from: Evaluated, iteration: SpdIteration): RefinementResult {
    const { frobenius, largest, condition } = this.norms;
    const scale = {
      matrixNorm: largest,
      condition,
      solutionNorm: from.norms.solution,
      residualNorm: from.norms.residual,
    };
    const unit = frobenius * Math.hypot(from.norms.rightHandSide / frobenius, from.norms.solution);
    this.monitor.beginStage();
    let reason: StopReason | null = null;
    while (reason === null) {
      const update = iteration.step();
      const error = iteration.residualNorm / unit;
      reason = this.monitor.step(error, iteration.conditionEstimate);
      if (reason !== 'stopped' && firstStageDone(error, this.monitor.tolerance, update, scale)) {
        reason = 'converged';
      }
    }
    return { best: this.better(from, this.evaluate(this.corrected(from.x, iteration.z))), reason };
  }

  private testedStage(from: Evaluated, iteration: SpdIteration): RefinementResult {
    let best = from;
    let previous = from.backwardError;
    this.monitor.beginStage();
    for (;;) {
      let reason: StopReason | null = null;
      let update = 0;
      for (let k = 0; k < TEST_EVERY && reason === null; k++) {
        update = iteration.step();
        reason = this.monitor.step(previous, iteration.conditionEstimate);
      }
      const candidate = this.evaluate(this.corrected(from.x, iteration.z));
      best = this.better(best, candidate);
      if (backwardErrorReached(candidate.backwardError, previous, this.monitor.tolerance)) {
        return { best, reason: 'converged' };
      }
      previous = candidate.backwardError;
      if (reason !== null) return { best, reason };
      if (update === 0) return { best, reason: 'converged' };
    }
  }

  private better(a: Evaluated, b: Evaluated): Evaluated {
    return b.backwardError > a.backwardError ? a : b;
  }

  private corrected(x: Float64Array, z: Float64Array): Float64Array {
    const next = new Float64Array(x.length);
    this.M.toSolutionInto(next, z);
    for (let i = 0; i < next.length; i++) next[i] += x[i];
    return next;
  }

  private evaluate(x: Float64Array): Evaluated {
    const { operator } = this.M;
    const residual = new Float64Array(operator.rows);
    const gradient = new Float64Array(operator.columns);
    operator.residual(residual, gradient, x, this.b);
    const preconditioned = gradient.slice();
    this.M.gradientInPlace(preconditioned);
    const norms = {
      matrixFrobenius: this.norms.frobenius,
      rightHandSide: norm2(this.b, 0, this.b.length),
      solution: norm2(x, 0, x.length),
      residual: norm2(residual, 0, residual.length),
      gradient: norm2(gradient, 0, gradient.length),
      preconditionedGradient: norm2(preconditioned, 0, preconditioned.length),
    };
    return { x, residual, gradient, preconditioned, norms, backwardError: backwardErrorBound(norms) };
  }
}
