import { describe, expect, it } from 'vitest';
import { gramSweeps } from '../../bench/support/gramSweeps';
import { kernelSweeps } from '../../bench/support/kernelSweeps';
import type { Context } from '../../bench/support/section';
import {
  exponentsOf,
  FREE,
  LINEAR,
  measureSweep,
  type Sweep,
  sweepTable,
  verdict,
} from '../../bench/support/sweep';
import { FULL_SIZES, QUICK_SIZES, type SweepSizes } from '../../bench/support/sweepSizes';

const sweeps = (sizes: SweepSizes): Sweep[] => [...gramSweeps(sizes), ...kernelSweeps(sizes)];

const context: Context = {
  quick: true,
  rounds: { discarded: 0, kept: 1 },
  peers: () => Promise.reject(new Error('no peers are needed')),
  progress: () => {},
  stored: () => {
    throw new Error('nothing is stored');
  },
};

const sweep = (answers: readonly (readonly number[])[]): Sweep => ({
  ...{ problem: 'p', parameter: 'n', given: 'd = 1', values: [1, 10] },
  claims: { first: LINEAR, second: null },
  prepare: (value) => {
    const first = { run: () => answers[0] };
    return value === 1 ? { first, second: { run: () => answers[1] } } : { first };
  },
});

describe('a sweep', () => {
  it('times every method where it is run', async () => {
    const { points } = await measureSweep(sweep([[1], [1]]), context);
    expect(points.first.map(([value]) => value)).toEqual([1, 10]);
    expect(points.second.map(([value]) => value)).toEqual([1]);
  });

  it('refuses methods whose answers differ', async () => {
    await expect(measureSweep(sweep([[1], [1.001]]), context)).rejects.toThrow('p, n = 1, second');
  });

  it('has the exponent of each line, and blanks where nothing was run', () => {
    const points = {
      first: [1, 10, 100].map((n) => [n, 3 * n ** 1.5] as const),
      second: [[1, 5] as const, [10, 5] as const],
    };
    const swept = { sweep: { ...sweep([[1], [1]]), values: [1, 10, 100] }, points };
    const [first, second] = exponentsOf(swept);
    expect(first.slope).toBeCloseTo(1.5, 12);
    expect([first.from, first.to, first.claim]).toEqual([1, 100, LINEAR]);
    expect(second.slope).toBeCloseTo(0, 12);
    expect(sweepTable(swept).rows).toEqual([
      ['1', '3.00', '5.00'],
      ['10', '94.9', '5.00'],
      ['100', '3000', ''],
    ]);
  });

  it('holds a slope against what is claimed', () => {
    expect([1.1, 1.11].map((slope) => verdict(slope, LINEAR))).toEqual(['yes', 'NO']);
    expect([-0.06, -0.05, 0.05, 0.06].map((slope) => verdict(slope, FREE))).toEqual([
      'NO',
      'yes',
      'yes',
      'NO',
    ]);
  });
});

describe('the sweeps of scaling', () => {
  it('have a claim, or say that there is none, for every method they run', () => {
    for (const { problem, parameter, values, claims, prepare } of sweeps(QUICK_SIZES)) {
      const names = Object.keys(prepare(values[0]));
      expect(`${problem}, ${parameter}: ${Object.keys(claims).sort()}`).toBe(
        `${problem}, ${parameter}: ${names.sort()}`,
      );
    }
  });

  it('vary every parameter over more than two values', () => {
    for (const sizes of [FULL_SIZES, QUICK_SIZES])
      for (const { values } of sweeps(sizes)) expect(values.length).toBeGreaterThan(2);
    expect(new Set(sweeps(FULL_SIZES).map(({ parameter }) => parameter))).toEqual(
      new Set(['n', 'd', 'j', 'κ(A)', 'entries']),
    );
  });
});
