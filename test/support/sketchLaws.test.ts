import { describe, expect, it } from 'vitest';
import {
  absoluteValues,
  addsConstant,
  blockLocalRows,
  forgetfulOfStrings,
  seedless,
  sparseSignWith,
  srhtWith,
  statefulDraws,
  wrongStride,
} from './broken';
import { denseHadamard } from './oracles';
import {
  brokenLaws,
  conditionOf,
  distortions,
  gramDeviation,
  identityRows,
  median,
  type SketchFamily,
} from './sketchLaws';

const setting = { rows: 16, columns: 40, draws: 1500 };

describe('the laws accept sketches made by their definition', () => {
  it.each<[string, SketchFamily]>([
    ['sparse sign', sparseSignWith({})],
    ['SRHT', srhtWith({ signs: true, permutation: true })],
  ])('%s', (_, family) => {
    expect(brokenLaws(family, setting)).toEqual([]);
  });
});

describe('the laws reject', () => {
  it.each<[string, SketchFamily, string[]]>([
    ['no signs', sparseSignWith({ unsigned: () => true }), ['E[SᵀS] = I']],
    ['one lost sign of four', sparseSignWith({ unsigned: (k) => k === 3 }), ['E[SᵀS] = I']],
    ['a scale off by 1%', sparseSignWith({ factor: 1.01 }), ['E[SᵀS] = I']],
    [
      'rows from half of each stratum',
      sparseSignWith({ share: 0.5 }),
      ['every row of S has the same weight'],
    ],
    [
      'draws that depend on the block',
      blockLocalRows,
      ['zero rows add nothing', 'the sum over blocks is the whole'],
    ],
    ['a wrong leading dimension', wrongStride, ['E[SᵀS] = I', 'apply(A) is S·A']],
    [
      'draws with a state',
      statefulDraws,
      ['the same seed is the same S', 'the sum over blocks is the whole'],
    ],
    ['an ignored seed', seedless, ['different seeds are different S']],
    ['a lost string seed', forgetfulOfStrings, ['a seed survives JSON']],
    ['a sketch that is not linear', absoluteValues, ['S is linear', 'apply(A) is S·A']],
    ['a sketch that moves zero', addsConstant, ['zero rows add nothing', 'S is linear']],
  ])('%s', (_, family, laws) => {
    expect(brokenLaws(family, setting)).toEqual(expect.arrayContaining(laws));
  });
});

describe('embedding of special subspaces', () => {
  /** Columns of H, orthonormal: without signs, S·U samples H·H = N·I and misses almost every column. */
  function hadamardColumns(n: number, d: number) {
    const H = denseHadamard(n);
    const data = new Float64Array(n * d);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < d; j++) data[i * d + j] = H.data[i * n + j] / Math.sqrt(n);
    return { rows: n, columns: d, data };
  }

  it('U = columns of H: |(SU)ᵀSU − I| is ≥ 1 without signs, ≤ 0.55 with them', () => {
    const U = hadamardColumns(1024, 8);
    for (let seed = 0; seed < 20; seed++) {
      for (const permutation of [false, true]) {
        const unsigned = srhtWith({ signs: false, permutation })(64, 1024, seed).apply(U);
        expect(gramDeviation(unsigned)).toBeGreaterThanOrEqual(1 - 1e-12);
      }
      const signed = srhtWith({ signs: true, permutation: true })(64, 1024, seed).apply(U);
      expect(gramDeviation(signed)).toBeLessThanOrEqual(0.55); // 36 sums of 64 signs, each of deviation 1/8
    }
  });

  it('identity in the first 64 rows: SU is singular without the permutation', () => {
    // 192 samples of the 64 row patterns of the subgroup; all 64 are met with probability about 0.03
    const U = identityRows(4096, 64, 1);
    const without = distortions(srhtWith({ signs: true, permutation: false }), 192, U, 7);
    expect(median(without)).toBe(Number.POSITIVE_INFINITY);
    expect(median(distortions(srhtWith({ signs: true, permutation: true }), 192, U, 7))).toBeLessThan(4.5);
  });
});

describe('measures', () => {
  it('conditionOf a diagonal matrix is the ratio of its entries, Infinity if one is zero', () => {
    const D = { rows: 3, columns: 2, data: Float64Array.from([3, 0, 0, 0, 0, 0.5]) };
    expect(conditionOf(D)).toBeCloseTo(6, 12);
    expect(conditionOf({ rows: 2, columns: 2, data: Float64Array.from([1, 1, 1, 1]) })).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('median and gramDeviation on examples by hand', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(gramDeviation({ rows: 1, columns: 2, data: Float64Array.from([1, -0.25]) })).toBe(0.9375);
  });
});
