import { describe, expect, it } from 'vitest';
import { type NewtonSystem, newton } from '../../src/iterative/newton';
import { Monitor } from '../../src/iterative/stopping';

interface Scalar {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  readonly curvature: (x: number) => number;
  readonly firstLength?: number;
}

const monitorOf = (rules: object = {}) =>
  new Monitor('test', {
    tolerance: 1e-12,
    maxIterations: 50,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    patience: 8,
    ...rules,
  });

/** One unknown; records the lengths that were tried. */
function scalarSystem(f: Scalar): NewtonSystem & { tried: number[] } {
  let at = 0;
  let step = 0;
  return {
    tried: [],
    get value() {
      return f.value(at);
    },
    moveTo(x) {
      at = x[0];
      return Number.isFinite(f.value(at));
    },
    stepInto(s) {
      step = -f.slope(at) / f.curvature(at);
      s[0] = step;
      const decrement = Math.sqrt(-f.slope(at) * step);
      return {
        decrement,
        scale: 1,
        coordinateCriterion: 0,
        largestChange: Math.abs(step),
        firstLength: f.firstLength ?? 1,
      };
    },
    change(length) {
      this.tried.push(length);
      return f.value(at + length * step) - f.value(at);
    },
  };
}

const quartic: Scalar = {
  value: (x) => 0.25 * (x - 3) ** 4 + 0.5 * (x - 3) ** 2,
  slope: (x) => (x - 3) ** 3 + (x - 3),
  curvature: (x) => 3 * (x - 3) ** 2 + 1,
};

describe('newton', () => {
  it('finds the minimum of a quartic, the criterion falling with power 2 or more at the end', () => {
    const x = Float64Array.of(10);
    const history: number[] = [];
    const { reason, criterion } = newton(scalarSystem(quartic), x, monitorOf({ history }));
    expect(reason).toBe('converged');
    expect(Math.abs(x[0] - 3)).toBeLessThanOrEqual(1e-14);
    expect(criterion).toBe(history.at(-1));
    const end = history.slice(-3);
    for (let k = 1; k < 3; k++) expect(end[k]).toBeLessThanOrEqual(end[k - 1] ** 2 * 4);
  });

  it('takes the step it has when the criterion is met, unless the value rises', () => {
    const square = (rise: number): NewtonSystem => ({
      value: 1,
      moveTo: () => true,
      stepInto: (s) => {
        s[0] = 1;
        return { decrement: 1e-13, scale: 1, coordinateCriterion: 0, largestChange: 1, firstLength: 0.5 };
      },
      change: () => rise,
    });
    for (const [rise, moved] of [
      [0, 1],
      [-1, 1],
      [1e-30, 0],
      [Number.NaN, 0],
    ]) {
      const x = Float64Array.of(0);
      expect(newton(square(rise), x, monitorOf()).reason).toBe('converged');
      expect(x[0]).toBe(moved);
    }
  });

  it('compares decrement and scale, not the decrement alone', () => {
    const system: NewtonSystem = {
      value: 1,
      moveTo: () => true,
      stepInto: () => ({
        decrement: 1e-3,
        scale: 1e10,
        coordinateCriterion: 0,
        largestChange: 1,
        firstLength: 1,
      }),
      change: () => 0,
    };
    expect(newton(system, Float64Array.of(0), monitorOf()).reason).toBe('converged');
  });

  it('goes on while a single entry of the gradient is not small, and asks for finer systems then', () => {
    const asked: number[] = [];
    const system: NewtonSystem = {
      value: 1,
      moveTo: () => true,
      stepInto: (_, accuracy) => {
        const coordinateCriterion = [0.5, 0.1, 1e-13][asked.push(accuracy) - 1];
        return { decrement: 1e-3, scale: 1e10, coordinateCriterion, largestChange: 1, firstLength: 1 };
      },
      change: () => -1,
    };
    const history: number[] = [];
    const { reason, criterion } = newton(system, Float64Array.of(0), monitorOf({ history }));
    expect([reason, criterion]).toEqual(['converged', 1e-13]);
    expect(history).toEqual([0.5, 0.1, 1e-13]);
    expect(asked).toEqual([1, 1e-26, 1e-26]);
  });

  it('starts at the first length, shortened to a change of 30, and halves', () => {
    const line = (largestChange: number, firstLength: number) => {
      const tried: number[] = [];
      const system: NewtonSystem = {
        value: 1,
        moveTo: () => true,
        stepInto: () => ({ decrement: 1, scale: 1, coordinateCriterion: 0, largestChange, firstLength }),
        change: (length) => {
          tried.push(length);
          return tried.length < 3 ? Number.POSITIVE_INFINITY : -length;
        },
      };
      newton(system, Float64Array.of(0), monitorOf({ maxIterations: 1 }));
      return tried.slice(0, 3);
    };
    expect(line(1, 1)).toEqual([1, 0.5, 0.25]);
    expect(line(1, 0.75)).toEqual([0.75, 0.375, 0.1875]);
    expect(line(300, 0.75)).toEqual([0.1, 0.05, 0.025]);
  });

  it('accepts a decrease of 1e-4 of the predicted one, and no less', () => {
    for (const [part, reason] of [
      [1.01e-4, 'max-iterations'],
      [0.99e-4, 'line-search'],
    ] as const) {
      const system: NewtonSystem = {
        value: 1,
        moveTo: () => true,
        stepInto: () => ({
          decrement: 2,
          scale: 1,
          coordinateCriterion: 0,
          largestChange: 1,
          firstLength: 1,
        }),
        change: (length) => -part * length * 4,
      };
      expect(newton(system, Float64Array.of(0), monitorOf({ maxIterations: 1 })).reason).toBe(reason);
    }
  });

  it('says why it ended: overflow, no direction, limit, stagnation, the caller', () => {
    const x = () => Float64Array.of(10);
    const broken = { ...scalarSystem(quartic), moveTo: () => false };
    expect(newton(broken, x(), monitorOf()).reason).toBe('overflow');
    const lost = { ...scalarSystem(quartic), value: 1, stepInto: () => null };
    expect(newton(lost, x(), monitorOf()).reason).toBe('line-search');
    const limited = monitorOf({ maxIterations: 3 });
    expect(newton(scalarSystem(quartic), x(), limited).reason).toBe('max-iterations');
    expect(limited.iterations).toBe(3);
    expect(newton(scalarSystem(quartic), x(), monitorOf({ onIteration: () => false })).reason).toBe(
      'stopped',
    );
    const aborted = monitorOf({ signal: AbortSignal.abort() });
    expect(() => newton(scalarSystem(quartic), x(), aborted)).toThrow(/aborted/);
  });

  it('stagnates when neither criterion nor value improve, goes on while the value falls', () => {
    const flat = (fall: number) => {
      const monitor = monitorOf();
      const system: NewtonSystem = {
        value: 1,
        moveTo: () => true,
        stepInto: () => ({
          decrement: 1e-3,
          scale: 1,
          coordinateCriterion: 0,
          largestChange: 1,
          firstLength: 1,
        }),
        change: () => -fall,
      };
      return [newton(system, Float64Array.of(0), monitor).reason, monitor.iterations];
    };
    expect(flat(5e-13)).toEqual(['stagnated', 9]);
    expect(flat(2e-12)).toEqual(['max-iterations', 50]);
  });
});
