import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { proxyProduct, solveProxy } from '../../src/solvers/attentionSketch';
import { distance } from '../support/attention';
import { centredPoints, naiveKernel } from '../support/kernels';
import { minimumNormSolution, naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomVector } from '../support/random';

const n = 80;
const points = centredPoints(randomVector(n * 2, 1), n, 2, 0.4);
const rows = { rows: n, columns: 2, data: points.data };
const c = randomVector(n, 2);
const none = new Float64Array(n);
const ridge = new Float64Array(n).map((_, i) => 0.05 + i / 1000);

/** In six dimensions the features are independent: κ(Z) is 1e5. */
const spread = centredPoints(randomVector(n * 6, 1), n, 6, 0.4 / Math.sqrt(3));

function solve(options: AttentionKernelOptions, shift: Float64Array, of = points) {
  const settings = resolveAttentionOptions('test', { method: 'sketch', ...options }, n);
  const A = { rows: n, columns: of.dimension, data: of.data };
  return solveProxy('test', A, shift, c, settings);
}

describe('proxyProduct', () => {
  it('(ZZᵀ + Δ)z by the definition', () => {
    const { Z } = solve({ rank: 20 }, ridge);
    const z = randomVector(n, 3);
    const dense = naiveMatmul(Z, naiveTranspose(Z));
    const exact = naiveMatvec(dense, z).map((entry, i) => entry + ridge[i] * z[i]);
    expect(distance(proxyProduct(Z, ridge, z), exact)).toBeLessThan(1e-13);
    expect(distance(proxyProduct(Z, none, z), exact)).toBeGreaterThan(1e-4);
  });
});

describe.each(['gradient-descent', 'conjugate-gradient'] as const)('solveProxy by %s', (sketchIteration) => {
  it('with Δ: (ZZᵀ + Δ)z = c to the tolerance', () => {
    const { z, Z, radiusSq } = solve({ sketchIteration, rank: 40 }, ridge);
    expect([Z.rows, Z.columns]).toEqual([n, 40]);
    expect(distance(proxyProduct(Z, ridge, z), c)).toBeLessThan(1e-8);
    const exactRadius = Math.max(...points.halfSq) * 2;
    expect(Math.abs(radiusSq / exactRadius - 1)).toBeLessThan(1e-12);
    // negative control
    expect(distance(proxyProduct(Z, none, z), c)).toBeGreaterThan(1e-3);
  });

  it('without Δ: the minimum-norm least-squares solution of the proxy', () => {
    const { z, Z } = solve({ sketchIteration, rank: 40 }, none, spread);
    const dense = naiveMatmul(Z, naiveTranspose(Z));
    const { x, rank, singularValues } = minimumNormSolution(dense, c, 1e-13);
    expect(rank).toBe(40);
    // κ(ZZᵀ)·n·u, with κ = 8e9
    expect(distance(z, x)).toBeLessThan((singularValues[0] / singularValues[39]) * 10 * n * 2 ** -52);
    const rest = naiveMatvec(dense, z).map((entry, i) => c[i] - entry);
    const least = naiveMatvec(dense, x).map((entry, i) => c[i] - entry);
    expect(Math.hypot(...rest)).toBeLessThan((1 + 1e-6) * Math.hypot(...least));
    // negative control: c itself is far from the range of Z
    expect(Math.hypot(...least)).toBeGreaterThan(0.5 * Math.hypot(...c));
  });

  it.fails('without Δ, Z deficient to rounding: what is dropped keeps the residual below ‖c‖', () => {
    const { z, Z } = solve({ sketchIteration, rank: 70 }, none);
    const rest = proxyProduct(Z, none, z).map((entry, i) => c[i] - entry);
    expect(Math.hypot(...rest)).toBeLessThan(Math.hypot(...c));
  });
});

describe('solveProxy', () => {
  it('the proxy is near the kernel for small radii; the same seed gives the same bits', () => {
    const first = solve({ rank: 60, seed: 3 }, ridge);
    const G = naiveKernel(points);
    const proxy = naiveMatmul(first.Z, naiveTranspose(first.Z)).data;
    expect(Math.max(...proxy.map((entry, p) => Math.abs(entry - G[p])))).toBeLessThan(0.5);
    expect(solve({ rank: 60, seed: 3 }, ridge)).toEqual(first);
  });

  it('rows beyond r² = 20 from their mean are refused', () => {
    const far = {
      ...rows,
      data: rows.data.map((entry) => entry * Math.sqrt(25 / (2 * Math.max(...points.halfSq)))),
    };
    const settings = resolveAttentionOptions('test', { method: 'sketch' }, n);
    const call = () => solveProxy('test', far, ridge, c, settings);
    expect(call).toThrow(SketchSolveError);
    expect(call).toThrow(/test: method 'sketch' on rows up to r² = .*expected at most 20/);
  });
});
