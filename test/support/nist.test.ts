import { describe, expect, it } from 'vitest';
import { correctDigits } from './forwardError';
import { NIST_NAMES, nistProblem } from './nist';
import { leastSquaresReference } from './oracles';

describe.each(NIST_NAMES)('%s', (name) => {
  it('the exact minimiser for the stored design agrees with the certified values to the stated ceiling', () => {
    const { A, b, certified, ceilingDigits, scipyDigits } = nistProblem(name);
    const digits = correctDigits(leastSquaresReference(A, b).x, certified);
    expect(digits).toBeGreaterThanOrEqual(ceilingDigits);
    expect(digits).toBeLessThan(ceilingDigits + 0.2);
    expect(scipyDigits).toBeLessThan(ceilingDigits);
  });
});

describe('the stored sets', () => {
  it('have the published sizes', () => {
    const sizes = NIST_NAMES.map((name) => {
      const { A } = nistProblem(name);
      return [A.rows, A.columns];
    });
    expect(sizes).toEqual([[16, 7], [82, 11], [40, 3], ...Array.from({ length: 5 }, () => [21, 6])]);
  });

  it('columns are powers of x from 0 up', () => {
    const { A } = nistProblem('wampler1');
    expect(Array.from(A.data.subarray(2 * 6, 3 * 6))).toEqual([1, 2, 4, 8, 16, 32]);
  });
});
