import { describe, expect, it } from 'vitest';
import { averageOver, groupEqualRows, representativeRows, shareOut } from '../../src/solvers/duplicateRows';
import { shuffledRows, timesScalar, withCopies } from '../support/attention';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const A = randomMatrix(40, 3, 1);
const copied = withCopies(A, [3, 3, 7, 39]);

describe('groupEqualRows', () => {
  it('different rows: null, also when they differ in the last bit or nearly vanish', () => {
    expect(groupEqualRows(A)).toBeNull();
    expect(groupEqualRows(timesScalar(A, 1e-200))).toBeNull();
    expect(groupEqualRows(timesScalar(A, 1e200))).toBeNull();
    const close = withCopies(A, [5]);
    close.data[40 * 3 + 1] *= 1 + u;
    expect(groupEqualRows(close)).toBeNull();
  });

  it('groups in order of first appearance, whatever the order of the rows', () => {
    for (const scale of [1, 1e-200, 1e200]) {
      const { A: mixed, order } = shuffledRows(timesScalar(copied, scale), 2);
      const groups = groupEqualRows(mixed);
      if (groups === null) throw new Error('no groups');
      expect(groups.sizes).toHaveLength(40);
      expect(groups.sizes.reduce((a, b) => a + b, 0)).toBe(44);
      const original = (row: number): number => [3, 3, 7, 39][row - 40] ?? row;
      for (let i = 0; i < 44; i++) {
        for (let j = 0; j < 44; j++) {
          const equal = original(order[i]) === original(order[j]);
          expect(groups.groupOf[i] === groups.groupOf[j]).toBe(equal);
        }
        expect(groups.groupOf[i]).toBeLessThanOrEqual(Math.max(-1, ...groups.groupOf.subarray(0, i)) + 1);
      }
      groups.representatives.forEach((row, g) => {
        expect(groups.groupOf[row]).toBe(g);
        expect(groups.groupOf.indexOf(g)).toBe(row);
      });
      expect([...groups.sizes].sort((a, b) => b - a).slice(0, 4)).toEqual([3, 2, 2, 1]);
    }
  });

  it('0 and −0 are equal', () => {
    const groups = groupEqualRows({ rows: 3, columns: 2, data: Float64Array.of(0, 1, -0, 1, 1, -0) });
    expect(Array.from(groups?.groupOf ?? [])).toEqual([0, 0, 1]);
  });

  it('all rows equal, and one row', () => {
    const same = groupEqualRows({ rows: 4, columns: 2, data: new Float64Array(8).fill(3) });
    expect([Array.from(same?.sizes ?? []), Array.from(same?.representatives ?? [])]).toEqual([[4], [0]]);
    expect(groupEqualRows({ rows: 1, columns: 2, data: new Float64Array(2) })).toBeNull();
  });
});

describe('with the groups', () => {
  const groups = groupEqualRows(copied);
  if (groups === null) throw new Error('no groups');

  it('a row of every group', () => {
    expect(representativeRows(copied, groups)).toEqual(A);
  });

  it('means over groups are the projection on vectors constant over groups', () => {
    const b = randomVector(44, 3);
    const before = b.slice();
    const mean = averageOver(groups, b);
    expect(b).toEqual(before);
    expect(Math.abs(mean[3] - (b[3] + b[40] + b[41]) / 3)).toBeLessThan(4 * u * 3);
    expect([mean[0], mean[38]]).toEqual([b[0], b[38]]);
    const spread = Float64Array.from(groups.groupOf, (g) => mean[g]);
    // b − P b is orthogonal to every group
    for (let g = 0; g < 40; g++) {
      let left = 0;
      groups.groupOf.forEach((of, i) => {
        if (of === g) left += b[i] - spread[i];
      });
      expect(Math.abs(left)).toBeLessThan(20 * u);
    }
  });

  it('sums are shared out evenly: of all x with these sums the shortest', () => {
    const sums = randomVector(40, 4);
    const x = shareOut(groups, sums);
    const back = new Float64Array(40);
    groups.groupOf.forEach((g, i) => {
      back[g] += x[i];
    });
    back.forEach((sum, g) => {
      expect(Math.abs(sum - sums[g])).toBeLessThan(4 * u * Math.abs(sums[g]));
    });
    expect([x[40], x[41]]).toEqual([x[3], x[3]]);
    // negative control: all of a sum in one place is longer
    expect(Math.hypot(...x)).toBeLessThan(Math.hypot(...sums));
  });
});
