import { describe, expect, it } from 'vitest';
import {
  abortedError,
  BACKWARD_STABLE,
  backwardErrorReached,
  firstStageDone,
  type IterationInfo,
  isBackwardStable,
  isExact,
  isRounding,
  isSpent,
  Monitor,
  nextInnerTolerance,
  type StoppingRules,
  solvedTo,
  UNIT_ROUNDOFF,
} from '../../src/iterative/stopping';

function monitor(changes: Partial<StoppingRules> = {}): Monitor {
  return new Monitor('solve', {
    tolerance: 1e-10,
    maxIterations: 1000,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    ...changes,
  });
}

function aborted(iterations: number) {
  return expect.objectContaining({
    code: 'ABORTED',
    message: `solve: aborted by the caller's signal after ${iterations} steps`,
    details: { iterations },
  });
}

describe('Monitor', () => {
  it('counts steps, hands out the tolerance and keeps the history', () => {
    const history: number[] = [];
    const watch = monitor({ tolerance: 0.125, history });
    expect([watch.iterations, watch.tolerance]).toEqual([0, 0.125]);
    for (const error of [1, 0.5, 0.25]) expect(watch.step(error)).toBeNull();
    expect([watch.iterations, history]).toEqual([3, [1, 0.5, 0.25]]);
  });

  it('tells the caller the step, the solve and the error; false stops, anything else does not', () => {
    const seen: IterationInfo[] = [];
    const watch = monitor({
      onIteration: (info) => {
        seen.push(info);
        return info.iteration === 4 ? false : undefined;
      },
    });
    watch.step(1);
    watch.step(0.5);
    watch.beginSolve(1);
    expect(watch.step(0.25)).toBeNull();
    expect(watch.step(0.125)).toBe('stopped');
    expect(seen).toEqual([
      { iteration: 1, solve: 0, error: 1 },
      { iteration: 2, solve: 0, error: 0.5 },
      { iteration: 3, solve: 1, error: 0.25 },
      { iteration: 4, solve: 1, error: 0.125 },
    ]);
    expect(monitor({ onIteration: () => true }).step(1)).toBeNull();
  });

  it('the limit of steps counts within one chained solve, across its stages', () => {
    const watch = monitor({ maxIterations: 3 });
    const steps = (count: number) => Array.from({ length: count }, () => watch.step(1));
    expect(steps(2)).toEqual([null, null]);
    watch.beginStage();
    expect(steps(1)).toEqual(['max-iterations']);
    watch.beginSolve(1);
    expect(steps(3)).toEqual([null, null, 'max-iterations']);
    expect(watch.iterations).toBe(6);
  });

  it('30 steps in which the error does not halve are stagnation', () => {
    const watch = monitor();
    watch.step(1);
    for (let k = 1; k < 30; k++) expect(watch.step(0.51)).toBeNull();
    expect(watch.step(0.51)).toBe('stagnated');
    const slow = monitor();
    for (let k = 0; k < 300; k++) expect(slow.step(0.975 ** k)).toBeNull(); // halves in 28 steps
    const slower = monitor();
    const reasons = Array.from({ length: 300 }, (_, k) => slower.step(0.98 ** k)); // in 35
    expect(reasons.indexOf('stagnated')).toBe(30);
  });

  it('the patience can be another', () => {
    const watch = monitor({ patience: 5 });
    expect(Array.from({ length: 6 }, () => watch.step(1))).toEqual([
      null,
      null,
      null,
      null,
      null,
      'stagnated',
    ]);
  });

  it('a new stage or solve begins with no record of progress', () => {
    for (const begin of [(watch: Monitor) => watch.beginStage(), (watch: Monitor) => watch.beginSolve(1)]) {
      const watch = monitor();
      watch.step(1e-9);
      for (let k = 0; k < 25; k++) watch.step(1);
      begin(watch);
      expect(watch.step(1)).toBeNull();
      for (let k = 1; k < 30; k++) expect(watch.step(0.9)).toBeNull();
      expect(watch.step(0.9)).toBe('stagnated');
    }
  });

  it('an error that is not finite is stagnation at once', () => {
    expect(monitor().step(Number.NaN)).toBe('stagnated');
    expect(monitor().step(Number.POSITIVE_INFINITY)).toBe('stagnated');
  });

  it('κ(M) above 64, that is κ(AR⁻¹) above 8, is a bad preconditioner, before the limit of steps', () => {
    expect(monitor().step(1, 64)).toBeNull();
    expect(monitor().step(1, 64.01)).toBe('bad-preconditioner');
    expect(monitor({ maxIterations: 1 }).step(1, 100)).toBe('bad-preconditioner');
    expect(monitor({ onIteration: () => false }).step(1, 100)).toBe('stopped');
  });

  it('an aborted signal throws, from the step or the check, also when onIteration aborts', () => {
    const before = new AbortController();
    before.abort();
    expect(() => monitor({ signal: before.signal }).checkSignal()).toThrow(aborted(0));
    expect(() => monitor({ signal: before.signal }).step(1)).toThrow(aborted(1));
    const during = new AbortController();
    const watch = monitor({
      signal: during.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 3) during.abort();
      },
    });
    watch.step(1);
    watch.step(1);
    watch.checkSignal();
    expect(() => watch.step(1)).toThrow(aborted(3));
    expect(monitor().checkSignal()).toBeUndefined();
    expect(abortedError('solve', 5)).toEqual(aborted(5));
  });

  it('being stopped wins over an abort that the same call asks for', () => {
    const controller = new AbortController();
    const watch = monitor({
      signal: controller.signal,
      onIteration: () => {
        controller.abort();
        return false;
      },
    });
    expect(watch.step(1)).toBe('stopped');
  });
});

describe('comparisons with a tolerance', () => {
  it('solvedTo: ‖r‖ ≤ tolerance·‖c‖, 0 ≤ 0 included, NaN excluded', () => {
    expect(solvedTo(0.25, 1, 4)).toBe(true);
    expect(solvedTo(0.25, 1.0001, 4)).toBe(false);
    expect(solvedTo(1e-10, 0, 0)).toBe(true);
    expect(solvedTo(1e-10, Number.NaN, 1)).toBe(false);
  });

  const u = UNIT_ROUNDOFF;

  it('the first stage ends at a quarter of the tolerance or at 10u(‖A‖‖x‖ + 0.04κ‖r‖)', () => {
    const scale = { matrixNorm: 2, condition: 1e6, solutionNorm: 3, residualNorm: 5 };
    const limit = 10 * u * (2 * 3 + 0.04 * 1e6 * 5);
    expect(firstStageDone(1, 1e-8, limit, scale)).toBe(true);
    expect(firstStageDone(1, 1e-8, 1.001 * limit, scale)).toBe(false);
    expect(firstStageDone(0.25e-8, 1e-8, 1, scale)).toBe(true);
    expect(firstStageDone(0.26e-8, 1e-8, 1, scale)).toBe(false);
    expect(firstStageDone(1, 1e-8, 11 * u * 6, { ...scale, residualNorm: 0 })).toBe(false);
    expect(firstStageDone(1, 1e-8, 10 * u * 6, { ...scale, residualNorm: 0 })).toBe(true);
  });

  it('least squares is done at a quarter of a tight tolerance, or at its second test below it', () => {
    const tolerance = 4 * u;
    expect(backwardErrorReached(u, 1, tolerance)).toBe(true);
    expect(backwardErrorReached(1.1 * u, 1, tolerance)).toBe(false);
    expect(backwardErrorReached(4 * u, 4 * u, tolerance)).toBe(true);
    expect(backwardErrorReached(4 * u, 4.1 * u, tolerance)).toBe(false);
    expect(backwardErrorReached(4.1 * u, u, tolerance)).toBe(false);
    expect(backwardErrorReached(Number.NaN, 0, tolerance)).toBe(false);
  });

  it('a tolerance of 100u or more needs one test', () => {
    expect(backwardErrorReached(100 * u, 1, 100 * u)).toBe(true);
    expect(backwardErrorReached(99 * u, 1, 99 * u)).toBe(false);
    expect(backwardErrorReached(1.01e-6, 1e-7, 1e-6)).toBe(false);
  });

  it('an iteration is spent when nothing changes or its residual has fallen by u', () => {
    const moving = { update: 1e-300, residual: 1, start: 4, error: 1, previous: 4 };
    expect(isSpent(moving)).toBe(false);
    expect(isSpent({ ...moving, update: 0 })).toBe(true);
    expect(isSpent({ ...moving, residual: 4 * u })).toBe(true);
    expect(isSpent({ ...moving, residual: 4.1 * u })).toBe(false);
    // no gain counts once the updated residual has fallen by 1e-6, and not before
    expect(isSpent({ ...moving, error: 3, residual: 3.9e-6 })).toBe(true);
    expect(isSpent({ ...moving, error: 3, residual: 4.1e-6 })).toBe(false);
    expect(isSpent({ ...moving, error: 1.9, residual: 3.9e-6 })).toBe(false);
  });

  it('inner solves of a kernel: half the tolerance, then what is lacking, from 1e-8 to 0.1', () => {
    expect(nextInnerTolerance(1e-10, 1, 1)).toBe(0.5e-10);
    expect(nextInnerTolerance(1e-10, 1e-4, 1)).toBeCloseTo(0.5e-6, 15);
    expect(nextInnerTolerance(1e-10, 1.1e-10, 1)).toBe(0.1);
    expect(nextInnerTolerance(1e-10, 1e-6, 2)).toBeCloseTo(0.3e-4, 15);
    expect(nextInnerTolerance(1e-10, 1, 2)).toBe(1e-8);
    expect(nextInnerTolerance(1e-10, 1.1e-10, 3)).toBe(0.1);
  });

  it('a componentwise backward error of 4u√n is rounding', () => {
    expect([isRounding(12 * u, 9), isRounding(12.1 * u, 9), isRounding(Number.NaN, 9)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('exact is u/4, backward stable is 20u or the tolerance, the larger', () => {
    expect([isExact(u / 4), isExact(0.26 * u), isExact(0), isExact(Number.NaN)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(BACKWARD_STABLE).toBe(20 * u);
    expect([isBackwardStable(20 * u, 0), isBackwardStable(20.1 * u, 0)]).toEqual([true, false]);
    expect([isBackwardStable(1e-8, 1e-8), isBackwardStable(1.1e-8, 1e-8)]).toEqual([true, false]);
    expect(isBackwardStable(Number.NaN, 1)).toBe(false);
  });
});
