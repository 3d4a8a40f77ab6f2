import { describe, expect, it } from 'vitest';
import { wordAt } from '../../src/random/counter';
import { boundedInteger } from '../../src/random/distributions';
import { streamKey } from '../../src/random/seed';
import { signTargets } from '../../src/sketch/signTargets';

/** The targets of column i from the words of the counter, by definition. */
function definition(seed: number, rows: number, perColumn: number, i: number): number[] {
  const key = streamKey(seed, 'targets');
  const signs = wordAt(key, i, perColumn);
  return Array.from({ length: perColumn }, (_, k) => {
    const start = Math.floor((k * rows) / perColumn);
    const size = Math.floor(((k + 1) * rows) / perColumn) - start;
    return 2 * (start + boundedInteger(wordAt(key, i, k), size)) + ((signs >>> k) & 1);
  });
}

describe('signTargets', () => {
  it.each([
    [1, 1, 0],
    [7, 7, 0],
    [100, 8, 3],
    [2 ** 30, 8, 2 ** 31 - 1500],
    [2 ** 30, 1, 2 ** 31 - 1500],
    [4096, 32, 5],
  ])(
    'is its definition, more than two chunks: m = %i, %i a column, from column %i',
    (rows, perColumn, first) => {
      const count = 1100;
      const at = 3;
      const targets = new Int32Array((count + at + 1) * perColumn).fill(-9);
      signTargets(streamKey(4, 'targets'), rows, perColumn)(targets, at, first, count);
      const expected = Array.from({ length: count }, (_, i) =>
        definition(4, rows, perColumn, first + i),
      ).flat();
      const around = new Array(perColumn).fill(-9);
      expect(Array.from(targets)).toEqual([...around, ...around, ...around, ...expected, ...around]);
    },
  );

  it('two sketches drawn in turns do not disturb each other', () => {
    const [one, other] = [1, 2].map((seed) => signTargets(streamKey(seed, 'targets'), 50, 8));
    const [a, b] = [new Int32Array(16), new Int32Array(16)];
    one(a, 0, 0, 1);
    other(b, 0, 0, 2);
    one(a, 1, 1, 1);
    expect(Array.from(a)).toEqual([...definition(1, 50, 8, 0), ...definition(1, 50, 8, 1)]);
    expect(Array.from(b)).toEqual([...definition(2, 50, 8, 0), ...definition(2, 50, 8, 1)]);
  });
});
