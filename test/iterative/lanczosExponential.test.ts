import { describe, expect, it } from 'vitest';
import { LanczosExponential } from '../../src/iterative/lanczosExponential';
import { Monitor } from '../../src/iterative/stopping';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { evenly, exponentialError, exponentialReference, withSpectrum } from '../support/matrixExponential';
import { randomUnitVector } from '../support/random';

function monitorOf(tolerance: number, maxIterations = 10000): Monitor {
  const rules = { tolerance, maxIterations, signal: undefined, onIteration: undefined, history: undefined };
  return new Monitor('test', { ...rules, patience: Number.POSITIVE_INFINITY });
}

describe('LanczosExponential', () => {
  it('the error estimate is above the true error at every step from where it is below 1, and within 1e4 of it', () => {
    const d = 50;
    for (const rho of [1, 10, 30]) {
      const A = withSpectrum(70, evenly(d, 0, rho), 1);
      const b = randomUnitVector(d, 2);
      const reference = exponentialReference(A, b);
      const iteration = new LanczosExponential(new DenseTallOperator(A), b, 0);
      const monitor = monitorOf(1e-13);
      let compared = 0;
      while (iteration.step(monitor) === null) {
        const { x, smallest } = iteration.solution();
        const error = exponentialError(x, -smallest, reference);
        if (iteration.error > 0.1 || error < 1e-13) continue;
        compared++;
        expect(iteration.error).toBeGreaterThan(0.5 * error);
        expect(iteration.error).toBeLessThan(1e4 * error);
      }
      expect(compared).toBeGreaterThan(3);
    }
  });

  it('tolerance by tolerance: reached, and in fewer steps when loose', () => {
    const d = 60;
    const A = withSpectrum(70, evenly(d, 0, 40), 1);
    const b = randomUnitVector(d, 2);
    const reference = exponentialReference(A, b);
    let before = 0;
    for (const tolerance of [1e-2, 1e-5, 1e-8, 1e-11, 1e-13]) {
      const iteration = new LanczosExponential(new DenseTallOperator(A), b, 0);
      const monitor = monitorOf(tolerance);
      let reason = iteration.step(monitor);
      while (reason === null) reason = iteration.step(monitor);
      const { x, smallest } = iteration.solution();
      expect(reason).toBe('converged');
      expect(exponentialError(x, -smallest, reference)).toBeLessThan(tolerance + 1e-13);
      expect(iteration.lanczos.size).toBeGreaterThan(before);
      before = iteration.lanczos.size;
    }
  });

  it('converged takes precedence over the step limit met in the same step', () => {
    const b = Float64Array.of(0, 1);
    const A = { rows: 2, columns: 2, data: Float64Array.of(1, 0, 0, 2) };
    const iteration = new LanczosExponential(new DenseTallOperator(A), b, 0);
    expect(iteration.step(monitorOf(1e-13, 1))).toBe('converged');
    const other = new LanczosExponential(new DenseTallOperator(A), Float64Array.of(1, 1), 0);
    expect(other.step(monitorOf(1e-13, 1))).toBe('max-iterations');
  });

  it('one small coupling is not enough: behind it may lie what grows to the whole answer', () => {
    // eigenvalues 20, 0, 1: exp(−20) = 2e-9 leaves the part 1e-12 along 0 worth 5e-4 of the answer
    const A = { rows: 4, columns: 4, data: new Float64Array(16) };
    [Math.sqrt(20), 0, 1, 2].forEach((value, j) => {
      A.data[5 * j] = value;
    });
    const b = Float64Array.of(1, 1e-12, 0, 0);
    const iteration = new LanczosExponential(new DenseTallOperator(A), b, 0);
    const monitor = monitorOf(1e-10);
    let reason = iteration.step(monitor);
    expect(iteration.error).toBeLessThan(1e-10);
    while (reason === null) reason = iteration.step(monitor);
    const { x, smallest } = iteration.solution();
    const scale = Math.exp(-smallest);
    expect((x[1] * scale) / 1e-12).toBeCloseTo(1, 2);
    expect((x[0] * scale) / Math.exp(-20)).toBeCloseTo(1, 2);
  });

  it('tolerance 0 ends where the last coefficient is rounding, long before d steps', () => {
    const d = 150;
    const A = withSpectrum(160, evenly(d, 0, 10), 1);
    const iteration = new LanczosExponential(new DenseTallOperator(A), randomUnitVector(d, 2), 0);
    const monitor = monitorOf(0);
    let reason = iteration.step(monitor);
    while (reason === null) reason = iteration.step(monitor);
    expect(reason).toBe('converged');
    expect(iteration.lanczos.size).toBeLessThan(35);
  });

  it('the bound of the spectrum is asked for once, where it can save steps, and ends the iteration', () => {
    const d = 400;
    const l = Float64Array.from({ length: d }, (_, i) => 300 + (100 * i) / d);
    const A = { rows: d, columns: d, data: new Float64Array(d * d) };
    for (let i = 0; i < d; i++) A.data[i * (d + 1)] = Math.sqrt(l[i]);
    const b = randomUnitVector(d, 2);
    const run = (low: number | undefined) => {
      const asked: number[] = [];
      const bound = (steps: number) => {
        asked.push(steps);
        return low as number;
      };
      const operator = new DenseTallOperator(A);
      const iteration = new LanczosExponential(operator, b, 0, low === undefined ? undefined : bound);
      const monitor = monitorOf(1e-10);
      let reason = iteration.step(monitor);
      while (reason === null) reason = iteration.step(monitor);
      return { reason, asked, iteration, steps: iteration.lanczos.size };
    };
    const none = run(undefined);
    const good = run(299);
    expect([none.reason, good.reason]).toEqual(['converged', 'converged']);
    expect(good.steps).toBeLessThan(none.steps / 2);
    expect(good.asked.length).toBe(1);
    expect(good.asked[0]).toBeLessThanOrEqual(good.steps);
    for (const { iteration } of [none, good]) expect(iteration.unseen).toBeLessThanOrEqual(1e-10);
    // a poor bound saves nothing
    expect(run(0).steps).toBe(none.steps);
  });

  it('a part below the tolerance along an eigenvalue far below the others: unseen until found', () => {
    const d = 3;
    const A = { rows: d, columns: d, data: new Float64Array(9) };
    [100, 99.9, 0].forEach((value, j) => {
      A.data[4 * j] = Math.sqrt(value);
    });
    const iteration = new LanczosExponential(new DenseTallOperator(A), Float64Array.of(1, 1e-5, 1e-10), 0);
    const monitor = monitorOf(1e-3);
    expect(iteration.step(monitor)).toBeNull();
    expect(iteration.error).toBeLessThan(1e-3);
    expect(iteration.unseen).toBeGreaterThan(1);
    expect(iteration.step(monitor)).toBeNull();
    expect(iteration.step(monitor)).toBe('converged');
    expect(iteration.smallest).toBeLessThan(1e-12);
    expect(iteration.unseen).toBe(0);
  });
});
