/**
 * F(Ax) as the Newton iteration sees it: derivatives with respect to x, the step, and the objective along it.
 */
import { dot, norm2 } from '../dense/vector';
import type { NewtonStep, NewtonSystem } from '../iterative/newton';
import type { DirectionSolver } from './regressionHessian';
import type { RegressionMatrix } from './regressionMatrix';
import type { RegressionObjective } from './regressionObjective';

export class RegressionSystem implements NewtonSystem {
  private readonly x: Float64Array;
  private readonly gradient: Float64Array;
  private readonly t: Float64Array;
  /** A·s of the last step. */
  private readonly direction: Float64Array;

  constructor(
    private readonly A: RegressionMatrix,
    private readonly objective: RegressionObjective,
    private readonly solver: DirectionSolver,
  ) {
    this.x = new Float64Array(A.columns);
    this.gradient = new Float64Array(A.columns);
    this.t = new Float64Array(A.rows);
    this.direction = new Float64Array(A.rows);
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

  get value(): number {
    return this.objective.value;
  }

  /** Gradient of F with respect to x. */
  get gradientAtX(): Float64Array {
    return this.gradient;
  }

  stepInto(s: Float64Array, criterion: number): NewtonStep | null {
    const { A, objective, gradient, solver, t } = this;
    if (!solver.solveInto(s, gradient, objective, criterion)) return null;
    const decrementSq = -dot(gradient, s, s.length);
    if (!(decrementSq >= 0 && decrementSq < Number.POSITIVE_INFINITY)) return null;
    A.multiplyInto(this.direction, s);
    let largestChange = 0;
    for (const change of this.direction) largestChange = Math.max(largestChange, Math.abs(change));
    // t is in the objective: its place holds |A||x| until the next point
    A.absoluteMultiplyInto(t, this.x);
    return {
      decrement: Math.sqrt(decrementSq),
      scale: objective.scale(t),
      largestChange,
      firstLength: solver.firstLength,
    };
  }

  change(length: number): number {
    return this.objective.change(this.direction, length);
  }
}
