import { describe, expect, it } from 'vitest';
import { logLogSlope } from '../../bench/support/fit';
import { interleave, ratioOf, shortNumber, type Timing, warmed } from '../../bench/support/timing';

const rounds = { discarded: 2, kept: 4 };

function timing(samples: readonly number[]): Timing {
  return { name: '', medianMs: 0, minMs: 0, maxMs: 0, runs: samples.length, samples };
}

describe('interleave', () => {
  it('runs every contender once a round, each round beginning with the next one', async () => {
    const order: string[] = [];
    const contenders = ['a', 'b', 'c'].map((name) => ({ name, run: () => order.push(name) }));
    const timings = await interleave(contenders, rounds);
    expect(order.join('')).toBe('abcbcacababcbcacab');
    expect(timings.map(({ name, runs }) => [name, runs])).toEqual([
      ['a', 4],
      ['b', 4],
      ['c', 4],
    ]);
  });

  it('gives a slow contender fewer runs, and warms it up less', async () => {
    let calls = 0;
    const [slow] = await interleave(
      [
        { name: 'slow', runs: 1, run: () => calls++ },
        { name: 'other', run: () => 0 },
      ],
      rounds,
    );
    expect([slow.runs, calls]).toEqual([1, 1]);
  });

  it('takes the time that another process measured', async () => {
    let next = 0;
    const [other] = await interleave(
      [{ name: 'other', run: async () => [9, 9, 4, 1, 3, 2][next++] }],
      rounds,
    );
    expect([other.samples, other.minMs, other.maxMs]).toEqual([[4, 1, 3, 2], 1, 4]);
    expect(other.medianMs).toBe(3);
  });

  it('runs what comes before outside the clock, and a warmed contender twice', async () => {
    const calls: string[] = [];
    const contender = { name: 'a', before: () => calls.push('before'), run: () => calls.push('run') };
    await interleave([warmed(contender)], { discarded: 0, kept: 1 });
    expect(calls).toEqual(['before', 'run', 'before', 'run']);
  });

  it('divides the time of repeated runs among them', async () => {
    const wait = () => {
      for (const end = performance.now() + 2; performance.now() < end; );
    };
    const [{ minMs }] = await interleave([{ name: 'a', repeats: 5, run: wait }], { discarded: 0, kept: 3 });
    expect(minMs).toBeGreaterThan(1.9);
    expect(minMs).toBeLessThan(9);
  });
});

describe('ratioOf', () => {
  it('is the median of the ratios of a round, over the rounds that both ran in', () => {
    expect(ratioOf(timing([2, 8, 6, 40]), timing([1, 2, 2, 10]))).toEqual({ median: 4, low: 3, high: 4 });
    expect(ratioOf(timing([2]), timing([1, 5, 5]))).toEqual({ median: 2, low: 2, high: 2 });
  });
});

describe('shortNumber', () => {
  it('keeps three digits', () => {
    expect([0, 1234.5, 98.76, 9.876, 0.9876, 1.234e-5].map(shortNumber)).toEqual([
      '0',
      '1235',
      '98.8',
      '9.88',
      '0.988',
      '1.2e-5',
    ]);
  });
});

describe('logLogSlope', () => {
  it('is the exponent of a power law, with no uncertainty', () => {
    const { slope, halfWidth } = logLogSlope([1, 2, 4, 8].map((x) => [x, 3 * x ** 1.5] as const));
    expect(slope).toBeCloseTo(1.5, 12);
    expect(halfWidth).toBeLessThan(1e-7);
  });

  it('has the interval of the textbook: slope 1, residuals ±δ alternating', () => {
    const points = [0, 1, 2, 3].map((t) => [Math.exp(t), Math.exp(t + (t % 3 === 0 ? 0.1 : -0.1))] as const);
    const { slope, halfWidth } = logLogSlope(points);
    expect(slope).toBeCloseTo(1, 12);
    // residual sum of squares 0.04 with two degrees of freedom, Σ(u − ū)² = 5
    expect(halfWidth).toBeCloseTo(4.303 * Math.sqrt(0.04 / 2 / 5), 12);
    expect(logLogSlope(points.slice(0, 2)).halfWidth).toBe(Number.POSITIVE_INFINITY);
  });
});
