import { describe, expect, it } from 'vitest';
import { streamKey } from '../../src/random/seed';

describe('streamKey', () => {
  it('is locked', () => {
    expect(streamKey(5, 'a')).toEqual({ k0: 1317266311, k1: 2939344804 });
    expect(streamKey('survey', 'b')).toEqual({ k0: 3404401185, k1: 1293201586 });
  });

  it('5 and "5" are one seed, and a seed survives JSON', () => {
    for (const seed of [5, -0.1, 1e300, 'survey', 'ß', '']) {
      expect(streamKey(JSON.parse(JSON.stringify(seed)), 'x')).toEqual(streamKey(seed, 'x'));
      expect(streamKey(String(seed), 'x')).toEqual(streamKey(seed, 'x'));
    }
  });

  it('seeds and purposes give different unsigned 32-bit words', () => {
    const keys = new Set<string>();
    for (let seed = 0; seed < 500; seed++) {
      for (const purpose of ['a', 'b']) {
        const { k0, k1 } = streamKey(seed, purpose);
        for (const word of [k0, k1]) {
          expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
        }
        keys.add(`${k0} ${k1}`);
      }
    }
    expect(keys.size).toBe(1000);
  });

  it('leaves Math.random alone', () => {
    const before = Math.random;
    streamKey(1, 'a');
    expect(Math.random).toBe(before);
  });
});
