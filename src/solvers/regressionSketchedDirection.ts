/**
 * The paper's approximate Newton step: AᵀDA from a fresh sketch of √D·A. "Solving Regularized Exp, Cosh and Sinh
 * Regression Problems", arXiv 2303.15725. The paper has w so large that D > 0; rows with D < 0 are sketched apart.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { gramAccumulate } from '../dense/gram';
import { solveRightUpperInPlace } from '../dense/rightSolve';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import type { WeightedFactor } from './regressionFactor';
import { FactorSource } from './regressionFactorSource';
import type { DirectionSettings, DirectionSolver, HessianDiagonal } from './regressionHessian';
import type { RegressionMatrix } from './regressionMatrix';

/** Rows of a sketch for each column that make its R⁻¹R⁻ᵀg a good step: the error falls by about √(d/m) a step. */
const SKETCH_FACTOR = 12;

export class SketchedDirection implements DirectionSolver {
  readonly innerIterations = 0;
  private readonly source: FactorSource;
  private length = 1;

  constructor(
    private readonly A: RegressionMatrix,
    settings: DirectionSettings,
  ) {
    const rows = settings.sketchSize ?? SKETCH_FACTOR * A.columns;
    this.source = new FactorSource(A, settings, settings.hessianSketch, rows);
  }

  get sketchSize(): number {
    return this.source.sketchSize;
  }

  /** E[(RᵀR)⁻¹] is larger than (AᵀDA)⁻¹ by about 1/(1 − d/m); an R of A itself is not. */
  get firstLength(): number {
    return this.length;
  }

  solveInto(s: Float64Array, g: Float64Array, D: HessianDiagonal): boolean {
    const model = (D.isModified ? this.indefiniteModel(D.curvature) : null) ?? this.positiveModel(D.weights);
    if (model === null) return false;
    const { R, scale, sketchSize, K } = model;
    const d = this.A.columns;
    this.length = sketchSize === 0 ? 1 : 1 - d / Math.max(sketchSize, d + 1);
    for (let j = 0; j < d; j++) s[j] = -g[j] * scale[j];
    solveUpperTransposedInPlace(s, 0, R, d, d);
    if (K !== null) {
      solveUpperTransposedInPlace(s, 0, K, d, d);
      solveUpperInPlace(s, 0, K, d, d);
    }
    solveUpperInPlace(s, 0, R, d, d);
    for (let j = 0; j < d; j++) s[j] *= scale[j];
    return true;
  }

  private positiveModel(weights: Float64Array): SketchedHessian | null {
    const factor = this.source.next(weights);
    return factor === null ? null : { ...factor, K: null };
  }

  /**
   * Positive and negative rows of D sketched apart: R of the positive ones, and the Cholesky factor K of
   * R⁻ᵀC(AᵀDA)CR⁻¹ = I − EᵀE. null when that is not positive definite.
   */
  private indefiniteModel(curvature: Float64Array): SketchedHessian | null {
    const d = this.A.columns;
    const negative = this.source.part(curvature.map((entry) => Math.max(-entry, 0)));
    const positive = this.source.part(curvature.map((entry) => Math.max(entry, 0)));
    if (positive.singular) return null;
    const E = negative.R;
    for (let p = 0; p < d * d; p++) E[p] *= positive.scale[p % d] / negative.scale[p % d];
    solveRightUpperInPlace(E, 0, d, positive.R, d, d, d);
    const K = new Float64Array(d * d);
    gramAccumulate(K, d, E, 0, d, d, d);
    for (let i = 0; i < d; i++) for (let j = i; j < d; j++) K[i * d + j] = (i === j ? 1 : 0) - K[i * d + j];
    return choleskyInPlace(K, d, d) < 0 ? { ...positive, K } : null;
  }
}

/** C⁻¹Rᵀ(KᵀK)RC⁻¹ for AᵀDA; null stands for K = I. */
interface SketchedHessian extends WeightedFactor {
  readonly K: Float64Array | null;
}
