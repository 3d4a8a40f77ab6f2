/** Baseline: CGLS, conjugate gradients on TᵀT without forming it, for a square T that is not symmetric. Björck (1996), 7.4. */
import type { Matrix } from 'sketchsolve';
import { matvecInto, matvecTransposedInto } from '../../src/dense/matvec';
import { axpy, dot, norm2 } from '../../src/dense/vector';

export interface LeastSquaresLimits {
  readonly tolerance: number;
  readonly maxIterations: number;
}

/** Tx = b until the residual of the recurrence is ≤ tolerance·‖b‖. */
export function conjugateGradientLeastSquares(
  { rows: n, data }: Matrix,
  b: Float64Array,
  { tolerance, maxIterations }: LeastSquaresLimits,
) {
  const x = new Float64Array(n);
  const r = b.slice();
  const [s, Tp] = [new Float64Array(n), new Float64Array(n)];
  matvecTransposedInto(s, data, n, n, r);
  const p = s.slice();
  const target = tolerance * norm2(b, 0, n);
  let square = dot(s, s, n);
  let iterations = 0;
  for (; norm2(r, 0, n) > target && iterations < maxIterations; iterations++) {
    matvecInto(Tp, data, n, n, p);
    const alpha = square / dot(Tp, Tp, n);
    axpy(x, alpha, p, n);
    axpy(r, -alpha, Tp, n);
    matvecTransposedInto(s, data, n, n, r);
    const next = dot(s, s, n);
    for (let i = 0; i < n; i++) p[i] = s[i] + (next / square) * p[i];
    square = next;
  }
  return { x, iterations, converged: norm2(r, 0, n) <= target };
}
