/**
 * Every preconditioner for the attention kernel against n, against the ridge and against r², the squared length of the
 * rows (r² = 4 at temperature 1 is r² = 1 at temperature 4). Without one, Jacobi, TensorSRHT and the learned one of
 * Tao & Tan (arXiv 2604.25138) run on the formed kernel, the others in the library.
 */
import type { AttentionKernelOptions, Matrix } from 'sketchsolve';
import { uniforms } from '../../examples/support/synthetic';
import { unitRows } from '../support/attentionCases';
import { choiceOf, isSolved, solveCase } from '../support/attentionRun';
import { ridgedKernel } from '../support/denseKernel';
import {
  type Builder,
  jacobi,
  type KernelProblem,
  learned,
  plain,
  tensorSrht,
  tuned,
} from '../support/formedPreconditioners';
import { defaultProbes, preconditionedConjugateGradient } from '../support/learnedPreconditioner';
import { settingText, type TuningGrid } from '../support/learnedTuning';
import { normalRows, normalVector } from '../support/randomData';
import type { Context, Figure, Section, Series, Table } from '../support/section';
import { interleave, shortNumber } from '../support/timing';

const LEARNED_TUNED = 'learned, tuned';
const AUTOMATIC = 'automatic';
const D = 6;
const RANK = 200;
const FEATURES = 512;
const LIMITS = { tolerance: 1e-10, maxIterations: 1000 };
/** The recurrence may believe more than rounding allows. */
const ACCEPTED_RESIDUAL = 1e-8;
const RUNS = 3;
/** One that took so many times as long as the fastest is timed once. */
const SLOW = 2;
const GRID: TuningGrid = { probes: [100, 200], floors: [1e-2, 1e-4, 1e-6], steps: [2, 20] };
const QUICK_GRID: TuningGrid = { probes: [50], floors: [1e-2, 1e-5], steps: [2] };

interface Point {
  readonly n: number;
  readonly ridge: number;
  /** Mean squared length of the rows. */
  readonly radiusSq: number;
}
type Parameter = keyof Point;
const LABELS: Readonly<Record<Parameter, string>> = { n: 'n', ridge: 'ridge', radiusSq: 'r²' };
const BASE: Point = { n: 1000, ridge: 1e-2, radiusSq: 4 };
const VALUES: Readonly<Record<Parameter, readonly number[]>> = {
  n: [500, 1000, 2000],
  ridge: [1, 1e-1, 1e-2, 1e-4, 1e-6],
  radiusSq: [0.25, 1, 4, 16],
};
const QUICK_BASE: Point = { n: 200, ridge: 1e-2, radiusSq: 4 };
const QUICK_VALUES: Readonly<Record<Parameter, readonly number[]>> = {
  n: [200, 400],
  ridge: [1, 1e-2, 1e-4],
  radiusSq: [1, 4],
};

export const attentionPreconditioners: Section = {
  name: 'attention-preconditioners',
  shows:
    'steps and time of eight preconditioners and the automatic choice against n, ridge and length of rows',
  seconds: { quick: 8, full: 180 },
  async run(context) {
    const base = context.quick ? QUICK_BASE : BASE;
    const values = context.quick ? QUICK_VALUES : VALUES;
    const found = new Map<string, readonly Outcome[]>();
    const sweeps: Sweep[] = [];
    for (const parameter of Object.keys(LABELS) as Parameter[]) {
      const outcomes: (readonly Outcome[])[] = [];
      for (const value of values[parameter]) {
        const point = { ...base, [parameter]: value };
        const key = JSON.stringify(point);
        if (!found.has(key)) found.set(key, await measure(point, context));
        outcomes.push(found.get(key) ?? []);
      }
      sweeps.push({ parameter, values: values[parameter], outcomes });
    }
    const ridges = sweeps[1];
    return {
      tables: [...sweeps.map((sweep) => sweepTable(sweep, base)), settingTable(found)],
      figures: sweeps.flatMap(sweepFigures),
      series: stepLines(ridges),
      chart: {
        title: `Steps to 1e-10 against the ridge (n = ${base.n}, r² = ${base.radiusSq}, d = ${D})`,
        x: { name: '1/ridge, the ridge relative to the diagonal', unit: '', scale: 'log' },
        y: { name: 'steps of conjugate gradients', unit: '', scale: 'log' },
      },
    };
  },
};

interface Sweep {
  readonly parameter: Parameter;
  readonly values: readonly number[];
  /** By value and contender. */
  readonly outcomes: readonly (readonly Outcome[])[];
}

interface Solved {
  readonly steps: number;
  readonly solved: boolean;
  /** What the library chose. */
  readonly choice?: string;
}

interface Outcome extends Solved {
  readonly name: string;
  readonly ms: number;
  /** What was chosen, where there is a choice. */
  readonly setting: string;
}

interface Contender {
  readonly name: string;
  readonly solve: () => Solved;
  readonly setting?: string;
}

/** Directions at random, lengths within a tenth of r. */
function problemAt({ n, ridge, radiusSq }: Point): KernelProblem {
  const uniform = uniforms(22);
  const A = unitRows(normalRows(n, D, 21));
  const lengths = Float64Array.from({ length: n }, () => Math.sqrt(radiusSq) * (0.9 + 0.2 * uniform()));
  const data = A.data.map((entry, p) => entry * lengths[Math.floor(p / D)]);
  return { A: { rows: n, columns: D, data }, b: normalVector(n, 23), temperature: 1, ridge };
}

async function measure(point: Point, { quick, rounds, progress }: Context): Promise<readonly Outcome[]> {
  progress(
    Object.entries(point)
      .map(([name, value]) => `${LABELS[name as Parameter]} = ${value}`)
      .join(', '),
  );
  const contenders = contendersFor(problemAt(point), quick);
  const first = contenders.map(({ solve }) => {
    const start = performance.now();
    return { ...solve(), time: performance.now() - start };
  });
  const fastest = Math.min(...first.filter(({ solved }) => solved).map(({ time }) => time));
  const timed = contenders.filter((_, k) => first[k].solved);
  const timings = await interleave(
    timed.map(({ name, solve }) => {
      const { time } = first[contenders.findIndex((other) => other.name === name)];
      return { name, run: solve, runs: quick || time > SLOW * fastest ? 1 : RUNS };
    }),
    rounds,
  );
  return contenders.map(({ name, setting }, k) => {
    const ms = timings.find((timing) => timing.name === name)?.medianMs ?? first[k].time;
    const { steps, solved, choice = '' } = first[k];
    return { name, steps, solved, ms, setting: setting ?? choice };
  });
}

function contendersFor(problem: KernelProblem, quick: boolean): Contender[] {
  const n = problem.A.rows;
  const rank = Math.min(RANK, n >> 2);
  const usual = { probes: defaultProbes(n) };
  const best = tuned(problem, LIMITS, quick ? QUICK_GRID : GRID);
  const formed = (name: string, build: Builder) => ({ name, solve: () => solveFormed(problem, build) });
  const forced = (name: string, options: AttentionKernelOptions) => ({
    name,
    solve: () => solveInLibrary(problem, { method: 'pcg', ...options }),
  });
  return [
    formed('none', plain),
    formed('Jacobi', jacobi),
    formed('TensorSRHT', tensorSrht(FEATURES)),
    forced('Nyström', { preconditioner: 'nystrom', rank }),
    forced('pivoted Cholesky', { preconditioner: 'pivoted-cholesky', rank }),
    forced('AFN', { preconditioner: 'afn', rank }),
    formed('learned, default', learned(usual)),
    { ...formed(LEARNED_TUNED, learned(best)), setting: settingText(best) },
    forced(AUTOMATIC, {}),
  ];
}

function solveFormed(problem: KernelProblem, build: Builder): Solved {
  const M: Matrix = ridgedKernel(problem.A, problem.temperature, problem.ridge);
  const { iterations, converged, relativeResidual } = preconditionedConjugateGradient(
    ...([M, problem.b, build(problem, M), LIMITS] as const),
  );
  return { steps: iterations, solved: converged && relativeResidual <= ACCEPTED_RESIDUAL };
}

function solveInLibrary(
  { A, b, ridge, temperature }: KernelProblem,
  options: AttentionKernelOptions,
): Solved {
  const result = solveCase({ name: '', A, b, options: { ridge, temperature, ...LIMITS, ...options } });
  return { steps: result.stats.iterations, solved: isSolved(result), choice: choiceOf(result) };
}

function sweepTable({ parameter, values, outcomes }: Sweep, base: Point): Table {
  const fixed = (Object.keys(LABELS) as Parameter[])
    .filter((name) => name !== parameter)
    .map((name) => `${LABELS[name]} = ${base[name]}`);
  return {
    title:
      `Steps (ms) to 1e-10 against ${LABELS[parameter]}; ${fixed.join(', ')}, d = ${D}; rank n/4 and at most ${RANK}, ${FEATURES}\n` +
      `features; forming the kernel and setting up included; '–': not in ${LIMITS.maxIterations} steps`,
    header: [LABELS[parameter], ...outcomes[0].map(({ name }) => name)],
    rows: values.map((value, k) => [
      `${value}`,
      ...outcomes[k].map(({ steps, solved, ms }) => (solved ? `${steps} (${shortNumber(ms)})` : '–')),
    ]),
  };
}

function settingTable(found: ReadonlyMap<string, readonly Outcome[]>): Table {
  return {
    title:
      "What was chosen: by the search over the learned preconditioner's settings, not counted, and by the library, method 'pcg'",
    header: ['n', 'ridge', 'r²', LEARNED_TUNED, AUTOMATIC],
    rows: [...found].map(([key, outcomes]) => {
      const { n, ridge, radiusSq }: Point = JSON.parse(key);
      const setting = (name: string) => outcomes.find((outcome) => outcome.name === name)?.setting ?? '';
      return [`${n}`, `${ridge}`, `${radiusSq}`, setting(LEARNED_TUNED), setting(AUTOMATIC)];
    }),
  };
}

function sweepFigures({ parameter, values, outcomes }: Sweep): Figure[] {
  return values.flatMap((value, k) =>
    outcomes[k]
      .filter(({ solved }) => solved)
      .flatMap(({ name, steps, ms }): Figure[] => [
        { name: `${LABELS[parameter]} = ${value}, ${name}: steps`, value: steps, unit: '' },
        { name: `${LABELS[parameter]} = ${value}, ${name}: time`, value: ms, unit: 'ms' },
      ]),
  );
}

/** Where it arrived; those that the figure would draw over one another are left out. */
function stepLines({ values, outcomes }: Sweep): Series[] {
  return outcomes[0]
    .map(({ name }, c): Series => {
      const points = values.flatMap((value, k) => {
        const { steps, solved } = outcomes[k][c];
        return solved ? [[1 / value, Math.max(1, steps)] as const] : [];
      });
      return { name, points, role: name === AUTOMATIC ? 'ours' : 'other' };
    })
    .filter(({ name, points }) => points.length > 1 && name !== 'none' && name !== 'learned, default');
}
