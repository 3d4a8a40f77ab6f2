/**
 * The laws of a sketch. `brokenLaws` runs them all on a family of sketches and names those that fail: none for
 * a real sketch, the right one for each of the broken sketches in `broken.ts`.
 *
 * Statistical laws compare a mean over seeds 0 … draws − 1 with its expectation in units of its standard
 * error. With at most `maxComparisons` normal comparisons in a law and two laws of this kind, |z| ≤ Z_LIMIT
 * fails by chance with probability ≤ 1e-6 for new seeds; the seeds are fixed, so it fails always or never.
 */
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { type Matrix, matrix } from '../../src/core/matrix';
import type { RowSketch } from '../../src/sketch/operator';
import { naiveMatmul, naiveTranspose } from './oracles';
import { testRandom } from './random';
import { u } from './tolerances';

/** A sketch for every size and seed. */
export type SketchFamily = (rows: number, columns: number, seed: number | string) => RowSketch;

export interface LawSetting {
  readonly rows: number;
  readonly columns: number;
  /** Seeds of the statistical laws. Default 2000. */
  readonly draws?: number;
  /** Whether S₀ has integer entries, so that sums over integer data are exact. Default true. */
  readonly exact?: boolean;
}

/** 2·(1 − Φ(6.3)) = 3.0e-10: 3000 comparisons share a false-failure probability of 9e-7. */
const Z_LIMIT = 6.3;
const maxComparisons = 1500;
/** Rows of A seen by the statistical laws: this many unit vectors spread over the columns of S. */
const maxProbes = 10;

/** Names of the laws that the family breaks. */
export function brokenLaws(family: SketchFamily, setting: LawSetting): string[] {
  const laws: readonly (readonly [string, (family: SketchFamily, setting: LawSetting) => boolean])[] = [
    ['E[SᵀS] = I', secondMomentIsIdentity],
    ['every row of S has the same weight', rowWeightsAreEqual],
    ['S is linear', isLinear],
    ['apply(A) is S·A', appliesItsMatrix],
    ['zero rows add nothing', ignoresZeroRows],
    ['the same seed is the same S', isDeterministic],
    ['different seeds are different S', dependsOnSeed],
    ['the sum over blocks is the whole', isSumOfBlocks],
    ['a seed survives JSON', survivesJson],
  ];
  return laws.filter(([, holds]) => !holds(family, setting)).map(([name]) => name);
}

/** Columns of S whose products are looked at: spread over all, first and last included. */
function probes({ columns }: LawSetting): number[] {
  const count = Math.min(columns, maxProbes);
  return Array.from({ length: count }, (_, k) => Math.round((k * (columns - 1)) / Math.max(1, count - 1)));
}

function unitVectors(n: number, at: readonly number[]): Matrix {
  const E = matrix(n, at.length);
  at.forEach((row, j) => {
    E.data[row * at.length + j] = 1;
  });
  return E;
}

/** Mean and standard error, entry by entry, of what `measure` gives for each seed. */
function meanOverSeeds(draws: number, measure: (seed: number) => Float64Array): [Float64Array, Float64Array] {
  const length = measure(0).length;
  const sum = new Float64Array(length);
  const sumSq = new Float64Array(length);
  for (let seed = 0; seed < draws; seed++) {
    measure(seed).forEach((value, p) => {
      sum[p] += value;
      sumSq[p] += value * value;
    });
  }
  const mean = sum.map((s) => s / draws);
  return [mean, sumSq.map((s, p) => Math.sqrt(Math.max(0, s / draws - mean[p] ** 2) / (draws - 1)))];
}

/** Largest |mean − expected| in standard errors; 1e-13 covers the rounding of quantities that do not vary. */
function largestZ(
  [mean, error]: readonly [Float64Array, Float64Array],
  expected: (p: number) => number,
): number {
  if (mean.length > maxComparisons) throw new RangeError(`${mean.length} comparisons for Z_LIMIT`);
  return mean.reduce(
    (largest, m, p) => Math.max(largest, Math.abs(m - expected(p)) / Math.max(error[p], 1e-13)),
    0,
  );
}

function secondMomentIsIdentity(family: SketchFamily, setting: LawSetting): boolean {
  const { rows, columns, draws = 2000 } = setting;
  const at = probes(setting);
  const E = unitVectors(columns, at);
  const gram = meanOverSeeds(draws, (seed) => gramOf(family(rows, columns, seed).apply(E)).data);
  return largestZ(gram, (p) => (p % (at.length + 1) === 0 ? 1 : 0)) <= Z_LIMIT;
}

/** E[S_ti²] = 1/m: no row of S·A is favoured, which E[SᵀS] = I alone would allow. */
function rowWeightsAreEqual(family: SketchFamily, setting: LawSetting): boolean {
  const { rows, columns, draws = 2000 } = setting;
  const at = probes(setting);
  const E = unitVectors(columns, at);
  const weights = meanOverSeeds(draws, (seed) => {
    const SE = family(rows, columns, seed).apply(E).data;
    return Float64Array.from({ length: rows }, (_, t) =>
      SE.subarray(t * at.length, (t + 1) * at.length).reduce((sum, s) => sum + s * s, 0),
    );
  });
  return largestZ(weights, () => at.length / rows) <= Z_LIMIT;
}

/** Weights that do not sum to 1, which a constant would survive. For integer S₀ and data both sides are the same multiples of `scale`, so a few roundings are all. */
function isLinear(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  const S = family(rows, columns, 1);
  const A = integerMatrix(columns, 3, 1);
  const B = integerMatrix(columns, 3, 2);
  const combined = matrix(
    columns,
    3,
    A.data.map((a, p) => 3 * a - B.data[p]),
  );
  const SA = S.apply(A).data;
  const SB = S.apply(B).data;
  const expected = SA.map((a, p) => 3 * a - SB[p]);
  return isClose(S.apply(combined).data, expected, roundingLimit(200, columns));
}

function appliesItsMatrix(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  const S = family(rows, columns, 2);
  const A = integerMatrix(columns, 2, 3);
  const explicit = naiveMatmul(S.apply(identity(columns)), A);
  return isClose(S.apply(A).data, explicit.data, roundingLimit(50, columns));
}

function ignoresZeroRows(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  const S = family(rows, columns, 3);
  const first = Math.floor(columns / 3);
  const end = Math.max(first + 1, Math.floor((2 * columns) / 3));
  const A = integerMatrix(columns, 2, 4);
  const block = A.data.slice(2 * first, 2 * end);
  A.data.fill(0, 0, 2 * first).fill(0, 2 * end);
  const out = new Float64Array(rows * 2);
  S.accumulateInto(out, 0, 2, block, 0, 2, end - first, 2, first);
  const fromBlock = out.map((sum) => S.scale * sum);
  const zero = S.apply(matrix(columns, 2)).data.every((v) => v === 0);
  return zero && isClose(S.apply(A).data, fromBlock, roundingLimit(50, columns));
}

function isDeterministic(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  const A = integerMatrix(columns, 3, 5);
  const S = family(rows, columns, 'again');
  const first = S.apply(A).data;
  return isEqual(S.apply(A).data, first) && isEqual(family(rows, columns, 'again').apply(A).data, first);
}

/** Below 20 columns there are so few sign patterns that different seeds may well draw the same. */
function dependsOnSeed(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  if (columns < 20) return true;
  const A = integerMatrix(columns, 3, 6);
  const of = (seed: number | string): Float64Array => family(rows, columns, seed).apply(A).data;
  const all = [0, 1, 2, '', 'a', -1, 0.5].map(of);
  return all.every((first, k) => all.slice(k + 1).every((other) => !isEqual(first, other)));
}

/** Exactly for integers, to rounding otherwise: blocks of uneven sizes, first to last and last to first. */
function isSumOfBlocks(family: SketchFamily, { rows, columns, exact = true }: LawSetting): boolean {
  const S = family(rows, columns, 4);
  const A = integerMatrix(columns, 5, 7);
  const whole = new Float64Array(rows * 5);
  S.accumulateInto(whole, 0, 5, A.data, 0, 5, columns, 5, 0);
  const cuts = [1 / 100, 1 / 9, 1 / 2, 3 / 4, 1].map((share) => Math.ceil(share * columns));
  const blocks = cuts.map((end, k) => [k === 0 ? 0 : cuts[k - 1], end]).filter(([a, b]) => a < b);
  return [blocks, [...blocks].reverse()].every((order) => {
    const sum = new Float64Array(rows * 5);
    for (const [first, end] of order) {
      S.accumulateInto(sum, 0, 5, A.data, 5 * first, 5, end - first, 5, first);
    }
    return exact ? isEqual(sum, whole) : isClose(sum, whole, roundingLimit(50, columns));
  });
}

function survivesJson(family: SketchFamily, { rows, columns }: LawSetting): boolean {
  const A = integerMatrix(columns, 2, 8);
  return [7, -0.1, 1e300, 'seed', 'ü "quoted"'].every((seed) => {
    const { seed: kept } = family(rows, columns, seed);
    const copy = JSON.parse(JSON.stringify({ seed: kept })).seed;
    return isEqual(family(rows, columns, copy).apply(A).data, family(rows, columns, seed).apply(A).data);
  });
}

/** n terms of size at most 7·size (7 bounds the entries of S₀), each rounded: twice n·u/2 of their sum. */
function roundingLimit(size: number, n: number): number {
  return 7 * size * n * (n + 4) * u;
}

function isClose(a: Float64Array, b: Float64Array, limit: number): boolean {
  return a.length === b.length && a.every((v, p) => Math.abs(v - b[p]) <= limit);
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((v, p) => v === b[p]);
}

/** Integers from −50 to 50: sums and differences of them are exact. */
export function integerMatrix(rows: number, columns: number, seed: number): Matrix {
  const random = testRandom(seed);
  return matrix(
    rows,
    columns,
    new Float64Array(rows * columns).map(() => random.integer(101) - 50),
  );
}

export function identity(n: number): Matrix {
  return identityRows(n, n, 1);
}

/** n × d with its ones in rows 0, step, 2·step, …: orthonormal columns on d rows only. */
export function identityRows(n: number, d: number, step: number): Matrix {
  return unitVectors(
    n,
    Array.from({ length: d }, (_, j) => step * j),
  );
}

/** BᵀB. */
export function gramOf(B: Matrix): Matrix {
  return naiveMatmul(naiveTranspose(B), B);
}

/** Largest |BᵀB − I|. */
export function gramDeviation(B: Matrix): number {
  const G = gramOf(B);
  return G.data.reduce(
    (largest, g, p) => Math.max(largest, Math.abs(g - (p % (G.columns + 1) === 0 ? 1 : 0))),
    0,
  );
}

/** κ₂(B) from the eigenvalues of BᵀB, Infinity above 1e6: accurate for the small values it is used on. */
export function conditionOf(B: Matrix): number {
  const { rows: d, data } = gramOf(B);
  const G = new MlMatrix(Array.from({ length: d }, (_, i) => Array.from(data.subarray(i * d, (i + 1) * d))));
  const values = new EigenvalueDecomposition(G, { assumeSymmetric: true }).realEigenvalues;
  const largest = Math.max(...values);
  const smallest = Math.min(...values);
  return smallest > 1e-12 * largest ? Math.sqrt(largest / smallest) : Number.POSITIVE_INFINITY;
}

/** κ(S·Q) for seeds 0 … draws − 1. */
export function distortions(family: SketchFamily, rows: number, Q: Matrix, draws: number): number[] {
  return Array.from({ length: draws }, (_, seed) => conditionOf(family(rows, Q.rows, seed).apply(Q)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** χ² of counts that are all expected to be `expected`, as a normal deviate (Wilson & Hilferty 1931). */
export function chiSquareZ(counts: Float64Array, expected: number): number {
  const freedom = counts.length - 1;
  const chiSquare = counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
  const spread = 2 / (9 * freedom);
  return ((chiSquare / freedom) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread);
}
