/**
 * Problems and oracles for min ½‖f(Ax) − b‖² + ½‖diag(w)Ax‖², written from the definition: the objective and its
 * gradient in doubles, a plain damped Newton method in double-double, and bisection for one unknown.
 */
import { type CsrMatrix, csrFromMatrix } from '../../src/core/csr';
import type { Matrix } from '../../src/core/matrix';
import {
  add,
  axpy,
  type DoubleDouble,
  divide,
  dot,
  fromDoubles,
  multiply,
  type Pair,
  pairAt,
  product,
  setPair,
  subtract,
  gradient as transposedProduct,
  zeros,
} from './doubleDouble';
import { cholesky, solveLowerInPlace, solveLowerTransposedInPlace } from './doubleDoubleFactor';
import { extendedExp } from './extendedExp';
import { randomVector, testRandom } from './random';

export type Kind = 'exp' | 'cosh' | 'sinh';

export interface RegressionProblem {
  readonly A: Matrix;
  readonly b: Float64Array;
  /** One a row. */
  readonly w: Float64Array;
}

export const FUNCTION: Record<Kind, (t: number) => number> = {
  exp: Math.exp,
  cosh: Math.cosh,
  sinh: Math.sinh,
};
export const SLOPE: Record<Kind, (t: number) => number> = { exp: Math.exp, cosh: Math.sinh, sinh: Math.cosh };

/** Rows of length about 1, so that t = Ax has the size of the entries of x. */
export function unitRows(n: number, d: number, seed: number): Matrix {
  return { rows: n, columns: d, data: randomVector(n * d, seed).map((entry) => entry / Math.sqrt(d)) };
}

/** b = f(Ax)·(1 + noise) for a random x. */
export function plantedRegression(
  kind: Kind,
  A: Matrix,
  options: { w: number; noise: number; seed: number },
): RegressionProblem & { x: Float64Array } {
  const random = testRandom(options.seed);
  const x = new Float64Array(A.columns).map(() => random.normal());
  const t = product(fromDoubles(A.data), A.rows, A.columns, fromDoubles(x)).hi;
  const b = t.map((entry) => FUNCTION[kind](entry) * (1 + options.noise * random.normal()));
  return { A, b, w: new Float64Array(A.rows).fill(options.w), x };
}

/** The objective by the definition. */
export function naiveValue(kind: Kind, { A, b, w }: RegressionProblem, x: ArrayLike<number>): number {
  let value = 0;
  for (let i = 0; i < A.rows; i++) {
    let t = 0;
    for (let j = 0; j < A.columns; j++) t += A.data[i * A.columns + j] * x[j];
    value += 0.5 * (FUNCTION[kind](t) - b[i]) ** 2 + 0.5 * (w[i] * t) ** 2;
  }
  return value;
}

const ONE: Pair = [1, 0];

interface Evaluated {
  readonly value: Pair;
  readonly gradient: DoubleDouble;
  readonly curvature: DoubleDouble;
  readonly gaussNewton: DoubleDouble;
}

/** f, f′ with f″ = f, from one exponential. */
function functionPairs(kind: Kind, t: Pair): { f: Pair; slope: Pair } {
  const e = extendedExp(t);
  if (kind === 'exp') return { f: e, slope: e };
  const inverse = divide(ONE, e);
  const [sum, difference] = [add(e, inverse), subtract(e, inverse)];
  const cosh: Pair = [sum[0] / 2, sum[1] / 2];
  const sinh: Pair = [difference[0] / 2, difference[1] / 2];
  return kind === 'cosh' ? { f: cosh, slope: sinh } : { f: sinh, slope: cosh };
}

function evaluate(kind: Kind, { A, b, w }: RegressionProblem, x: DoubleDouble): Evaluated {
  const t = product(fromDoubles(A.data), A.rows, A.columns, x);
  const q = zeros(A.rows);
  const curvature = zeros(A.rows);
  const gaussNewton = zeros(A.rows);
  let value: Pair = [0, 0];
  for (let i = 0; i < A.rows; i++) {
    const ti = pairAt(t, i);
    const { f, slope } = functionPairs(kind, ti);
    const r = subtract(f, [b[i], 0]);
    const wSq = multiply([w[i], 0], [w[i], 0]);
    setPair(q, i, add(multiply(r, slope), multiply(wSq, ti)));
    setPair(gaussNewton, i, add(multiply(slope, slope), wSq));
    setPair(curvature, i, add(pairAt(gaussNewton, i), multiply(r, f)));
    value = add(value, add(multiply(r, r), multiply(wSq, multiply(ti, ti))));
  }
  const gradient = transposedProduct(fromDoubles(A.data), A.rows, A.columns, q);
  return { value, gradient, curvature, gaussNewton };
}

/** Lower triangle of AᵀDA. */
function hessian(A: Matrix, D: DoubleDouble): DoubleDouble {
  const { rows, columns: d } = A;
  const source = fromDoubles(A.data);
  const G = zeros(d * d);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < d; j++) {
      axpy(G, j * d, multiply(pairAt(D, i), [A.data[i * d + j], 0]), source, i * d, j + 1);
    }
  }
  return G;
}

/**
 * The minimum that damped Newton steps in double-double reach from `start`, good to about 1e-20: exact Hessian
 * where it is positive definite, Gauss-Newton elsewhere. Entries of Ax up to 300.
 */
export function referenceRegression(
  kind: Kind,
  problem: RegressionProblem,
  start: ArrayLike<number>,
): Float64Array {
  const d = problem.A.columns;
  const x = fromDoubles(Float64Array.from(start));
  for (let step = 0; step < 200; step++) {
    const at = evaluate(kind, problem, x);
    const L = factor(problem.A, at.curvature, at.gaussNewton);
    const s = { hi: at.gradient.hi.map((v) => -v), lo: at.gradient.lo.map((v) => -v) };
    solveLowerInPlace(s, L, d, d);
    solveLowerTransposedInPlace(s, L, d, d);
    const decrement = -dot(at.gradient, 0, s, 0, d)[0];
    if (decrement <= 1e-44 * at.value[0]) return x.hi;
    for (let length = 1; ; length /= 2) {
      const trial = { hi: x.hi.slice(), lo: x.lo.slice() };
      axpy(trial, 0, [length, 0], s, 0, d);
      const { value } = evaluate(kind, problem, trial);
      if (length < 1e-12) return x.hi;
      if (!(subtract(value, at.value)[0] <= -1e-4 * length * decrement)) continue;
      x.hi.set(trial.hi);
      x.lo.set(trial.lo);
      break;
    }
  }
  throw new RangeError('referenceRegression: no minimum after 200 steps');
}

function factor(A: Matrix, D: DoubleDouble, gaussNewton: DoubleDouble): DoubleDouble {
  try {
    return cholesky(hessian(A, D), A.columns);
  } catch {
    return cholesky(hessian(A, gaussNewton), A.columns);
  }
}

/** The zero of (f(t) − b)f′(t) + w²t in [low, high], where it changes its sign, to one spacing of doubles. */
export function bisectedRoot(kind: Kind, b: number, w: number, low: number, high: number): number {
  const slope = (t: number) => (FUNCTION[kind](t) - b) * SLOPE[kind](t) + w * w * t;
  let [left, right] = [low, high];
  const sign = Math.sign(slope(left));
  if (sign === Math.sign(slope(right))) throw new RangeError('bisectedRoot: no change of sign');
  for (;;) {
    const middle = left + (right - left) / 2;
    if (middle === left || middle === right) return middle;
    if (Math.sign(slope(middle)) === sign) left = middle;
    else right = middle;
  }
}

/** Columns of mean 0 and variance 1. */
export function standardised(A: Matrix): Matrix {
  const { rows: n, columns: d } = A;
  const data = A.data.slice();
  for (let j = 0; j < d; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => data[i * d + j]);
    const mean = column.reduce((sum, entry) => sum + entry, 0) / n;
    const deviation = Math.sqrt(column.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / n);
    for (let i = 0; i < n; i++) data[i * d + j] = (data[i * d + j] - mean) / deviation;
  }
  return { rows: n, columns: d, data };
}

export function identity(n: number): Matrix {
  const data = new Float64Array(n * n);
  for (let i = 0; i < n; i++) data[i * n + i] = 1;
  return { rows: n, columns: n, data };
}

/** A dense matrix most of whose entries are zero, and the same as CSR; every column has entries. */
export function sparsePair(n: number, d: number, density: number, seed: number): [Matrix, CsrMatrix] {
  const random = testRandom(seed);
  const data = new Float64Array(n * d).map((_, p) => {
    const value = random.normal();
    return random.uniform() < density || Math.floor(p / d) === p % d ? value : 0;
  });
  const A = { rows: n, columns: d, data };
  return [A, csrFromMatrix(A)];
}

/** ‖x − y‖/‖y‖. */
export function relativeDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < y.length; i++) {
    difference += (x[i] - y[i]) ** 2;
    size += y[i] ** 2;
  }
  return Math.sqrt(difference / size);
}
