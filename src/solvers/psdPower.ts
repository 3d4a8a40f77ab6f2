/**
 * Powers of the Gram matrix.
 */
import { checkInteger } from '../core/checks';
import { type MatrixLike, toVector, type VectorLike } from '../core/matrix';
import { psdPower } from './gramProblems';
import { openSystem } from './openSystem';
import type { SolveOptions } from './options';
import type { SolveResult } from './result';

/** Beyond this no matrix but multiples of an orthogonal one has a digit left. */
export const LARGEST_POWER = 4096;

/**
 * Solves (AᵀA)ʲ x = b, or min ‖(AᵀA)ʲx − b‖ for rank-deficient A with `minNorm`, by j chained solves with
 * AᵀA. Song, Yin & Zhang, arXiv 2308.14304, section 5: their alternating iteration is 'gradient-descent'.
 * By default R comes from randomized CholeskyQR and each solve is two triangular ones, so that j does not
 * multiply n; for a sparse A too large for that each solve is one by conjugate gradients.
 *
 * Rounding: for generic b the relative error of x stays below about 2jκ(A)u + 20ju, u = 2⁻⁵². For
 * b = (AᵀA)ʲx* with a given x* the rounding of b alone costs κ(A)^(2j)·u, however small the residual is;
 * `forwardErrorEstimate` and `accuracy` tell the two apart.
 *
 * @param A - n × d, n ≥ d, dense or sparse, full column rank unless `minNorm`. Not modified.
 * @param b - length d. Not modified.
 * @param j - integer from 1 to 4096.
 * @returns `x` of length d. Stopping early is a `status`, not an exception.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, RANK_DEFICIENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: that of one least-squares factorisation, then O(j d²); O(k j n d) for the iterative methods with k
 * steps a solve, O(k j z) for a sparse A with z entries.
 */
export function solvePsdPower(
  A: MatrixLike,
  b: VectorLike,
  j: number,
  options: SolveOptions = {},
): SolveResult {
  const caller = 'solvePsdPower';
  checkInteger(caller, 'j', j, 1, LARGEST_POWER);
  const open = openSystem(caller, A, options);
  const right = toVector(caller, 'b', b, open.A.columns, 'A.columns');
  return psdPower(open.system(j, true), right, j);
}
