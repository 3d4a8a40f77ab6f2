/**
 * What the traces of a growing pivoted Cholesky factor predict: the cost, to the end of the solve, of
 * preconditioning with it at any rank, of AFN, and of a dense factorisation.
 */
import type { GaussianPoints } from '../precondition/gaussianPoints';
import { residualLocality } from '../precondition/locality';
import type { PivotedCholesky } from '../precondition/pivotedCholesky';
import { sampleWithoutReplacement } from '../random/distributions';
import { type Seed, streamKey } from '../random/seed';
import {
  afnLandmarks,
  afnSetupCost,
  afnStepCost,
  type KernelShape,
  penalised,
  predictedAfnSteps,
  predictedSteps,
  setupCost,
  stepCost,
} from './kernelCost';

export const AFN_NEIGHBOURS = 20;
/** Columns the factor has when the locality of the residual is measured, and the rows it is measured on. */
export const LOCALITY_RANK = 50;
const LOCALITY_ROWS = 32;
/** Clusters in 100 dimensions have 0.15 to 0.23, digits 0.3, clouds and manifolds 0.5 to 0.9. */
const LEAST_LOCALITY = 0.26;
/**
 * Least eigenvalue of what pivoted Cholesky leaves, over the mean one: 0.005 to 0.008 measured on digits and
 * clouds, whose residual lies between near neighbours, 0.1 to 0.15 on clusters in many dimensions.
 */
const LEAST_EIGENVALUE_LOCAL = 0.006;
const LEAST_EIGENVALUE_SPREAD = 0.1;

/** What has to be solved. */
export interface KernelTask {
  /** min Δ */
  readonly lambda: number;
  /** Natural logarithm of the reduction of the residual. */
  readonly digits: number;
  /** Right-hand sides. */
  readonly sides: number;
}

export interface Candidate {
  readonly rank: number;
  /** Nanoseconds. */
  readonly cost: number;
}

export const NO_CANDIDATE: Candidate = { rank: 0, cost: Number.POSITIVE_INFINITY };

export class PreconditionerForecast {
  /** Above LEAST_LOCALITY the residual lies between near neighbours. */
  private readonly locality: number;

  /** @param factor - with at least LOCALITY_RANK columns, unless it is exhausted. Seen as it grows. */
  constructor(
    points: GaussianPoints,
    private readonly factor: PivotedCholesky,
    private readonly shape: KernelShape,
    seed: Seed,
  ) {
    const rows = sampleWithoutReplacement(
      shape.n,
      Math.min(shape.n, LOCALITY_ROWS),
      streamKey(seed, 'locality'),
    );
    this.locality = residualLocality(points, factor, rows);
  }

  /** Cost with the first k columns of the factor, those it has not got yet included. */
  pivoted(k: number, task: KernelTask): number {
    const steps = penalised(this.steps(k, task));
    return (
      setupCost(this.shape, Math.min(this.factor.rank, k), k) + task.sides * steps * stepCost(this.shape, k)
    );
  }

  /** The number of landmarks, at most `limit`, with which AFN is cheapest. */
  afn(limit: number, { lambda, sides }: KernelTask): Candidate {
    const { n } = this.shape;
    const middle = afnLandmarks(n);
    if (this.factor.exhausted || middle / 2 > limit || this.locality < LEAST_LOCALITY) return NO_CANDIDATE;
    return [middle / 2, middle, 2 * middle, 4 * middle]
      .map((landmarks) => Math.ceil(Math.min(landmarks, limit)))
      .map((rank) => {
        const condition = (this.residualNorm(rank) + lambda) / lambda;
        const steps = penalised(predictedAfnSteps(n, rank, this.locality, condition));
        const setup = afnSetupCost(this.shape, this.factor.rank, rank, AFN_NEIGHBOURS);
        return { rank, cost: setup + sides * steps * afnStepCost(this.shape, rank, AFN_NEIGHBOURS) };
      })
      .reduce((a, b) => (b.cost < a.cost ? b : a), NO_CANDIDATE);
  }

  /**
   * Steps with rank k: conjugate gradients treat the l largest eigenvalues left as outliers, at 1.5 steps
   * each, and the rest at the rate of its condition number.
   */
  private steps(k: number, { lambda, digits }: KernelTask): number {
    const { traces, rank } = this.factor;
    // where the ridge is smaller, the least eigenvalue of G takes its place: below what any rank leaves
    const share = this.locality < LEAST_LOCALITY ? LEAST_EIGENVALUE_SPREAD : LEAST_EIGENVALUE_LOCAL;
    const least = Math.max(lambda, (share * traces[rank]) / this.shape.n);
    let best = Number.POSITIVE_INFINITY;
    for (let l = 0; l <= 4096; l = Math.max(l + 1, Math.floor(1.3 * l))) {
      const steps = 1.5 * l + predictedSteps(this.residualNorm(k + l), least, digits);
      best = Math.min(best, steps);
      if (1.5 * l > best) break;
    }
    return best;
  }

  /** Norm of G − FFᵀ at rank k from the traces: tr·(−d log tr/dk), continued as a power law beyond the factor. */
  private residualNorm(k: number): number {
    const { traces, rank } = this.factor;
    const { n } = this.shape;
    if (k >= n) return 0;
    const at = Math.min(k, rank);
    const back = Math.max(0, Math.floor(0.75 * at) - 1);
    const trace = Math.max(traces[at], n * 2 ** -52);
    const slope = Math.log(Math.max(traces[back], trace) / trace) / Math.max(1, at - back);
    const norm = Math.max(trace * slope, trace / n);
    if (k <= rank) return norm;
    const power = 1 + slope * at;
    return Math.max(norm * (at / k) ** power, n * 2 ** -52);
  }
}
