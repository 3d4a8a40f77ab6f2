/**
 * From which size on the WebAssembly kernels, which copy their operands in and out, take less time than those in
 * TypeScript. Measured by `npm run bench -- crossover`.
 */

/** Entries of A for products with vectors. */
export const WASM_MATVEC_ENTRIES = 400;
/** Entries of a row for the exponential. */
export const WASM_EXPONENTIALS = 32;
/** Additions of a scatter, less those that moving the result costs. */
export const WASM_SCATTER_ADDITIONS = 1000;
/** Entries of a Walsh–Hadamard transform. */
export const WASM_FWHT_ENTRIES = 320;
/** Entries of A in a sampled Walsh–Hadamard transform. */
export const WASM_SAMPLED_ENTRIES = 500;
/** m·n·k of a matrix product. */
export const WASM_GEMM_PRODUCTS = 600;
/** m·n² of the Gram matrix of m × n, also of A·X. */
export const WASM_GRAM_PRODUCTS = 1500;
/** m·n² of A·X with A m × n, X a triangle. */
export const WASM_UPPER_PRODUCTS = 16000;
/** n of the product of two triangles. */
export const WASM_UPPER_UPPER_SIZE = 12;
/** n of the Cholesky factor. */
export const WASM_CHOLESKY_SIZE = 24;
/** n of the inverse of a triangle. */
export const WASM_INVERSE_SIZE = 16;
/** m·n² of X R⁻¹ with X m × n. */
export const WASM_RIGHT_SOLVE_PRODUCTS = 500;
/** m·n·min(m, n) for Householder QR. */
export const WASM_HOUSEHOLDER = 4000;
/** Rows times reflectors times columns for applying Q to more than a few columns. */
export const WASM_APPLY_Q = 1500;
/** Entries of a Gaussian kernel. */
export const WASM_GAUSSIAN_ENTRIES = 40;
/** Exponents of a product with exp(BAᵀ). */
export const WASM_EXPONENTIAL_SUMS = 150;
/** Stored entries of a symmetric matrix for products with a vector. */
export const WASM_SYMMETRIC_ENTRIES = 700;
