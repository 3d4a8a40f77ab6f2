import { describe, expect, it } from 'vitest';
import { ConjugateGradient } from '../../src/iterative/conjugateGradient';
import { runIteration } from '../../src/iterative/runIteration';
import type { SpdIteration } from '../../src/iterative/spdIteration';
import { Monitor, type StoppingRules } from '../../src/iterative/stopping';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { knownGram } from '../support/systems';

function rules(changes: Partial<StoppingRules> = {}): StoppingRules {
  return {
    tolerance: 1e-10,
    maxIterations: 500,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    ...changes,
  };
}

/** Runs through residual norms as given, the last one for ever; z counts the steps. */
class Scripted implements SpdIteration {
  readonly z = new Float64Array(1);
  steps = 0;

  constructor(
    private readonly norms: readonly number[],
    private readonly update = 1,
    readonly conditionEstimate = 1,
  ) {}

  get residualNorm(): number {
    return this.norms[Math.min(this.steps, this.norms.length - 1)];
  }

  step(): number {
    this.steps++;
    this.z[0] = this.steps;
    return this.update;
  }
}

describe('runIteration', () => {
  it('stops at the first step with ‖residual‖ ≤ tolerance·‖c‖, and reports relative residuals', () => {
    const history: number[] = [];
    const iteration = new Scripted([8, 4, 1, 0.5, 0.1]);
    const monitor = new Monitor('solve', rules({ tolerance: 1 / 16, history }));
    const { z, relativeResidual, reason } = runIteration(iteration, monitor);
    expect([reason, relativeResidual, z[0]]).toEqual(['converged', 1 / 16, 3]);
    expect([iteration.steps, monitor.iterations, history]).toEqual([3, 3, [1 / 2, 1 / 8, 1 / 16]]);
  });

  it('takes no step for c = 0', () => {
    const iteration = new Scripted([0]);
    const monitor = new Monitor('solve', rules());
    const found = runIteration(iteration, monitor);
    expect(found).toEqual({ z: Float64Array.of(0), relativeResidual: 0, reason: 'converged' });
    expect([iteration.steps, monitor.iterations]).toEqual([0, 0]);
  });

  it('a limit reached in the step that converges is convergence; being stopped is not', () => {
    const norms = [1, 1e-3, 1e-12];
    const run = (changes: Partial<StoppingRules>) =>
      runIteration(new Scripted(norms), new Monitor('solve', rules(changes))).reason;
    expect(run({ maxIterations: 2 })).toBe('converged');
    expect(run({ maxIterations: 1 })).toBe('max-iterations');
    expect(run({ onIteration: ({ iteration }) => iteration < 2 })).toBe('stopped');
  });

  it('stops early: no change of z, no progress, NaN, a bad preconditioner', () => {
    const run = (iteration: Scripted) => runIteration(iteration, new Monitor('solve', rules())).reason;
    const still = new Scripted([1], 0);
    expect(run(still)).toBe('stagnated');
    expect(still.steps).toBe(1);
    const flat = new Scripted([1]);
    expect(run(flat)).toBe('stagnated');
    expect(flat.steps).toBe(31); // 30 without halving the error of the first
    expect(run(new Scripted([1, Number.NaN]))).toBe('stagnated');
    expect(run(new Scripted([1, 0.5], 1, 65))).toBe('bad-preconditioner');
    expect(run(new Scripted([1, 0], 1, 65))).toBe('converged');
  });

  it('returns a copy of the iterate of least residual, the start included', () => {
    const run = (norms: number[]) => {
      const iteration = new Scripted(norms);
      const found = runIteration(iteration, new Monitor('solve', rules({ maxIterations: 4 })));
      expect(found.z).not.toBe(iteration.z);
      return [found.z[0], found.relativeResidual, found.reason];
    };
    expect(run([8, 4, 1, 2, 16])).toEqual([2, 1 / 8, 'max-iterations']);
    expect(run([8, 16, 32, 64, 128])).toEqual([0, 1, 'max-iterations']);
    expect(run([8, 4, Number.NaN])).toEqual([1, 1 / 2, 'stagnated']);
  });

  it('solves M z = c to the tolerance', () => {
    const { M, dense } = knownGram([3, 2, 1.5, 1, 0.5, 0.3, 0.2], 1);
    const c = naiveMatvec(dense, randomVector(7, 2));
    for (const tolerance of [1e-2, 1e-6, 1e-10]) {
      const found = runIteration(new ConjugateGradient(M, c), new Monitor('solve', rules({ tolerance })));
      expect(found.reason).toBe('converged');
      expect(found.relativeResidual).toBeLessThanOrEqual(tolerance);
      const residual = naiveMatvec(dense, found.z).map((entry, i) => c[i] - entry);
      // 1e-11: what the updated residual may differ by from the true one
      const relative = Math.hypot(...residual) / Math.hypot(...c);
      expect(Math.abs(relative - found.relativeResidual)).toBeLessThan(1e-11);
    }
  });
});
