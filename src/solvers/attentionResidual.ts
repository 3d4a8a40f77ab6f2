/**
 * The residual of an attention kernel by its definition, from the x that is returned: for rows so long or so far apart
 * in length that the rescaled problem has underflowed entries, and its residual says nothing about them.
 */
import type { Matrix } from '../core/matrix';
import { timesExponential } from '../dense/exponentialSums';
import { norm2 } from '../dense/vector';
import type { AttentionSettings } from './attentionOptions';
import { kernelProduct } from './attentionProduct';

export interface DefinedResidual {
  readonly residual: Float64Array;
  readonly relativeResidual: number;
  readonly backwardError: number;
}

/**
 * b − (K + ridge)x·e^logScale with K = exp(AAᵀ/τ), causal or not, softmax aside.
 *
 * Rounding: entry i to (n + max|⟨aᵢ, aⱼ⟩|)·u of (K|x|)ᵢ. Cost: two products, O(n²d).
 */
export function definedResidual(
  A: Matrix,
  x: Float64Array,
  b: Float64Array,
  settings: AttentionSettings,
  ridge: number,
  logScale: number,
): DefinedResidual {
  const { temperature, causal, ridgeKind } = settings;
  const product = { temperature, softmax: false, causal, logScale };
  const Kx = kernelProduct(A, A, x, product);
  const sizes = kernelProduct(A, A, x.map(Math.abs), product);
  let backwardError = 0;
  const residual = b.map((entry, i) => {
    const row = A.data.subarray(i * A.columns, (i + 1) * A.columns);
    const diagonal = ridgeKind === 'relative' ? norm2(row, 0, A.columns) ** 2 / temperature : 0;
    const added = timesExponential(ridge * x[i], diagonal + logScale);
    const rest = entry - Kx[i] - added;
    const size = sizes[i] + Math.abs(added) + Math.abs(entry);
    if (rest !== 0) backwardError = Math.max(backwardError, Math.min(1, Math.abs(rest) / size));
    return rest;
  });
  const relative = norm2(residual, 0, b.length) / norm2(b, 0, b.length);
  const relativeResidual = Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative;
  return { residual, relativeResidual, backwardError: Number.isFinite(relative) ? backwardError : 1 };
}
