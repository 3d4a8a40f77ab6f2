import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { extremeRitzValues } from '../../src/iterative/ritzValues';
import { testRandom } from '../support/random';

/** The width to which the bisection goes; it returns the upper end. */
const width = 1e-3;

/** Coefficients of k steps of conjugate gradients for diag(λ) z = c, in double, by the definition. */
function coefficients(lambda: readonly number[], c: readonly number[], k: number) {
  const alphas: number[] = [];
  const betas: number[] = [];
  let r = c.slice();
  let p = c.slice();
  for (let step = 0; step < k; step++) {
    const rho = r.reduce((sum, entry) => sum + entry ** 2, 0);
    const alpha = rho / p.reduce((sum, entry, i) => sum + lambda[i] * entry ** 2, 0);
    r = r.map((entry, i) => entry - alpha * lambda[i] * p[i]);
    const beta = r.reduce((sum, entry) => sum + entry ** 2, 0) / rho;
    p = p.map((entry, i) => r[i] + beta * entry);
    alphas.push(alpha);
    betas.push(beta);
  }
  return { alphas, betas };
}

/** Extreme eigenvalues of the tridiagonal matrix of the Lanczos process for diag(λ) and c, as a dense matrix. */
function lanczosExtremes(lambda: readonly number[], c: readonly number[], k: number) {
  const T = MlMatrix.zeros(k, k);
  const basis: number[][] = [];
  let v = c.slice();
  for (let i = 0; i < k; i++) {
    const norm = Math.hypot(...v);
    if (i > 0) {
      T.set(i, i - 1, norm);
      T.set(i - 1, i, norm);
    }
    basis.push(v.map((entry) => entry / norm));
    v = basis[i].map((entry, m) => lambda[m] * entry);
    T.set(
      i,
      i,
      v.reduce((sum, entry, m) => sum + entry * basis[i][m], 0),
    );
    for (let twice = 0; twice < 2; twice++) {
      for (const q of basis) {
        const overlap = v.reduce((sum, entry, m) => sum + entry * q[m], 0);
        v = v.map((entry, m) => entry - overlap * q[m]);
      }
    }
  }
  const values = new EigenvalueDecomposition(T, { assumeSymmetric: true }).realEigenvalues;
  return { smallest: Math.min(...values), largest: Math.max(...values) };
}

function randomProblem(size: number, kappa: number, seed: number) {
  const random = testRandom(seed);
  const lambda = Array.from({ length: size }, (_, k) =>
    k === 0 ? 1 : k === 1 ? kappa : kappa ** random.uniform(),
  );
  return { lambda, c: Array.from({ length: size }, () => random.normal()) };
}

describe('extremeRitzValues', () => {
  it.each([1.5, 20, 1e4])('are the extreme eigenvalues of the Lanczos matrix, κ = %d', (kappa) => {
    for (let seed = 1; seed <= 5; seed++) {
      const { lambda, c } = randomProblem(15, kappa, seed);
      for (const k of [1, 2, 3, 5, 8]) {
        const { alphas, betas } = coefficients(lambda, c, k);
        const found = extremeRitzValues(alphas, betas);
        const wanted = lanczosExtremes(lambda, c, k);
        // 1e-6: the vectors of eight steps are orthogonal to about κ·u
        expect(found.smallest / wanted.smallest).toBeGreaterThan(1 - 1e-6);
        expect(found.smallest / wanted.smallest).toBeLessThan(1 + 1.01 * width);
        expect(found.largest / wanted.largest).toBeGreaterThan(1 - 1e-6);
        expect(found.largest / wanted.largest).toBeLessThan(1 + 1.01 * width);
      }
    }
  });

  it('lie in the spectrum, move outwards, and reach its ends', () => {
    const { lambda, c } = randomProblem(12, 50, 9);
    let previous = { smallest: Number.POSITIVE_INFINITY, largest: 0 };
    for (let k = 1; k <= 12; k++) {
      const { alphas, betas } = coefficients(lambda, c, k);
      const found = extremeRitzValues(alphas, betas);
      expect(found.smallest).toBeGreaterThan(1 - 1e-6);
      expect(found.largest).toBeLessThan(50 * (1 + 1.01 * width));
      expect(found.smallest).toBeLessThan(previous.smallest * (1 + 1.01 * width));
      expect(found.largest).toBeGreaterThan(previous.largest * (1 - 1.01 * width));
      previous = found;
    }
    expect(previous.smallest).toBeLessThan(1 + 2 * width);
    expect(previous.largest).toBeGreaterThan(50 * (1 - width));
  });

  it('one step: the Rayleigh quotient 1/α, for both', () => {
    const { smallest, largest } = extremeRitzValues([0.25], [0.7]);
    expect(smallest).toBe(largest);
    expect(Math.abs(smallest / 4 - 1)).toBeLessThanOrEqual(width);
  });

  it('the last β, which belongs to a step not taken, has no say', () => {
    const { alphas, betas } = coefficients([1, 2, 5, 9], [1, 1, 1, 1], 3);
    const changed = [...betas.slice(0, 2), 1e6];
    expect(extremeRitzValues(alphas, changed)).toEqual(extremeRitzValues(alphas, betas));
  });

  it('scale with M', () => {
    const { lambda, c } = randomProblem(10, 30, 4);
    const { alphas, betas } = coefficients(lambda, c, 6);
    const found = extremeRitzValues(alphas, betas);
    const scaled = extremeRitzValues(
      alphas.map((alpha) => alpha * 2 ** -20),
      betas,
    );
    expect(scaled).toEqual({ smallest: found.smallest * 2 ** 20, largest: found.largest * 2 ** 20 });
  });
});
