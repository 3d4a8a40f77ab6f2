/** Exp regression on sparse rows: the time of a step against the number of entries at fixed d, and steps against the tolerance. */
import { type RegressionMethod, solveExpRegression } from 'sketchsolve';
import { agree } from '../support/agreement';
import { logLogSlope } from '../support/fit';
import type { Context, Section, Table } from '../support/section';
import { type SparseRegression, sparseRegression } from '../support/sparseRows';
import { interleave, shortNumber } from '../support/timing';

const COLUMNS = 50;
const PER_ROW = 5;
const ROWS = [50_000, 100_000, 200_000, 400_000, 800_000];
const QUICK_ROWS = [5000, 10_000, 20_000];
const RUNS = 5;
const METHODS: readonly RegressionMethod[] = ['newton', 'sketch-cg', 'sketch'];
const WEIGHT = 0.1;
const LARGEST_SLOPE = 1.1;

export const regression: Section = {
  name: 'regression',
  shows:
    'exp regression on sparse rows: time of a step against the number of entries, steps against the tolerance',
  seconds: { quick: 8, full: 150 },
  async run(context) {
    const sizes = context.quick ? QUICK_ROWS : ROWS;
    const steps: Step[][] = [];
    for (const rows of sizes) steps.push(await stepTimes(rows, context));
    const series = METHODS.map((method, m) => ({
      name: `'${method}'`,
      points: steps.map((row, k) => [sizes[k] * PER_ROW, row[m].ms] as const),
    }));
    const slopes = series.map(({ points }) => logLogSlope(points));
    return {
      tables: [
        {
          title: `Exp regression, d = ${COLUMNS}, ${PER_ROW} entries a row, w = ${WEIGHT}; ms a step (steps)`,
          header: ['rows', 'entries', ...METHODS],
          rows: sizes.map((rows, k) => [
            ...[`${rows}`, `${rows * PER_ROW}`],
            ...steps[k].map(({ ms, count }) => `${shortNumber(ms)} (${count})`),
          ]),
        },
        {
          title: 'Slope of log time against log entries, ± half of the 95% interval of the fit',
          header: ['method', 'slope', '±', `at most ${LARGEST_SLOPE}`],
          rows: slopes.map(({ slope, halfWidth }, m) => [
            ...[METHODS[m], slope.toFixed(2), halfWidth.toFixed(2)],
            slope <= LARGEST_SLOPE ? 'yes' : 'NO',
          ]),
        },
        toleranceTable(sizes[0]),
      ],
      figures: slopes.map(({ slope, halfWidth }, m) => ({
        name: `${METHODS[m]}: slope`,
        value: slope,
        unit: '',
        spread: [slope - halfWidth, slope + halfWidth] as const,
      })),
      series,
      chart: {
        title: 'Exp regression: time of a step grows with the entries of A',
        x: { name: 'entries of A', unit: '', scale: 'log' },
        y: { name: 'time of a step', unit: 'ms', scale: 'log' },
      },
    };
  },
};

interface Step {
  readonly ms: number;
  readonly count: number;
}

/** Time of a step: that of the whole solve over its steps. */
async function stepTimes(rows: number, { progress, rounds }: Context): Promise<Step[]> {
  progress(`${rows} rows`);
  const { A, b } = problem(rows);
  const solved = METHODS.map((method) => solveExpRegression(A, b, WEIGHT, { method }));
  for (const [m, { status, x }] of solved.entries()) {
    if (status !== 'converged') throw new Error(`regression: ${METHODS[m]}: ${status}`);
    agree(`regression: ${METHODS[m]}`, x, solved[0].x, 1e-9);
  }
  const timings = await interleave(
    METHODS.map((method) => ({
      name: method,
      runs: RUNS,
      run: () => solveExpRegression(A, b, WEIGHT, { method }),
    })),
    rounds,
  );
  return timings.map(({ medianMs }, m) => {
    const count = solved[m].stats.iterations;
    return { ms: medianMs / count, count };
  });
}

/** 'sketch' takes a number of steps that is linear in log(1/ε). */
function toleranceTable(rows: number): Table {
  const { A, b } = problem(rows);
  return {
    title: "Steps of 'sketch' against the tolerance",
    header: ['tolerance', 'steps'],
    rows: [1e-4, 1e-6, 1e-8, 1e-10, 1e-12].map((tolerance) => [
      tolerance.toExponential(0),
      solveExpRegression(A, b, WEIGHT, { method: 'sketch', tolerance }).stats.iterations,
    ]),
  };
}

function problem(rows: number): SparseRegression {
  return sparseRegression(rows, COLUMNS, PER_ROW);
}
