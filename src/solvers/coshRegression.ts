/**
 * Regularised cosh regression.
 */
import type { MatrixLike, VectorLike } from '../core/matrix';
import { solveRegression } from './regression';
import type { RegressionOptions } from './regressionOptions';
import type { RegressionResult } from './regressionResult';

/**
 * Minimises ½‖cosh(Ax) − b‖² + ½‖diag(w)Ax‖² over x, cosh entry by entry, by a damped Newton iteration; method
 * 'sketch' is the paper's approximate Newton. "Solving Regularized Exp, Cosh and Sinh Regression Problems",
 * arXiv 2303.15725.
 *
 * Convex if and only if wᵢ² ≥ bᵢ − 1 where bᵢ ≤ 4, wᵢ² ≥ 1 + bᵢ²/8 elsewhere (`stats.convex`); the minimum is
 * then x = 0. Without, 0 is stationary all the same, and x and −x are equally good: the iteration starts along the
 * most negative curvature at 0, at ‖Ax‖ = √n, and finds one of the two or another local minimum.
 *
 * Rounding: x is exact for changes of A, b and the values of cosh by a few u = 2⁻⁵² of their sizes; its relative
 * error can reach `stats.conditionEstimate`·u, which a row far above the others in size makes large. Math.cosh may
 * differ in the last bit between engines.
 *
 * @param A - n × d, n ≥ d, full column rank; dense or sparse. Not modified.
 * @param b - length n, of any sign. Not modified.
 * @param w - ≥ 0: one number, or one a row (length n). 0 leaves the rows without regularisation.
 * @returns `x` of length d. Whatever the numbers did is a `status`, not an exception.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, RANK_DEFICIENT, OUT_OF_RANGE, ABORTED
 *
 * Cost a step: n d² for 'newton' (Σkᵢ² for sparse rows of kᵢ entries), O(n d + d³) for the sketches; 4 to 15 steps,
 * 'sketch' about 25.
 */
export function solveCoshRegression(
  A: MatrixLike,
  b: VectorLike,
  w: number | VectorLike,
  options: RegressionOptions = {},
): RegressionResult {
  return solveRegression('solveCoshRegression', 'cosh', A, b, w, options);
}
