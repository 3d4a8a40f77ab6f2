import { describe, expect, it } from 'vitest';
import { fromDoubles, gram, product } from './doubleDouble';
import { cholesky, solveLowerInPlace, solveLowerTransposedInPlace } from './doubleDoubleFactor';
import { relativeError } from './forwardError';
import { exactCondition, exactMatvec, exactResidual, leastSquaresReference } from './oracles';
import { plantedLeastSquares, plantedMatrix, plantedPsd, psdPowerReference } from './planted';
import { psdForwardBound, psdPlantedBound, u, wedinBound } from './tolerances';

describe('plantedLeastSquares', () => {
  it.each([1, 1e3, 1e8, 1e12])('κ(A) = %d up to κ·u and ‖A‖ = 1', (kappa) => {
    const { A, sigma } = plantedMatrix({ n: 90, d: 9, kappa, seed: 1 });
    expect(Math.abs(exactCondition(A) / kappa - 1)).toBeLessThan(20 * kappa * u);
    expect([sigma[0], sigma.length]).toEqual([1, 9]);
  });

  it('A vₖ = σₖ uₖ for the returned factors', () => {
    const { A, sigma, u: U, v } = plantedMatrix({ n: 30, d: 4, kappa: 1e3, seed: 1 });
    for (let k = 0; k < 4; k++) {
      const image = exactMatvec(
        A,
        [0, 1, 2, 3].map((i) => v.data[i * 4 + k]),
      );
      image.forEach((entry, i) => {
        expect(Math.abs(entry - sigma[k] * U.data[i * 4 + k])).toBeLessThan(10 * u);
      });
    }
  });

  it.each([
    [1e2, 0],
    [1e2, 1e-3],
    [1e5, 1e-3],
    [1e5, 1],
    [1e10, 1e-8],
  ])(
    'x is within Wedin’s bound of the minimiser of the stored data, κ = %d, residual = %d',
    (kappa, residual) => {
      const { A, b, x } = plantedLeastSquares({ n: 90, d: 9, kappa, residual, seed: 2 });
      expect(relativeError(x, leastSquaresReference(A, b).x)).toBeLessThan(wedinBound({ kappa, residual }));
      expect(Math.abs(Math.hypot(...exactResidual(A, x, b)) - residual)).toBeLessThan(20 * u);
    },
  );

  it('the same seed gives the same problem; n = d needs residual 0', () => {
    const options = { n: 20, d: 4, kappa: 10, residual: 0.1, seed: 3 };
    expect(plantedLeastSquares(options)).toEqual(plantedLeastSquares(options));
    expect(plantedLeastSquares({ ...options, seed: 4 }).b).not.toEqual(plantedLeastSquares(options).b);
    expect(() => plantedLeastSquares({ ...options, n: 4 })).toThrow(RangeError);
    expect(plantedLeastSquares({ ...options, n: 4, residual: 0 }).A.rows).toBe(4);
  });
});

describe('plantedPsd', () => {
  it('a second reference, through Cholesky of the Gram matrix, agrees to κ²·2⁻¹⁰⁰·j ≪ 2jκu', () => {
    const [kappa, j, d] = [1e6, 6, 7];
    const { A, b, x, log2Scale } = plantedPsd({ n: 60, d, kappa, j, seed: 5, kind: 'generic-b' });
    const L = cholesky(gram(A), d);
    const y = fromDoubles(b.slice());
    for (let k = 0; k < j; k++) {
      solveLowerInPlace(y, L, d, d);
      solveLowerTransposedInPlace(y, L, d, d);
    }
    expect(log2Scale).toBe(0);
    expect(relativeError(x, y.hi)).toBeLessThan(u + 100 * j * kappa ** 2 * 2 ** -100);
    expect(relativeError(x, y.hi)).toBeLessThan(1e-6 * psdForwardBound(j, kappa));
  });

  it('(AᵀA)ʲx = b holds for the reference where κ^(2j) is moderate', () => {
    const { A, b, x } = plantedPsd({ n: 60, d: 5, kappa: 100, j: 2, seed: 6, kind: 'generic-b' });
    const G = gram(A);
    const back = product(G, 5, 5, product(G, 5, 5, fromDoubles(x)));
    expect(relativeError(back.hi, b)).toBeLessThan(100 ** 4 * u);
  });

  it('κ = 1e8: j = 16 fits into doubles, j = 32 comes with its exponent, in one direction in the limit', () => {
    const options = { n: 60, d: 5, kappa: 1e8, seed: 7, kind: 'generic-b' } as const;
    const fits = plantedPsd({ ...options, j: 16 });
    const over = plantedPsd({ ...options, j: 32 });
    expect(fits.log2Scale).toBe(0);
    expect(Math.abs(Math.log10(Math.hypot(...fits.x)) - 256)).toBeLessThan(2);
    expect(over.log2Scale).toBeGreaterThan(1000);
    const log10 = Math.log10(Math.hypot(...over.x)) + over.log2Scale * Math.log10(2);
    expect(Math.abs(log10 - 512)).toBeLessThan(2);
    expect(Math.abs(over.x[0] / over.x[1] / (fits.x[0] / fits.x[1]) - 1)).toBeLessThan(1e-12);
  });

  it('planted x: the reference for the rounded b is within κ^(2j)·u of it, and not much closer', () => {
    const [kappa, j] = [100, 3];
    const { x, reference } = plantedPsd({ n: 60, d: 5, kappa, j, seed: 8, kind: 'planted-x' });
    const error = relativeError(reference.x, x);
    expect(error).toBeLessThan(psdPlantedBound(j, kappa));
    expect(error).toBeGreaterThan(1e-4 * psdPlantedBound(j, kappa));
    expect(Math.abs(Math.hypot(...x) - 1)).toBeLessThan(4 * u);
  });

  it('b = 0 gives 0', () => {
    const { A } = plantedMatrix({ n: 20, d: 3, kappa: 10, seed: 9 });
    const { x, log2Scale } = psdPowerReference(A, [0, 0, 0], 4);
    expect(x.every((entry) => entry === 0)).toBe(true); // −0 counts as 0
    expect(log2Scale).toBe(0);
  });
});
