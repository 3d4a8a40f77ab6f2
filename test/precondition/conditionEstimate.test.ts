import { describe, expect, it } from 'vitest';
import {
  extremeSingularValues,
  sharperSingularValues,
  smallestSingularValueBound,
} from '../../src/precondition/conditionEstimate';
import { sketchedFactor } from '../../src/precondition/sketchedFactor';
import { FULL_RANK_GALLERY } from '../support/gallery';
import { exactMatvec, exactSingularValues } from '../support/oracles';
import { plantedTriangle } from '../support/systems';
import { u } from '../support/tolerances';

/** Both estimates over their exact values: the first at most 1, the second at least 1, up to rounding. */
function ratios(R: Float64Array, n: number): { largest: number; smallest: number; kappa: number } {
  const exact = exactSingularValues({ rows: n, columns: n, data: R });
  const { largest, smallest } = extremeSingularValues(R, n);
  return {
    largest: largest / exact[0],
    smallest: smallest / exact[n - 1],
    kappa: exact[0] / exact[n - 1],
  };
}

describe('extremeSingularValues', () => {
  // a product loses n·u and a solve n·κ·u (c = 4); 1.5 is for a power iteration of eight steps
  it.each(FULL_RANK_GALLERY)('$name: within a factor 1.5, from inside', ({ build }) => {
    for (const seed of [1, 2, 3]) {
      const { R, columns: n } = sketchedFactor(build(80, 9, seed), null);
      const { largest, smallest, kappa } = ratios(R, n);
      expect(largest).toBeLessThanOrEqual(1 + 4 * n * u);
      expect(largest).toBeGreaterThan(1 / 1.5);
      expect(smallest).toBeGreaterThanOrEqual(1 - 4 * n * kappa * u);
      expect(smallest).toBeLessThan(1.5);
    }
  });

  // k steps from x₀ lose at most c^(−1/2k), c the cosine between x₀ and the singular vector; the margin is that
  // of c = 1/n, and 1.2 covers c down to 1/18n
  it('known κ up to 1e12, n up to 40, any seed: within 1.2 times the margin', () => {
    for (const n of [2, 3, 5, 16, 40]) {
      for (const kappa of [1, 10, 1e6, 1e12]) {
        for (let seed = 1; seed <= (n < 20 ? 10 : 2); seed++) {
          const R = plantedTriangle(n, kappa, seed);
          const found = ratios(R, n);
          const { margin } = extremeSingularValues(R, n);
          if (margin !== 1) expect(margin).toBeCloseTo(n ** (1 / 16), 12); // 1: converged
          expect(found.largest).toBeLessThanOrEqual(1 + 4 * n * u);
          expect(found.largest).toBeGreaterThan(1 / (1.2 * n ** (1 / 16)));
          expect(found.smallest).toBeGreaterThanOrEqual(1 - 4 * n * kappa * u);
          expect(found.smallest).toBeLessThan(1.2 * margin);
        }
      }
    }
  });

  it('‖Rv‖ is the smallest estimate for the unit vector that comes with it', () => {
    for (const kappa of [1, 100, 1e8, 1e12]) {
      const R = plantedTriangle(7, kappa, 1);
      const { smallest, smallestVector } = extremeSingularValues(R, 7);
      expect(Math.abs(Math.hypot(...smallestVector) - 1)).toBeLessThan(4 * u);
      const image = exactMatvec({ rows: 7, columns: 7, data: R }, smallestVector);
      expect(Math.abs(Math.hypot(...image) / smallest - 1)).toBeLessThan(4 * 7 * kappa * u);
    }
  });

  it('more steps where σ_n is to be raised to a power: never farther off, and settled to 1% of that power', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const R = plantedTriangle(12, 50, seed); // neighbouring singular values differ by a factor 1.4
      const exact = exactSingularValues({ rows: 12, columns: 12, data: R })[11];
      const plain = extremeSingularValues(R, 12);
      for (const powers of [1, 8, 64]) {
        const { largest, smallest, margin } = sharperSingularValues(R, 12, plain, powers);
        expect(largest).toBe(plain.largest);
        expect(smallest).toBeLessThanOrEqual(plain.smallest);
        expect(margin).toBeLessThanOrEqual(plain.margin);
        if (margin !== 1) expect(margin).toBeGreaterThanOrEqual(12 ** (1 / (2 * (8 + powers))));
        // a step that changes the estimate by less than 1e-7 ends it: 128 such changes are nothing
        expect((smallest / exact) ** (2 * powers)).toBeLessThan(Math.max(1.001, margin ** (2 * powers)));
        if (powers === 64) expect((smallest / exact) ** 128).toBeLessThan(1.1);
      }
    }
  });

  it('crowded singular values: the further steps come at least twice as close, and lower the margin', () => {
    const [n, powers] = [30, 64];
    const R = plantedTriangle(n, 3, 1); // neighbours differ by 4%
    const exact = exactSingularValues({ rows: n, columns: n, data: R })[n - 1];
    const plain = extremeSingularValues(R, n);
    const found = sharperSingularValues(R, n, plain, powers);
    expect(found.smallest - exact).toBeLessThan(0.5 * (plain.smallest - exact));
    expect(found.smallest / exact).toBeLessThan(found.margin);
    expect(found.margin).toBeLessThan(plain.margin);
  });

  it('no further steps where the estimate has converged, or is 0', () => {
    for (const R of [Float64Array.of(1e6, 0, 0, 1e-6), Float64Array.of(1, 2, 0, 0)]) {
      const found = extremeSingularValues(R, 2);
      expect(sharperSingularValues(R, 2, found, 64)).toBe(found);
    }
  });

  it('n = 1 and diagonal matrices', () => {
    expect(extremeSingularValues(Float64Array.of(-3), 1)).toMatchObject({
      largest: 3,
      smallest: 3,
      margin: 1,
    });
    const { largest, smallest } = extremeSingularValues(Float64Array.of(1e6, 0, 0, 0, -1, 0, 0, 0, 1e-6), 3);
    expect(Math.abs(largest / 1e6 - 1)).toBeLessThan(4 * u);
    expect(Math.abs(smallest / 1e-6 - 1)).toBeLessThan(4 * u);
  });

  it('is not fooled by a matrix it would blur if it read below the diagonal', () => {
    const R = plantedTriangle(6, 100, 1);
    const filled = R.map((entry, p) => (p % 6 < Math.floor(p / 6) ? 1e6 : entry));
    expect(extremeSingularValues(filled, 6)).toEqual(extremeSingularValues(R, 6));
  });

  it('a zero on the diagonal has smallest 0, and the zero matrix 0 and 0', () => {
    expect(extremeSingularValues(Float64Array.of(1, 2, 0, 0), 2).smallest).toBe(0);
    expect(extremeSingularValues(Float64Array.of(0, 2, 0, 3), 2).smallest).toBe(0);
    expect(extremeSingularValues(new Float64Array(9), 3)).toMatchObject({ largest: 0, smallest: 0 });
  });

  it('scales with R at 1e±150, and gives 0 where the inverse overflows', () => {
    const R = plantedTriangle(5, 1e3, 2);
    const { largest, smallest } = extremeSingularValues(R, 5);
    for (const exponent of [-500, 500]) {
      const scaled = extremeSingularValues(
        R.map((entry) => entry * 2 ** exponent),
        5,
      );
      expect(scaled.largest).toBe(largest * 2 ** exponent);
      expect(scaled.smallest).toBe(smallest * 2 ** exponent);
    }
    expect(extremeSingularValues(Float64Array.of(1, 0, 0, 1e-310), 2).smallest).toBe(0);
  });
});

describe('smallestSingularValueBound', () => {
  it.each(FULL_RANK_GALLERY)('$name: not above σ_n', ({ build }) => {
    for (const seed of [1, 2, 3]) {
      const { R, columns: n } = sketchedFactor(build(80, 9, seed), null);
      const exact = exactSingularValues({ rows: n, columns: n, data: R })[n - 1];
      expect(smallestSingularValueBound(R, n)).toBeLessThanOrEqual(exact);
      expect(smallestSingularValueBound(R, n)).toBeGreaterThan(0);
    }
  });

  it('known κ: not above σ_n, and of use where columns are not nearly dependent', () => {
    for (const n of [1, 2, 7, 40]) {
      for (const kappa of [1, 10, 1e6]) {
        const R = plantedTriangle(n, kappa, 3);
        const exact = exactSingularValues({ rows: n, columns: n, data: R })[n - 1];
        expect(smallestSingularValueBound(R, n)).toBeLessThanOrEqual(exact * (1 + 8 * n * u));
        if (kappa === 10) expect(smallestSingularValueBound(R, n)).toBeGreaterThan(1e-8 * exact);
      }
    }
  });

  it('bidiagonal with nonnegative inverse: 1/(√n‖R⁻¹e‖_∞) itself', () => {
    // R = [2 −1 0; 0 1 −3; 0 0 4]: R⁻¹e = (11/8, 7/4, 1/4)
    const R = Float64Array.of(2, -1, 0, 0, 1, -3, 0, 0, 4);
    expect(smallestSingularValueBound(R, 3)).toBeCloseTo(1 / (Math.sqrt(3) * 1.75), 15);
    const signs = Float64Array.of(2, 1, 0, 99, -1, 3, 99, 99, 4); // and nothing below the diagonal is read
    expect(smallestSingularValueBound(signs, 3)).toBe(smallestSingularValueBound(R, 3));
  });

  it('0 for a zero on the diagonal, no number for NaN', () => {
    expect(smallestSingularValueBound(Float64Array.of(1, 2, 0, 0), 2)).toBe(0);
    expect(smallestSingularValueBound(Float64Array.of(0, 2, 0, 1), 2)).toBe(0);
    expect(smallestSingularValueBound(Float64Array.of(1, Number.NaN, 0, 1), 2)).toBeNaN();
  });
});
