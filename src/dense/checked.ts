/**
 * Checked copies of the dense kernels for callers: shapes and entries are checked, results are new.
 */
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix } from '../core/matrix';
import { checkTall } from '../core/sizes';
import { fwhtInPlace } from './fwht';
import { gemmInto } from './gemm';
import { applyQInPlace, householderInPlace, householderWorkLength } from './householder';

/**
 * A·B.
 *
 * @param A - m × k. Not modified.
 * @param B - k × n. Not modified.
 * @returns m × n; each entry within k·u of the exact one, relative to |A||B|.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
 *
 * Cost: 2mnk operations.
 */
export function matmul(A: MatrixLike, B: MatrixLike): Matrix {
  const left = toMatrix('matmul', 'A', A);
  const right = toMatrix('matmul', 'B', B);
  const { rows: m, columns: k } = left;
  const n = right.columns;
  if (right.rows !== k) {
    throw new SketchSolveError('SHAPE', `matmul: B has ${right.rows} rows, expected ${k} (= A.columns)`, {
      got: right.rows,
      expected: k,
    });
  }
  const data = new Float64Array(m * n);
  gemmInto(data, 0, n, left.data, 0, k, false, right.data, 0, n, false, m, n, k, 1, 0);
  return { rows: m, columns: n, data };
}

/** The thin factors of A = QR. */
export interface HouseholderQr {
  /** n × d, orthonormal columns. */
  readonly q: Matrix;
  /** d × d, upper triangular. */
  readonly r: Matrix;
}

/**
 * A = QR by Householder reflections, blocked in compact WY form. Schreiber & Van Loan, SISSC 10 (1989).
 *
 * Rounding: QᵀQ = I and A = QR to a small multiple of u, whatever κ(A) is. Diagonal entries of R may have
 * either sign; for rank-deficient A some are of the size of rounding.
 *
 * @param A - n × d, n ≥ d. Not modified.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
 *
 * Cost: 4nd² operations.
 */
export function householderQr(A: MatrixLike): HouseholderQr {
  const given = toMatrix('householderQr', 'A', A);
  const { rows: n, columns: d } = given;
  checkTall('householderQr', n, d);
  const factor = given.data.slice();
  const tau = new Float64Array(d);
  const work = new Float64Array(householderWorkLength(n, d));
  householderInPlace(factor, d, n, d, tau, work);
  const r = new Float64Array(d * d);
  const q = new Float64Array(n * d);
  for (let i = 0; i < d; i++) {
    q[i * d + i] = 1;
    for (let j = i; j < d; j++) r[i * d + j] = factor[i * d + j];
  }
  applyQInPlace(q, d, d, factor, d, n, d, tau, work);
  return { q: { rows: n, columns: d, data: q }, r: { rows: d, columns: d, data: r } };
}

/**
 * H·A for the unnormalised Sylvester–Hadamard matrix H, H² = nI, by the fast Walsh–Hadamard transform of
 * every column.
 *
 * @param A - n × d, n a power of two. Not modified.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
 *
 * Cost: n·d·log₂n additions.
 */
export function fwht(A: MatrixLike): Matrix {
  const { rows, columns, data } = toMatrix('fwht', 'A', A);
  if (2 ** Math.round(Math.log2(rows)) !== rows) {
    throw new SketchSolveError('SHAPE', `fwht: A has ${rows} rows, expected a power of two`, { rows });
  }
  const out = data.slice();
  fwhtInPlace(out, 0, columns, rows, columns);
  return { rows, columns, data: out };
}
