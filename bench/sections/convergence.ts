/**
 * Residual against step for gradient descent, heavy ball and conjugate gradients, behind the preconditioner and without
 * it, on a least-squares problem with κ(A) = 1e6 and on (AᵀA)³x = b. Behind the preconditioner the number of steps is
 * that of a matrix whose condition number the sketch decides, O(log 1/ε) (Song, Yin & Zhang, arXiv 2308.14304, for step 1;
 * Epperly, arXiv 2311.04362, for momentum: rate √ρ, ρ = d/m); without it √κ(AᵀA) = κ(A) steps for each digit.
 */
import {
  householderQr,
  type Matrix,
  type Method,
  matmul,
  type SolveOptions,
  solveLeastSquares,
  solvePsdPower,
} from 'sketchsolve';
import { relativeDistance } from '../support/agreement';
import { powerProblem } from '../support/alternating';
import { PLAIN, type PlainProblem } from '../support/plainIterations';
import { geometric, plantedMatrix, randomOrthonormal } from '../support/plantedMatrix';
import { normalVector } from '../support/randomData';
import type { Figure, Section, Series, Table } from '../support/section';
import { largest, median, range } from '../support/statistics';
import { shortNumber } from '../support/timing';

interface Sizes {
  readonly n: number;
  readonly d: number;
  readonly plainSteps: number;
  /** Of the sketch, where m is varied. */
  readonly draws: number;
}

const FULL: Sizes = { n: 20_000, d: 50, plainSteps: 1000, draws: 9 };
const QUICK: Sizes = { n: 4000, d: 20, plainSteps: 200, draws: 3 };
const KAPPA = 1e6;
const KAPPAS = [1e2, 1e4, 1e6, 1e8];
const RESIDUAL = 1e-6;
const POWER = 3;
const RATIOS = [4, 12, 30];
const REACHED = 1e-12;
const ITERATIVE = ['gradient-descent', 'heavy-ball', 'conjugate-gradient'] as const;
type Iterative = (typeof ITERATIVE)[number];
/** Steps drawn, and of the long lines every how many. */
const DRAWN = 60;
const EVERY = 3;

export const convergence: Section = {
  name: 'convergence',
  shows: 'residual against step of three iterations with and without preconditioner, κ(A) = 1e6',
  seconds: { quick: 3, full: 60 },
  run({ quick, progress }) {
    const sizes = quick ? QUICK : FULL;
    const problems = KAPPAS.map((kappa) => leastSquaresProblem(sizes, kappa));
    const problem = problems[KAPPAS.indexOf(KAPPA)];
    progress('least squares');
    const preconditioned = ITERATIVE.map((method) => runOf(problem, { method }));
    const plain = ITERATIVE.map((method) => plainHistory(problem, method, sizes.plainSteps));
    const counts = sketchCounts(problem, sizes.draws);
    const steps = problems.map((each) => ITERATIVE.map((method) => stepsTo(runOf(each, { method }).history)));
    progress('powers');
    const powers = ITERATIVE.map((method) => powerSteps(problem.A, method));
    return {
      tables: [
        stepTable(sizes, preconditioned, plain),
        countTable(counts),
        kappaTable(steps),
        powerTable(problem, powers, sizes),
      ],
      figures: [
        ...stepFigures(preconditioned, plain),
        ...countFigures(counts),
        ...kappaFigures(steps),
        ...powers.flatMap(powerFigures),
      ],
      series: [...solverLines(preconditioned), ...plainLines(plain)],
      chart: {
        title: 'Least squares at κ(A) = 1e6, with the preconditioner R and without it',
        x: { name: 'step', unit: '', scale: 'linear' },
        y: { name: '‖R⁻ᵀAᵀ(b − Ax)‖/‖b‖', unit: '', scale: 'log' },
      },
    };
  },
};

interface Problem extends PlainProblem {
  readonly b: Float64Array;
}

/** b = Ax + residual·e with ‖A‖ = ‖x‖ = ‖e‖ = 1, x random and e orthogonal to the columns of A. */
function leastSquaresProblem({ n, d }: Sizes, kappa: number): Problem {
  const both = randomOrthonormal(n, d + 1, 1);
  const U: Matrix = { rows: n, columns: d, data: both.data.filter((_, p) => p % (d + 1) < d) };
  const { A } = plantedMatrix(U, geometric(d, kappa), 2);
  const x = normalVector(d, 3);
  const norm = Math.hypot(...x);
  const b = matmul(A, { rows: d, columns: 1, data: x.map((entry) => entry / norm) }).data;
  for (let i = 0; i < n; i++) b[i] += RESIDUAL * both.data[i * (d + 1) + d];
  const gradient = matmul({ rows: 1, columns: n, data: b }, A).data;
  return { A, b, gradient, largest: 1, smallest: 1 / kappa, R: householderQr(A).r };
}

interface Run {
  /** ‖R⁻ᵀAᵀ(b − Ax)‖/‖b‖ after every step. From its second stage on the solver looks at its tests only. */
  readonly history: readonly number[];
  readonly sketchSize: number;
}

/** From x = 0, as all the others. */
function runOf({ A, b }: Problem, options: SolveOptions): Run {
  const initialGuess = new Float64Array(A.columns);
  const { stats } = solveLeastSquares(A, b, { ...options, initialGuess, history: true });
  return { history: stats.residualHistory ?? [], sketchSize: stats.sketchSize };
}

/** The same measure: R of A instead of R of S·A is within 1 ± √ρ of it. */
function plainHistory(problem: Problem, method: Iterative, steps: number): number[] {
  const norm = Math.hypot(...problem.b);
  return PLAIN[method](problem, steps).map((distance) => distance / norm);
}

/** Infinity where it is never reached. */
function stepsTo(history: readonly number[]): number {
  const at = history.findIndex((error) => error <= REACHED);
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

function stepText(steps: number): string {
  return Number.isFinite(steps) ? `${steps}` : 'never';
}

function stepTable(
  { n, d, plainSteps }: Sizes,
  preconditioned: readonly Run[],
  plain: readonly (readonly number[])[],
): Table {
  return {
    title:
      `Least squares, n = ${n}, d = ${d}, κ(A) = 1e6: steps to ‖R⁻ᵀAᵀ(b − Ax)‖ ≤ 1e-12‖b‖ from x = 0, at the default m; and\n` +
      `without a preconditioner, with coefficients from the exact singular values, what is left after ${plainSteps} steps`,
    header: ['method', 'm', 'steps', 'steps, no preconditioner', `after ${plainSteps}`],
    rows: ITERATIVE.map((method, k) => [
      ...[
        method,
        preconditioned[k].sketchSize,
        stepText(stepsTo(preconditioned[k].history)),
        stepText(stepsTo(plain[k])),
      ],
      shortNumber(plain[k][plain[k].length - 1]),
    ]),
  };
}

function stepFigures(preconditioned: readonly Run[], plain: readonly (readonly number[])[]): Figure[] {
  return ITERATIVE.flatMap((method, k): Figure[] => [
    { name: `${method}: steps`, value: stepsTo(preconditioned[k].history), unit: '' },
    { name: `${method}, no preconditioner: error`, value: plain[k][plain[k].length - 1], unit: '' },
  ]);
}

interface Count {
  readonly name: string;
  /** By m/d and draw of the sketch; Infinity: never. */
  readonly steps: readonly (readonly number[])[];
}

/** The same iterations at equal m, and gradient descent with the step that is best for the spectrum m leaves. */
function sketchCounts(problem: Problem, draws: number): Count[] {
  const d = problem.A.columns;
  const bestStep = (ratio: number) => (1 - 1 / ratio) ** 2 / (1 + 1 / ratio);
  const variants: readonly (readonly [string, (ratio: number) => SolveOptions])[] = [
    ['gradient descent, step 1', () => ({ method: 'gradient-descent' })],
    ['gradient descent, best step', (ratio) => ({ method: 'gradient-descent', stepSize: bestStep(ratio) })],
    ['heavy ball', () => ({ method: 'heavy-ball' })],
    ['conjugate gradients', () => ({ method: 'conjugate-gradient' })],
  ];
  return variants.map(([name, options]) => ({
    name,
    steps: RATIOS.map((ratio) =>
      range(draws).map((seed) =>
        stepsTo(runOf(problem, { ...options(ratio), sketchSize: ratio * d, seed }).history),
      ),
    ),
  }));
}

function countTable(counts: readonly Count[]): Table {
  return {
    title: `The same at equal m: steps to 1e-12, median (worst) of ${counts[0].steps[0].length} draws of the sketch`,
    header: ['iteration', ...RATIOS.map((ratio) => `m = ${ratio}d`)],
    rows: counts.map(({ name, steps }) => [
      name,
      ...steps.map((draws) => `${stepText(median(draws))} (${stepText(largest(draws))})`),
    ]),
  };
}

/** JSON has no Infinity: where not all draws arrive, their number stands for the steps. */
function countFigures(counts: readonly Count[]): Figure[] {
  return counts.flatMap(({ name, steps }) =>
    RATIOS.map((ratio, r): Figure => {
      const arrived = steps[r].filter(Number.isFinite);
      const label = `${name}, m = ${ratio}d`;
      if (arrived.length < steps[r].length)
        return { name: `${label}: draws that arrive`, value: arrived.length, unit: '' };
      const spread = [Math.min(...arrived), largest(arrived)] as const;
      return { name: `${label}: steps`, value: median(arrived), unit: '', spread };
    }),
  );
}

function kappaTable(steps: readonly (readonly number[])[]): Table {
  return {
    title: 'The same at other condition numbers, default m: steps to 1e-12',
    header: ['κ(A)', ...ITERATIVE],
    rows: KAPPAS.map((kappa, q) => [kappa.toExponential(0), ...steps[q].map(stepText)]),
  };
}

function kappaFigures(steps: readonly (readonly number[])[]): Figure[] {
  return ITERATIVE.map((method, k) => {
    const counts = steps.map((row) => row[k]);
    const spread = Math.max(...counts) - Math.min(...counts);
    return { name: `${method}: steps, largest minus least over κ(A)`, value: spread, unit: '' };
  });
}

interface PowerSteps {
  readonly method: Method;
  /** Steps of every solve, to a residual of 2⁻⁵⁰. */
  readonly steps: readonly number[];
  /** ‖x − x*‖/‖x*‖ */
  readonly error: number;
  readonly sketchSize: number;
}

function powerSteps(A: Matrix, method: Iterative): PowerSteps {
  const { b, exact } = powerProblem(A, normalVector(A.columns, 4), POWER);
  const steps = new Array<number>(POWER).fill(0);
  const { x, stats } = solvePsdPower(A, b, POWER, {
    method,
    onIteration: ({ solve }) => {
      steps[solve]++;
    },
  });
  return { method, steps, error: relativeDistance(x, exact[POWER - 1]), sketchSize: stats.sketchSize };
}

function powerTable(problem: Problem, powers: readonly PowerSteps[], { plainSteps }: Sizes): Table {
  const c = normalVector(problem.A.columns, 4);
  const start = PLAIN['conjugate-gradient']({ ...problem, gradient: c }, plainSteps);
  return {
    title:
      `(AᵀA)³x = b, κ(A) = 1e6, random b: steps of the three solves to 2⁻⁵⁰, and the error of x. Conjugate gradients\n` +
      `without a preconditioner have, after ${plainSteps} steps, ${shortNumber(start[plainSteps - 1] / start[0])} of the residual of the first step`,
    header: ['method', 'm', ...powers[0].steps.map((_, k) => `solve ${k + 1}`), '‖x − x*‖/‖x*‖'],
    rows: powers.map(({ method, sketchSize, steps, error }) => [
      ...[method, sketchSize],
      ...steps,
      error.toExponential(1),
    ]),
  };
}

function powerFigures({ method, steps, error }: PowerSteps): Figure[] {
  const each = steps.map((count, k) => ({
    name: `powers, ${method}: solve ${k + 1}`,
    value: count,
    unit: '',
  }));
  return [...each, { name: `powers, ${method}: error`, value: error, unit: '' }];
}

/** Where the solver has stopped its line goes on at what it reached. */
function solverLines(runs: readonly Run[]): Series[] {
  return ITERATIVE.map((method, k) => {
    const drawn = runs[k].history.slice(0, DRAWN).filter((error) => error > 0);
    const points = drawn.map((error, i) => [i + 1, error] as const);
    return { name: wordsOf(method), role: 'ours', points: [...points, [DRAWN, drawn[drawn.length - 1]]] };
  });
}

function plainLines(histories: readonly (readonly number[])[]): Series[] {
  return ITERATIVE.map((method, k) => {
    const points = histories[k].slice(0, DRAWN).map((error, i) => [i + 1, error] as const);
    return {
      name: `${wordsOf(method)}, no R`,
      points: points.filter((_, i) => (i + 1) % EVERY === 0 || i === 0),
    };
  });
}

function wordsOf(method: Iterative): string {
  return method === 'conjugate-gradient' ? 'conjugate gradients' : method.replace('-', ' ');
}
