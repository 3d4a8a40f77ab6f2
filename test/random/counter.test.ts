import { describe, expect, it } from 'vitest';
import { drawState, mix, rowState, wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';

/** mix in arbitrary precision, where nothing can overflow unnoticed. */
function exactMix(x: number): number {
  const mask = 0xffffffffn;
  let h = BigInt(x >>> 0);
  h = ((h ^ (h >> 16n)) * 0x21f0aaadn) & mask;
  h = ((h ^ (h >> 15n)) * 0xd35a2d97n) & mask;
  return Number(BigInt.asIntN(32, h ^ (h >> 15n)));
}

/** x with x·(2k + 1) = 1 modulo 2³², by Newton's iteration. */
function inverseOf(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

function unmix(y: number): number {
  let h = y;
  h ^= (h >>> 15) ^ (h >>> 30);
  h = Math.imul(h, inverseOf(0xd35a2d97 | 0));
  h ^= (h >>> 15) ^ (h >>> 30);
  h = Math.imul(h, inverseOf(0x21f0aaad));
  return h ^ (h >>> 16);
}

const edges = [0, 1, 2, -1, -2, 0x7fffffff, -0x80000000, 0x10000, 0xffff, 123456789];

describe('mix', () => {
  it.each(edges)('is 32-bit integer arithmetic, x = %i', (x) => {
    expect(mix(x)).toBe(exactMix(x));
  });

  it('is a bijection: unmix(mix(x)) = x', () => {
    for (const x of edges) expect(unmix(mix(x))).toBe(x);
    for (let x = -5e8; x < 5e8; x += 99991) expect(unmix(mix(x))).toBe(x);
  });

  it('takes a word modulo 2³²: unsigned and signed are the same', () => {
    for (const x of edges) expect(mix(x >>> 0)).toBe(mix(x));
  });
});

describe('wordAt', () => {
  it.each([
    [0, [1238772030, -308620117, 1083839177, 881042855, 720729271]],
    ['seed', [-313519512, 1678632557, -234720577, 1841062021, -1989047376]],
  ])('of seed %j is what it has always been', (seed, words) => {
    const key = streamKey(seed, 'purpose');
    const places = [
      [0, 0],
      [0, 1],
      [1, 0],
      [5, 7],
      [2 ** 31 - 2, 3],
    ];
    expect(places.map(([i, k]) => wordAt(key, i, k))).toEqual(words);
  });

  it('is mix(s_i ^ t_k), so that tables of t_k give the same words', () => {
    const key = streamKey(3, 'p');
    for (const i of [0, 1, 77, 2 ** 31 - 2]) {
      for (const k of [0, 1, 8]) {
        expect(mix(rowState(key, i) ^ drawState(key, k))).toBe(wordAt(key, i, k));
      }
    }
  });

  it('different rows have different states, different draws too', () => {
    const key = streamKey('distinct', 'p');
    const rows = new Set(Array.from({ length: 20000 }, (_, i) => rowState(key, i)));
    const draws = new Set(Array.from({ length: 20000 }, (_, k) => drawState(key, k)));
    expect(rows.size).toBe(20000);
    expect(draws.size).toBe(20000);
  });
});
