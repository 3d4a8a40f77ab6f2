import { describe, expect, it } from 'vitest';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { KNOWN_KAPPA, knownGram } from '../support/systems';
import { u } from '../support/tolerances';

const eigenvalues = [4, 2, 1, 0.5, 0.25, 1.5, 3];
const d = eigenvalues.length;
const { M, operator, A, dense, eigenvectors } = knownGram(eigenvalues, 1);
/** A solve with R loses d·κ(R)·u; c = 10. */
const rounding = 10 * d * KNOWN_KAPPA * u;

function inner(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Array.from(x, (entry, i) => entry * y[i]).reduce((a, b) => a + b, 0);
}

describe('PreconditionedGram', () => {
  it('multiplies with R⁻ᵀCAᵀACR⁻¹ in one pass over A', () => {
    expect(M.size).toBe(d);
    for (let seed = 1; seed <= 10; seed++) {
      const z = randomVector(d, seed);
      const before = z.slice();
      const w = new Float64Array(d);
      const passes = operator.passes;
      M.multiplyInto(w, z);
      expect(operator.passes).toBe(passes + 1);
      expect(z).toEqual(before);
      const error = naiveMatvec(dense, z).map((entry, i) => entry - w[i]);
      expect(Math.hypot(...error)).toBeLessThan(rounding * 4 * Math.hypot(...z));
    }
  });

  it('has the planted eigenvectors', () => {
    eigenvalues.forEach((lambda, k) => {
      const v = eigenvectors.data.filter((_, p) => p % d === k);
      const w = new Float64Array(d);
      M.multiplyInto(w, v);
      w.forEach((entry, i) => {
        expect(Math.abs(entry - lambda * v[i])).toBeLessThan(4 * rounding);
      });
    });
  });

  it('the factor of A as given is R C⁻¹, exactly', () => {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        expect(M.unscaledR[i * d + j]).toBe(j < i ? 0 : M.R[i * d + j] / M.scale[j]);
      }
    }
    expect(M.unscaledR).toBe(M.unscaledR);
  });

  it('x = CR⁻¹z: R C⁻¹x = z, in place or not', () => {
    const z = randomVector(d, 3);
    const x = new Float64Array(d);
    M.toSolutionInto(x, z);
    const unscaled = x.map((entry, j) => entry / M.scale[j]);
    const back = naiveMatvec({ rows: d, columns: d, data: M.R }, unscaled);
    // residual of a triangular solve: c·d·u·|R||x|, c = 4
    const limit = 4 * d * u * Math.hypot(...unscaled);
    back.forEach((entry, i) => {
      expect(Math.abs(entry - z[i])).toBeLessThan(limit);
    });
    const inPlace = z.slice();
    M.toSolutionInto(inPlace, inPlace);
    expect(inPlace).toEqual(x);
  });

  it('g ← R⁻ᵀCg is its adjoint: ⟨CR⁻¹z, g⟩ = ⟨z, R⁻ᵀCg⟩', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const z = randomVector(d, seed);
      const g = randomVector(d, seed + 50);
      const x = new Float64Array(d);
      M.toSolutionInto(x, z);
      const w = g.slice();
      M.gradientInPlace(w);
      expect(Math.abs(inner(x, g) - inner(z, w))).toBeLessThan(
        rounding * Math.hypot(...x) * Math.hypot(...g),
      );
    }
  });

  it('R⁻ᵀCAᵀ(A CR⁻¹z) from its parts is the product', () => {
    const z = randomVector(d, 4);
    const x = new Float64Array(d);
    const g = new Float64Array(d);
    M.toSolutionInto(x, z);
    const image = naiveMatvec(A, x);
    for (let i = 0; i < A.rows; i++) for (let j = 0; j < d; j++) g[j] += A.data[i * d + j] * image[i];
    M.gradientInPlace(g);
    const w = new Float64Array(d);
    M.multiplyInto(w, z);
    g.forEach((entry, i) => {
      expect(Math.abs(entry - w[i])).toBeLessThan(4 * rounding * Math.hypot(...z));
    });
  });
});
