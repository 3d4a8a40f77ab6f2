import { describe, expect, it } from 'vitest';
import {
  axpy,
  dot,
  ldexp,
  maxAbs,
  norm2,
  powerOfTwoExponent,
  scaleByPowerOfTwoInPlace,
} from '../../src/dense/vector';
import { randomVector } from '../support/random';
import { dotBound, u } from '../support/tolerances';

const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 1001];

function sumOfProducts(x: Float64Array, y: Float64Array): [number, number] {
  let sum = 0;
  let absolute = 0;
  for (let i = 0; i < x.length; i++) {
    sum += x[i] * y[i];
    absolute += Math.abs(x[i] * y[i]);
  }
  return [sum, absolute];
}

describe('dot and axpy', () => {
  it.each(lengths)('dot is the sum of products up to γ_n·Σ|xᵢyᵢ|, n = %i', (n) => {
    const x = randomVector(n, 1);
    const y = randomVector(n, 2);
    const [sum, absolute] = sumOfProducts(x, y);
    expect(Math.abs(dot(x, y, n) - sum)).toBeLessThanOrEqual(2 * dotBound(n) * absolute);
  });

  it('dot counts every entry once and none beyond n', () => {
    const powers = Float64Array.from({ length: 23 }, (_, i) => 2 ** i);
    for (let n = 0; n <= 23; n++) expect(dot(powers, new Float64Array(23).fill(1), n)).toBe(2 ** n - 1);
  });

  it.each(lengths)('axpy adds alpha·x, exact on small integers, nothing beyond n = %i', (n) => {
    const x = Float64Array.from({ length: n + 2 }, (_, i) => i + 1);
    const y = Float64Array.from({ length: n + 2 }, (_, i) => 5 - i);
    axpy(y, -3, x, n);
    expect([...y]).toEqual(Array.from({ length: n + 2 }, (_, i) => (i < n ? 5 - i - 3 * (i + 1) : 5 - i)));
  });

  it('axpy of a vector to itself multiplies by 1 + alpha', () => {
    const x = Float64Array.from([1, 2, 3, 4, 5]);
    axpy(x, 2, x, 5);
    expect([...x]).toEqual([3, 6, 9, 12, 15]);
  });
});

describe('norm2', () => {
  it.each([1, 2, 3, 4, 6, 1001])('is √(Σxᵢ²) up to n·u at any scale, n = %i', (n) => {
    const x = randomVector(n, 3);
    const plain = Math.sqrt(sumOfProducts(x, x)[0]);
    expect(Math.abs(norm2(x, 0, n) - plain)).toBeLessThanOrEqual(n * u * plain);
    for (const e of [-1010, -700, -500, -466, 465, 500, 700, 1010]) {
      // a power of two changes no rounding, whichever of the two paths is taken
      const scaled = x.map((entry) => ldexp(entry, e));
      const expected = ldexp(norm2(x, 0, n), e);
      // but for entries that fall among the denormals
      const lost = e < -900 ? n * 2 ** -1074 : 0;
      expect(Math.abs(norm2(scaled, 0, n) - expected)).toBeLessThanOrEqual(lost);
    }
  });

  it('is right where squares overflow, underflow and where both meet', () => {
    expect(Math.abs(norm2(Float64Array.of(3e200, -4e200), 0, 2) / 5e200 - 1)).toBeLessThanOrEqual(4 * u);
    expect(norm2(Float64Array.of(3 * 2 ** -1074, 4 * 2 ** -1074), 0, 2)).toBe(5 * 2 ** -1074);
    expect(norm2(Float64Array.of(1e-200, 1e200, 1e-200), 0, 3)).toBe(1e200);
    expect(norm2(Float64Array.of(Number.MAX_VALUE), 0, 1)).toBe(Number.MAX_VALUE);
    expect(norm2(new Float64Array(16).fill(2 ** 1019), 0, 16)).toBe(2 ** 1021);
    expect(norm2(new Float64Array(4).fill(Number.MIN_VALUE), 0, 4)).toBe(2 * Number.MIN_VALUE);
    // 10⁴ squares of 1e-170 vanish beside nothing else: a plain sum of squares gives 0
    const tiny = norm2(new Float64Array(10000).fill(1e-170), 0, 10000);
    expect(Math.abs(tiny / 1e-168 - 1)).toBeLessThanOrEqual(dotBound(10000));
  });

  it('reads only its stretch, is 0 for nothing and for zeros, and passes on NaN and infinity', () => {
    const x = Float64Array.of(Number.NaN, 3, 4, Number.POSITIVE_INFINITY);
    expect(norm2(x, 1, 2)).toBe(5);
    expect(norm2(x, 1, 0)).toBe(0);
    expect(norm2(new Float64Array(5), 0, 5)).toBe(0);
    expect(norm2(x, 0, 2)).toBeNaN();
    expect(norm2(x, 1, 3)).toBe(Number.POSITIVE_INFINITY);
  });

  it('overflows only where the norm itself does', () => {
    expect(norm2(Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE), 0, 2)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('maxAbs', () => {
  it('is the largest magnitude of its stretch', () => {
    const x = Float64Array.of(9, -3, 2, -7, 8);
    expect(maxAbs(x, 1, 3)).toBe(7);
    expect(maxAbs(x, 0, 0)).toBe(0);
    expect(maxAbs(Float64Array.of(1, Number.NaN, 2), 0, 3)).toBeNaN();
    expect(maxAbs(Float64Array.of(-Number.MIN_VALUE), 0, 1)).toBe(Number.MIN_VALUE);
  });
});

describe('powers of two', () => {
  it('2^e ≤ |v| < 2^(e+1) at every binade and its edges, denormals included', () => {
    for (let e = -1074; e <= 1023; e++) {
      const power = ldexp(1, e);
      expect(powerOfTwoExponent(power)).toBe(e);
      expect(powerOfTwoExponent(-power)).toBe(e);
      if (e > -1022) expect(powerOfTwoExponent(power * (1 - u / 2))).toBe(e - 1);
      if (e > -1022) expect(powerOfTwoExponent(power * (1 + u))).toBe(e);
    }
    expect(powerOfTwoExponent(3 * 2 ** -1074)).toBe(-1073);
    expect(powerOfTwoExponent(0)).toBe(0);
    expect(powerOfTwoExponent(-0)).toBe(0);
    expect(powerOfTwoExponent(Number.MAX_VALUE)).toBe(1023);
  });

  it('ldexp multiplies exactly wherever the result is normal', () => {
    let expected = 2 ** -1022 * 1.75;
    for (let e = -1022; e <= 1023; e++, expected *= 2) expect(ldexp(1.75, e)).toBe(expected);
    expect(ldexp(1.75 * 2 ** -1022, 2045)).toBe(1.75 * 2 ** 1023);
    expect(ldexp(1.75 * 2 ** 1023, -2045)).toBe(1.75 * 2 ** -1022);
    expect(ldexp(Number.MIN_VALUE, 2097)).toBe(2 ** 1023);
    expect(ldexp(2 ** 1023, -2097)).toBe(Number.MIN_VALUE);
    expect(ldexp(-3, 4)).toBe(-48);
    expect(ldexp(1.1, 0)).toBe(1.1);
  });

  it('ldexp rounds once below the normal range', () => {
    expect(ldexp(3, -1075)).toBe(2 * Number.MIN_VALUE); // a tie: to even
    expect(ldexp(5, -1075)).toBe(2 * Number.MIN_VALUE);
    // just above a tie; rounding to 53 bits near the threshold first would lose the last bit and round down
    expect(ldexp(1 + u, -1075)).toBe(Number.MIN_VALUE);
    expect(ldexp(1 + u, -1076)).toBe(0);
    expect(ldexp(1, -5000)).toBe(0);
    expect(ldexp(1, 5000)).toBe(Number.POSITIVE_INFINITY);
    expect(ldexp(-0, 7)).toBe(-0);
    expect(ldexp(Number.NaN, 7)).toBeNaN();
  });

  it('scaleByPowerOfTwoInPlace has the bits of ldexp, entry by entry', () => {
    const v = Float64Array.of(1.1, -3, 0, 5e-324, 1e300, 2 ** -1040 + 2 ** -1074, 1 + u);
    for (const e of [0, 1, -1, 100, -1022, -1023, 1023, 1024, -2000, 2000]) {
      const scaled = v.slice();
      scaleByPowerOfTwoInPlace(scaled, e);
      expect(scaled).toEqual(v.map((entry) => ldexp(entry, e)));
    }
  });
});
