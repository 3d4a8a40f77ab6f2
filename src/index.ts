/** The public names of the library. */
export { SketchSolveError, type SketchSolveErrorCode } from './core/errors';
export {
  type EntryMatrix,
  fromRows,
  type Matrix,
  type MatrixLike,
  matrix,
  type VectorLike,
} from './core/matrix';
