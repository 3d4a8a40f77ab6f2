/**
 * One attention kernel made ready for right-hand sides: rescaled points, products with G, the shift Δ of a ridge,
 * and the factor or preconditioner for it. Another ridge shares all but the last.
 */
import { SketchSolveError } from '../core/errors';
import type { Matrix } from '../core/matrix';
import { choleskyInPlace } from '../dense/cholesky';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import { GaussianKernel, ShiftedKernel } from '../iterative/gaussianOperator';
import { largestEigenvalue } from '../iterative/largestEigenvalue';
import { type PathStart, SolutionPath } from '../iterative/solutionPath';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import { wordAt } from '../random/counter';
import { type Seed, streamKey } from '../random/seed';
import type { AttentionSettings } from './attentionOptions';
import { ProxyKernel } from './attentionSketch';
import { holdsDense, keepsKernel, squareBytes } from './kernelMemory';
import { PreconditionerChooser } from './kernelPreconditioner';
import { type ScaledAttention, scaleAttention } from './scaledAttention';
import type { ChosenPreconditioner } from './usedPreconditioner';

/** Up to here the dense factorisation is taken without asking. */
const DIRECT_LIMIT = 1200;
/** Steps for the norm of G, from the vector of ones: G has no negative entry, and this is near its first eigenvector. */
const NORM_STEPS = 2;
const PRECONDITIONER_NORM_STEPS = 12;

/** RᵀR = G + Δ + jitter·I, dense. */
export interface DenseFactor {
  readonly R: Float64Array;
  readonly condition: number;
}

/** What does not depend on the ridge, evaluated when first asked for. */
export class AttentionGeometry {
  readonly scaled: ScaledAttention;
  readonly chooser: PreconditionerChooser;
  /** Solutions for other relative ridges. */
  readonly path = new SolutionPath();
  /** Whether G is kept, not evaluated anew for every product. */
  readonly stored: boolean;
  /** λ_min(G), the least of the estimates so far. */
  leastOfKernel = Number.POSITIVE_INFINITY;
  private knownKernel: GaussianKernel | null = null;
  private knownProxy: ProxyKernel | null = null;
  private knownNorm: number | null = null;

  constructor(
    readonly caller: string,
    readonly A: Matrix,
    readonly settings: AttentionSettings,
  ) {
    checkDense(caller, A.rows, settings);
    this.scaled = scaleAttention(caller, A, settings.temperature);
    const { points } = this.scaled;
    const n = points.size;
    this.stored = keepsKernel(n, settings.memoryBudget, settings.method === 'direct');
    this.chooser = new PreconditionerChooser(
      caller,
      points,
      { n, d: points.dimension, stored: this.stored },
      settings,
    );
  }

  get kernel(): GaussianKernel {
    const { data, halfSq, size, dimension } = this.scaled.points;
    this.knownKernel ??= new GaussianKernel(data, halfSq, size, dimension, this.stored);
    return this.knownKernel;
  }

  /** ZZᵀ ≈ G. */
  get proxy(): ProxyKernel {
    this.knownProxy ??= new ProxyKernel(this.caller, this.scaled.points, this.settings);
    return this.knownProxy;
  }

  get size(): number {
    return this.scaled.points.size;
  }

  /** ‖G‖, estimated from inside. Its products are set-up, and not counted to any solve. */
  get norm(): number {
    if (this.knownNorm === null) {
      const { kernel, size } = this;
      const { products } = kernel;
      this.knownNorm = largestEigenvalue(kernel, new Float64Array(size).fill(1), NORM_STEPS);
      kernel.products = products;
    }
    return this.knownNorm;
  }

  /** Whether a dense factor fits into the budget. */
  get holdsDense(): boolean {
    return holdsDense(this.size, this.settings.memoryBudget, this.stored);
  }
}

export class AttentionSystem {
  /** Δ */
  readonly shift: Float64Array;
  private knownOperator: ShiftedKernel | null = null;
  private dense: DenseFactor | null = null;
  private chosen: ChosenPreconditioner | 'dense' | null = null;
  private chosenFor = 0;
  private inverseNorm: number | null = null;

  constructor(
    readonly geometry: AttentionGeometry,
    readonly ridge: number,
  ) {
    this.shift = shiftOf(geometry, ridge);
  }

  /** G + Δ. */
  get operator(): ShiftedKernel {
    this.knownOperator ??= new ShiftedKernel(this.geometry.kernel, this.shift);
    return this.knownOperator;
  }

  /** Whether a dense factor is the rule. */
  get startsDense(): boolean {
    const { size, holdsDense, settings } = this.geometry;
    if (settings.method !== 'auto') return settings.method === 'direct';
    return settings.preconditioner === 'auto' && size <= DIRECT_LIMIT && holdsDense;
  }

  /** Cholesky of G + Δ, with the least jitter of 0, nu, 10nu, … that makes it succeed. */
  denseFactor(): DenseFactor {
    if (this.dense !== null) return this.dense;
    const { kernel, size: n } = this.geometry;
    const R = new Float64Array(n * n);
    for (let jitter = 0; ; jitter = Math.max(n * UNIT_ROUNDOFF, 10 * jitter)) {
      kernel.upperInto(R);
      for (let i = 0; i < n; i++) R[i * (n + 1)] += this.shift[i] + jitter;
      if (choleskyInPlace(R, n, n) < 0) break;
    }
    const { largest, smallest } = extremeSingularValues(R, n);
    this.dense = { R, condition: Math.max(1, (largest / smallest) ** 2) };
    this.geometry.leastOfKernel = Math.min(
      this.geometry.leastOfKernel,
      Math.max(0, smallest ** 2 - this.flooredShift()[0]),
    );
    this.remember(denseInverse(R, n, smallest ** 2), smallest ** 2, 0);
    return this.dense;
  }

  /** ρ ← (G + Δ)⁻¹ρ by the dense factor. */
  solveDenseInPlace(rho: Float64Array): void {
    const { R } = this.denseFactor();
    const n = this.geometry.size;
    solveUpperTransposedInPlace(rho, 0, R, n, n);
    solveUpperInPlace(rho, 0, R, n, n);
  }

  /** Δ as the preconditioner and the inner iteration see it: at least 4un, or there is nothing to invert. */
  flooredShift(): Float64Array {
    const floor = 4 * UNIT_ROUNDOFF * this.geometry.size;
    return this.shift.map((delta) => Math.max(delta, floor));
  }

  /**
   * Chosen for the first right-hand side, and again when several come at once.
   *
   * @param digits - natural logarithm of the reduction of the residual that is wanted.
   */
  preconditioner(digits: number, sides: number): ChosenPreconditioner | 'dense' {
    if (this.chosen === null || sides > this.chosenFor) {
      this.chosen = this.choose(digits, sides);
      this.chosenFor = sides;
    }
    return this.chosen;
  }

  private choose(digits: number, sides: number): ChosenPreconditioner | 'dense' {
    const { chooser, settings } = this.geometry;
    const shift = this.flooredShift();
    const task = { lambda: shift.reduce((a, b) => Math.min(a, b)), digits, sides };
    if (!this.startsDense) return chooser.choose(shift, task);
    return (settings.method === 'auto' && this.dense === null && chooser.insteadOfDense(task)) || 'dense';
  }

  /**
   * λ_min(G + Δ) from the smallest Ritz value θ of M⁻¹(G + Δ): at least θ·λ_min(M), and 1/7 to 1.2 times the exact value
   * measured where the iteration converged; where it did not, θ is too large. null where no step was needed.
   */
  leastEigenvalue(smallestRitzValue: number | null, chosen: ChosenPreconditioner): number {
    const { geometry } = this;
    const relative = geometry.settings.ridgeKind === 'relative';
    const delta = this.flooredShift()[0];
    // few steps see little: what other ridges of the kernel have seen counts as well
    const seen = relative ? geometry.leastOfKernel + delta : Number.POSITIVE_INFINITY;
    if (smallestRitzValue === null) return Number.isFinite(seen) ? seen : Number.NaN;
    const least = Math.min(seen, smallestRitzValue * this.preconditionerLeast(chosen));
    if (relative) geometry.leastOfKernel = Math.max(0, least - delta);
    return least;
  }

  /** λ_min(M). */
  private preconditionerLeast({ apply, least }: ChosenPreconditioner): number {
    if (least !== undefined) return least;
    const { size, settings } = this.geometry;
    this.inverseNorm ??= largestEigenvalue(
      { size, multiplyInto: (y, x) => apply.applyInto(y, x) },
      randomStart(size, settings.seed),
      PRECONDITIONER_NORM_STEPS,
    );
    return 1 / this.inverseNorm;
  }

  /** κ(G + Δ) from its least eigenvalue. */
  conditionFrom(leastEigenvalue: number): number {
    const largest = this.geometry.norm + this.shift.reduce((a, b) => Math.max(a, b));
    return Math.max(1, largest / leastEigenvalue);
  }

  /** A start for (G + Δ)z = c from what other relative ridges have for it; null where there is none. */
  start(c: Float64Array): PathStart | null {
    return this.geometry.path.start(c, this.shift[0]);
  }

  /** For other ridges of the same kernel. */
  keep(c: Float64Array, z: Float64Array): void {
    if (this.geometry.settings.ridgeKind === 'relative') this.geometry.path.add(c, this.shift[0], z);
  }

  /** For other ridges of the same kernel. */
  remember(chosen: ChosenPreconditioner, least: number, stepsPerDigit: number): void {
    this.geometry.chooser.remember({ chosen, delta: this.flooredShift()[0], least, stepsPerDigit });
  }
}

/** Δ = ρI for a relative ridge, λe^(−2eᵢ) for an absolute one. */
export function shiftOf({ scaled, settings }: AttentionGeometry, ridge: number): Float64Array {
  if (settings.ridgeKind === 'relative') return new Float64Array(scaled.halfSq.length).fill(ridge);
  return scaled.halfSq.map((e) => (ridge === 0 ? 0 : Math.exp(Math.log(ridge) - 2 * e)));
}

/** M = RᵀR as a preconditioner. */
function denseInverse(R: Float64Array, n: number, least: number): ChosenPreconditioner {
  const apply = {
    applyInto(y: Float64Array, r: Float64Array): void {
      y.set(r);
      solveUpperTransposedInPlace(y, 0, R, n, n);
      solveUpperInPlace(y, 0, R, n, n);
    },
  };
  return { kind: 'cholesky', rank: n, traceResidual: 0, apply, least };
}

function randomStart(n: number, seed: Seed): Float64Array {
  const key = streamKey(seed, 'condition');
  return Float64Array.from({ length: n }, (_, i) => wordAt(key, i, 0));
}

function checkDense(caller: string, n: number, { method, causal, memoryBudget }: AttentionSettings): void {
  if (method !== 'direct' || causal || holdsDense(n, memoryBudget, false)) return;
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: memoryBudget is ${memoryBudget}, expected at least ${squareBytes(n)} for method 'direct' with ${n} different rows`,
    { memoryBudget, needed: squareBytes(n) },
  );
}
