/**
 * An iteration for M z = c with M symmetric positive definite and well conditioned, one step at a time from
 * z = 0. The residual is updated, not recomputed, so it goes to zero whatever rounding does; who needs the
 * true residual recomputes it and starts again (refinement.ts).
 */
export interface SpdIteration {
  /** The current iterate. Owned by the iteration, overwritten by the next step. */
  readonly z: Float64Array;
  /** ‖c − M z‖ as updated. */
  readonly residualNorm: number;
  /** κ(M) as far as the steps so far reveal it; 1 when the method learns nothing about it. */
  readonly conditionEstimate: number;
  /** One step; returns the norm of the change of z. */
  step(): number;
}
