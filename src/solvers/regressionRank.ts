/**
 * Dependent columns of A leave the minimiser undetermined: found here once a factor of AᵀDA turned out singular,
 * which may also be the doing of D or of a bad sketch.
 */
import { SketchSolveError } from '../core/errors';
import { factorTall, isRankDeficiency, NULL_RESIDUAL } from '../precondition/tallFactor';
import type { Seed } from '../random/seed';
import { preconditionerRows } from './regressionFactor';
import type { RegressionMatrix } from './regressionMatrix';

/** Throws RANK_DEFICIENT when the columns of A are dependent to working precision. */
export function checkFullRank(caller: string, A: RegressionMatrix, seed: Seed): void {
  const plan = {
    kind: 'preconditioner',
    sketch: 'sparse-sign',
    sketchSize: preconditionerRows(A.columns),
    seed,
  } as const;
  const factor = factorTall(A.tall, plan, NULL_RESIDUAL);
  if (!isRankDeficiency(factor)) return;
  const { rank, nullBasis } = factor;
  throw new SketchSolveError(
    'RANK_DEFICIENT',
    `${caller}: A has rank ${rank} to working precision, expected ${A.columns} (= A.columns): x is not determined, leave out columns`,
    { rank, columns: A.columns, nullBasis },
  );
}
