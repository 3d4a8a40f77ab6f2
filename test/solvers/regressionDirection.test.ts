import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { directionSolver } from '../../src/solvers/regressionDirection';
import { type DoubleDouble, fromDoubles, gram } from '../support/doubleDouble';
import { cholesky, solveLowerInPlace, solveLowerTransposedInPlace } from '../support/doubleDoubleFactor';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomVector } from '../support/random';
import { relativeDistance } from '../support/regression';

const settings = { caller: 'test', seed: 0, sketchSize: undefined, hessianSketch: 'sparse-sign' } as const;

/** −(AᵀDA)⁻¹g in double-double; D ≥ 0 is the difference of `plus` and `minus` weights. */
function exactStep(A: Matrix, plus: Float64Array, minus: Float64Array, g: Float64Array): Float64Array {
  const d = A.columns;
  const weighted = (w: Float64Array): DoubleDouble =>
    gram({ ...A, data: A.data.map((v, p) => Math.sqrt(w[Math.floor(p / d)]) * v) });
  const [P, M] = [weighted(plus), weighted(minus)];
  const G = { hi: P.hi.map((v, p) => v - M.hi[p]), lo: P.lo.map((v, p) => v - M.lo[p]) };
  const L = cholesky(G, d);
  const s = fromDoubles(g.map((v) => -v));
  solveLowerInPlace(s, L, d, d);
  solveLowerTransposedInPlace(s, L, d, d);
  return s.hi;
}

const n = 800;
const d = 8;
const A = randomMatrix(n, d, 1);
const g = randomVector(d, 2);
const positive = randomVector(n, 3).map((v) => v * v + 0.1);
const zero = new Float64Array(n);
const convex = { curvature: positive, weights: positive, isModified: false };
/** Some rows of negative curvature, AᵀDA positive definite still. */
const mixed = positive.map((v, i) => (i % 5 === 0 ? -v : v));
const modified = { curvature: mixed, weights: positive, isModified: true };

describe.each(['newton', 'sketch-cg', 'sketch'] as const)('%s', (method) => {
  // residual of the system: rounding, the inner tolerance, and √(d/m)-like for a sketch of 12d rows
  const limit = { newton: 1e-12, 'sketch-cg': 0.1, sketch: 0.9 }[method];
  const solve = (matrix: Matrix, D: typeof convex, criterion = 1) => {
    const solver = directionSolver(method, new DenseRegressionMatrix(matrix), settings);
    const s = new Float64Array(matrix.columns);
    expect(solver.solveInto(s, g, D, criterion)).toBe(true);
    return { s, solver };
  };

  it('s = −(AᵀDA)⁻¹g, to what the method promises', () => {
    const { s, solver } = solve(A, convex);
    expect(relativeDistance(s, exactStep(A, positive, zero, g))).toBeLessThanOrEqual(limit);
    expect(solver.innerIterations > 0).toBe(method === 'sketch-cg');
    expect(solver.sketchSize).toBe({ newton: 0, 'sketch-cg': 32, sketch: 96 }[method]);
    expect(solver.firstLength).toBeCloseTo(method === 'sketch' ? 1 - 8 / 96 : 1, 15);
  });

  it('keeps to D of both signs where AᵀDA is positive definite', () => {
    const { s } = solve(A, modified);
    const exact = exactStep(
      A,
      mixed.map((v) => Math.max(v, 0)),
      mixed.map((v) => Math.max(-v, 0)),
      g,
    );
    // the sketches of the positive and negative part are each off by as much, AᵀDA is 0.6 of the former
    expect(relativeDistance(s, exact)).toBeLessThanOrEqual(method === 'sketch' ? 2 : limit);
    // with the weights in place of D the step is 0.6 times as long
    expect(relativeDistance(exactStep(A, positive, zero, g), exact)).toBeGreaterThan(0.3);
  });

  it('takes the weights where AᵀDA is indefinite', () => {
    const { s } = solve(A, { ...modified, curvature: positive.map((v) => -v) });
    expect(relativeDistance(s, exactStep(A, positive, zero, g))).toBeLessThanOrEqual(limit);
  });

  it('is a direction of descent for κ(A) = 1e12, where AᵀDA itself has no Cholesky factor', () => {
    const { s } = solve(plantedMatrix({ n, d, kappa: 1e12, seed: 1 }).A, convex, 1e-12);
    expect(g.reduce((sum, v, j) => sum + v * s[j], 0)).toBeLessThan(0);
  });

  it('units of the columns do not matter: s for A·C is C⁻¹s', () => {
    const scaled = { ...A, data: A.data.map((v, p) => v * 2 ** (20 * (p % d))) };
    const solver = directionSolver(method, new DenseRegressionMatrix(scaled), settings);
    const s = new Float64Array(d);
    solver.solveInto(
      s,
      g.map((v, j) => v * 2 ** (20 * j)),
      convex,
      1,
    );
    expect(
      relativeDistance(
        s.map((v, j) => v * 2 ** (20 * j)),
        solve(A, convex).s,
      ),
    ).toBeLessThanOrEqual(1e-12);
  });

  it('false where the weights leave no factor, RANK_DEFICIENT where A is to blame', () => {
    const solver = directionSolver(method, new DenseRegressionMatrix(A), settings);
    const three = zero.map((_, i) => (i < 3 ? 1 : 0));
    const D = { curvature: three, weights: three, isModified: false };
    expect(solver.solveInto(new Float64Array(d), g, D, 1)).toBe(false);
    const dependent = { ...A, data: A.data.map((v, p) => (p % d === 0 ? A.data[p + 1] : v)) };
    const other = directionSolver(method, new DenseRegressionMatrix(dependent), settings);
    expect(() => other.solveInto(new Float64Array(d), g, convex, 1)).toThrow(/rank 7/);
  });
});

describe('sketch-cg', () => {
  it('solves to √criterion', () => {
    const solver = directionSolver('sketch-cg', new DenseRegressionMatrix(A), settings);
    const exact = exactStep(A, positive, zero, g);
    let before = 0;
    for (const criterion of [1, 1e-4, 1e-10]) {
      const s = new Float64Array(d);
      solver.solveInto(s, g, convex, criterion);
      expect(relativeDistance(s, exact)).toBeLessThanOrEqual(4 * Math.min(0.1, Math.sqrt(criterion)));
      expect(solver.innerIterations).toBeGreaterThan(before);
      before = solver.innerIterations;
    }
  });

  it('reuses R while 20 steps do, and draws a new one when they do not', () => {
    // more columns than steps, or d steps would always do
    const wide = randomMatrix(n, 60, 5);
    const solver = directionSolver('sketch-cg', new DenseRegressionMatrix(wide), settings);
    const s = new Float64Array(60);
    const right = randomVector(60, 6);
    solver.solveInto(s, right, convex, 1);
    const first = solver.innerIterations;
    const graded = positive.map((_, i) => Math.exp(i / 80));
    const hard = { curvature: graded, weights: graded, isModified: false };
    solver.solveInto(s, right, hard, 1e-8);
    // 20 steps with the old R, then a new one
    expect(solver.innerIterations - first).toBeGreaterThan(20);
    const second = solver.innerIterations;
    solver.solveInto(s, right, hard, 1e-4);
    expect(solver.innerIterations - second).toBeLessThanOrEqual(20);
  });
});
