import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import { scaleAttention } from '../../src/solvers/scaledAttention';
import { naiveAttention, spreadRows, timesScalar } from '../support/attention';
import { naiveKernel } from '../support/kernels';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

describe('scaleAttention', () => {
  it.each([1, 4, 0.3])('exp(AAᵀ/τ) = e^(2e₀)·D⁻¹GD⁻¹ entry by entry, τ = %d', (temperature) => {
    const A = spreadRows(20, 4, 60, 1);
    const { points, weights, offset, halfSq } = scaleAttention('test', A, temperature);
    const K = naiveAttention(A, { temperature }).data;
    const G = naiveKernel(points);
    // each exponent is off by at most (d + 4)·u·(hᵢ + hⱼ) ≤ 8·60/τ·u, in G, in D and in the oracle
    const bound = (4 * 8 * 60 * u) / temperature;
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 20; j++) {
        const entry = (G[i * 20 + j] / weights[i] / weights[j]) * Math.exp(2 * offset);
        expect(Math.abs(entry / K[i * 20 + j] - 1)).toBeLessThan(bound);
      }
      expect(Math.abs(halfSq[i] - Math.log(K[i * 21]) / 2)).toBeLessThan(bound * 30);
    }
    expect(offset).toBe(0);
  });

  it('the points are A/√τ less its mean, and A is kept', () => {
    const A = randomMatrix(30, 3, 2);
    for (let p = 0; p < 90; p++) A.data[p] += 7;
    const before = A.data.slice();
    const { points } = scaleAttention('test', A, 4);
    const mean = [0, 1, 2].map((j) =>
      A.data.reduce((sum, entry, p) => sum + (p % 3 === j ? entry / 60 : 0), 0),
    );
    expect(A.data).toEqual(before);
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let i = 0; i < 30; i++) {
        sum += points.data[i * 3 + j];
        expect(Math.abs(points.data[i * 3 + j] + mean[j] - A.data[i * 3 + j] / 2)).toBeLessThan(20 * u);
      }
      expect(Math.abs(sum)).toBeLessThan(30 * 30 * 5 * u);
      expect(Math.abs(mean[j] - 3.5)).toBeLessThan(1);
    }
  });

  it('halves of squared norms up to 350 keep e₀ = 0; beyond, e₀ is the smallest and D ≤ 1', () => {
    const A = randomMatrix(25, 3, 3);
    const largest = Math.max(...scaleAttention('test', A, 1).halfSq);
    const below = scaleAttention('test', timesScalar(A, Math.sqrt(349 / largest)), 1);
    const above = scaleAttention('test', timesScalar(A, Math.sqrt(351 / largest)), 1);
    expect(below.offset).toBe(0);
    expect(Math.min(...below.weights)).toBeGreaterThan(1e-153);
    expect(above.offset).toBe(Math.min(...above.halfSq));
    expect(Math.max(...above.weights)).toBe(1);
    above.weights.forEach((weight, i) => {
      expect(weight).toBe(Math.exp(above.offset - above.halfSq[i]));
    });
  });

  it('zero rows and a single row', () => {
    const zero = scaleAttention('test', { rows: 3, columns: 2, data: new Float64Array(6) }, 1);
    expect([...zero.weights, ...zero.halfSq]).toEqual([1, 1, 1, 0, 0, 0]);
    const one = scaleAttention('test', { rows: 1, columns: 2, data: Float64Array.of(3, 4) }, 1);
    expect([one.halfSq[0], ...one.points.data]).toEqual([12.5, 0, 0]);
  });

  it('norms that overflow are OUT_OF_RANGE; 1e74 is not', () => {
    for (const size of [1e76, 1e160, 1e308]) {
      const call = () => scaleAttention('test', { rows: 2, columns: 1, data: Float64Array.of(0, size) }, 1);
      expect(call).toThrow(SketchSolveError);
      expect(call).toThrow(/OUT_OF_RANGE|half the squared norm/);
    }
    expect(scaleAttention('test', { rows: 2, columns: 1, data: Float64Array.of(0, 1e74) }, 1).offset).toBe(0);
    expect(() => scaleAttention('test', { rows: 1, columns: 1, data: Float64Array.of(1) }, 1e-320)).toThrow(
      /half the squared norm/,
    );
  });
});
