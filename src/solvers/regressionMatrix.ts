/**
 * What a regression does with A, dense or sparse: products, |A||x|, |A|ᵀ|y|, weighted Gram matrices, and rows or sketches
 * of diag(rootWeights)·A. Every method is one pass over A.
 */
import type { TallMatrix } from '../core/csr';
import type { RowSketch } from '../sketch/operator';

export interface RegressionMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly tall: TallMatrix;
  /** Entries stored. */
  readonly entries: number;
  /** Passes over A so far. */
  readonly passes: number;
  /** y ← A x. */
  multiplyInto(y: Float64Array, x: Float64Array): void;
  /** g ← Aᵀ y. */
  multiplyTransposedInto(g: Float64Array, y: Float64Array): void;
  /** y ← |A||x|. */
  absoluteMultiplyInto(y: Float64Array, x: Float64Array): void;
  /** g ← |A|ᵀ|y|. */
  absoluteMultiplyTransposedInto(g: Float64Array, y: Float64Array): void;
  /** Upper triangle of G (columns × columns) ← Aᵀ diag(weights) A, weights of any sign. Below it G is not read. */
  weightedGramInto(G: Float64Array, weights: Float64Array): void;
  /** S·diag(rootWeights)·A, sketch.rows × columns. */
  sketched(sketch: RowSketch, rootWeights: Float64Array): Float64Array;
  /** Row k of the result is factors[k]·(row rows[k] of A). */
  selectedRows(rows: Int32Array, factors: Float64Array): Float64Array;
}
