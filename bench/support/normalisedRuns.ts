/** The normalised kernel: condition numbers of its forms, and steps and time of the ways to solve Tx = b, T = diag(K1)⁻¹K. */
import { type AttentionKernelOptions, type Matrix, solveAttentionKernel } from 'sketchsolve';
import { matvecInto } from '../../src/dense/matvec';
import { relativeDistance } from './agreement';
import { choiceOf, isSolved } from './attentionRun';
import { conjugateGradientLeastSquares } from './conjugateGradientLeastSquares';
import { ridgedKernel } from './denseKernel';
import { jacobi, type Preconditioner } from './formedPreconditioners';
import { type LearnedSolution, preconditionedConjugateGradient } from './learnedPreconditioner';
import { conditionNumber, kernelForms, rowSums, softmaxKernel } from './normalisedKernels';
import { normalRows, normalVector } from './randomData';
import type { Cell, Context, Figure, Table } from './section';
import { interleave, shortNumber } from './timing';

const D = 16;
const RIDGE = 1e-2;
const LIMITS = { tolerance: 1e-10, maxIterations: 1000 };
/** The residual by the definition differs from that of the solver by the rounding of the formed T. */
const ACCEPTED_RESIDUAL = 1e-9;
const RUNS = 5;
const SLOW_MS = 400;
const FORMS = { kernel: 'M', unitDiagonal: 'unit diagonal', softmax: 'S⁻¹M', symmetric: 'S^(−½)MS^(−½)' };

interface Tables {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
}

export async function normalisedKernels(context: Context): Promise<Tables> {
  const conditions = conditionTable(context);
  const runs: Tables[] = [];
  for (const radiusSq of context.quick ? [4] : [1, 4]) runs.push(await solveTable(radiusSq, context));
  const parts = [conditions, ...runs];
  return {
    tables: parts.flatMap(({ tables }) => tables),
    figures: parts.flatMap(({ figures }) => figures),
  };
}

/** Normal rows of mean squared length r². */
function rowsOf(n: number, radiusSq: number): Matrix {
  const A = normalRows(n, D, 43);
  return { ...A, data: A.data.map((entry) => entry * Math.sqrt(radiusSq / D)) };
}

function conditionTable({ quick, progress }: Context): Tables {
  progress('condition numbers');
  const n = quick ? 120 : 400;
  const points = [0.25, 1, 4].flatMap((radiusSq) => [0, RIDGE].map((ridge) => ({ radiusSq, ridge })));
  const found = points.map(({ radiusSq, ridge }) => {
    const forms = kernelForms(rowsOf(n, radiusSq), 1, ridge);
    return Object.entries(FORMS).map(([form, name]) => {
      return { name, value: conditionNumber(forms[form as keyof typeof FORMS]) };
    });
  });
  const title =
    'Condition numbers, by singular values: M = K + ridge·diag(K), S = diag(K1) without the ridge; "unit diagonal" is what the\n' +
    `library works with, S⁻¹M = T + ridge·diag(T) what normalization 'softmax' means; normal rows of mean squared length r², n = ${n}, d = ${D}`;
  const rows = points.map(({ radiusSq, ridge }, k): Cell[] => [
    `${radiusSq}`,
    `${ridge}`,
    ...found[k].map(({ value }) => value.toExponential(1)),
  ]);
  const figures = points.flatMap(({ radiusSq, ridge }, k) =>
    found[k].map(({ name, value }): Figure => {
      return { name: `condition, r² = ${radiusSq}, ridge ${ridge}, ${name}`, value, unit: '' };
    }),
  );
  return { tables: [{ title, header: ['r²', 'ridge', ...Object.values(FORMS)], rows }], figures };
}

interface Way {
  readonly name: string;
  readonly n: number;
  readonly solve: () => { readonly x: Float64Array; readonly how: string; readonly steps: number };
  /** Of the matrix by its definition. */
  readonly residual: (x: Float64Array) => number;
  /** Shown by what it leaves; the others must arrive. */
  readonly mayFail?: boolean;
}

async function solveTable(radiusSq: number, { quick, rounds, progress }: Context): Promise<Tables> {
  progress(`normalised, r² = ${radiusSq}`);
  const A = rowsOf(quick ? 300 : 2000, radiusSq);
  const ways = [...formedWays(rowsOf(quick ? 200 : 1000, radiusSq)), ...libraryWays(A)];
  const first = ways.map(({ name, solve, residual, mayFail = false }) => {
    const start = performance.now();
    const solution = solve();
    const ms = performance.now() - start;
    const left = residual(solution.x);
    if (!mayFail && !(left <= ACCEPTED_RESIDUAL))
      throw new Error(`normalised kernel: ${name}: residual ${left}, expected ${ACCEPTED_RESIDUAL}`);
    return { ...solution, left, ms };
  });
  const timings = await interleave(
    ways.map(({ name, solve }, k) => ({ name, run: solve, runs: quick || first[k].ms > SLOW_MS ? 1 : RUNS })),
    rounds,
  );
  const title =
    `Softmax, r² = ${radiusSq}, ridge ${RIDGE}: (T + ridge·diag(T))x = b, T = diag(K1)⁻¹K, which is (K + ridge·diag(K))x = (K1)⊙b; 'none':\n` +
    `(K + ridge·diag(K))x = b. Normal rows and b, d = ${D}, tolerance 1e-10; residual by the definition, relative to b; on the formed\n` +
    `kernel the time is without forming it; CGLS and CG: at most ${LIMITS.maxIterations} steps, to 1e-10 of the right-hand side they see`;
  const rows = ways.map(({ name, n }, k): Cell[] => {
    const { how, left } = first[k];
    return [name, `${n}`, how, shortNumber(timings[k].medianMs), left.toExponential(0)];
  });
  const figures = ways.flatMap(({ name }, k): Figure[] => [
    { name: `r² = ${radiusSq}, ${name}: steps`, value: first[k].steps, unit: '' },
    { name: `r² = ${radiusSq}, ${name}: time`, value: timings[k].medianMs, unit: 'ms' },
    { name: `r² = ${radiusSq}, ${name}: residual`, value: first[k].left, unit: '' },
  ]);
  return { tables: [{ title, header: ['way', 'n', 'how', 'ms', 'residual'], rows }], figures };
}

/** CGLS on T as it stands, and conjugate gradients on M, for b⊙(K1), behind diag(K1)⁻¹ and behind diag(M)⁻¹. */
function formedWays(A: Matrix): Way[] {
  const n = A.rows;
  const b = normalVector(n, 46);
  const T = softmaxKernel(A, 1, RIDGE);
  const M = ridgedKernel(A, 1, RIDGE);
  const sums = rowSums(ridgedKernel(A, 1, 0));
  const c = b.map((entry, i) => sums[i] * entry);
  const residual = (x: Float64Array) => relativeDistance(times(T, x), b);
  const bySums: Preconditioner = {
    applyInto: (y, r) => {
      for (let i = 0; i < n; i++) y[i] = r[i] / sums[i];
    },
  };
  const iteration = (
    name: string,
    run: () => Pick<LearnedSolution, 'x' | 'iterations' | 'converged'>,
  ): Way => {
    const solve = () => {
      const { x, iterations, converged } = run();
      const how = converged ? `${iterations} steps` : `stopped after ${iterations} steps`;
      return { x, how, steps: iterations };
    };
    return { name, n, solve, residual, mayFail: true };
  };
  return [
    iteration('CGLS on S⁻¹M', () => conjugateGradientLeastSquares(T, b, LIMITS)),
    iteration('CG on M', () => preconditionedConjugateGradient(M, c, identity, LIMITS)),
    iteration('CG on S^(−½)MS^(−½)', () => preconditionedConjugateGradient(M, c, bySums, LIMITS)),
    iteration('CG, unit diagonal', () => preconditionedConjugateGradient(M, c, jacobi(null, M), LIMITS)),
  ];
}

function libraryWays(A: Matrix): Way[] {
  const n = A.rows;
  const b = normalVector(n, 46);
  const way = (name: string, form: () => Matrix, options: AttentionKernelOptions): Way => {
    const solve = () => {
      const result = solveAttentionKernel(A, b, { ridge: RIDGE, ...LIMITS, ...options });
      if (!isSolved(result)) throw new Error(`normalised kernel: ${name}: ${result.status}`);
      return { x: result.x, how: choiceOf(result), steps: result.stats.iterations };
    };
    return { name, n, solve, residual: (x) => relativeDistance(times(form(), x), b) };
  };
  const softmax = { normalization: 'softmax' } as const;
  const kernel = () => ridgedKernel(A, 1, RIDGE);
  const averages = () => softmaxKernel(A, 1, RIDGE);
  return [
    way("library, 'none'", kernel, {}),
    way("library, 'softmax'", averages, softmax),
    way("library, 'none', pcg", kernel, { method: 'pcg' }),
    way("library, 'softmax', pcg", averages, { ...softmax, method: 'pcg' }),
    way("library, 'softmax', causal", () => softmaxKernel(A, 1, RIDGE, true), { ...softmax, causal: true }),
  ];
}

const identity: Preconditioner = { applyInto: (y, r) => void y.set(r) };

function times({ rows: n, data }: Matrix, x: Float64Array): Float64Array {
  const y = new Float64Array(n);
  matvecInto(y, data, n, n, x);
  return y;
}
