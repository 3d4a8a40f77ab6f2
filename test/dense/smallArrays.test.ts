import { describe, expect, it } from 'vitest';
import { copyOf, scratch, zeros } from '../../src/dense/smallArrays';
import * as library from '../../src/index';
import { randomMatrix, randomVector } from '../support/random';
import { expectSameEntries } from '../support/sameEntries';

describe('scratch', () => {
  it('has at least the length asked for', () => {
    for (const length of [0, 1, 4095, 4096, 4097, 100000]) {
      expect(scratch(length).length).toBeGreaterThanOrEqual(length);
    }
  });

  it('short space is shared, long space is new each time', () => {
    expect(scratch(4096)).toBe(scratch(1));
    expect(scratch(4097)).not.toBe(scratch(4097));
  });
});

describe('zeros', () => {
  const lengths = [0, 1, 8, 9, 100, 511, 512, 513, 5000];

  it.each(lengths)('%i zeros, whatever was written to the arrays before', (length) => {
    for (let k = 0; k < 40; k++) {
      const v = zeros(length);
      expectSameEntries(v, new Float64Array(length));
      v.fill(Number.NaN);
    }
  });

  it('arrays never overlap, over many buffers', () => {
    const arrays = Array.from({ length: 500 }, (_, k) => zeros(1 + ((37 * k) % 520)).fill(k));
    arrays.forEach((v, k) => {
      expect(v.every((entry) => entry === k)).toBe(true);
    });
  });

  it('short ones share a buffer, which those of up to eight entries and long ones do not', () => {
    expect(new Set(Array.from({ length: 50 }, () => zeros(20).buffer)).size).toBeLessThanOrEqual(2);
    for (const length of [8, 513]) expect(zeros(length).buffer.byteLength).toBe(8 * length);
  });
});

describe('copyOf', () => {
  it.each([0, 3, 9, 512, 600])('has the entries of v and not its memory, n = %i', (n) => {
    const v = randomVector(n, 1);
    const copy = copyOf(v);
    expect(copy).toEqual(v);
    copy.fill(7);
    expect(v).toEqual(randomVector(n, 1));
  });
});

/** All typed arrays in a result, an error's details included. */
function typedArrays(value: unknown): Float64Array[] {
  if (value instanceof Float64Array) return [value];
  if (value instanceof library.SketchSolveError) return typedArrays(value.details);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(typedArrays) : [];
}

function resultOrError(compute: () => unknown): unknown {
  try {
    return compute();
  } catch (error) {
    return error;
  }
}

describe('what callers get', () => {
  // more than 8 columns, so that arrays of d numbers are views inside the library
  const [n, d] = [60, 12];
  const A = randomMatrix(n, d, 1);
  const deficient = { ...A, data: A.data.map((entry, p) => (p % d === 3 ? A.data[p - 1] : entry / 4)) };
  const small = { ...A, data: A.data.map((entry) => entry / 8) };
  const b = randomVector(n, 2);
  const c = randomVector(d, 3);
  const positive = b.map((entry) => Math.exp(entry));
  const w = new Float64Array(n).fill(0.1);
  const gram = library.prepareGram(A);
  const calls: Record<string, () => unknown> = {
    'least squares': () => library.solveLeastSquares(A, b),
    'least squares by iteration': () => library.solveLeastSquares(A, b, { method: 'conjugate-gradient' }),
    'b = 0': () => library.solveLeastSquares(A, new Float64Array(n)),
    'minimum norm': () => library.solveLeastSquares(deficient, b, { minNorm: true }),
    'rank deficient': () => library.solveLeastSquares(deficient, b),
    'psd power': () => library.solvePsdPower(A, c, 3),
    'out of range': () =>
      library.solvePsdPower(
        A,
        c.map((entry) => entry * 1e300),
        4000,
      ),
    'odd power': () => library.solveOddPower(A, b, 2),
    'prepared Gram matrix': () => [gram.r, gram.leastSquares(b), gram.psdPower(c, 1), gram.oddPower(b, 1)],
    'matrix exponential': () => library.solveMatrixExponential(small, c),
    'attention kernel': () => library.solveAttentionKernel(A, b),
    'exp regression': () => library.solveExpRegression(small, positive, w),
    'cosh regression': () => library.solveCoshRegression(small, positive, w),
    'sinh regression': () => library.solveSinhRegression(small, b, w),
    'Householder QR': () => library.householderQr(A),
    sketch: () => library.sparseSign({ rows: 10, columns: n, seed: 1 }).apply(A),
  };

  it.each(Object.keys(calls))('%s: arrays with buffers of their own', (name) => {
    const arrays = typedArrays(resultOrError(calls[name]));
    expect(arrays.length).toBeGreaterThan(0);
    for (const array of arrays) expect(array.buffer.byteLength).toBe(array.byteLength);
  });
});
