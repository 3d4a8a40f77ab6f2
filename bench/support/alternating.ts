/**
 * (AᵀA)ʲx = b by the iteration of Song, Yin & Zhang, arXiv 2308.14304, section 5, written out: j solves with AᵀA one
 * after the other, each by z ← z − M(Mz − c), M = R⁻ᵀAᵀAR⁻¹, c = R⁻ᵀb, x = R⁻¹z, the x of one being the b of the next.
 * The exact solution of every solve stands beside it.
 */
import type { Matrix } from 'sketchsolve';
import { gramVectorInto } from '../../src/dense/matvec';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { norm2 } from '../../src/dense/vector';
import { fromDoubles, gradient, product } from '../../test/support/doubleDouble';
import {
  householderLower,
  solveLowerInPlace,
  solveLowerTransposedInPlace,
} from '../../test/support/doubleDoubleFactor';
import { relativeDistance } from './agreement';

export interface PowerProblem {
  readonly A: Matrix;
  readonly b: Float64Array;
  /** Entry k is (AᵀA)^−(k+1) b. */
  readonly exact: readonly Float64Array[];
}

/** For the stored A and b, in double-double. κ(A)^2j must stay below 1e140. */
export function powerProblem(A: Matrix, b: Float64Array, j: number): PowerProblem {
  const d = A.columns;
  const L = householderLower(A);
  const y = fromDoubles(b.slice());
  const exact = Array.from({ length: j }, () => {
    solveLowerInPlace(y, L, d, d);
    solveLowerTransposedInPlace(y, L, d, d);
    return y.hi.slice();
  });
  return { A, b, exact };
}

/** (AᵀA)ʲx in double-double, rounded once. */
export function powerProduct({ rows, columns, data }: Matrix, x: Float64Array, j: number): Float64Array {
  const source = fromDoubles(data);
  let y = fromDoubles(x);
  for (let k = 0; k < j; k++) y = gradient(source, rows, columns, product(source, rows, columns, y));
  return y.hi;
}

/** After step i of a solve, which began at x₀ = 0. */
export interface Step {
  readonly x: Float64Array;
  /** ‖xᵢ − xᵢ₋₁‖/‖xᵢ‖ */
  readonly change: number;
  /** ‖xᵢ − x*‖/‖x*‖, x* the exact solution of this solve and of all before it. */
  readonly error: number;
  /** ‖c − Mzᵢ‖/‖c‖ */
  readonly residual: number;
}

/** 'powers': z ← z − M(Mz − c). 'least-squares': z ← z − (Mz − c), the step of the paper's section 4. */
export type Rule = 'powers' | 'least-squares';

/** By solve and step. */
export function alternate({ A, b, exact }: PowerProblem, R: Matrix, steps: number, rule: Rule): Step[][] {
  let right = b;
  return exact.map((solution) => {
    const taken = solveOnce(A, right, R, steps, rule, solution);
    right = taken[steps - 1].x;
    return taken;
  });
}

function solveOnce(
  A: Matrix,
  b: Float64Array,
  R: Matrix,
  steps: number,
  rule: Rule,
  exact: Float64Array,
): Step[] {
  const d = A.columns;
  const c = b.slice();
  solveUpperTransposedInPlace(c, 0, R.data, d, d);
  const residual = c.slice();
  const z = new Float64Array(d);
  let x = new Float64Array(d);
  return Array.from({ length: steps }, (): Step => {
    const update = rule === 'powers' ? timesM(A, R, residual) : residual;
    for (let k = 0; k < d; k++) z[k] += update[k];
    const product = timesM(A, R, z);
    for (let k = 0; k < d; k++) residual[k] = c[k] - product[k];
    const before = x;
    x = z.slice();
    solveUpperInPlace(x, 0, R.data, d, d);
    return {
      x,
      change: relativeDistance(before, x),
      error: relativeDistance(x, exact),
      residual: norm2(residual, 0, d) / norm2(c, 0, d),
    };
  });
}

/** M v */
function timesM({ rows: n, columns: d, data }: Matrix, R: Matrix, v: Float64Array): Float64Array {
  const x = v.slice();
  solveUpperInPlace(x, 0, R.data, d, d);
  const g = new Float64Array(d);
  gramVectorInto(g, data, n, d, x);
  solveUpperTransposedInPlace(g, 0, R.data, d, d);
  return g;
}
