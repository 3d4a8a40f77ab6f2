/**
 * Gradient descent with momentum, z ← z + α(c − Mz) + β(z − z_previous), with the coefficients that are
 * optimal for the spectrum a sketch of s rows leaves: ρ = n/s, α = (1 − ρ)², β = ρ, rate √ρ a step.
 * Polyak (1964); for sketched least squares Epperly, SIMAX 45 (2024), arXiv 2311.04362.
 */
import { norm2 } from '../dense/vector';
import type { PreconditionedGram } from './preconditionedGram';
import type { SpdIteration } from './spdIteration';

export class HeavyBall implements SpdIteration {
  readonly z: Float64Array;
  readonly conditionEstimate = 1;
  residualNorm: number;
  private readonly residual: Float64Array;
  private readonly change: Float64Array;
  private readonly product: Float64Array;
  private readonly alpha: number;

  /** @param rho - columns of A over rows of the sketch, below 1. */
  constructor(
    private readonly M: PreconditionedGram,
    c: Float64Array,
    private readonly rho: number,
  ) {
    this.z = new Float64Array(M.size);
    this.residual = c.slice();
    this.change = new Float64Array(M.size);
    this.product = new Float64Array(M.size);
    this.residualNorm = norm2(c, 0, M.size);
    this.alpha = (1 - rho) ** 2;
  }

  step(): number {
    const n = this.M.size;
    for (let i = 0; i < n; i++) {
      this.change[i] = this.alpha * this.residual[i] + this.rho * this.change[i];
      this.z[i] += this.change[i];
    }
    this.M.multiplyInto(this.product, this.change);
    for (let i = 0; i < n; i++) this.residual[i] -= this.product[i];
    this.residualNorm = norm2(this.residual, 0, n);
    return norm2(this.change, 0, n);
  }
}
