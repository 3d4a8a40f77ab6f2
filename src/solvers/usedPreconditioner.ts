/**
 * A preconditioner made for one ridge and used for another: for shifts Δ = δI, M⁻¹(G + δI) has about g times the
 * condition number of M⁻¹(G + δ₀I), g the ratio of the least eigenvalues of G + δI and G + δ₀I.
 */
import type { Preconditioner } from '../iterative/smoothedConjugateGradient';
import type { ResultPreconditioner } from './attentionOptions';
import { kernelCosts } from './costModel';
import { type KernelShape, predictedSteps, productCost } from './kernelCost';
import type { KernelTask } from './preconditionerForecast';

export interface ChosenPreconditioner {
  readonly kind: ResultPreconditioner;
  readonly rank: number;
  readonly traceResidual: number;
  readonly apply: Preconditioner;
  /** λ_min(M) where it is known without asking. */
  readonly least?: number;
}

export interface UsedPreconditioner {
  readonly chosen: ChosenPreconditioner;
  /** δ₀ */
  readonly delta: number;
  /** λ_min(G + δ₀I), estimated. */
  readonly least: number;
  /** Steps it took for each natural digit; 0 for a complete factor. */
  readonly stepsPerDigit: number;
}

/** Predicted cost of a solve with shift δ by what was made for another. */
export function reuseCost(
  { chosen, delta, least, stepsPerDigit }: UsedPreconditioner,
  shape: KernelShape,
  { lambda, digits, sides }: KernelTask,
): number {
  // the least eigenvalue of G alone may be known to be nothing but rounding
  const other = Math.max(least - delta, 0) + lambda;
  const growth = Math.max(other / least, least / other);
  const steps = predictedSteps(growth - 1, 1, digits) + stepsPerDigit * digits * Math.sqrt(growth);
  const { triangle, factorPass } = kernelCosts();
  const application =
    chosen.kind === 'cholesky' ? triangle * shape.n ** 2 : 2 * factorPass * shape.n * chosen.rank;
  return sides * steps * (productCost(shape) + application);
}
