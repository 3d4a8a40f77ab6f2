/** What `scaling` times of the matrix exponential and of the attention kernel. */
import { type Matrix, solveAttentionKernel, solveMatrixExponential } from 'sketchsolve';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { woodbury } from '../../src/precondition/woodbury';
import { wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';
import { scaleAttention } from '../../src/solvers/scaledAttention';
import { normalRows, normalVector } from './randomData';
import { answerOf, COLUMNS, type Entrant, LINEAR, QUADRATIC, type Sweep } from './sweep';
import type { SweepSizes } from './sweepSizes';

const RANK = 200;
const RIDGE = 1e-2;

export function kernelSweeps(sizes: SweepSizes): Sweep[] {
  return [
    exponentialAgainstRows(sizes),
    exponentialAgainstColumns(sizes),
    kernelAgainstRows(sizes),
    kernelAgainstColumns(sizes),
  ];
}

function exponentialAgainstRows({ d, rows }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖exp(AᵀA)x − b‖', parameter: 'n', given: `d = ${d}, ‖A‖² about 10`, values: rows },
    claims: { lanczos: LINEAR, auto: LINEAR },
    prepare: (n) => exponentialRuns(n, d),
  };
}

function exponentialAgainstColumns({ tall: n, columns }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖exp(AᵀA)x − b‖', parameter: 'd', given: `n = ${n}, ‖A‖² about 10`, values: columns },
    claims: { lanczos: COLUMNS, auto: COLUMNS },
    prepare: (d) => exponentialRuns(n, d),
  };
}

function exponentialRuns(n: number, d: number): Record<string, Entrant> {
  const A = normalRows(n, d, 3);
  const scale = Math.sqrt(10 / n);
  A.data.forEach((entry, p) => {
    A.data[p] = scale * entry;
  });
  const b = normalVector(d, 4);
  const run = (method: 'lanczos' | 'auto') => () => answerOf(solveMatrixExponential(A, b, { method }));
  return { lanczos: { run: run('lanczos') }, auto: { run: run('auto') } };
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

/** The same kernel at every d: n²d to evaluate it, n² a step, and no more steps. */
function kernelAgainstColumns({ kernels: [n], widths }: SweepSizes): Sweep {
  const [inner] = widths;
  const rows = normalRows(n, inner, 12);
  const b = normalVector(n, 17);
  const options = { ridge: RIDGE, temperature: Math.sqrt(inner), memoryBudget: 2 ** 30 };
  const given = `n = ${n}, all but ${inner} columns 0, ridge ${RIDGE}`;
  return {
    ...{ problem: 'exp(AAᵀ)x = b', parameter: 'd', given, values: widths },
    claims: { 'auto, kernel stored': LINEAR },
    prepare(d) {
      const A = widened(rows, d);
      return { 'auto, kernel stored': { run: () => answerOf(solveAttentionKernel(A, b, options)) } };
    },
  };
}

/** Zeros for the columns from the last one to d. */
function widened({ rows, columns, data }: Matrix, d: number): Matrix {
  const out = new Float64Array(rows * d);
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * columns, (i + 1) * columns), i * d);
  return { rows, columns: d, data: out };
}
