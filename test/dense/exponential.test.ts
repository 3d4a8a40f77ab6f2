import { describe, expect, it } from 'vitest';
import { exponentialRowInPlace } from '../../src/dense/exponential';
import { add, divide, multiply, type Pair, subtract } from '../support/doubleDouble';
import { describeKernels } from '../support/kernelSets';
import { testRandom } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { u } from '../support/tolerances';

const LN2: Pair = [Math.LN2, 2.3190468138462996e-17];

/** exp(v)·2^q and q, to about 28 digits: Taylor's series on v = −q·ln 2 + r, r/16 to the power 16. */
function exactExponential(v: number): { value: Pair; q: number } {
  const q = Math.round(-v / LN2[0]);
  const [hi, lo] = add([v, 0], multiply(LN2, [q, 0]));
  const r: Pair = [hi / 16, lo / 16];
  let value: Pair = [1, 0];
  for (let k = 22; k >= 1; k--) value = add([1, 0], multiply(value, divide(r, [k, 0])));
  for (let k = 0; k < 4; k++) value = multiply(value, value);
  return { value, q };
}

function exponential(v: number): number {
  const K = Float64Array.of(v);
  exponentialRowInPlace(K, 0, 0, Float64Array.of(0), 0, 1);
  return K[0];
}

/** Relative error in units of u; results stay normal for v ≥ −708. */
function relativeError(v: number): number {
  const { value, q } = exactExponential(v);
  const half = q >> 1; // 2^q itself may overflow
  const got = exponential(v) * 2 ** half * 2 ** (q - half);
  return Math.abs(subtract([got, 0], value)[0] / value[0]) / u;
}

describeKernels(() => {
  describe('exponentialRowInPlace', () => {
    it('relative error at most 1.1u: half for the table, half for the last sum', () => {
      const random = testRandom(1);
      let worst = 0;
      for (let k = 0; k < 40000; k++) {
        const v = -(708 * random.uniform() ** 3);
        worst = Math.max(worst, relativeError(v));
      }
      expect(worst).toBeLessThan(1.1);
      expect(worst).toBeGreaterThan(0.5); // it measures something
    });

    it.each([32, 256])('the same at the ends of the steps of (ln 2)/%i, both sides', (steps) => {
      let worst = 0;
      for (let k = 0; k < steps * 1020; k += 7 + (k >> 9)) {
        for (const side of [-1e-15, 0, 1e-15]) {
          worst = Math.max(worst, relativeError((-(k + 0.5) * LN2[0] * (1 + side)) / steps));
        }
      }
      expect(worst).toBeLessThan(1.1);
    });

    it('each entry of the tables: the middle of every step of (ln 2)/256 above 1/8', () => {
      for (let k = 0; k < 768; k++) expect(relativeError((-k * LN2[0]) / 256)).toBeLessThan(1.1);
    });

    it('an entry has the same bits in a row of any length, at any place', () => {
      const n = 1031;
      const v = new Float64Array(n).map((_, j) => -(745 * ((j * 0.618033988749895) % 1)));
      const g = new Float64Array(n).map((_, j) => (j % 9) / 8);
      const whole = v.slice();
      exponentialRowInPlace(whole, 0, 0.5, g, 0, n);
      expect(whole).toEqual(v.map((entry, j) => exponential(entry - 0.5 - g[j])));
      for (const [first, count] of [
        [0, 1],
        [1, 2],
        [3, 5],
        [7, 1024],
      ]) {
        const part = v.slice();
        exponentialRowInPlace(part, first, 0.5, g, first, count);
        for (let j = 0; j < n; j++) {
          expect(part[j]).toBe(j < first || j >= first + count ? v[j] : whole[j]);
        }
      }
    });

    it('small arguments: 1 + v', () => {
      for (let e = -1; e > -1074; e -= 3) expect(relativeError(-(2 ** e))).toBeLessThan(1.1);
      expect(exponential(-(2 ** -30))).toBe(1 - 2 ** -30);
      expect(exponential(-(2 ** -60))).toBe(1);
    });

    it('exact ends: 1 at 0 and above, 0 from −746 down, NaN stays', () => {
      expect(exponential(0)).toBe(1);
      expect(exponential(-0)).toBe(1);
      expect(exponential(3)).toBe(1);
      expect(exponential(Number.POSITIVE_INFINITY)).toBe(1);
      expect(exponential(-746)).toBe(0);
      expect(exponential(-1e300)).toBe(0);
      expect(exponential(Number.NEGATIVE_INFINITY)).toBe(0);
      expect(exponential(Number.NaN)).toBeNaN();
    });

    it('below the normal numbers within one spacing, 2⁻¹⁰⁷⁴', () => {
      for (let v = -708; v > -750; v -= 0.37) {
        expect(Math.abs(exponential(v) - Math.exp(v))).toBeLessThanOrEqual(2 ** -1074 + 2 * u * Math.exp(v));
      }
    });

    it('never above 1 and never rising as v falls, across the steps', () => {
      let last = 2;
      expectEvery(20000, (k) => {
        const value = exponential((-k * LN2[0]) / 640);
        const falls = value < last && value <= 1;
        last = value;
        return falls;
      });
    });

    it('takes h and g_j away, row by row, and touches nothing else', () => {
      const g = Float64Array.of(9, 0.25, 1.5, 0.5, 9);
      const K = Float64Array.of(7, 7, 1, 2, -1, 7);
      exponentialRowInPlace(K, 2, 0.75, g, 1, 3);
      expect([...K.subarray(0, 2), K[5]]).toEqual([7, 7, 7]);
      expect(K[2]).toBe(1);
      expect(K[3]).toBeCloseTo(Math.exp(-0.25), 15);
      expect(K[4]).toBeCloseTo(Math.exp(-2.25), 15);
    });
  });
});
