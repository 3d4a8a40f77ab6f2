import { describe, expect, it } from 'vitest';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import { RegressionObjective } from '../../src/solvers/regressionObjective';
import { curvatureStart, scaledGuess } from '../../src/solvers/regressionStart';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { identity, naiveValue, plantedRegression, unitRows } from '../support/regression';

const n = 600;
const d = 6;
const A = unitRows(n, d, 1);
const matrix = new DenseRegressionMatrix(A);

describe('scaledGuess', () => {
  const problem = plantedRegression('exp', A, { w: 0.1, noise: 0.1, seed: 2 });
  const objective = new RegressionObjective(
    'exp',
    problem.b,
    problem.w.map((w) => w * w),
  );

  it('the 2^−k of lowest value, k from 0 to 39', () => {
    for (const factor of [1, 3, 1e3, 1e9]) {
      const guess = problem.x.map((v) => v * factor);
      const values = Array.from({ length: 40 }, (_, k) =>
        naiveValue(
          'exp',
          problem,
          guess.map((v) => v * 2 ** -k),
        ),
      ).map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY));
      const best = values.indexOf(Math.min(...values));
      expect(scaledGuess(matrix, objective, guess, false)).toEqual(guess.map((v) => v * 2 ** -best));
    }
  });

  it('0 for a convex problem in which everything along the guess is higher', () => {
    const guess = problem.x.map((v) => -v);
    expect(scaledGuess(matrix, objective, guess, true)).toEqual(new Float64Array(d));
    expect(scaledGuess(matrix, objective, guess, false)).toEqual(guess.map((v) => v * 2 ** -39));
  });

  it('null for A·guess = 0 and where all values overflow', () => {
    expect(scaledGuess(matrix, objective, new Float64Array(d), true)).toBeNull();
    expect(scaledGuess(matrix, objective, new Float64Array(d).fill(1e300), false)).toBeNull();
  });
});

describe('curvatureStart', () => {
  const problem = plantedRegression('cosh', A, { w: 0, noise: 0, seed: 3 });
  const objective = new RegressionObjective('cosh', problem.b, new Float64Array(n));
  const start = curvatureStart('test', matrix, objective, 0);

  it('has ‖Ax‖ = √n', () => {
    expect(Math.hypot(...naiveMatvec(A, start)) / Math.sqrt(n)).toBeCloseTo(1, 12);
  });

  it('is a direction of negative curvature at 0, close to the planted ±x', () => {
    const t = naiveMatvec(A, start);
    expect(t.reduce((sum, v, i) => sum + (1 - problem.b[i]) * v * v, 0)).toBeLessThan(0);
    const cosine =
      start.reduce((sum, v, j) => sum + v * problem.x[j], 0) /
      Math.hypot(...start) /
      Math.hypot(...problem.x);
    // 0.99 or so for n/d = 100; a random direction has 1/√6 = 0.4
    expect(Math.abs(cosine)).toBeGreaterThan(0.9);
  });

  it('does not depend on column scales, is the same for the same seed', () => {
    expect(curvatureStart('test', matrix, objective, 0)).toEqual(start);
    expect(curvatureStart('test', matrix, objective, 1)).not.toEqual(start);
    const scaled = new DenseRegressionMatrix({ ...A, data: A.data.map((v, p) => v * 2 ** (p % d)) });
    const other = curvatureStart('test', scaled, objective, 0).map((v, j) => v * 2 ** j);
    for (let j = 0; j < d; j++) expect(other[j]).toBeCloseTo(start[j], 10);
  });

  it('has a part in every block of A: no component starts at 0', () => {
    const b = Float64Array.of(9, 3, 3, 3, 5);
    const x = curvatureStart(
      'test',
      new DenseRegressionMatrix(identity(5)),
      new RegressionObjective('cosh', b, new Float64Array(5)),
      0,
    );
    for (const entry of x) expect(Math.abs(entry)).toBeGreaterThan(1e-4);
    expect(Math.abs(x[0])).toBeGreaterThan(0.9 * Math.sqrt(5));
  });

  it('keeps away from rows with a large w', () => {
    // two blocks: b = 5 without w, b = 0 with w = 10
    const blocks = {
      rows: 20,
      columns: 2,
      data: new Float64Array(40).map((_, p) => (p % 2 === Number(p >= 20) ? 1 : 0)),
    };
    const rows = Float64Array.from({ length: 20 }, (_, i) => i);
    const objective = new RegressionObjective(
      'cosh',
      rows.map((i) => (i < 10 ? 5 : 0)),
      rows.map((i) => (i < 10 ? 0 : 100)),
    );
    const x = curvatureStart('test', new DenseRegressionMatrix(blocks), objective, 0);
    expect(Math.abs(x[0])).toBeGreaterThan(5 * Math.abs(x[1]));
  });

  it('n = d = 1', () => {
    const x = curvatureStart(
      'test',
      new DenseRegressionMatrix({ rows: 1, columns: 1, data: Float64Array.of(4) }),
      new RegressionObjective('cosh', Float64Array.of(randomVector(1, 1)[0] + 5), new Float64Array(1)),
      0,
    );
    expect(Math.abs(x[0])).toBe(0.25);
  });
});
