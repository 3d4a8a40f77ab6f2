/**
 * Least squares by correction: r = b − Ax, c = R⁻ᵀCAᵀr, M z = c, x ← x + C R⁻¹z. Recomputing the residual
 * and solving for the correction once more is what makes the answer backward stable.
 * Epperly, Meier & Nakatsukasa, arXiv 2406.03468.
 */
import { zeros } from '../dense/smallArrays';
import { type Evaluated, Evaluator } from './evaluation';
import type { PreconditionedGram } from './preconditionedGram';
import type { SpdIteration } from './spdIteration';
import {
  backwardErrorReached,
  estimatePays,
  firstStageDone,
  isExact,
  isSpent,
  type Monitor,
  type StopReason,
  testDue,
} from './stopping';

/** Norms of A as given, from its factor. */
export interface MatrixNorms {
  readonly frobenius: number;
  readonly largest: number;
  readonly condition: number;
}

export interface RefinementResult {
  readonly best: Evaluated;
  readonly reason: StopReason;
}

/** Where a stage ended, better than its start or not. */
interface StageResult {
  readonly last: Evaluated;
  readonly reason: StopReason;
}

const DIRECT_CORRECTIONS = 3;
const MAX_STAGES = 6;

export class LeastSquaresRefinement {
  private readonly evaluator: Evaluator;

  constructor(
    private readonly M: PreconditionedGram,
    b: Float64Array,
    private readonly norms: MatrixNorms,
    private readonly monitor: Monitor,
  ) {
    this.evaluator = new Evaluator(M, b, norms.frobenius);
  }

  /**
   * R is a factor of A·C to rounding, M = I. Three corrections: with one fewer the backward error was 43u for
   * some A. The bound on it tells when they are not needed.
   */
  direct(x0: Float64Array): RefinementResult {
    const candidates = [this.evaluate(x0)];
    let current = candidates[0];
    let reason: StopReason | null = null;
    for (let k = 1; k <= DIRECT_CORRECTIONS && reason === null && !isExact(current.backwardErrorBound); k++) {
      current = this.corrected(current, current.preconditioned);
      candidates.push(current);
      const asked = this.monitor.step(current.backwardErrorBound);
      if (k < DIRECT_CORRECTIONS || asked === 'stopped') reason = asked;
    }
    return {
      best: isExact(current.backwardErrorBound) ? current : leastError(candidates),
      reason: reason ?? 'converged',
    };
  }

  /**
   * R is a preconditioner: a first stage down to the rounding of its residual, then tested stages. A stage
   * can do no better than κu of the residual it starts from; when it stagnates there, the next one goes on.
   */
  iterative(x0: Float64Array, start: (c: Float64Array) => SpdIteration): RefinementResult {
    const first = this.evaluate(x0);
    if (backwardErrorReached(first.backwardErrorBound, Number.POSITIVE_INFINITY, this.monitor.tolerance)) {
      return { best: first, reason: 'converged' };
    }
    // a stage goes on from where the one before it ended, also where the backward error of x0 is smaller:
    // one stage from x0 is not enough, however often it is repeated
    let { last, reason } = this.firstStage(first, start(first.preconditioned));
    let best = this.isDone(last) ? last : leastError([first, last]);
    for (let stage = 1; stage < MAX_STAGES && goesOn(reason) && !this.isDone(best); stage++) {
      ({ last, reason } = this.testedStage(last, start(last.preconditioned)));
      best = this.isDone(last) ? last : leastError([best, last]);
    }
    if (this.isDone(best) && goesOn(reason)) reason = 'converged';
    else if (reason === 'converged') reason = 'stagnated';
    return { best, reason };
  }

  private firstStage(from: Evaluated, iteration: SpdIteration): StageResult {
    const { frobenius, largest, condition } = this.norms;
    const { solution, residual, rightHandSide } = from.norms;
    const scale = { matrixNorm: largest, condition, solutionNorm: solution, residualNorm: residual };
    const unit = frobenius * Math.hypot(rightHandSide / frobenius, solution);
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
    return { last: this.corrected(from, iteration.z), reason };
  }

  private testedStage(from: Evaluated, iteration: SpdIteration): StageResult {
    const start = iteration.residualNorm;
    let previous = from.backwardErrorBound;
    let least: Evaluated | null = null;
    this.monitor.beginStage();
    for (;;) {
      const tested = iteration.residualNorm;
      let reason: StopReason | null = null;
      let update = 0;
      for (let k = 0; reason === null && !testDue(k, iteration.residualNorm, tested); k++) {
        update = iteration.step();
        reason = this.monitor.step(previous, iteration.conditionEstimate);
      }
      const candidate = this.corrected(from, iteration.z);
      const error = candidate.backwardErrorBound;
      const reached = backwardErrorReached(error, previous, this.monitor.tolerance);
      if (reached || (this.estimatePays && this.isDone(candidate))) {
        return { last: candidate, reason: reason === 'stopped' ? reason : 'converged' };
      }
      if (least === null || error < least.backwardErrorBound) least = candidate;
      const progress = { update, residual: iteration.residualNorm, start, error, previous };
      previous = error;
      if (reason !== null || isSpent(progress)) {
        return { last: leastError([least, candidate]), reason: reason ?? 'converged' };
      }
    }
  }

  /** The estimate, O(d³), is asked only where the bound does not decide. */
  private isDone(candidate: Evaluated): boolean {
    const reached = (error: number) => backwardErrorReached(error, error, this.monitor.tolerance);
    return reached(candidate.backwardErrorBound) || reached(candidate.backwardError);
  }

  private get estimatePays(): boolean {
    return estimatePays(this.M.size, this.M.operator.entries);
  }

  private corrected(from: Evaluated, z: Float64Array): Evaluated {
    const next = zeros(this.M.size);
    this.M.toSolutionInto(next, z);
    for (let i = 0; i < next.length; i++) next[i] += from.x[i];
    return this.evaluate(next);
  }

  private evaluate(x: Float64Array): Evaluated {
    return this.evaluator.evaluate(x);
  }
}

function goesOn(reason: StopReason): boolean {
  return reason === 'converged' || reason === 'stagnated';
}

/**
 * By the estimate itself, the first of equals: the cheap bound can order the candidates wrongly. An iterate
 * that has diverged along the last singular vectors has a backward error near σ_d/σ₁, and a huge residual.
 */
function leastError(candidates: readonly Evaluated[]): Evaluated {
  return candidates.reduce((best, next) => {
    const diverged = next.norms.residual > 2 * best.norms.residual;
    return next.backwardError < best.backwardError && !diverged ? next : best;
  });
}
