import { describe, expect, it } from 'vitest';
import { correctDigits, relativeError } from './forwardError';

describe('relativeError', () => {
  it('is ‖x − c‖/‖c‖ and knows signs', () => {
    expect(relativeError([3, 4], [3, 4])).toBe(0);
    expect(relativeError([3, 9], [3, 4])).toBeCloseTo(1, 14);
    expect(relativeError([-3, -4], [3, 4])).toBeCloseTo(2, 14);
  });

  it('does not overflow or underflow', () => {
    expect(relativeError([-1.5e308, 0], [1.5e308, 0])).toBeCloseTo(2, 14);
    expect(relativeError([2e-320], [1e-320])).toBeCloseTo(1, 2);
  });

  it('zero, NaN and Infinity do not pass as small', () => {
    expect(relativeError([0, 0], [0, 0])).toBe(0);
    expect(relativeError([1e-30, 0], [0, 0])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([Number.NaN, 0], [1, 0])).toBeNaN();
    expect(relativeError([Number.NaN, 0], [0, 0])).toBeNaN();
    expect(relativeError([Number.POSITIVE_INFINITY], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(() => relativeError([1], [1, 2])).toThrow(RangeError);
  });
});

describe('correctDigits', () => {
  it('counts the worst coefficient, between 0 and 15', () => {
    expect(correctDigits([1.001, 2], [1, 2])).toBeCloseTo(3, 10);
    expect(correctDigits([1.001, 2.2], [1, 2])).toBeCloseTo(1, 10);
    expect(correctDigits([1, 2], [1, 2])).toBe(15);
    expect(correctDigits([-1, 2], [1, 2])).toBe(0);
    expect(correctDigits([1e-4], [0])).toBeCloseTo(4, 10);
    expect(correctDigits([Number.NaN, 2], [1, 2])).toBe(0);
  });
});
