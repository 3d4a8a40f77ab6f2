/**
 * G ≈ F Fᵀ from k columns drawn uniformly without replacement: F = G[:, S]·R⁻¹, RᵀR = G[S, S].
 * Williams & Seeger, NIPS 13 (2001). The pivots of pivoted Cholesky are the better choice; this is the usual one.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { solveRightUpperInPlace } from '../dense/rightSolve';
import type { KernelColumns } from './gaussianPoints';
import type { LowRankFactor } from './woodbury';

const u = 2 ** -52;

export function uniformNystrom(kernel: KernelColumns, columns: Int32Array): LowRankFactor {
  const n = kernel.size;
  const k = columns.length;
  const F = new Float64Array(n * k);
  kernel.columnsInto(F, k, columns, k);
  const R = new Float64Array(k * k);
  // columns that nearly repeat leave a principal block that rounding makes indefinite
  for (let jitter = k * u; ; jitter *= 10) {
    kernel.principalInto(R, columns, k);
    for (let i = 0; i < k; i++) R[i * (k + 1)] += jitter;
    if (choleskyInPlace(R, k, k) < 0) break;
  }
  solveRightUpperInPlace(F, 0, k, R, k, n, k);
  return { F, ldf: k, size: n, rank: k };
}
