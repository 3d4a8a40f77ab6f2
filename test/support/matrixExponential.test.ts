import { describe, expect, it } from 'vitest';
import { evenly, exponentialError, exponentialReference, withSpectrum } from './matrixExponential';
import { randomUnitVector } from './random';

describe('exponentialReference', () => {
  it('a diagonal A: exp(−σᵢ²)bᵢ in closed form, relative to the smallest', () => {
    const sigma = [1.5, 0.25, 3, 2];
    const A = { rows: 4, columns: 4, data: new Float64Array(16) };
    sigma.forEach((value, i) => {
      A.data[5 * i] = value;
    });
    const b = [1, -2, 3, 0.5];
    const { x, shift, eigenvalues } = exponentialReference(A, b);
    expect(shift).toEqual([0.0625, 0]);
    expect(Array.from(eigenvalues)).toEqual([0.0625, 2.25, 4, 9]);
    sigma.forEach((value, i) => {
      expect(x[i] / (b[i] * Math.exp(0.0625 - value * value))).toBeCloseTo(1, 15);
    });
  });

  it('agrees with 60 squarings of I − AᵀA/2⁶⁰ where doubles can do them', () => {
    const A = withSpectrum(9, evenly(3, 0.2, 2), 1);
    const b = randomUnitVector(3, 2);
    const { x, shift } = exponentialReference(A, b);
    // exp(−M) − I by doubling E ← 2E + E², which loses nothing near zero
    let E = Array.from({ length: 9 }, (_, p) => {
      let sum = 0;
      for (let i = 0; i < 9; i++) sum -= A.data[3 * i + Math.floor(p / 3)] * A.data[3 * i + (p % 3)];
      return sum * 2 ** -60;
    });
    for (let k = 0; k < 60; k++) {
      const F = E;
      E = F.map((value, p) => {
        const [i, j] = [Math.floor(p / 3), p % 3];
        return 2 * value + F[3 * i] * F[j] + F[3 * i + 1] * F[3 + j] + F[3 * i + 2] * F[6 + j];
      });
    }
    const y = b.map((value, i) => value + E[3 * i] * b[0] + E[3 * i + 1] * b[1] + E[3 * i + 2] * b[2]);
    expect(exponentialError(y, 0, { x, shift, eigenvalues: new Float64Array(0) })).toBeLessThan(1e-14);
  });

  it('the error sees a lost scale and a wrong sign of it', () => {
    const A = withSpectrum(9, evenly(3, 2, 5), 1);
    const reference = exponentialReference(A, [1, 1, 1]);
    expect(exponentialError(reference.x, -reference.shift[0], reference)).toBeLessThan(1e-15);
    expect(exponentialError(reference.x, 0, reference)).toBeGreaterThan(1);
    expect(exponentialError(reference.x, reference.shift[0], reference)).toBeGreaterThan(1);
  });
});
