/** Small least-squares problems, where fixed costs count, against ml-matrix. */
import { Matrix as MlMatrix, QrDecomposition, solve } from 'ml-matrix';
import { type Matrix, solveLeastSquares } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import { agree } from '../support/agreement';
import { normalRows, normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section, Series } from '../support/section';
import {
  interleave,
  ratioFigure,
  ratioOf,
  ratioText,
  repeatsFor,
  type Timing,
  timeFigure,
  timeText,
} from '../support/timing';

const SHAPES: readonly [n: number, d: number][] = [
  [10, 2],
  [20, 3],
  [50, 4],
  [100, 5],
  [200, 10],
  [500, 10],
  [1000, 20],
];
/** Of one sample: many solves, for the clock and a collection of garbage in each. */
const SAMPLE_MS = 5;
/** Until the engine has compiled what runs: some thousands of solves. */
const WARM_MS = { quick: 100, full: 3000 };

export const small: Section = {
  name: 'small',
  shows: 'least squares from 10 × 2 to 1000 × 20, warm, against the solvers of ml-matrix',
  seconds: { quick: 4, full: 100 },
  async run(context) {
    const rows: Cell[][] = [];
    const figures: Figure[] = [];
    const points: Record<string, [number, number][]> = {};
    let worst: Figure | undefined;
    for (const [n, d] of SHAPES) {
      const shape = `${n} × ${d}`;
      const timings = await measure(n, d, context);
      const [ours, ...others] = timings;
      const fastest = others.reduce((a, b) => (b.medianMs < a.medianMs ? b : a));
      const ratio = ratioOf(ours, fastest);
      rows.push([shape, ...timings.map((timing) => timeText(timing, 'µs')), ratioText(ratio)]);
      figures.push(timeFigure(shape, ours), ratioFigure(`${shape}: over the faster ml-matrix solve`, ratio));
      const named = ratioFigure('largest time over the faster ml-matrix solve', ratio);
      if (worst === undefined || named.value > worst.value) worst = named;
      for (const { name, medianMs } of timings) {
        points[name] ??= [];
        points[name].push([n * d, 1000 * medianMs]);
      }
    }
    const series = Object.entries(points).map(
      ([name, points], k): Series => ({ name, points, role: k === 0 ? 'ours' : 'other' }),
    );
    return {
      tables: [
        {
          title: `µs a solve, median [min … max] of samples of ${SAMPLE_MS} ms; the last column is ours over the faster other`,
          header: ['size', ...Object.keys(points), 'ratio'],
          rows,
        },
      ],
      figures: worst === undefined ? figures : [...figures, worst],
      series,
      chart: {
        title: 'Small least-squares problems',
        x: { name: 'entries of A', unit: '', scale: 'log' },
        y: { name: 'time of a solve', unit: 'µs', scale: 'log' },
      },
    };
  },
};

async function measure(n: number, d: number, { quick, rounds, progress }: Context): Promise<Timing[]> {
  progress(`${n} × ${d}`);
  const A: Matrix = normalRows(n, d, 1);
  const b = normalVector(n, 2);
  const [wrapped, column] = [toMl(A), MlMatrix.columnVector(b)];
  const contenders = [
    { name: 'sketchsolve', run: () => solveLeastSquares(A, b) },
    { name: 'ml-matrix QR', run: () => new QrDecomposition(wrapped).solve(column) },
    { name: 'ml-matrix solve', run: () => solve(wrapped, column) },
    { name: 'ml-matrix solve, SVD', run: () => solve(wrapped, column, true) },
  ];
  const { x } = solveLeastSquares(A, b);
  for (const { name, run } of contenders.slice(1))
    agree(`small, ${n} × ${d}, ${name}`, (run() as MlMatrix).to1DArray(), x, 1e-11);
  return interleave(
    contenders.map((contender) => ({
      ...contender,
      repeats: repeatsFor(contender.run, SAMPLE_MS, quick ? WARM_MS.quick : WARM_MS.full),
    })),
    rounds,
  );
}
