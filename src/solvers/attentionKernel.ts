/**
 * Attention kernel regression: the doors.
 */
import { checkNumber } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix, toVector, type VectorLike } from '../core/matrix';
import { abortedError } from '../iterative/stopping';
import {
  type AttentionKernelOptions,
  type AttentionSettings,
  checkCausal,
  checkRidge,
  resolveAttentionOptions,
} from './attentionOptions';
import { kernelProduct, toRows } from './attentionProduct';
import type { AttentionKernelResult } from './attentionResult';
import { AttentionSolver } from './attentionSolver';

/** An attention kernel made ready for right-hand sides, ridges and predictions. */
export interface PreparedAttentionKernel {
  /** n, the number of rows of A. */
  readonly size: number;
  readonly ridge: number;
  /** x for one right-hand side of length n. */
  solve(b: VectorLike): AttentionKernelResult;
  /** x for every column of an n × m matrix of right-hand sides; their number counts in the choice of method. */
  solve(B: MatrixLike): AttentionKernelResult[];
  /** K·x·exp(logScale) for the kernel as it was prepared, softmax and causality included, the ridge not. */
  apply(x: VectorLike, logScale?: number): Float64Array;
  /** exp(newRows·Aᵀ/τ)·x·exp(logScale), rows divided by their sums under softmax. newRows m × d. */
  predict(newRows: MatrixLike, x: VectorLike, logScale?: number): Float64Array;
  /**
   * The same kernel with another ridge. Preconditioner columns are shared, and with a relative ridge the factor of one
   * ridge preconditions the next where that is cheaper than a new one, and solutions for the same b start the next:
   * results may differ within `tolerance` by what was solved before.
   */
  withRidge(ridge: number): PreparedAttentionKernel;
}

/**
 * Minimises ‖Kx − b‖₂, K = exp(AAᵀ/τ) entry by entry, with ridge, softmax or causality as asked. K is never formed:
 * it is the Gaussian kernel of the centred rows between two diagonal matrices, and the answer is
 * x·exp(stats.logScale). Song, Yin & Zhang, arXiv 2308.14304, pose the problem; their route is method 'sketch',
 * which solves a proxy. The default is exact: Cholesky for n ≤ 1200, else conjugate gradients preconditioned by
 * accelerated randomly pivoted Cholesky (Epperly, Tropp & Webber, arXiv 2410.03969) with outer refinement.
 *
 * Rounding: `relativeResidual` is that of the exact operator in the metric of b, and never above 1; with
 * `conditionEstimate` κ the relative error of the rescaled solution is up to about κ·u. The residual itself is known to
 * max|aᵢ|²/τ·u at best: entries of K cannot be known better from A. Where x or the rescaled problem leaves the range of
 * doubles, the residual is taken by the definition from the x returned.
 *
 * @param A - n × d; a `CsrMatrix` is made dense, and so are its inner products. Not modified. Or an array of such matrices,
 *   one a head, with an array of b.
 * @param b - length n. Not modified.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: n³/3 and n² numbers of memory for 'direct'; O(n²d) a step and O(nk) memory for 'pcg' with rank k, O(n²) a
 * step where n² numbers fit into half of `memoryBudget`. Softmax whose rows have norms |a|²/2τ more than 350 apart:
 * 2n³/3 and 3n² numbers, and methods 'pcg' and 'sketch' are refused. Causal: O(n²d), nothing of size n².
 */
export function solveAttentionKernel(
  A: MatrixLike,
  b: VectorLike,
  options?: AttentionKernelOptions,
): AttentionKernelResult;
export function solveAttentionKernel(
  heads: readonly Exclude<MatrixLike, readonly ArrayLike<number>[]>[],
  b: readonly VectorLike[],
  options?: AttentionKernelOptions,
): AttentionKernelResult[];
export function solveAttentionKernel(
  A: MatrixLike | readonly Exclude<MatrixLike, readonly ArrayLike<number>[]>[],
  b: VectorLike | readonly VectorLike[],
  options: AttentionKernelOptions = {},
): AttentionKernelResult | AttentionKernelResult[] {
  const caller = 'solveAttentionKernel';
  if (!isHeads(A)) {
    const opened = open(caller, A, options);
    const right = toVector(caller, 'b', b as VectorLike, opened.A.rows, 'A.rows');
    return opened.solver().solve(right);
  }
  const sides = b as readonly VectorLike[];
  if (!Array.isArray(sides) || sides.length !== A.length) {
    throw new SketchSolveError(
      'SHAPE',
      `${caller}: b is for ${sides?.length} heads, expected ${A.length} (= heads of A)`,
    );
  }
  const opened = A.map((head) => open(caller, head, options));
  const rights = opened.map((head, k) => toVector(caller, `b[${k}]`, sides[k], head.A.rows, 'A.rows'));
  // one kernel is held at a time
  return opened.map((head, k) => head.solver().solve(rights[k]));
}

/**
 * Makes the kernel of A ready: one factor or preconditioner for any number of right-hand sides, ridges and
 * predictions. A must not be changed while the prepared object is in use.
 *
 * @param A - n × d. Not modified, not copied when already flat.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: O(n d), and O(n²d) where the kernel is kept; factors are made by the first `solve`.
 */
export function prepareAttentionKernel(
  A: MatrixLike,
  options: AttentionKernelOptions = {},
): PreparedAttentionKernel {
  return prepared(open('prepareAttentionKernel', A, options).solver());
}

function prepared(solver: AttentionSolver): PreparedAttentionKernel {
  const caller = 'prepareAttentionKernel';
  const { A, settings } = solver;
  const n = A.rows;
  const product = (rows: Matrix, x: VectorLike, logScale: number, causal: boolean) => {
    const weights = toVector(caller, 'x', x, n, 'A.rows');
    checkNumber(caller, 'logScale', logScale, -Number.MAX_VALUE, Number.MAX_VALUE);
    const softmax = settings.normalization === 'softmax';
    return kernelProduct(rows, A, weights, { temperature: settings.temperature, softmax, causal, logScale });
  };
  function solve(b: VectorLike): AttentionKernelResult;
  function solve(B: MatrixLike): AttentionKernelResult[];
  function solve(b: VectorLike | MatrixLike): AttentionKernelResult | AttentionKernelResult[] {
    if (!isMatrix(b)) return solver.solve(toVector(caller, 'b', b, n, 'A.rows'));
    const B = toMatrix(caller, 'B', b);
    if (B.rows !== n) {
      throw new SketchSolveError('SHAPE', `${caller}: B has ${B.rows} rows, expected ${n} (= A.rows)`, {
        got: B.rows,
        expected: n,
      });
    }
    const column = (j: number) => Float64Array.from({ length: n }, (_, i) => B.data[i * B.columns + j]);
    return Array.from({ length: B.columns }, (_, j) => solver.solve(column(j), B.columns));
  }
  return {
    size: n,
    ridge: solver.ridge,
    solve,
    apply: (x, logScale = 0) => product(A, x, logScale, settings.causal),
    predict: (newRows, x, logScale = 0) =>
      product(toRows(caller, 'newRows', newRows, A.columns), x, logScale, false),
    withRidge: (ridge) => {
      checkRidge(caller, ridge);
      checkCausal(caller, { ...settings, ridge });
      return prepared(solver.withRidge(ridge));
    },
  };
}

interface OpenKernel {
  readonly A: Matrix;
  /** Evaluates what is kept of the kernel: not before everything else of the call is checked. */
  solver(): AttentionSolver;
}

function open(caller: string, given: MatrixLike, options: AttentionKernelOptions): OpenKernel {
  const A = toMatrix(caller, 'A', given);
  const settings: AttentionSettings = resolveAttentionOptions(caller, options, A.rows);
  if (settings.signal?.aborted) throw abortedError(caller, 0);
  return { A, solver: () => new AttentionSolver(caller, A, settings, settings.ridge) };
}

/** An array of matrices, as against an array of rows. */
function isHeads(A: unknown): A is readonly Exclude<MatrixLike, readonly ArrayLike<number>[]>[] {
  return Array.isArray(A) && A.length > 0 && typeof A[0] === 'object' && A[0] !== null && 'columns' in A[0];
}

function isMatrix(b: VectorLike | MatrixLike): b is MatrixLike {
  if (Array.isArray(b)) return typeof b[0] === 'object';
  return typeof b === 'object' && b !== null && 'columns' in b;
}
