/**
 * The laws of a tensor sketch. `brokenTensorLaws` runs them on a family of sketches and names those that fail:
 * none for a real one, the right one for each of the broken ones in `tensorLaws.test.ts`.
 *
 * A statistical law compares with its limit on two sets of `DRAWS` seeds and fails when both sets exceed it: at
 * |z| ≤ 4 (normal: 6.3e-5 a set) with at most 6 comparisons that is a false-failure probability of 2.4e-8 for new
 * seeds. The seeds are fixed, so a law fails always or never.
 */
import type { Matrix } from '../../src/core/matrix';
import { randomMatrix, randomUnitVector } from './random';

/** What the laws need of a sketch. */
export interface TensorSketchLike {
  apply(A: Matrix): Matrix;
}

export type TensorFamily = (
  rows: number,
  columns: number,
  degree: number,
  seed: number | string,
) => TensorSketchLike;

export interface TensorLawSetting {
  /** Degrees of the statistical laws. Default 1, 2, 3, 4. */
  readonly degrees?: readonly number[];
  /** m·variance of ⟨Sx^⊗p, Sx^⊗p⟩ for any unit x, an upper bound. Default that of TensorSRHT, m((1 + 8/m)^(p−1) − 1). */
  readonly varianceLimit?: (degree: number, m: number) => number;
  /** Limit of |z| for a mean over DRAWS seeds. Default 4. */
  readonly zLimit?: number;
}

export const DRAWS = 400;
const SETS = [0, 1];

export function brokenTensorLaws(family: TensorFamily, setting: TensorLawSetting = {}): string[] {
  const laws: readonly (readonly [string, (family: TensorFamily, setting: TensorLawSetting) => boolean])[] = [
    ['E⟨Sx^⊗p, Sy^⊗p⟩ = ⟨x, y⟩ᵖ', isUnbiased],
    ['the error falls as 1/√m', errorFalls],
    ['no vector is special', isOblivious],
    ['S(cx)^⊗p = cᵖSx^⊗p', isHomogeneous],
    ['rows do not see each other', isRowByRow],
    ['the same seed is the same S', isDeterministic],
    ['different seeds are different S', dependsOnSeed],
    ['a seed survives JSON', survivesJson],
  ];
  return laws.filter(([, holds]) => !holds(family, setting)).map(([name]) => name);
}

/** z of the mean against its expectation. */
export function zScore(values: ArrayLike<number>, expected: number): number {
  const n = values.length;
  const mean = Array.from(values).reduce((sum, value) => sum + value / n, 0);
  const variance = Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2 / (n - 1), 0);
  if (variance === 0) return mean === expected ? 0 : Number.POSITIVE_INFINITY;
  return (mean - expected) / Math.sqrt(variance / n);
}

/** ⟨Sx^⊗p, Sy^⊗p⟩ for `draws` seeds from firstSeed on; x and y are the rows of pair. */
export function sketchedProducts(
  family: TensorFamily,
  m: number,
  degree: number,
  pair: Matrix,
  draws: number,
  firstSeed = 0,
): Float64Array {
  return Float64Array.from({ length: draws }, (_, k) => {
    const { data } = family(m, pair.columns, degree, firstSeed + k).apply(pair);
    let sum = 0;
    for (let t = 0; t < m; t++) sum += data[t] * data[m + t];
    return sum;
  });
}

/** Two unit vectors of length d with inner product rho, as rows. */
export function unitPair(d: number, rho: number, seed = 1): Matrix {
  const x = randomUnitVector(d, seed);
  const y = randomUnitVector(d, seed + 1000);
  const overlap = x.reduce((sum, value, k) => sum + value * y[k], 0);
  const rest = y.map((value, k) => value - overlap * x[k]);
  const norm = Math.hypot(...rest);
  const side = Math.sqrt(1 - rho * rho);
  const tilted = x.map((value, k) => rho * value + (norm > 0 ? (side * rest[k]) / norm : 0));
  return { rows: 2, columns: d, data: Float64Array.from([...x, ...tilted]) };
}

/** The mean squared error of ⟨Sx^⊗p, Sx^⊗p⟩ for unit x, over DRAWS seeds. */
function meanSquaredError(
  family: TensorFamily,
  m: number,
  degree: number,
  x: Float64Array,
  set: number,
): number {
  const pair = { rows: 2, columns: x.length, data: Float64Array.from([...x, ...x]) };
  const values = sketchedProducts(family, m, degree, pair, DRAWS, set * DRAWS);
  return values.reduce((sum, value) => sum + (value - 1) ** 2 / DRAWS, 0);
}

function holdsOnASet(test: (set: number) => boolean): boolean {
  return SETS.some((set) => test(set));
}

function degreesOf(setting: TensorLawSetting): readonly number[] {
  return setting.degrees ?? [1, 2, 3, 4];
}

function isUnbiased(family: TensorFamily, setting: TensorLawSetting): boolean {
  return degreesOf(setting).every((degree) => {
    const pair = unitPair(13, -0.6);
    const expected = (-0.6) ** degree;
    return holdsOnASet((set) => {
      const products = sketchedProducts(family, 32, degree, pair, DRAWS, set * DRAWS);
      return Math.abs(zScore(products, expected)) <= (setting.zLimit ?? 4);
    });
  });
}

/**
 * From m = 64 to m = 2048 in 8 dimensions: few enough that samples drawn in common would stop helping at once.
 * The slope on logarithmic scales over a factor of 32 has a standard error of about 0.05.
 */
function errorFalls(family: TensorFamily, setting: TensorLawSetting): boolean {
  const x = randomUnitVector(8, 3);
  return degreesOf(setting).every((degree) => {
    return holdsOnASet((set) => {
      const few = meanSquaredError(family, 64, degree, x, set);
      const many = meanSquaredError(family, 2048, degree, x, set);
      // a plain SRHT of degree 1 with every row sampled equally often is exact
      const slope = Math.log(many / few) / 2 / Math.log(32);
      return few < 1e-20 || (slope >= -0.7 && slope <= -0.3);
    });
  });
}

/** A column of H and a unit vector: concentrated after and before the transform. Limit: twice the variance. */
function isOblivious(family: TensorFamily, setting: TensorLawSetting): boolean {
  const m = 256;
  const limit = setting.varianceLimit ?? ((degree: number) => m * ((1 + 8 / m) ** (degree - 1) - 1));
  const special = [new Float64Array(16).fill(0.25), Float64Array.from({ length: 16 }, (_, k) => +(k === 5))];
  return degreesOf(setting).every((degree) => {
    return special.every((x) => {
      const allowed = 2 * Math.max(2, limit(degree, m));
      return holdsOnASet((set) => m * meanSquaredError(family, m, degree, x, set) <= allowed);
    });
  });
}

/** Powers of two and signs are exact at every step. */
function isHomogeneous(family: TensorFamily): boolean {
  const X = randomMatrix(2, 13, 5);
  return [1, 2, 3, 4, 5].every((degree) => {
    const S = family(16, 13, degree, 1);
    const Z = S.apply(X).data;
    return [2, -0.5, 2 ** 40].every((c) => {
      const scaled = S.apply({ ...X, data: X.data.map((value) => c * value) }).data;
      return scaled.every((value, p) => value === c ** degree * Z[p]);
    });
  });
}

/** Bits, not tolerances: one row alone, and the rows in a batch with others. */
function isRowByRow(family: TensorFamily): boolean {
  const A = randomMatrix(70, 13, 6);
  const S = family(16, 13, 3, 1);
  const Z = S.apply(A);
  if (Z.rows !== 70 || Z.columns !== 16) return false;
  return [0, 31, 32, 69].every((i) => {
    const row = { rows: 1, columns: 13, data: A.data.slice(i * 13, i * 13 + 13) };
    return S.apply(row).data.every((value, t) => value === Z.data[i * 16 + t]);
  });
}

function same(left: Matrix, right: Matrix): boolean {
  return left.data.every((value, p) => value === right.data[p]);
}

function isDeterministic(family: TensorFamily): boolean {
  const A = randomMatrix(3, 13, 7);
  const S = family(16, 13, 3, 'seed');
  return same(S.apply(A), S.apply(A)) && same(S.apply(A), family(16, 13, 3, 'seed').apply(A));
}

function dependsOnSeed(family: TensorFamily): boolean {
  const A = randomMatrix(3, 13, 7);
  return !same(family(16, 13, 3, 0).apply(A), family(16, 13, 3, 1).apply(A));
}

function survivesJson(family: TensorFamily): boolean {
  const A = randomMatrix(3, 13, 7);
  return [5, -0.1, 1e21, 'é 5'].every((seed) => {
    const read: number | string = JSON.parse(JSON.stringify(seed));
    const Z = family(16, 13, 2, seed).apply(A);
    return same(Z, family(16, 13, 2, read).apply(A)) && same(Z, family(16, 13, 2, String(seed)).apply(A));
  });
}
