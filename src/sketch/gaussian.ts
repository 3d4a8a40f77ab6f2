/**
 * Gaussian sketch: independent N(0, 1/rows) entries. The reference that the others are measured against: its
 * distortion is known exactly and does not depend on A. Halko, Martinsson & Tropp, SIAM Review 53(2), 2011.
 * Math.log and Math.cos may differ in the last bit between engines, and the entries with them.
 */
import { drawState, mix, rowState } from '../random/counter';
import { normalPairInto } from '../random/distributions';
import { type Seed, streamKey } from '../random/seed';
import { checkSketchOptions, type RowSketch, rowSketch, type SketchOptions } from './operator';

/**
 * @param options - `rows`, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: rows·n normal numbers and 2·rows·n·d operations to apply to an n × d matrix.
 */
export function gaussianSketch(options: SketchOptions): RowSketch {
  const { rows, columns, seed } = checkSketchOptions('gaussianSketch', options);
  return drawGaussian(rows, columns, seed);
}

/** Unchecked `gaussianSketch`. */
export function drawGaussian(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const key = streamKey(seed, `gaussian/${sketchRows}`);
  return rowSketch({
    kind: 'gaussian',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1 / Math.sqrt(sketchRows),
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      const entries = new Float64Array(sketchRows + 1);
      for (let i = 0; i < rows; i++) {
        const state = rowState(key, firstRow + i);
        for (let t = 0; t < sketchRows; t += 2) {
          normalPairInto(entries, t, mix(state ^ drawState(key, t)), mix(state ^ drawState(key, t + 1)));
        }
        for (let t = 0; t < sketchRows; t++) {
          const z = entries[t];
          for (let j = 0; j < columns; j++) out[outOff + t * ldOut + j] += z * A[aOff + i * lda + j];
        }
      }
    },
  });
}
