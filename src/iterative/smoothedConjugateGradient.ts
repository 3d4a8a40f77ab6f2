/**
 * Preconditioned conjugate gradients with minimal-residual smoothing for a symmetric positive definite
 * operator: the smoothed residual never grows, so any step may be the last one.
 * Hestenes & Stiefel (1952); smoothing after Zhou & Walker, SISC 15 (1994).
 */
import { axpy, dot, norm2 } from '../dense/vector';
import { extremeRitzValues, type RitzValues } from './ritzValues';

/** y ← K x for symmetric K. */
export interface SymmetricOperator {
  readonly size: number;
  multiplyInto(y: Float64Array, x: Float64Array): void;
}

/** y ← P r for symmetric positive definite P ≈ K⁻¹. y must not alias r. */
export interface Preconditioner {
  applyInto(y: Float64Array, r: Float64Array): void;
}

export class SmoothedConjugateGradient {
  /** The smoothed iterate. Owned by the iteration, overwritten by the next step. */
  readonly solution: Float64Array;
  /** c − K·solution as updated. */
  readonly residual: Float64Array;
  private readonly iterate: Float64Array;
  private readonly iterateResidual: Float64Array;
  private readonly direction: Float64Array;
  private readonly product: Float64Array;
  private readonly preconditioned: Float64Array;
  private alphas: number[] = [];
  private betas: number[] = [];
  private rho = 0;

  constructor(
    private readonly K: SymmetricOperator,
    c: Float64Array,
    private preconditioner: Preconditioner,
  ) {
    const n = K.size;
    this.solution = new Float64Array(n);
    this.residual = c.slice();
    this.iterate = new Float64Array(n);
    this.iterateResidual = c.slice();
    this.direction = new Float64Array(n);
    this.product = new Float64Array(n);
    this.preconditioned = new Float64Array(n);
    this.restart(preconditioner);
  }

  /** ‖c − K·solution‖, never larger than before. */
  get residualNorm(): number {
    return norm2(this.residual, 0, this.K.size);
  }

  /** Extreme Ritz values of the preconditioned operator since the last restart; null before the first step. */
  get ritzValues(): RitzValues | null {
    return this.alphas.length === 0 ? null : extremeRitzValues(this.alphas, this.betas);
  }

  /** Goes on from the smoothed iterate with another preconditioner. */
  restart(preconditioner: Preconditioner): void {
    this.preconditioner = preconditioner;
    this.iterate.set(this.solution);
    this.iterateResidual.set(this.residual);
    preconditioner.applyInto(this.direction, this.iterateResidual);
    this.rho = dot(this.iterateResidual, this.direction, this.K.size);
    this.alphas = [];
    this.betas = [];
  }

  /** One product with K. False when rounding leaves nothing to gain. */
  step(): boolean {
    const n = this.K.size;
    if (!(this.rho > 0)) return false;
    this.K.multiplyInto(this.product, this.direction);
    const curvature = dot(this.direction, this.product, n);
    if (!(curvature > 0)) return false;
    const alpha = this.rho / curvature;
    axpy(this.iterate, alpha, this.direction, n);
    axpy(this.iterateResidual, -alpha, this.product, n);
    this.smooth();
    this.preconditioner.applyInto(this.preconditioned, this.iterateResidual);
    const next = dot(this.iterateResidual, this.preconditioned, n);
    const beta = next / this.rho;
    for (let i = 0; i < n; i++) this.direction[i] = this.preconditioned[i] + beta * this.direction[i];
    this.alphas.push(alpha);
    this.betas.push(beta);
    this.rho = next;
    return true;
  }

  /** The point of least residual on the line from the smoothed iterate to the new one. */
  private smooth(): void {
    const n = this.K.size;
    let along = 0;
    let lengthSq = 0;
    for (let i = 0; i < n; i++) {
      const change = this.iterateResidual[i] - this.residual[i];
      along -= this.residual[i] * change;
      lengthSq += change * change;
    }
    if (!(lengthSq > 0)) return;
    const eta = along / lengthSq;
    for (let i = 0; i < n; i++) {
      this.solution[i] += eta * (this.iterate[i] - this.solution[i]);
      this.residual[i] += eta * (this.iterateResidual[i] - this.residual[i]);
    }
  }
}
