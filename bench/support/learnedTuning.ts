/** The search over the settings of the learned preconditioner; what it takes is not counted against it. */
import type { Matrix } from 'sketchsolve';
import {
  defaultProbes,
  type IterationLimits,
  type LearnedOptions,
  learnPreconditioner,
  preconditionedConjugateGradient,
  probeBasis,
} from './learnedPreconditioner';

export interface LearnedSetting extends LearnedOptions {
  readonly probes: number;
}

export interface TuningGrid {
  readonly probes: readonly number[];
  /** γ and ρ together: both put a floor under Σ, so that one of them alone changes little. Undefined: the default. */
  readonly floors: readonly (number | undefined)[];
  readonly steps: readonly number[];
}

/** The setting of least time after M is formed; a solve that has fallen behind the best is given up. */
export function tuneLearned(
  M: Matrix,
  b: Float64Array,
  limits: IterationLimits,
  grid: TuningGrid,
): LearnedSetting {
  let best: LearnedSetting = { probes: defaultProbes(M.rows) };
  let least = Number.POSITIVE_INFINITY;
  for (const wanted of grid.probes) {
    const started = performance.now();
    const probes = Math.min(wanted, M.rows);
    const basis = probeBasis(M, probes);
    const probing = performance.now() - started;
    for (const options of settings(grid)) {
      const start = performance.now();
      const time = () => probing + performance.now() - start;
      const preconditioner = learnPreconditioner(basis, options);
      const giveUp = () => time() > least;
      const { converged } = preconditionedConjugateGradient(M, b, preconditioner, { ...limits, giveUp });
      if (converged && time() < least) {
        least = time();
        best = { probes, ...options };
      }
    }
  }
  return best;
}

function settings({ floors, steps }: TuningGrid): LearnedOptions[] {
  return floors.flatMap((floor) =>
    steps.map((count) =>
      floor === undefined ? { steps: count } : { gamma: floor, shrinkage: floor, steps: count },
    ),
  );
}

export function settingText({ probes, gamma, shrinkage, steps = 200 }: LearnedSetting): string {
  const floor = gamma === undefined ? 'γ = 0.1' : `γ = ρ = ${gamma.toExponential(0)}`;
  return `${probes} probes, ${floor}, ${shrinkage === undefined ? 'ρ by formula, ' : ''}≤ ${steps} steps`;
}
