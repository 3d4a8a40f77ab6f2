import { describe, expect, it } from 'vitest';
import * as api from '../src/index';

/** What `import * as sketchsolve` gives at run time: a name added or lost here is a change of the public API. */
const names = [
  'SketchSolveError',
  'attentionKernelProduct',
  'countSketch',
  'csrFromMatrix',
  'csrFromTriplets',
  'csrMatrix',
  'exponentialFeatures',
  'fromRows',
  'fwht',
  'gaussianSketch',
  'householderQr',
  'kernelInfo',
  'matmul',
  'matrix',
  'prepareAttentionKernel',
  'prepareGram',
  'setKernels',
  'sketchAccumulator',
  'solveAttentionKernel',
  'solveCoshRegression',
  'solveExpRegression',
  'solveLeastSquares',
  'solveMatrixExponential',
  'solveOddPower',
  'solvePsdPower',
  'solveSinhRegression',
  'sparseSign',
  'srht',
  'tensorCountSketch',
  'tensorSrht',
];

describe('the public names', () => {
  it('are exactly these', () => {
    expect(Object.keys(api).sort()).toEqual(names);
  });

  it('are all functions, and each carries its own name', () => {
    for (const [name, value] of Object.entries(api)) {
      expect(value).toBeTypeOf('function');
      expect((value as { name: string }).name).toBe(name);
    }
  });

  it('a wrong call of any of them is a SketchSolveError that begins with the name', () => {
    for (const [name, value] of Object.entries(api)) {
      if (name === 'SketchSolveError' || name === 'kernelInfo') continue;
      const call = value as (...values: unknown[]) => unknown;
      expect(() => call(null, null, null)).toThrow(api.SketchSolveError);
      expect(() => call(null, null, null)).toThrow(new RegExp(`^${name}: `));
    }
  });

  it('work together: a sketch, a QR of it, and the solvers on one small problem', () => {
    const A = api.fromRows([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const b = [1, 3, 5, 7];
    for (const x of [api.solveLeastSquares(A, b).x, api.prepareGram(A).leastSquares(b).x]) {
      expect(x[0]).toBeCloseTo(1, 12);
      expect(x[1]).toBeCloseTo(2, 12);
    }
    const SA = api.sparseSign({ rows: 3, columns: 4, seed: 1 }).apply(A);
    const { q, r } = api.householderQr(SA);
    expect(api.matmul(q, r).data[0]).toBeCloseTo(SA.data[0], 12);
  });
});
