/**
 * What an iteration may do with a tall A: one fused pass for Aᵀ(Ax) and one for the residual with its
 * gradient. A is read once per call and never squared: AᵀA formed explicitly would lose κ(A)·u more.
 */
import type { Matrix } from '../core/matrix';
import { gramVectorInto, residualGradientInto } from '../dense/matvec';

export interface TallOperator {
  readonly rows: number;
  readonly columns: number;
  /** Passes over A so far. */
  readonly passes: number;
  /** g ← Aᵀ(A x). */
  gram(g: Float64Array, x: Float64Array): void;
  /** r ← b − A x and g ← Aᵀ r. */
  residual(r: Float64Array, g: Float64Array, x: Float64Array, b: Float64Array): void;
}

/** The operator of a dense matrix. */
export class DenseTallOperator implements TallOperator {
  readonly rows: number;
  readonly columns: number;
  passes = 0;

  constructor(private readonly A: Matrix) {
    this.rows = A.rows;
    this.columns = A.columns;
  }

  gram(g: Float64Array, x: Float64Array): void {
    this.passes++;
    gramVectorInto(g, this.A.data, this.rows, this.columns, x);
  }

  residual(r: Float64Array, g: Float64Array, x: Float64Array, b: Float64Array): void {
    this.passes++;
    residualGradientInto(r, g, this.A.data, this.rows, this.columns, x, b);
  }
}
