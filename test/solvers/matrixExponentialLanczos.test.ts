import { describe, expect, it } from 'vitest';
import { csrFromTriplets } from '../../src/core/csr';
import { LanczosExponential } from '../../src/iterative/lanczosExponential';
import { Monitor } from '../../src/iterative/stopping';
import { tallOperator } from '../../src/iterative/tallOperator';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import { advance } from '../../src/solvers/matrixExponentialLanczos';
import { relativeError } from '../support/forwardError';
import { evenly, withSpectrum } from '../support/matrixExponential';
import { randomUnitVector } from '../support/random';

it('advance: so many steps in all, no more after a reason', () => {
  const A = withSpectrum(40, evenly(30, 0, 50), 1);
  const rules = { tolerance: 1e-13, signal: undefined, onIteration: undefined, history: undefined };
  const monitor = new Monitor('test', { ...rules, maxIterations: 20, patience: Number.POSITIVE_INFINITY });
  const iteration = new LanczosExponential(tallOperator(A), randomUnitVector(30, 1), 0);
  expect(advance(iteration, monitor, 8)).toBeNull();
  expect(iteration.lanczos.size).toBe(8);
  expect(advance(iteration, monitor, 8)).toBeNull();
  expect(advance(iteration, monitor, 12)).toBeNull();
  expect(iteration.lanczos.size).toBe(12);
  expect(advance(iteration, monitor, 30)).toBe('max-iterations');
  expect(iteration.lanczos.size).toBe(20);
});

describe('lanczos for many columns', () => {
  // twice as many columns as steps: with fewer the iteration ends before its time
  it.each([
    [1, 150],
    [10, 150],
    [100, 150],
    [1000, 300],
  ])('‖A‖² = %d, d = %i: within 10 + √(27.6‖A‖²) + 5 steps of what direct finds', (rho, d) => {
    const A = withSpectrum(d + 50, evenly(d, 0, rho), 3);
    const b = randomUnitVector(d, 5);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'lanczos' });
    const direct = solveMatrixExponential(A, b, { method: 'direct' });
    const factor = Math.exp(stats.logScale - direct.stats.logScale);
    const rescaled = x.map((entry) => entry * factor);
    expect(relativeError(rescaled, direct.x)).toBeLessThan(1e-12);
    expect(stats.iterations).toBeLessThanOrEqual(15 + Math.sqrt(27.6 * rho));
    // and not by ending too late either: the last steps are needed
    expect(stats.iterations).toBeGreaterThan(Math.sqrt(15 * rho));
    expect(status).toBe('converged');
  });

  it('beyond 256 steps, where not every step is tested: as accurate, and at most 8 steps more', () => {
    const columns = 3000;
    const eigenvalues = Array.from({ length: columns }, (_, j) => (3000 * (j + 0.5)) / columns);
    const A = csrFromTriplets(
      columns,
      columns,
      eigenvalues.map((value, j): [number, number, number] => [j, j, Math.sqrt(value)]),
    );
    const b = randomUnitVector(columns, 5);
    const { x, status, stats } = solveMatrixExponential(A, b, { method: 'lanczos' });
    const exact = b.map((entry, j) => entry * Math.exp(-eigenvalues[j] - stats.logScale));
    expect(relativeError(x, exact)).toBeLessThan(1e-12);
    expect(stats.errorEstimate).toBeGreaterThan(relativeError(x, exact));
    expect(stats.iterations).toBeGreaterThan(256);
    expect(stats.iterations).toBeLessThanOrEqual(10 + Math.sqrt(27.6 * 3000) + 8);
    expect(status).toBe('converged');
  });
});
