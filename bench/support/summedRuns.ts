/** Conjugate gradients on the sum of the kernels of several heads, checked against its Cholesky factor and timed. */
import { type Matrix, SketchSolveError } from 'sketchsolve';
import { choleskyInPlace } from '../../src/dense/cholesky';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { extremeSingularValues } from '../../src/precondition/conditionEstimate';
import { agree } from './agreement';
import { jacobi } from './formedPreconditioners';
import { summedKernel } from './heads';
import {
  type IterationLimits,
  type LearnedSolution,
  preconditionedConjugateGradient,
} from './learnedPreconditioner';
import { normalVector } from './randomData';
import type { Context } from './section';
import {
  pivotedCholeskyOfSum,
  type SummedBuilder,
  type SummedProblem,
  tensorSrhtOfHeads,
} from './summedPreconditioners';
import { interleave } from './timing';

/** 48 for each of 16 heads: fewer are refused, as the series has so many degrees. */
const FEATURES = 768;
/** Columns of all heads. More cost many times the factor of M, and are not tried. */
export const MOST_FEATURES = 3072;
const RANK = 200;
const RUNS = 5;
const SLOW_MS = 500;
/** The recurrence may believe more than rounding allows. */
const ACCEPTED_RESIDUAL = 1e-8;

export interface SummedOutcome {
  readonly name: string;
  /** Of an iteration that arrived. */
  readonly steps: number | undefined;
  /** Undefined where there is no solution. */
  readonly ms: number | undefined;
}

interface DenseSolution {
  readonly x: Float64Array;
  /** RᵀR = M. */
  readonly R: Float64Array;
}

/** Time of forming M, of its Cholesky solution, and steps and time of each preconditioner. */
export async function summedContenders(
  problem: SummedProblem,
  limits: IterationLimits,
  { rounds, quick }: Pick<Context, 'rounds' | 'quick'>,
): Promise<SummedOutcome[]> {
  const { heads, temperature, ridge } = problem;
  const M = summedKernel(heads, temperature, ridge);
  const n = M.rows;
  const b = normalVector(n, 45);
  const exact = choleskySolution(M, b);
  const iterations = builders(heads.length, n).map(({ name, build }) => {
    const run = () => preconditionedConjugateGradient(M, b, build(problem, M), limits);
    const start = performance.now();
    const solution = orRefused(run);
    const slow = performance.now() - start > SLOW_MS;
    const solved = solution?.converged === true && solution.relativeResidual <= ACCEPTED_RESIDUAL;
    if (solved) agree(`heads summed: ${name}`, solution.x, exact.x, distanceLimit(exact, solution));
    return { name, run, slow, steps: solved ? solution.iterations : undefined };
  });
  const timings = await interleave(
    [
      { name: 'forming M', run: () => summedKernel(heads, temperature, ridge), runs: quick ? 1 : RUNS },
      { name: 'Cholesky', run: () => choleskySolution(M, b), runs: quick ? 1 : RUNS },
      ...iterations
        .filter(({ steps }) => steps !== undefined)
        .map(({ name, run, slow }) => ({ name, run, runs: quick || slow ? 1 : RUNS })),
    ],
    rounds,
  );
  const time = (name: string) => timings.find((timing) => timing.name === name)?.medianMs;
  const all = [...['forming M', 'Cholesky'].map((name) => ({ name, steps: undefined })), ...iterations];
  return all.map(({ name, steps }) => ({ name, steps, ms: time(name) }));
}

function builders(heads: number, n: number): { readonly name: string; readonly build: SummedBuilder }[] {
  const tried = heads * Math.min(FEATURES, n) <= MOST_FEATURES;
  const refused: SummedBuilder = () => {
    const columns = heads * Math.min(FEATURES, n);
    const message = `heads summed: ${columns} columns, expected at most ${MOST_FEATURES}`;
    throw new SketchSolveError('INVALID_ARGUMENT', message);
  };
  return [
    { name: 'Jacobi', build: jacobi },
    { name: `TensorSRHT ${FEATURES}/H`, build: tensorSrhtOfHeads(Math.floor(FEATURES / heads)) },
    { name: `TensorSRHT ${FEATURES} a head`, build: tried ? tensorSrhtOfHeads(FEATURES) : refused },
    { name: `pivoted Cholesky ${RANK}`, build: pivotedCholeskyOfSum(Math.min(RANK, n >> 2)) },
  ];
}

/** Undefined where there are fewer columns than the series has degrees, or more than are tried. */
function orRefused(run: () => LearnedSolution): LearnedSolution | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof SketchSolveError && error.code === 'INVALID_ARGUMENT') return undefined;
    throw error;
  }
}

function choleskySolution(M: Matrix, b: Float64Array): DenseSolution {
  const n = M.rows;
  const [R, x] = [M.data.slice(), b.slice()];
  if (choleskyInPlace(R, n, n) >= 0) throw new Error('heads summed: M is not positive definite');
  solveUpperTransposedInPlace(x, 0, R, n, n);
  solveUpperInPlace(x, 0, R, n, n);
  return { x, R };
}

/** κ(M)·‖b − Mx‖/‖b‖ for the iteration and n·u for the factor, times 2: the estimate of κ is within that. */
function distanceLimit({ x, R }: DenseSolution, { relativeResidual }: LearnedSolution): number {
  const n = x.length;
  const { largest, smallest } = extremeSingularValues(R, n);
  return 2 * (largest / smallest) ** 2 * (relativeResidual + n * 2 ** -52);
}
