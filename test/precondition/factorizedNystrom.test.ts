import { describe, expect, it } from 'vitest';
import { FactorizedNystrom } from '../../src/precondition/factorizedNystrom';
import type { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { fromDoubles } from '../support/doubleDouble';
import {
  asMatrix,
  clusteredPoints,
  conjugateGradientSteps,
  digitPoints,
  gaussianCloud,
  kernelMatrix,
  kernelProduct,
  testWords,
} from '../support/kernels';
import { randomVector } from '../support/random';
import { asymmetry, spectralError } from '../support/spectralEquivalence';
import { u } from '../support/tolerances';

function pivotsOf(points: GaussianPoints, rank: number): Int32Array {
  const cholesky = new PivotedCholesky(points, testWords(1));
  cholesky.extendTo(rank);
  return Int32Array.from(cholesky.pivots);
}

/** G + Δ, full. */
function shifted(points: GaussianPoints, shift: Float64Array): Float64Array {
  const n = points.size;
  const G = kernelMatrix(points);
  for (let i = 0; i < n; i++) G[i * (n + 1)] += shift[i];
  return G;
}

const n = 70;
const points = gaussianCloud(n, 3, 1);
const shift = new Float64Array(n).map((_, i) => 0.01 * (1 + (i % 7)));
const exact = fromDoubles(shifted(points, shift));
/** Largest eigenvalue at most n + Δ, smallest at least min Δ. */
const kappa = (n + 0.07) / 0.01;

describe('FactorizedNystrom', () => {
  it.each([
    [70, 20],
    [0, 69],
    [10, 60],
    [33, 80],
    [69, 1],
  ])(
    'exact with %i landmarks and %i neighbours, which leave nothing out: ‖LᵀML − I‖ ≤ c·κ·n·u',
    (k, width) => {
      const landmarks = Int32Array.from({ length: k }, (_, i) => (i * 11) % n);
      const M = new FactorizedNystrom(points, landmarks, shift, width);
      expect([M.size, M.rank]).toEqual([n, k]);
      expect(spectralError(M, exact, n)).toBeLessThan(10 * kappa * n * u);
    },
  );

  it('with neighbours left out: symmetric, positive, unit diagonal of H S Hᵀ, so trace(M(G + Δ)) = n', () => {
    for (const [k, width] of [
      [0, 3],
      [12, 5],
      [40, 1],
      [20, 0],
    ]) {
      const M = new FactorizedNystrom(points, pivotsOf(points, k), shift, width);
      expect(asymmetry(M, n)).toBeLessThan(10 * kappa * n * u);
      const X = asMatrix(M, n);
      let trace = 0;
      for (let p = 0; p < n * n; p++) trace += X[p] * exact.hi[p];
      expect(Math.abs(trace - n)).toBeLessThan(10 * kappa * n * u);
      for (let seed = 1; seed <= 10; seed++) {
        const [r, z] = [randomVector(n, seed), new Float64Array(n)];
        M.applyInto(z, r);
        expect(r.reduce((sum, ri, i) => sum + ri * z[i], 0)).toBeGreaterThan(0);
        M.applyInto(r, r);
        expect(r).toEqual(z);
      }
      if (k === 12) expect(spectralError(M, exact, n)).toBeGreaterThan(1e-3); // it leaves something out
    }
  });

  it.each([
    ['the shift', (s: Float64Array) => s.map((delta) => 2 * delta)],
    ['one entry of the shift', (s: Float64Array) => s.map((delta, i) => (i === 40 ? 2 * delta : delta))],
    ['the order of the shift', (s: Float64Array) => s.slice().reverse()],
  ])('negative control: %s wrong is seen', (_, spoil) => {
    const M = new FactorizedNystrom(points, pivotsOf(points, 10), spoil(shift), 69);
    expect(spectralError(M, exact, n)).toBeGreaterThan(0.01);
  });

  it('the same input gives the same bits; points and shift are not changed', () => {
    const landmarks = pivotsOf(points, 15);
    const [data, delta] = [points.data.slice(), shift.slice()];
    const first = asMatrix(new FactorizedNystrom(points, landmarks, shift, 6), n);
    expect(asMatrix(new FactorizedNystrom(points, landmarks, shift, 6), n)).toEqual(first);
    expect([points.data, shift]).toEqual([data, delta]);
  });

  it('repeated points and Δ = 4un: finite and positive', () => {
    const repeated = points.subset(
      Int32Array.from({ length: n }, (_, i) => i % 20),
      n,
    );
    const floor = new Float64Array(n).fill(4 * n * u);
    for (const k of [0, 10, 30]) {
      const landmarks = Int32Array.from({ length: k }, (_, i) => i);
      const M = new FactorizedNystrom(repeated, landmarks, floor, 8);
      const [r, z] = [randomVector(n, 3), new Float64Array(n)];
      M.applyInto(z, r);
      expect(z.every(Number.isFinite)).toBe(true);
      expect(r.reduce((sum, ri, i) => sum + ri * z[i], 0)).toBeGreaterThan(0);
    }
  });
});

describe('steps of conjugate gradients to 1e-10', () => {
  function steps(kernel: GaussianPoints, ridge: number, rank: number, widths: number[]): number[] {
    const size = kernel.size;
    const product = kernelProduct(kernel);
    const delta = new Float64Array(size).fill(ridge);
    const floor = delta.map((entry) => Math.max(entry, 4 * size * u));
    const b = randomVector(size, 9);
    const landmarks = pivotsOf(kernel, rank);
    const count = (M: FactorizedNystrom | null): number =>
      conjugateGradientSteps(product, delta, b, M, 1e-10, 800);
    return [count(null), ...widths.map((w) => count(new FactorizedNystrom(kernel, landmarks, floor, w)))];
  }

  it('digits, ridge 0: 760 without, 41 and 27 with 200 landmarks and 20 and 60 neighbours', () => {
    const [none, narrow, wide] = steps(digitPoints(600), 0, 200, [20, 60]);
    expect(none).toBeGreaterThan(500);
    expect(narrow).toBeLessThanOrEqual(50);
    expect(wide).toBeLessThanOrEqual(33);
  });

  it('a cloud in 3 dimensions, ridge 1e-4: more than 800 without, 48 and 27', () => {
    const [none, narrow, wide] = steps(gaussianCloud(800, 3, 1), 1e-4, 200, [20, 60]);
    expect(none).toBe(800);
    expect(narrow).toBeLessThanOrEqual(58);
    expect(wide).toBeLessThanOrEqual(33);
  });

  it('five clusters in 100 dimensions are not local: most of the steps remain', () => {
    const [none, narrow] = steps(clusteredPoints(600, 100, 5, 0.5, 3), 1e-2, 50, [20]);
    expect(narrow).toBeLessThan(none);
    expect(narrow).toBeGreaterThan(0.3 * none);
  });
});
