import { describe, expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { directionSolver } from '../../src/solvers/regressionDirection';
import { RegressionObjective } from '../../src/solvers/regressionObjective';
import { RegressionSystem } from '../../src/solvers/regressionSystem';
import { randomVector } from '../support/random';
import { type Kind, naiveValue, plantedRegression, unitRows } from '../support/regression';

const n = 120;
const d = 5;
const KINDS: readonly Kind[] = ['exp', 'cosh', 'sinh'];

describe.each(KINDS)('%s', (kind) => {
  const problem = plantedRegression(kind, unitRows(n, d, 1), { w: 0.7, noise: 0.1, seed: 2 });
  const matrix = new DenseRegressionMatrix(problem.A);
  const wSq = problem.w.map((w) => w * w);
  const objective = new RegressionObjective(kind, problem.b, wSq);
  const settings = { caller: 'test', seed: 0, sketchSize: undefined, hessianSketch: 'sparse-sign' } as const;
  const system = new RegressionSystem(matrix, objective, directionSolver('newton', matrix, settings));
  const x = randomVector(d, 3).map((v) => 0.3 * v);
  const s = new Float64Array(d);

  it('value and gradient are those of F(Ax)', () => {
    expect(system.moveTo(x)).toBe(true);
    expect(system.value / naiveValue(kind, problem, x)).toBeCloseTo(1, 13);
    for (let j = 0; j < d; j++) {
      const at = (h: number) =>
        naiveValue(
          kind,
          problem,
          x.map((v, k) => (k === j ? v + h : v)),
        );
      const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
      expect(Math.abs(system.gradientAtX[j] - slope)).toBeLessThanOrEqual(1e-7 * (1 + system.value));
    }
  });

  it('the step: decrement √(−gᵀs), largest change ‖As‖∞, change along it', () => {
    system.moveTo(x);
    const step = system.stepInto(s, 1);
    const decrease = -system.gradientAtX.reduce((sum, g, j) => sum + g * s[j], 0);
    expect((step?.decrement ?? 0) ** 2 / decrease).toBeCloseTo(1, 12);
    let largest = 0;
    let reach = new Float64Array(n);
    reach = reach.map((_, i) => {
      let [change, size] = [0, 0];
      for (let j = 0; j < d; j++) {
        change += problem.A.data[i * d + j] * s[j];
        size += Math.abs(problem.A.data[i * d + j] * x[j]);
      }
      largest = Math.max(largest, Math.abs(change));
      return size;
    });
    expect(step?.largestChange).toBeCloseTo(largest, 12);
    expect((step?.scale ?? 0) / objective.scale(reach)).toBeCloseTo(1, 12);
    expect(step?.firstLength).toBe(1);
    const moved = naiveValue(
      kind,
      problem,
      x.map((v, j) => v + 0.25 * s[j]),
    );
    expect(Math.abs(system.change(0.25) - (moved - system.value))).toBeLessThanOrEqual(1e-11 * system.value);
  });

  it('says where F is not finite', () => {
    expect(system.moveTo(new Float64Array(d).fill(1e5))).toBe(false);
    expect(system.moveTo(x)).toBe(true);
  });
});

describe('the coordinate criterion', () => {
  const settings = { caller: 'test', seed: 0, sketchSize: undefined, hessianSketch: 'sparse-sign' } as const;
  const systemOf = (kind: Kind, data: number[], columns: number, b: number[]) => {
    const matrix = new DenseRegressionMatrix({ rows: b.length, columns, data: Float64Array.from(data) });
    const objective = new RegressionObjective(kind, Float64Array.from(b), new Float64Array(b.length));
    return new RegressionSystem(matrix, objective, directionSolver('newton', matrix, settings));
  };

  it('is the largest |gⱼ|/Σ|aᵢⱼ|(|f′|(|f| + |b|) + D|A||x|), small rows next to large ones too', () => {
    // f = f′: column 0 has g = 1e14·(1e14 − b), column 1 has 2·2·(e − 5)
    const large = Math.exp(32);
    const system = systemOf('exp', [1, 0, 0, -2], 2, [large, 5]);
    const s = new Float64Array(2);
    system.moveTo(Float64Array.of(32, -0.5));
    const e = Math.E;
    const D = e * e + (e - 5) * e;
    const exact = Math.abs(e * (e - 5)) / (e * (e + 5) + (D > 0 ? D : e * e) * 1);
    expect(system.stepInto(s, 1)?.coordinateCriterion).toBeCloseTo(exact, 12);
  });

  it('is 0 where only rounding is left, and 1 where exp has underflown', () => {
    const solved = systemOf('exp', [1], 1, [2]);
    solved.moveTo(Float64Array.of(Math.LN2));
    expect(solved.stepInto(new Float64Array(1), 1)?.coordinateCriterion).toBe(0);
    const flat = systemOf('exp', [1], 1, [-1]);
    flat.moveTo(Float64Array.of(-800));
    expect(flat.stepInto(new Float64Array(1), 1)).toBeNull();
  });

  it('a gradient of zero without a Hessian is the end, for cosh', () => {
    const system = systemOf('cosh', [1], 1, [1]);
    system.moveTo(Float64Array.of(0));
    const s = Float64Array.of(7);
    expect(system.stepInto(s, 1)).toMatchObject({ decrement: 0, coordinateCriterion: 0, largestChange: 0 });
    expect([s[0], system.change(1)]).toEqual([0, 0]);
  });
});
