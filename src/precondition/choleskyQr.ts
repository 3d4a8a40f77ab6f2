/**
 * Randomized CholeskyQR: with R₁ from a sketch, G = (A·C·R₁⁻¹)ᵀ(A·C·R₁⁻¹) is well conditioned, so its
 * Cholesky factor L is accurate and R = L·R₁ has RᵀR = (A·C)ᵀ(A·C) as a Householder QR would give it, at the
 * cost of one pass over A made of matrix products. AᵀA itself is never formed: that would square κ(A).
 * Fan, Guo & Lin, arXiv 2111.11148; Balabanov, arXiv 2210.09953.
 */
import type { Matrix } from '../core/matrix';
import { choleskyInPlace } from '../dense/cholesky';
import { projectedGramInto } from '../dense/projectedGram';
import { invertUpperInto } from '../dense/triangular';
import { multiplyUpperUpperInto } from '../dense/triangularMultiply';
import { type ColumnScaling, scaleRowsInPlace } from './columnScaling';
import { extremeSingularValues } from './conditionEstimate';

export interface CholeskyQr {
  /** R with RᵀR = (A·C)ᵀ(A·C), upper triangular; null when G was not numerically positive definite. */
  readonly R: Float64Array | null;
  /** Passes over A. */
  readonly passes: number;
}

/** Above this κ(L) the product L·R₁ is not trusted at once: G is formed again with the better factor. */
const LARGEST_CORRECTION = 12;
const MAX_PASSES = 3;

/** Corrects R₁ (d × d, nonsingular) to the R of A·C. Fails (R null) only when R₁ is no preconditioner. */
export function choleskyQr(A: Matrix, scaling: ColumnScaling, R1: Float64Array): CholeskyQr {
  const d = A.columns;
  let R = R1;
  for (let pass = 1; ; pass++) {
    const L = preconditionedGram(A, scaling, R);
    if (choleskyInPlace(L, d, d) >= 0) return { R: null, passes: pass };
    const product = new Float64Array(d * d);
    multiplyUpperUpperInto(product, L, R, d);
    R = product;
    const { largest, smallest } = extremeSingularValues(L, d);
    if (largest <= LARGEST_CORRECTION * smallest) return { R, passes: pass };
    if (pass === MAX_PASSES) return { R: null, passes: pass };
  }
}

/** The upper triangle of (A·C·R⁻¹)ᵀ(A·C·R⁻¹). */
function preconditionedGram(A: Matrix, scaling: ColumnScaling, R: Float64Array): Float64Array {
  const { rows: n, columns: d, data } = A;
  const X = new Float64Array(d * d);
  invertUpperInto(X, R, d, d);
  scaleRowsInPlace(X, scaling.scale, d, d);
  const G = new Float64Array(d * d);
  projectedGramInto(G, data, n, d, X);
  return G;
}
