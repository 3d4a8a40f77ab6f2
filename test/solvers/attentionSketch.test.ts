import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import { truncateFeatures } from '../../src/precondition/featureTruncation';
import { gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { DOUBTFUL_RADIUS_SQ, ProxyKernel } from '../../src/solvers/attentionSketch';
import { distance } from '../support/attention';
import { centredPoints, gaussianCloud, naiveKernel } from '../support/kernels';
import {
  exactSingularValues,
  minimumNormSolution,
  naiveMatmul,
  naiveMatvec,
  naiveTranspose,
} from '../support/oracles';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 80;
const points = centredPoints(randomVector(n * 2, 1), n, 2, 0.4);
const c = randomVector(n, 2);
const none = new Float64Array(n);
const ridge = new Float64Array(n).map((_, i) => 0.05 + i / 1000);
const norm = (v: Float64Array) => Math.hypot(...v);

function kernelOf(options: AttentionKernelOptions = {}, of = points): ProxyKernel {
  return new ProxyKernel(
    'test',
    of,
    resolveAttentionOptions('test', { method: 'sketch', ...options }, of.size),
  );
}

/** The features as drawn. */
function drawn(columns: number, of = points, seed: number | string = 0) {
  const rows = { rows: of.size, columns: of.dimension, data: of.data };
  return gaussianFeatures('test', rows, { columns, truncation: 1e-8, seed }).Z;
}

/** ‖c − ZZᵀz‖ */
function residualOn(Z: Matrix, z: Float64Array): number {
  const product = naiveMatvec(Z, naiveMatvec(naiveTranspose(Z), z));
  return norm(product.map((entry, i) => c[i] - entry));
}

/** Bit by bit; a report of how two large matrices differ would take minutes. */
function identical(X: Matrix, Y: Matrix): boolean {
  return X.columns === Y.columns && X.data.every((entry, p) => entry === Y.data[p]);
}

/** Points whose farthest has the given r². */
function ofRadiusSq(radiusSq: number, of = points) {
  const factor = Math.sqrt(radiusSq / (2 * Math.max(...of.halfSq)));
  return centredPoints(of.data, of.size, of.dimension, factor);
}

describe.each(['gradient-descent', 'conjugate-gradient'] as const)('ProxyKernel by %s', (sketchIteration) => {
  it('with Δ: (ZZᵀ + Δ)z = c to the tolerance', () => {
    const kernel = kernelOf({ sketchIteration, rank: 40 });
    const { z, reason } = kernel.withShift(ridge).solve(c);
    expect(reason).toBe('converged');
    const { features: Z } = kernel;
    const dense = naiveMatmul(Z, naiveTranspose(Z));
    const residual = (shift: Float64Array) =>
      norm(naiveMatvec(dense, z).map((entry, i) => c[i] - entry - shift[i] * z[i])) / norm(c);
    expect(residual(ridge)).toBeLessThan(1e-10 + 1e-12);
    // negative control
    expect(residual(none)).toBeGreaterThan(1e-3);
  });

  it.each([
    ['κ(Z) = 1e5', 6, 40],
    ['Z deficient to rounding', 2, 70],
  ])('without Δ, %s: the least residual, on the features as drawn', (_, dimension, rank) => {
    const cloud = centredPoints(randomVector(n * dimension, 1), n, dimension, 0.4 / Math.sqrt(dimension / 2));
    const kernel = kernelOf({ sketchIteration, rank }, cloud);
    const Z = drawn(rank, cloud);
    const { z } = kernel.withShift(none).solve(c);
    const { x } = minimumNormSolution(kernel.features, c, 1e-14);
    const least = norm(naiveMatvec(kernel.features, x).map((entry, i) => c[i] - entry));
    expect(residualOn(kernel.features, z)).toBeLessThan(least * (1 + 1e-6));
    // what was left out of Z has the size of the last directions that are in it: at most their part of c
    expect(residualOn(Z, z)).toBeLessThan(least * (1 + 1e-2));
    expect(residualOn(Z, z)).toBeGreaterThan(least * (1 - 1e-2));
    expect(least).toBeLessThan(0.95 * norm(c));
    if (dimension === 6) {
      expect(kernel.rank).toBe(40);
      const sigma = exactSingularValues(kernel.features);
      const dense = naiveMatmul(Z, naiveTranspose(Z));
      const reference = minimumNormSolution(dense, c, 1e-13);
      // κ(ZZᵀ)·n·u, with κ = 8e9
      expect(distance(z, reference.x)).toBeLessThan((sigma[0] / sigma[39]) ** 2 * 10 * n * u);
    } else {
      expect(kernel.rank).toBeLessThan(60);
    }
  });
});

describe('ProxyKernel', () => {
  it('the features drawn for the seed, truncated; made once', () => {
    const kernel = kernelOf({ rank: 70, seed: 'five' });
    expect(identical(kernel.features, truncateFeatures(drawn(70, points, 'five')))).toBe(true);
    expect(kernel.features).toBe(kernel.features);
    expect(kernel.rank).toBe(kernel.features.columns);
    expect(kernelOf({ rank: 70, seed: 5 }).features).not.toEqual(kernel.features);
  });

  it('the proxy is near the kernel for small radii', () => {
    const { features: Z } = kernelOf({ rank: 60 });
    const G = naiveKernel(points);
    const proxy = naiveMatmul(Z, naiveTranspose(Z)).data;
    expect(Math.max(...proxy.map((entry, p) => Math.abs(entry - G[p])))).toBeLessThan(0.5);
    const trace = proxy.reduce((sum, entry, p) => (p % (n + 1) === 0 ? sum + entry : sum), 0);
    expect(Math.abs(trace / n - 1)).toBeLessThan(0.1);
  });

  it('shifts share the features and do not disturb each other', () => {
    const kernel = kernelOf({ rank: 40 });
    const first = kernel.withShift(ridge);
    const alone = first.solve(c);
    const second = kernel.withShift(none).solve(c);
    expect(first.solve(c)).toEqual(alone);
    expect(kernelOf({ rank: 40 }).withShift(none).solve(c)).toEqual(second);
    expect(distance(alone.z, second.z)).toBeGreaterThan(0.1);
  });

  it.each([
    [1, 2],
    [3, 2],
    [20, 9],
  ])('n = %d, d = %d: as many columns as the Taylor series needs, be they more than n', (size, dimension) => {
    const few = gaussianCloud(size, dimension, 4, 0.5);
    const kernel = kernelOf({}, few);
    expect(kernel.rank).toBeLessThanOrEqual(size);
    const right = randomVector(size, 5);
    const shift = new Float64Array(size).fill(0.1);
    const { z, reason } = kernel.withShift(shift).solve(right);
    expect(reason).toBe('converged');
    const y = new Float64Array(size);
    kernel.withShift(shift).productInto(y, z);
    expect(distance(y, right)).toBeLessThan(1e-10);
  });

  it('512 columns by default, 4d from d = 128 on', () => {
    const narrow = gaussianCloud(600, 6, 4, 0.3);
    expect(identical(kernelOf({}, narrow).features, truncateFeatures(drawn(512, narrow)))).toBe(true);
    const wide = gaussianCloud(600, 140, 4, 0.05);
    expect(kernelOf({}, wide).rank).toBeGreaterThan(512);
    expect(identical(kernelOf({}, wide).features, truncateFeatures(drawn(560, wide)))).toBe(true);
  });
});

describe('the radius', () => {
  it('is the largest squared distance to the mean', () => {
    for (const radiusSq of [0.3, DOUBTFUL_RADIUS_SQ, 19.99]) {
      expect(Math.abs(kernelOf({}, ofRadiusSq(radiusSq)).radiusSq / radiusSq - 1)).toBeLessThan(1e-13);
    }
    expect(DOUBTFUL_RADIUS_SQ).toBe(5);
  });

  it.each([20.01, 25, 1e5, 1e290])('r² = %d is refused before anything else', (radiusSq) => {
    const call = () => kernelOf({ rank: 1 }, ofRadiusSq(radiusSq));
    expect(call).toThrow(SketchSolveError);
    expect(call).toThrow(/^test: method 'sketch' on rows up to r² = .*from their mean, expected at most 20/);
    try {
      call();
    } catch (error) {
      const { code, details } = error as SketchSolveError;
      expect(code).toBe('INVALID_ARGUMENT');
      expect(Math.abs((details.radiusSq as number) / radiusSq - 1)).toBeLessThan(1e-12);
    }
  });

  it('a rank too small for the series is refused by that name', () => {
    expect(() => kernelOf({ rank: 5 })).toThrow(
      /^test: rank is 5, expected at least \d+ for method 'sketch'/,
    );
    const least = Number(/at least (\d+)/.exec(String(caught(() => kernelOf({ rank: 5 }))))?.[1]);
    expect(kernelOf({ rank: least }).features.rows).toBe(n);
    expect(() => kernelOf({ rank: least - 1 })).toThrow(SketchSolveError);
  });
});

function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
