/**
 * Factors of one Hessian after the other, each from a sketch of its own; a bad sketch is replaced by one of twice the
 * size, a rank-deficient A reported.
 */
import { type FactorPlan, type WeightedFactor, weightedFactor } from './regressionFactor';
import type { DirectionSettings } from './regressionHessian';
import type { RegressionMatrix } from './regressionMatrix';
import type { HessianSketch } from './regressionOptions';
import { checkFullRank } from './regressionRank';

export class FactorSource {
  sketchSize = 0;
  private draws = 0;
  private fullRank = false;

  constructor(
    private readonly A: RegressionMatrix,
    private readonly settings: DirectionSettings,
    private readonly kind: HessianSketch,
    private readonly rows: number,
  ) {}

  /** A factor for part of a Hessian, singular or not. */
  part(weights: Float64Array): WeightedFactor {
    const { A, settings, kind, rows } = this;
    this.draws++;
    const factor = weightedFactor(A, weights, { kind, rows, seed: `${settings.seed}/${this.draws}` });
    this.sketchSize = factor.sketchSize;
    return factor;
  }

  /** A factor of AᵀDA, or null when even that of √D·A itself is singular. */
  next(weights: Float64Array): WeightedFactor | null {
    const { A, settings, kind } = this;
    this.draws++;
    for (let rows = this.rows; ; rows *= 2) {
      const plan: FactorPlan = { kind, rows, seed: `${settings.seed}/${this.draws}/${rows}` };
      const factor = weightedFactor(A, weights, plan);
      this.sketchSize = factor.sketchSize;
      if (!factor.singular) return factor;
      if (!this.fullRank) checkFullRank(settings.caller, A, settings.seed);
      this.fullRank = true;
      if (rows >= A.rows) return null;
    }
  }
}
