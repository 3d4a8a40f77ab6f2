import { describe, expect, it } from 'vitest';
import { type PrincipalBlock, SparseInverse } from '../../src/precondition/sparseInverse';
import { fromDoubles } from '../support/doubleDouble';
import { asMatrix } from '../support/kernels';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { asymmetry, spectralError } from '../support/spectralEquivalence';
import { u } from '../support/tolerances';

function blocksOf(S: Float64Array, n: number): PrincipalBlock {
  return (out, indices, count) => {
    out.fill(Number.NaN, 0, count * count);
    for (let i = 0; i < count; i++) {
      for (let j = i; j < count; j++) out[i * count + j] = S[indices[i] * n + indices[j]];
    }
  };
}

/** The `width` indices just before each. */
function preceding(n: number, width: number): { width: number; indices: Int32Array } {
  const indices = new Int32Array(n * width);
  for (let i = 0; i < n; i++) {
    const count = Math.min(i, width);
    for (let k = 0; k < count; k++) indices[i * width + k] = i - count + k;
  }
  return { width, indices };
}

/** XᵀX + I for random X: symmetric positive definite. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const X = randomMatrix(n, n, seed);
  const { data } = naiveMatmul(naiveTranspose(X), X);
  for (let i = 0; i < n; i++) data[i * (n + 1)] += 1;
  return data;
}

describe('SparseInverse', () => {
  it('with all earlier indices as neighbours it is the inverse: ‖LᵀHᵀHL − I‖ ≤ c·κ·n·u', () => {
    for (const n of [1, 2, 5, 40]) {
      const S = positiveDefinite(n, n);
      for (const width of [Math.max(0, n - 1), n + 3]) {
        const M = new SparseInverse(n, preceding(n, width), blocksOf(S, n));
        // κ ≤ 1 + (2√n)²
        expect(spectralError(M, fromDoubles(S), n)).toBeLessThan(10 * (1 + 4 * n) * n * u);
      }
    }
  });

  it('a Markov chain needs one neighbour: ρ^|i−j| exactly', () => {
    const n = 60;
    const S = new Float64Array(n * n).map((_, p) => 0.9 ** Math.abs(Math.floor(p / n) - (p % n)));
    const M = new SparseInverse(n, preceding(n, 1), blocksOf(S, n));
    // κ ≤ (1 + ρ)/(1 − ρ) = 19
    expect(spectralError(M, fromDoubles(S), n)).toBeLessThan(10 * 19 * n * u);
    const none = new SparseInverse(n, preceding(n, 0), blocksOf(S, n));
    expect(spectralError(none, fromDoubles(S), n)).toBeGreaterThan(0.5);
  });

  it('H S Hᵀ has unit diagonal for any neighbours: trace(M S) = n; not so when rows are divided by ℓ_last', () => {
    const n = 50;
    const S = positiveDefinite(n, 3);
    const M = new SparseInverse(n, preceding(n, 4), blocksOf(S, n));
    const MS = naiveMatmul({ rows: n, columns: n, data: asMatrix(M, n) }, { rows: n, columns: n, data: S });
    let trace = 0;
    for (let i = 0; i < n; i++) trace += MS.data[i * (n + 1)];
    expect(Math.abs(trace - n)).toBeLessThan(1e-10);
    // S scaled by 4: rows ℓ⁻ᵀe_last halve, M quarters; divided by ℓ_last, M would fall by 16
    const scaled = new SparseInverse(
      n,
      preceding(n, 4),
      blocksOf(
        S.map((entry) => 4 * entry),
        n,
      ),
    );
    expect(asMatrix(scaled, n)).toEqual(asMatrix(M, n).map((entry) => entry / 4));
  });

  it('symmetric, positive, z may be r', () => {
    const n = 50;
    const M = new SparseInverse(n, preceding(n, 6), blocksOf(positiveDefinite(n, 4), n));
    expect(asymmetry(M, n)).toBeLessThan(10 * n * u);
    for (let seed = 1; seed <= 10; seed++) {
      const r = randomVector(n, seed);
      const z = new Float64Array(n);
      M.applyInto(z, r);
      expect(r.reduce((sum, ri, i) => sum + ri * z[i], 0)).toBeGreaterThan(0);
      M.applyInto(r, r);
      expect(r).toEqual(z);
    }
  });

  it('singular blocks are shifted by rounding, not refused: still finite and positive', () => {
    const n = 20;
    const S = new Float64Array(n * n).fill(1);
    const M = new SparseInverse(n, preceding(n, 5), blocksOf(S, n));
    const [r, z] = [randomVector(n, 5), new Float64Array(n)];
    M.applyInto(z, r);
    expect(z.every(Number.isFinite)).toBe(true);
    expect(r.reduce((sum, ri, i) => sum + ri * z[i], 0)).toBeGreaterThan(0);
  });

  it('NaN comes out as NaN, and ends', () => {
    const S = positiveDefinite(6, 6);
    S[3 * 6 + 4] = Number.NaN;
    const z = new Float64Array(6);
    new SparseInverse(6, preceding(6, 3), blocksOf(S, 6)).applyInto(z, new Float64Array(6).fill(1));
    expect(z.some(Number.isNaN)).toBe(true);
  });
});
