/**
 * Subsampled randomized Hadamard transform: S = √(1/rows) · (sampled rows of H) · (random signs) · (row
 * permutation), H the unnormalised Walsh–Hadamard matrix on the rows padded to a power of two.
 * Every column of S has norm 1 and independent signs, hence E[SᵀS] = I. Ailon & Chazelle, SIAM J. Comput. 39
 * (2009); Tropp, Adv. Adapt. Data Anal. 3 (2011). The permutation keeps identity-like rows of A apart: without
 * it they form a subgroup of the Hadamard index set and S·A is singular.
 */
import { SketchSolveError } from '../core/errors';
import { addSampledHadamardInto } from '../dense/sampledHadamard';
import type { Seed } from '../random/seed';
import {
  checkSketchOptions,
  type RowSketch,
  rowSketch,
  type SketchOperator,
  type SketchOptions,
} from './operator';
import { accumulateSrhtCsr } from './srhtCsr';
import { paddedRows, srhtDraw } from './srhtDraw';

/**
 * @param options - `rows` at most `columns` padded to a power of two, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: O(rows) to draw; n·d·log₂(block) additions and rows·d per block of 1024 rows to apply to an n × d matrix;
 * at most rows additions for each entry of a sparse one.
 */
export function srht(options: SketchOptions): SketchOperator {
  const { rows, columns, seed } = checkSketchOptions('srht', options);
  return drawSrht(rows, columns, seed);
}

/** `srht` with the one check that a solver's sketch size can fail: rows ≤ padded columns. */
export function drawSrht(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const most = paddedRows(sketchColumns);
  if (sketchRows > most) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `srht: rows is ${sketchRows}, expected an integer from 1 to ${most} (columns padded to a power of two)`,
      { argument: 'rows', got: sketchRows, max: most },
    );
  }
  const draw = srhtDraw(sketchRows, sketchColumns, seed);
  return rowSketch({
    kind: 'srht',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1 / Math.sqrt(sketchRows),
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      addSampledHadamardInto(out, outOff, ldOut, draw, A, aOff, lda, rows, columns, firstRow);
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      accumulateSrhtCsr(draw, out, ldOut, A, firstRow, rowWeights);
    },
  });
}
