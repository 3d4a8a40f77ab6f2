import { describe, expect, it } from 'vitest';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { exactMatvec, exactResidual, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
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
