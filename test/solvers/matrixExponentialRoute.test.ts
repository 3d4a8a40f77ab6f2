import { describe, expect, it } from 'vitest';
import { csrFromTriplets } from '../../src/core/csr';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import { cheapestMethod, forecastSteps, PROBE_STEPS } from '../../src/solvers/matrixExponentialRoute';
import { relativeError } from '../support/forwardError';
import { evenly, withSpectrum } from '../support/matrixExponential';
import { randomUnitVector } from '../support/random';

/** Sizes without entries: the choice looks at nothing else. */
function dense(rows: number, columns: number) {
  return { rows, columns, data: new Float64Array(0) };
}

function sparse(rows: number, columns: number, entries: number) {
  const values = new Float64Array(entries);
  const columnIndices = new Uint32Array(entries);
  return { rows, columns, rowPointers: new Uint32Array(rows + 1), columnIndices, values };
}

describe('forecastSteps', () => {
  it('is 10 + √(27.6·t‖A‖²) for 1e-13, fewer for less', () => {
    for (const rho of [1, 100, 1e4]) {
      const formula = 10 + Math.sqrt(27.6 * rho);
      expect(Math.abs(forecastSteps(rho, 1e-13) - formula)).toBeLessThan(1 + 0.01 * formula);
    }
    expect(forecastSteps(1e4, 1e-3)).toBeLessThan(0.6 * forecastSteps(1e4, 1e-13));
    expect(forecastSteps(1e4, 0)).toBeGreaterThan(forecastSteps(1e4, 1e-13));
  });
});

describe('cheapestMethod', () => {
  const [any, huge] = [null, Number.POSITIVE_INFINITY];
  it.each([
    // measured at n = 100000, d = 200: 1.0 s against 1.9 s, 2.5 against 1.9, 9.5 against 2.9
    ['lanczos', 100000, 200, any, 10],
    ['direct', 100000, 200, any, 100],
    ['direct', 100000, 200, any, 1000],
    ['lanczos', 4000, 1000, any, 100],
    ['direct', 3000, 40, any, 1e300],
    ['direct', 3000, 40, any, huge],
    ['lanczos', 100000, 2000, 1e6, 100],
    // 4.6 s against 6.8 s
    ['chebyshev', 100000, 20000, 1e6, 1000],
    ['lanczos', 100000, 20000, 1e6, 10],
  ] as const)('%s for %d × %d, entries stored: %j, ‖A‖² = %d', (method, rows, columns, entries, rho) => {
    const A = entries === null ? dense(rows, columns) : sparse(rows, columns, entries);
    expect(cheapestMethod(A, rho, 1e-13, 10000)).toBe(method);
  });

  it('no series that maxIterations would cut off, no d × d matrix that no array holds', () => {
    const A = sparse(100000, 20000, 1e6);
    const steps = forecastSteps(1000, 1e-13);
    expect(cheapestMethod(A, 1000, 1e-13, Math.ceil(3.4 * steps))).toBe('chebyshev');
    expect(cheapestMethod(A, 1000, 1e-13, Math.floor(3.4 * steps) - 1)).toBe('lanczos');
    expect(cheapestMethod(dense(1e9, 46340), 1e12, 1e-13, 10000)).toBe('direct');
    expect(cheapestMethod(dense(1e9, 46341), 1e12, 1e-13, 10000)).toBe('lanczos');
  });
});

describe("'auto'", () => {
  it('continues its Lanczos steps, or counts them as lost', () => {
    const A = withSpectrum(120, evenly(30, 0, 5), 1);
    const b = randomUnitVector(30, 1);
    const lanczos = solveMatrixExponential(A, b, { method: 'lanczos' });
    expect(solveMatrixExponential(A, b)).toEqual(lanczos);
    const tall = withSpectrum(3000, evenly(16, 0, 500), 1);
    const c = randomUnitVector(16, 1);
    const { x, stats } = solveMatrixExponential(tall, c);
    const direct = solveMatrixExponential(tall, c, { method: 'direct' });
    expect(stats.method).toBe('direct');
    expect([stats.iterations, stats.passes]).toEqual([PROBE_STEPS, PROBE_STEPS + 1]);
    expect(x).toEqual(direct.x);
  });

  it('judges the norm of A as it was given, not of the copy brought into range', () => {
    const [n, d] = [4000, 100];
    const data = new Float64Array(n * d);
    for (let j = 0; j < d; j++) data[j * (d + 1)] = Math.sqrt((2 * j) / d);
    const b = randomUnitVector(d, 1);
    expect(solveMatrixExponential({ rows: n, columns: d, data }, b).stats.method).toBe('lanczos');
    const large = data.map((entry) => entry * 2 ** 450);
    expect(solveMatrixExponential({ rows: n, columns: d, data: large }, b).stats.method).toBe('direct');
  });

  it('takes Chebyshev for many sparse columns and a large norm, and agrees with Lanczos', () => {
    const d = 3000;
    // eigenvalues even on [0, 2000], three rows of one entry for each column
    const triplets = Array.from({ length: 3 * d }, (_, i): [number, number, number] => [
      i,
      i % d,
      Math.sqrt((2000 * ((i % d) + 0.5)) / d / 3),
    ]);
    const A = csrFromTriplets(3 * d, d, triplets);
    const b = randomUnitVector(d, 1);
    const auto = solveMatrixExponential(A, b);
    expect([auto.stats.method, auto.status]).toEqual(['chebyshev', 'converged']);
    const exact = b.map((entry, j) => entry * Math.exp((-2000 * (j + 0.5)) / d));
    const value = auto.x.map((entry) => entry * Math.exp(auto.stats.logScale));
    expect(relativeError(value, exact)).toBeLessThan(2e-12);
    expect(auto.stats.errorEstimate).toBeGreaterThan(relativeError(value, exact));
  });

  it('goes on with Lanczos where the series turns out to cancel', () => {
    const d = 1000;
    const l = Float64Array.from({ length: d }, (_, j) => (2000 * (j + 0.5)) / d);
    const triplets = Array.from({ length: 3 * d }, (_, i): [number, number, number] => [
      i,
      i % d,
      Math.sqrt(l[i % d] / 3),
    ]);
    const A = csrFromTriplets(3 * d, d, triplets);
    const b = randomUnitVector(d, 1).map((entry, j) => (l[j] < 30 ? 1e-9 * entry : entry));
    const { x, status, stats } = solveMatrixExponential(A, b);
    expect([stats.method, status]).toEqual(['lanczos', 'converged']);
    const exact = b.map((entry, j) => entry * Math.exp(-l[j]));
    const error = relativeError(
      x.map((entry) => entry * Math.exp(stats.logScale)),
      exact,
    );
    expect(error).toBeLessThan(1e-4);
    expect(stats.errorEstimate).toBeGreaterThan(error);
    expect(solveMatrixExponential(A, b, { method: 'chebyshev' }).status).toBe('stagnated');
  });
});
