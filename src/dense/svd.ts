/**
 * Thin singular value decomposition of a small matrix: Householder QR, then one-sided Jacobi on the rows of R.
 * Drmač & Veselić, SIAM J. Matrix Anal. Appl. 29(4) 2008, without pivoting.
 */
import type { Matrix } from '../core/matrix';
import { applyQInPlace, householderInPlace, householderWorkLength } from './householder';
import { NEGLIGIBLE_SQUARE, orthogonaliseRowsInPlace } from './rowJacobi';
import { ldexp, maxAbs, powerOfTwoExponent } from './vector';

/** A = u diag(s) vᵀ with orthonormal columns in u and v, also where s_j = 0. */
export interface Svd {
  /** rows × columns. */
  readonly u: Matrix;
  /** Descending, length columns. */
  readonly s: Float64Array;
  /** columns × columns. */
  readonly v: Matrix;
}

/**
 * A = u diag(s) vᵀ, s descending.
 *
 * Rounding: |s_j − σ_j| ≤ c·n·u·σ_1, so that smaller values are noise.
 *
 * @param A - m × n with m ≥ n, entries finite. Not modified.
 * Cost: about 2mn² + 7kn³ for k sweeps, usually 6 to 12; meant for n up to a few hundred.
 */
export function svd(A: Matrix): Svd {
  const { rows: m, columns: n } = A;
  const exponent = powerOfTwoExponent(maxAbs(A.data, 0, m * n));
  const F = A.data.map((x) => ldexp(x, -exponent));
  const tau = new Float64Array(n);
  const work = new Float64Array(householderWorkLength(m, n));
  householderInPlace(F, n, m, n, tau, work);
  const R = new Float64Array(n * n);
  for (let i = 0; i < n; i++) R.set(F.subarray(i * n + i, i * n + n), i * n + i);
  const J = identity(n);
  const squares = new Float64Array(n);
  orthogonaliseRowsInPlace(R, J, squares, n);
  const order = Array.from(squares, (_, j) => j).sort((i, j) => squares[j] - squares[i]);
  const s = normaliseRows(R, squares, n, order);
  const u = new Float64Array(m * n);
  const v = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      u[i * n + k] = J[order[k] * n + i];
      v[i * n + k] = R[order[k] * n + i];
    }
  }
  applyQInPlace(u, n, n, F, n, m, n, tau, work);
  return {
    u: { rows: m, columns: n, data: u },
    s: s.map((x) => ldexp(x, exponent)),
    v: { rows: n, columns: n, data: v },
  };
}

function identity(n: number): Float64Array {
  const I = new Float64Array(n * n);
  for (let i = 0; i < n; i++) I[i * n + i] = 1;
  return I;
}

/** Rows of V in the given order ← unit rows, those without a direction completing the basis; returns norms. */
function normaliseRows(
  V: Float64Array,
  squares: Float64Array,
  n: number,
  order: readonly number[],
): Float64Array {
  const norms = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const row = order[k] * n;
    if (squares[order[k]] <= NEGLIGIBLE_SQUARE) {
      completeBasis(V, n, order, k);
    } else {
      norms[k] = Math.sqrt(squares[order[k]]);
      for (let j = 0; j < n; j++) V[row + j] /= norms[k];
    }
  }
  return norms;
}

/** Row order[k] of V ← a unit vector orthogonal to the rows order[0 … k), from the axis they cover least. */
function completeBasis(V: Float64Array, n: number, order: readonly number[], k: number): void {
  const covered = new Float64Array(n);
  for (let l = 0; l < k; l++) {
    for (let j = 0; j < n; j++) covered[j] += V[order[l] * n + j] ** 2;
  }
  const axis = covered.indexOf(Math.min(...covered));
  const row = V.subarray(order[k] * n, order[k] * n + n).fill(0);
  row[axis] = 1;
  // twice: the first projection may cancel down to length 1/√n
  for (let pass = 0; pass < 2; pass++) {
    for (let l = 0; l < k; l++) {
      const other = order[l] * n;
      let overlap = 0;
      for (let j = 0; j < n; j++) overlap += V[other + j] * row[j];
      for (let j = 0; j < n; j++) row[j] -= overlap * V[other + j];
    }
    let normSq = 0;
    for (let j = 0; j < n; j++) normSq += row[j] * row[j];
    for (let j = 0; j < n; j++) row[j] /= Math.sqrt(normSq);
  }
}
