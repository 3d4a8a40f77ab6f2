/**
 * Features of the attention kernel: Z with ZZᵀ ≈ exp(AAᵀ), entry by entry. Song, Yin & Zhang, arXiv 2308.14304.
 */
import { checkInteger, checkKeys, checkNumber } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix } from '../core/matrix';
import type { Seed } from '../random/seed';
import { gaussianFeatures } from './gaussianFeatures';
import { checkSeed } from './operator';

export interface ExponentialFeatureOptions {
  /**
   * The most columns that Z may have: at least d plus the number of the last degree of the series that counts
   * (1 if all rows are equal). From C(d + q, d) on, q that degree, Z is exact but for the truncation.
   */
  readonly columns: number;
  /** Finite number or string; 5 and '5' are the same seed. Default 0. */
  readonly seed?: Seed;
  /**
   * ε: the series ends at the degree q with P(Poisson(r²) > q) ≤ ε, r the largest distance of a row to the mean of
   * all rows. Entry (i, j) loses at most ε·e^((|a_i|² + |a_j|²)/2). From 1e-15 to 0.5, default 1e-10.
   */
  readonly truncation?: number;
}

const MAX_COLUMNS = 2 ** 24;

/**
 * Z with E[ZZᵀ] = exp(AAᵀ) up to truncation: Taylor series about the mean of the rows, one column for degree 0, the
 * centred rows for degree 1, from degree 2 on TensorSRHT sketches, or all monomials of a degree where they fit into
 * its part of the columns.
 *
 * Error: with only exact degrees, ε above. Otherwise a sketched degree l of m_l columns adds
 * e^(|a_i|²/2)·e^(|a_j|²/2)·O(w_l/√m_l), w_l = e^(−s)sˡ/l! the part that degree l has of a row at squared distance s
 * from the mean. That is small against the diagonal, not against small entries or small eigenvalues: ZZᵀ is a proxy
 * of the kernel, and far from the origin (r² above about 20, where the kernel is nearly diagonal) a poor one.
 *
 * Rounding: relative error of a row about max|a_i|²·u, on top of q·log₂(D)·u.
 *
 * @param A - n × d. Not modified. For scaled attention pass A/d^¼.
 * @returns n × D', D' ≤ columns; columns of low degree first.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT (also for r² above about 400, where the series
 *   has more than 512 terms); OUT_OF_RANGE for |a_i|² above 1418, where exp(|a_i|²/2) leaves the doubles
 * Cost: two transforms of up to 2D numbers per row and sketched degree; exact degrees one product an entry.
 */
export function exponentialFeatures(A: MatrixLike, options: ExponentialFeatureOptions): Matrix {
  checkKeys('exponentialFeatures', options, ['columns', 'seed', 'truncation']);
  const { columns, seed = 0, truncation = 1e-10 } = options;
  checkInteger('exponentialFeatures', 'columns', columns, 1, MAX_COLUMNS);
  checkSeed('exponentialFeatures', seed);
  checkNumber('exponentialFeatures', 'truncation', truncation, 1e-15, 0.5);
  const given = toMatrix('exponentialFeatures', 'A', A);
  const { Z, logScale } = gaussianFeatures('exponentialFeatures', given, { columns, seed, truncation });
  for (let i = 0; i < Z.rows; i++) {
    const scale = Math.exp(logScale[i]);
    if (scale === Number.POSITIVE_INFINITY) throw outOfRange(i, logScale[i]);
    for (let p = i * Z.columns, end = p + Z.columns; p < end; p++) Z.data[p] *= scale;
  }
  return Z;
}

function outOfRange(row: number, logScale: number): SketchSolveError {
  return new SketchSolveError(
    'OUT_OF_RANGE',
    `exponentialFeatures: row ${row} of A has squared norm ${2 * logScale}, expected at most 1418 (the features ` +
      'grow like its half exponentiated): divide A by the square root of a temperature',
    { row, log2Scale: logScale / Math.LN2 },
  );
}
