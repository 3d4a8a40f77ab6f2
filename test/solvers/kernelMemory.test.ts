import { describe, expect, it } from 'vitest';
import {
  affordableRank,
  holdsDense,
  keepsKernel,
  squareBytes,
  storedBytes,
} from '../../src/solvers/kernelMemory';

describe('what fits into the budget', () => {
  it('half of the kernel is kept, and a little more', () => {
    for (const n of [1, 100, 5000]) {
      expect(storedBytes(n)).toBeGreaterThanOrEqual((squareBytes(n) + 8 * n) / 2);
      expect(storedBytes(n)).toBeLessThanOrEqual(squareBytes(n) / 2 + 8 * 66 * n + 8 * 132 * 66);
    }
    expect(squareBytes(1000)).toBe(8e6);
  });

  it('the kernel is kept where as much is left, or where a forced factor fits beside it', () => {
    const n = 500;
    expect(keepsKernel(n, 2 * storedBytes(n), false)).toBe(true);
    expect(keepsKernel(n, 2 * storedBytes(n) - 1, false)).toBe(false);
    expect(keepsKernel(n, storedBytes(n) + squareBytes(n), true)).toBe(true);
    expect(keepsKernel(n, storedBytes(n) + squareBytes(n) - 1, true)).toBe(false);
    // at the default budget
    expect(keepsKernel(8000, 2 ** 29, false)).toBe(true);
    expect(keepsKernel(8300, 2 ** 29, false)).toBe(false);
  });

  it('a dense factor is n² numbers, beside the kernel where that is kept', () => {
    const n = 500;
    expect(holdsDense(n, squareBytes(n), false)).toBe(true);
    expect(holdsDense(n, squareBytes(n) - 1, false)).toBe(false);
    expect(holdsDense(n, squareBytes(n) + storedBytes(n), true)).toBe(true);
    expect(holdsDense(n, squareBytes(n) + storedBytes(n) - 1, true)).toBe(false);
  });

  it('a column costs four of n numbers; none where nothing is left', () => {
    const n = 1000;
    expect(affordableRank(n, 32 * n * 104, false)).toBe(100);
    expect(affordableRank(n, storedBytes(n) + 32 * n * 104, true)).toBe(100);
    expect(affordableRank(n, storedBytes(n), true)).toBeLessThan(1);
  });
});
