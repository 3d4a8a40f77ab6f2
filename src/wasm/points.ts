/** Sets of points for the kernels of pairs of them: packed in strips, or staged row by row. */
import { copyIn } from './copy';
import type { Engine } from './engine';

/** Rows first … first + count − 1 of `data`, d numbers each. */
export interface PointRange {
  readonly data: Float64Array;
  readonly first: number;
  readonly count: number;
}

/** The next multiple of 8. */
export function eights(count: number): number {
  return 8 * Math.ceil(count / 8);
}

/** Points i … i + count − 1 of a range, as they are, to `address`. */
export function stagePoints(
  engine: Engine,
  address: number,
  { data, first }: PointRange,
  i: number,
  count: number,
  d: number,
): void {
  copyIn(engine, address, data, (first + i) * d, (first + i + count) * d);
}

/**
 * Packs points from … from + count − 1 of a range to `address`, eights(count)·d numbers, by way of `staged`, which has
 * room for `step` points, a multiple of 8.
 */
export function packStrip(
  engine: Engine,
  address: number,
  points: PointRange,
  from: number,
  count: number,
  d: number,
  staged: number,
  step: number,
): void {
  for (let k = 0; k < count; k += step) {
    const some = Math.min(step, count - k);
    stagePoints(engine, staged, points, from + k, some, d);
    engine.kernels.packPoints(address, eights(count), k, staged, some, d);
  }
}
