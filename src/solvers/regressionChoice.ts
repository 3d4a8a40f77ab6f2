/** The choice 'auto' of the regressions: multiplications of one Newton step, with the exact Hessian and with a sketch. */
import { isCsr, type TallMatrix } from '../core/csr';
import type { RegressionMethod } from './regressionOptions';

/**
 * A step with sketches in multiplications of a Gram matrix of the same kind, for every entry of A and for d³ (the
 * Householder QR of 4d rows in one step of three). Measured; a dense Gram matrix multiplies blocks, eight times as
 * fast as a sparse one scatters.
 */
const SKETCHED_STEP = { sparse: { entry: 40, cube: 0.3 }, dense: { entry: 96, cube: 2 } };

export function chooseRegressionMethod(A: TallMatrix): Exclude<RegressionMethod, 'sketch'> {
  const d = A.columns;
  const entries = isCsr(A) ? A.values.length : A.rows * d;
  const { entry, cube } = isCsr(A) ? SKETCHED_STEP.sparse : SKETCHED_STEP.dense;
  return gramCost(A) <= entry * entries + cube * d ** 3 ? 'newton' : 'sketch-cg';
}

/** Σkᵢ² over rows of kᵢ entries. */
function gramCost(A: TallMatrix): number {
  if (!isCsr(A)) return A.rows * A.columns ** 2;
  let sum = 0;
  for (let i = 0; i < A.rows; i++) sum += (A.rowPointers[i + 1] - A.rowPointers[i]) ** 2;
  return sum;
}
