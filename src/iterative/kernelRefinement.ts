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

/** A correction for the residual ρ with ‖ρ − (G + Δ)δ‖ ≤ tolerance·‖ρ‖, or why there is none. */
export type InnerSolve = (
  rho: Float64Array,
  tolerance: number,
) => { readonly delta: Float64Array; readonly reason: StopReason };

const MAX_PASSES = 12;

export function refineKernel(problem: KernelProblem, monitor: Monitor, inner: InnerSolve): KernelSolution {
  const { operator, b } = problem;
  const n = operator.size;
  let best = kernelFigures(problem, new Float64Array(n));
  let current = best;
  let reason: StopReason = 'stagnated';
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    const rho = rescaledResidual(problem, current.z);
    const step = inner(rho, nextInnerTolerance(monitor.tolerance, best.relativeResidual, pass));
    const z = current.z.slice();
    axpy(z, 1, step.delta, n);
    const before = current.relativeResidual;
    current = kernelFigures(problem, z);
    if (current.relativeResidual < best.relativeResidual) best = current;
    if (current.relativeResidual <= monitor.tolerance) reason = 'converged';
    else if (step.reason === 'stopped' || step.reason === 'max-iterations') reason = step.reason;
    if (reason !== 'stagnated') break;
    if (pass >= 2 && isRounding(current.backwardError, b.length)) break;
    // the first pass works in the rescaled metric, and may be no gain yet in the caller's
    if (pass >= 3 && !(current.relativeResidual < 0.5 * before)) break;
  }
  return { ...best, reason };
}

/** ρ = c − (G + Δ)z */
function rescaledResidual({ operator, b, metric }: KernelProblem, z: Float64Array): Float64Array {
  const rho = new Float64Array(z.length);
  operator.multiplyInto(rho, z);
  for (let i = 0; i < z.length; i++) rho[i] = metric[i] * b[i] - rho[i];
  return rho;
}

/** Evaluates z with two products. */
export function kernelFigures(problem: KernelProblem, z: Float64Array): KernelFigures {
  const { operator, b, metric } = problem;
  const rho = rescaledResidual(problem, z);
  const sizes = new Float64Array(z.length);
  operator.multiplyInto(sizes, z.map(Math.abs));
  const residual = new Float64Array(z.length);
  let backwardError = 0;
  for (let i = 0; i < z.length; i++) {
    const size = sizes[i] + metric[i] * Math.abs(b[i]);
    if (rho[i] !== 0) backwardError = Math.max(backwardError, Math.abs(rho[i]) / size);
    if (metric[i] > 0) {
      residual[i] = rho[i] / metric[i];
    } else {
      // where w underflowed, so did c: without a contribution of z all of b is left
      residual[i] = rho[i] === 0 ? b[i] : Number.POSITIVE_INFINITY;
      if (b[i] !== 0) backwardError = 1;
    }
  }
  const norm = norm2(residual, 0, residual.length);
  const relativeResidual = Number.isFinite(norm) ? norm / norm2(b, 0, b.length) : Number.POSITIVE_INFINITY;
  return { z, residual, relativeResidual, backwardError };
}
