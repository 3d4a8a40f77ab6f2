/**
 * What a sketch must make of sparse rows: the same as of the rows made dense. Exact on integers, which every sum
 * of a sketch with entries 0 and ±1 keeps; else to rounding.
 */
import type { CsrMatrix } from '../../src/core/csr';
import type { RowSketch } from '../../src/sketch/operator';
import { denseFrom, randomSparse, sparseRows } from './sparse';

export interface SparseLawSetting {
  readonly rows: number;
  readonly width: number;
  readonly density: number;
  /** Relative to the largest entry of S₀·A; 0 where sums are exact. */
  readonly tolerance: number;
}

const LD_EXTRA = 3;

/** The names of the laws that S breaks, none for a right sketch. S has `setting.rows` columns. */
export function brokenSparseLaws(S: RowSketch, setting: SparseLawSetting): string[] {
  const { rows, width, density, tolerance } = setting;
  const A = randomSparse({ rows, columns: width, density, seed: 31, integers: true });
  const weights = Float64Array.from({ length: rows }, (_, i) => ((i * 7) % 11) - 5);
  const expected = denseSum(S, A, null);
  const cuts = [0, Math.floor(rows / 3), Math.floor(rows / 3) + 1, rows].filter(
    (c, k, all) => c !== all[k - 1],
  );
  const laws: readonly (readonly [string, Float64Array, Float64Array])[] = [
    ['the same as of dense rows', sparseSum(S, A, [0, rows], null), expected],
    ['the sum over blocks of rows, last first', sparseSum(S, A, cuts, null), expected],
    ['row weights scale rows', sparseSum(S, A, [0, rows], weights), denseSum(S, A, weights)],
    ['added to what is there', sparseSum(S, A, [0, rows], null, 1000), expected.map((v) => v + 1000)],
  ];
  const size = Math.max(1, ...expected.map(Math.abs)) + 1000;
  return laws
    .filter(([, got, wanted]) => got.some((v, p) => !(Math.abs(v - wanted[p]) <= tolerance * size)))
    .map(([name]) => name);
}

function denseSum(S: RowSketch, A: CsrMatrix, weights: Float64Array | null): Float64Array {
  const { data, rows, columns } = denseFrom(A);
  const weighted = data.map((v, p) => v * (weights?.[Math.floor(p / columns)] ?? 1));
  const out = new Float64Array(S.rows * columns);
  S.accumulateInto(out, 0, columns, weighted, 0, columns, rows, columns, 0);
  return out;
}

/** Over the blocks between the cuts, from the last to the first, into a wider array whose rest must stay. */
function sparseSum(
  S: RowSketch,
  A: CsrMatrix,
  cuts: readonly number[],
  weights: Float64Array | null,
  start = 0,
): Float64Array {
  const ld = A.columns + LD_EXTRA;
  const out = new Float64Array(S.rows * ld).fill(start);
  for (let k = cuts.length - 2; k >= 0; k--) {
    const block = sparseRows(A, cuts[k], cuts[k + 1]);
    S.accumulateCsrInto(out, ld, block, cuts[k], weights?.slice(cuts[k], cuts[k + 1]) ?? null);
  }
  const inside = out.filter((_, p) => p % ld < A.columns);
  const untouched = out.every((v, p) => p % ld < A.columns || v === start);
  return untouched ? inside : inside.fill(Number.NaN);
}
