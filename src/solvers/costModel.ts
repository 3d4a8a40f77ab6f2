/**
 * What the kernels cost, for every choice that 'auto' makes: nanoseconds per unit of work, by kernel set. Measured
 * by `npm run bench -- costs`; only ratios matter, and those hold across machines better than the times.
 */
import { kernelInfo } from '../dense/kernelChoice';

/** Of the problems with A and AᵀA. */
export interface GramCosts {
  /** An entry of A in Aᵀ(A x). */
  readonly pass: number;
  /** An entry of A added to the rows of a sparse sign sketch. */
  readonly sketch: number;
  /** A multiply-add of (A·X)ᵀ(A·X): n·d² of them. */
  readonly product: number;
  /** An entry of a sketch times a column of it, for its factor by way of the Gram matrix: s·d² of them. */
  readonly factor: number;
  /** An entry of a sparse A in Aᵀ(A x). */
  readonly sparsePass: number;
  /** An entry of a sparse A added to the rows of a sketch. */
  readonly sparseSketch: number;
}

const GRAM_COSTS: Record<'wasm' | 'typescript', GramCosts> = {
  wasm: { pass: 1.3, sketch: 3.8, product: 0.19, factor: 0.1, sparsePass: 6, sparseSketch: 22 },
  typescript: { pass: 1.8, sketch: 10, product: 0.58, factor: 0.3, sparsePass: 6, sparseSketch: 22 },
};

export function gramCosts(): GramCosts {
  return GRAM_COSTS[kernelInfo().kernels];
}

/** Of the Gaussian kernel and what solves with it. */
export interface KernelCosts {
  /** An entry of the stored kernel times a vector, one of n², though half of them are kept. */
  readonly stored: number;
  /** An entry that is evaluated, beside the d multiply-adds of its inner product. */
  readonly exponential: number;
  /** A multiply-add of a matrix product or Gram matrix. */
  readonly product: number;
  /** An entry of a new column of pivoted Cholesky, beside its multiply-adds. */
  readonly column: number;
  /** An entry of a low-rank factor times a vector. */
  readonly factorPass: number;
  /** A multiply-add of the dense Cholesky factor: n³/6 of them. */
  readonly cholesky: number;
  /** n² times this: a vector through a dense triangle and its transpose. */
  readonly triangle: number;
  /** Two points compared as neighbours, beside the d multiply-adds of their inner product. */
  readonly pair: number;
  /** Of a sparse approximate inverse: an entry of a row of landmarks, for each pair of neighbours. */
  readonly gather: number;
  /** And its factorisations: neighbours³ times this for each row. */
  readonly block: number;
  /** An entry of the sparse approximate inverse times a vector, its transpose as well. */
  readonly sparseEntry: number;
  /** n times this: the vectors of a step of conjugate gradients. */
  readonly vectors: number;
}

const KERNEL_COSTS: Record<'wasm' | 'typescript', KernelCosts> = {
  wasm: {
    stored: 0.38,
    exponential: 2.7,
    product: 0.14,
    column: 27,
    factorPass: 0.55,
    cholesky: 0.13,
    triangle: 1.2,
    pair: 9,
    gather: 0.28,
    block: 1.6,
    sparseEntry: 10,
    vectors: 22,
  },
  typescript: {
    stored: 0.6,
    exponential: 17,
    product: 0.46,
    column: 55,
    factorPass: 0.8,
    cholesky: 0.48,
    triangle: 1.2,
    pair: 11,
    gather: 0.65,
    block: 1.6,
    sparseEntry: 10,
    vectors: 22,
  },
};

export function kernelCosts(): KernelCosts {
  return KERNEL_COSTS[kernelInfo().kernels];
}
