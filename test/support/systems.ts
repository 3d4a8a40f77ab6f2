/**
 * Systems whose M = R⁻ᵀ(AC)ᵀ(AC)R⁻¹ is known, and the measure of a preconditioner: A·C·R⁻¹ to rounding.
 */
import type { Matrix } from '../../src/core/matrix';
import { PreconditionedGram } from '../../src/iterative/preconditionedGram';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { fromDoubles, zeros } from './doubleDouble';
import { householderLower, solveLowerInPlace } from './doubleDoubleFactor';
import { naiveMatmul, naiveTranspose } from './oracles';
import { plantedMatrix } from './planted';
import { randomOrthonormal } from './random';

/** A·diag(scale)·R⁻¹ (R d × d upper triangular) in double-double, rounded once. */
export function whitened(A: Matrix, scale: Float64Array, R: Float64Array): Matrix {
  const { rows: n, columns: d } = A;
  const L = fromDoubles(naiveTranspose({ rows: d, columns: d, data: R }).data);
  const data = new Float64Array(n * d);
  const row = zeros(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) row.hi[j] = A.data[i * d + j] * scale[j];
    row.lo.fill(0);
    solveLowerInPlace(row, L, d, d);
    data.set(row.hi, i * d);
  }
  return { rows: n, columns: d, data };
}

/** max|WᵀW − I|. */
export function orthogonalityError(W: Matrix): number {
  const G = naiveMatmul(naiveTranspose(W), W);
  return G.data.reduce((worst, entry, p) => {
    const identity = p % (W.columns + 1) === 0 ? 1 : 0;
    return Math.max(worst, Math.abs(entry - identity));
  }, 0);
}

/** Upper triangular d × d with condition number κ and ‖R‖ = 1, diagonal entries of either sign. */
export function plantedTriangle(d: number, kappa: number, seed: number): Float64Array {
  const L = householderLower(plantedMatrix({ n: d, d, kappa, seed }).A);
  return naiveTranspose({ rows: d, columns: d, data: L.hi }).data;
}

export interface KnownGram {
  readonly M: PreconditionedGram;
  readonly operator: DenseTallOperator;
  readonly A: Matrix;
  readonly eigenvalues: readonly number[];
  /** d × d; column k belongs to eigenvalues[k]. */
  readonly eigenvectors: Matrix;
  /** M as a matrix; what `M` computes differs from it by about 10·d·κ(R)·u·‖M‖. */
  readonly dense: Matrix;
}

/** κ(R) of a known system. */
export const KNOWN_KAPPA = 100;

/** A = U diag(√λ) Vᵀ R C⁻¹, so that M = V diag(λ) Vᵀ: n = 4d + 3 rows, powers of two in C. */
export function knownGram(eigenvalues: readonly number[], seed: number): KnownGram {
  const d = eigenvalues.length;
  const n = 4 * d + 3;
  const U = randomOrthonormal(n, d, seed);
  const eigenvectors = randomOrthonormal(d, d, seed + 1);
  const R = plantedTriangle(d, KNOWN_KAPPA, seed + 2);
  const scale = Float64Array.from({ length: d }, (_, j) => 2 ** (((5 * j + 2) % 7) - 3));
  const scaled = { ...U, data: U.data.map((entry, p) => entry * Math.sqrt(eigenvalues[p % d])) };
  const AC = naiveMatmul(naiveMatmul(scaled, naiveTranspose(eigenvectors)), { rows: d, columns: d, data: R });
  const A = { ...AC, data: AC.data.map((entry, p) => entry / scale[p % d]) };
  const V = { ...eigenvectors, data: eigenvectors.data.map((entry, p) => entry * eigenvalues[p % d]) };
  const operator = new DenseTallOperator(A);
  return {
    M: new PreconditionedGram(operator, R, scale),
    operator,
    A,
    eigenvalues,
    eigenvectors,
    dense: naiveMatmul(V, naiveTranspose(eigenvectors)),
  };
}
