/** x → Aᵀ(D(A x)) in the form that preconditioned Gram matrices are made of. */
import type { TallOperator } from '../iterative/tallOperator';
import type { RegressionMatrix } from './regressionMatrix';

/** Two passes over A a product; the passes are counted by A. */
export function weightedOperator(A: RegressionMatrix, weights: Float64Array): TallOperator {
  const image = new Float64Array(A.rows);
  return {
    rows: A.rows,
    columns: A.columns,
    entries: A.entries,
    passes: 0,
    gram(g, x) {
      A.multiplyInto(image, x);
      for (let i = 0; i < image.length; i++) image[i] *= weights[i];
      A.multiplyTransposedInto(g, image);
    },
    /** r ← b − D(A x), g ← Aᵀ r. */
    residual(r, g, x, b) {
      A.multiplyInto(image, x);
      for (let i = 0; i < image.length; i++) r[i] = b[i] - weights[i] * image[i];
      A.multiplyTransposedInto(g, r);
    },
  };
}
