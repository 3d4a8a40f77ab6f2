/**
 * G + diag(Δ) as an operator: G stored, or evaluated anew in symmetric tiles for every product.
 */
import { GAUSSIAN_SCRATCH_LENGTH, gaussianMatrixInto, gaussianProductInto } from '../dense/gaussianKernel';
import { symmetricProductInto } from '../dense/symmetricProduct';
import type { SymmetricOperator } from './smoothedConjugateGradient';

/** Products with the Gaussian kernel of some points; shared by all shifts. */
export class GaussianKernel {
  /** Products so far. */
  products = 0;
  private readonly stored: Float64Array | null;
  private readonly scratch: Float64Array;

  /** @param store - keep all n² entries. */
  constructor(
    private readonly data: Float64Array,
    private readonly halfSq: Float64Array,
    readonly size: number,
    private readonly dimension: number,
    store: boolean,
  ) {
    this.stored = store ? new Float64Array(size * size) : null;
    this.scratch = new Float64Array(store ? 0 : GAUSSIAN_SCRATCH_LENGTH);
    if (this.stored !== null) gaussianMatrixInto(this.stored, data, halfSq, size, dimension);
  }

  /** All entries, when they are kept. */
  get matrix(): Float64Array | null {
    return this.stored;
  }

  /** y ← G x. */
  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.products++;
    if (this.stored !== null) symmetricProductInto(y, this.stored, this.size, x);
    else gaussianProductInto(y, this.data, this.halfSq, this.size, this.dimension, x, 1, this.scratch);
  }
}

export class ShiftedKernel implements SymmetricOperator {
  /** @param shift - Δ, length n. */
  constructor(
    readonly kernel: GaussianKernel,
    readonly shift: Float64Array,
  ) {}

  get size(): number {
    return this.kernel.size;
  }

  /** y ← (G + Δ) x. */
  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.kernel.multiplyInto(y, x);
    for (let i = 0; i < y.length; i++) y[i] += this.shift[i] * x[i];
  }
}
