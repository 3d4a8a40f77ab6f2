/** Time against n at fixed d for the problems with A and AᵀA, and against the power j. */
import { type Matrix, solveLeastSquares, solveOddPower, solvePsdPower } from 'sketchsolve';
import { mixedColumns } from '../../examples/support/synthetic';
import { agree } from '../support/agreement';
import { logLogSlope } from '../support/fit';
import { normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section, Series, Table } from '../support/section';
import {
  interleave,
  type Ratio,
  ratioFigure,
  ratioOf,
  ratioText,
  shortNumber,
  timeText,
} from '../support/timing';

const COLUMNS = 50;
const ROWS = [25_000, 35_000, 50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000];
const QUICK_ROWS = [2500, 5000, 10_000];
/** 64 powers of κ(A)² = 10¹² would leave the range of doubles. */
const KAPPA = 10;
const LARGEST_SLOPE = 1.1;
const POWER = 64;
/** n ≥ 100d: one pass over A outweighs 2j triangular solves. */
const POWER_SHAPES: readonly [n: number, d: number][] = [
  [100_000, 50],
  [20_000, 100],
];
const QUICK_POWER_SHAPES: readonly [n: number, d: number][] = [[10_000, 50]];

/** The problems, each solved for its right-hand side. */
const PROBLEMS: Readonly<Record<string, (A: Matrix, b: Float64Array) => unknown>> = {
  'least squares': (A, b) => solveLeastSquares(A, b),
  '(AᵀA)ʲx = b': (A, b) => solvePsdPower(A, b.subarray(0, A.columns), 2),
  'A(AᵀA)ʲx ≈ b': (A, b) => solveOddPower(A, b, 1),
};

export const growth: Section = {
  name: 'growth',
  shows: 'time against n at fixed d, as an exponent, and (AᵀA)ʲ with j = 64 against j = 1',
  seconds: { quick: 3, full: 180 },
  async run(context) {
    const series = await timesAgainstRows(context);
    const fits = series.map(({ name, points }) => ({ name, ...logLogSlope(points) }));
    const powers: { shape: string; cells: Cell[]; ratio: Ratio }[] = [];
    for (const [n, d] of context.quick ? QUICK_POWER_SHAPES : POWER_SHAPES)
      powers.push(await powerRow(n, d, context));
    const largest = powers.reduce((a, b) => (b.ratio.median > a.ratio.median ? b : a));
    return {
      tables: [
        timesTable(series),
        {
          title: 'Slope of log time against log n, ± half of the 95% interval of the fit',
          header: ['problem', 'slope', '±', `at most ${LARGEST_SLOPE}`],
          rows: fits.map(({ name, slope, halfWidth }) => [
            ...[name, slope.toFixed(2), halfWidth.toFixed(2)],
            slope <= LARGEST_SLOPE ? 'yes' : 'NO',
          ]),
        },
        {
          title: `(AᵀA)ʲx = b, κ(A) = ${KAPPA}`,
          header: ['size', `j = ${POWER}, ms`, 'j = 1, ms', 'runs', 'ratio'],
          rows: powers.map(({ cells }) => cells),
        },
      ],
      figures: [
        ...fits.map(
          ({ name, slope, halfWidth }): Figure => ({
            name: `${name}: slope`,
            value: slope,
            unit: '',
            spread: [slope - halfWidth, slope + halfWidth],
          }),
        ),
        ...powers.map(({ shape, ratio }) => ratioFigure(`${shape}: j = ${POWER} over j = 1`, ratio)),
        ratioFigure(`j = ${POWER} over j = 1`, largest.ratio),
      ],
      series: [...series, proportional(series[0])],
      chart: {
        title: `Time grows with n no faster than in proportion (d = ${COLUMNS})`,
        x: { name: 'rows n of A', unit: '', scale: 'log' },
        y: { name: 'time of a solve', unit: 'ms', scale: 'log' },
      },
    };
  },
};

async function timesAgainstRows({ quick, rounds, progress }: Context): Promise<Series[]> {
  const points = Object.keys(PROBLEMS).map(() => [] as [number, number][]);
  for (const n of quick ? QUICK_ROWS : ROWS) {
    progress(`n = ${n}`);
    const A = mixedColumns(n, COLUMNS, KAPPA, 3);
    const b = normalVector(n, 4);
    const timings = await interleave(
      Object.entries(PROBLEMS).map(([name, solve]) => ({ name, run: () => solve(A, b) })),
      rounds,
    );
    for (const [k, { medianMs }] of timings.entries()) points[k].push([n, medianMs]);
  }
  return Object.keys(PROBLEMS).map((name, k) => ({ name, points: points[k], role: 'ours' }));
}

/** Through the first point of a series, with slope 1. */
function proportional({ points }: Series): Series {
  const [[n0, t0]] = points;
  return {
    name: 'in proportion to n',
    role: 'reference',
    points: points.map(([n]) => [n, (t0 * n) / n0] as const),
  };
}

function timesTable(series: readonly Series[]): Table {
  return {
    title: `Default options, d = ${COLUMNS}, κ(A) = ${KAPPA}, j = 2 and 1; ms, medians`,
    header: ['n', ...series.map(({ name }) => name)],
    rows: series[0].points.map(([n], k) => [n, ...series.map(({ points }) => shortNumber(points[k][1]))]),
  };
}

async function powerRow(n: number, d: number, { rounds, progress }: Context) {
  const shape = `${n} × ${d}`;
  progress(`${shape}: j = ${POWER} against j = 1`);
  const A = mixedColumns(n, d, KAPPA, 5);
  const b = normalVector(d, 6);
  // (AᵀA)² x = b in one solve against two
  const once = solvePsdPower(A, b, 1);
  agree(`growth, ${shape}`, solvePsdPower(A, b, 2).x, solvePsdPower(A, once.x, 1).x, 1e-10);
  const [many, one] = await interleave(
    [
      { name: `j = ${POWER}`, run: () => solvePsdPower(A, b, POWER) },
      { name: 'j = 1', run: () => solvePsdPower(A, b, 1) },
    ],
    rounds,
  );
  const ratio = ratioOf(many, one);
  return { shape, ratio, cells: [shape, timeText(many), timeText(one), `${many.runs}`, ratioText(ratio)] };
}
