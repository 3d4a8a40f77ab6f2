import { describe, expect, it } from 'vitest';
import { bidiagonalExponential, decay, exponentialEnd } from '../../src/iterative/bidiagonalExponential';
import { exponentialError, exponentialReference } from '../support/matrixExponential';
import { testRandom } from '../support/random';

const u = 2 ** -52;

function randomBidiagonal(k: number, scale: number, seed: number) {
  const random = testRandom(seed);
  const alphas = Array.from({ length: k }, () => scale * (0.3 + random.uniform()));
  const betas = Array.from({ length: k }, () => scale * (0.3 + random.uniform()));
  const B = { rows: k, columns: k, data: new Float64Array(k * k) };
  alphas.forEach((alpha, i) => {
    B.data[i * (k + 1)] = alpha;
    if (i < k - 1) B.data[i * (k + 1) + 1] = betas[i];
  });
  const e1 = Float64Array.from({ length: k }, (_, i) => (i === 0 ? 1 : 0));
  return { alphas, betas, reference: exponentialReference(B, e1) };
}

describe('bidiagonalExponential', () => {
  it('exp(−(BᵀB − θ₁))e₁ to 20k·u·(1 + ‖B‖(1 + σ_min))/‖y‖', () => {
    for (const k of [1, 2, 5, 30]) {
      for (const scale of [0.01, 1, 10, 300]) {
        const { alphas, betas, reference } = randomBidiagonal(k, scale, k);
        const { y, smallest, largest } = bidiagonalExponential({ alphas, betas }, 0);
        expect(largest / reference.eigenvalues[k - 1]).toBeCloseTo(1, 12);
        expect(Math.abs(smallest - reference.shift[0])).toBeLessThan(20 * k * u * largest);
        const norm = Math.hypot(...reference.x);
        const slope = Math.sqrt(largest) * (1 + Math.sqrt(smallest));
        const bound = (20 * k * u * (1 + slope)) / norm;
        expect(exponentialError(y, -smallest, reference)).toBeLessThan(bound);
      }
    }
  });

  it('BᵀB formed would be worse: the smallest eigenvalue, ‖B‖² near 1e6, largest error of ten', () => {
    let [squares, singular] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const { alphas, betas, reference } = randomBidiagonal(30, 1000, seed);
      const exact = reference.shift[0];
      squares = Math.max(squares, Math.abs(exponentialEnd({ alphas, betas }, 0).smallest - exact));
      singular = Math.max(singular, Math.abs(bidiagonalExponential({ alphas, betas }, 0).smallest - exact));
    }
    expect(singular).toBeLessThan(squares / 8); // measured 5e-11 and 1e-9
    expect(singular).toBeLessThan(1e-10);
  });

  it('B·2^k with the exponent −k is the same problem', () => {
    const { alphas, betas } = randomBidiagonal(8, 1, 6);
    const plain = bidiagonalExponential({ alphas, betas }, 0);
    const scaled = { alphas: alphas.map((a) => a * 8), betas: betas.map((beta) => beta * 8) };
    const result = bidiagonalExponential(scaled, -3);
    expect(result.smallest).toBe(64 * plain.smallest);
    expect(result.y).toEqual(plain.y);
  });

  it('B with a null vector and an enormous t: the projection on it, both of its pair ±0', () => {
    // B = [1 1; 0 0]: null vector (1, −1)/√2
    const { y, smallest } = bidiagonalExponential({ alphas: [1, 0], betas: [1, 0] }, 400);
    expect(smallest).toBeLessThan(1e-30);
    expect(y[0]).toBeCloseTo(0.5, 14);
    expect(y[1]).toBeCloseTo(-0.5, 14);
  });
});

describe('exponentialEnd', () => {
  it('norm and last entry of the answer, up to k·u·‖B‖²', () => {
    for (const scale of [0.1, 2]) {
      const { alphas, betas } = randomBidiagonal(9, scale, 2);
      const { y, smallest, largest } = bidiagonalExponential({ alphas, betas }, 0);
      const end = exponentialEnd({ alphas, betas }, 0);
      const tolerance = 100 * u * (1 + largest);
      expect(Math.abs(end.norm - Math.hypot(...y))).toBeLessThan(tolerance);
      expect(Math.abs(end.last - y[8])).toBeLessThan(tolerance);
      expect(Math.abs(end.smallest - smallest)).toBeLessThan(tolerance);
      expect(Math.abs(end.largest - largest)).toBeLessThan(tolerance);
    }
  });

  it('a zero B: θ = 0, y = e₁', () => {
    expect(exponentialEnd({ alphas: [0], betas: [0] }, 5)).toEqual({
      smallest: 0,
      largest: 0,
      norm: 1,
      last: 1,
    });
  });
});

it('decay: exp(−mu·4^exponent) without overflow on the way', () => {
  expect(decay(3, 1)).toBe(Math.exp(-12));
  expect(decay(3, -600)).toBe(1);
  expect(decay(1e-300, 600)).toBe(0);
  expect(decay(0, 600)).toBe(1);
});
