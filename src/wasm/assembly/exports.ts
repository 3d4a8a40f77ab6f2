/** What the module exports. Addresses are in bytes, sizes and leading dimensions in doubles unless said. */
export { exponentials } from './exponential';
export { exponentialSums, exponentialSumsWorkBytes } from './exponentialProduct';
export { cholesky, invertUpper } from './factor';
export { addTransposedProduct, productGradient, residualGradient, rowProducts } from './fusedPass';
export { hadamard } from './fwht';
export { closeRows, gaussianTile } from './gaussian';
export { gramPanel, projectedGramPanel } from './gramPanel';
export { applyPanel, factorPanel, formBlocks, householderWorkBytes } from './householder';
export { clearRows, emptySlabs, fillSlabs, restoreUpper, scaleColumns } from './householderCopy';
export { packPoints, pointProducts, pointsWorkBytes } from './points';
export { addProduct, addUpperProduct, productWorkBytes } from './product';
export { solveRight } from './rightSolve';
export { addSampledBlock } from './sampledHadamard';
export { scatterRows } from './scatter';
export { addTilePair, addUpperRows } from './symmetric';
export { multiplyUpperPanel, multiplyUpperUpper, packedUpperDoubles, packUpper } from './upper';

/** First address that the module does not use itself: its constants lie below. */
export function heapBase(): usize {
  return __heap_base;
}
