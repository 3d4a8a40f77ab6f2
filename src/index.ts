/** The public names of the library. */
export {
  type CsrArrays,
  type CsrMatrix,
  csrFromMatrix,
  csrFromTriplets,
  csrMatrix,
  type Triplets,
} from './core/csr';
export { SketchSolveError, type SketchSolveErrorCode } from './core/errors';
export {
  type EntryMatrix,
  fromRows,
  type Matrix,
  type MatrixLike,
  matrix,
  type VectorLike,
} from './core/matrix';
export { fwht, type HouseholderQr, householderQr, matmul } from './dense/checked';
export { type KernelChoice, type KernelInfo, kernelInfo, setKernels } from './dense/kernelChoice';
export type { IterationInfo } from './iterative/stopping';
export type { Seed } from './random/seed';
export { type SketchAccumulator, sketchAccumulator } from './sketch/accumulator';
export { countSketch } from './sketch/countSketch';
export { type ExponentialFeatureOptions, exponentialFeatures } from './sketch/exponentialFeatures';
export { gaussianSketch } from './sketch/gaussian';
export type { SketchKind, SketchOperator, SketchOptions } from './sketch/operator';
export { sparseSign } from './sketch/sparseSign';
export { srht } from './sketch/srht';
export { tensorCountSketch } from './sketch/tensorCountSketch';
export type { TensorSketch, TensorSketchKind, TensorSketchOptions } from './sketch/tensorSketch';
export { type TensorSrht, type TensorSrhtOptions, tensorSrht } from './sketch/tensorSrht';
export type { TensorRandomness, TensorStructure } from './sketch/tensorTree';
export {
  type PreparedAttentionKernel,
  prepareAttentionKernel,
  solveAttentionKernel,
} from './solvers/attentionKernel';
export type {
  AttentionKernelOptions,
  AttentionMethod,
  KernelPreconditioner,
  ResultPreconditioner,
} from './solvers/attentionOptions';
export { attentionKernelProduct } from './solvers/attentionProduct';
export type {
  AttentionKernelResult,
  AttentionKernelStats,
  AttentionKernelStatus,
} from './solvers/attentionResult';
export { solveCoshRegression } from './solvers/coshRegression';
export { solveExpRegression } from './solvers/expRegression';
export { solveLeastSquares } from './solvers/leastSquares';
export { solveMatrixExponential } from './solvers/matrixExponential';
export type { MatrixExponentialMethod, MatrixExponentialOptions } from './solvers/matrixExponentialOptions';
export type {
  MatrixExponentialResult,
  MatrixExponentialStats,
  MatrixExponentialStatus,
} from './solvers/matrixExponentialResult';
export { solveOddPower } from './solvers/oddPower';
export type { Method, SolveOptions } from './solvers/options';
export { type PreparedGram, prepareGram } from './solvers/prepareGram';
export { solvePsdPower } from './solvers/psdPower';
export type { HessianSketch, RegressionMethod, RegressionOptions } from './solvers/regressionOptions';
export type { RegressionResult, RegressionStats, RegressionStatus } from './solvers/regressionResult';
export type { Accuracy, SolveResult, SolveStats, SolveStatus } from './solvers/result';
export { solveSinhRegression } from './solvers/sinhRegression';
