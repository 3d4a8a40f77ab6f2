/**
 * G + diag(Δ) as an operator: G stored, or evaluated anew in symmetric tiles for every product.
 */
import {
  GAUSSIAN_SCRATCH_LENGTH,
  gaussianPanelsInto,
  gaussianProductInto,
  gaussianUpperInto,
} from '../dense/gaussianKernel';
import { panelsLength, panelsProductInto, unpackPanelsInto } from '../dense/symmetricProduct';
import type { SymmetricOperator } from './smoothedConjugateGradient';

/** Products with the Gaussian kernel of some points; shared by all shifts. */
export class GaussianKernel {
  /** Products so far. */
  products = 0;
  /** One half of G in panels. */
  private readonly panels: Float64Array | null;
  private readonly scratch: Float64Array;

  /** @param store - keep the entries: half of n², see `panelsLength`. */
  constructor(
    private readonly data: Float64Array,
    private readonly halfSq: Float64Array,
    readonly size: number,
    private readonly dimension: number,
    store: boolean,
  ) {
    this.panels = store ? new Float64Array(panelsLength(size)) : null;
    this.scratch = new Float64Array(store ? 0 : GAUSSIAN_SCRATCH_LENGTH);
    if (this.panels !== null) gaussianPanelsInto(this.panels, data, halfSq, size, dimension);
  }

  /** Upper triangle of R (size × size) ← G. */
  upperInto(R: Float64Array): void {
    if (this.panels !== null) unpackPanelsInto(R, this.panels, this.size);
    else gaussianUpperInto(R, this.data, this.halfSq, this.size, this.dimension);
  }

  /** y ← G x. */
  multiplyInto(y: Float64Array, x: Float64Array): void {
    this.products++;
    if (this.panels !== null) panelsProductInto(y, this.panels, this.size, x);
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
