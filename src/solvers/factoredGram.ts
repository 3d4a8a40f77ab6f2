/**
 * A tall operator with its factor in the forms the solvers need: M for the iterations, R of A as given, and
 * estimates of the extreme singular values.
 */
import { norm2 } from '../dense/vector';
import { PreconditionedGram } from '../iterative/preconditionedGram';
import type { MatrixNorms } from '../iterative/refinement';
import { smallestEigenvalue } from '../iterative/smallestEigenvalue';
import type { TallOperator } from '../iterative/tallOperator';
import {
  type ExtremeSingularValues,
  extremeSingularValues,
  sharperSingularValues,
} from '../precondition/conditionEstimate';
import type { TallFactor } from '../precondition/tallFactor';
import type { Spectrum } from './accuracy';

/** Relative accuracy of σ_d², over j: an error of this size in the 2j-th power. */
const ACCURACY = 0.1;

export class FactoredGram {
  readonly M: PreconditionedGram;
  /** Upper triangular, columns not scaled. */
  readonly R: Float64Array;
  readonly norms: MatrixNorms;
  private readonly extremes: ExtremeSingularValues;

  constructor(
    private readonly operator: TallOperator,
    readonly factor: TallFactor,
    /** Whether RᵀR = AᵀA to rounding. */
    private readonly exact: boolean,
  ) {
    const d = operator.columns;
    this.M = new PreconditionedGram(operator, factor.R, factor.sketched.scaling.scale);
    this.R = this.M.unscaledR;
    this.extremes = extremeSingularValues(this.R, d);
    const { largest, smallest } = this.extremes;
    this.norms = { frobenius: norm2(this.R, 0, d * d), largest, condition: largest / smallest };
  }

  get sketchSize(): number {
    return this.factor.sketched.sketch?.rows ?? 0;
  }

  /**
   * σ₁ and σ_d well enough to be raised to the power 2j. The σ_d of a preconditioner is a factor off, which
   * 2j would magnify: there it is the start of an iteration on AᵀA, a pass over A a step.
   */
  spectrum(j: number): Spectrum {
    const d = this.operator.columns;
    const { largest, smallest, smallestVector, margin } = sharperSingularValues(this.R, d, this.extremes, j);
    if (this.exact || j === 0) return { largest, smallest: smallest / margin };
    return { largest, smallest: Math.sqrt(smallestEigenvalue(this.M, smallestVector, ACCURACY / j)) };
  }
}
