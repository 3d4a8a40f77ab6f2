/**
 * R₁ with R₁ᵀR₁ = (S·A·C)ᵀ(S·A·C), power-of-two column scaling C: by a Householder QR S·A·C = Q₁R₁, or in less time
 * by the Gram matrix of S·A·C where that is accurate enough. AR₁⁻¹ is then well conditioned, with
 * κ ≈ (1 + √(d/s))/(1 − √(d/s)) for s rows, whatever κ(A) is.
 * Rokhlin & Tygert, PNAS 105 (2008); Avron, Maymounkov & Toledo, SISC 32 (2010).
 */
import { householderInPlace, householderWorkLength } from '../dense/householder';
import { reflectVectorTransposedInPlace, reflectVectorWorkLength } from '../dense/reflectVector';
import { scratch, zeros } from '../dense/smallArrays';
import { solveUpperInPlace } from '../dense/triangular';
import { accumulateRows, type RowSketch, scaleInPlace } from '../sketch/operator';
import { denseEntries, isProjected, type TallInput, timesBasis } from '../sparse/projectedCsr';
import { type ColumnScaling, columnScaling, scaleColumnsInPlace } from './columnScaling';
import { correctedSeminormal, gramFactor } from './gramFactor';

/** R₁ᵀR₁ = (S·A·C)ᵀ(S·A·C), with S = I when `sketch` is null. */
export interface SketchedFactor {
  readonly sketch: RowSketch | null;
  readonly rows: number;
  readonly columns: number;
  readonly scaling: ColumnScaling;
  /** R₁, columns × columns upper triangular, zeros below. */
  readonly R: Float64Array;
  /** For `sketchAndSolve`: S·A over the scale of S, or with `tau` the Householder vectors of Q₁ and their factors. */
  readonly matrix: Float64Array;
  readonly tau: Float64Array | null;
}

/** Sketches A (n × d) and factors the result; without a sketch this is a Householder QR of A itself, made dense. */
export function sketchedFactor(A: TallInput, sketch: RowSketch | null): SketchedFactor {
  const d = A.columns;
  const rows = sketch === null ? A.rows : sketch.rows;
  const matrix = sketch === null ? denseEntries(A) : unscaledSketch(A, sketch);
  if (sketch !== null) {
    const gram = gramFactor(matrix, rows, d, sketch.scale);
    if (gram !== null) return { ...gram, sketch, rows, columns: d, matrix, tau: null };
    scaleInPlace(matrix, sketch.scale);
  }
  const scaling = columnScaling(matrix, rows, d);
  scaleColumnsInPlace(matrix, scaling.scale, rows, d);
  const tau = zeros(Math.min(rows, d));
  householderInPlace(matrix, d, rows, d, tau, scratch(householderWorkLength(rows, d)));
  return { sketch, rows, columns: d, scaling, R: upperTriangle(matrix, d), matrix, tau };
}

/** y minimising ‖S(A·C·y − b)‖: the start of every least-squares iteration, exact when S = I. */
export function sketchAndSolve(factor: SketchedFactor, b: Float64Array): Float64Array {
  const { sketch, rows, columns: d, R, matrix, tau } = factor;
  const scale = sketch === null ? 1 : sketch.scale;
  const Sb = sketch === null ? b : unscaledSketch({ rows: b.length, columns: 1, data: b }, sketch);
  if (tau === null) return correctedSeminormal(matrix, rows, factor, scale, Sb);
  const work = scratch(reflectVectorWorkLength(rows));
  for (let i = 0; i < rows; i++) work[i] = scale * Sb[i];
  reflectVectorTransposedInPlace(work, matrix, d, rows, tau.length, tau);
  const y = zeros(d);
  for (let i = 0; i < d; i++) y[i] = work[i];
  solveUpperInPlace(y, 0, R, d, d);
  return y;
}

/** S₀·A, S = scale·S₀; for a projection (S₀·A)·V, which is small. */
function unscaledSketch(A: TallInput, sketch: RowSketch): Float64Array {
  if (isProjected(A)) return timesBasis(unscaledSketch(A.A, sketch), sketch.rows, A.V);
  const out = new Float64Array(sketch.rows * A.columns);
  accumulateRows(sketch, out, A, 0);
  return out;
}

function upperTriangle(B: Float64Array, n: number): Float64Array {
  const R = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) R[i * n + j] = B[i * n + j];
  }
  return R;
}
