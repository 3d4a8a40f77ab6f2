/**
 * F(Ax) as the Newton iteration sees it: derivatives with respect to x, the step, and the objective along it.
 */
import { dot, norm2 } from '../dense/vector';
import type { NewtonStep, NewtonSystem } from '../iterative/newton';
import type { DirectionSolver } from './regressionHessian';
import type { RegressionMatrix } from './regressionMatrix';
import type { RegressionObjective } from './regressionObjective';

/** An entry of the gradient relative to its terms: a few roundings, in the mean over its rows. */
const GRADIENT_ROUNDING = 16 * 2 ** -52;

export class RegressionSystem implements NewtonSystem {
  private readonly x: Float64Array;
  private readonly gradient: Float64Array;
  private readonly t: Float64Array;
  /** A·s of the last step. */
  private readonly direction: Float64Array;
  /** |A|ᵀ of the sizes of the terms. */
  private readonly sizes: Float64Array;

  constructor(
    private readonly A: RegressionMatrix,
    private readonly objective: RegressionObjective,
    private readonly solver: DirectionSolver,
  ) {
    this.x = new Float64Array(A.columns);
    this.gradient = new Float64Array(A.columns);
    this.t = new Float64Array(A.rows);
    this.direction = new Float64Array(A.rows);
    this.sizes = new Float64Array(A.columns);
  }

  moveTo(x: Float64Array): boolean {
    const { A, objective, gradient } = this;
    this.x.set(x);
    // anew, not t + a·As: after steps from far away t would keep their rounding
    A.multiplyInto(this.t, x);
    if (!objective.moveTo(this.t)) return false;
    A.multiplyTransposedInto(gradient, objective.gradient);
    return Number.isFinite(norm2(gradient, 0, gradient.length));
  }

  /** Of the rows that x moves: next to a large row that it does not, no progress would show. */
  get value(): number {
    return this.objective.movableValue;
  }

  /** Gradient of F with respect to x. */
  get gradientAtX(): Float64Array {
    return this.gradient;
  }

  stepInto(s: Float64Array, criterion: number): NewtonStep | null {
    const { A, objective, gradient, solver, t } = this;
    if (!solver.solveInto(s, gradient, objective, criterion)) return this.restInto(s);
    const decrementSq = -dot(gradient, s, s.length);
    if (!(decrementSq >= 0 && decrementSq < Number.POSITIVE_INFINITY)) return null;
    A.multiplyInto(this.direction, s);
    let largestChange = 0;
    for (const change of this.direction) largestChange = Math.max(largestChange, Math.abs(change));
    // t is in the objective: its place holds |A||x| until the next point
    A.absoluteMultiplyInto(t, this.x);
    const scale = objective.scale(t);
    return {
      decrement: Math.sqrt(decrementSq),
      scale,
      coordinateCriterion: this.coordinateCriterion(),
      largestChange,
      firstLength: solver.firstLength,
    };
  }

  /**
   * The largest |gⱼ|/Σᵢ|aᵢⱼ|(size of the terms of row i), 0 for rounding: a column of small rows counts as much as one
   * of large rows, whose size alone decides what is small in the norm of all.
   */
  private coordinateCriterion(): number {
    const { A, objective, gradient, sizes } = this;
    A.absoluteMultiplyTransposedInto(sizes, objective.sizes);
    let largest = 0;
    for (let j = 0; j < sizes.length; j++) {
      const size = Math.abs(gradient[j]);
      if (sizes[j] === 0 || sizes[j] === Number.POSITIVE_INFINITY) {
        // exp underflows to a gradient that is zero without a minimum; of the others it is one
        if (size > 0 || objective.kind === 'exp') largest = Math.max(largest, 1);
      } else largest = Math.max(largest, size / sizes[j]);
    }
    return largest <= GRADIENT_ROUNDING ? 0 : largest;
  }

  /** Where no Hessian is left, as at 0 for cosh with b = 1 and w = 0, a gradient of zero is still the end. */
  private restInto(s: Float64Array): NewtonStep | null {
    const { A, objective, gradient, t } = this;
    if (objective.kind === 'exp' || gradient.some((entry) => entry !== 0)) return null;
    s.fill(0);
    this.direction.fill(0);
    A.absoluteMultiplyInto(t, this.x);
    const scale = objective.scale(t);
    return { decrement: 0, scale, coordinateCriterion: 0, largestChange: 0, firstLength: 1 };
  }

  change(length: number): number {
    return this.objective.change(this.direction, length);
  }
}
