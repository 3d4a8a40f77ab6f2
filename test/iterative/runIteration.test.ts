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

/** Runs through residual norms as given, the last one for ever. */
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
    return this.update;
  }
}

describe('runIteration', () => {
  it('stops at the first step with ‖residual‖ ≤ tolerance·‖c‖, and reports relative residuals', () => {
    const history: number[] = [];
    const iteration = new Scripted([8, 4, 1, 0.5, 0.1]);
    const monitor = new Monitor('solve', rules({ tolerance: 1 / 16, history }));
    expect(runIteration(iteration, monitor)).toBe('converged');
    expect([iteration.steps, monitor.iterations, history]).toEqual([3, 3, [1 / 2, 1 / 8, 1 / 16]]);
  });

  it('takes no step for c = 0', () => {
    const iteration = new Scripted([0]);
    const monitor = new Monitor('solve', rules());
    expect(runIteration(iteration, monitor)).toBe('converged');
    expect([iteration.steps, monitor.iterations]).toEqual([0, 0]);
  });

  it('a limit reached in the step that converges is convergence; being stopped is not', () => {
    const norms = [1, 1e-3, 1e-12];
    const limited = new Monitor('solve', rules({ maxIterations: 2 }));
    expect(runIteration(new Scripted(norms), limited)).toBe('converged');
    const short = new Monitor('solve', rules({ maxIterations: 1 }));
    expect(runIteration(new Scripted(norms), short)).toBe('max-iterations');
    const stopped = new Monitor('solve', rules({ onIteration: ({ iteration }) => iteration < 2 }));
    expect(runIteration(new Scripted(norms), stopped)).toBe('stopped');
  });

  it('stops early: no change of z, no progress, NaN, a bad preconditioner', () => {
    const run = (iteration: Scripted) => runIteration(iteration, new Monitor('solve', rules()));
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

  it('solves M z = c to the tolerance', () => {
    const { M, dense } = knownGram([3, 2, 1.5, 1, 0.5, 0.3, 0.2], 1);
    const z = randomVector(7, 2);
    const c = naiveMatvec(dense, z);
    for (const tolerance of [1e-2, 1e-6, 1e-10]) {
      const iteration = new ConjugateGradient(M, c);
      expect(runIteration(iteration, new Monitor('solve', rules({ tolerance })))).toBe('converged');
      const residual = naiveMatvec(dense, iteration.z).map((entry, i) => c[i] - entry);
      // 1e-11: what the updated residual may differ by from the true one
      expect(Math.hypot(...residual)).toBeLessThan((tolerance + 1e-11) * Math.hypot(...c));
    }
  });
});
