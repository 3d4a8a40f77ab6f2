import { describe, expect, it } from 'vitest';
import { describeRows, RowCoverage, type RowInterval } from '../../src/sketch/rowCoverage';
import { testRandom } from '../support/random';

/** Maximal stretches of rows with the given mark, from one boolean per row. */
function stretches(covered: readonly boolean[], mark: boolean): RowInterval[] {
  const found: RowInterval[] = [];
  for (let row = 0; row < covered.length; row++) {
    if (covered[row] !== mark) continue;
    const first = row;
    while (row + 1 < covered.length && covered[row + 1] === mark) row++;
    found.push({ first, end: row + 1 });
  }
  return found;
}

function coverageOf(total: number, ...intervals: readonly [number, number][]): RowCoverage {
  const coverage = new RowCoverage(total);
  for (const [first, end] of intervals) coverage.add(first, end);
  return coverage;
}

describe('RowCoverage agrees with one boolean per row', () => {
  it.each([1, 2, 3, 4, 5])('random blocks, seed %i', (seed) => {
    const total = 60;
    const random = testRandom(seed);
    const coverage = new RowCoverage(total);
    const covered = new Array<boolean>(total).fill(false);
    for (let step = 0; step < 200; step++) {
      const first = random.integer(total);
      const end = first + 1 + random.integer(Math.min(6, total - first));
      const at = covered.indexOf(true, first);
      const overlap = coverage.overlap(first, end);
      if (at >= 0 && at < end) {
        const stop = covered.indexOf(false, at);
        expect(overlap).toEqual({ first: at, end: Math.min(end, stop < 0 ? total : stop) });
      } else {
        expect(overlap).toBeUndefined();
        coverage.add(first, end);
        covered.fill(true, first, end);
      }
      expect(coverage.intervals).toEqual(stretches(covered, true));
      expect(coverage.missing()).toEqual(stretches(covered, false));
    }
  });
});

describe('intervals', () => {
  it('nothing is covered at first', () => {
    const coverage = new RowCoverage(5);
    expect(coverage.total).toBe(5);
    expect(coverage.intervals).toEqual([]);
    expect(coverage.missing()).toEqual([{ first: 0, end: 5 }]);
    expect(coverage.overlap(0, 5)).toBeUndefined();
  });

  it.each<[string, [number, number][]]>([
    [
      'ascending',
      [
        [0, 3],
        [3, 5],
        [5, 9],
      ],
    ],
    [
      'descending',
      [
        [5, 9],
        [3, 5],
        [0, 3],
      ],
    ],
    [
      'the middle last',
      [
        [0, 3],
        [5, 9],
        [3, 5],
      ],
    ],
  ])('neighbours join, %s', (_, blocks) => {
    const coverage = coverageOf(9, ...blocks);
    expect(coverage.intervals).toEqual([{ first: 0, end: 9 }]);
    expect(coverage.missing()).toEqual([]);
  });

  it('blocks that do not touch stay apart', () => {
    const coverage = coverageOf(10, [6, 8], [1, 3]);
    expect(coverage.intervals).toEqual([
      { first: 1, end: 3 },
      { first: 6, end: 8 },
    ]);
    expect(coverage.missing()).toEqual([
      { first: 0, end: 1 },
      { first: 3, end: 6 },
      { first: 8, end: 10 },
    ]);
  });
});

describe('overlap', () => {
  const coverage = coverageOf(20, [2, 5], [10, 12]);

  it.each<[number, number, RowInterval | undefined]>([
    [0, 2, undefined],
    [5, 10, undefined],
    [12, 20, undefined],
    [0, 3, { first: 2, end: 3 }],
    [4, 6, { first: 4, end: 5 }],
    [3, 4, { first: 3, end: 4 }],
    [0, 20, { first: 2, end: 5 }],
    [5, 11, { first: 10, end: 11 }],
  ])('of rows %i to below %i', (first, end, expected) => {
    expect(coverage.overlap(first, end)).toEqual(expected);
  });
});

it('describeRows names one row or the first and the last', () => {
  expect(describeRows({ first: 7, end: 8 })).toBe('row 7');
  expect(describeRows({ first: 7, end: 10 })).toBe('rows 7 to 9');
});
