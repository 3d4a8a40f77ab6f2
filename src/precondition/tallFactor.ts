/**
 * The factor behind every solver: R with RᵀR ≈ (A·C)ᵀ(A·C), to rounding ('direct', 'cholesky-qr') or within
 * a small factor ('preconditioner'). A bad sketch is detected against A itself and drawn anew with twice the
 * rows; a rank-deficient A is reported with its null vectors. Neither is ever passed on.
 */
import type { Matrix } from '../core/matrix';
import { norm2 } from '../dense/vector';
import { createSketch } from '../sketch/create';
import type { SketchKind } from '../sketch/operator';
import { denseForm, type TallInput } from '../sparse/projectedCsr';
import { choleskyQr } from './choleskyQr';
import { extremeSingularValues, smallestSingularValueBound } from './conditionEstimate';
import { nullImages } from './nullImages';
import { type NullVectors, nullVectors, refineNullVectors, unscaleNullBasis } from './nullSpace';
import { type SketchedFactor, sketchedFactor } from './sketchedFactor';

export type FactorKind = 'direct' | 'cholesky-qr' | 'preconditioner';

export interface FactorPlan {
  readonly kind: FactorKind;
  readonly sketch: SketchKind;
  readonly sketchSize: number;
  readonly seed: number | string;
  /** A wider spread of κ(AR⁻¹) does no harm: a large sparse sign sketch may have half the entries. */
  readonly frugal?: boolean;
}

export interface TallFactor {
  /** d × d upper triangular. */
  readonly R: Float64Array;
  /** Holds C, and solves the sketched problem for a start. */
  readonly sketched: SketchedFactor;
  readonly passes: number;
  readonly resketches: number;
}

/** A·N = 0 to rounding for the orthonormal columns of N. */
export interface RankDeficiency {
  readonly rank: number;
  readonly nullBasis: Matrix;
  /** Passes over A it took to find. */
  readonly passes: number;
}

const u = 2 ** -52;
/**
 * ‖A·C·v‖ ≤ this·‖A·C‖_F: v is a null vector of A as far as doubles can tell. Measured after refinement:
 * at most 1.2u for exact dependencies of every kind, at least 3.0u for κ(A) = 1e15.
 */
export const NULL_RESIDUAL = 2 * u;
/** The same for a minimum-norm solution, which treats singular values below 30u·σ₁ as zero. */
export const MIN_NORM_RESIDUAL = 30 * u;
/** The image of a null vector of the sketch that only a bad sketch explains, over √d: ten times the largest suspicion. */
const BAD_SKETCH_RESIDUAL = 5e3 * u;
/** Smaller images may be lost to the rounding of a sketch; of larger ones it must keep a tenth. */
const LOST_RESIDUAL = 30 * u;
const MAX_RESKETCHES = 4;

/**
 * Factors A (n ≥ d). A sparse A is made dense for the kinds that give a factor to rounding, and where n is no
 * more than the rows of a sketch.
 *
 * @param nullResidual - what counts as a null vector: NULL_RESIDUAL, MIN_NORM_RESIDUAL, or 0 where a deficiency was
 *   removed already.
 */
export function factorTall(
  given: TallInput,
  plan: FactorPlan,
  nullResidual: number,
): TallFactor | RankDeficiency {
  const A = plan.kind === 'preconditioner' ? given : denseForm(given);
  if (plan.kind === 'direct') return factorDirectly(A, nullResidual, 0, 0);
  let passes = 0;
  for (let attempt = 0; attempt <= MAX_RESKETCHES; attempt++) {
    const size = plan.sketchSize * 2 ** attempt;
    if (size >= A.rows) return factorDirectly(A, nullResidual, passes, attempt);
    // a second draw of the same kind may fail for the same reason: an identity block and CountSketch
    const kind = attempt === 0 ? plan.sketch : 'sparse-sign';
    const seed = attempt === 0 ? plan.seed : `${plan.seed}/${attempt}`;
    const sketched = sketchedFactor(
      A,
      createSketch(kind, size, A.rows, seed, plan.frugal ? A.columns : undefined),
    );
    passes++;
    const verdict = examine(A, sketched, nullResidual);
    passes += verdict.passes;
    if (verdict.deficiency !== null) return { ...verdict.deficiency, passes };
    if (verdict.badSketch) continue;
    if (plan.kind === 'preconditioner' || !('data' in A))
      return { R: sketched.R, sketched, passes, resketches: attempt };
    const corrected = choleskyQr(A, sketched.scaling, sketched.R);
    passes += corrected.passes;
    if (corrected.R !== null) return { R: corrected.R, sketched, passes, resketches: attempt };
  }
  return factorDirectly(A, nullResidual, passes, MAX_RESKETCHES + 1);
}

export function isRankDeficiency(factor: TallFactor | RankDeficiency): factor is RankDeficiency {
  return 'nullBasis' in factor;
}

function factorDirectly(
  A: TallInput,
  nullResidual: number,
  passes: number,
  resketches: number,
): TallFactor | RankDeficiency {
  const sketched = sketchedFactor(A, null);
  const verdict = examine(A, sketched, nullResidual);
  const all = passes + 1 + verdict.passes;
  if (verdict.deficiency !== null) return { ...verdict.deficiency, passes: all };
  return { R: sketched.R, sketched, passes: all, resketches };
}

interface Verdict {
  readonly passes: number;
  readonly badSketch: boolean;
  readonly deficiency: Omit<RankDeficiency, 'passes'> | null;
}

const TRUSTED: Verdict = { passes: 0, badSketch: false, deficiency: null };

/**
 * σ_min/σ₁ of a factor of n rows below which its null vectors are tried on A. Rounding lends exactly dependent columns
 * more of it the more rows there are: columns v and 7v up to 40u at n = 4097, 2100u at n = 10⁶; sketches, which sum
 * stretches of rows, up to 450u at n = 30 000. To try more than needed takes two passes.
 */
function suspicion(n: number, isSketch: boolean): number {
  return isSketch ? Math.min(500, 30 + 4 * Math.sqrt(n)) * u : (30 + n / 20) * u;
}

/** Tries the near-null vectors of the factor, if there are any, on A itself. */
function examine(A: TallInput, factor: SketchedFactor, nullResidual: number): Verdict {
  const { R, scaling, sketch, columns: d } = factor;
  // most factors are far from suspicion, which costs less to see than the estimates do
  const suspicious = suspicion(A.rows, sketch !== null);
  if (smallestSingularValueBound(R, d) > 1.2 * suspicious * norm2(R, 0, d * d)) return TRUSTED;
  const { largest, smallest } = extremeSingularValues(R, d);
  if (smallest > 1.2 * suspicious * largest) return TRUSTED;
  const found = nullVectors(R, d, suspicious);
  if (found.basis === null) return TRUSTED;
  const tried = nullImages(A, scaling.scale, found.basis, () => norm2(R, 0, d * d));
  if (sketch !== null && tried.norms.some((norm) => norm > BAD_SKETCH_RESIDUAL * Math.sqrt(d))) {
    return { passes: 1, badSketch: true, deficiency: null };
  }
  const { basis, norms, passes } = refined(A, factor, found, found.basis, tried.gradient);
  const kept = norms.map((_, k) => k).filter((k) => norms[k] <= nullResidual);
  if (kept.length === 0) {
    const lost = norms.map(
      (norm, k) => norm > LOST_RESIDUAL && norm * norm2(R, 0, d * d) > 10 * found.s[found.rank + k],
    );
    return { passes: 1 + passes, badSketch: sketch !== null && lost.some(Boolean), deficiency: null };
  }
  const nullBasis = unscaleNullBasis(selectColumns(basis, kept), scaling.scale);
  return { passes: 1 + passes, badSketch: false, deficiency: { rank: d - kept.length, nullBasis } };
}

/** Refinement steps with the R of a sketch, each a gradient step with its best step size for that spectrum. */
const SKETCHED_STEPS = 3;

/**
 * Null vectors of R are off by the rounding of its QR factorisation, which grows with n: up to 11u of image
 * at n = 4000. Corrected with products by A itself the image is at most 1.2u.
 */
function refined(
  A: TallInput,
  factor: SketchedFactor,
  found: NullVectors,
  first: Matrix,
  gradient: Float64Array,
) {
  const { sketch, scaling, columns: d, R } = factor;
  const rho = sketch === null ? 0 : d / sketch.rows;
  const passes = sketch === null ? 1 : SKETCHED_STEPS;
  const basis = { ...first, data: first.data.slice() };
  let images = { norms: [] as number[], gradient };
  for (let k = 0; k < passes; k++) {
    refineNullVectors(found, basis.data, images.gradient, (1 - rho) ** 2 / (1 + rho));
    images = nullImages(A, scaling.scale, basis, () => norm2(R, 0, d * d));
  }
  return { basis, norms: images.norms, passes };
}

function selectColumns(B: Matrix, kept: readonly number[]): Matrix {
  const data = new Float64Array(B.rows * kept.length);
  for (let i = 0; i < B.rows; i++) {
    for (let k = 0; k < kept.length; k++) data[i * kept.length + k] = B.data[i * B.columns + kept[k]];
  }
  return { rows: B.rows, columns: kept.length, data };
}
