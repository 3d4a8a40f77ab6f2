/**
 * (G + Δ)z = c by outer refinement: the residual is recomputed with the exact operator and judged in the
 * metric of the caller's right-hand side, r = ρ/w. A residual that is small in the rescaled metric can be 10¹¹
 * times larger in the caller's.
 */
import { axpy, norm2 } from '../dense/vector';
import type { SymmetricOperator } from './smoothedConjugateGradient';
import { isRounding, type Monitor, nextInnerTolerance, type StopReason } from './stopping';

/** (G + Δ)z = c = w⊙b. */
export interface KernelProblem {
  /** With entries ≥ 0. */
  readonly operator: Pick<SymmetricOperator, 'size' | 'multiplyInto'>;
  readonly b: Float64Array;
  /** w: positive, or 0 where it underflows. */
  readonly metric: Float64Array;
  /** How often every equation counts in the norms; null or undefined for once. */
  readonly multiplicity?: Float64Array | null;
}

/** How good a z is. */
export interface KernelFigures {
  readonly z: Float64Array;
  /** r = b − w⁻¹(G + Δ)z */
  readonly residual: Float64Array;
  /** ‖r‖/‖b‖ */
  readonly relativeResidual: number;
  /** maxᵢ |ρ|ᵢ/((G + Δ)|z| + |c|)ᵢ */
  readonly backwardError: number;
}

export interface KernelSolution extends KernelFigures {
  readonly reason: StopReason;
}

/**
 * A correction for the residual ρ with ‖ρ − (G + Δ)δ‖ ≤ tolerance·‖ρ‖, or why there is none. `level` is the relative
 * residual it starts from.
 */
export type InnerSolve = (rho: Float64Array, tolerance: number, level: number) => InnerStep;

export interface InnerStep {
  readonly delta: Float64Array;
  readonly reason: StopReason;
}

const MAX_PASSES = 12;

/** @param start - taken for z where it leaves less than z = 0. Not modified. */
export function refineKernel(
  problem: KernelProblem,
  monitor: Monitor,
  inner: InnerSolve,
  start: Float64Array | null = null,
): KernelSolution {
  const n = problem.operator.size;
  let best = startingPoint(problem, start);
  let current = best;
  let reason: StopReason = best.relativeResidual <= monitor.tolerance ? 'converged' : 'stagnated';
  for (let pass = 1; pass <= MAX_PASSES && reason === 'stagnated'; pass++) {
    const level = best.relativeResidual;
    const step = inner(current.rho, nextInnerTolerance(monitor.tolerance, level, pass), level);
    const z = current.z.slice();
    axpy(z, 1, step.delta, n);
    const before = current.relativeResidual;
    current = evaluate(problem, z);
    if (current.relativeResidual < best.relativeResidual) best = current;
    if (current.relativeResidual <= monitor.tolerance) reason = 'converged';
    else if (step.reason === 'stopped' || step.reason === 'max-iterations') reason = step.reason;
    if (reason !== 'stagnated') break;
    if (pass >= 2 && isRounding(backwardErrorOf(problem, current), n)) break;
    // the first pass works in the rescaled metric, and may be no gain yet in the caller's
    if (pass >= 3 && !(current.relativeResidual < 0.5 * before)) break;
  }
  return { ...figuresOf(problem, best), reason };
}

/** Evaluates z with two products. */
export function kernelFigures(problem: KernelProblem, z: Float64Array): KernelFigures {
  return figuresOf(problem, evaluate(problem, z));
}

/** z with ρ = c − (G + Δ)z and what that is in the caller's metric. */
interface Evaluation extends Omit<KernelFigures, 'backwardError'> {
  readonly rho: Float64Array;
}

/** z = 0, which needs no product, or the start if it is better. */
function startingPoint(problem: KernelProblem, start: Float64Array | null): Evaluation {
  const { b, metric } = problem;
  const rho = b.map((entry, i) => metric[i] * entry);
  const zero = evaluation(problem, new Float64Array(b.length), rho);
  if (start === null) return zero;
  const given = evaluate(problem, start);
  return given.relativeResidual < zero.relativeResidual ? given : zero;
}

function evaluate(problem: KernelProblem, z: Float64Array): Evaluation {
  const { operator, b, metric } = problem;
  const rho = new Float64Array(z.length);
  operator.multiplyInto(rho, z);
  for (let i = 0; i < z.length; i++) rho[i] = metric[i] * b[i] - rho[i];
  return evaluation(problem, z, rho);
}

function evaluation(problem: KernelProblem, z: Float64Array, rho: Float64Array): Evaluation {
  const { b, metric } = problem;
  // where w underflowed, so did c: without a contribution of z all of b is left
  const residual = rho.map((entry, i) => {
    if (metric[i] > 0) return entry / metric[i];
    return entry === 0 ? b[i] : Number.POSITIVE_INFINITY;
  });
  const norm = weightedNorm(problem, residual);
  const relativeResidual = Number.isFinite(norm) ? norm / weightedNorm(problem, b) : Number.POSITIVE_INFINITY;
  return { z, rho, residual, relativeResidual };
}

function weightedNorm({ multiplicity }: KernelProblem, v: Float64Array): number {
  const weighted = multiplicity ? v.map((entry, i) => entry * Math.sqrt(multiplicity[i])) : v;
  return norm2(weighted, 0, v.length);
}

function figuresOf(problem: KernelProblem, evaluated: Evaluation): KernelFigures {
  const { z, residual, relativeResidual } = evaluated;
  return { z, residual, relativeResidual, backwardError: backwardErrorOf(problem, evaluated) };
}

function backwardErrorOf({ operator, b, metric }: KernelProblem, { z, rho }: Evaluation): number {
  const sizes = new Float64Array(z.length);
  operator.multiplyInto(sizes, z.map(Math.abs));
  let backwardError = 0;
  for (let i = 0; i < z.length; i++) {
    const size = sizes[i] + metric[i] * Math.abs(b[i]);
    if (rho[i] !== 0) backwardError = Math.max(backwardError, Math.abs(rho[i]) / size);
    // where w underflowed, so did c
    if (!(metric[i] > 0) && b[i] !== 0) backwardError = 1;
  }
  return backwardError;
}
