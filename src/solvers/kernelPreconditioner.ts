/**
 * The preconditioner of an attention kernel: forced by the caller, or of the rank that the traces of a growing
 * pivoted Cholesky factor recommend.
 */
import { SketchSolveError } from '../core/errors';
import type { Preconditioner } from '../iterative/smoothedConjugateGradient';
import { FactorizedNystrom } from '../precondition/factorizedNystrom';
import type { GaussianPoints } from '../precondition/gaussianPoints';
import { residualLocality } from '../precondition/locality';
import { uniformNystrom } from '../precondition/nystrom';
import { PivotedCholesky } from '../precondition/pivotedCholesky';
import { type LowRankFactor, woodbury } from '../precondition/woodbury';
import { wordAt } from '../random/counter';
import { sampleWithoutReplacement } from '../random/distributions';
import { streamKey } from '../random/seed';
import type { AttentionSettings, KernelPreconditioner } from './attentionOptions';
import {
  afnLandmarks,
  afnSetupCost,
  denseCost,
  FIRST_REVIEW,
  type KernelShape,
  penalised,
  predictedAfnSteps,
  predictedSteps,
  setupCost,
  stepCost,
} from './kernelCost';

export interface ChosenPreconditioner {
  readonly kind: KernelPreconditioner;
  readonly rank: number;
  readonly traceResidual: number;
  readonly apply: Preconditioner;
  /** A dense factorisation is predicted to be cheaper than the iteration. */
  readonly preferDense: boolean;
}

const FORCED_RANK = 200;
const AFN_NEIGHBOURS = 20;
/**
 * Least eigenvalue of what pivoted Cholesky leaves, over the mean one: 0.005 to 0.008 measured on digits and
 * clouds, whose residual lies between near neighbours, 0.1 to 0.15 on clusters in many dimensions.
 */
const LEAST_EIGENVALUE_LOCAL = 0.006;
const LEAST_EIGENVALUE_SPREAD = 0.1;
/** Rows that the locality of the residual is judged by, and the least that AFN is tried with. */
const LOCALITY_ROWS = 16;
const LOCALITY_RANK = 50;
const LEAST_LOCALITY = 0.35;
const FIRST_RANKS = [8, 16, 24];
const GROWTH = 1.34;
const LARGEST_RANK = 3000;
/** Trace left after eight pivots at which the kernel is flat: nothing that a few columns could catch. */
const FLAT = 12;

/** Serves every ridge of one kernel: the pivoted Cholesky factor is kept and extended. */
export class PreconditionerChooser {
  private readonly factor: PivotedCholesky;
  private measuredLocality: number | null = null;

  constructor(
    private readonly caller: string,
    private readonly points: GaussianPoints,
    private readonly shape: KernelShape,
    private readonly settings: AttentionSettings,
  ) {
    const key = streamKey(settings.seed, 'pivoted-cholesky');
    this.factor = new PivotedCholesky(points, (i, k) => wordAt(key, i, k));
  }

  /** @param digits - natural logarithm of the reduction of the residual that is wanted. */
  choose(shift: Float64Array, digits: number): ChosenPreconditioner {
    const { preconditioner } = this.settings;
    if (preconditioner === 'auto') return this.automatic(shift, digits);
    if (preconditioner === 'none') return this.diagonal(shift);
    const rank = this.affordable(Math.min(this.settings.rank ?? FORCED_RANK, this.shape.n));
    if (preconditioner === 'nystrom') return this.nystrom(shift, rank);
    this.factor.extendTo(rank);
    return preconditioner === 'afn' ? this.afn(shift, rank) : this.pivoted(shift, rank);
  }

  private automatic(shift: Float64Array, digits: number): ChosenPreconditioner {
    const { n } = this.shape;
    const lambda = shift.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    if (this.settings.rank !== undefined) {
      const rank = this.affordable(this.settings.rank);
      this.factor.extendTo(rank);
      return this.pivoted(shift, rank);
    }
    this.affordable(Math.min(FIRST_RANKS[0], n));
    this.factor.extendTo(Math.min(FIRST_RANKS[0], n));
    if (n - this.factor.traces[Math.min(FIRST_RANKS[0], this.factor.rank)] <= FLAT && n > FLAT) {
      return this.diagonal(shift);
    }
    const rank = this.grow(lambda, digits);
    const pivotedCost = this.remaining(rank, rank, lambda, digits);
    const afn = this.bestAfn(lambda);
    if (this.denseAllowed() && denseCost(this.shape) < this.trialCost(rank)) {
      return { ...this.diagonal(shift), preferDense: true };
    }
    if (pivotedCost <= afn.cost) return this.pivoted(shift, rank);
    this.factor.extendTo(afn.landmarks);
    return this.afn(shift, afn.landmarks);
  }

  /** The number of landmarks with which AFN is predicted to be cheapest; infinite cost where it does not fit. */
  private bestAfn(lambda: number): { landmarks: number; cost: number } {
    const { n } = this.shape;
    const middle = afnLandmarks(n);
    const none = { landmarks: 0, cost: Number.POSITIVE_INFINITY };
    const limit = Math.min(0.75 * n, this.affordableRank());
    if (this.factor.exhausted || middle / 2 > limit) return none;
    const locality = this.locality();
    if (locality < LEAST_LOCALITY) return none;
    return [middle / 2, middle, 2 * middle, 4 * middle]
      .map((landmarks) => Math.ceil(Math.min(landmarks, limit)))
      .map((landmarks) => {
        const condition = (this.residualNorm(landmarks) + lambda) / lambda;
        const steps = penalised(predictedAfnSteps(n, landmarks, locality, condition));
        const setup = afnSetupCost(this.shape, this.factor.rank, landmarks, AFN_NEIGHBOURS);
        return { landmarks, cost: setup + steps * stepCost(this.shape, landmarks) };
      })
      .reduce((a, b) => (b.cost < a.cost ? b : a), none);
  }

  /** Measured once, with the first columns. */
  private locality(): number {
    if (this.measuredLocality === null) {
      const { n } = this.shape;
      const key = streamKey(this.settings.seed, 'locality');
      const rows = sampleWithoutReplacement(n, Math.min(n, LOCALITY_ROWS), key);
      this.factor.extendTo(Math.min(LOCALITY_RANK, n));
      this.measuredLocality = residualLocality(this.points, this.factor, rows);
    }
    return this.measuredLocality;
  }

  /** Extends the factor while a larger rank is predicted to pay, and returns the best rank seen. */
  private grow(lambda: number, digits: number): number {
    const { n } = this.shape;
    const limit = Math.min(Math.ceil(0.75 * n), LARGEST_RANK, this.affordableRank());
    let rank = Math.min(this.factor.rank, limit);
    for (;;) {
      const next = nextRank(rank);
      if (next > limit || this.factor.exhausted || this.factor.trace <= 0.3 * lambda) return rank;
      const stay = this.remaining(rank, rank, lambda, digits);
      let best = Number.POSITIVE_INFINITY;
      for (let k = next; k <= limit && k <= 8 * rank + 64; k = nextRank(k)) {
        best = Math.min(best, this.remaining(rank, k, lambda, digits));
      }
      if (!(best < stay)) return rank;
      this.factor.extendTo(next);
      rank = Math.min(next, this.factor.rank);
    }
  }

  /** Predicted cost from here with rank k, the factor having `rank` columns. */
  private remaining(rank: number, k: number, lambda: number, digits: number): number {
    const steps = penalised(this.steps(k, lambda, digits));
    return setupCost(this.shape, rank, k) + steps * stepCost(this.shape, k);
  }

  /**
   * Steps with rank k: conjugate gradients treat the l largest eigenvalues left as outliers, at 1.5 steps
   * each, and the rest at the rate of its condition number.
   */
  private steps(k: number, lambda: number, digits: number): number {
    const { traces, rank } = this.factor;
    // where the ridge is smaller, the least eigenvalue of the residual kernel itself takes its place
    const share = this.locality() < LEAST_LOCALITY ? LEAST_EIGENVALUE_SPREAD : LEAST_EIGENVALUE_LOCAL;
    const least = Math.max(lambda, (share * traces[Math.min(k, rank)]) / this.shape.n);
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
    const at = Math.min(k, rank);
    const back = Math.max(0, Math.floor(0.75 * at) - 1);
    const trace = Math.max(traces[at], n * 2 ** -52);
    const slope = Math.log(Math.max(traces[back], trace) / trace) / Math.max(1, at - back);
    const norm = Math.max(trace * slope, trace / n);
    if (k <= rank) return norm;
    const power = 1 + slope * at;
    return Math.max(norm * (at / k) ** power, n * 2 ** -52);
  }

  /** What it costs to see how the iteration does: the preconditioner and its first steps. */
  private trialCost(rank: number): number {
    return setupCost(this.shape, this.factor.rank, rank) + FIRST_REVIEW * stepCost(this.shape, rank);
  }

  private denseAllowed(): boolean {
    if (this.settings.method !== 'auto') return false;
    const bytes = 8 * this.shape.n ** 2 * (this.shape.stored ? 2 : 1);
    return bytes <= this.settings.memoryBudget;
  }

  private affordableRank(): number {
    const { n, stored } = this.shape;
    const left = this.settings.memoryBudget - (stored ? 8 * n * n : 0);
    // the factor with room to grow, its orthonormal basis, and a few vectors
    return Math.floor(left / (8 * n) / 3) - 4;
  }

  private affordable(rank: number): number {
    const most = this.affordableRank();
    if (rank <= most) return Math.min(rank, this.shape.n);
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${this.caller}: memoryBudget ${this.settings.memoryBudget} holds a preconditioner of ${Math.max(0, most)} columns, expected ${rank} (= rank)`,
      { memoryBudget: this.settings.memoryBudget, rank },
    );
  }

  private pivoted(shift: Float64Array, rank: number): ChosenPreconditioner {
    const { F, ldf, traces } = this.factor;
    const k = Math.min(rank, this.factor.rank);
    const low: LowRankFactor = { F, ldf, size: this.shape.n, rank: k };
    return {
      kind: 'pivoted-cholesky',
      rank: k,
      traceResidual: traces[k],
      apply: woodbury(low, shift, traces[k]),
      preferDense: false,
    };
  }

  private nystrom(shift: Float64Array, rank: number): ChosenPreconditioner {
    const { n } = this.shape;
    const columns = sampleWithoutReplacement(n, rank, streamKey(this.settings.seed, 'nystrom'));
    const low = uniformNystrom(this.points, columns);
    let trace = n;
    for (const entry of low.F) trace -= entry * entry;
    trace = Math.max(trace, 0);
    return {
      kind: 'nystrom',
      rank,
      traceResidual: trace,
      apply: woodbury(low, shift, trace),
      preferDense: false,
    };
  }

  private afn(shift: Float64Array, rank: number): ChosenPreconditioner {
    const landmarks = Int32Array.from(this.factor.pivots.slice(0, rank));
    const apply = new FactorizedNystrom(this.points, landmarks, shift, AFN_NEIGHBOURS);
    return {
      kind: 'afn',
      rank: landmarks.length,
      traceResidual: this.factor.traces[landmarks.length],
      apply,
      preferDense: false,
    };
  }

  /** Jacobi: G has unit diagonal. */
  private diagonal(shift: Float64Array): ChosenPreconditioner {
    const inverse = shift.map((delta) => 1 / (1 + delta));
    const apply = {
      applyInto(y: Float64Array, r: Float64Array): void {
        for (let i = 0; i < y.length; i++) y[i] = inverse[i] * r[i];
      },
    };
    return { kind: 'none', rank: 0, traceResidual: this.shape.n, apply, preferDense: false };
  }
}

function nextRank(rank: number): number {
  const small = FIRST_RANKS.find((k) => k > rank);
  return small ?? Math.ceil(GROWTH * rank);
}
