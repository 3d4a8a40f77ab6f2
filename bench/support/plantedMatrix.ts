/** Tall matrices A = U diag(σ) Vᵀ with all three factors known, and what a preconditioner makes of them. */
import { householderQr, type Matrix, matmul } from 'sketchsolve';
import { uniforms } from '../../examples/support/synthetic';
import { solveRightUpperInPlace } from '../../src/dense/rightSolve';
import { svd } from '../../src/dense/svd';
import { normalRows } from './randomData';

export interface PlantedMatrix {
  readonly A: Matrix;
  /** Length d, descending. */
  readonly sigma: Float64Array;
  /** d × d, orthogonal. */
  readonly V: Matrix;
}

/** @param U - n × d, orthonormal columns. V is drawn from the seed. */
export function plantedMatrix(U: Matrix, sigma: Float64Array, seed: number): PlantedMatrix {
  const d = U.columns;
  const V = randomOrthonormal(d, d, seed);
  return { A: matmul(U, { rows: d, columns: d, data: sigmaVt(sigma, V) }), sigma, V };
}

/** n × d, a uniformly random subspace. */
export function randomOrthonormal(n: number, d: number, seed: number): Matrix {
  return householderQr(normalRows(n, d, seed)).q;
}

/** n × d: columns of the identity, in rows drawn from the seed. All that A knows is in d rows. */
export function axesOnly(n: number, d: number, seed: number): Matrix {
  const uniform = uniforms(seed);
  const rows = new Set<number>();
  while (rows.size < d) rows.add(Math.floor(n * uniform()));
  const data = new Float64Array(n * d);
  for (const [k, row] of [...rows].entries()) data[row * d + k] = 1;
  return { rows: n, columns: d, data };
}

/** From 1 down to 1/κ, evenly in the logarithm. */
export function geometric(d: number, kappa: number): Float64Array {
  return Float64Array.from({ length: d }, (_, k) => kappa ** (-k / (d - 1)));
}

/**
 * Singular values of A·R⁻¹, descending: those of diag(σ)VᵀR⁻¹, since U is orthonormal. Exact up to κ(A)·u, where
 * forming R⁻ᵀAᵀAR⁻¹ would leave κ(A)²·u.
 */
export function preconditionedValues({ sigma, V }: PlantedMatrix, R: Matrix): Float64Array {
  const d = R.rows;
  const B = sigmaVt(sigma, V);
  solveRightUpperInPlace(B, 0, d, R.data, d, d, d);
  return svd({ rows: d, columns: d, data: B }).s;
}

function sigmaVt(sigma: Float64Array, V: Matrix): Float64Array {
  const d = V.rows;
  const out = new Float64Array(d * d);
  for (let k = 0; k < d; k++) for (let j = 0; j < d; j++) out[k * d + j] = sigma[k] * V.data[j * d + k];
  return out;
}
