/**
 * The preconditioner of an attention kernel: forced by the caller, or of the rank that the traces of a growing
 * pivoted Cholesky factor recommend.
 */
import { SketchSolveError } from '../core/errors';
import { FactorizedNystrom } from '../precondition/factorizedNystrom';
import type { GaussianPoints } from '../precondition/gaussianPoints';
import { uniformNystrom } from '../precondition/nystrom';
import { PivotedCholesky } from '../precondition/pivotedCholesky';
import { type LowRankFactor, packedFactor, woodbury } from '../precondition/woodbury';
import { wordAt } from '../random/counter';
import { sampleWithoutReplacement } from '../random/distributions';
import { streamKey } from '../random/seed';
import type { AttentionSettings } from './attentionOptions';
import { denseCost, type KernelShape } from './kernelCost';
import { affordableRank, holdsDense } from './kernelMemory';
import {
  AFN_NEIGHBOURS,
  type Candidate,
  type KernelTask,
  LOCALITY_RANK,
  NO_CANDIDATE,
  PreconditionerForecast,
} from './preconditionerForecast';
import { type ChosenPreconditioner, reuseCost, type UsedPreconditioner } from './usedPreconditioner';

const FORCED_RANK = 200;
/** Columns that show whether the kernel is flat. */
const FIRST_RANK = 8;
const GROWTH = 1.34;
const LARGEST_RANK = 3000;
/** What lies ahead is predicted too well rather than too badly: a gain has to be this clear. */
const WORTH_GROWING = 0.95;
/** A rank is tried for at most so many times the present one: further ahead the traces say little. */
const HORIZON = 8;
/** Trace left after eight pivots at which the kernel is flat: nothing that a few columns could catch. */
const FLAT = 12;

/** Serves every ridge of one kernel: the pivoted Cholesky factor is kept and extended. */
export class PreconditionerChooser {
  private readonly factor: PivotedCholesky;
  private knownForecast: PreconditionerForecast | null = null;
  private packed: LowRankFactor | null = null;
  private used: UsedPreconditioner | null = null;

  constructor(
    private readonly caller: string,
    private readonly points: GaussianPoints,
    private readonly shape: KernelShape,
    private readonly settings: AttentionSettings,
  ) {
    const key = streamKey(settings.seed, 'pivoted-cholesky');
    this.factor = new PivotedCholesky(points, (i, k) => wordAt(key, i, k));
  }

  /** What serves one ridge may serve the next; relative ones only, where Δ = δI. */
  remember(used: UsedPreconditioner): void {
    if (this.settings.ridgeKind === 'relative') this.used = used;
  }

  /** What was remembered, where it is predicted to be cheaper than a dense factor. */
  insteadOfDense(task: KernelTask): ChosenPreconditioner | null {
    return this.reuse(task) < denseCost(this.shape, task.sides) ? (this.used?.chosen ?? null) : null;
  }

  /** @param task - with the smallest entry of the shift. */
  choose(shift: Float64Array, task: KernelTask): ChosenPreconditioner | 'dense' {
    const { preconditioner } = this.settings;
    if (preconditioner === 'auto') return this.automatic(shift, task);
    if (preconditioner === 'none') return this.diagonal(shift);
    const rank = this.affordable(Math.min(this.settings.rank ?? FORCED_RANK, this.shape.n));
    if (preconditioner === 'nystrom') return this.nystrom(shift, rank);
    this.factor.extendTo(rank);
    return preconditioner === 'afn' ? this.afn(shift, rank) : this.pivoted(shift, rank);
  }

  private automatic(shift: Float64Array, task: KernelTask): ChosenPreconditioner | 'dense' {
    const { n } = this.shape;
    if (this.settings.rank !== undefined) {
      const rank = this.affordable(this.settings.rank);
      this.factor.extendTo(rank);
      return this.pivoted(shift, rank);
    }
    this.factor.extendTo(this.affordable(Math.min(FIRST_RANK, n)));
    if (n - this.factor.traces[Math.min(FIRST_RANK, this.factor.rank)] <= FLAT && n > FLAT) {
      return this.diagonal(shift);
    }
    return this.cheapest(shift, task);
  }

  /** Extends the factor while a larger one is predicted to be the cheapest of all ways, and takes the cheapest. */
  private cheapest(shift: Float64Array, task: KernelTask): ChosenPreconditioner | 'dense' {
    const limit = Math.min(this.shape.n, LARGEST_RANK, this.affordableRank());
    const dense = this.denseAllowed() ? denseCost(this.shape, task.sides) : Number.POSITIVE_INFINITY;
    const reuse = this.reuse(task);
    const forecast = this.forecast();
    for (;;) {
      const rank = Math.min(this.factor.rank, limit);
      const pivoted = this.best(Math.min(LOCALITY_RANK, rank), rank, task);
      const afn = forecast.afn(Math.min(limit, 0.75 * this.shape.n), task);
      const least = Math.min(pivoted.cost, afn.cost, dense, reuse);
      const done = this.factor.exhausted || this.factor.trace <= 0.3 * task.lambda;
      const ahead = this.best(Math.ceil(GROWTH * rank), Math.min(limit, HORIZON * rank), task);
      if (!done && ahead.cost < WORTH_GROWING * least) {
        this.factor.extendTo(Math.min(limit, Math.ceil(GROWTH * rank)));
        continue;
      }
      if (this.used !== null && reuse === least) return this.used.chosen;
      if (dense === least) return 'dense';
      if (pivoted.cost === least) return this.pivoted(shift, pivoted.rank);
      this.factor.extendTo(afn.rank);
      return this.afn(shift, afn.rank);
    }
  }

  /** The cheapest rank of `last` and what is smaller by powers of GROWTH, not below `first`. */
  private best(first: number, last: number, task: KernelTask): Candidate {
    let best = NO_CANDIDATE;
    for (let k = last; k >= first; k = Math.floor(k / GROWTH)) {
      const cost = this.forecast().pivoted(k, task);
      if (cost < best.cost) best = { rank: k, cost };
    }
    return best;
  }

  private reuse(task: KernelTask): number {
    return this.used === null ? Number.POSITIVE_INFINITY : reuseCost(this.used, this.shape, task);
  }

  /** Made with the first columns, and kept. */
  private forecast(): PreconditionerForecast {
    if (this.knownForecast === null) {
      this.factor.extendTo(Math.min(LOCALITY_RANK, Math.max(FIRST_RANK, this.affordableRank())));
      const { points, factor, shape, settings } = this;
      this.knownForecast = new PreconditionerForecast(points, factor, shape, settings.seed);
    }
    return this.knownForecast;
  }

  private denseAllowed(): boolean {
    const { method, memoryBudget } = this.settings;
    return method === 'auto' && holdsDense(this.shape.n, memoryBudget, this.shape.stored);
  }

  private affordableRank(): number {
    return affordableRank(this.shape.n, this.settings.memoryBudget, this.shape.stored);
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
    if (this.packed?.rank !== k) this.packed = packedFactor({ F, ldf, size: this.shape.n, rank: k });
    return {
      kind: 'pivoted-cholesky',
      rank: k,
      traceResidual: traces[k],
      apply: woodbury(this.packed, shift, traces[k]),
      ...(k < this.shape.n && { least: smallest(shift) + traces[k] / this.shape.n }),
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
      ...(rank < n && { least: smallest(shift) + trace / n }),
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
    return { kind: 'none', rank: 0, traceResidual: this.shape.n, apply, least: 1 + smallest(shift) };
  }
}

function smallest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
