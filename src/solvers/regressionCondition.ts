/**
 * How far x can be trusted: κ(√|D|A) at the last point, D the curvatures, from a sketch of 4d rows, whose singular
 * values are those of √|D|A within a factor 3.
 */
import { householderInPlace, householderWorkLength } from '../dense/householder';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import type { Seed } from '../random/seed';
import { createSketch } from '../sketch/create';
import type { RegressionMatrix } from './regressionMatrix';

const ROWS_PER_COLUMN = 4;
const SPARE_ROWS = 20;

/** κ of diag(√|D|)·A; Infinity where no curvature is left in some direction. Cost: a pass over A and 8d³. */
export function weightedCondition(A: RegressionMatrix, curvature: Float64Array, seed: Seed): number {
  const d = A.columns;
  const rows = ROWS_PER_COLUMN * d + SPARE_ROWS;
  const largest = curvature.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return Number.POSITIVE_INFINITY;
  const root = curvature.map((entry) => Math.sqrt(Math.abs(entry) / largest));
  const B = A.sketched(createSketch('sparse-sign', rows, A.rows, `${seed}/condition`), root);
  householderInPlace(B, d, rows, d, new Float64Array(d), new Float64Array(householderWorkLength(rows, d)));
  const { largest: first, smallest: last } = extremeSingularValues(B.subarray(0, d * d), d);
  return last > 0 ? Math.max(1, first / last) : Number.POSITIVE_INFINITY;
}
