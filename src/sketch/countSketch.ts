/**
 * CountSketch: each column of S has one ±1, in a uniformly drawn row; S·A costs one pass over A.
 * E[SᵀS] = I without any factor. Two rows of A that collide are lost in each other, so an embedding of d
 * dimensions needs rows of the order d². Clarkson & Woodruff, STOC 2013.
 */

import { scatterRowsInto } from '../dense/scatter';
import { drawState, mix, rowState } from '../random/counter';
import { boundedInteger } from '../random/distributions';
import { type Seed, streamKey } from '../random/seed';
import {
  checkSketchOptions,
  type RowSketch,
  rowSketch,
  type SketchOperator,
  type SketchOptions,
} from './operator';
import { scatterCsrChunks } from './scatterCsr';

const CHUNK_ROWS = 512;

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
  const rowDraw = drawState(key, 0);
  const signDraw = drawState(key, 1);

  function fillTargets(targets: Int32Array, at: number, firstRow: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const state = rowState(key, firstRow + i);
      const row = boundedInteger(mix(state ^ rowDraw), sketchRows);
      targets[at + i] = (row << 1) | (mix(state ^ signDraw) & 1);
    }
  }

  return rowSketch({
    kind: 'countsketch',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      const targets = new Int32Array(Math.min(rows, CHUNK_ROWS));
      for (let start = 0; start < rows; start += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, rows - start);
        fillTargets(targets, 0, firstRow + start, count);
        scatterRowsInto(out, outOff, ldOut, A, aOff + start * lda, lda, count, columns, targets, 1);
      }
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      scatterCsrChunks(out, ldOut, A, firstRow, rowWeights, fillTargets, 1);
    },
  });
}
