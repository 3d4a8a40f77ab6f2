/**
 * One attention kernel made ready for right-hand sides: rescaled points, products with G, the shift Δ of a ridge,
 * and the factor or preconditioner for it. Another ridge shares all but the last.
 */
import type { Matrix } from '../core/matrix';
import { choleskyInPlace } from '../dense/cholesky';
import { gaussianMatrixInto } from '../dense/gaussianKernel';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import { GaussianKernel, ShiftedKernel } from '../iterative/gaussianOperator';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import type { AttentionSettings } from './attentionOptions';
import { type ChosenPreconditioner, PreconditionerChooser } from './kernelPreconditioner';
import { type ScaledAttention, scaleAttention } from './scaledAttention';

/** Up to here the dense factorisation is taken without asking. */
const DIRECT_LIMIT = 1200;

/** RᵀR = G + Δ + jitter·I, dense. */
export interface DenseFactor {
  readonly R: Float64Array;
  readonly condition: number;
}

/** What does not depend on the ridge. */
export class AttentionGeometry {
  readonly scaled: ScaledAttention;
  readonly kernel: GaussianKernel;
  readonly chooser: PreconditionerChooser;

  constructor(
    readonly caller: string,
    readonly A: Matrix,
    readonly settings: AttentionSettings,
  ) {
    this.scaled = scaleAttention(caller, A, settings.temperature);
    const { points } = this.scaled;
    const n = points.size;
    const stored = !settings.causal && 8 * n * n <= settings.memoryBudget / 2;
    this.kernel = new GaussianKernel(points.data, points.halfSq, n, points.dimension, stored);
    this.chooser = new PreconditionerChooser(caller, points, { n, d: points.dimension, stored }, settings);
  }

  get size(): number {
    return this.scaled.points.size;
  }
}

export class AttentionSystem {
  readonly operator: ShiftedKernel;
  private dense: DenseFactor | null = null;
  private chosen: ChosenPreconditioner | null = null;

  constructor(
    readonly geometry: AttentionGeometry,
    readonly ridge: number,
  ) {
    this.operator = new ShiftedKernel(geometry.kernel, shiftOf(geometry, ridge));
  }

  /** Whether to start with a dense factorisation. */
  get startsDense(): boolean {
    const { method, preconditioner } = this.geometry.settings;
    if (method !== 'auto') return method === 'direct';
    return preconditioner === 'auto' && this.geometry.size <= DIRECT_LIMIT;
  }

  /** Cholesky of G + Δ, with the least jitter of 0, nu, 10nu, … that makes it succeed. */
  denseFactor(): DenseFactor {
    if (this.dense !== null) return this.dense;
    const { kernel, scaled, size: n } = this.geometry;
    const { points } = scaled;
    const R = new Float64Array(n * n);
    for (let jitter = 0; ; jitter = Math.max(n * UNIT_ROUNDOFF, 10 * jitter)) {
      if (kernel.matrix === null) gaussianMatrixInto(R, points.data, points.halfSq, n, points.dimension);
      else R.set(kernel.matrix);
      for (let i = 0; i < n; i++) R[i * (n + 1)] += this.operator.shift[i] + jitter;
      if (choleskyInPlace(R, n, n) < 0) break;
    }
    const { largest, smallest } = extremeSingularValues(R, n);
    this.dense = { R, condition: (largest / smallest) ** 2 };
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
    return this.operator.shift.map((delta) => Math.max(delta, floor));
  }

  preconditioner(digits: number): ChosenPreconditioner {
    this.chosen ??= this.geometry.chooser.choose(this.flooredShift(), digits);
    return this.chosen;
  }
}

/** Δ = ρI for a relative ridge, λe^(−2eᵢ) for an absolute one. */
function shiftOf({ scaled, settings }: AttentionGeometry, ridge: number): Float64Array {
  if (settings.ridgeKind === 'relative') return new Float64Array(scaled.halfSq.length).fill(ridge);
  return scaled.halfSq.map((e) => (ridge === 0 ? 0 : Math.exp(Math.log(ridge) - 2 * e)));
}
