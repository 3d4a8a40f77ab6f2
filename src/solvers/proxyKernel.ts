/**
 * (ZZᵀ + Δ)z = c for features Z and a diagonal Δ ≥ 0, made ready for any number of right-hand sides: a sketch of Z or
 * Δ^(−½)Z, Householder QR of it, and gradient descent or conjugate gradients with that R.
 * Song, Yin & Zhang, arXiv 2308.14304, section 7.
 *
 * With Δ:    z = Δ⁻¹(c − Zy), (ZᵀΔ⁻¹Z + I)y = ZᵀΔ⁻¹c: least squares with [Δ^(−½)Z; I].
 * Without:   z = Zy, y = (ZᵀZ)⁻²Zᵀc, two solves: of all z of least ‖ZZᵀz − c‖ the one of least norm.
 * Either is repeated for the residual until that is small enough, or rounding.
 */
import type { Matrix } from '../core/matrix';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { axpy, ldexp, norm2 } from '../dense/vector';
import { ConjugateGradient } from '../iterative/conjugateGradient';
import { GradientDescent } from '../iterative/gradientDescent';
import { PreconditionedGram } from '../iterative/preconditionedGram';
import { Monitor, type StopReason, solvedTo, UNIT_ROUNDOFF } from '../iterative/stopping';
import { DenseTallOperator } from '../iterative/tallOperator';
import { scaleColumnsInPlace } from '../precondition/columnScaling';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import { sketchedFactor } from '../precondition/sketchedFactor';
import { createSketch } from '../sketch/create';
import type { AttentionSettings } from './attentionOptions';
import { normaliseInPlace } from './scaledVector';

export type ProxySettings = Pick<
  AttentionSettings,
  'tolerance' | 'maxIterations' | 'seed' | 'sketchIteration' | 'onIteration' | 'signal'
>;

export interface ProxySolution {
  readonly z: Float64Array;
  /** Steps of the iteration, over all its solves for this right-hand side. */
  readonly iterations: number;
  /** 'stagnated': what is left of the residual is rounding of z. */
  readonly reason: 'converged' | 'max-iterations' | 'stagnated' | 'stopped';
  /** See {@link ProxySystem.conditionEstimate}. */
  readonly conditionEstimate: number;
}

/**
 * Sketch rows per column. Gradient descent with step 1 halves its error from 30 on, and needs 6 to converge; both
 * iterations solve positive definite systems with M itself, so that no method needs more.
 */
const SKETCH_FACTOR = { 'conjugate-gradient': 4, 'gradient-descent': 30 } as const;
const SPARE_ROWS = 20;
/** Over n·u: entries of Δ below are none, and what such entries are raised to where others are larger. */
const NO_SHIFT = 4;
const RAISED_SHIFT = 1000;
const MAX_PASSES = 12;
/** A pass that leaves more than this of the residual is the last. */
const PROGRESS = 0.5;
/** An inner iteration that stands still above this has a bad sketch for a preconditioner. */
const USELESS = 0.01;

/** BᵀB = C⁻¹RᵀMRC⁻¹. */
interface Preconditioned {
  readonly M: PreconditionedGram;
  readonly sketchSize: number;
  readonly condition: number;
}

/** z with what it leaves. */
interface Iterate {
  readonly z: Float64Array;
  /** c − (ZZᵀ + Δ)z */
  readonly residual: Float64Array;
  /** Norm of the residual; without Δ of its part in the range of Z, within a factor √κ(M). */
  readonly size: number;
}

interface Inner {
  readonly y: Float64Array;
  readonly reason: StopReason;
}

export class ProxySystem {
  /** What Δ is in the corrections, or null for none. */
  private readonly floored: Float64Array | null;
  /** Z, or [Δ^(−½)Z; I]. */
  private readonly B: Matrix;
  private readonly original: Preconditioned;
  private exact: Preconditioned | null = null;
  private current: Preconditioned;

  /**
   * Entries of Δ up to 4nu are no regularisation: u·κ(ZZᵀ + Δ) may be 1/4, and no correction would gain a digit. If no
   * entry is larger, the corrections are those without Δ, and z is near the minimum-norm solution. If some are, the
   * small ones count as 1000nu in the corrections. Residuals always have the true Δ.
   *
   * @param Z - n × r, n ≥ r, rows of norm about 1 or less, full column rank to working precision of ZᵀZ; its columns
   *   graded as `truncateFeatures` leaves them, else rounding in products with it costs a factor κ(Z) more.
   * @param shift - Δ: length n, finite, ≥ 0. Not modified, not copied.
   * @param sketchSize - rows of the sketch. A matrix of no more rows is factored itself, which is cheaper and a better
   *   preconditioner: for gradient descent up to n = 30r, 15 000 for r = 500. One or two steps do then.
   * Cost: 2(s + r)r² multiply-adds for s rows.
   */
  constructor(
    private readonly caller: string,
    private readonly Z: Matrix,
    private readonly shift: Float64Array,
    private readonly settings: ProxySettings,
    sketchSize = Math.max(SKETCH_FACTOR[settings.sketchIteration] * Z.columns, Z.columns + SPARE_ROWS),
  ) {
    this.floored = flooredShift(shift);
    this.B = this.floored === null ? Z : stackedMatrix(Z, this.floored);
    this.original = this.precondition(sketchSize);
    this.current = this.original;
  }

  /** Rows of the sketch; 0 when the matrix was factored itself. */
  get sketchSize(): number {
    return this.original.sketchSize;
  }

  /**
   * Without Δ of ZZᵀ on its range; with Δ of Δ^(−½)(ZZᵀ + Δ)Δ^(−½), which for Δ = ρI is that of ZZᵀ + Δ. Estimated from
   * R: within a factor 9 for a sketch of 4r rows.
   */
  get conditionEstimate(): number {
    return this.original.condition;
  }

  /** y ← (ZZᵀ + Δ)z. y must not alias z. */
  productInto(y: Float64Array, z: Float64Array): void {
    const { rows: n, columns: r, data } = this.Z;
    matvecInto(y, data, n, r, this.features(z));
    for (let i = 0; i < n; i++) y[i] += this.shift[i] * z[i];
  }

  /**
   * z with ‖c − (ZZᵀ + Δ)z‖ ≤ tolerance·‖c‖; without Δ the same of the residual's part in the range of Z. No worse
   * than z = 0 in any case. The same c gives the same bits, whatever was solved before.
   *
   * @param given - c: length n. Not modified.
   * @throws {@link SketchSolveError} ABORTED
   * Rounding: about u·κ of c stays in the residual whatever the tolerance, κ the conditionEstimate, as z is rounded.
   * Cost: 2nr multiply-adds a step. With a sketch 35 to 60 steps a solve, else one or two; one solve a pass with Δ, two
   * without; one pass where κ is below about tolerance/u, up to four where rounding has to be met.
   */
  solve(given: Float64Array): ProxySolution {
    const { tolerance, maxIterations } = this.settings;
    const monitor = new Monitor(this.caller, { ...this.settings, history: undefined });
    monitor.checkSignal();
    this.current = this.original;
    const c = given.slice();
    const exponent = normaliseInPlace(c);
    const scale = norm2(c, 0, c.length);
    let best = this.evaluate(new Float64Array(c.length), c);
    let reason: ProxySolution['reason'] = solvedTo(tolerance, best.size, scale) ? 'converged' : 'stagnated';
    // what the inner iteration leaves comes back times up to κ: half of its digits to begin with
    let inner = Math.max(UNIT_ROUNDOFF, (0.5 * tolerance) / Math.sqrt(this.conditionEstimate));
    for (let pass = 0; pass < MAX_PASSES && reason === 'stagnated'; pass++) {
      const step = this.correction(best.residual, inner, monitor);
      axpy(step.y, 1, best.z, c.length);
      const next = this.evaluate(step.y, c);
      const before = best.size;
      if (next.size < before) best = next;
      if (solvedTo(tolerance, best.size, scale)) reason = 'converged';
      else if (step.reason === 'stopped') reason = 'stopped';
      else if (monitor.iterations >= maxIterations) reason = 'max-iterations';
      else if (!(next.size < PROGRESS * before)) {
        if (inner === UNIT_ROUNDOFF) break;
        inner = UNIT_ROUNDOFF;
      }
    }
    return {
      z: best.z.map((entry) => ldexp(entry, exponent)),
      iterations: monitor.iterations,
      reason,
      conditionEstimate: this.current.condition,
    };
  }

  private evaluate(z: Float64Array, c: Float64Array): Iterate {
    const residual = new Float64Array(z.length);
    this.productInto(residual, z);
    for (let i = 0; i < c.length; i++) residual[i] = c[i] - residual[i];
    if (this.floored !== null) return { z, residual, size: norm2(residual, 0, residual.length) };
    const g = this.features(residual);
    this.current.M.gradientInPlace(g);
    return { z, residual, size: norm2(g, 0, g.length) };
  }

  /** What has to be added to z for this residual, in `y`. */
  private correction(residual: Float64Array, tolerance: number, monitor: Monitor): Inner {
    const { floored } = this;
    const { rows: n, columns: r, data } = this.Z;
    const delta = new Float64Array(n);
    if (floored === null) {
      const first = this.solveGram(this.features(residual), tolerance, monitor);
      const second = this.mayGoOn(first.reason, monitor)
        ? this.solveGram(first.y, tolerance, monitor)
        : { y: this.applyFactor(first.y), reason: first.reason };
      matvecInto(delta, data, n, r, second.y);
      return { y: delta, reason: second.reason };
    }
    const weighted = residual.map((entry, i) => entry / floored[i]);
    const { y, reason } = this.solveGram(this.features(weighted), tolerance, monitor);
    matvecInto(delta, data, n, r, y);
    for (let i = 0; i < n; i++) delta[i] = (residual[i] - delta[i]) / floored[i];
    return { y: delta, reason };
  }

  /** Otherwise what is left to do is done with R alone, without steps to count. */
  private mayGoOn(reason: StopReason, monitor: Monitor): boolean {
    return reason !== 'stopped' && monitor.iterations < this.settings.maxIterations;
  }

  /** Zᵀv */
  private features(v: Float64Array): Float64Array {
    const h = new Float64Array(this.Z.columns);
    matvecTransposedInto(h, this.Z.data, this.Z.rows, this.Z.columns, v);
    return h;
  }

  /** y with BᵀBy = h; a sketch that proves bad is given up for B itself. */
  private solveGram(h: Float64Array, tolerance: number, monitor: Monitor): Inner {
    const found = this.iterate(h, tolerance, monitor);
    if (found.reason !== 'bad-preconditioner' || this.current.sketchSize === 0) return found;
    this.exact ??= this.precondition(this.B.rows);
    this.current = this.exact;
    return this.mayGoOn(found.reason, monitor) ? this.iterate(h, tolerance, monitor) : found;
  }

  private iterate(h: Float64Array, tolerance: number, monitor: Monitor): Inner {
    const { M } = this.current;
    const g = h.slice();
    M.gradientInPlace(g);
    const iteration =
      this.settings.sketchIteration === 'conjugate-gradient'
        ? new ConjugateGradient(M, g)
        : new GradientDescent(M, g, 1, false);
    const start = iteration.residualNorm;
    const y = new Float64Array(M.size);
    let least = start;
    let reason: StopReason | null = start === 0 ? 'converged' : null;
    monitor.beginStage();
    while (reason === null) {
      iteration.step();
      const asked = monitor.step(iteration.residualNorm / start, iteration.conditionEstimate);
      if (iteration.residualNorm < least) {
        least = iteration.residualNorm;
        y.set(iteration.z);
      }
      if (asked !== 'stopped' && solvedTo(tolerance, least, start)) reason = 'converged';
      else reason = asked;
    }
    M.toSolutionInto(y, y);
    return { y, reason: reason === 'stagnated' && least > USELESS * start ? 'bad-preconditioner' : reason };
  }

  /** (BᵀB)⁻¹h as far as R knows it. */
  private applyFactor(h: Float64Array): Float64Array {
    const y = h.slice();
    this.current.M.gradientInPlace(y);
    this.current.M.toSolutionInto(y, y);
    return y;
  }

  /** With a sketch of that many rows, unless B has no more. */
  private precondition(rows: number): Preconditioned {
    const { B } = this;
    const { columns: r } = B;
    const seed = `${this.settings.seed}/proxy`;
    const sketch = rows < B.rows ? createSketch('sparse-sign', rows, B.rows, seed) : null;
    const { R, scaling } = sketchedFactor(B, sketch);
    const M = new PreconditionedGram(new DenseTallOperator(B), R, scaling.scale);
    const unscaled = R.slice();
    scaleColumnsInPlace(unscaled, scaling.inverse, r, r);
    const { largest, smallest } = extremeSingularValues(unscaled, r);
    // outside the range of Z the scaled matrix is the identity
    const least = this.floored !== null && this.Z.rows > r ? 1 : smallest;
    return { M, sketchSize: sketch === null ? 0 : rows, condition: Math.max(1, (largest / least) ** 2) };
  }
}

/** Δ with its small entries raised, or null if it has no others. */
function flooredShift(shift: Float64Array): Float64Array | null {
  const rounding = UNIT_ROUNDOFF * shift.length;
  if (shift.every((delta) => delta <= NO_SHIFT * rounding)) return null;
  return shift.map((delta) => (delta <= NO_SHIFT * rounding ? RAISED_SHIFT * rounding : delta));
}

/** [Δ^(−½)Z; I] */
function stackedMatrix({ rows: n, columns: r, data }: Matrix, shift: Float64Array): Matrix {
  const stacked = new Float64Array((n + r) * r);
  for (let i = 0, p = 0; i < n; i++) {
    const weight = 1 / Math.sqrt(shift[i]);
    for (let j = 0; j < r; j++, p++) stacked[p] = weight * data[p];
  }
  for (let j = 0; j < r; j++) stacked[(n + j) * r + j] = 1;
  return { rows: n + r, columns: r, data: stacked };
}
