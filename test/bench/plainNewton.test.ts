import { csrFromMatrix, solveExpRegression } from 'sketchsolve';
import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { denseRows, plainNewton, solveCholesky, sparseRows } from '../../bench/support/plainNewton';
import { denseRegression, sparseRegression } from '../../bench/support/plantedRegression';
import { normalRows, normalVector } from '../../bench/support/randomData';

const W = 0.1;

describe('plainNewton', () => {
  it('finds the minimum that the solver finds, dense and sparse', () => {
    const dense = denseRegression(300, 5);
    const sparse = sparseRegression(300, 8, 3);
    const found = [
      [plainNewton(denseRows(dense.A), dense.b, W), solveExpRegression(dense.A, dense.b, W)] as const,
      [plainNewton(sparseRows(sparse.A), sparse.b, W), solveExpRegression(sparse.A, sparse.b, W)] as const,
    ];
    for (const [plain, ours] of found) {
      expect(plain.converged).toBe(true);
      expect(relativeDistance(plain.x, ours.x)).toBeLessThan(1e-9);
      // quadratic convergence: a first-order method would take hundreds
      expect(plain.steps).toBeLessThan(15);
    }
  });

  it('takes the second-order part of the Hessian: few steps also where the residual is large', () => {
    const A = normalRows(200, 3, 6);
    const b = normalVector(200, 7).map((entry) => 4 * Math.abs(entry));
    const { steps, converged } = plainNewton(denseRows(A), b, 1.5);
    expect(converged).toBe(true);
    expect(steps).toBeLessThan(9); // measured 7; without that part 50
  });

  it('ends where the gradient is rounding', () => {
    const { A, b } = denseRegression(200, 4);
    const rows = denseRows(A);
    const { x } = plainNewton(rows, b, W);
    const slope = rows.times(x).map((t, i) => (Math.exp(t) - b[i]) * Math.exp(t) + W * W * t);
    const sizes = rows.times(x).map((t, i) => (Math.exp(t) + b[i]) * Math.exp(t) + W * W * Math.abs(t));
    const scale = denseRows({ ...A, data: A.data.map(Math.abs) }).transposed(sizes);
    rows.transposed(slope).forEach((g, k) => {
      expect(Math.abs(g)).toBeLessThan(1e-10 * scale[k]);
    });
  });

  it('halves a step that would climb', () => {
    // from 0 the first full step goes to 1.05e6, where exp is not finite; the minimum is at the mean of b
    const rows = denseRows({ rows: 2, columns: 1, data: Float64Array.of(1, 1) });
    const { x, converged } = plainNewton(rows, Float64Array.of(1e6, 1.1e6), 0);
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(Math.log(1.05e6), 9);
  });
});

describe('the rows of plain Newton', () => {
  const { A } = denseRegression(30, 4);
  const [dense, sparse] = [denseRows(A), sparseRows(csrFromMatrix(A))];
  const [x, v] = [normalVector(4, 1), normalVector(30, 2)];

  it('are the same from a dense and a sparse matrix', () => {
    expect(sparse.times(x)).toEqual(dense.times(x));
    expect(sparse.transposed(v)).toEqual(dense.transposed(v));
    expect(sparse.hessian(v)).toEqual(dense.hessian(v));
  });

  it('have xᵀAᵀDAx = Σ D(Ax)² and ⟨Ax, v⟩ = ⟨x, Aᵀv⟩', () => {
    const H = dense.hessian(v);
    const t = dense.times(x);
    let form = 0;
    for (let i = 0; i < 4; i++)
      for (let j = 0; j <= i; j++) form += (i === j ? 1 : 2) * H[4 * i + j] * x[i] * x[j];
    const sum = (terms: ArrayLike<number>) => Array.from(terms).reduce((total, term) => total + term, 0);
    expect(form).toBeCloseTo(sum(t.map((entry, i) => v[i] * entry * entry)), 10);
    expect(sum(t.map((entry, i) => entry * v[i]))).toBeCloseTo(
      sum(dense.transposed(v).map((entry, k) => entry * x[k])),
      10,
    );
  });
});

describe('solveCholesky', () => {
  it('solves from the lower triangle', () => {
    const H = Float64Array.of(4, Number.NaN, 2, 5);
    const x = solveCholesky(H, Float64Array.of(8, 19)) ?? [];
    expect([x[0], x[1]].map((entry) => Math.round(entry * 1e12) / 1e12)).toEqual([0.125, 3.75]);
  });

  it('has no answer where the matrix is not definite', () => {
    expect(solveCholesky(Float64Array.of(1, 0, 2, 4), Float64Array.of(1, 1))).toBeNull();
  });
});
