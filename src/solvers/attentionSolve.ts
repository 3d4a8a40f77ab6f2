/**
 * (G + Δ)z = c by dense Cholesky or by preconditioned conjugate gradients, both inside the same outer refinement.
 */
import { norm2 } from '../dense/vector';
import { ShiftedKernel } from '../iterative/gaussianOperator';
import {
  type InnerSolve,
  type KernelProblem,
  type KernelSolution,
  refineKernel,
} from '../iterative/kernelRefinement';
import { SmoothedConjugateGradient } from '../iterative/smoothedConjugateGradient';
import { type Monitor, type StopReason, solvedTo } from '../iterative/stopping';
import type { AttentionMethod, KernelPreconditioner } from './attentionOptions';
import type { AttentionSystem } from './attentionSystem';
import { denseCost, FIRST_REVIEW, stepCost } from './kernelCost';

export interface AttentionSolution extends KernelSolution {
  readonly method: AttentionMethod;
  readonly preconditioner: KernelPreconditioner;
  readonly rank: number;
  readonly traceResidual: number;
  readonly condition: number;
}

/** Reviews at 16, 24, 36, … steps. */
const REVIEW_GROWTH = 1.5;

export function solveKernelSystem(
  system: AttentionSystem,
  problem: KernelProblem,
  monitor: Monitor,
): AttentionSolution {
  return system.startsDense
    ? solveDense(system, problem, monitor)
    : solveIteratively(system, problem, monitor);
}

function solveDense(system: AttentionSystem, problem: KernelProblem, monitor: Monitor): AttentionSolution {
  const { condition } = system.denseFactor();
  const solution = refineKernel(problem, monitor, denseInner(system, monitor));
  return {
    ...solution,
    method: 'direct',
    preconditioner: 'none',
    rank: system.geometry.size,
    traceResidual: 0,
    condition,
  };
}

function denseInner(system: AttentionSystem, monitor: Monitor): InnerSolve {
  return (rho) => {
    const delta = rho.slice();
    system.solveDenseInPlace(delta);
    const stop = monitor.step(norm2(rho, 0, rho.length));
    return { delta, reason: stop === 'stopped' ? stop : 'converged' };
  };
}

function solveIteratively(
  system: AttentionSystem,
  problem: KernelProblem,
  monitor: Monitor,
): AttentionSolution {
  const digits = wantedDigits(problem, monitor.tolerance);
  const chosen = system.preconditioner(digits);
  if (chosen.preferDense && system.geometry.settings.method === 'auto')
    return solveDense(system, problem, monitor);
  const inner = new IterativeInner(system, monitor, chosen.apply);
  const solution = refineKernel(problem, monitor, (rho, tolerance) => inner.solve(rho, tolerance));
  return {
    ...solution,
    method: inner.switched ? 'direct' : 'pcg',
    preconditioner: chosen.kind,
    rank: inner.switched ? system.geometry.size : chosen.rank,
    traceResidual: inner.switched ? 0 : chosen.traceResidual,
    condition: inner.switched ? system.denseFactor().condition : inner.condition,
  };
}

/** ln of the reduction wanted in the rescaled metric: ln(2·max(1, rms(1/w)·‖c‖/‖b‖)/tolerance), at most 60. */
function wantedDigits({ b, metric }: KernelProblem, tolerance: number): number {
  let inverseSq = 0;
  for (const w of metric) inverseSq += w > 0 ? 1 / w ** 2 : 0;
  const c = b.map((entry, i) => metric[i] * entry);
  const spread = (Math.sqrt(inverseSq / b.length) * norm2(c, 0, c.length)) / norm2(b, 0, b.length);
  return Math.min(60, Math.log((2 * Math.max(1, spread)) / tolerance));
}

class IterativeInner {
  /** The dense factorisation took over. */
  switched = false;
  condition = 1;
  private steps = 0;
  private review = FIRST_REVIEW;
  private readonly floored: ShiftedKernel;

  constructor(
    private readonly system: AttentionSystem,
    private readonly monitor: Monitor,
    private readonly preconditioner: { applyInto(y: Float64Array, r: Float64Array): void },
  ) {
    this.floored = new ShiftedKernel(system.geometry.kernel, system.flooredShift());
  }

  solve(rho: Float64Array, tolerance: number): { delta: Float64Array; reason: StopReason } {
    if (this.switched) return this.solveDense(rho);
    const iteration = new SmoothedConjugateGradient(this.floored, rho, this.preconditioner);
    const start = iteration.residualNorm;
    this.monitor.beginStage();
    let reason: StopReason | null = null;
    while (reason === null) {
      const moved = iteration.step();
      this.steps++;
      const error = iteration.residualNorm / start;
      reason = this.monitor.step(error);
      const ritz = iteration.ritzValues;
      if (ritz !== null) this.condition = Math.max(this.condition, ritz.largest / ritz.smallest);
      if (reason !== 'stopped' && solvedTo(tolerance, iteration.residualNorm, start)) reason = 'converged';
      else if (reason === null && !moved) reason = 'stagnated';
      else if (reason === null && this.denseIsCheaper(error, tolerance)) return this.changeToDense(iteration);
    }
    return { delta: iteration.solution.slice(), reason };
  }

  /** What is left, by the condition number so far, against a dense factorisation. */
  private denseIsCheaper(error: number, tolerance: number): boolean {
    const { settings, kernel, scaled, size: n } = this.system.geometry;
    const free = settings.method === 'auto' && settings.preconditioner === 'auto';
    if (!free || this.steps < this.review) return false;
    this.review = Math.ceil(REVIEW_GROWTH * this.review);
    if (8 * n * n * (kernel.matrix === null ? 1 : 2) > settings.memoryBudget) return false;
    const root = Math.sqrt(this.condition);
    const rate = Math.log((root + 1) / Math.max(root - 1, 1e-8));
    const left = Math.log(Math.max(error / tolerance, 1)) / rate;
    const shape = { n, d: scaled.points.dimension, stored: kernel.matrix !== null };
    const rank = 0;
    return left * stepCost(shape, rank) > denseCost(shape);
  }

  private changeToDense(iteration: SmoothedConjugateGradient): { delta: Float64Array; reason: StopReason } {
    this.switched = true;
    const rest = this.solveDense(iteration.residual);
    const delta = rest.delta.map((entry, i) => entry + iteration.solution[i]);
    return { delta, reason: rest.reason };
  }

  private solveDense(rho: Float64Array): { delta: Float64Array; reason: StopReason } {
    return denseInner(this.system, this.monitor)(rho, 0);
  }
}
