/**
 * The smallest eigenvalue λ of AᵀA by locally optimal conjugate gradients: with x = C R⁻¹z it is 1/μ for the
 * largest μ = zᵀNz/zᵀMz, N = R⁻ᵀC²R⁻¹, a well-determined quotient however small λ is. Each step takes the best vector in
 * the span of z, the residual Nz − μMz and the last change. Knyazev, SISC 23 (2001). One pass over A a step.
 */
import { svd } from '../dense/svd';
import { axpy, dot, norm2 } from '../dense/vector';
import type { PreconditionedGram } from './preconditionedGram';
import { eigenvalueSettled } from './stopping';

const MAX_STEPS = 60;

/** A vector with its images under M and N. */
interface Triple {
  readonly z: Float64Array;
  readonly Mz: Float64Array;
  readonly Nz: Float64Array;
}

/**
 * A lower estimate of λ: 1/(μ + ρ), ρ the size of the residual, within which there is an eigenvalue.
 *
 * @param start - a guess of the eigenvector of AᵀA, not zero. Not modified.
 * @param accuracy - the iteration ends when ρ is below accuracy·μ.
 */
export function smallestEigenvalue(M: PreconditionedGram, start: Float64Array, accuracy: number): number {
  const z = start.slice();
  M.toCoordinatesInPlace(z);
  let current = withImages(M, z);
  let change: Triple | null = null;
  for (let step = 0; ; step++) {
    scale(current, 1 / Math.sqrt(dot(current.z, current.Mz, M.size)));
    const mu = dot(current.z, current.Nz, M.size);
    const residual = current.Nz.slice();
    axpy(residual, -mu, current.Mz, M.size);
    const rho = norm2(residual, 0, M.size);
    if (eigenvalueSettled(rho, mu, accuracy) || step === MAX_STEPS) return 1 / (mu + rho);
    const basis: Triple[] = [current];
    if (change !== null) extend(basis, change);
    extend(basis, withImages(M, residual));
    if (basis.length === 1) return 1 / (mu + rho);
    const weights = largestQuotient(basis, M.size);
    current = combination(basis, weights, 0, M.size);
    change = combination(basis, weights, 1, M.size);
  }
}

function withImages(M: PreconditionedGram, z: Float64Array): Triple {
  const Mz = new Float64Array(M.size);
  M.multiplyInto(Mz, z);
  const Nz = new Float64Array(M.size);
  M.toSolutionInto(Nz, z);
  M.gradientInPlace(Nz);
  return { z, Mz, Nz };
}

function scale({ z, Mz, Nz }: Triple, factor: number): void {
  for (let i = 0; i < z.length; i++) {
    z[i] *= factor;
    Mz[i] *= factor;
    Nz[i] *= factor;
  }
}

/** Adds a vector to a basis that is orthonormal in the inner product of M, unless it depends on the others. */
function extend(basis: Triple[], added: Triple): void {
  const n = added.z.length;
  const before = dot(added.z, added.Mz, n);
  for (const { z, Mz, Nz } of [...basis, ...basis]) {
    const overlap = dot(z, added.Mz, n);
    axpy(added.z, -overlap, z, n);
    axpy(added.Mz, -overlap, Mz, n);
    axpy(added.Nz, -overlap, Nz, n);
  }
  const left = dot(added.z, added.Mz, n);
  if (!(left > 1e-20 * before)) return;
  scale(added, 1 / Math.sqrt(left));
  basis.push(added);
}

/** Weights of the basis in the vector of largest zᵀNz: an eigenvalue problem of size 2 or 3. */
function largestQuotient(basis: readonly Triple[], n: number): Float64Array {
  const k = basis.length;
  const data = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      data[i * k + j] = 0.5 * (dot(basis[i].z, basis[j].Nz, n) + dot(basis[j].z, basis[i].Nz, n));
    }
  }
  // positive definite: the singular value decomposition is the eigenvalue decomposition
  const { v } = svd({ rows: k, columns: k, data });
  return Float64Array.from({ length: k }, (_, i) => v.data[i * k]);
}

/** Σ weightsᵢ·basisᵢ from index `from` on. */
function combination(basis: readonly Triple[], weights: Float64Array, from: number, n: number): Triple {
  const sum = { z: new Float64Array(n), Mz: new Float64Array(n), Nz: new Float64Array(n) };
  for (let i = from; i < basis.length; i++) {
    axpy(sum.z, weights[i], basis[i].z, n);
    axpy(sum.Mz, weights[i], basis[i].Mz, n);
    axpy(sum.Nz, weights[i], basis[i].Nz, n);
  }
  return sum;
}
