/** Against the learnt preconditioner, on its own scene, position data and clusters. */
import type { AttentionKernelResult, Matrix } from 'sketchsolve';
import { relativeDistance } from '../support/agreement';
import { type AttentionCase, clusterRows, paperScene, positionScene } from '../support/attentionCases';
import { choiceOf, solutionOf, solveCase } from '../support/attentionRun';
import { shiftedKernel } from '../support/denseKernel';
import {
  defaultProbes,
  type LearnedSolution,
  learnPreconditioner,
  preconditionedConjugateGradient,
  probeBasis,
} from '../support/learnedPreconditioner';
import { type LearnedSetting, settingText, type TuningGrid, tuneLearned } from '../support/learnedTuning';
import { normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';
import {
  interleave,
  ratioFigure,
  ratioOf,
  ratioText,
  type Timing,
  timeFigure,
  timeText,
} from '../support/timing';

const LAMBDA = 1e-2;
const LIMITS = { tolerance: 1e-10, maxIterations: 3000 };
/** The recurrence may believe more than rounding allows; both contenders are held to this by the formed kernel. */
const ACCEPTED_RESIDUAL = 1e-8;
const RUNS = 3;
const GRID: TuningGrid = {
  probes: [50, 100, 200, 400],
  floors: [undefined, 1e-2, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11],
  steps: [2, 200],
};
const QUICK_GRID: TuningGrid = { probes: [50, 100], floors: [undefined, 1e-3, 1e-7], steps: [2] };

interface Comparison {
  readonly rows: readonly (readonly Cell[])[];
  readonly figures: readonly Figure[];
}

export const attentionLearned: Section = {
  name: 'attention-learned',
  shows: 'the automatic choice against the learned preconditioner of Tao & Tan, at its defaults and tuned',
  seconds: { quick: 3, full: 400 },
  async run(context) {
    const found: Comparison[] = [];
    for (const problem of problems(context.quick)) found.push(await sideBySide(problem, context));
    const title =
      'λ = 1e-2 absolute, tolerance 1e-10; ms, median [min … max], forming the kernel and learning included.\n' +
      'tuned: the least total time over probes × (γ = ρ) × steps, the search itself not counted';
    const header = ['data', 'solver', 'setting', 'steps', 'total', 'of it set-up', 'residual', 'ratio'];
    return {
      tables: [{ title, header, rows: found.flatMap(({ rows }) => rows) }],
      figures: found.flatMap(({ figures }) => figures),
    };
  },
};

function problems(quick: boolean): AttentionCase[] {
  if (quick) return [named('scene, n = 300', paperScene(300))];
  return [
    ...[500, 1000, 2000, 4000].map((n) => named(`scene, n = ${n}`, paperScene(n))),
    named('position, n = 2000', positionScene(2000)),
    named('clusters, n = 2000', { A: clusterRows(2000, 14), b: normalVector(2000, 17) }),
  ];
}

function named(name: string, { A, b }: { A: Matrix; b: Float64Array }): AttentionCase {
  return { name, A, b, options: { ridge: LAMBDA, ridgeKind: 'absolute' } };
}

async function sideBySide(problem: AttentionCase, { quick, progress, rounds }: Context): Promise<Comparison> {
  progress(problem.name);
  const M = shiftedKernel(problem.A, LAMBDA);
  const usual: LearnedSetting = { probes: defaultProbes(problem.A.rows) };
  const best = tuneLearned(M, problem.b, LIMITS, quick ? QUICK_GRID : GRID);
  const [atUsual, atBest] = [usual, best].map((setting) => baseline(problem, setting));
  const ours = solveCase(problem);
  check(problem, M, ours, [atUsual, atBest]);
  const setups: [number[], number[]] = [[], []];
  const [first, second, own] = await interleave(
    [
      { name: 'learned', runs: RUNS, run: () => setups[0].push(baseline(problem, usual).setup) },
      { name: 'tuned', runs: RUNS, run: () => setups[1].push(baseline(problem, best).setup) },
      { name: 'ours', runs: RUNS, run: () => solveCase(problem) },
    ],
    rounds,
  );
  const learned = (
    solver: string,
    setting: LearnedSetting,
    solution: LearnedSolution,
    timing: Timing,
    setup: number[],
  ) => [
    problem.name,
    solver,
    settingText(setting),
    solution.iterations,
    timeText(timing),
    median(setup).toFixed(0),
    solution.relativeResidual.toExponential(0),
    ratioText(ratioOf(timing, own)),
  ];
  const residual = ours.stats.relativeResidual.toExponential(0);
  return {
    rows: [
      learned('learned, default', usual, atUsual, first, setups[0]),
      learned('learned, tuned', best, atBest, second, setups[1]),
      [problem.name, 'sketchsolve', choiceOf(ours), ours.stats.iterations, timeText(own), '', residual, '1'],
    ],
    figures: [
      timeFigure(`${problem.name}: ours`, own),
      ratioFigure(`${problem.name}: learned over ours`, ratioOf(first, own)),
      ratioFigure(`${problem.name}: tuned over ours`, ratioOf(second, own)),
    ],
  };
}

function baseline(
  { A, b }: AttentionCase,
  setting: LearnedSetting,
): LearnedSolution & { readonly setup: number } {
  const start = performance.now();
  const M = shiftedKernel(A, LAMBDA);
  const preconditioner = learnPreconditioner(probeBasis(M, setting.probes), setting);
  const setup = performance.now() - start;
  return { ...preconditionedConjugateGradient(M, b, preconditioner, LIMITS), setup };
}

function check(
  { name, b }: AttentionCase,
  M: Matrix,
  ours: AttentionKernelResult,
  theirs: readonly LearnedSolution[],
): void {
  const x = solutionOf(ours);
  const Mx = Float64Array.from(b, (_, i) => {
    let sum = 0;
    for (let j = 0; j < b.length; j++) sum += M.data[i * b.length + j] * x[j];
    return sum;
  });
  const residuals = [relativeDistance(Mx, b), ...theirs.map(({ relativeResidual }) => relativeResidual)];
  if (!ours.converged || !residuals.every((residual) => residual <= ACCEPTED_RESIDUAL))
    throw new Error(`learned: ${name}: ${ours.status}, residuals ${residuals.join(', ')}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
