import { describe, expect, it } from 'vitest';
import { choleskyInPlace } from '../../src/dense/cholesky';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { OrthogonalWoodbury } from '../../src/precondition/orthogonalWoodbury';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { GramWoodbury, type LowRankFactor, woodbury } from '../../src/precondition/woodbury';
import {
  conjugateGradientSteps,
  digitPoints,
  gaussianCloud,
  kernelMatrix,
  kernelProduct,
  testWords,
} from '../support/kernels';
import { randomVector, testRandom } from '../support/random';
import { asymmetry, lowRankPlusDiagonal, spectralError } from '../support/spectralEquivalence';
import { u } from '../support/tolerances';

const n = 60;
const k = 12;

/** n × k, singular values about 1 down to κ^(−½). */
function gradedFactor(kappa: number, seed: number): LowRankFactor {
  const scale = (j: number): number => kappa ** ((-0.5 * j) / (k - 1)) / Math.sqrt(n);
  const F = randomVector(n * k, seed).map((entry, p) => entry * scale(p % k));
  return { F, ldf: k, size: n, rank: k };
}

/** Constant, or spread over the given ratio. */
function diagonal(smallest: number, ratio: number): Float64Array {
  const random = testRandom(4);
  return new Float64Array(n).map(() => smallest * ratio ** random.uniform());
}

describe('woodbury', () => {
  it.each([1, 1e4, 1e8, 1e12, 1e16])(
    '‖LᵀML − I‖ ≤ c·u·κ below ‖B‖² = 1e10 and c·u·√κ above, κ = %d; symmetric; Δ constant or graded',
    (kappa) => {
      for (const ratio of [1, 1e6]) {
        const factor = gradedFactor(kappa, 1);
        const shift = diagonal(1 / kappa, ratio);
        const trace = (0.1 * n) / kappa;
        const M = woodbury(factor, shift, trace);
        const D = shift.map((delta) => delta + trace / n);
        const bound = (kappa < 1e9 ? kappa : Math.sqrt(kappa)) * 10 * (n + k) * u;
        expect(spectralError(M, lowRankPlusDiagonal(factor.F, n, k, D), n)).toBeLessThan(bound);
        expect(asymmetry(M, n)).toBeLessThan(10 * (n + k) * u);
        expect(M instanceof OrthogonalWoodbury).toBe(kappa > 1e10);
      }
    },
  );

  it('negative control: at κ = 1e16 the plain form has lost the directions of F', () => {
    const { F } = gradedFactor(1e16, 1);
    const D = diagonal(1e-16, 1);
    const P = lowRankPlusDiagonal(F, n, k, D);
    expect(spectralError(new GramWoodbury(F, n, k, D), P, n)).toBeGreaterThan(0.1);
    expect(spectralError(new OrthogonalWoodbury(F, n, k, D), P, n)).toBeLessThan(1e-7);
  });

  it.each([
    ['the trace', (F: LowRankFactor, shift: Float64Array) => woodbury(F, shift, 0)],
    ['a column', (F: LowRankFactor, shift: Float64Array) => woodbury({ ...F, rank: k - 1 }, shift, 1)],
    [
      'a sign',
      (F: LowRankFactor, shift: Float64Array) =>
        woodbury({ ...F, F: F.F.map((f, p) => (p === 5 ? -f : f)) }, shift, 1),
    ],
  ])('negative control: %s missing is seen', (_, make) => {
    const factor = gradedFactor(10, 2);
    const shift = diagonal(0.1, 1);
    const P = lowRankPlusDiagonal(
      factor.F,
      n,
      k,
      shift.map((delta) => delta + 1 / n),
    );
    expect(spectralError(woodbury(factor, shift, 1), P, n)).toBeLessThan(1e-12);
    expect(spectralError(make(factor, shift), P, n)).toBeGreaterThan(1e-4);
  });

  it('zᵀMz > 0 and xᵀMy = yᵀMx for random vectors', () => {
    for (const kappa of [1e6, 1e16]) {
      const M = woodbury(gradedFactor(kappa, 3), diagonal(1 / kappa, 1e3), 0);
      for (let seed = 1; seed <= 20; seed++) {
        const [x, y] = [randomVector(n, seed), randomVector(n, seed + 50)];
        const [Mx, My] = [new Float64Array(n), new Float64Array(n)];
        M.applyInto(Mx, x);
        M.applyInto(My, y);
        let [xx, yy, xy, yx] = [0, 0, 0, 0];
        for (let i = 0; i < n; i++) {
          xx += x[i] * Mx[i];
          yy += y[i] * My[i];
          xy += x[i] * My[i];
          yx += y[i] * Mx[i];
        }
        expect(Math.min(xx, yy)).toBeGreaterThan(0);
        expect(Math.abs(xy - yx)).toBeLessThan(10 * (n + k) * n * u * Math.max(xx, yy));
      }
    }
  });

  it('y may be r; r and the shift are kept otherwise; leading columns of a wider F', () => {
    const wide = randomVector(n * 20, 5);
    const packed = new Float64Array(n * k).map((_, p) => wide[Math.floor(p / k) * 20 + (p % k)]);
    const shift = diagonal(0.01, 10);
    for (const scale of [1, 1e8]) {
      const F = packed.map((f) => scale * f);
      const M = woodbury({ F: wide.map((f) => scale * f), ldf: 20, size: n, rank: k }, shift, 2);
      const same = woodbury({ F, ldf: k, size: n, rank: k }, shift, 2);
      const [r, y, z] = [randomVector(n, 6), new Float64Array(n), new Float64Array(n)];
      const kept = r.slice();
      M.applyInto(y, r);
      same.applyInto(z, r);
      expect(r).toEqual(kept);
      expect(z).toEqual(y);
      M.applyInto(r, r);
      expect(r).toEqual(y);
    }
  });

  it('rank 0 is the diagonal', () => {
    const shift = diagonal(0.5, 4);
    const M = woodbury({ F: new Float64Array(0), ldf: 0, size: n, rank: 0 }, shift, n);
    const [r, y] = [randomVector(n, 7), new Float64Array(n)];
    M.applyInto(y, r);
    for (let i = 0; i < n; i++) expect(y[i]).toBe(r[i] / (shift[i] + 1));
  });
});

describe('with pivoted Cholesky', () => {
  it('exact when k = n: M = (G + Δ)⁻¹, against a dense factorisation', () => {
    const points = gaussianCloud(80, 8, 1);
    const cholesky = new PivotedCholesky(points, testWords(1));
    cholesky.extendTo(80);
    expect([cholesky.rank, cholesky.trace]).toEqual([80, 0]);
    const shift = diagonal(1e-3, 10);
    const all = new Float64Array(80).map((_, i) => shift[i % n]);
    const M = woodbury(cholesky, all, cholesky.trace);
    const R = kernelMatrix(points);
    for (let i = 0; i < 80; i++) R[i * 81] += all[i];
    choleskyInPlace(R, 80, 80);
    const [r, y] = [randomVector(80, 2), new Float64Array(80)];
    M.applyInto(y, r);
    solveUpperTransposedInPlace(r, 0, R, 80, 80);
    solveUpperInPlace(r, 0, R, 80, 80);
    // κ ≤ 80/1e-3, relative to the largest entry
    const size = r.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    for (let i = 0; i < 80; i++) expect(Math.abs(y[i] - r[i])).toBeLessThan(10 * 80 * 8e4 * u * size);
  });

  it('is not changed by extending the factor it was made from', () => {
    const points = gaussianCloud(100, 2, 3);
    const cholesky = new PivotedCholesky(points, testWords(2));
    cholesky.extendTo(20);
    const M = woodbury(cholesky, new Float64Array(100).fill(0.1), cholesky.trace);
    const [r, before, after] = [randomVector(100, 4), new Float64Array(100), new Float64Array(100)];
    M.applyInto(before, r);
    cholesky.extendTo(60);
    M.applyInto(after, r);
    expect(after).toEqual(before);
  });

  it('steps of conjugate gradients fall with the rank: digits, ridge 1e-2 (304, 99, 65, 40 measured)', () => {
    const points = digitPoints(600);
    const product = kernelProduct(points);
    const shift = new Float64Array(600).fill(1e-2);
    const b = randomVector(600, 9);
    const cholesky = new PivotedCholesky(points, testWords(1));
    const counts = [conjugateGradientSteps(product, shift, b, null, 1e-10, 1000)];
    for (const rank of [50, 100, 200]) {
      cholesky.extendTo(rank);
      const M = woodbury(cholesky, shift, cholesky.trace);
      counts.push(conjugateGradientSteps(product, shift, b, M, 1e-10, 1000));
    }
    expect(counts[1]).toBeLessThan(0.4 * counts[0]);
    expect(counts[2]).toBeLessThan(0.8 * counts[1]);
    expect(counts[3]).toBeLessThan(0.8 * counts[2]);
  });
});
