import { describe, expect, it } from 'vitest';
import { expectEvery, expectSameEntries } from './sameEntries';

describe('expectEvery', () => {
  it('asks for each entry, and names the first that breaks the law', () => {
    const asked: number[] = [];
    expectEvery(3, (p) => asked.push(p) > 0);
    expect(asked).toEqual([0, 1, 2]);
    expect(() => expectEvery(4, (p) => p < 2)).toThrow('entry 2 breaks the law');
    expect(() => expectEvery(4, (p) => p < 3)).toThrow('entry 3');
    expectEvery(0, () => false);
  });
});

describe('expectSameEntries', () => {
  it('accepts equal arrays of any kind', () => {
    expectSameEntries(Float64Array.of(1, Number.NaN, -0), [1, Number.NaN, -0]);
    expectSameEntries([], new Float64Array(0));
  });

  it.each([
    [
      [1, 2],
      [1, 3],
    ],
    [[1, 2], [1]],
    [[1], [1, 2]],
    [[0], [-0]],
    [[Number.NaN], [0]],
    [[0], [Number.NaN]],
  ])('rejects %j against %j', (actual, wanted) => {
    expect(() => expectSameEntries(actual, wanted)).toThrow();
  });

  it('names the place', () => {
    expect(() => expectSameEntries([1, 2, 3], [1, 2, 4])).toThrow('entry 2 is 3, expected 4');
  });
});
