/**
 * Whether a stationary point is a minimum: the true Hessian AᵀDA, D of either sign, has a Cholesky factor, or the
 * vector at which the factorisation fails shows negative curvature.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { solveUpperInPlace } from '../dense/triangular';
import type { RegressionMatrix } from './regressionMatrix';

/** Curvature along v below −this·Σ|dᵢ|(Av)ᵢ² is not rounding. */
const NOISE = 1e-10;

/** v with vᵀAᵀDAv < 0 beyond rounding, or null when there is none. */
export function negativeCurvature(A: RegressionMatrix, curvature: Float64Array): Float64Array | null {
  const d = A.columns;
  const G = new Float64Array(d * d);
  A.weightedGramInto(G, curvature);
  const v = failingVector(G, d);
  if (v === null) return null;
  const image = new Float64Array(A.rows);
  A.multiplyInto(image, v);
  let sum = 0;
  let size = 0;
  for (let i = 0; i < image.length; i++) {
    sum += curvature[i] * image[i] * image[i];
    size += Math.abs(curvature[i]) * image[i] * image[i];
  }
  return sum < -NOISE * size ? v : null;
}

/** v with vᵀGv ≤ 0 from the pivot at which Cholesky fails, null if none does. G is overwritten. */
function failingVector(G: Float64Array, d: number): Float64Array | null {
  const scale = new Float64Array(d);
  const v = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    if (!(G[j * d + j] > 0)) {
      v[j] = 1;
      return v;
    }
    scale[j] = 1 / Math.sqrt(G[j * d + j]);
  }
  for (let i = 0; i < d; i++) for (let j = i; j < d; j++) G[i * d + j] *= scale[i] * scale[j];
  const failed = choleskyInPlace(G, d, d);
  if (failed < 0) return null;
  // (R₁₁⁻¹r, −1) with r the column of R above the pivot: vᵀGv is the pivot
  for (let i = 0; i < failed; i++) v[i] = G[i * d + failed];
  solveUpperInPlace(v, 0, G, d, failed);
  v[failed] = -1;
  for (let j = 0; j < d; j++) v[j] *= scale[j];
  return v;
}
