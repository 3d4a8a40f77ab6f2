/**
 * An approximate least-squares solution with all that is known about it, from one pass over A.
 */
import { copyOf, zeros } from '../dense/smallArrays';
import { norm2 } from '../dense/vector';
import { backwardErrorBound, backwardErrorEstimate, type LeastSquaresNorms } from './backwardError';
import type { PreconditionedGram } from './preconditionedGram';

export class Evaluated {
  /** An upper bound of the backward error, free, but 10⁶ times too large where κ²‖r‖ matters. */
  readonly backwardErrorBound: number;
  private estimate: number | undefined;

  constructor(
    private readonly M: PreconditionedGram,
    readonly x: Float64Array,
    /** Aᵀ(b − Ax) */
    readonly gradient: Float64Array,
    /** R⁻ᵀC·gradient */
    readonly preconditioned: Float64Array,
    readonly norms: LeastSquaresNorms,
  ) {
    this.backwardErrorBound = backwardErrorBound(norms);
  }

  /** The estimate of the backward error, O(d³) when first asked for. */
  get backwardError(): number {
    if (this.estimate === undefined) {
      const { unscaledR, size } = this.M;
      this.estimate = backwardErrorEstimate(this.norms, unscaledR, this.gradient, size);
    }
    return this.estimate;
  }
}

/** Evaluates approximate solutions of min ‖Ax − b‖. */
export class Evaluator {
  /** Overwritten by each evaluation: new arrays of n numbers cost more than the arithmetic on them. */
  private readonly residual: Float64Array;
  private readonly rightHandSide: number;

  constructor(
    private readonly M: PreconditionedGram,
    private readonly b: Float64Array,
    private readonly matrixFrobenius: number,
  ) {
    this.residual = zeros(b.length);
    this.rightHandSide = norm2(b, 0, b.length);
  }

  /** One pass over A. x is kept, not copied. */
  evaluate(x: Float64Array): Evaluated {
    const { M, residual } = this;
    const gradient = zeros(M.size);
    M.operator.residual(residual, gradient, x, this.b);
    const preconditioned = copyOf(gradient);
    M.gradientInPlace(preconditioned);
    return new Evaluated(M, x, gradient, preconditioned, {
      matrixFrobenius: this.matrixFrobenius,
      rightHandSide: this.rightHandSide,
      solution: norm2(x, 0, x.length),
      residual: norm2(residual, 0, residual.length),
      gradient: norm2(gradient, 0, gradient.length),
      preconditionedGradient: norm2(preconditioned, 0, preconditioned.length),
    });
  }
}
