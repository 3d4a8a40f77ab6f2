/**
 * One factor of A, many right-hand sides and powers.
 */
import { checkInteger } from '../core/checks';
import { type Matrix, type MatrixLike, toVector, type VectorLike } from '../core/matrix';
import { ldexp } from '../dense/vector';
import { oddPower, psdPower } from './gramProblems';
import { openSystem } from './openSystem';
import type { Method, SolveOptions } from './options';
import { LARGEST_POWER } from './psdPower';
import type { SolveResult } from './result';

/** A factored tall matrix. */
export interface PreparedGram {
  /** Shape of A. */
  readonly rows: number;
  readonly columns: number;
  /** Numerical rank; below `columns` only with `minNorm`. */
  readonly rank: number;
  readonly method: Method;
  /**
   * rank × rank upper triangular. For 'direct' and 'cholesky-qr' rᵀr = AᵀA to rounding (with `minNorm` and
   * rank < d: the Gram matrix of A in an orthonormal basis of its row space); else a preconditioner.
   */
  readonly r: Matrix;
  /** Estimate of κ₂(A), columns as given. */
  readonly conditionEstimate: number;
  /** min ‖Ax − b‖, b of length n; see {@link solveLeastSquares}. */
  leastSquares(b: VectorLike): SolveResult;
  /** (AᵀA)ʲx = b, b of length d, j ≥ 1; see {@link solvePsdPower}. */
  psdPower(b: VectorLike, j: number): SolveResult;
  /** min ‖A(AᵀA)ʲx − b‖, b of length n, j ≥ 0; see {@link solveOddPower}. */
  oddPower(b: VectorLike, j: number): SolveResult;
}

/**
 * Factors A once for any number of right-hand sides and powers; 'auto' takes a factoring method, since the
 * factor is meant to be used again; conjugate gradients for a sparse A that takes more than 64 MB when dense. A must not be changed while the prepared object is in use.
 *
 * @param A - n × d, n ≥ d, dense or sparse, full column rank unless `minNorm`. Not modified, not copied when
 *   already flat or sparse.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, RANK_DEFICIENT
 *
 * Cost: O(n d²) once; then four passes over A for each least-squares problem and O(j d²) for each power.
 */
export function prepareGram(A: MatrixLike, options: SolveOptions = {}): PreparedGram {
  const open = openSystem('prepareGram', A, options);
  const { rows, columns } = open.A;
  const system = open.system(Number.POSITIVE_INFINITY, true);
  const vector = (b: VectorLike, length: number, meaning: string) =>
    toVector('prepareGram', 'b', b, length, meaning);
  return {
    rows,
    columns,
    rank: system.rank,
    method: system.method,
    r: {
      rows: system.rank,
      columns: system.rank,
      data: system.factored.R.slice(0, system.rank ** 2).map((entry) => ldexp(entry, system.exponent)),
    },
    conditionEstimate: system.factored.norms.condition,
    leastSquares: (b) => oddPower(system, vector(b, rows, 'A.rows'), 0),
    psdPower: (b, j) => {
      checkInteger('prepareGram', 'j', j, 1, LARGEST_POWER);
      return psdPower(system, vector(b, columns, 'A.columns'), j);
    },
    oddPower: (b, j) => {
      checkInteger('prepareGram', 'j', j, 0, LARGEST_POWER);
      return oddPower(system, vector(b, rows, 'A.rows'), j);
    },
  };
}
