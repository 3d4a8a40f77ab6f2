/** What the WebAssembly exponential adds to the laws of test/dense/exponential.test.ts: stretches, far arguments. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exponentialRowInPlace } from '../../src/dense/exponential';
import { setKernels } from '../../src/dense/kernelChoice';

beforeAll(() => setKernels('wasm'));
afterAll(() => setKernels('auto'));

describe('rows longer than a stretch of 1024', () => {
  it.each([1023, 1024, 1025, 2049])('%i entries: all of them, and nothing else', (n) => {
    const K = new Float64Array(n + 5).map((_, j) => -j / 64);
    const g = new Float64Array(n + 3).map((_, j) => (j % 3) / 4);
    exponentialRowInPlace(K, 2, 0.25, g, 1, n);
    K.forEach((entry, j) => {
      const v = -j / 64;
      if (j < 2 || j >= n + 2) expect(entry).toBe(v);
      else {
        const exact = Math.exp(v - 0.25 - g[j - 1]);
        expect(Math.abs(entry - exact)).toBeLessThanOrEqual(3 * 2 ** -53 * exact);
      }
    });
  });
});

describe('arguments whose steps overflow the exponent', () => {
  // steps of (ln 2)/256 down to where their count fills 52 bits and more
  it('are 0 from −746 to −1.8e308, NaN among them NaN', () => {
    const K = new Float64Array(4000);
    for (let j = 0; j < K.length; j++) K[j] = -746 * 1.2 ** (j % 3800);
    K[77] = Number.NaN;
    const g = new Float64Array(K.length);
    exponentialRowInPlace(K, 0, 0, g, 0, K.length);
    K.forEach((entry, j) => {
      expect(entry).toBe(j === 77 ? Number.NaN : 0);
    });
  });

  it('an entry beside one that vanishes, or is NaN, is what it is alone', () => {
    for (const [a, b] of [
      [-1e300, -1],
      [-1, -800],
      [Number.NaN, -2],
      [-3, Number.NaN],
    ]) {
      const pair = Float64Array.of(a, b);
      exponentialRowInPlace(pair, 0, 0, new Float64Array(2), 0, 2);
      const alone = [a, b].map((v) => {
        const one = Float64Array.of(v);
        exponentialRowInPlace(one, 0, 0, new Float64Array(1), 0, 1);
        return one[0];
      });
      expect([...pair]).toEqual(alone);
    }
  });
});
