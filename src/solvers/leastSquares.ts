/**
 * Linear least squares for tall matrices.
 */
import { type MatrixLike, toVector, type VectorLike } from '../core/matrix';
import { oddPower } from './gramProblems';
import { openSystem } from './openSystem';
import type { SolveOptions } from './options';
import type { SolveResult } from './result';

/**
 * Minimises ‖Ax − b‖₂ over x. 'auto' takes Householder QR for small or hardly tall A, else randomized
 * CholeskyQR up to d = 140 and sketch-preconditioned conjugate gradients beyond; these also for a sparse A,
 * unless it is small or nearly dense. Epperly, Meier & Nakatsukasa, arXiv 2406.03468; Song, Yin & Zhang, arXiv 2308.14304, section 4, for 'gradient-descent'.
 *
 * Rounding: x is exact for data that differ from A and b by a few u = 2⁻⁵² in norm (`backwardError`), so its
 * relative error can reach κ(A)·u·(1 + κ(A)‖r‖/(‖A‖‖x‖)), r = b − Ax (`forwardErrorEstimate`).
 *
 * @param A - n × d, n ≥ d, dense or sparse, full column rank unless `minNorm`. Not modified.
 * @param b - length n. Not modified.
 * @returns `x` of length d. Stopping early is a `status`, not an exception.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, RANK_DEFICIENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: O(n d) to sketch, O(s d²) to factor s rows; then O(n d²) for 'cholesky-qr', O(k n d) for k steps of
 * an iteration, 2 n d² for 'direct'. For a sparse A with z entries O(z) to sketch with 'sparse-sign' or
 * 'countsketch' and O(k z) for k steps; no array of n d numbers is made.
 */
export function solveLeastSquares(A: MatrixLike, b: VectorLike, options: SolveOptions = {}): SolveResult {
  const caller = 'solveLeastSquares';
  const open = openSystem(caller, A, options);
  const right = toVector(caller, 'b', b, open.A.rows, 'A.rows');
  return oddPower(open.system(1, false), right, 0);
}
