import { describe, expect, it } from 'vitest';
import type { SampledHadamard } from '../../src/dense/sampledHadamard';
import { paddedRows, srhtDraw } from '../../src/sketch/srhtDraw';

function places(draw: SampledHadamard, block: number): Int32Array {
  const targets = new Int32Array(draw.blockRows);
  draw.placeRows(targets, block);
  return targets;
}

function samples(draw: SampledHadamard, block: number): Int32Array {
  const rows = new Int32Array(draw.sketchRows);
  draw.sampleRows(rows, block);
  return rows;
}

describe('paddedRows', () => {
  it.each([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 4],
    [5, 8],
    [1024, 1024],
    [1025, 2048],
    [2 ** 30, 2 ** 30],
    [2 ** 30 + 1, 2 ** 31],
    [2 ** 31 - 1, 2 ** 31],
  ])('of %i is %i', (n, padded) => {
    expect(paddedRows(n)).toBe(padded);
  });
});

describe('rows of a block', () => {
  it.each([
    [1, 1, 1],
    [5, 12, 16],
    [300, 1024, 1024],
    [1024, 1024, 1024],
    [2048, 2048, 1024], // joined, two blocks
    [16, 1576, 1024], // 2048/1576 = 1.2995
    [16, 1575, 1024], // 2048/1575 = 1.3003, separate
    [512, 2100, 1024], // separate: 4096/2100 = 1.95
    [513, 2100, 2048], // separate: blocks of at least 2m
    [1025, 2100, 1024], // 4096 rows for 2·1025 would be no saving: joined
  ])('m = %i, n = %i: %i', (rows, columns, expected) => {
    expect(srhtDraw(rows, columns, 0).blockRows).toBe(expected);
  });
});

describe('placeRows', () => {
  it.each([
    [1, 1],
    [5, 12],
    [16, 1100],
    [16, 4096],
  ])('is a permutation of the block with signs, m = %i, n = %i', (rows, columns) => {
    const draw = srhtDraw(rows, columns, 'places');
    for (let block = 0; block * draw.blockRows < columns; block++) {
      const positions = places(draw, block).map((target) => target >> 1);
      expect(positions.sort()).toEqual(Int32Array.from(positions.keys()));
    }
  });

  it('blocks have different permutations and signs; the same block has the same', () => {
    const draw = srhtDraw(16, 4096, 1);
    expect(places(draw, 0)).not.toEqual(places(draw, 1));
    const signs = (block: number) => places(draw, block).map((target) => target & 1);
    expect(signs(2)).not.toEqual(signs(3));
    expect(places(draw, 3)).toEqual(places(srhtDraw(16, 4096, 1), 3));
  });

  /** 20000 blocks of 4: 16 + 4 comparisons at 6.3σ, chance failure with probability ≤ 6e-9. */
  it('every row goes to every position equally often, with balanced signs', () => {
    const n = 20000;
    const counts = new Float64Array(16);
    const negated = new Float64Array(4);
    const draw = srhtDraw(2, 4, 9);
    for (let block = 0; block < n; block++) {
      places(draw, block).forEach((target, i) => {
        counts[4 * i + (target >> 1)]++;
        negated[i] += target & 1;
      });
    }
    for (const count of counts) {
      expect(Math.abs(count - n / 4)).toBeLessThanOrEqual(6.3 * Math.sqrt((n * 3) / 16));
    }
    for (const count of negated) {
      expect(Math.abs(count - n / 2)).toBeLessThanOrEqual(6.3 * Math.sqrt(n / 4));
    }
  });
});

describe('sampleRows', () => {
  it('joined: blocks agree on the row of H_B and differ in the sign by Kronecker of H', () => {
    const draw = srhtDraw(200, 4096, 3);
    const first = samples(draw, 0);
    expect(first.every((sample) => (sample & 1) === 0)).toBe(true);
    // rows hi·B + lo are different: blocks 1 and 2 reveal the two bits of hi as signs
    const high = [1, 2].map((block) => samples(draw, block).map((sample) => sample & 1));
    const rows = Array.from(first, (sample, k) => (2 * high[1][k] + high[0][k]) * 1024 + (sample >> 1));
    expect(new Set(rows).size).toBe(200);
    expect(samples(draw, 3).map((sample) => sample & 1)).toEqual(high[0].map((bit, k) => bit ^ high[1][k]));
    for (const block of [1, 2, 3]) {
      expect(samples(draw, block).map((sample) => sample >> 1)).toEqual(first.map((sample) => sample >> 1));
    }
  });

  it('separate: every block has its own different rows and its own signs', () => {
    const draw = srhtDraw(200, 2100, 3);
    const [first, second] = [samples(draw, 0), samples(draw, 1)];
    for (const rows of [first, second]) {
      expect(new Set(rows.map((sample) => sample >> 1)).size).toBe(200);
      const negated = rows.filter((sample) => sample & 1).length;
      expect(Math.abs(negated - 100)).toBeLessThanOrEqual(6.3 * Math.sqrt(50));
    }
    expect(first).not.toEqual(second);
  });

  it('m = padded rows takes every row once', () => {
    const rows = samples(srhtDraw(64, 40, 5), 0).map((sample) => sample >> 1);
    expect(rows.sort()).toEqual(Int32Array.from(rows.keys()));
  });
});

describe('locked tables: m = 5, n = 12, as 2·position + (1 if negated)', () => {
  it.each<[number | string, number[], number[]]>([
    [0, [4, 26, 25, 8, 15, 22, 6, 17, 10, 12, 0, 30, 28, 19, 3, 21], [2, 12, 20, 26, 30]],
    ['seed', [2, 22, 29, 20, 24, 7, 30, 16, 12, 18, 15, 11, 26, 8, 0, 4], [12, 16, 22, 28, 30]],
  ])('seed %j', (seed, expectedPlaces, expectedSamples) => {
    const draw = srhtDraw(5, 12, seed);
    expect(Array.from(places(draw, 0))).toEqual(expectedPlaces);
    expect(Array.from(samples(draw, 0))).toEqual(expectedSamples);
  });
});
