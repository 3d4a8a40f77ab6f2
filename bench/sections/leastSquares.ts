/** The default least-squares solver end to end, on both sets of kernels, against LAPACK and JavaScript libraries. */
import { type Matrix, type SolveResult, setKernels, solveLeastSquares } from 'sketchsolve';
import { mixedColumns } from '../../examples/support/synthetic';
import { agree } from '../support/agreement';
import { backwardErrorInUnits } from '../support/backwardError';
import { type KernelSet, kernelSets, onKernels } from '../support/kernelSets';
import { type LeastSquaresPeer, mlMatrixQr, otherPeers } from '../support/leastSquaresPeers';
import { normalVector } from '../support/randomData';
import { Scipy, type ScipySolver } from '../support/scipy';
import type { Cell, Context, Figure, Section } from '../support/section';
import {
  type Contender,
  interleave,
  ratioFigure,
  ratioOf,
  ratioText,
  shortNumber,
  type Timing,
  timeFigure,
  timeText,
} from '../support/timing';

const KAPPA = 1e6;
/** Largest backward error of ours, in units of u. */
const STABLE = 20;
/** Shape, and the counted runs of ml-matrix, which needs minutes for the last ones. */
const SHAPES: readonly [n: number, d: number, peerRuns: number][] = [
  [20_000, 100, 5],
  [100_000, 100, 1],
  [50_000, 300, 1],
  [20_000, 500, 1],
];
const QUICK_SHAPES: readonly [n: number, d: number, peerRuns: number][] = [[5000, 50, 1]];
const SCIPY: Readonly<Record<ScipySolver, string>> = {
  gelsd: 'scipy gelsd',
  gelsy: 'scipy gelsy',
  qr: 'scipy QR (dgels)',
  normal: 'numpy normal equations',
};

export const leastSquares: Section = {
  name: 'least-squares',
  shows: 'min ‖Ax − b‖ with default options against LAPACK (scipy), ml-matrix and other libraries',
  seconds: { quick: 7, full: 1200 },
  async run(context) {
    const scipy = await Scipy.start();
    if (typeof scipy === 'string') console.log(`left out: scipy (${scipy})`);
    const [rows, figures]: [Cell[][], Figure[]] = [[], []];
    try {
      for (const [k, [n, d, peerRuns]] of (context.quick ? QUICK_SHAPES : SHAPES).entries()) {
        context.progress(`${n} × ${d}: checks`);
        const problem = makeProblem(n, d);
        if (typeof scipy !== 'string') await addScipy(problem, scipy);
        addPeers(problem, [mlMatrixQr(problem.A, problem.b, peerRuns)]);
        if (k === 0) {
          const { working, failed } = otherPeers(problem.A, problem.b, await context.peers());
          for (const reason of failed) console.log(`left out at ${problem.shape}: ${reason}`);
          addPeers(problem, working);
        }
        for (const set of kernelSets()) {
          const timings = await measure(problem, set, context);
          for (const [name, x] of problem.late) problem.check(name, x);
          rows.push(...tableRows(problem, timings));
          figures.push(...figuresOf(problem, set, timings));
        }
      }
    } finally {
      if (typeof scipy !== 'string') scipy.close();
    }
    const header = ['size', 'by', 'ms, median [min … max]', 'runs', 'backward error, u', 'time over ours'];
    const title = `κ(A) = ${KAPPA.toExponential(0)}; ours on WASM with all others, then on TypeScript with gelsd`;
    return {
      tables: [{ title, header, rows }],
      figures,
      ...(typeof scipy === 'string' ? {} : { versions: scipy.versions }),
    };
  },
};

interface Problem {
  readonly shape: string;
  readonly A: Matrix;
  readonly b: Float64Array;
  /** All but ours. */
  readonly others: Contender[];
  /** By contender, in units of u. */
  readonly backwardErrors: Map<string, number>;
  /** Answers of contenders that are too slow to run before the clock starts; checked when it has stopped. */
  readonly late: Map<string, Float64Array>;
  /** Throws unless x is near ours; notes its backward error. */
  check(name: string, x: Float64Array): void;
}

/** Makes the problem and solves it on both sets: backward stable, and the same up to the estimated error. */
function makeProblem(n: number, d: number): Problem {
  const shape = `${n} × ${d}`;
  const A = mixedColumns(n, d, KAPPA, 3);
  const b = normalVector(n, 4);
  const unitsOf = backwardErrorInUnits(A);
  const backwardErrors = new Map<string, number>();
  const ours = kernelSets().map((set) => [set, onKernels(set, () => solveLeastSquares(A, b))] as const);
  const [, { x: reference, stats }] = ours[0];
  const check = (name: string, x: Float64Array) => {
    backwardErrors.set(name, unitsOf(x, b));
    const normal = 10 * d * KAPPA ** 2 * 2 ** -52;
    const tolerance = name.includes('normal') ? normal : 10 * stats.forwardErrorEstimate;
    agree(`${shape}, ${name}`, x, reference, tolerance);
  };
  for (const [set, result] of ours) {
    const name = oursOn(set, result);
    check(name, result.x);
    const units = backwardErrors.get(name) ?? Number.NaN;
    if (!(units <= STABLE))
      throw new Error(`${shape}, ${name}: backward error ${units}u, expected ${STABLE}u`);
  }
  return { shape, A, b, others: [], backwardErrors, late: new Map(), check };
}

async function addScipy({ A, b, others, check }: Problem, scipy: Scipy): Promise<void> {
  await scipy.load(A, b);
  for (const [solver, name] of Object.entries(SCIPY) as [ScipySolver, string][]) {
    check(name, await scipy.solve(solver));
    others.push({ name, run: () => scipy.time(solver) });
  }
}

function addPeers({ others, check, late }: Problem, peers: readonly LeastSquaresPeer[]): void {
  for (const { name, runs, run, before } of peers) {
    if (runs > 1) check(name, run());
    others.push({ name, runs, run: () => late.set(name, run()), ...(before && { before }) });
  }
}

/** All contenders beside WASM; gelsd alone beside TypeScript, unless that is all there is. */
async function measure(
  { shape, A, b, others }: Problem,
  set: KernelSet,
  { progress, rounds }: Context,
): Promise<Timing[]> {
  progress(`${shape}: ${set}`);
  const first = set === kernelSets()[0];
  const beside = first ? others : others.filter(({ name }) => name === SCIPY.gelsd);
  setKernels(set === 'WASM' ? 'auto' : 'typescript');
  const name = oursOn(set, solveLeastSquares(A, b));
  const timings = await interleave([{ name, run: () => solveLeastSquares(A, b) }, ...beside], rounds);
  setKernels('auto');
  return timings;
}

function oursOn(set: KernelSet, { stats }: SolveResult): string {
  return `sketchsolve, ${set}: ${stats.method}`;
}

function tableRows({ shape, backwardErrors }: Problem, timings: readonly Timing[]): Cell[][] {
  return timings.map((timing, k) => [
    shape,
    timing.name,
    timeText(timing),
    timing.runs,
    shortNumber(backwardErrors.get(timing.name) ?? Number.NaN),
    k === 0 ? '1' : ratioText(ratioOf(timing, timings[0])),
  ]);
}

/** Names without a set are those of the default, WASM where there is one. */
function figuresOf({ shape, backwardErrors }: Problem, set: KernelSet, timings: readonly Timing[]): Figure[] {
  const [ours, ...others] = timings;
  const prefix = set === kernelSets()[0] ? shape : `${shape}, ${set}`;
  const gelsd = others.find(({ name }) => name === SCIPY.gelsd);
  return [
    timeFigure(`${prefix}: ours`, ours),
    { name: `${prefix}: backward error`, value: backwardErrors.get(ours.name) ?? Number.NaN, unit: 'u' },
    ...(gelsd === undefined ? [] : [ratioFigure(`${prefix}: over gelsd`, ratioOf(ours, gelsd))]),
    ...others.map((other) => ratioFigure(`${prefix}: ${other.name} over ours`, ratioOf(other, ours))),
  ];
}
