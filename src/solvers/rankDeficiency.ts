/** The error for a matrix whose columns are linearly dependent, naming the columns that are zero. */
import { isCsr, type TallMatrix } from '../core/csr';
import { SketchSolveError } from '../core/errors';
import type { RankDeficiency } from '../precondition/tallFactor';

const MOST_NAMED = 5;

export function rankError(caller: string, A: TallMatrix, deficiency: RankDeficiency): SketchSolveError {
  const { rank, nullBasis } = deficiency;
  const zero = zeroColumns(A);
  return new SketchSolveError(
    'RANK_DEFICIENT',
    `${caller}: A has rank ${rank} to working precision, expected ${A.columns} (= A.columns)${inWords(zero)}; minNorm: true gives the solution of minimum norm`,
    { rank, columns: A.columns, nullBasis, zeroColumns: zero },
  );
}

/** The columns without an entry other than zero. */
export function zeroColumns(A: TallMatrix): number[] {
  const seen = new Uint8Array(A.columns);
  if (isCsr(A)) {
    for (let p = 0; p < A.values.length; p++) if (A.values[p] !== 0) seen[A.columnIndices[p]] = 1;
  } else {
    for (let p = 0; p < A.data.length; p++) if (A.data[p] !== 0) seen[p % A.columns] = 1;
  }
  return Array.from(seen.keys()).filter((j) => seen[j] === 0);
}

function inWords(columns: readonly number[]): string {
  if (columns.length === 0) return '';
  if (columns.length === 1) return `; column ${columns[0]} is zero`;
  const named = columns.slice(0, MOST_NAMED).join(', ');
  return `; columns ${named}${columns.length > MOST_NAMED ? ', …' : ''} are zero`;
}
