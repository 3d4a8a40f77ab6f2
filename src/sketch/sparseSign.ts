/**
 * Sparse sign sketch: each column of S has ζ = min(8, rows) entries ±1/√ζ, the k-th in a uniformly drawn row of
 * the k-th of ζ nearly equal strata of the rows, so that no row is drawn twice. Every column has norm 1 and
 * independent signs, hence E[SᵀS] = I exactly. Cohen, SODA 2016, sec. 4 (the block construction of
 * Kane & Nelson, JACM 61(1), 2014).
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

const ENTRIES_PER_COLUMN = 8;
const CHUNK_ROWS = 512;

/**
 * @param options - `rows`, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: O(1) to draw; 8·n·d additions to apply to an n × d matrix, eight for each entry of a sparse one.
 */
export function sparseSign(options: SketchOptions): SketchOperator {
  const { rows, columns, seed } = checkSketchOptions('sparseSign', options);
  return drawSparseSign(rows, columns, seed);
}

/** Unchecked `sparseSign`. */
export function drawSparseSign(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const perColumn = Math.min(ENTRIES_PER_COLUMN, sketchRows);
  const key = streamKey(seed, `sparse-sign/${sketchRows}`);
  const draws = Int32Array.from({ length: perColumn + 1 }, (_, k) => drawState(key, k));
  const strata = Int32Array.from({ length: perColumn + 1 }, (_, k) =>
    Math.floor((k * sketchRows) / perColumn),
  );

  function fillTargets(targets: Int32Array, at: number, firstRow: number, count: number): void {
    for (let i = 0, p = at * perColumn; i < count; i++) {
      const state = rowState(key, firstRow + i);
      const signs = mix(state ^ draws[perColumn]);
      for (let k = 0; k < perColumn; k++, p++) {
        const start = strata[k];
        const row = start + boundedInteger(mix(state ^ draws[k]), strata[k + 1] - start);
        targets[p] = (row << 1) | ((signs >>> k) & 1);
      }
    }
  }

  return rowSketch({
    kind: 'sparse-sign',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1 / Math.sqrt(perColumn),
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      const targets = new Int32Array(Math.min(rows, CHUNK_ROWS) * perColumn);
      for (let i = 0; i < rows; i += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, rows - i);
        fillTargets(targets, 0, firstRow + i, count);
        scatterRowsInto(out, outOff, ldOut, A, aOff + i * lda, lda, count, columns, targets, perColumn);
      }
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      scatterCsrChunks(out, ldOut, A, firstRow, rowWeights, fillTargets, perColumn);
    },
  });
}
