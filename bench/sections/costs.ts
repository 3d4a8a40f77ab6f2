/** The constants of src/solvers/costModel.ts as they are measured here, and how well the choices made by them do. */
import {
  type CsrMatrix,
  csrFromTriplets,
  type Matrix,
  type SolveOptions,
  solveLeastSquares,
} from 'sketchsolve';
import { mixedColumns } from '../../examples/support/synthetic';
import { gramVectorInto } from '../../src/dense/matvec';
import { projectedGramInto } from '../../src/dense/projectedGram';
import { gramFactor } from '../../src/precondition/gramFactor';
import { createSketch } from '../../src/sketch/create';
import { gramCosts } from '../../src/solvers/costModel';
import { csrGramVectorInto } from '../../src/sparse/csrProducts';
import { type KernelSet, kernelContender, kernelSets, onKernels } from '../support/kernelSets';
import { normalVector, uniformRows, upperTriangle } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';
import { interleave, shortNumber } from '../support/timing';

const KAPPA = 1e6;
const SHAPES: readonly [n: number, d: number][] = [
  [5000, 50],
  [20_000, 50],
  [200_000, 50],
  [20_000, 100],
  [100_000, 100],
  [20_000, 200],
  [50_000, 300],
  [20_000, 500],
];
const QUICK_SHAPES = SHAPES.slice(0, 1);
const FACTORS = [4, 8, 16, 32, 64];

export const costs: Section = {
  name: 'costs',
  shows: 'what a unit of each kernel costs, and the automatic choice of method against each forced one',
  seconds: { quick: 20, full: 300 },
  async run(context) {
    const units = await unitCosts(context);
    const choices = await choiceRows(context);
    const worst = Math.max(...choices.map(({ ratio }) => ratio));
    return {
      tables: [
        {
          title: 'ns per unit of work: measured, and as the cost model has it',
          header: ['unit', ...kernelSets().flatMap((set) => [set, 'model'])],
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

interface Unit {
  readonly name: keyof ReturnType<typeof gramCosts>;
  /** Units of a run. */
  readonly amount: number;
  readonly run: () => void;
}

async function unitCosts({ quick, rounds, progress }: Context) {
  const rows = [];
  for (const { name, amount, run } of unitsOf(quick)) {
    progress(name);
    const sets = kernelSets();
    const timings = await interleave(
      sets.map((set) => kernelContender(set, { run })),
      rounds,
    );
    const nanoseconds = timings.map(({ medianMs }) => (1e6 * medianMs) / amount);
    const cells = sets.flatMap((set, k) => [
      shortNumber(nanoseconds[k]),
      shortNumber(onKernels(set, () => gramCosts()[name])),
    ]);
    const figures = sets.map(
      (set, k): Figure => ({ name: `${name}, ${set}`, value: nanoseconds[k], unit: 'ns' }),
    );
    rows.push({ name, cells, figures });
  }
  return rows;
}

function unitsOf(quick: boolean): Unit[] {
  const [n, d] = quick ? [5000, 50] : [50_000, 200];
  const A = uniformRows(n, d, 1);
  const sparse = sparseRows(10 * n, d, 4 * n);
  const [x, g, G] = [normalVector(d, 2), new Float64Array(d), new Float64Array(d * d)];
  const X = upperTriangle(d, 3);
  const S = createSketch('sparse-sign', 4 * d, n, 1);
  const sparseS = createSketch('sparse-sign', 4 * d, sparse.rows, 1);
  const SA = new Float64Array(4 * d * d);
  const tall = 16 * d;
  return [
    { name: 'pass', amount: n * d, run: () => gramVectorInto(g, A.data, n, d, x) },
    { name: 'sketch', amount: n * d, run: () => S.accumulateInto(SA, 0, d, A.data, 0, d, n, d, 0) },
    { name: 'product', amount: n * d * d, run: () => projectedGramInto(G, A.data, n, d, X) },
    { name: 'factor', amount: tall * d * d, run: () => gramFactor(A.data, tall, d, 1) },
    { name: 'sparsePass', amount: sparse.values.length, run: () => csrGramVectorInto(g, sparse, x) },
    {
      name: 'sparseSketch',
      amount: sparse.values.length,
      run: () => sparseS.accumulateCsrInto(SA, d, sparse, 0, null),
    },
  ];
}

function sparseRows(rows: number, columns: number, entries: number): CsrMatrix {
  const places = uniformRows(entries, 2, 5).data;
  const at = (p: number, size: number) => Math.floor(((places[p] + 1) / 2) * size);
  return csrFromTriplets(rows, columns, {
    rowIndices: Array.from({ length: entries }, (_, k) => at(2 * k, rows)),
    columnIndices: Array.from({ length: entries }, (_, k) => at(2 * k + 1, columns)),
    values: normalVector(entries, 6),
  });
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
  const few = { discarded: Math.min(2, rounds.discarded), kept: Math.min(5, rounds.kept) };
  const timings = await interleave(
    [{}, ...feasible].map((options) => kernelContender(set, { run: () => solveLeastSquares(A, b, options) })),
    few,
  );
  const [auto, ...others] = timings.map(({ medianMs }) => medianMs);
  const { stats } = onKernels(set, () => solveLeastSquares(A, b));
  const ratio = auto / Math.min(...others);
  const took = stats.method === 'conjugate-gradient' ? `cg ${stats.sketchSize / d}d` : stats.method;
  const times = forced.map((_, k) => (k < others.length ? shortNumber(others[k]) : '-'));
  return { ratio, cells: [`${n} × ${d}`, set, shortNumber(auto), took, ...times, shortNumber(ratio)] };
}
