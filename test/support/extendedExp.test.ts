import { describe, expect, it } from 'vitest';
import { add, multiply, type Pair, subtract } from './doubleDouble';
import { extendedExp } from './extendedExp';
import { testRandom } from './random';

/** |x − y|/|y| */
function distance(x: Pair, y: Pair): number {
  return Math.abs(subtract(x, y)[0] / y[0]);
}

describe('extendedExp', () => {
  it('e and exp(−1/2) to 30 digits', () => {
    // e = 2.71828182845904523536028747135266250, exp(−1/2) = 0.606530659712633423603799534991180453
    expect(distance(extendedExp([1, 0]), [Math.E, 1.4456468917292502e-16])).toBeLessThan(1e-29);
    expect(distance(extendedExp([-0.5, 0]), [0.6065306597126334, 1.9e-33])).toBeLessThan(1e-16);
    expect(extendedExp([0, 0])).toEqual([1, 0]);
  });

  it('exp(x + y) = exp(x)·exp(y) to (1 + |x|)·2⁻⁹⁸, and exp(x)·exp(−x) = 1', () => {
    const random = testRandom(1);
    for (let k = 0; k < 300; k++) {
      const x: Pair = [200 * (random.uniform() - 0.5), 0];
      const y: Pair = [40 * (random.uniform() - 0.5), 1e-18 * random.normal()];
      const both = extendedExp(add(x, y));
      const bound = (2 + Math.abs(x[0]) + Math.abs(y[0])) * 2 ** -98;
      expect(distance(multiply(extendedExp(x), extendedExp(y)), both)).toBeLessThan(bound);
      expect(distance(multiply(extendedExp(x), extendedExp([-x[0], -x[1]])), [1, 0])).toBeLessThan(bound);
      expect(Math.abs(extendedExp(x)[0] / Math.exp(x[0]) - 1)).toBeLessThan(2 ** -51);
    }
  });

  it('the low part of the argument counts (negative control)', () => {
    const shifted = extendedExp([3, 2e-16]);
    expect(distance(shifted, multiply(extendedExp([3, 0]), [1, 2e-16]))).toBeLessThan(1e-29);
    expect(distance(shifted, extendedExp([3, 0]))).toBeGreaterThan(1e-16);
  });
});
