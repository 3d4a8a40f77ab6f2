import { describe, expect, it } from 'vitest';
import { describe as describeValue, isArrayLike } from '../../src/core/describe';

describe('isArrayLike', () => {
  it('takes arrays and typed arrays of numbers, nothing else', () => {
    for (const value of [[], [1], new Float64Array(2), new Uint8Array(0)])
      expect(isArrayLike(value)).toBe(true);
    const others = [null, undefined, 'ab', { length: 2 }, 3, new DataView(new ArrayBuffer(8))];
    for (const value of others) expect(isArrayLike(value)).toBe(false);
    expect(isArrayLike(new BigInt64Array(1))).toBe(false);
    expect(isArrayLike(new BigUint64Array(1))).toBe(false);
  });
});

describe('describe', () => {
  it.each<readonly [string, unknown]>([
    ['null', null],
    ['-0.5', -0.5],
    ["''", ''],
    ['Symbol(s)', Symbol('s')],
    ['an array of length 2', [1, 2]],
    ['an object (Map)', new Map()],
    ['an object (no constructor)', Object.create(null)],
    ['a function', Math.max],
  ])('says: %s', (words, value) => {
    expect(describeValue(value)).toBe(words);
  });
});
