/** The attention kernel formed entry by entry, as the solvers it is compared with need it. */
import type { Matrix as MlMatrix } from 'ml-matrix';
import { type Matrix, matmul } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';

/** exp(AAᵀ) + λI */
export function shiftedKernel(A: Matrix, lambda: number): Matrix {
  const { rows: n, columns: d, data } = A;
  const transposed = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) transposed[j * n + i] = data[i * d + j];
  const K = matmul(A, { rows: d, columns: n, data: transposed });
  for (let p = 0; p < n * n; p++) K.data[p] = Math.exp(K.data[p]);
  for (let i = 0; i < n; i++) K.data[i * (n + 1)] += lambda;
  return K;
}

/** exp(AAᵀ/τ), its diagonal times 1 + ridge, with the means of ml-matrix. */
export function mlKernel(A: Matrix, temperature: number, ridge: number): MlMatrix {
  const rows = toMl(A);
  const K = rows.mmul(rows.transpose()).div(temperature).exp();
  for (let i = 0; i < A.rows; i++) K.set(i, i, (1 + ridge) * K.get(i, i));
  return K as MlMatrix;
}

/** exp(AAᵀ/τ), its diagonal times 1 + ridge. */
export function ridgedKernel({ rows: n, columns: d, data }: Matrix, temperature: number, ridge: number) {
  const K = shiftedKernel(
    { rows: n, columns: d, data: data.map((entry) => entry / Math.sqrt(temperature)) },
    0,
  );
  for (let i = 0; i < n; i++) K.data[i * (n + 1)] *= 1 + ridge;
  return K;
}
