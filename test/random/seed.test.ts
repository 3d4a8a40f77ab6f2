import { describe, expect, it } from 'vitest';
import { streamKey } from '../../src/random/seed';

describe('streamKey', () => {
  it.each([
    [0, 577823478, 4130791786],
    [1, 3597443940, 428175740],
    ['seed', 450503925, 180487663],
    [-0.5, 1245477891, 564118385],
    ['день', 3900846041, 1142894018],
  ])('of %j is what it has always been', (seed, k0, k1) => {
    expect(streamKey(seed, 'purpose')).toEqual({ k0, k1 });
  });

  it('takes 5 and "5" for the same seed', () => {
    expect(streamKey('5', 'p')).toEqual(streamKey(5, 'p'));
  });

  it.each([0, -0, 3, -1.5, 0.1, 1e300, 2 ** 53, '', 'a b', '"quoted"', 'день'])(
    'is the same after a JSON round trip of %j',
    (seed) => {
      expect(streamKey(JSON.parse(JSON.stringify(seed)), 'p')).toEqual(streamKey(seed, 'p'));
    },
  );

  it('differs between seeds and purposes, however alike', () => {
    const seeds = [
      0,
      1,
      10,
      100,
      -1,
      0.1,
      '',
      ' ',
      'a',
      'aa',
      'aaa',
      'A',
      '一',
      '伀',
      '😀',
      '😁',
      '0',
      'p',
      'a:b',
    ];
    const keys = [...new Set(seeds.map(String))].flatMap((seed) =>
      ['p', 'q', 'pp', ''].map((purpose) => JSON.stringify(streamKey(seed, purpose))),
    );
    // ARC4 takes a repeated key for the key itself: ':p' with 'p' would be '' with 'p'. Seeds are not like that.
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is a pair of unsigned 32-bit words', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { k0, k1 } = streamKey(seed, 'p');
      for (const word of [k0, k1]) expect(word >>> 0).toBe(word);
    }
  });

  it('does not depend on what was drawn before', () => {
    const before = streamKey(9, 'p');
    for (let i = 0; i < 10; i++) streamKey(`other ${i}`, 'q');
    expect(streamKey(9, 'p')).toEqual(before);
  });

  it('tells a purpose from the end of a seed', () => {
    expect(streamKey('ab', 'c')).not.toEqual(streamKey('a', 'bc'));
  });

  it('leaves Math.random alone', () => {
    const before = Math.random;
    streamKey(1, 'a');
    expect(Math.random).toBe(before);
  });
});
