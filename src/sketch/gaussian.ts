/**
 * Gaussian sketch: independent N(0, 1/rows) entries. The reference that the others are measured against: its
 * distortion is known exactly and does not depend on A. Halko, Martinsson & Tropp, SIAM Review 53(2), 2011.
 * Math.log and Math.cos may differ in the last bit between engines, and the entries with them.
 */
import { gemmInto } from '../dense/gemm';
import { drawState, mix, rowState } from '../random/counter';
import { normalPairInto } from '../random/distributions';
import { type Seed, type StreamKey, streamKey } from '../random/seed';
import { csrRowOuterInto } from '../sparse/csrScatter';
import {
  checkSketchOptions,
  type RowSketch,
  rowSketch,
  type SketchOperator,
  type SketchOptions,
} from './operator';

/** Rows of A multiplied at a time. */
const CHUNK_ROWS = 128;

/**
 * @param options - `rows`, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: rows·n normal numbers and 2·rows·n·d operations to apply to an n × d matrix; of a sparse one only the
 * rows and entries that are there count.
 */
export function gaussianSketch(options: SketchOptions): SketchOperator {
  const { rows, columns, seed } = checkSketchOptions('gaussianSketch', options);
  return drawGaussian(rows, columns, seed);
}

/** Unchecked `gaussianSketch`. */
export function drawGaussian(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const key = streamKey(seed, `gaussian/${sketchRows}`);
  const draws = Int32Array.from({ length: sketchRows + 1 }, (_, t) => drawState(key, t));
  return rowSketch({
    kind: 'gaussian',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1 / Math.sqrt(sketchRows),
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      const ldS = sketchRows + (sketchRows & 1);
      const S = new Float64Array(Math.min(rows, CHUNK_ROWS) * ldS);
      for (let i = 0; i < rows; i += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, rows - i);
        for (let k = 0; k < count; k++) fillNormals(S, k * ldS, sketchRows, key, firstRow + i + k, draws);
        const from = aOff + i * lda;
        gemmInto(out, outOff, ldOut, S, 0, ldS, true, A, from, lda, false, sketchRows, columns, count, 1, 1);
      }
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      const s = new Float64Array(sketchRows + (sketchRows & 1));
      for (let i = 0; i < A.rows; i++) {
        if (A.rowPointers[i] === A.rowPointers[i + 1]) continue;
        fillNormals(s, 0, sketchRows, key, firstRow + i, draws);
        csrRowOuterInto(out, ldOut, s, sketchRows, A, i, rowWeights === null ? 1 : rowWeights[i]);
      }
    },
  });
}

/** S[at … at+count) ← column `row` of the sketch; one number more is written if count is odd. */
function fillNormals(
  S: Float64Array,
  at: number,
  count: number,
  key: StreamKey,
  row: number,
  draws: Int32Array,
): void {
  const state = rowState(key, row);
  for (let t = 0; t < count; t += 2) {
    normalPairInto(S, at + t, mix(state ^ draws[t]), mix(state ^ draws[t + 1]));
  }
}
