/** A sketch by the name of its kind. */
import type { Seed } from '../random/seed';
import { drawCountSketch } from './countSketch';
import { drawGaussian } from './gaussian';
import type { RowSketch, SketchKind } from './operator';
import { drawSparseSign } from './sparseSign';
import { drawSrht } from './srht';

/**
 * S of the given kind, rows × columns. Unchecked. An SRHT needs rows ≤ columns padded to a power of two. Where the
 * `width` of A is given, a sparse sign sketch with rows to spare has half the entries.
 */
export function createSketch(
  kind: SketchKind,
  rows: number,
  columns: number,
  seed: Seed,
  width?: number,
): RowSketch {
  switch (kind) {
    case 'sparse-sign':
      return drawSparseSign(rows, columns, seed, width);
    case 'srht':
      return drawSrht(rows, columns, seed);
    case 'countsketch':
      return drawCountSketch(rows, columns, seed);
    case 'gaussian':
      return drawGaussian(rows, columns, seed);
  }
}
