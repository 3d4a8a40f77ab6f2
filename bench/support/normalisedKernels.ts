/**
 * Softmax attention formed: T = diag(K1)⁻¹K, K = exp(AAᵀ/τ), whose rows sum to 1. A relative ridge takes T to
 * T + ridge·diag(T) = diag(K1)⁻¹(K + ridge·diag(K)): the sums are those of K without it, as in the library.
 */
import { SingularValueDecomposition } from 'ml-matrix';
import type { Matrix } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import { ridgedKernel } from './denseKernel';
import { inverseRoots, scaledBy } from './formedPreconditioners';

/** T + ridge·diag(T); causal: K without what is above its diagonal. */
export function softmaxKernel(A: Matrix, temperature: number, ridge: number, causal = false): Matrix {
  const K = ridgedKernel(A, temperature, 0);
  const { rows: n, data } = K;
  if (causal) for (let i = 0; i < n; i++) data.fill(0, i * n + i + 1, (i + 1) * n);
  const sums = rowSums(K);
  for (let p = 0; p < n * n; p++) data[p] /= sums[Math.floor(p / n)];
  for (let i = 0; i < n; i++) data[i * (n + 1)] *= 1 + ridge;
  return K;
}

/** K1 */
export function rowSums({ rows: n, data }: Matrix): Float64Array {
  return Float64Array.from({ length: n }, (_, i) =>
    data.subarray(i * n, (i + 1) * n).reduce((total, entry) => total + entry, 0),
  );
}

/** M = K + ridge·diag(K), the same of unit diagonal, diag(K1)⁻¹M and diag(K1)^(−½)M·diag(K1)^(−½). */
export function kernelForms(A: Matrix, temperature: number, ridge: number) {
  const sums = rowSums(ridgedKernel(A, temperature, 0));
  const M = ridgedKernel(A, temperature, ridge);
  return {
    kernel: M,
    unitDiagonal: scaledBy(M, inverseRoots(M)),
    softmax: softmaxKernel(A, temperature, ridge),
    symmetric: scaledBy(
      M,
      sums.map((sum) => 1 / Math.sqrt(sum)),
    ),
  };
}

/** σ₁/σₙ; beyond 1e15 it is rounding. */
export function conditionNumber(M: Matrix): number {
  const options = { computeLeftSingularVectors: false, computeRightSingularVectors: false };
  const { diagonal } = new SingularValueDecomposition(toMl(M), options);
  return diagonal[0] / diagonal[diagonal.length - 1];
}
