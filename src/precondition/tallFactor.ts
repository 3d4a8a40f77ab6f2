/**
 * The factor behind every solver: R with RᵀR ≈ (A·C)ᵀ(A·C), to rounding ('direct', 'cholesky-qr') or within
 * a small factor ('preconditioner'). A bad sketch is detected against A itself and drawn anew with twice the
 * rows; a rank-deficient A is reported with its null vectors. Neither is ever passed on.
 */
import type { Matrix } from '../core/matrix';
import { gemmInto } from '../dense/gemm';
import { createSketch } from '../sketch/create';
import type { SketchKind } from '../sketch/operator';
import { choleskyQr } from './choleskyQr';
import { extremeSingularValues } from './conditionEstimate';
import { nullVectors, unscaleNullBasis } from './nullSpace';
import { type SketchedFactor, sketchedFactor } from './sketchedFactor';

export type FactorKind = 'direct' | 'cholesky-qr' | 'preconditioner';

export interface FactorPlan {
  readonly kind: FactorKind;
  readonly sketch: SketchKind;
  readonly sketchSize: number;
  readonly seed: number | string;
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
}

/** Below this σ_min/σ₁ of a factor its null vectors are tried on A. */
const SUSPICIOUS = 30 * 2 ** -52;
/**
 * ‖A·C·v‖ ≤ this·‖A·C‖_F: v is a null vector of A as far as doubles can tell. Measured for exact
 * dependencies of every kind: at most 1.4u; for κ(A) = 1e15: at least 3.4u.
 */
export const NULL_RESIDUAL = 2 * 2 ** -52;
/** The same for a minimum-norm solution, which treats singular values below 30u·σ₁ as zero. */
export const MIN_NORM_RESIDUAL = SUSPICIOUS;
/** The image of a null vector of the sketch that only a bad sketch explains, over √d. */
const BAD_SKETCH_RESIDUAL = 1e3 * 2 ** -52;
const MAX_RESKETCHES = 4;

/**
 * Factors A (n ≥ d).
 *
 * @param nullResidual - what counts as a null vector: NULL_RESIDUAL, MIN_NORM_RESIDUAL, or 0 where a deficiency was
 *   removed already.
 */
export function factorTall(A: Matrix, plan: FactorPlan, nullResidual: number): TallFactor | RankDeficiency {
  if (plan.kind === 'direct') return factorDirectly(A, nullResidual, 0, 0);
  let passes = 0;
  for (let attempt = 0; attempt <= MAX_RESKETCHES; attempt++) {
    const size = plan.sketchSize * 2 ** attempt;
    if (size >= A.rows) return factorDirectly(A, nullResidual, passes, attempt);
    // a second draw of the same kind may fail for the same reason: an identity block and CountSketch
    const kind = attempt === 0 ? plan.sketch : 'sparse-sign';
    const seed = attempt === 0 ? plan.seed : `${plan.seed}/${attempt}`;
    const sketched = sketchedFactor(A, createSketch(kind, size, A.rows, seed));
    passes++;
    const verdict = examine(A, sketched, nullResidual);
    passes += verdict.passes;
    if (verdict.deficiency !== null) return verdict.deficiency;
    if (verdict.badSketch) continue;
    if (plan.kind === 'preconditioner') return { R: sketched.R, sketched, passes, resketches: attempt };
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
  A: Matrix,
  nullResidual: number,
  passes: number,
  resketches: number,
): TallFactor | RankDeficiency {
  const sketched = sketchedFactor(A, null);
  const { deficiency } = examine(A, sketched, nullResidual);
  return deficiency ?? { R: sketched.R, sketched, passes: passes + 1, resketches };
}

interface Verdict {
  readonly passes: number;
  readonly badSketch: boolean;
  readonly deficiency: RankDeficiency | null;
}

const TRUSTED: Verdict = { passes: 0, badSketch: false, deficiency: null };

/** Tries the near-null vectors of the factor, if there are any, on A itself. */
function examine(A: Matrix, factor: SketchedFactor, nullResidual: number): Verdict {
  const { R, scaling, sketch, columns: d } = factor;
  const { largest, smallest } = extremeSingularValues(R, d);
  if (smallest > 1.2 * SUSPICIOUS * largest) return TRUSTED;
  const { basis } = nullVectors(R, d, SUSPICIOUS);
  if (basis === null) return TRUSTED;
  const images = relativeImages(A, scaling.scale, basis);
  if (sketch !== null && images.some((norm) => norm > BAD_SKETCH_RESIDUAL * Math.sqrt(d))) {
    return { passes: 1, badSketch: true, deficiency: null };
  }
  const kept = images.map((_, k) => k).filter((k) => images[k] <= nullResidual);
  if (kept.length === 0) return { passes: 1, badSketch: false, deficiency: null };
  const nullBasis = unscaleNullBasis(selectColumns(basis, kept), scaling.scale);
  return { passes: 1, badSketch: false, deficiency: { rank: d - kept.length, nullBasis } };
}

const PANEL_ROWS = 256;

/** ‖A·C·v‖/‖A·C‖_F for every column v of the basis, in one pass over A. */
function relativeImages(A: Matrix, scale: Float64Array, basis: Matrix): number[] {
  const { rows: n, columns: d, data } = A;
  const count = basis.columns;
  const panel = new Float64Array(PANEL_ROWS * d);
  const images = new Float64Array(PANEL_ROWS * count);
  const squares = new Float64Array(count);
  let total = 0;
  for (let first = 0; first < n; first += PANEL_ROWS) {
    const rows = Math.min(PANEL_ROWS, n - first);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < d; j++) {
        const entry = data[(first + i) * d + j] * scale[j];
        panel[i * d + j] = entry;
        total += entry * entry;
      }
    }
    gemmInto(images, 0, count, panel, 0, d, false, basis.data, 0, count, false, rows, count, d, 1, 0);
    for (let p = 0; p < rows * count; p++) squares[p % count] += images[p] * images[p];
  }
  // the zero matrix maps everything to zero
  return Array.from(squares, (square) => (total === 0 ? 0 : Math.sqrt(square / total)));
}

function selectColumns(B: Matrix, kept: readonly number[]): Matrix {
  const data = new Float64Array(B.rows * kept.length);
  for (let i = 0; i < B.rows; i++) {
    for (let k = 0; k < kept.length; k++) data[i * kept.length + k] = B.data[i * B.columns + kept[k]];
  }
  return { rows: B.rows, columns: kept.length, data };
}
