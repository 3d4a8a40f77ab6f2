import { describe, expect, it } from 'vitest';
import { drawState, mix, rowState, wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';

const key = streamKey(5, 'a');

describe('the counter hash', () => {
  it('is locked: the same words in every version and on every engine', () => {
    const words = [0, 1, 2, 1_000_000].map((i) => [0, 1, 7].map((k) => wordAt(key, i, k)));
    expect(words).toEqual([
      [799470447, -1292510270, -742521052],
      [2101532132, 1350704576, 1438480235],
      [-1451857109, 1324526588, 1048370989],
      [-1972497016, -1751309170, -2071631479],
    ]);
    expect([mix(0), mix(1), mix(-1)]).toEqual([0, 114555507, -642423165]);
  });

  it('word (i, k) is the hash of the state of row i and that of draw k', () => {
    for (const i of [0, 3, 2 ** 31]) {
      for (const k of [0, 1, 9]) expect(wordAt(key, i, k)).toBe(mix(rowState(key, i) ^ drawState(key, k)));
    }
  });

  it('mix and the states of rows repeat nothing in 10⁶ consecutive arguments', () => {
    const mixed = new Set<number>();
    const states = new Set<number>();
    for (let i = 0; i < 1e6; i++) {
      mixed.add(mix(i));
      states.add(rowState(key, i));
    }
    expect([mixed.size, states.size]).toEqual([1e6, 1e6]);
  });

  // 64 counts of a binomial(n, ½): all within 5.6 standard deviations but with probability 64·2.1e-8 < 1.4e-6
  it('every bit of the words is balanced, along the rows and along the draws', () => {
    const n = 1 << 16;
    for (const word of [(i: number) => wordAt(key, i, 3), (k: number) => wordAt(key, 3, k)]) {
      const ones = new Int32Array(32);
      for (let i = 0; i < n; i++) {
        const w = word(i);
        for (let bit = 0; bit < 32; bit++) ones[bit] += (w >>> bit) & 1;
      }
      for (const count of ones) expect(Math.abs(count - n / 2)).toBeLessThan((5.6 * Math.sqrt(n)) / 2);
    }
  });

  it('signs of neighbouring rows, draws and keys are uncorrelated, to 5.6 standard deviations', () => {
    const n = 1 << 16;
    const other = streamKey(6, 'a');
    const pairs: ((i: number) => number)[] = [
      (i) => wordAt(key, i, 0) ^ wordAt(key, i + 1, 0),
      (i) => wordAt(key, i, 0) ^ wordAt(key, i, 1),
      (i) => wordAt(key, i, 0) ^ wordAt(other, i, 0),
      (i) => wordAt(key, i, 0) ^ wordAt(key, i + 1, 1),
    ];
    for (const pair of pairs) {
      let differing = 0;
      for (let i = 0; i < n; i++) differing += pair(i) & 1;
      expect(Math.abs(differing - n / 2)).toBeLessThan((5.6 * Math.sqrt(n)) / 2);
    }
    // the control: a stream against itself
    let same = 0;
    for (let i = 0; i < n; i++) same += (wordAt(key, i, 0) ^ wordAt(key, i, 0)) & 1;
    expect(Math.abs(same - n / 2)).toBeGreaterThan((5.6 * Math.sqrt(n)) / 2);
  });
});
