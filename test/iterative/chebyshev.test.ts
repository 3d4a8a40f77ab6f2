import { describe, expect, it } from 'vitest';
import {
  chebyshevExponential,
  exponentialCoefficients,
  logTail,
  taylorExponential,
} from '../../src/iterative/chebyshev';
import { Monitor } from '../../src/iterative/stopping';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { evenly, exponentialError, exponentialReference, withSpectrum } from '../support/matrixExponential';
import { randomUnitVector } from '../support/random';

const u = 2 ** -52;

function monitorOf(tolerance = 1e-13): Monitor {
  const rules = { tolerance, signal: undefined, onIteration: undefined, history: undefined };
  return new Monitor('test', { ...rules, maxIterations: 10000, patience: Number.POSITIVE_INFINITY });
}

describe('exponentialCoefficients', () => {
  it.each([0, 1e-20, 1e-12, 1e-3, 1, 50, 5e3, 5e5])('r = %d: Σ(−1)ᵏc_k T_k(s) = exp(−r(1 + s))', (r) => {
    const c = exponentialCoefficients(r) as Float64Array;
    expect(c.every((value) => value >= 0)).toBe(true);
    for (const s of [-1, -0.99, -0.3, 0, 0.7, 1]) {
      const angle = Math.acos(s);
      let sum = 0;
      for (let k = c.length - 1; k >= 0; k--) sum += (k % 2 === 0 ? 1 : -1) * c[k] * Math.cos(k * angle);
      // cos(k·angle) is off by k·u
      expect(Math.abs(sum - Math.exp(-r * (1 + s)))).toBeLessThan((20 + 4 * Math.sqrt(r)) * u);
    }
  });

  it('refuses a series longer than anyone could sum', () => {
    expect(exponentialCoefficients(1e13)).toBeNull();
    expect(exponentialCoefficients(Number.POSITIVE_INFINITY)).toBeNull();
    expect(exponentialCoefficients(Number.NaN)).toBeNull();
  });
});

describe('chebyshevExponential', () => {
  it('x·exp(−t·low) is exp(−tAᵀA)b, for any t and any interval around the spectrum', () => {
    const d = 30;
    const b = randomUnitVector(d, 2);
    for (const t of [0.25, 1]) {
      const A = withSpectrum(50, evenly(d, 2 / t, 40 / t), 1);
      const timed = { ...A, data: A.data.map((value) => value * Math.sqrt(t)) };
      const reference = exponentialReference(timed, b);
      for (const [low, high] of [
        [2, 40.001],
        [0, 60],
        [1, 41],
      ]) {
        const plan = { low: low / t, high: high / t, time: t };
        const result = chebyshevExponential(new DenseTallOperator(A), b, plan, monitorOf());
        expect(result.reason).toBe('converged');
        expect(exponentialError(result.x, -low, reference)).toBeLessThan(2e-13);
      }
    }
  });

  it('stops within the tolerance it bounds, and says what cancels', () => {
    const d = 30;
    const b = randomUnitVector(d, 2);
    const A = withSpectrum(50, evenly(d, 3, 40), 1);
    const reference = exponentialReference(A, b);
    let before = 0;
    for (const tolerance of [1e-2, 1e-6, 1e-10]) {
      const monitor = monitorOf(tolerance);
      const plan = { low: 0, high: 41, time: 1 };
      const { x, truncation, cancellation } = chebyshevExponential(
        new DenseTallOperator(A),
        b,
        plan,
        monitor,
      );
      expect(exponentialError(x, 0, reference)).toBeLessThan(truncation + 1e-13);
      expect(truncation).toBeLessThan(tolerance);
      expect(cancellation).toBeCloseTo(1 / Math.hypot(...x), 6);
      expect(monitor.iterations).toBeGreaterThan(before);
      before = monitor.iterations;
    }
  });
});

describe('taylorExponential', () => {
  const d = 24;
  const b = randomUnitVector(d, 5);
  const run = (rho: number) => {
    const A = withSpectrum(150, evenly(d, rho / 240, rho), 3);
    const result = taylorExponential(new DenseTallOperator(A), b, 1, monitorOf());
    return { ...result, error: exponentialError(result.x, 0, exponentialReference(A, b)) };
  };

  it('is right for ‖A‖² up to 1, and no further: what cancels is said', () => {
    expect(run(0.1).error).toBeLessThan(1e-15);
    expect(run(1).error).toBeLessThan(1e-14);
    for (const [rho, least] of [
      [10, 1e-13],
      [20, 1e-9],
      [30, 1e-5],
    ]) {
      const { error, cancellation } = run(rho);
      expect(error).toBeGreaterThan(least);
      expect(8 * u * cancellation).toBeGreaterThan(error);
    }
  });

  it('gives up where no digit can be left, with finite numbers', () => {
    for (const rho of [100, 1e6]) {
      const { x, reason, cancellation } = run(rho);
      expect(reason).toBe('stagnated');
      expect(cancellation).toBe(Number.POSITIVE_INFINITY);
      expect(x.every(Number.isFinite)).toBe(true);
    }
  });

  it('a partial sum of 0 is no reason to stop: AᵀA = I, where b − b comes first', () => {
    const I = { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 1) };
    const operator = new DenseTallOperator(I);
    const { x, reason, truncation } = taylorExponential(operator, Float64Array.of(0.6, 0.8), 1, monitorOf());
    expect(reason).toBe('converged');
    expect(truncation).toBeLessThan(1e-13);
    expect(Math.abs(x[1] * Math.E - 0.8)).toBeLessThan(4 * u);
  });
});

describe('logTail', () => {
  it('is the logarithm of the sum of the coefficients from k on, within 0.2, and 0 at most', () => {
    for (const r of [0.01, 1, 20, 500, 2e4]) {
      const c = exponentialCoefficients(r) as Float64Array;
      let sum = 0;
      for (let k = c.length - 1; k >= 1; k--) {
        sum += c[k];
        if (k > c.length - 15 || k < 2) continue;
        expect(logTail(k, r)).toBeLessThanOrEqual(0);
        expect(logTail(k, r)).toBeGreaterThan(Math.log(sum) - 0.2);
        // far from the largest coefficients it is the sum; near them, where it is not needed, twice that and more
        if (k * k > 4 * r) expect(logTail(k, r)).toBeLessThan(Math.log(sum) + 0.7);
      }
    }
    expect(logTail(3, 0)).toBe(Number.NEGATIVE_INFINITY);
    expect(logTail(1e6, 1)).toBeLessThan(-1e7);
  });
});
