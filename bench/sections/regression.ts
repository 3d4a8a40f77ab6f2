/**
 * Exp regression: the time of a step against the number of entries at fixed d, beside Newton's method written down
 * plainly, and steps against the tolerance. Li, Song & Zhou, arXiv 2303.15725: a step costs Õ(nnz(A) + d³), and their
 * number is O(log 1/ε) ('sketch').
 */
import { type RegressionMethod, solveExpRegression } from 'sketchsolve';
import { agree } from '../support/agreement';
import { logLogSlope } from '../support/fit';
import { denseRows, type PlainRows, plainNewton, sparseRows } from '../support/plainNewton';
import { denseRegression, sparseRegression } from '../support/plantedRegression';
import type { Context, Figure, Section, Table } from '../support/section';
import { interleave, type Ratio, ratioFigure, ratioOf, ratioText, shortNumber } from '../support/timing';

const COLUMNS = 50;
const PER_ROW = 5;
const ROWS = [50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000, 560_000, 800_000];
const QUICK_ROWS = [3000, 6000, 12_000];
const DENSE_ROWS = 20_000;
const QUICK_DENSE_ROWS = 3000;
const RUNS = 5;
const QUICK_RUNS = 3;
const METHODS: readonly RegressionMethod[] = ['newton', 'sketch-cg', 'sketch'];
const PLAIN = 'plain Newton';
const WEIGHT = 0.1;
const LARGEST_SLOPE = 1.1;
const TOLERANCES = [1e-4, 1e-6, 1e-8, 1e-10, 1e-12];

export const regression: Section = {
  name: 'regression',
  shows:
    'exp regression: time of a step against the number of entries and beside plain Newton, steps against the tolerance',
  seconds: { quick: 7, full: 300 },
  async run(context) {
    const sizes = context.quick ? QUICK_ROWS : ROWS;
    const steps: Step[][] = [];
    for (const rows of sizes) steps.push(await stepTimes(sparseProblem(rows), context));
    const dense = await stepTimes(denseProblem(context.quick ? QUICK_DENSE_ROWS : DENSE_ROWS), context);
    const series = [...METHODS, PLAIN].map((method, m) => ({
      name: method === PLAIN ? method : `'${method}'`,
      points: steps.map((row, k) => [sizes[k] * PER_ROW, row[m].ms] as const),
    }));
    const slopes = series.map(({ points }) => logLogSlope(points)).slice(0, METHODS.length);
    context.progress('steps against the tolerance');
    return {
      tables: [
        timeTable(sizes, steps),
        {
          title: 'Slope of log time against log entries, ± half of the 95% interval of the fit',
          header: ['method', 'slope', '±', `at most ${LARGEST_SLOPE}`],
          rows: slopes.map(({ slope, halfWidth }, m) => [
            ...[METHODS[m], slope.toFixed(2), halfWidth.toFixed(2)],
            slope <= LARGEST_SLOPE ? 'yes' : 'NO',
          ]),
        },
        plainTable(steps[steps.length - 1], sizes[sizes.length - 1], dense, context.quick),
        toleranceTable(sizes[0]),
      ],
      figures: [
        ...slopes.map(({ slope, halfWidth }, m) => ({
          name: `${METHODS[m]}: slope`,
          value: slope,
          unit: '',
          spread: [slope - halfWidth, slope + halfWidth] as const,
        })),
        ...plainFigures('sparse', steps[steps.length - 1]),
        ...plainFigures('dense', dense),
      ],
      series: series.map((line) => ({ ...line, role: line.name === PLAIN ? 'other' : 'ours' })),
      chart: {
        title: 'Exp regression: time of a step grows with the entries of A',
        x: { name: 'entries of A', unit: '', scale: 'log' },
        y: { name: 'time of a step', unit: 'ms', scale: 'log' },
      },
    };
  },
};

interface Problem {
  readonly name: string;
  readonly plain: PlainRows;
  readonly b: Float64Array;
  solve(method: RegressionMethod, tolerance?: number): ReturnType<typeof solveExpRegression>;
}

function sparseProblem(rows: number): Problem {
  const { A, b } = sparseRegression(rows, COLUMNS, PER_ROW);
  return {
    ...{ name: `${rows} sparse rows`, plain: sparseRows(A), b },
    solve: (method, tolerance = 1e-12) => solveExpRegression(A, b, WEIGHT, { method, tolerance }),
  };
}

function denseProblem(rows: number): Problem {
  const { A, b } = denseRegression(rows, COLUMNS);
  return {
    ...{ name: `${rows} dense rows`, plain: denseRows(A), b },
    solve: (method, tolerance = 1e-12) => solveExpRegression(A, b, WEIGHT, { method, tolerance }),
  };
}

interface Step {
  readonly ms: number;
  readonly count: number;
  /** Time of a step of plain Newton over this one. */
  readonly ratio: Ratio;
}

/** Of every method and then of plain Newton. Time of a step: that of the whole solve over its steps. */
async function stepTimes(problem: Problem, { progress, rounds, quick }: Context): Promise<Step[]> {
  const { name, plain, b } = problem;
  progress(name);
  const solved = METHODS.map((method) => problem.solve(method));
  for (const [m, { status, x }] of solved.entries()) {
    if (status !== 'converged') throw new Error(`regression: ${METHODS[m]}: ${status}`);
    agree(`regression: ${METHODS[m]}`, x, solved[0].x, 1e-9);
  }
  const reference = plainNewton(plain, b, WEIGHT);
  if (!reference.converged) throw new Error('regression: plain Newton has not converged');
  agree('regression: plain Newton', reference.x, solved[0].x, 1e-9);
  const runs = quick ? QUICK_RUNS : RUNS;
  const timings = await interleave(
    [
      ...METHODS.map((method) => ({ name: method, runs, run: () => problem.solve(method) })),
      { name: PLAIN, runs, run: () => plainNewton(plain, b, WEIGHT) },
    ],
    rounds,
  );
  const counts = [...solved.map(({ stats }) => stats.iterations), reference.steps];
  const last = timings[METHODS.length];
  return timings.map((timing, m) => {
    const whole = ratioOf(last, timing);
    const perStep = (ratio: number) => (ratio * counts[m]) / reference.steps;
    const ratio = { median: perStep(whole.median), low: perStep(whole.low), high: perStep(whole.high) };
    return { ms: timing.medianMs / counts[m], count: counts[m], ratio };
  });
}

function timeTable(sizes: readonly number[], steps: readonly (readonly Step[])[]): Table {
  return {
    title: `Exp regression, d = ${COLUMNS}, ${PER_ROW} entries a row, w = ${WEIGHT}; ms a step (steps)`,
    header: ['rows', 'entries', ...METHODS, PLAIN],
    rows: sizes.map((rows, k) => [
      ...[`${rows}`, `${rows * PER_ROW}`],
      ...steps[k].map(({ ms, count }) => `${shortNumber(ms)} (${count})`),
    ]),
  };
}

/** Plain Newton is the last. */
function plainTable(sparse: readonly Step[], rows: number, dense: readonly Step[], quick: boolean): Table {
  const cells = (steps: readonly Step[]) =>
    steps
      .slice(0, METHODS.length)
      .map(({ ms, count, ratio }) => `${shortNumber(ms)} (${count}), ${ratioText(ratio)}`);
  const reference = ({ ms, count }: Step) => `${shortNumber(ms)} (${count})`;
  const denseCount = quick ? QUICK_DENSE_ROWS : DENSE_ROWS;
  return {
    title: `ms a step (steps), and the time of a step of plain Newton over it, d = ${COLUMNS}`,
    header: ['A', PLAIN, ...METHODS],
    rows: [
      [`${rows} rows of ${PER_ROW} entries`, reference(sparse[METHODS.length]), ...cells(sparse)],
      [`${denseCount} dense rows`, reference(dense[METHODS.length]), ...cells(dense)],
    ],
  };
}

function plainFigures(kind: string, steps: readonly Step[]): Figure[] {
  return METHODS.map((method, m) =>
    ratioFigure(`${kind}, ${method}: step of plain Newton over ours`, steps[m].ratio),
  );
}

/** 'sketch' takes a number of steps that is linear in log(1/ε), the others in log log(1/ε) once they are near. */
function toleranceTable(rows: number): Table {
  const problem = sparseProblem(rows);
  return {
    title: `Steps against the tolerance, ${rows} rows of ${PER_ROW} entries`,
    header: ['tolerance', ...METHODS],
    rows: TOLERANCES.map((tolerance) => [
      tolerance.toExponential(0),
      ...METHODS.map((method) => problem.solve(method, tolerance).stats.iterations),
    ]),
  };
}
