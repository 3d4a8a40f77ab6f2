/**
 * (G + Δ)z = c by dense Cholesky or by preconditioned conjugate gradients, both inside the same outer refinement.
 */
import { norm2 } from '../dense/vector';
import { ShiftedKernel } from '../iterative/gaussianOperator';
import {
  type InnerSolve,
  type InnerStep,
  type KernelProblem,
  type KernelSolution,
  refineKernel,
} from '../iterative/kernelRefinement';
import { SmoothedConjugateGradient } from '../iterative/smoothedConjugateGradient';
import { type Monitor, type StopReason, solvedTo } from '../iterative/stopping';
import type { AttentionMethod, ResultPreconditioner } from './attentionOptions';
import type { AttentionSystem } from './attentionSystem';
import { denseCost, FIRST_REVIEW, predictedSteps, stepCost } from './kernelCost';
import type { ChosenPreconditioner } from './usedPreconditioner';

export interface AttentionSolution extends KernelSolution {
  readonly method: AttentionMethod;
  readonly preconditioner: ResultPreconditioner;
  readonly rank: number;
  readonly traceResidual: number;
  /** κ(G + Δ), estimated. */
  readonly condition: number;
}

/** Reviews at 16, 24, 36, … steps. */
const REVIEW_GROWTH = 1.5;

/** @param sides - how many right-hand sides are solved for in a row. */
export function solveKernelSystem(
  system: AttentionSystem,
  problem: KernelProblem,
  monitor: Monitor,
  sides: number,
): AttentionSolution {
  const c = problem.b.map((entry, i) => problem.metric[i] * entry);
  const start = system.start(c);
  const digits = Math.max(1, wantedDigits(problem, c, monitor.tolerance) + Math.log(start?.level ?? 1));
  const chosen = system.preconditioner(digits, sides);
  const solution =
    chosen === 'dense'
      ? solveDense(system, problem, monitor)
      : solveIteratively(system, problem, monitor, chosen, digits, start?.z ?? null);
  if (solution.reason === 'converged') system.keep(c, solution.z);
  return solution;
}

function solveDense(system: AttentionSystem, problem: KernelProblem, monitor: Monitor): AttentionSolution {
  const inner = directInner((rho) => system.solveDenseInPlace(rho), monitor);
  return directSolution(
    refineKernel(problem, monitor, inner),
    system.geometry.size,
    system.denseFactor().condition,
  );
}

/** One step is one solve. */
export function directInner(solveInPlace: (rho: Float64Array) => void, monitor: Monitor): InnerSolve {
  return (rho, _, level) => {
    const delta = rho.slice();
    solveInPlace(delta);
    const stop = monitor.step(level);
    return { delta, reason: stop === 'stopped' ? stop : 'converged' };
  };
}

export function directSolution(solution: KernelSolution, size: number, condition: number): AttentionSolution {
  return { ...solution, method: 'direct', preconditioner: 'none', rank: size, traceResidual: 0, condition };
}

function solveIteratively(
  system: AttentionSystem,
  problem: KernelProblem,
  monitor: Monitor,
  chosen: ChosenPreconditioner,
  digits: number,
  start: Float64Array | null,
): AttentionSolution {
  const inner = new IterativeInner(system, monitor, chosen);
  const solve: InnerSolve = (rho, tolerance, level) => inner.solve(rho, tolerance, level);
  const solution = refineKernel(problem, monitor, solve, start);
  // the step limit is meant for an iteration that was asked for, not for what stands in for a factor
  if (chosen.kind === 'cholesky' && solution.reason === 'max-iterations') {
    return solveDense(system, problem, monitor);
  }
  if (inner.switched) return directSolution(solution, system.geometry.size, system.denseFactor().condition);
  const least = system.leastEigenvalue(inner.steps > 0 ? inner.smallestRitzValue : null, chosen);
  if (chosen.kind === 'afn' && inner.steps > 0) {
    system.remember(chosen, least, monitor.iterations / digits);
  }
  return {
    ...solution,
    method: 'pcg',
    preconditioner: chosen.kind,
    rank: chosen.rank,
    traceResidual: chosen.traceResidual,
    condition: system.conditionFrom(least),
  };
}

/** ln of the reduction wanted in the rescaled metric: ln(2·max(1, rms(1/w)·‖c‖/‖b‖)/tolerance), at most 60. */
function wantedDigits({ b, metric }: KernelProblem, c: Float64Array, tolerance: number): number {
  let inverseSq = 0;
  for (const w of metric) inverseSq += w > 0 ? 1 / w ** 2 : 0;
  const spread = (Math.sqrt(inverseSq / b.length) * norm2(c, 0, c.length)) / norm2(b, 0, b.length);
  return Math.min(60, Math.log((2 * Math.max(1, spread)) / tolerance));
}

class IterativeInner {
  /** The dense factorisation took over. */
  switched = false;
  /** Of the preconditioned operator, over all passes. */
  smallestRitzValue = 1;
  private largestRitzValue = 1;
  steps = 0;
  private review = FIRST_REVIEW;
  private readonly floored: ShiftedKernel;

  constructor(
    private readonly system: AttentionSystem,
    private readonly monitor: Monitor,
    private readonly chosen: ChosenPreconditioner,
  ) {
    this.floored = new ShiftedKernel(system.geometry.kernel, system.flooredShift());
  }

  solve(rho: Float64Array, tolerance: number, level: number): InnerStep {
    if (this.switched) return this.solveDense(rho, level);
    const iteration = new SmoothedConjugateGradient(this.floored, rho, this.chosen.apply);
    const start = iteration.residualNorm;
    this.monitor.beginStage();
    let reason: StopReason | null = null;
    while (reason === null) {
      const moved = iteration.step();
      this.steps++;
      const reduction = iteration.residualNorm / start;
      reason = this.monitor.step(level * reduction);
      this.noteSpectrum(iteration);
      if (reason !== 'stopped' && solvedTo(tolerance, iteration.residualNorm, start)) reason = 'converged';
      else if (reason === null && !moved) reason = 'stagnated';
      else if (reason === null && this.denseIsCheaper(reduction, tolerance)) {
        return this.changeToDense(iteration, level);
      }
    }
    return { delta: iteration.solution.slice(), reason };
  }

  private noteSpectrum(iteration: SmoothedConjugateGradient): void {
    const ritz = iteration.ritzValues;
    if (ritz === null) return;
    this.smallestRitzValue = Math.min(this.smallestRitzValue, ritz.smallest);
    this.largestRitzValue = Math.max(this.largestRitzValue, ritz.largest);
  }

  /** What is left, by the Ritz values so far, against a dense factorisation. */
  private denseIsCheaper(reduction: number, tolerance: number): boolean {
    const { settings, stored, scaled, size: n, holdsDense } = this.system.geometry;
    const free = settings.method === 'auto' && settings.preconditioner === 'auto' && holdsDense;
    if (!free || this.steps < this.review) return false;
    this.review = Math.ceil(REVIEW_GROWTH * this.review);
    const digits = Math.log(Math.max(reduction / tolerance, 1));
    const { largestRitzValue: largest, smallestRitzValue: smallest } = this;
    const left = predictedSteps(largest - smallest, smallest, digits);
    const shape = { n, d: scaled.points.dimension, stored };
    return left * stepCost(shape, this.chosen.rank) > denseCost(shape);
  }

  private changeToDense(iteration: SmoothedConjugateGradient, level: number): InnerStep {
    this.switched = true;
    const rest = this.solveDense(iteration.residual, level);
    const delta = rest.delta.map((entry, i) => entry + iteration.solution[i]);
    return { delta, reason: rest.reason };
  }

  private solveDense(rho: Float64Array, level: number): InnerStep {
    return directInner((delta) => this.system.solveDenseInPlace(delta), this.monitor)(rho, 0, level);
  }
}
