/**
 * What an iteration may do with a tall A: one fused pass for Aᵀ(Ax) and one for the residual with its
 * gradient. A is read once per call and never squared: AᵀA formed explicitly would lose κ(A)·u more.
 */
import type { CsrMatrix } from '../core/csr';
import type { Matrix } from '../core/matrix';
import { gramVectorInto, matvecInto, matvecTransposedInto, residualGradientInto } from '../dense/matvec';
import { csrGramVectorInto, csrResidualGradientInto } from '../sparse/csrProducts';
import { occupiedRows } from '../sparse/occupiedRows';
import { isProjected, type ProjectedCsr, type TallInput } from '../sparse/projectedCsr';

export interface TallOperator {
  readonly rows: number;
  readonly columns: number;
  /** Multiplications of a product with A. */
  readonly entries: number;
  /** Passes over A so far. */
  readonly passes: number;
  /** g ← Aᵀ(A x). */
  gram(g: Float64Array, x: Float64Array): void;
  /** r ← b − A x and g ← Aᵀ r. */
  residual(r: Float64Array, g: Float64Array, x: Float64Array, b: Float64Array): void;
}

/** The operator of a matrix in any of its forms. */
export function tallOperator(A: TallInput): TallOperator {
  if ('data' in A) return new DenseTallOperator(A);
  return isProjected(A) ? new ProjectedTallOperator(A) : new CsrTallOperator(A);
}

/** The operator of a dense matrix. */
export class DenseTallOperator implements TallOperator {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  passes = 0;

  constructor(private readonly A: Matrix) {
    this.rows = A.rows;
    this.columns = A.columns;
    this.entries = A.rows * A.columns;
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

/** The operator of a sparse matrix. */
export class CsrTallOperator implements TallOperator {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  passes = 0;

  /** What AᵀA needs of A: most rows may be empty, and are read by every product. */
  private readonly occupied: CsrMatrix;

  constructor(private readonly A: CsrMatrix) {
    this.rows = A.rows;
    this.columns = A.columns;
    this.entries = A.values.length;
    this.occupied = occupiedRows(A);
  }

  gram(g: Float64Array, x: Float64Array): void {
    this.passes++;
    csrGramVectorInto(g, this.occupied, x);
  }

  residual(r: Float64Array, g: Float64Array, x: Float64Array, b: Float64Array): void {
    this.passes++;
    csrResidualGradientInto(r, g, this.A, x, b);
  }
}

/** The operator of A·V, by products with the two. */
export class ProjectedTallOperator implements TallOperator {
  readonly rows: number;
  readonly columns: number;
  readonly entries: number;
  passes = 0;
  private readonly outer: Float64Array;
  private readonly outerGradient: Float64Array;
  private readonly occupied: CsrMatrix;

  constructor(private readonly product: ProjectedCsr) {
    this.rows = product.rows;
    this.columns = product.columns;
    this.entries = product.A.values.length + product.V.data.length;
    this.outer = new Float64Array(product.A.columns);
    this.outerGradient = new Float64Array(product.A.columns);
    this.occupied = occupiedRows(product.A);
  }

  gram(g: Float64Array, x: Float64Array): void {
    this.passes++;
    const { V } = this.product;
    matvecInto(this.outer, V.data, V.rows, V.columns, x);
    csrGramVectorInto(this.outerGradient, this.occupied, this.outer);
    matvecTransposedInto(g, V.data, V.rows, V.columns, this.outerGradient);
  }

  residual(r: Float64Array, g: Float64Array, x: Float64Array, b: Float64Array): void {
    this.passes++;
    const { A, V } = this.product;
    matvecInto(this.outer, V.data, V.rows, V.columns, x);
    csrResidualGradientInto(r, this.outerGradient, A, this.outer, b);
    matvecTransposedInto(g, V.data, V.rows, V.columns, this.outerGradient);
  }
}
