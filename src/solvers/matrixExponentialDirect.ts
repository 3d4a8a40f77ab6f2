/**
 * exp(−tAᵀA)b from the singular values and right singular vectors of R, A = QR.
 */

import type { TallMatrix } from '../core/csr';
import { isCsr } from '../core/csr';
import { SketchSolveError } from '../core/errors';
import { householderInPlace, householderWorkLength } from '../dense/householder';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { svd } from '../dense/svd';
import { norm2 } from '../dense/vector';
import { decay } from '../iterative/bidiagonalExponential';
import {
  type ExponentialFindings,
  type ExponentialProblem,
  roundingEstimate,
} from './matrixExponentialProblem';

/** Rows factored at once, per column: more take memory, fewer repeat the work on R. */
const ROWS_PER_COLUMN = 8;
const LEAST_ROWS = 512;

/** Numbers in one array: R has d² of them. */
const MOST_NUMBERS = 2 ** 31 - 1;
export const MOST_COLUMNS = Math.floor(Math.sqrt(MOST_NUMBERS));

/** Rounding: as a change of A by c·u·‖A‖. Cost: one pass over A, about 2nd² + 60d³ flops. */
export function directExponential(problem: ExponentialProblem): ExponentialFindings {
  const { A, b, exponent } = problem;
  const d = A.columns;
  if (d > MOST_COLUMNS) {
    throw new SketchSolveError(
      'SHAPE',
      `${problem.caller}: A has ${d} columns, expected at most ${MOST_COLUMNS} for method 'direct', which holds a full d × d matrix; use 'lanczos'`,
      { columns: d },
    );
  }
  const { s, v } = svd({ rows: d, columns: d, data: triangleOf(A) });
  const weights = new Float64Array(d);
  matvecTransposedInto(weights, v.data, d, d, b);
  const least = s[d - 1];
  for (let k = 0; k < d; k++) weights[k] *= decay((s[k] - least) * (s[k] + least), exponent);
  const x = new Float64Array(d);
  matvecInto(x, v.data, d, d, weights);
  const [smallest, largest] = [least ** 2, s[0] ** 2];
  const errorEstimate = roundingEstimate(exponent, 1 / norm2(x, 0, d), smallest, largest);
  return { method: 'direct', x, shift: smallest, reason: 'converged', errorEstimate, smallest, largest };
}

/** R (d × d) of a Householder QR of A, block of rows by block of rows below the R so far. */
export function triangleOf(A: TallMatrix): Float64Array {
  const { rows: n, columns: d } = A;
  const fitting = Math.max(1, Math.floor(MOST_NUMBERS / d) - d);
  const chunk = Math.min(n, fitting, Math.max(ROWS_PER_COLUMN * d, LEAST_ROWS));
  const W = new Float64Array((d + chunk) * d);
  const tau = new Float64Array(d);
  const work = new Float64Array(householderWorkLength(d + chunk, d));
  for (let first = 0; first < n; first += chunk) {
    const rows = Math.min(chunk, n - first);
    copyRows(W, d * d, A, first, rows);
    householderInPlace(W, d, d + rows, d, tau, work);
    for (let i = 0; i < d; i++) W.fill(0, i * d, i * d + i); // the reflectors
  }
  return W.slice(0, d * d);
}

function copyRows(W: Float64Array, offset: number, A: TallMatrix, first: number, rows: number): void {
  const d = A.columns;
  if (!isCsr(A)) {
    W.set(A.data.subarray(first * d, (first + rows) * d), offset);
    return;
  }
  W.fill(0, offset, offset + rows * d);
  const { rowPointers, columnIndices, values } = A;
  for (let i = 0; i < rows; i++) {
    for (let p = rowPointers[first + i]; p < rowPointers[first + i + 1]; p++) {
      W[offset + i * d + columnIndices[p]] = values[p];
    }
  }
}
