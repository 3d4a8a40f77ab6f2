/** Thin singular value decomposition of a small matrix, by ml-matrix. */
import { Matrix as MlMatrix, SingularValueDecomposition } from 'ml-matrix';
import type { Matrix } from '../core/matrix';

export interface Svd {
  readonly u: Matrix;
  readonly s: Float64Array;
  readonly v: Matrix;
}

/** A = u diag(s) vᵀ, s descending, rows ≥ columns. */
export function svd(A: Matrix): Svd {
  const { rows: m, columns: n } = A;
  const M = new MlMatrix(m, n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) M.set(i, j, A.data[i * n + j]);
  const { leftSingularVectors: U, rightSingularVectors: V, diagonal } = new SingularValueDecomposition(M);
  const u = new Float64Array(m * n);
  const v = new Float64Array(n * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) u[i * n + j] = U.get(i, j);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v[i * n + j] = V.get(i, j);
  return {
    u: { rows: m, columns: n, data: u },
    s: Float64Array.from(diagonal),
    v: { rows: n, columns: n, data: v },
  };
}
