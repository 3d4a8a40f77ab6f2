/**
 * Odd powers: A times a power of its Gram matrix.
 */
import { checkInteger } from '../core/checks';
import { type MatrixLike, toVector, type VectorLike } from '../core/matrix';
import { oddPower } from './gramProblems';
import { openSystem } from './openSystem';
import type { SolveOptions } from './options';
import { LARGEST_POWER } from './psdPower';
import type { SolveResult } from './result';

/**
 * Minimises ‖A(AᵀA)ʲ x − b‖₂: least squares first, to backward stability, then j solves with AᵀA.
 * Song, Yin & Zhang, arXiv 2308.14304, section 6.
 *
 * Rounding: as {@link solveLeastSquares} followed by {@link solvePsdPower}; a b near the range of A gives
 * about (2j + 1)κ(A)u, and a residual of size ρ adds up to κ(A)^(2j+2)·ρ·u/‖A‖^(2j+1)‖x‖.
 *
 * @param A - n × d, n ≥ d, dense or sparse, full column rank unless `minNorm`. Not modified.
 * @param b - length n. Not modified.
 * @param j - integer from 0 to 4096; 0 is least squares.
 * @returns `x` of length d. Stopping early is a `status`, not an exception.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, RANK_DEFICIENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: that of {@link solveLeastSquares}, then O(j d²), or O(k j n d) for the iterative methods, O(k j z) for a
 * sparse A with z entries.
 */
export function solveOddPower(
  A: MatrixLike,
  b: VectorLike,
  j: number,
  options: SolveOptions = {},
): SolveResult {
  const caller = 'solveOddPower';
  checkInteger(caller, 'j', j, 0, LARGEST_POWER);
  const open = openSystem(caller, A, options);
  const right = toVector(caller, 'b', b, open.A.rows, 'A.rows');
  return oddPower(open.system(j + 1, j > 0), right, j);
}
