import { describe, expect, it } from 'vitest';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import { evenly, exponentialError, exponentialReference, withSpectrum } from '../support/matrixExponential';
import { randomUnitVector } from '../support/random';

const [n, d] = [80, 40];
const b = randomUnitVector(d, 5);

describe('chebyshev', () => {
  it.each([
    [10, 100],
    [50, 100],
    [99, 100],
    [500, 1000],
    [1000, 1001],
    [5000, 5300],
  ])('eigenvalues from %d to %d: a shift keeps what a series on [0, ‖A‖²] would lose', (low, high) => {
    const A = withSpectrum(n, evenly(d, low, high), 3);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'chebyshev' });
    const error = exponentialError(x, stats.logScale, exponentialReference(A, b));
    expect(error).toBeLessThan(1e-11 + 4 * 2 ** -52 * high);
    expect(stats.errorEstimate).toBeGreaterThan(error);
    expect(status).toBe('converged');
    expect(-stats.logScale).toBeLessThan(low);
    expect(-stats.logScale).toBeGreaterThan(low - 60);
  });

  it('an eigenvalue below all that b seems to have is inside the interval', () => {
    // b has almost no part along the smallest eigenvalue, 30 below the others
    const A = withSpectrum(
      n,
      Float64Array.from({ length: d }, (_, i) => (i === 0 ? 30 : 60 + i)),
      3,
    );
    const exact = exponentialReference(A, b);
    const reduced = b.map(
      (entry, j) => entry - exact.x[j] * (1 - 1e-7) * (dot(b, exact.x) / dot(exact.x, exact.x)),
    );
    const reference = exponentialReference(A, reduced);
    const { x, stats } = solveMatrixExponential(A, reduced, { method: 'chebyshev' });
    const error = exponentialError(x, stats.logScale, reference);
    expect(error).toBeLessThan(1e-6);
    expect(stats.errorEstimate).toBeGreaterThan(error);
  });

  it('a step limit within the second series: no estimate pretends', () => {
    const A = withSpectrum(n, evenly(d, 500, 1000), 3);
    const exact = exponentialReference(A, b);
    const full = solveMatrixExponential(A, b, { method: 'chebyshev' });
    for (const missing of [5, 60, 100]) {
      const limit = full.stats.iterations - missing;
      const { x, status, stats } = solveMatrixExponential(A, b, {
        method: 'chebyshev',
        maxIterations: limit,
      });
      expect([status, stats.iterations]).toEqual(['max-iterations', limit]);
      expect(stats.errorEstimate).toBeGreaterThan(exponentialError(x, stats.logScale, exact));
    }
  });

  it('a norm that no series can serve: refused by status', () => {
    const A = withSpectrum(n, evenly(d, 0, 1e20), 3);
    const { status, stats } = solveMatrixExponential(A, b, { method: 'chebyshev' });
    expect([status, stats.iterations, stats.errorEstimate]).toEqual([
      'max-iterations',
      0,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('another seed bounds the norm by other vectors, to the same answer', () => {
    const A = withSpectrum(n, evenly(d, 0, 100), 3);
    const one = solveMatrixExponential(A, b, { method: 'chebyshev', seed: 1 });
    const two = solveMatrixExponential(A, b, { method: 'chebyshev', seed: 2 });
    expect(one.stats.normEstimate).not.toBe(two.stats.normEstimate);
    for (const { stats } of [one, two]) {
      expect(stats.normEstimate).toBeLessThan(100.001);
      expect(stats.normEstimate).toBeGreaterThan(90);
    }
    one.x.forEach((entry, j) => {
      expect(Math.abs(entry - two.x[j])).toBeLessThan(1e-12);
    });
  });
});

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, entry, j) => sum + entry * y[j], 0);
}
