/**
 * R₁ from a Householder QR of a sketch: S·A·C = Q₁R₁ with power-of-two column scaling C. AR₁⁻¹ is then
 * well conditioned, with κ ≈ (1 + √(n/s))/(1 − √(n/s)) for s rows, whatever κ(A) is.
 * Rokhlin & Tygert, PNAS 105 (2008); Avron, Maymounkov & Toledo, SISC 32 (2010).
 */
import { householderInPlace, householderWorkLength } from '../dense/householder';
import { reflectVectorTransposedInPlace, reflectVectorWorkLength } from '../dense/reflectVector';
import { scratch, zeros } from '../dense/smallArrays';
import { solveUpperInPlace } from '../dense/triangular';
import { accumulateRows, type RowSketch, scaleInPlace } from '../sketch/operator';
import { denseEntries, isProjected, type TallInput, timesBasis } from '../sparse/projectedCsr';
import { type ColumnScaling, columnScaling, scaleColumnsInPlace } from './columnScaling';

/** Q₁R₁ = S·A·C, with S = I when `sketch` is null. */
export interface SketchedFactor {
  readonly sketch: RowSketch | null;
  readonly rows: number;
  readonly columns: number;
  readonly scaling: ColumnScaling;
  /** R₁, columns × columns upper triangular, zeros below. */
  readonly R: Float64Array;
  /** Householder vectors of Q₁ and their factors, for `sketchAndSolve`. */
  readonly reflectors: Float64Array;
  readonly tau: Float64Array;
}

/** Sketches A (n × d) and factors the result; without a sketch this is a Householder QR of A itself, made dense. */
export function sketchedFactor(A: TallInput, sketch: RowSketch | null): SketchedFactor {
  const d = A.columns;
  const rows = sketch === null ? A.rows : sketch.rows;
  const SA = sketch === null ? denseEntries(A) : sketchOf(A, sketch);
  const scaling = columnScaling(SA, rows, d);
  scaleColumnsInPlace(SA, scaling.scale, rows, d);
  const tau = zeros(Math.min(rows, d));
  householderInPlace(SA, d, rows, d, tau, scratch(householderWorkLength(rows, d)));
  return { sketch, rows, columns: d, scaling, R: upperTriangle(SA, d), reflectors: SA, tau };
}

/** y minimising ‖S(A·C·y − b)‖: the start of every least-squares iteration, exact when S = I. */
export function sketchAndSolve(factor: SketchedFactor, b: Float64Array): Float64Array {
  const { sketch, rows, columns: d, R, reflectors, tau } = factor;
  const Sb = sketch === null ? b : sketchOf({ rows: b.length, columns: 1, data: b }, sketch);
  const work = scratch(reflectVectorWorkLength(rows));
  work.set(Sb);
  reflectVectorTransposedInPlace(work, reflectors, d, rows, tau.length, tau);
  const y = zeros(d);
  for (let i = 0; i < d; i++) y[i] = work[i];
  solveUpperInPlace(y, 0, R, d, d);
  return y;
}

/** S·A; for a projection (S·A)·V, which is small. */
function sketchOf(A: TallInput, sketch: RowSketch): Float64Array {
  if (isProjected(A)) return timesBasis(sketchOf(A.A, sketch), sketch.rows, A.V);
  const out = new Float64Array(sketch.rows * A.columns);
  accumulateRows(sketch, out, A, 0);
  scaleInPlace(out, sketch.scale);
  return out;
}

function upperTriangle(B: Float64Array, n: number): Float64Array {
  const R = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) R[i * n + j] = B[i * n + j];
  }
  return R;
}
