/** The constants of src/solvers/costModel.ts as they are measured here, and how well the choices made by them do. */
import { type Matrix, type SolveOptions, solveLeastSquares } from 'sketchsolve';
import { mixedColumns } from '../../examples/support/synthetic';
import { type CostUnit, costUnits } from '../support/costUnits';
import { type KernelSet, kernelContender, kernelSets, onKernels } from '../support/kernelSets';
import { normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';
import { interleave, type Rounds, shortNumber } from '../support/timing';

const KAPPA = 1e6;
const SHAPES: readonly [n: number, d: number][] = [
  [5000, 50],
  [20_000, 50],
  [20_000, 100],
  [100_000, 100],
  [20_000, 200],
  [50_000, 300],
  [20_000, 500],
];
const QUICK_SHAPES = SHAPES.slice(0, 1);
const FACTORS = [4, 8, 16, 32, 64];
const CHOICE_ROUNDS: Rounds = { discarded: 1, kept: 3 };

export const costs: Section = {
  name: 'costs',
  shows: 'what a unit of each kernel costs, and the automatic choice of method against each forced one',
  seconds: { quick: 4, full: 240 },
  async run(context) {
    const units = await unitCosts(context);
    const choices = await choiceRows(context);
    const worst = Math.max(...choices.map(({ ratio }) => ratio));
    return {
      tables: [
        {
          title: 'ns per unit of work: measured, and as the cost model has it',
          header: ['unit', ...kernelSets().flatMap((set) => [set, 'model', 'ratio'])],
          rows: units.map(({ name, cells }) => [name, ...cells]),
        },
        {
          title: `Least squares, κ = ${KAPPA.toExponential(0)}, ms: medians`,
          header: [
            'size',
            'kernels',
            'auto',
            'took',
            'cholesky-qr',
            ...FACTORS.map((f) => `cg ${f}d`),
            'auto/best',
          ],
          rows: choices.map(({ cells }) => cells),
        },
      ],
      figures: [
        ...units.flatMap(({ figures }) => figures),
        { name: 'auto over the best forced choice, worst', value: worst, unit: '×' },
      ],
    };
  },
};

/** Choices hang on ratios of constants to a third or so. */
const UNIT_ROUNDS: Rounds = { discarded: 2, kept: 7 };

async function unitCosts({ quick, rounds, progress }: Context) {
  const few = fewer(rounds, UNIT_ROUNDS);
  const rows = [];
  for (const unit of costUnits(quick)) {
    progress(unit.name);
    const sets = kernelSets();
    const measured = await measuredCosts(unit, sets, few);
    const cells = sets.flatMap((set, k) => [
      shortNumber(measured[k]),
      shortNumber(onKernels(set, unit.model)),
      shortNumber(measured[k] / onKernels(set, unit.model)),
    ]);
    const figures = sets.map(
      (set, k): Figure => ({ name: `${unit.name}, ${set}`, value: measured[k], unit: 'ns' }),
    );
    rows.push({ name: unit.name, cells, figures });
  }
  return rows;
}

async function measuredCosts({ parts, cost }: CostUnit, sets: readonly KernelSet[], rounds: Rounds) {
  const timings = await interleave(
    sets.flatMap((set) => parts.map((part) => kernelContender(set, part))),
    rounds,
  );
  const times = timings.map(({ medianMs }) => 1e6 * medianMs);
  return sets.map((_, k) => cost(times.slice(k * parts.length, (k + 1) * parts.length)));
}

function fewer(rounds: Rounds, most: Rounds): Rounds {
  return {
    discarded: Math.min(most.discarded, rounds.discarded),
    kept: Math.min(most.kept, rounds.kept),
  };
}

async function choiceRows({ quick, rounds, progress }: Context) {
  const rows: { ratio: number; cells: Cell[] }[] = [];
  for (const [n, d] of quick ? QUICK_SHAPES : SHAPES) {
    const A = mixedColumns(n, d, KAPPA, 3);
    const b = normalVector(n, 4);
    for (const set of kernelSets()) {
      progress(`${n} × ${d}, ${set}`);
      rows.push(await choiceRow(A, b, set, rounds));
    }
  }
  return rows;
}

async function choiceRow(A: Matrix, b: Float64Array, set: KernelSet, rounds: Context['rounds']) {
  const { rows: n, columns: d } = A;
  const forced: SolveOptions[] = [
    { method: 'cholesky-qr' },
    ...FACTORS.map((f): SolveOptions => ({ method: 'conjugate-gradient', sketchSize: f * d })),
  ];
  const feasible = forced.filter(({ sketchSize = 0 }) => 2 * sketchSize <= n);
  const timings = await interleave(
    [{}, ...feasible].map((options) => kernelContender(set, { run: () => solveLeastSquares(A, b, options) })),
    fewer(rounds, CHOICE_ROUNDS),
  );
  const [auto, ...others] = timings.map(({ medianMs }) => medianMs);
  const { stats } = onKernels(set, () => solveLeastSquares(A, b));
  const ratio = auto / Math.min(...others);
  const took = stats.method === 'conjugate-gradient' ? `cg ${stats.sketchSize / d}d` : stats.method;
  const times = forced.map((_, k) => (k < others.length ? shortNumber(others[k]) : '-'));
  return { ratio, cells: [`${n} × ${d}`, set, shortNumber(auto), took, ...times, shortNumber(ratio)] };
}
