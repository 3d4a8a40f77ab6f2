/** What every RegressionMatrix must do, against the definition on the dense matrix A. */
import { expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { createSketch } from '../../src/sketch/create';
import type { RegressionMatrix } from '../../src/solvers/regressionMatrix';
import { naiveMatmul, naiveMatvec, naiveTranspose } from './oracles';
import { randomVector } from './random';
import { dotBound } from './tolerances';

function expectClose(got: ArrayLike<number>, exact: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(exact.length);
  for (let p = 0; p < exact.length; p++) {
    expect(Math.abs(got[p] - exact[p])).toBeLessThanOrEqual(tolerance);
  }
}

function scaledRows(A: Matrix, factors: Float64Array): Matrix {
  return { ...A, data: A.data.map((entry, p) => factors[Math.floor(p / A.columns)] * entry) };
}

/** Upper triangle of AᵀDA by the definition; zeros below. */
function weightedGram(A: Matrix, D: Float64Array): Float64Array {
  const { data } = naiveMatmul(naiveTranspose(A), scaledRows(A, D));
  return data.map((entry, p) => (p % A.columns >= Math.floor(p / A.columns) ? entry : 0));
}

export function describeRegressionMatrix(matrix: RegressionMatrix, A: Matrix): void {
  const { rows: n, columns: d } = A;
  const x = randomVector(d, 11);
  const y = randomVector(n, 12);
  const largest = A.data.reduce((size, entry) => Math.max(size, Math.abs(entry)), 0);
  // entries of x, y and D are below 5, those of D below 25
  const bound = 2 * 25 * 25 * largest ** 2 * Math.max(n, d) * dotBound(Math.max(n, d));
  const upper = (G: Float64Array) => G.map((entry, p) => (p % d >= Math.floor(p / d) ? entry : 0));

  it('products with A, Aᵀ and |A|', () => {
    const out = new Float64Array(n);
    matrix.multiplyInto(out, x);
    expectClose(out, naiveMatvec(A, x), bound);
    matrix.absoluteMultiplyInto(out, x);
    expectClose(out, naiveMatvec({ ...A, data: A.data.map(Math.abs) }, x.map(Math.abs)), bound);
    const g = new Float64Array(d);
    matrix.multiplyTransposedInto(g, y);
    expectClose(g, naiveMatvec(naiveTranspose(A), y), bound);
    matrix.absoluteMultiplyTransposedInto(g, y);
    const absolute = naiveTranspose({ ...A, data: A.data.map(Math.abs) });
    expectClose(g, naiveMatvec(absolute, y.map(Math.abs)), bound);
  });

  it('AᵀDA for D positive, of both signs, and zero, whatever G held', () => {
    for (const D of [y.map((v) => v * v), y, y.map(Math.abs).map((v) => -v), new Float64Array(n)]) {
      const G = new Float64Array(d * d).fill(7);
      matrix.weightedGramInto(G, D);
      expectClose(upper(G), weightedGram(A, D), bound);
    }
  });

  it('S·diag(w)·A is what the sketch makes of the weighted rows', () => {
    const sketch = createSketch('sparse-sign', 5, n, 3);
    const roots = y.map(Math.abs);
    const exact = sketch.apply(scaledRows(A, roots)).data;
    expectClose(matrix.sketched(sketch, roots), exact, bound);
  });

  it('selects and scales rows, in the order asked for', () => {
    const rows = Int32Array.of(n - 1, 0, n >> 1, 0);
    const factors = Float64Array.of(2, -1, 0.5, 3);
    const out = matrix.selectedRows(rows, factors);
    for (let k = 0; k < rows.length; k++) {
      for (let j = 0; j < d; j++) expect(out[k * d + j]).toBe(factors[k] * A.data[rows[k] * d + j] + 0);
    }
  });

  it('counts passes', () => {
    const before = matrix.passes;
    matrix.multiplyInto(new Float64Array(n), x);
    matrix.weightedGramInto(new Float64Array(d * d), y);
    expect(matrix.passes).toBe(before + 2);
  });
}
