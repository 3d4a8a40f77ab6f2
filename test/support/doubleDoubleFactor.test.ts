import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { dot, fromDoubles, gram, pairAt, product, subtract } from './doubleDouble';
import {
  cholesky,
  householderLower,
  rightSingular,
  solveLowerInPlace,
  solveLowerTransposedInPlace,
} from './doubleDoubleFactor';
import { galleryEntry } from './gallery';
import { plantedMatrix } from './planted';
import { randomMatrix, randomVector } from './random';

const TINY = 2 ** -100;

describe('double-double factors', () => {
  it('L·Lᵀ = AᵀA for Householder and for Cholesky, up to n·2⁻¹⁰⁰·‖A‖²', () => {
    const A = randomMatrix(120, 9, 1);
    const G = gram(A);
    const norm = G.hi[0] + 2 * 120;
    for (const L of [cholesky(G, 9), householderLower(A)]) {
      for (let i = 0; i < 9; i++) {
        for (let j = 0; j <= i; j++) {
          const rest = subtract(dot(L, i * 9, L, j * 9, 9), pairAt(G, i * 9 + j))[0];
          expect(Math.abs(rest)).toBeLessThan(120 * TINY * norm);
        }
        for (let j = i + 1; j < 9; j++) expect(L.hi[i * 9 + j]).toBe(0);
      }
    }
  });

  it('triangular solves: L⁻ᵀL⁻¹(AᵀA)x = x up to κ²·2⁻¹⁰⁰, κ = 1e6', () => {
    const { A } = plantedMatrix({ n: 60, d: 8, kappa: 1e6, seed: 2 });
    const x = randomVector(8, 3);
    const G = gram(A);
    for (const L of [cholesky(G, 8), householderLower(A)]) {
      const y = product(G, 8, 8, fromDoubles(x));
      solveLowerInPlace(y, L, 8, 8);
      solveLowerTransposedInPlace(y, L, 8, 8);
      for (let i = 0; i < 8; i++) {
        expect(Math.abs(subtract(pairAt(y, i), [x[i], 0])[0])).toBeLessThan(100 * 1e12 * TINY);
      }
    }
  });

  it('Cholesky refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(fromDoubles(Float64Array.from([1, 2, 2, 1])), 2)).toThrow(RangeError);
  });

  it('Läuchli: σ₁ = √(d + μ²), the others μ, to the last digits of a double', () => {
    const A = galleryEntry('läuchli').build(30, 6, 1);
    const { values } = rightSingular(A);
    expect(Math.abs(values[0] / Math.sqrt(6) - 1)).toBeLessThan(2 ** -51);
    for (let k = 1; k < 6; k++) expect(Math.abs(values[k] / 1e-8 - 1)).toBeLessThan(2 ** -51);
  });

  it('right singular vectors: VᵀV = I and ‖A vᵢ‖ = σᵢ, also for clusters and κ = 1e15', () => {
    const clustered: Matrix = galleryEntry('orthogonal on top').build(40, 12, 3);
    for (const A of [clustered, plantedMatrix({ n: 50, d: 12, kappa: 1e15, seed: 4 }).A]) {
      const d = A.columns;
      const { values, vectors } = rightSingular(A);
      for (let i = 0; i < d; i++) {
        for (let k = 0; k <= i; k++) {
          const overlap = subtract(dot(vectors, i * d, vectors, k * d, d), [i === k ? 1 : 0, 0])[0];
          expect(Math.abs(overlap)).toBeLessThan(1000 * TINY);
        }
        const v = { hi: vectors.hi.slice(i * d, i * d + d), lo: vectors.lo.slice(i * d, i * d + d) };
        const image = product(fromDoubles(A.data), A.rows, d, v);
        expect(Math.abs(Math.hypot(...image.hi) / values[i] - 1)).toBeLessThan(1e-13);
        if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
      }
    }
  });

  it('a duplicate column gives σ_d at the 2⁻¹⁰⁴ level and a zero column gives 0', () => {
    const last = (name: string) => rightSingular(galleryEntry(name).build(40, 6, 1)).values[5];
    expect(last('duplicate column')).toBeLessThan(1e-28);
    expect(last('zero column')).toBe(0);
  });
});
