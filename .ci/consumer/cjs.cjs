/** The package from CommonJS. */
const assert = require('node:assert/strict');
const { fromRows, SketchSolveError, solveLeastSquares } = require('sketchsolve');

const A = fromRows([[2], [0], [0]]);
assert.ok(Math.abs(solveLeastSquares(A, [3, 0, 1]).x[0] - 1.5) < 1e-15);
assert.throws(() => fromRows([[1], [1, 2]]), SketchSolveError);
