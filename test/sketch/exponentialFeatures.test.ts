import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { type ExponentialFeatureOptions, exponentialFeatures } from '../../src/sketch/exponentialFeatures';
import { gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

function gram(Z: Matrix): Float64Array {
  return naiveMatmul(Z, naiveTranspose(Z)).data;
}

function error(code: string, message: string, details?: Record<string, unknown>) {
  return expect.objectContaining({
    name: 'SketchSolveError',
    code,
    message: expect.stringContaining(message),
    ...(details && { details: expect.objectContaining(details) }),
  });
}

const A = randomMatrix(12, 2, 1);

describe('exponentialFeatures', () => {
  it.each([1e-4, 1e-8, 1e-14])('ZZᵀ = exp(AAᵀ) up to ε·e^((|a_i|² + |a_j|²)/2), ε = %d', (truncation) => {
    const Z = exponentialFeatures(A, { columns: 5000, truncation });
    const exponents = gram(A);
    // rounding: (4q + 2|a|²)·u with q ≤ 60, |a|² ≤ 10
    const allowed = truncation + 300 * u;
    for (const [p, value] of gram(Z).entries()) {
      const [i, j] = [Math.floor(p / 12), p % 12];
      const size = Math.exp((exponents[i * 13] + exponents[j * 13]) / 2);
      expect(Math.abs(value - Math.exp(exponents[p]))).toBeLessThanOrEqual(allowed * size);
    }
  });

  it('is the Gaussian features times e^(|a_i|²/2)', () => {
    const B = randomMatrix(5, 7, 2);
    const { Z, logScale } = gaussianFeatures('f', B, { columns: 80, truncation: 1e-10, seed: 3 });
    const expected = Z.data.map((value, p) => value * Math.exp(logScale[Math.floor(p / Z.columns)]));
    expect(exponentialFeatures(B, { columns: 80, seed: 3 })).toEqual({ ...Z, data: expected });
  });

  it('has seed 0 and truncation 1e-10 as defaults, and takes rows and ml-matrix-like input', () => {
    const expected = exponentialFeatures(A, { columns: 40, seed: 0, truncation: 1e-10 });
    expect(exponentialFeatures(A, { columns: 40 })).toEqual(expected);
    const entries = { rows: 12, columns: 2, get: (i: number, j: number) => A.data[2 * i + j] };
    expect(exponentialFeatures(entries, { columns: 40 })).toEqual(expected);
  });

  it('a seed survives JSON', () => {
    const options = { columns: 40, seed: -0.1, truncation: 1e-6 };
    const read = JSON.parse(JSON.stringify(options));
    expect(exponentialFeatures(A, read)).toEqual(exponentialFeatures(A, options));
    expect(exponentialFeatures(A, { ...options, seed: '-0.1' })).toEqual(exponentialFeatures(A, options));
  });

  it('has finite features up to |a|² = 1418, where the kernel itself ends at 709', () => {
    const row = Math.sqrt(1418);
    const Z = exponentialFeatures([[row], [row - 1]], { columns: 40 });
    expect(Z.data.every(Number.isFinite)).toBe(true);
    expect(() => exponentialFeatures([[Math.sqrt(1420)], [37]], { columns: 40 })).toThrow(
      error('OUT_OF_RANGE', 'exponentialFeatures: row 0 of A has squared norm 1420', { row: 0 }),
    );
    expect(() => exponentialFeatures([[1e160], [1e160]], { columns: 40 })).toThrow(
      error('OUT_OF_RANGE', 'squared norm Infinity'),
    );
  });

  it.each([
    [{ columns: 0 }, 'columns is 0, expected an integer from 1'],
    [{ columns: 10 }, 'columns is 10, expected at least '],
    [{}, 'columns is undefined'],
    [{ columns: 50, truncation: 0 }, 'truncation is 0, expected a number from 1e-15 to 0.5'],
    [{ columns: 50, truncation: Number.NaN }, 'truncation is NaN'],
    [{ columns: 50, seed: Number.NaN }, 'seed is NaN'],
    [{ columns: 50, degree: 3 }, "unknown option 'degree'"],
  ])('refuses %o', (options, message) => {
    expect(() => exponentialFeatures(A, options as ExponentialFeatureOptions)).toThrow(
      error('INVALID_ARGUMENT', `exponentialFeatures: ${message}`),
    );
  });

  it('refuses rows that are too far apart, NaN and ragged rows', () => {
    expect(() => exponentialFeatures([[-30], [30]], { columns: 5000 })).toThrow(
      error('INVALID_ARGUMENT', 'largest squared distance of a row of A to their mean is 900', {
        radiusSq: 900,
      }),
    );
    expect(() => exponentialFeatures([[Number.NaN]], { columns: 5 })).toThrow(error('NOT_FINITE', 'NaN'));
    expect(() => exponentialFeatures([[1], [1, 2]], { columns: 5 })).toThrow(error('SHAPE', 'length 2'));
  });
});
