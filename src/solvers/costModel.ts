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
  /** A multiply-add of a Householder QR of s rows: s·d² of them. */
  readonly householder: number;
  /** An entry of a sparse A in Aᵀ(A x). */
  readonly sparsePass: number;
  /** An entry of a sparse A added to the rows of a sketch. */
  readonly sparseSketch: number;
}

const GRAM_COSTS: Record<'wasm' | 'typescript', GramCosts> = {
  wasm: { pass: 1, sketch: 3, product: 0.14, householder: 0.2, sparsePass: 5, sparseSketch: 16 },
  typescript: { pass: 2.4, sketch: 9, product: 0.36, householder: 0.5, sparsePass: 5, sparseSketch: 16 },
};

export function gramCosts(): GramCosts {
  return GRAM_COSTS[kernelInfo().kernels];
}
