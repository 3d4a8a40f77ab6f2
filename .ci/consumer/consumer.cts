/** Type-checked as CommonJS, where `import` becomes `require`. */
import { fromRows, solveLeastSquares } from 'sketchsolve';

export const first: number | undefined = solveLeastSquares(fromRows([[1], [2]]), [1, 2]).x[0];
