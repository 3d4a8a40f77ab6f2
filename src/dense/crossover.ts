/**
 * From which size on the WebAssembly kernels, which copy their operands in and out, take less time than those in
 * TypeScript. Measured by `npm run bench -- crossover`.
 */

/** Entries of A for products with vectors. */
export const WASM_MATVEC_ENTRIES = 2000;

/** Entries of a row for the exponential. */
export const WASM_EXPONENTIALS = 40;
/** Additions of a scatter, less those that moving the result costs. */
export const WASM_SCATTER_ADDITIONS = 1000;
/** m·n·k of a matrix product. */
export const WASM_GEMM_PRODUCTS = 20000;
/** m·n² of the Gram matrix of m × n, also of A·X. */
export const WASM_GRAM_PRODUCTS = 20000;
/** n of operations on n × n triangles. */
export const WASM_TRIANGLE_SIZE = 40;
