/**
 * The conjugate gradient method, one product with M a step. Hestenes & Stiefel, J. Res. NBS 49 (1952).
 * The step coefficients are kept: the tridiagonal matrix they define has the Ritz values of M.
 */
import { axpy, dot } from '../dense/vector';
import type { PreconditionedGram } from './preconditionedGram';
import { extremeRitzValues } from './ritzValues';
import type { SpdIteration } from './spdIteration';

export class ConjugateGradient implements SpdIteration {
  readonly z: Float64Array;
  private readonly residual: Float64Array;
  private readonly direction: Float64Array;
  private readonly product: Float64Array;
  private readonly alphas: number[] = [];
  private readonly betas: number[] = [];
  private rho: number;

  constructor(
    private readonly M: PreconditionedGram,
    c: Float64Array,
  ) {
    this.z = new Float64Array(M.size);
    this.residual = c.slice();
    this.direction = c.slice();
    this.product = new Float64Array(M.size);
    this.rho = dot(c, c, M.size);
  }

  get residualNorm(): number {
    return Math.sqrt(this.rho);
  }

  get conditionEstimate(): number {
    if (this.alphas.length === 0) return 1;
    const { smallest, largest } = extremeRitzValues(this.alphas, this.betas);
    return largest / smallest;
  }

  step(): number {
    const n = this.M.size;
    if (this.rho === 0) return 0;
    this.M.multiplyInto(this.product, this.direction);
    const curvature = dot(this.direction, this.product, n);
    // rounding has used up what there was to gain: pᵀMp > 0 in exact arithmetic
    if (!(curvature > 0)) return 0;
    const alpha = this.rho / curvature;
    const updateNorm = alpha * Math.sqrt(dot(this.direction, this.direction, n));
    axpy(this.z, alpha, this.direction, n);
    axpy(this.residual, -alpha, this.product, n);
    const next = dot(this.residual, this.residual, n);
    const beta = next / this.rho;
    for (let i = 0; i < n; i++) this.direction[i] = this.residual[i] + beta * this.direction[i];
    this.alphas.push(alpha);
    this.betas.push(beta);
    this.rho = next;
    return updateNorm;
  }
}
