/**
 * The largest eigenvalue of a symmetric positive definite operator by a few Lanczos steps.
 */
import { SmoothedConjugateGradient, type SymmetricOperator } from './smoothedConjugateGradient';

const IDENTITY = {
  applyInto(y: Float64Array, r: Float64Array): void {
    y.set(r);
  },
};

/**
 * An estimate from inside, never too large by more than rounding.
 *
 * @param start - not orthogonal to the eigenvector. Not modified.
 *
 * Cost: `steps` products.
 */
export function largestEigenvalue(K: SymmetricOperator, start: Float64Array, steps: number): number {
  const iteration = new SmoothedConjugateGradient(K, start, IDENTITY);
  for (let step = 0; step < steps; step++) if (!iteration.step()) break;
  return iteration.ritzValues?.largest ?? 0;
}
