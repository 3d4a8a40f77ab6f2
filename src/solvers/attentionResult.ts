/**
 * What the attention kernel solvers return.
 */
import type { AttentionMethod, ResultPreconditioner } from './attentionOptions';

export type AttentionKernelStatus =
  /** `relativeResidual` ≤ tolerance. */
  | 'converged'
  /**
   * Equal rows without a ridge: entries of b that differ within a group are out of reach. x is the minimum-norm
   * solution of least residual, to the tolerance.
   */
  | 'least-squares'
  /** Method 'sketch': solved on ZZᵀ as far as it goes, which is not `tolerance` on K. */
  | 'proxy-only'
  /** The residual is rounding relative to K|x| + |b|, but not small relative to ‖b‖. */
  | 'backward-stable'
  /** K is singular to working precision for this b: more steps or digits would not help, a ridge would. */
  | 'ill-posed'
  /** The step limit was reached first. */
  | 'max-iterations'
  /** `onIteration` returned false. */
  | 'stopped';

export interface AttentionKernelStats {
  /** The method used, never 'auto'. */
  readonly method: AttentionMethod;
  readonly preconditioner: ResultPreconditioner;
  /** Columns of the preconditioner, or of the features of 'sketch'; n for 'direct'. */
  readonly rank: number;
  /** Trace of the Gaussian kernel minus that of its low-rank approximation; 0 for 'direct'. */
  readonly traceResidual: number;
  readonly iterations: number;
  /** Products with the n × n kernel. */
  readonly products: number;
  /** ‖b − Kx‖ with the exact operator, ridge included, in the metric of b. */
  readonly residualNorm: number;
  /** residualNorm/‖b‖, never above 1; 0 for b = 0. */
  readonly relativeResidual: number;
  /** maxᵢ |b − Kx|ᵢ/(K|x| + |b|)ᵢ, ridge included. */
  readonly backwardError: number;
  /**
   * Estimate of the condition number of the rescaled kernel G + Δ: within a factor 2 of it for 'direct', mostly 0.8 to
   * 7 times it for 'pcg' that converged. Of ZZᵀ + Δ for 'sketch'. NaN where causal: not estimated.
   */
  readonly conditionEstimate: number;
  /** The solution is x·exp(logScale). */
  readonly logScale: number;
  /** Method 'sketch' only: the relative residual on the proxy ZZᵀ. */
  readonly proxyResidual?: number;
  /** Method 'sketch' only: why ZZᵀ is a poor proxy of this kernel, where it is. */
  readonly warning?: string;
  readonly seed: number | string;
}

export interface AttentionKernelResult {
  /** Length n; multiply by exp(stats.logScale). */
  readonly x: Float64Array;
  readonly status: AttentionKernelStatus;
  /** status === 'converged': relativeResidual ≤ tolerance. */
  readonly converged: boolean;
  readonly stats: AttentionKernelStats;
}
