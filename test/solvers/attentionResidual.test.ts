import { describe, expect, it } from 'vitest';
import { resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { definedResidual } from '../../src/solvers/attentionResidual';
import { naiveAttention } from '../support/attention';
import { naiveMatvec } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 25;
const A = randomMatrix(n, 3, 1);
const [x, b] = [randomVector(n, 2), randomVector(n, 3)];

describe('definedResidual', () => {
  it.each([
    [{}, 0],
    [{ temperature: 3 }, 0.7],
    [{ ridgeKind: 'absolute', temperature: 2 }, 0.7],
    [{ causal: true }, 0.2],
  ] as const)('%o, ridge %d: by the naive matrix', (options, ridge) => {
    const settings = resolveAttentionOptions('test', options, n);
    const K = naiveAttention(A, { ...options, ridge });
    const logScale = -2;
    const product = naiveMatvec(
      K,
      x.map((entry) => entry * Math.exp(logScale)),
    );
    const sizes = naiveMatvec(
      K,
      x.map((entry) => Math.abs(entry) * Math.exp(logScale)),
    );
    const found = definedResidual(A, x, b, settings, ridge, logScale);
    let backward = 0;
    for (let i = 0; i < n; i++) {
      const exact = b[i] - product[i];
      expect(Math.abs(found.residual[i] - exact)).toBeLessThan(1000 * u * (sizes[i] + Math.abs(b[i])));
      backward = Math.max(backward, Math.abs(exact) / (sizes[i] + Math.abs(b[i])));
    }
    expect(found.backwardError).toBeCloseTo(backward, 10);
    expect(found.relativeResidual).toBeCloseTo(Math.hypot(...found.residual) / Math.hypot(...b), 12);
  });

  it('terms that are out of range alone: e^1600 times e^−1600, and what overflows is Infinity', () => {
    const settings = resolveAttentionOptions('test', {}, 2);
    const far = { rows: 2, columns: 1, data: Float64Array.of(40, 0) };
    const right = Float64Array.of(1, 2);
    const good = definedResidual(far, Float64Array.of(1, 0), Float64Array.of(1, 0), settings, 0, -1600);
    expect(good.relativeResidual).toBeLessThan(1e-12);
    const ridge = definedResidual(far, Float64Array.of(0.5, 0), Float64Array.of(1, 0), settings, 1, -1600);
    expect(ridge.relativeResidual).toBeLessThan(1e-12);
    expect(definedResidual(far, Float64Array.of(1, 0), right, settings, 0, 0).relativeResidual).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(definedResidual(far, new Float64Array(2), right, settings, 0, 0)).toMatchObject({
      relativeResidual: 1,
      backwardError: 1,
    });
  });
});
