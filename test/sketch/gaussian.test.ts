import { describe, expect, it } from 'vitest';
import { drawGaussian } from '../../src/sketch/gaussian';
import { naiveMatmul } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { integerPart, sketchColumn } from '../support/sketchColumns';
import { dotBound } from '../support/tolerances';

describe('locked tables: m = 3, to the last bits of log and cos', () => {
  it.each<[number | string, number, number[]]>([
    [0, 0, [-0.4162198449230023, -0.6439714077435765, 0.23749867999649354]],
    [0, 1, [-0.2886276583449688, 0.6819551545788202, -0.26448518931587384]],
    [0, 99, [-1.0805237570573376, 0.27429305781936014, 0.19058873557710956]],
    ['seed', 0, [0.6969905128759063, 0.7644198796767391, 0.13488714711186164]],
    ['seed', 1, [0.28663420191122896, -1.3848079928271806, 1.896412026079872]],
    ['seed', 99, [-1.3187720283155515, -0.735449151977408, 0.3747991991011737]],
  ])('seed %j, column %i', (seed, i, expected) => {
    const S = drawGaussian(3, 100, seed);
    expect(S.scale).toBe(1 / Math.sqrt(3));
    const column = sketchColumn(S, i);
    for (let t = 0; t < 3; t++) expect(Math.abs(column[t] - expected[t])).toBeLessThanOrEqual(1e-14);
  });
});

/**
 * Moments of 300000 entries. Each comparison is at 6.3 standard errors, so 12 of them fail by chance with
 * probability ≤ 4e-9. The central limit holds: the largest power is the 4th, of deviation √96.
 */
describe('entries of S₀ are independent standard normals', () => {
  const rows = 15;
  const n = 20000;
  const S = drawGaussian(rows, n, 'moments');
  const columns = Array.from({ length: n }, (_, i) => sketchColumn(S, i));
  const z = Float64Array.from(columns.flatMap((column) => Array.from(column)));

  function zOf(values: Float64Array, mean: number, deviation: number): number {
    const average = values.reduce((sum, v) => sum + v, 0) / values.length;
    return (Math.abs(average - mean) * Math.sqrt(values.length)) / deviation;
  }

  it.each<[string, (v: number) => number, number, number]>([
    ['E z = 0', (v) => v, 0, 1],
    ['E z² = 1', (v) => v ** 2, 1, Math.SQRT2],
    ['E z³ = 0', (v) => v ** 3, 0, Math.sqrt(15)],
    ['E z⁴ = 3', (v) => v ** 4, 3, Math.sqrt(96)],
    ['P(|z| < 0.6744898) = 1/2', (v) => (Math.abs(v) < 0.6744897501960817 ? 1 : 0), 0.5, 0.5],
    ['P(z > 2.3263479) = 1%', (v) => (v > 2.3263478740408408 ? 1 : 0), 0.01, Math.sqrt(0.0099)],
  ])('%s', (_, power, mean, deviation) => {
    expect(zOf(z.map(power), mean, deviation)).toBeLessThanOrEqual(6.3);
  });

  it.each<[string, number, number]>([
    ['the pair of one Box–Muller draw', 0, 1],
    ['two pairs', 1, 2],
    ['first and last', 0, 14],
  ])('entries of a column are uncorrelated, their squares too: %s', (_, s, t) => {
    const products = Float64Array.from(columns, (column) => column[s] * column[t]);
    expect(zOf(products, 0, 1)).toBeLessThanOrEqual(6.3);
    const squares = Float64Array.from(columns, (column) => (column[s] ** 2 - 1) * (column[t] ** 2 - 1));
    expect(zOf(squares, 0, 2)).toBeLessThanOrEqual(6.3);
  });

  it('neighbouring columns are uncorrelated', () => {
    const products = z.slice(rows).map((v, p) => v * z[p]);
    expect(zOf(products, 0, 1)).toBeLessThanOrEqual(6.3);
  });

  it('the moments see a uniform distribution of the same variance', () => {
    const uniform = z.map((_, p) => Math.sqrt(12) * (((p * 0.6180339887498949) % 1) - 0.5));
    expect(
      zOf(
        uniform.map((v) => v ** 2),
        1,
        Math.SQRT2,
      ),
    ).toBeLessThanOrEqual(6.3);
    expect(
      zOf(
        uniform.map((v) => v ** 4),
        3,
        Math.sqrt(96),
      ),
    ).toBeGreaterThan(50);
  });
});

describe('the sum over blocks of a real A is S₀·A, to rounding', () => {
  it.each([
    [1, 1, 1],
    [5, 300, 1],
    [6, 300, 7],
    [9, 129, 4],
  ])('m = %i, n = %i, d = %i', (rows, columns, width) => {
    const S = drawGaussian(rows, columns, 2);
    const A = randomMatrix(columns, width, 3);
    const S0 = integerPart(S);
    const whole = naiveMatmul(S0, A).data;
    const absolute = { ...S0, data: S0.data.map(Math.abs) };
    const sizes = naiveMatmul(absolute, { ...A, data: A.data.map(Math.abs) }).data;
    const cuts = [0, 1, Math.ceil(columns / 3), Math.ceil(columns / 2), columns];
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
    ]) {
      const sum = new Float64Array(rows * width);
      for (const k of order) {
        const count = cuts[k + 1] - cuts[k];
        if (count === 0) continue;
        S.accumulateInto(sum, 0, width, A.data, cuts[k] * width, width, count, width, cuts[k]);
      }
      // two sums of n terms in different orders, each within γ_n·Σ|terms| of the exact one
      sum.forEach((v, p) => {
        expect(Math.abs(v - whole[p])).toBeLessThanOrEqual(2 * dotBound(columns) * sizes[p]);
      });
    }
  });
});

it('an offset, a wider A and a wider result: only the block of the result is touched', () => {
  const [rows, columns, width] = [3, 140, 2];
  const S = drawGaussian(rows, columns, 4);
  const A = randomMatrix(columns, width, 5);
  const wide = new Float64Array(columns * (width + 3)).fill(Number.NaN);
  for (let i = 0; i < columns; i++)
    wide.set(A.data.subarray(i * width, (i + 1) * width), 1 + i * (width + 3));
  const out = new Float64Array(4 + rows * (width + 1)).fill(-9);
  for (let t = 0; t < rows; t++) out.fill(0, 4 + t * (width + 1), 4 + t * (width + 1) + width);
  S.accumulateInto(out, 4, width + 1, wide, 1, width + 3, columns, width, 0);
  const expected = S.apply(A).data;
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < width; j++) {
      const got = out[4 + t * (width + 1) + j] * S.scale;
      expect(Math.abs(got - expected[t * width + j])).toBeLessThanOrEqual(1e-12);
    }
    expect(out[4 + t * (width + 1) + width]).toBe(-9);
  }
  expect(Array.from(out.subarray(0, 4))).toEqual([-9, -9, -9, -9]);
});
