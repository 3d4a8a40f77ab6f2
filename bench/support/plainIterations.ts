/**
 * Gradient descent, heavy ball and conjugate gradients for min ‖Ax − b‖ and AᵀAx = c, without a preconditioner: the
 * baselines. The first two are given the exact extreme singular values: step 1/σ₁²; α = 4/(σ₁ + σ_d)², β = ((κ − 1)/(κ + 1))²,
 * the best in the long run, which for κ = 1e6 is millions of steps (Polyak 1964).
 */
import type { Matrix } from 'sketchsolve';
import { gramVectorInto } from '../../src/dense/matvec';
import { solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { axpy, dot, norm2 } from '../../src/dense/vector';

export interface PlainProblem {
  readonly A: Matrix;
  /** Aᵀb, or c. */
  readonly gradient: Float64Array;
  readonly largest: number;
  readonly smallest: number;
  /** R with RᵀR = AᵀA: ‖R⁻ᵀAᵀ(b − Ax)‖ is the distance ‖A(x − x*)‖. */
  readonly R: Matrix;
}

/** ‖R⁻ᵀ(c − AᵀAx)‖ after every step. */
export type PlainIteration = (problem: PlainProblem, steps: number) => number[];

export const PLAIN: Readonly<
  Record<'gradient-descent' | 'heavy-ball' | 'conjugate-gradient', PlainIteration>
> = {
  'gradient-descent': (problem, steps) => momentum(problem, steps, 1 / problem.largest ** 2, 0),
  'heavy-ball': (problem, steps) => {
    const { largest, smallest } = problem;
    const beta = ((largest - smallest) / (largest + smallest)) ** 2;
    return momentum(problem, steps, 4 / (largest + smallest) ** 2, beta);
  },
  'conjugate-gradient': conjugateGradient,
};

/** x ← x + α·r + β·(x − x_previous), r = c − AᵀAx. */
function momentum(problem: PlainProblem, steps: number, alpha: number, beta: number): number[] {
  const d = problem.A.columns;
  const residual = problem.gradient.slice();
  const change = new Float64Array(d);
  return Array.from({ length: steps }, () => {
    for (let k = 0; k < d; k++) change[k] = alpha * residual[k] + beta * change[k];
    axpy(residual, -1, gramTimes(problem.A, change), d);
    return distance(problem, residual);
  });
}

/** Hestenes & Stiefel (1952), on AᵀA. */
function conjugateGradient(problem: PlainProblem, steps: number): number[] {
  const d = problem.A.columns;
  const residual = problem.gradient.slice();
  const direction = residual.slice();
  let square = dot(residual, residual, d);
  return Array.from({ length: steps }, () => {
    const product = gramTimes(problem.A, direction);
    axpy(residual, -square / dot(direction, product, d), product, d);
    const next = dot(residual, residual, d);
    for (let k = 0; k < d; k++) direction[k] = residual[k] + (next / square) * direction[k];
    square = next;
    return distance(problem, residual);
  });
}

function gramTimes({ rows, columns, data }: Matrix, v: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  gramVectorInto(out, data, rows, columns, v);
  return out;
}

function distance({ R, A }: PlainProblem, residual: Float64Array): number {
  const v = residual.slice();
  solveUpperTransposedInPlace(v, 0, R.data, A.columns, A.columns);
  return norm2(v, 0, A.columns);
}
