/**
 * Several attention heads: the rows of A turned by one random orthogonal matrix, as by the projections of a layer before
 * training, and cut into H matrices of d/H columns. Turning alone leaves K = exp(AAᵀ/τ) as it is.
 */
import { type Matrix, matmul } from 'sketchsolve';
import { ridgedKernel } from './denseKernel';
import { randomOrthonormal } from './plantedMatrix';

/** H matrices of d/H columns, whose squared row lengths sum to those of A; H divides d. */
export function splitHeads(A: Matrix, count: number, seed = 31): Matrix[] {
  const { rows: n, columns: d } = A;
  if (d % count !== 0) throw new Error(`heads: ${d} columns, expected a multiple of ${count}`);
  const turned = matmul(A, randomOrthonormal(d, d, seed)).data;
  const width = d / count;
  return Array.from({ length: count }, (_, h) => {
    const data = new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      const start = i * d + h * width;
      data.set(turned.subarray(start, start + width), i * width);
    }
    return { rows: n, columns: width, data };
  });
}

/** Σ_h K_h, its diagonal times 1 + ridge. */
export function summedKernel(heads: readonly Matrix[], temperature: number, ridge: number): Matrix {
  const [first, ...others] = heads.map((head) => () => ridgedKernel(head, temperature, ridge));
  const sum = first();
  for (const form of others) {
    const { data } = form();
    for (let p = 0; p < data.length; p++) sum.data[p] += data[p];
  }
  return sum;
}
