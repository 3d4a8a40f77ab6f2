/** The package from an ES module: solves, throws its own error, exports the same names as to CommonJS. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as sketchsolve from 'sketchsolve';

const { fromRows, SketchSolveError, solveLeastSquares } = sketchsolve;
const A = fromRows([
  [1, 1],
  [1, 2],
  [1, 3],
  [1, 4],
]);
// the line through four points on 3 − 2t
const { x, status } = solveLeastSquares(A, [1, -1, -3, -5]);
assert.equal(status, 'converged');
assert.ok(Math.abs(x[0] - 3) + Math.abs(x[1] + 2) < 1e-13, `x = ${x}`);
assert.throws(
  () => solveLeastSquares(A, [1, 2]),
  (error) => error instanceof SketchSolveError && error.code === 'SHAPE',
);

const fromCommonJs = createRequire(import.meta.url)('sketchsolve');
assert.deepEqual(Object.keys(fromCommonJs).sort(), Object.keys(sketchsolve).sort());
