/** What `scaling` times: every problem and method against the sizes its cost is claimed in. */
import {
  type Matrix,
  type Method,
  solveAttentionKernel,
  solveLeastSquares,
  solveMatrixExponential,
  solveOddPower,
  solvePsdPower,
} from 'sketchsolve';
import { mlLeastSquares } from '../../examples/support/mlMatrix';
import { mixedColumns } from '../../examples/support/synthetic';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { woodbury } from '../../src/precondition/woodbury';
import { wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';
import { scaleAttention } from '../../src/solvers/scaledAttention';
import { sparseRegression } from './plantedRegression';
import { normalRows, normalVector } from './randomData';
import { solveByForming } from './squaring';
import { COLUMNS, type Entrant, FREE, LINEAR, QUADRATIC, type Sweep } from './sweep';

/** The paper's iteration; the library's iterative and factoring methods. */
const METHODS: readonly Method[] = ['gradient-descent', 'conjugate-gradient', 'cholesky-qr'];
export const FORMING = 'forming (AᵀA)ʲ, ml-matrix';
const ML_QR = 'ml-matrix QR';
/** What ml-matrix may take for one run, nd². */
const MOST_PEER_WORK = 2.5e7;
const MOST_COMPARED = 1e4;
export const KAPPA = 10;
const RANK = 200;
const RIDGE = 1e-2;
const SPARSE_COLUMNS = 50;
const PER_ROW = 5;

export interface SweepSizes {
  readonly d: number;
  readonly rows: readonly number[];
  /** n where another parameter varies. */
  readonly n: number;
  /** n where d varies: more than the 120d rows of the paper's sketch. */
  readonly tall: number;
  readonly columns: readonly number[];
  readonly kappas: readonly number[];
  readonly powers: readonly number[];
  readonly kernels: readonly number[];
  readonly sparseRows: readonly number[];
}

/** Steps of about √2: eight points and more, for a narrow interval. */
export const FULL_SIZES: SweepSizes = {
  d: 20,
  rows: [12_500, 17_500, 25_000, 35_000, 50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000],
  n: 20_000,
  tall: 50_000,
  columns: [10, 14, 20, 28, 40, 56, 80, 112],
  kappas: [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8],
  powers: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  kernels: [2000, 2500, 3000, 3500, 4000, 5000, 6000, 7000],
  sparseRows: [50_000, 70_000, 100_000, 140_000, 200_000, 280_000, 400_000, 560_000],
};
export const QUICK_SIZES: SweepSizes = {
  d: 10,
  rows: [5000, 10_000, 20_000],
  n: 5000,
  tall: 5000,
  columns: [8, 16, 32],
  kappas: [1e1, 1e4, 1e8],
  powers: [1, 4, 8],
  kernels: [1250, 1400, 1600],
  sparseRows: [5000, 10_000, 20_000],
};

export function sweeps(sizes: SweepSizes): Sweep[] {
  return [
    powersAgainstRows(sizes),
    powersAgainstPower(sizes),
    powersAgainstColumns(sizes),
    powersAgainstKappa(sizes),
    oddAgainstPower(sizes),
    leastSquaresAgainstRows(sizes),
    leastSquaresAgainstColumns(sizes),
    leastSquaresAgainstKappa(sizes),
    exponentialAgainstRows(sizes),
    kernelAgainstRows(sizes),
    sparseAgainstEntries(sizes),
  ];
}

function powersAgainstRows({ d, rows }: SweepSizes): Sweep {
  const j = 2;
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'n', given: `d = ${d}, j = ${j}, κ(A) = ${KAPPA}`, values: rows },
    claims: { ...all(METHODS, LINEAR), [FORMING]: null },
    prepare(n) {
      const A = mixedColumns(n, d, KAPPA, 3);
      const b = normalVector(d, 4);
      const ours = powerRuns(A, b, j);
      if (n * d ** 2 > MOST_PEER_WORK) return ours;
      return { ...ours, [FORMING]: { run: () => solveByForming(A, b, j) ?? b } };
    },
  };
}

/** Formed, (AᵀA)ʲ has lost all digits from j = 8 on: κ(A)^2j = 10¹⁶. */
function powersAgainstPower({ d, n, powers }: SweepSizes): Sweep {
  return {
    ...{
      problem: '(AᵀA)ʲx = b',
      parameter: 'j',
      given: `n = ${n}, d = ${d}, κ(A) = ${KAPPA}`,
      values: powers,
    },
    claims: { 'gradient-descent': LINEAR, 'conjugate-gradient': LINEAR, 'cholesky-qr': FREE },
    prepare: (j) => powerRuns(mixedColumns(n, d, KAPPA, 3), normalVector(d, 4), j),
  };
}

function powersAgainstColumns({ tall: n, columns }: SweepSizes): Sweep {
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'd', given: `n = ${n}, j = 1, κ(A) = ${KAPPA}`, values: columns },
    claims: all(METHODS, COLUMNS),
    prepare: (d) => powerRuns(mixedColumns(n, d, KAPPA, 3), normalVector(d, 4), 1),
  };
}

function powersAgainstKappa({ n, d, kappas }: SweepSizes): Sweep {
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'κ(A)', given: `n = ${n}, d = ${d}, j = 1`, values: kappas },
    claims: all(METHODS, FREE),
    prepare: (kappa) => powerRuns(mixedColumns(n, d, kappa, 3), normalVector(d, 4), 1),
  };
}

function oddAgainstPower({ n, d, powers }: SweepSizes): Sweep {
  const given = `n = ${n}, d = ${d}, κ(A) = ${KAPPA}`;
  return {
    ...{ problem: 'min ‖A(AᵀA)ʲx − b‖', parameter: 'j', given, values: powers },
    claims: { 'cholesky-qr': FREE },
    prepare(j) {
      const A = mixedColumns(n, d, KAPPA, 3);
      const b = normalVector(n, 4);
      return { 'cholesky-qr': { run: () => answerOf(solveOddPower(A, b, j, { method: 'cholesky-qr' })) } };
    },
  };
}

function leastSquaresAgainstRows({ d, rows }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'n', given: `d = ${d}, κ(A) = ${KAPPA}`, values: rows },
    claims: { ...all([...METHODS, 'direct'], LINEAR), [ML_QR]: null },
    prepare: (n) => leastSquaresRuns(mixedColumns(n, d, KAPPA, 3), [...METHODS, 'direct']),
  };
}

function leastSquaresAgainstColumns({ tall: n, columns }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'd', given: `n = ${n}, κ(A) = ${KAPPA}`, values: columns },
    claims: all([...METHODS, 'direct'], COLUMNS),
    prepare: (d) => leastSquaresRuns(mixedColumns(n, d, KAPPA, 3), [...METHODS, 'direct'], false),
  };
}

function leastSquaresAgainstKappa({ n, d, kappas }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'κ(A)', given: `n = ${n}, d = ${d}`, values: kappas },
    claims: all(METHODS, FREE),
    prepare: (kappa) => leastSquaresRuns(mixedColumns(n, d, kappa, 3), METHODS, false, kappa),
  };
}

function exponentialAgainstRows({ d, rows }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖exp(AᵀA)x − b‖', parameter: 'n', given: `d = ${d}, ‖A‖² about 10`, values: rows },
    claims: { lanczos: LINEAR, auto: LINEAR },
    prepare(n) {
      const A = normalRows(n, d, 3);
      const scale = Math.sqrt(10 / n);
      A.data.forEach((entry, p) => {
        A.data[p] = scale * entry;
      });
      const b = normalVector(d, 4);
      const run = (method: 'lanczos' | 'auto') => () => answerOf(solveMatrixExponential(A, b, { method }));
      return { lanczos: { run: run('lanczos') }, auto: { run: run('auto') } };
    },
  };
}

/** The whole solve with the kernel stored, and the parts of a low-rank preconditioner alone. */
function kernelAgainstRows({ kernels }: SweepSizes): Sweep {
  const solve = 'auto, kernel stored';
  const factor = `pivoted Cholesky, k = ${RANK}`;
  const apply = 'applying it';
  return {
    ...{ problem: 'exp(AAᵀ)x = b', parameter: 'n', given: `d = 64, τ = √d, ridge ${RIDGE}`, values: kernels },
    claims: { [solve]: QUADRATIC, [factor]: LINEAR, [apply]: LINEAR },
    prepare(n) {
      const A = normalRows(n, 64, 12);
      const b = normalVector(n, 17);
      const options = { ridge: RIDGE, temperature: 8, memoryBudget: 2 ** 30 };
      const { points } = scaleAttention('scaling', A, options.temperature);
      const pivots = () => {
        const found = new PivotedCholesky(points, (i, k) => wordAt(streamKey(1, 'scaling'), i, k));
        found.extendTo(RANK);
        return found;
      };
      const { F, ldf, trace } = pivots();
      const inverse = woodbury({ F, ldf, size: n, rank: RANK }, new Float64Array(n).fill(RIDGE), trace);
      const y = new Float64Array(n);
      const applied = () => {
        inverse.applyInto(y, b);
        return y;
      };
      const agreement = Number.POSITIVE_INFINITY;
      return {
        [solve]: { run: () => answerOf(solveAttentionKernel(A, b, options)) },
        [factor]: { run: () => pivots().residual, agreement },
        [apply]: { run: applied, agreement },
      };
    },
  };
}

function sparseAgainstEntries({ sparseRows }: SweepSizes): Sweep {
  const given = `csr, d = ${SPARSE_COLUMNS}, ${PER_ROW} entries a row, conjugate gradients`;
  return {
    problem: 'sparse A',
    parameter: 'entries',
    given,
    values: sparseRows.map((rows) => rows * PER_ROW),
    claims: { 'min ‖Ax − b‖': LINEAR, '(AᵀA)²x = b': LINEAR },
    prepare(entries) {
      const { A, b } = sparseRegression(entries / PER_ROW, SPARSE_COLUMNS, PER_ROW);
      const method = 'conjugate-gradient';
      const c = b.slice(0, SPARSE_COLUMNS);
      return {
        'min ‖Ax − b‖': { run: () => answerOf(solveLeastSquares(A, b, { method })) },
        '(AᵀA)²x = b': {
          run: () => answerOf(solvePsdPower(A, c, 2, { method })),
          agreement: Number.POSITIVE_INFINITY,
        },
      };
    },
  };
}

function powerRuns(A: Matrix, b: Float64Array, j: number): Record<string, Entrant> {
  return Object.fromEntries(
    METHODS.map((method) => [method, { run: () => answerOf(solvePsdPower(A, b, j, { method })) }]),
  );
}

/** κ²u decides what two backward stable answers have in common, since b is not near the range of A. */
function leastSquaresRuns(A: Matrix, methods: readonly Method[], peer = true, kappa = KAPPA) {
  const b = normalVector(A.rows, 4);
  const agreement = kappa <= MOST_COMPARED ? 1e-6 : Number.POSITIVE_INFINITY;
  const ours = methods.map((method): [string, Entrant] => [
    method,
    { agreement, run: () => answerOf(solveLeastSquares(A, b, { method })) },
  ]);
  if (!peer || A.rows * A.columns ** 2 > MOST_PEER_WORK) return Object.fromEntries(ours);
  const theirs = mlLeastSquares(A, false);
  return Object.fromEntries([...ours, [ML_QR, { run: () => theirs(b) }]]);
}

/** As far as doubles allow. */
const ENDS = ['converged', 'ill-conditioned', 'backward-stable'];

/** Throws where a solver stopped short: its time would be that of nothing. */
function answerOf({ x, status }: { readonly x: Float64Array; readonly status: string }): Float64Array {
  if (!ENDS.includes(status)) throw new Error(`scaling: ${status}`);
  return x;
}

function all<T>(names: readonly string[], claim: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, claim]));
}
