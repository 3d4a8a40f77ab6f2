import { describe, expect, it } from 'vitest';
import { SketchSolveError } from '../../src/core/errors';
import type { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { type AttentionKernelOptions, resolveAttentionOptions } from '../../src/solvers/attentionOptions';
import { storedBytes } from '../../src/solvers/kernelMemory';
import { PreconditionerChooser } from '../../src/solvers/kernelPreconditioner';
import type { ChosenPreconditioner } from '../../src/solvers/usedPreconditioner';
import {
  asMatrix,
  clusteredPoints,
  conjugateGradientSteps,
  gaussianCloud,
  naiveKernel,
} from '../support/kernels';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { u } from '../support/tolerances';

const n = 300;
const cloud = gaussianCloud(n, 4, 1);

function chooserOf(
  points: GaussianPoints,
  options: AttentionKernelOptions,
  stored = true,
): PreconditionerChooser {
  const settings = resolveAttentionOptions('test', { method: 'pcg', ...options }, points.size);
  const { size, dimension } = points;
  return new PreconditionerChooser('test', points, { n: size, d: dimension, stored }, settings);
}

const task = (shift: Float64Array) => ({ lambda: Math.min(...shift), digits: DIGITS, sides: 1 });

/** What it chooses for Δ, which must not be the dense factor. */
function made(chooser: PreconditionerChooser, shift: Float64Array): ChosenPreconditioner {
  const chosen = chooser.choose(shift, task(shift));
  if (chosen === 'dense') throw new Error('expected a preconditioner');
  return chosen;
}

const constant = (delta: number, size = n) => new Float64Array(size).fill(delta);
const DIGITS = Math.log(2 / 1e-10);

function steps(points: GaussianPoints, delta: number, options: AttentionKernelOptions): number {
  const size = points.size;
  const G = { rows: size, columns: size, data: naiveKernel(points) };
  const shift = constant(delta, size);
  const { apply } = made(chooserOf(points, options), shift);
  const product = (y: Float64Array, x: Float64Array) => {
    y.set(naiveMatvec(G, x));
  };
  return conjugateGradientSteps(product, shift, randomVector(size, 2), apply, 1e-10, 2000);
}

describe('a forced preconditioner', () => {
  it.each(['pivoted-cholesky', 'nystrom', 'afn'] as const)(
    '%s: symmetric, positive definite, and fewer steps than Jacobi',
    (preconditioner) => {
      const chosen = made(chooserOf(cloud, { preconditioner, rank: 60 }), constant(0.01));
      expect([chosen.kind, chosen.rank]).toEqual([preconditioner, 60]);
      const M = asMatrix(chosen.apply, n);
      const largest = M.reduce((worst, entry) => Math.max(worst, Math.abs(entry)), 0);
      expectEvery(n, (i) => M[i * (n + 1)] > 0);
      expectEvery(n * n, (p) => {
        const mirrored = M[(p % n) * n + Math.floor(p / n)];
        return Math.abs(M[p] - mirrored) < 1e4 * n * u * largest;
      });
      for (let seed = 0; seed < 10; seed++) {
        const x = randomVector(n, seed);
        const quadratic = naiveMatvec({ rows: n, columns: n, data: M }, x).reduce(
          (sum, entry, i) => sum + entry * x[i],
          0,
        );
        expect(quadratic).toBeGreaterThan(0);
      }
      const plain = steps(cloud, 0.01, { preconditioner: 'none' });
      expect(steps(cloud, 0.01, { preconditioner, rank: 60 })).toBeLessThan(0.7 * plain);
    },
  );

  it('none is Jacobi: 1/(1 + Δᵢ)', () => {
    const shift = Float64Array.from({ length: n }, (_, i) => i / 10);
    const chosen = made(chooserOf(cloud, { preconditioner: 'none' }), shift);
    expect([chosen.kind, chosen.rank, chosen.traceResidual]).toEqual(['none', 0, n]);
    const [r, y] = [randomVector(n, 3), new Float64Array(n)];
    chosen.apply.applyInto(y, r);
    for (let i = 0; i < n; i++)
      expect(Math.abs(y[i] - r[i] / (1 + shift[i]))).toBeLessThan(4 * u * Math.abs(r[i]));
  });

  it('the rank is 200 unless given, and falls where the kernel is exhausted', () => {
    expect(made(chooserOf(cloud, { preconditioner: 'pivoted-cholesky' }), constant(0.1)).rank).toBe(200);
    const line = gaussianCloud(n, 1, 4, 0.1);
    const chosen = made(chooserOf(line, { preconditioner: 'pivoted-cholesky' }), constant(0.1));
    expect(chosen.rank).toBeLessThan(40);
    expect(chosen.traceResidual).toBeLessThanOrEqual(100 * n * u);
  });

  it('traces: the more columns the less is left, and pivots leave less than columns drawn blindly', () => {
    const clusters = clusteredPoints(n, 20, 4, 0.5, 5);
    const trace = (preconditioner: 'pivoted-cholesky' | 'nystrom', rank: number) =>
      made(chooserOf(clusters, { preconditioner, rank }), constant(0.1)).traceResidual;
    expect(trace('pivoted-cholesky', 80)).toBeLessThan(0.9 * trace('pivoted-cholesky', 20));
    expect(trace('nystrom', 80)).toBeLessThan(0.9 * trace('nystrom', 20));
    expect(trace('nystrom', 20)).toBeLessThan(n);
    expect(trace('pivoted-cholesky', 80)).toBeLessThan(1.1 * trace('nystrom', 80));
  });

  it('a budget that cannot hold the rank is refused, with both numbers', () => {
    const options = { rank: 100, memoryBudget: storedBytes(n) + 8 * n * 50 } as const;
    for (const preconditioner of ['pivoted-cholesky', 'nystrom', 'afn', 'auto'] as const) {
      const call = () => made(chooserOf(cloud, { ...options, preconditioner }), constant(0.1));
      expect(call).toThrow(SketchSolveError);
      expect(call).toThrow(/test: memoryBudget .* holds a preconditioner of 8 columns, expected 100/);
    }
  });
});

describe('auto', () => {
  it('a flat kernel: none', () => {
    const flat = gaussianCloud(n, 60, 6);
    const chosen = made(chooserOf(flat, {}), constant(1e-8));
    expect([chosen.kind, chosen.rank]).toEqual(['none', 0]);
  });

  it('the rank grows with the digits that the ridge leaves to find, and one factor serves all ranks', () => {
    const points = gaussianCloud(600, 3, 13, 0.8);
    const chooser = chooserOf(points, {});
    // 10 rather than 0.1, which all columns serve best once they are there: they cost only their inner products
    const ridges = [1, 1e-3, 10];
    const chosen = ridges.map((delta) => made(chooser, constant(delta, 600)));
    expect(chosen.map(({ kind }) => kind)).toEqual(Array(3).fill('pivoted-cholesky'));
    expect(chosen[1].rank).toBeGreaterThan(1.3 * chosen[0].rank);
    expect(chosen[1].rank).toBeGreaterThan(67);
    expect(chosen[2].rank).toBeLessThan(chosen[1].rank);
    const r = randomVector(600, 14);
    const apply = ({ apply: M }: ChosenPreconditioner) => {
      const y = new Float64Array(600);
      M.applyInto(y, r);
      return y;
    };
    for (const [k, delta] of ridges.entries()) {
      const options = { preconditioner: 'pivoted-cholesky', rank: chosen[k].rank } as const;
      const fresh = made(chooserOf(points, options), constant(delta, 600));
      const [y, other] = [apply(chosen[k]), apply(fresh)];
      const size = Math.hypot(...other);
      expect(Math.hypot(...y.map((entry, i) => entry - other[i])) / size).toBeLessThan(1e-9);
      expect(chosen[k].least).toBeCloseTo(delta + chosen[k].traceResidual / 600, 12);
    }
  });

  it('what was remembered is used where it is cheapest, for relative ridges only', () => {
    const apply = { applyInto: (y: Float64Array, r: Float64Array) => y.set(r) };
    const before: ChosenPreconditioner = { kind: 'afn', rank: 100, traceResidual: 1, apply };
    const used = { chosen: before, delta: 1e-3, least: 1e-2, stepsPerDigit: 0.01 };
    const hard = gaussianCloud(n, 6, 15);
    const chooser = chooserOf(hard, {});
    chooser.remember(used);
    expect(made(chooser, constant(1.1e-3))).toBe(before);
    // negative controls: too many steps a digit, a shift far away, and a ridge that is not δI
    const slow = chooserOf(hard, {});
    slow.remember({ ...used, stepsPerDigit: 100 });
    expect(made(slow, constant(1.1e-3))).not.toBe(before);
    expect(made(chooser, constant(1e3))).not.toBe(before);
    const absolute = chooserOf(hard, { ridgeKind: 'absolute' });
    absolute.remember(used);
    expect(made(absolute, constant(1.1e-3))).not.toBe(before);
  });

  it('a given rank is taken, with pivoted Cholesky', () => {
    const chosen = made(chooserOf(cloud, { rank: 33 }), constant(0.1));
    expect([chosen.kind, chosen.rank]).toEqual(['pivoted-cholesky', 33]);
  });

  it.each([
    ['cloud, ridge 1', cloud, 1],
    ['cloud, ridge 1e-2', cloud, 1e-2],
    ['line, ridge 1e-4', gaussianCloud(n, 1, 7), 1e-4],
    ['clusters, ridge 1e-2', clusteredPoints(n, 30, 5, 1, 8), 1e-2],
  ] as const)('%s: at most half the steps of Jacobi, or nothing to gain', (_, points, delta) => {
    const [auto, none] = [steps(points, delta, {}), steps(points, delta, { preconditioner: 'none' })];
    expect(auto).toBeLessThanOrEqual(Math.max(20, 0.6 * none));
  });

  it('never asks for a factorisation where the method or the budget forbids it', () => {
    const line = gaussianCloud(n, 3, 9);
    // not stored, so that sixteen products cost more than a factorisation of so few points
    const dense = (options: AttentionKernelOptions) =>
      chooserOf(line, options, false).choose(constant(1e-14), { lambda: 1e-14, digits: 60, sides: 1 }) ===
      'dense';
    expect(dense({})).toBe(false);
    expect(dense({ method: 'auto', memoryBudget: 8 * n * n - 1 })).toBe(false);
    // negative control
    expect(dense({ method: 'auto' })).toBe(true);
  });

  it('the same seed gives the same preconditioner, another one other pivots', () => {
    const apply = (seed: number) => {
      const y = new Float64Array(n);
      made(chooserOf(cloud, { seed, rank: 40 }), constant(0.1)).apply.applyInto(y, randomVector(n, 11));
      return y;
    };
    expect(apply(1)).toEqual(apply(1));
    expect(apply(1)).not.toEqual(apply(2));
  });

  it('one chooser serves several ridges: earlier preconditioners stay what they were', () => {
    const chooser = chooserOf(cloud, { preconditioner: 'pivoted-cholesky', rank: 40 });
    const first = made(chooser, constant(1));
    const [r, before, after] = [randomVector(n, 12), new Float64Array(n), new Float64Array(n)];
    first.apply.applyInto(before, r);
    const second = made(chooser, constant(1e-3));
    first.apply.applyInto(after, r);
    expect(after).toEqual(before);
    second.apply.applyInto(after, r);
    expect(after).not.toEqual(before);
    const fresh = made(chooserOf(cloud, { preconditioner: 'pivoted-cholesky', rank: 40 }), constant(1e-3));
    fresh.apply.applyInto(before, r);
    expect(after).toEqual(before);
  });
});

describe('the memory budget', () => {
  it('auto: a budget that holds no column is refused, and no rank-0 AFN is made', () => {
    const call = () => made(chooserOf(gaussianCloud(60, 5, 1), { memoryBudget: 1 }), constant(1e-13, 60));
    expect(call).toThrow(/memoryBudget/);
  });

  it('none needs no columns, and so no budget for them', () => {
    expect(() =>
      made(chooserOf(cloud, { preconditioner: 'none', memoryBudget: storedBytes(n) + 1 }), constant(0.1)),
    ).not.toThrow();
  });

  it('without a rank no more columns are charged to the budget than the kernel has', () => {
    const points = gaussianCloud(60, 5, 1);
    const memoryBudget = storedBytes(60) + 8 * 60 * 4 * 80;
    expect(() =>
      made(chooserOf(points, { preconditioner: 'nystrom', memoryBudget }), constant(0.1, 60)),
    ).not.toThrow();
  });
});
