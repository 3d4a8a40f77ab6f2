import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { drawGaussian } from '../../src/sketch/gaussian';
import { drawSrht, srht } from '../../src/sketch/srht';
import { srhtDraw } from '../../src/sketch/srhtDraw';
import { srhtWith } from '../support/broken';
import { describeKernels, onBothKernels } from '../support/kernelSets';
import { denseHadamard, hadamardEntry, naiveMatmul } from '../support/oracles';
import { randomMatrix, randomOrthonormal } from '../support/random';
import { signText, sketchColumn } from '../support/sketchColumns';
import {
  brokenLaws,
  distortions,
  gramDeviation,
  identity,
  identityRows,
  integerMatrix,
  median,
} from '../support/sketchLaws';
import { dotBound } from '../support/tolerances';

/** S₀ from the draw by the definition: (sampled rows of H) · signs · permutation, block by block. */
function definition(rows: number, columns: number, seed: number): Matrix {
  const draw = srhtDraw(rows, columns, seed);
  const targets = new Int32Array(draw.blockRows);
  const samples = new Int32Array(rows);
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < columns; i++) {
    const block = Math.floor(i / draw.blockRows);
    draw.placeRows(targets, block);
    draw.sampleRows(samples, block);
    const target = targets[i % draw.blockRows];
    for (let k = 0; k < rows; k++) {
      const sign = ((samples[k] ^ target) & 1) === 1 ? -1 : 1;
      data[k * columns + i] = sign * hadamardEntry(samples[k] >> 1, target >> 1);
    }
  }
  return { rows, columns, data };
}

describe('S₀ is its definition', () => {
  it.each([
    [1, 1],
    [4, 3],
    [10, 12],
    [300, 700],
    [64, 1100],
    [64, 2000],
    [600, 2100],
  ])('m = %i, n = %i, exactly for integer A', (rows, columns) => {
    const S = drawSrht(rows, columns, 6);
    const A = integerMatrix(columns, 3, 1);
    const out = new Float64Array(rows * 3);
    S.accumulateInto(out, 0, 3, A.data, 0, 3, columns, 3, 0);
    expect(out).toEqual(naiveMatmul(definition(rows, columns, 6), A).data);
    expect(S.scale).toBe(1 / Math.sqrt(rows));
  });

  it('all n rows of H: SᵀS = I up to rounding; also for n not a power of two', () => {
    // entries of S₀ᵀS₀ are exact; two products with 1/√m round by 3·u/2 each, m of them add up
    for (const n of [16, 13, 256]) {
      const m = 2 ** Math.ceil(Math.log2(n));
      expect(gramDeviation(drawSrht(m, n, 2).apply(identity(n)))).toBeLessThanOrEqual(dotBound(m + 4));
    }
  });

  it.each([
    [16, 1100],
    [16, 2000],
  ])('the laws hold for m = %i and n = %i, more than a block', (rows, columns) => {
    expect(brokenLaws(drawSrht, { rows, columns, draws: 150 })).toEqual([]);
  });
});

describeKernels(() => {
  describe('the transform and the sum row by row agree', () => {
    it.each([
      [40, 1000],
      [40, 1100],
      [40, 2000],
    ])('m = %i, n = %i: one row at a time, blocks across borders, the whole', (rows, columns) => {
      const S = drawSrht(rows, columns, 8);
      const width = 40; // more than one panel of 32 columns
      const A = integerMatrix(columns, width, 2);
      const whole = new Float64Array(rows * width);
      S.accumulateInto(whole, 0, width, A.data, 0, width, columns, width, 0);
      for (const step of [1, 7, 999]) {
        const sum = new Float64Array(rows * width);
        for (let first = 0; first < columns; first += step) {
          const count = Math.min(step, columns - first);
          S.accumulateInto(sum, 0, width, A.data, first * width, width, count, width, first);
        }
        expect(sum).toEqual(whole);
      }
    });

    it('for real A to rounding', () => {
      const [rows, columns, width] = [40, 1100, 3];
      const S = drawSrht(rows, columns, 8);
      const A = randomMatrix(columns, width, 3);
      const whole = S.apply(A).data;
      const sum = new Float64Array(rows * width);
      for (let i = columns - 1; i >= 0; i--)
        S.accumulateInto(sum, 0, width, A.data, i * width, width, 1, width, i);
      for (let j = 0; j < width; j++) {
        const size = A.data.reduce((total, a, p) => total + (p % width === j ? Math.abs(a) : 0), 0);
        for (let t = 0; t < rows; t++) {
          const difference = Math.abs(sum[t * width + j] * S.scale - whole[t * width + j]);
          expect(difference).toBeLessThanOrEqual(2 * dotBound(columns + 1) * size * S.scale);
        }
      }
    });
  });
});

describe('locked tables: m = 10, signs of a column of S₀', () => {
  it.each<[number | string, number, number, string]>([
    [0, 12, 0, '+-+++--++-'],
    [0, 12, 1, '---+---+++'],
    [0, 12, 11, '++++------'],
    [0, 2000, 0, '+---+-+++-'],
    [0, 2000, 1, '--+-+----+'],
    [0, 2000, 1999, '---++-+-+-'],
    [0, 1100, 0, '+++++-+---'],
    [0, 1100, 1, '+-+---++++'],
    [0, 1100, 1099, '--+--++---'],
    ['seed', 12, 0, '++-+----+-'],
    ['seed', 12, 1, '--++--+-+-'],
    ['seed', 12, 11, '+-++-+-++-'],
    ['seed', 2000, 0, '---+---+++'],
    ['seed', 2000, 1, '+-+-+-++++'],
    ['seed', 2000, 1999, '++-++-++++'],
    ['seed', 1100, 0, '--+--+---+'],
    ['seed', 1100, 1, '++++-+-+--'],
    ['seed', 1100, 1099, '-+-+-++-++'],
  ])('seed %j, n = %i, column %i', (seed, columns, i, expected) => {
    expect(signText(sketchColumn(drawSrht(10, columns, seed), i))).toBe(expected);
  });
});

describe('m above n padded to a power of two', () => {
  it('is rejected with the limit, equality is not', () => {
    expect(srht({ rows: 16, columns: 9 }).rows).toBe(16);
    expect(() => srht({ rows: 17, columns: 9 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'srht: rows is 17, expected an integer from 1 to 16 (columns padded to a power of two)',
        details: { argument: 'rows', got: 17, max: 16 },
      }),
    );
  });
});

describe('embedding', () => {
  it('U = columns of H, d = 8, m = 64: |(SU)ᵀSU − I| ≤ 0.5; without signs ≥ 1 on every seed', () => {
    const n = 1024;
    const H = denseHadamard(n);
    const U = { rows: n, columns: 8, data: new Float64Array(n * 8) };
    for (let p = 0; p < U.data.length; p++) U.data[p] = H.data[Math.floor(p / 8) * n + (p % 8)] / 32;
    const unsigned = srhtWith({ signs: false, permutation: false });
    for (let seed = 0; seed < 20; seed++) {
      expect(gramDeviation(drawSrht(64, n, seed).apply(U))).toBeLessThanOrEqual(0.5);
      expect(gramDeviation(unsigned(64, n, seed).apply(U))).toBeGreaterThanOrEqual(1 - 1e-12);
    }
  });

  const draws = 7;
  const gaussian = median(distortions(drawGaussian, 192, randomOrthonormal(4096, 48, 1), draws));

  it.each([
    ['random', randomOrthonormal(4096, 48, 2)],
    ['identity in the first rows', identityRows(4096, 48, 1)],
    ['identity in every 2nd row', identityRows(4096, 48, 2)],
    ['identity in every 64th row', identityRows(4096, 48, 64)],
    ['identity in every 85th row', identityRows(4096, 48, 85)],
  ])('κ(S·U) for d = 48, n = 4096, m = 4d is that of a Gaussian sketch, 2.8: U %s', (_, U) => {
    const measured = median(distortions(drawSrht, 192, U, draws));
    expect(measured / gaussian).toBeGreaterThan(0.88);
    expect(measured / gaussian).toBeLessThan(1.12);
    expect(Math.abs(measured - 2.8)).toBeLessThan(0.12 * 2.8);
  });

  it('identity in the first 64 rows: finite, and singular without the permutation', () => {
    const U = identityRows(4096, 64, 1);
    const without = srhtWith({ signs: true, permutation: false });
    expect(median(distortions(without, 192, U, 5))).toBe(Number.POSITIVE_INFINITY);
    expect(Math.max(...distortions(drawSrht, 192, U, 5))).toBeLessThan(5);
  });
});

it('both kernel sets give the same bits, of real A too', () => {
  const A = randomMatrix(2500, 19, 4);
  const { typescript, wasm } = onBothKernels(() => drawSrht(40, 2500, 'bits').apply(A).data);
  expect(wasm).toEqual(typescript);
});
