/**
 * The Gaussian kernel of a set of points as the factorisations see it: columns and principal submatrices by
 * index, nothing of size n².
 */
import { gaussianBlockInto, halfSquaredNormsInto } from '../dense/gaussianKernel';

/** A symmetric positive semidefinite kernel with unit diagonal. Outputs are row-major. */
export interface KernelColumns {
  readonly size: number;
  /** out (size × count, leading dimension ldOut) ← the columns with these indices. */
  columnsInto(out: Float64Array, ldOut: number, indices: Int32Array, count: number): void;
  /** out (count × count, contiguous) ← rows and columns with these indices. */
  principalInto(out: Float64Array, indices: Int32Array, count: number): void;
}

export class GaussianPoints implements KernelColumns {
  /** Half the squared norms of the rows. */
  readonly halfSq: Float64Array;

  /** @param data - size × dimension, row-major, centred. Not copied. */
  constructor(
    readonly data: Float64Array,
    readonly size: number,
    readonly dimension: number,
  ) {
    this.halfSq = new Float64Array(size);
    halfSquaredNormsInto(this.halfSq, data, size, dimension);
  }

  /** The first `count` points of `indices`, in that order. */
  subset(indices: Int32Array, count: number): GaussianPoints {
    const { data, dimension: d } = this;
    const chosen = new Float64Array(count * d);
    for (let i = 0; i < count; i++) {
      chosen.set(data.subarray(indices[i] * d, (indices[i] + 1) * d), i * d);
    }
    return new GaussianPoints(chosen, count, d);
  }

  columnsInto(out: Float64Array, ldOut: number, indices: Int32Array, count: number): void {
    const { data, halfSq, size, dimension } = this;
    const chosen = this.subset(indices, count);
    gaussianBlockInto(out, 0, ldOut, data, halfSq, 0, size, chosen.data, chosen.halfSq, 0, count, dimension);
    for (let j = 0; j < count; j++) out[indices[j] * ldOut + j] = 1;
  }

  principalInto(out: Float64Array, indices: Int32Array, count: number): void {
    const { data, halfSq, dimension } = this.subset(indices, count);
    gaussianBlockInto(out, 0, count, data, halfSq, 0, count, data, halfSq, 0, count, dimension);
    for (let i = 0; i < count; i++) {
      // an index given twice is one point twice
      for (let j = 0; j < i; j++) if (indices[i] === indices[j]) out[i * count + j] = out[j * count + i] = 1;
    }
  }
}
