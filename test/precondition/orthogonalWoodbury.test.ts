import { describe, expect, it } from 'vitest';
import { OrthogonalWoodbury } from '../../src/precondition/orthogonalWoodbury';
import { randomVector } from '../support/random';
import { asymmetry, lowRankPlusDiagonal, spectralError } from '../support/spectralEquivalence';
import { u } from '../support/tolerances';

describe('OrthogonalWoodbury', () => {
  const shapes = [
    [1, 1],
    [5, 5],
    [30, 1],
    [40, 33],
    [50, 50],
  ];
  it.each(shapes)('n = %i, k = %i: ‖LᵀML − I‖ ≤ c·√κ·(n + k)·u with ‖F‖² = 1e6·n', (n, k) => {
    const F = randomVector(n * k, n).map((f) => 1e3 * f);
    const D = randomVector(n, k).map((entry) => 1 + entry * entry);
    const M = new OrthogonalWoodbury(F.slice(), n, k, D);
    const kappa = 1 + F.reduce((sum, f) => sum + f * f, 0);
    const error = spectralError(M, lowRankPlusDiagonal(F, n, k, D), n);
    expect(error).toBeLessThan(10 * Math.sqrt(kappa) * (n + k) * u);
    expect(asymmetry(M, n)).toBeLessThan(10 * (n + k) * u);
  });

  it('F with repeated and zero columns', () => {
    const [n, k] = [30, 6];
    const F = randomVector(n * k, 1);
    for (let i = 0; i < n; i++) {
      F[i * k + 3] = F[i * k + 1];
      F[i * k + 4] = 0;
    }
    const D = new Float64Array(n).fill(1e-8);
    const M = new OrthogonalWoodbury(F, n, k, D);
    expect(spectralError(M, lowRankPlusDiagonal(F, n, k, D), n)).toBeLessThan(10 * 1e5 * (n + k) * u);
  });

  it('F and D are neither kept nor changed', () => {
    const F = randomVector(40, 2);
    const D = new Float64Array(20).fill(2);
    const [F0, D0] = [F.slice(), D.slice()];
    const M = new OrthogonalWoodbury(F, 20, 2, D);
    expect([F, D]).toEqual([F0, D0]);
    const [r, before, after] = [randomVector(20, 3), new Float64Array(20), new Float64Array(20)];
    M.applyInto(before, r);
    F.fill(7);
    D.fill(7);
    M.applyInto(after, r);
    expect(after).toEqual(before);
  });
});
