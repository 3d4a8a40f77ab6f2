import { describe, expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { SketchedDirection } from '../../src/solvers/regressionSketchedDirection';
import { randomMatrix, randomVector } from '../support/random';

const n = 3000;
const d = 6;
const A = randomMatrix(n, d, 1);
const g = randomVector(d, 2);
const weights = randomVector(n, 3).map((v) => v * v + 0.1);
const convex = { curvature: weights, weights, isModified: false };

const solverWith = (sketchSize: number | undefined, hessianSketch: 'sparse-sign' | 'leverage-scores') =>
  new SketchedDirection(new DenseRegressionMatrix(A), { caller: 'test', seed: 0, sketchSize, hessianSketch });

function stepOf(solver: SketchedDirection, D = convex): Float64Array {
  const s = new Float64Array(d);
  expect(solver.solveInto(s, g, D)).toBe(true);
  return s;
}

/** −gᵀs: the squared length of the step in the metric of the Hessian. */
const decrease = (s: Float64Array) => -g.reduce((sum, v, j) => sum + v * s[j], 0);

describe.each(['sparse-sign', 'leverage-scores'] as const)('%s', (hessianSketch) => {
  it('a fresh sketch a step, the same ones for the same seed', () => {
    const [solver, again] = [solverWith(undefined, hessianSketch), solverWith(undefined, hessianSketch)];
    const steps = [stepOf(solver), stepOf(solver)];
    expect(steps[0]).not.toEqual(steps[1]);
    expect([stepOf(again), stepOf(again)]).toEqual(steps);
  });

  it('firstLength·s is right in the mean: E[(RᵀR)⁻¹] is longer by 1/(1 − d/m)', () => {
    const exact = decrease(stepOf(solverWith(n, hessianSketch)));
    for (const size of [24, 72]) {
      const solver = solverWith(size, hessianSketch);
      let mean = 0;
      for (let k = 0; k < 60; k++) mean += (decrease(stepOf(solver)) * solver.firstLength) / 60;
      // one step varies by √(2/m)·(1 − d/m)⁻¹ or so; the mean of 60 by a seventh of it; five times that
      expect(Math.abs(mean / exact - 1)).toBeLessThanOrEqual((5 * Math.sqrt(2 / size)) / 7 / (1 - d / size));
    }
  });

  it('errors fall with the size of the sketch; S = I is exact, with first length 1', () => {
    const exact = stepOf(solverWith(n, hessianSketch));
    const error = (size: number) => {
      const solver = solverWith(size, hessianSketch);
      const errors = Array.from({ length: 20 }, () => {
        const s = stepOf(solver);
        return Math.hypot(...s.map((v, j) => v * solver.firstLength - exact[j]));
      });
      return errors.reduce((sum, v) => sum + v, 0) / 20;
    };
    const [small, large] = [error(30), error(480)];
    // √16 = 4 in the mean
    expect(small / large).toBeGreaterThan(2);
    expect(solverWith(n, hessianSketch).firstLength).toBe(1);
  });

  it('rows of negative curvature are taken away where that leaves a positive definite matrix', () => {
    const curvature = weights.map((v, i) => (i % 8 === 0 ? -v : v));
    const D = { curvature, weights, isModified: true };
    const exact = decrease(stepOf(solverWith(n, hessianSketch), D));
    const without = decrease(stepOf(solverWith(n, hessianSketch)));
    // 1/(1 − 2/8) of the step with the weights
    expect(exact / without).toBeGreaterThan(1.2);
    const sketched = decrease(stepOf(solverWith(480, hessianSketch), D));
    expect(Math.abs(sketched / exact - 1)).toBeLessThan(0.5);
    const indefinite = { ...D, curvature: weights.map((v) => -v) };
    expect(decrease(stepOf(solverWith(n, hessianSketch), indefinite))).toBeCloseTo(without, 10);
  });
});
