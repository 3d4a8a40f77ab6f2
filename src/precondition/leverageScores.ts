/**
 * Leverage scores of the rows of a tall matrix B: the squared row norms of B·R⁻¹ for an R with RᵀR ≈ BᵀB. With
 * more columns than `PROBES` the rows are first multiplied by as many Gaussian vectors, which keeps their squared
 * norms to about ±√(2/PROBES). Drineas, Magdon-Ismail, Mahoney & Woodruff, JMLR 13 (2012), algorithm 1.
 */
import { solveUpperInPlace } from '../dense/triangular';
import { createSketch } from '../sketch/create';

/** Gaussian vectors: each costs a product with B. */
const PROBES = 16;

/** What is needed of B: y ← B x. */
export interface ScoredMatrix {
  readonly rows: number;
  readonly columns: number;
  multiplyInto(y: Float64Array, x: Float64Array): void;
}

/**
 * One score a row, their sum about `columns`; exact for R from a QR factorisation of B with at most 16 columns.
 *
 * @param R - columns × columns upper triangular, no zero on its diagonal. Not modified.
 *
 * Cost: min(16, columns) products with B and solves with R.
 */
export function leverageScores(B: ScoredMatrix, R: Float64Array, seed: number | string): Float64Array {
  const { rows: n, columns: d } = B;
  const probes = probeVectors(d, seed);
  const scores = new Float64Array(n);
  const image = new Float64Array(n);
  for (const probe of probes) {
    solveUpperInPlace(probe, 0, R, d, d);
    B.multiplyInto(image, probe);
    for (let i = 0; i < n; i++) scores[i] += image[i] * image[i];
  }
  return scores;
}

/** Vectors g_k with Σ(vᵀg_k)² = ‖v‖² for all v, or in the mean. */
function probeVectors(d: number, seed: number | string): Float64Array[] {
  const count = Math.min(PROBES, d);
  const rows = new Float64Array(count * d);
  if (d <= PROBES) for (let j = 0; j < d; j++) rows[j * d + j] = 1;
  else {
    const identity = new Float64Array(d * d);
    for (let j = 0; j < d; j++) identity[j * d + j] = 1;
    const S = createSketch('gaussian', count, d, seed);
    S.accumulateInto(rows, 0, d, identity, 0, d, d, d, 0);
    for (let p = 0; p < rows.length; p++) rows[p] *= S.scale;
  }
  return Array.from({ length: count }, (_, k) => rows.slice(k * d, (k + 1) * d));
}
