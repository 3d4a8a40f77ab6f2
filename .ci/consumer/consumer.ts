/** Type-checked against the packed declarations, library check on. */
import { fromRows, type Matrix, SketchSolveError, solveLeastSquares } from 'sketchsolve';

const A: Matrix = fromRows([[1], [2]]);
const x: Float64Array = solveLeastSquares(A, [1, 2], { tolerance: 1e-12, sketch: 'srht' }).x;
// @ts-expect-error a misspelt option is a type error
solveLeastSquares(A, [1, 2], { tolerence: 1e-12 });
// @ts-expect-error a string is no vector of numbers
solveLeastSquares(A, ['1', '2']);

export function codeOf(error: unknown): 'SHAPE' | undefined {
  return error instanceof SketchSolveError && error.code === 'SHAPE' ? error.code : undefined;
}
export default x;
