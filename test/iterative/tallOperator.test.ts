import { describe, expect, it } from 'vitest';
import {
  CsrTallOperator,
  DenseTallOperator,
  ProjectedTallOperator,
  tallOperator,
} from '../../src/iterative/tallOperator';
import { projectedCsr } from '../../src/sparse/projectedCsr';
import { exactMatvec, exactResidual, naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';
import { dotBound } from '../support/tolerances';

describe('DenseTallOperator', () => {
  const [n, d] = [37, 5];
  const A = randomMatrix(n, d, 1);
  const norm = Math.hypot(...A.data);
  const x = randomVector(d, 2);
  const b = randomVector(n, 3);

  it('gram: g = AᵀAx; residual: r = b − Ax, g = Aᵀr; rounding 2γ_n·‖A‖²‖x‖', () => {
    const operator = new DenseTallOperator(A);
    expect([operator.rows, operator.columns]).toEqual([n, d]);
    const g = new Float64Array(d);
    operator.gram(g, x);
    const image = exactMatvec(A, x);
    const limit = 2 * dotBound(n) * norm ** 2 * Math.hypot(...x);
    exactMatvec(naiveTranspose(A), image).forEach((entry, j) => {
      expect(Math.abs(g[j] - entry)).toBeLessThan(limit);
    });
    const r = new Float64Array(n);
    operator.residual(r, g, x, b);
    const residual = exactResidual(A, x, b);
    residual.forEach((entry, i) => {
      expect(Math.abs(r[i] - entry)).toBeLessThan(limit);
    });
    exactMatvec(naiveTranspose(A), residual).forEach((entry, j) => {
      expect(Math.abs(g[j] - entry)).toBeLessThan(2 * limit);
    });
  });

  it('counts passes and leaves A, x and b alone', () => {
    const before = [A.data.slice(), x.slice(), b.slice()];
    const operator = new DenseTallOperator(A);
    expect(operator.passes).toBe(0);
    const g = new Float64Array(d);
    operator.gram(g, x);
    operator.gram(g, x);
    expect(operator.passes).toBe(2);
    operator.residual(new Float64Array(n), g, x, b);
    expect(operator.passes).toBe(3);
    expect([A.data, x, b]).toEqual(before);
  });
});

describe('tallOperator', () => {
  const [n, d] = [60, 6];
  const sparse = randomSparse({ rows: n, columns: d, density: 0.3, seed: 4 });
  const V = randomMatrix(d, 4, 5);
  const projected = projectedCsr(sparse, V);

  it('takes the operator of the form the matrix has', () => {
    expect(tallOperator(denseFrom(sparse))).toBeInstanceOf(DenseTallOperator);
    expect(tallOperator(sparse)).toBeInstanceOf(CsrTallOperator);
    expect(tallOperator(projected)).toBeInstanceOf(ProjectedTallOperator);
  });

  it.each([
    ['sparse', sparse, denseFrom(sparse)],
    ['A·V', projected, naiveMatmul(denseFrom(sparse), V)],
  ] as const)('%s: the products of the dense matrix, and its passes', (_, given, dense) => {
    const operator = tallOperator(given);
    const width = dense.columns;
    expect([operator.rows, operator.columns, operator.passes]).toEqual([n, width, 0]);
    const x = randomVector(width, 6);
    const b = randomVector(n, 7);
    const norm = Math.hypot(...sparse.values) * (width === d ? 1 : Math.hypot(...V.data));
    const limit = 4 * dotBound(n + d) * norm ** 2 * Math.hypot(...x);
    const g = new Float64Array(width);
    for (let times = 1; times <= 2; times++) {
      operator.gram(g, x);
      exactMatvec(naiveTranspose(dense), exactMatvec(dense, x)).forEach((entry, j) => {
        expect(Math.abs(g[j] - entry)).toBeLessThan(limit);
      });
    }
    const r = new Float64Array(n);
    operator.residual(r, g, x, b);
    const residual = exactResidual(dense, x, b);
    residual.forEach((entry, i) => {
      expect(Math.abs(r[i] - entry)).toBeLessThan(limit);
    });
    exactMatvec(naiveTranspose(dense), residual).forEach((entry, j) => {
      expect(Math.abs(g[j] - entry)).toBeLessThan(2 * limit + 4 * dotBound(n + d) * norm * Math.hypot(...b));
    });
    expect(operator.passes).toBe(3);
  });
});
