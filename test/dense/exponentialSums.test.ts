import { describe, expect, it } from 'vitest';
import {
  exponentialSums,
  recordSums,
  safeFloor,
  sumRow,
  timesExponential,
} from '../../src/dense/exponentialSums';
import { ldexp } from '../../src/dense/vector';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

describe('sumRow', () => {
  it('a stretch of a row, relative to its largest exponent, to (n + 4)·u·Σexp|x|; nothing else is written', () => {
    const n = 40;
    const row = randomVector(n + 5, 1).map((entry) => 20 * entry);
    const x = randomVector(n, 2);
    const out = exponentialSums(3);
    for (const part of [out.sum, out.log, out.total, out.gap]) part.fill(-7);
    sumRow(out, 1, row, 3, n, x, safeFloor(x, n));
    const exponents = row.slice(3, 3 + n);
    const largest = Math.max(...exponents);
    let [sum, size, ones] = [0, 0, 0];
    exponents.forEach((exponent, j) => {
      const entry = Math.exp(exponent - largest);
      sum += entry * x[j];
      size += entry * Math.abs(x[j]);
      ones += entry;
    });
    expect(Math.abs(out.sum[1] - sum)).toBeLessThanOrEqual((n + 4) * u * size);
    expect(Math.abs(out.total[1] - ones)).toBeLessThanOrEqual((n + 4) * u * ones);
    expect([out.log[1], out.power[1], out.gap[1]]).toEqual([largest, 0, 0]);
    for (const part of [out.sum, out.log, out.total, out.gap]) expect([part[0], part[2]]).toEqual([-7, -7]);
  });

  it('no exponents: nothing to sum', () => {
    const out = exponentialSums(1);
    sumRow(out, 0, new Float64Array(0), 0, 0, new Float64Array(0), 1e-300);
    expect([out.sum[0], out.total[0], out.gap[0]]).toEqual([0, 0, -Infinity]);
  });
});

describe('recordSums', () => {
  const row = Float64Array.of(720, 0);

  it('takes sums of a safe size as they are', () => {
    const out = exponentialSums(1);
    recordSums(out, 0, row, 0, 2, Float64Array.of(1, 1), 1e-300, 720, 0.5, 1.5);
    expect([out.sum[0], out.power[0], out.log[0], out.total[0], out.gap[0]]).toEqual([0.5, 0, 720, 1.5, 0]);
  });

  it('a sum that cancels exactly, of terms of a safe size, stays 0', () => {
    const out = exponentialSums(1);
    const x = Float64Array.of(1, -1);
    recordSums(out, 0, Float64Array.of(5, 5), 0, 2, x, safeFloor(x, 2), 5, 0, 2);
    expect([out.sum[0], out.log[0], out.gap[0]]).toEqual([0, 5, 0]);
  });

  it('one that underflowed, or is not finite, is formed anew relative to the largest term', () => {
    const x = Float64Array.of(0, 3);
    for (const lost of [0, 1e-310, Number.POSITIVE_INFINITY, Number.NaN]) {
      const out = exponentialSums(1);
      recordSums(out, 0, row, 0, 2, x, safeFloor(x, 2), 720, lost, 1);
      expect([ldexp(out.sum[0], out.power[0]), out.log[0], out.gap[0], out.total[0]]).toEqual([
        3, 0, -720, 1,
      ]);
    }
  });
});

describe('safeFloor', () => {
  it('2⁻¹⁰²⁰ of the largest weight, of 1 at least', () => {
    expect(safeFloor(Float64Array.of(0.5, -8, 99), 2)).toBe(2 ** -1017);
    expect(safeFloor(Float64Array.of(1e-300), 1)).toBe(2 ** -1020);
  });
});

describe('timesExponential', () => {
  it('value·e^exponent·2^power by the definition, to (|exponent| + 4)·u', () => {
    for (const [value, exponent, power] of [
      [3, 2, 0],
      [-0.7, -30.25, 5],
      [1.1, 600.3, -300],
      [2.2, -690.1, 3],
    ]) {
      const exact = value * Math.exp(exponent) * 2 ** power;
      expect(Math.abs(timesExponential(value, exponent, power) / exact - 1)).toBeLessThan(
        (Math.abs(exponent) + 4) * u,
      );
    }
  });

  it('factors out of range, result in range', () => {
    // e^1400 = (e^700)²
    const y = timesExponential(1e-300, 1400) / Math.exp(700) / 1e-300 / Math.exp(700);
    expect(Math.abs(y - 1)).toBeLessThan(1500 * u);
    const z = timesExponential(1e300, -1400) * 1e300 * Math.exp(700);
    expect(Math.abs(z / (1e300 * (1e300 * Math.exp(-700))) - 1)).toBeLessThan(1500 * u);
    expect(timesExponential(2 ** -1074, 0, 1074)).toBe(1);
    expect(timesExponential(2 ** 1000, 0, -1074)).toBe(2 ** -74);
    expect(Math.abs(timesExponential(2 ** 1000, -610, -1000) / Math.exp(-610) - 1)).toBeLessThan(620 * u);
    expect(Math.abs(timesExponential(2 ** -1000, 610, 1000) / Math.exp(610) - 1)).toBeLessThan(620 * u);
    const w = timesExponential(2 ** -1000, -700, 2000);
    expect(Math.abs(w / (2 ** 1000 * Math.exp(-700)) - 1)).toBeLessThan(710 * u);
  });

  it('out of range: signed infinities and zeros; 0 stays 0', () => {
    const far = [
      timesExponential(-2, Infinity),
      timesExponential(-2, -Infinity),
      timesExponential(5, -1e300),
      timesExponential(0, Infinity),
      timesExponential(1, 3000, -9000),
      timesExponential(1, 800),
      timesExponential(1, -800),
    ];
    expect(far).toEqual([-Infinity, -0, 0, 0, 0, Infinity, 0]);
    // the powers of two count among the limits: e^±2200·2^∓3000
    const y = timesExponential(1, 2200, -3000) / Math.exp(700) / (Math.exp(700) * 2 ** -1000);
    expect(Math.abs(y / (Math.exp(700) * 2 ** -1000) / (Math.exp(100) * 2 ** -1000) - 1)).toBeLessThan(
      2300 * u,
    );
    const z = timesExponential(1, -2200, 3000) * Math.exp(700) * (Math.exp(700) * 2 ** -1000);
    expect(Math.abs(z * (Math.exp(700) * 2 ** -1000) * (Math.exp(100) * 2 ** -1000) - 1)).toBeLessThan(
      2300 * u,
    );
  });
});
