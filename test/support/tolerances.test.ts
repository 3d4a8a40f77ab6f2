import { describe, expect, it } from 'vitest';
import { relativeError } from './forwardError';
import { leastSquaresReference } from './oracles';
import { plantedLeastSquares } from './planted';
import { randomVector } from './random';
import { psdForwardBound, u, wedinBound } from './tolerances';

describe('wedinBound', () => {
  it.each([
    [1e2, 1],
    [1e4, 1e-4],
    [1e4, 1],
    [1e6, 0],
  ])('holds for perturbed data and is within 1e3 of it, κ = %d, residual = %d', (kappa, residual) => {
    const { A, b } = plantedLeastSquares({ n: 50, d: 5, kappa, residual, seed: 1 });
    const { x } = leastSquaresReference(A, b);
    const epsilon = 1e-12;
    const E = randomVector(A.data.length, 2);
    const f = randomVector(b.length, 3);
    const sizeE = epsilon / Math.hypot(...E);
    const sizeF = (epsilon * Math.hypot(...b)) / Math.hypot(...f);
    const changed = leastSquaresReference(
      { ...A, data: A.data.map((entry, p) => entry + sizeE * E[p]) },
      b.map((entry, i) => entry + sizeF * f[i]),
    );
    const error = relativeError(changed.x, x);
    const bound = wedinBound({
      kappa,
      residual,
      xNorm: Math.hypot(...x),
      bNorm: Math.hypot(...b),
      backwardError: epsilon,
    });
    expect(error).toBeLessThan(bound);
    expect(error).toBeGreaterThan(1e-3 * bound);
  });
});

describe('psdForwardBound', () => {
  it('is linear in κ and in j', () => {
    expect(psdForwardBound(16, 1e8)).toBe((32e8 + 320) * u);
  });
});
