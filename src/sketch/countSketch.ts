/**
 * CountSketch: each column of S has one ±1, in a uniformly drawn row; S·A costs one pass over A.
 * E[SᵀS] = I without any factor. Two rows of A that collide are lost in each other, so an embedding of d
 * dimensions needs rows of the order d². Clarkson & Woodruff, STOC 2013.
 */

import { scatterDrawnRowsInto } from '../dense/scatter';
import { type Seed, streamKey } from '../random/seed';
import {
  checkSketchOptions,
  type RowSketch,
  rowSketch,
  type SketchOperator,
  type SketchOptions,
} from './operator';
import { scatterCsrChunks } from './scatterCsr';
import { signTargets } from './signTargets';

/**
 * @param options - `rows`, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: O(1) to draw; n·d additions to apply to an n × d matrix, one for each entry of a sparse one.
 */
export function countSketch(options: SketchOptions): SketchOperator {
  const { rows, columns, seed } = checkSketchOptions('countSketch', options);
  return drawCountSketch(rows, columns, seed);
}

/** Unchecked `countSketch`. */
export function drawCountSketch(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const key = streamKey(seed, `countsketch/${sketchRows}`);
  const fill = signTargets(key, sketchRows, 1);
  return rowSketch({
    kind: 'countsketch',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      scatterDrawnRowsInto(out, outOff, ldOut, sketchRows, A, aOff, lda, rows, columns, fill, firstRow, 1);
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      scatterCsrChunks(out, ldOut, A, firstRow, rowWeights, fill, 1);
    },
  });
}
