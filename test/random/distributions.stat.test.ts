/**
 * Statistics of permutations, samples and normal numbers on fixed seeds. Each limit is the Z of the normal
 * distribution for a false-failure probability of 1e-6 over the comparisons of its test (Bonferroni).
 */
import { describe, expect, it } from 'vitest';
import { drawStates, wordAt } from '../../src/random/counter';
import { normalPairInto, permutationInto, sampleWithoutReplacement } from '../../src/random/distributions';
import { type Seed, streamKey } from '../../src/random/seed';
import { chiSquareZ } from '../support/sketchLaws';

const seeds: Seed[] = [0, 1, 'seed'];

/** Counts how often each text comes up. */
function tally(draws: number, draw: (index: number) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < draws; index++) {
    const text = draw(index);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function uniformityZ(counts: Map<string, number>, outcomes: number, draws: number): number {
  expect(counts.size).toBe(outcomes);
  return chiSquareZ(Float64Array.from(counts.values()), draws / outcomes);
}

// Z = 5.2 for the 6 comparisons of χ²
describe('every outcome is equally likely', () => {
  it.each(seeds)('permutations of 5, 12000 draws, seed %j', (seed) => {
    const key = streamKey(seed, 'permutation');
    const order = new Int32Array(5);
    const counts = tally(12000, (index) => {
      permutationInto(order, 5, drawStates(key, 5), key, index);
      return order.join();
    });
    expect(Math.abs(uniformityZ(counts, 120, 12000))).toBeLessThan(5.2);
  });

  it.each(seeds)('3 of 7, 3500 draws, seed %j', (seed) => {
    const counts = tally(3500, (index) =>
      sampleWithoutReplacement(7, 3, streamKey(seed, `sample ${index}`)).join(),
    );
    expect(Math.abs(uniformityZ(counts, 35, 3500))).toBeLessThan(5.2);
  });

  it('negative control: a shuffle that swaps with any place is found', () => {
    const key = streamKey(0, 'permutation');
    const counts = tally(12000, (index) => {
      const order = [0, 1, 2, 3, 4];
      for (let i = 0; i < 5; i++) {
        const j = Math.floor(((wordAt(key, index, i) >>> 0) / 2 ** 32) * 5);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order.join();
    });
    expect(uniformityZ(counts, 120, 12000)).toBeGreaterThan(5.2);
  });
});

describe('normal numbers', () => {
  const count = 2 ** 17;

  function normals(seed: Seed): Float64Array {
    const key = streamKey(seed, 'normal');
    const z = new Float64Array(count);
    for (let i = 0; i < count; i += 2) normalPairInto(z, i, wordAt(key, i, 0), wordAt(key, i, 1));
    return z;
  }

  // E[z] = 0, E[z²] = 1, E[z³] = 0, E[z⁴] = 3 with variances 1, 2, 15, 96; 15 comparisons: Z = 5.4
  it.each(seeds)('moments one to four and the product of a pair, 2¹⁷ draws, seed %j', (seed) => {
    const z = normals(seed);
    const mean = (f: (v: number, i: number) => number): number =>
      z.reduce((s, v, i) => s + f(v, i), 0) / count;
    const deviates = [
      mean((v) => v) / 1,
      (mean((v) => v * v) - 1) / Math.sqrt(2),
      mean((v) => v ** 3) / Math.sqrt(15),
      (mean((v) => v ** 4) - 3) / Math.sqrt(96),
      mean((v, i) => (i % 2 === 0 ? v * z[i + 1] * Math.SQRT2 : 0)),
    ];
    for (const deviate of deviates) expect(Math.abs(deviate) * Math.sqrt(count)).toBeLessThan(5.4);
    // the squares of a pair share their radius; tails of eighth order, hence 7 in place of 5.4
    const squares = mean((v, i) => (i % 2 === 0 ? ((v * v - 1) * (z[i + 1] ** 2 - 1)) / Math.SQRT2 : 0));
    expect(Math.abs(squares) * Math.sqrt(count)).toBeLessThan(7);
  });

  // Kolmogorov: P(√n·sup|F_n − Φ| > 2.8) = 2·exp(−2·2.8²) = 3.1e-7 for each of three seeds
  it.each(seeds)('the distribution function, seed %j', (seed) => {
    const z = normals(seed).sort();
    let largest = 0;
    for (let i = 0; i < count; i++) {
      largest = Math.max(largest, Math.abs((i + 0.5) / count - normalDistribution(z[i])));
    }
    expect(largest * Math.sqrt(count)).toBeLessThan(2.8);
  });

  /** Φ(x) by Simpson's rule from 0, 200 panels: error below 1e-9 for |x| ≤ 7. */
  function normalDistribution(x: number): number {
    const h = x / 200;
    let sum = 1 + Math.exp((-x * x) / 2);
    for (let k = 1; k < 200; k++) sum += (k % 2 === 1 ? 4 : 2) * Math.exp((-k * h * k * h) / 2);
    return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
  }
});
