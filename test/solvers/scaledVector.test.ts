import { describe, expect, it } from 'vitest';
import { normaliseInPlace, scaleBack, underflow } from '../../src/solvers/scaledVector';

describe('normaliseInPlace', () => {
  it.each([
    [[3, -4, 0.5], 2],
    [[-1, 0, 0], 0],
    [[1.9999, 1], 0],
    [[2, 1], 1],
    [[5e-324, 0], -1074],
    [[Number.MAX_VALUE, 1], 1023],
    [[-(2 ** -1022), 2 ** -1000], -1000],
    [[0, 0], 0],
  ])('%j: exponent %d, the largest entry in [1, 2), nothing rounded', (given, exponent) => {
    const v = Float64Array.from(given);
    expect(normaliseInPlace(v)).toBe(exponent);
    const largest = Math.max(...v.map(Math.abs));
    if (given.some((entry) => entry !== 0)) {
      expect(largest).toBeGreaterThanOrEqual(1);
      expect(largest).toBeLessThan(2);
    }
    // two factors: 2^1023·1.99 is a double, 2^1024 is not
    const half = Math.trunc(exponent / 2);
    expect(Array.from(v, (entry) => entry * 2 ** half * 2 ** (exponent - half))).toEqual(given);
  });
});

describe('scaleBack', () => {
  it('is v·2^e exactly, also where 2^e is no double', () => {
    expect(scaleBack('test', Float64Array.of(1.5, -1), 3)).toEqual(Float64Array.of(12, -8));
    expect(scaleBack('test', Float64Array.of(2 ** -60, 0), 1080)).toEqual(Float64Array.of(2 ** 1020, 0));
    expect(scaleBack('test', Float64Array.of(2 ** 60, 1), -1130)).toEqual(Float64Array.of(2 ** -1070, 0));
  });

  it('leaves its argument alone', () => {
    const v = Float64Array.of(1, 2);
    scaleBack('test', v, 5);
    expect(v).toEqual(Float64Array.of(1, 2));
  });

  it('a zero vector is zero at any scale', () => {
    for (const e of [-5000, 0, 5000]) {
      expect(scaleBack('test', new Float64Array(2), e)).toEqual(new Float64Array(2));
    }
  });

  it('entries that vanish beside one that does not are no error', () => {
    expect(scaleBack('test', Float64Array.of(1, 2 ** -60), -1030)).toEqual(Float64Array.of(2 ** -1030, 0));
  });

  it.each([
    [1024, [1, 0]],
    [1023, [1, -2]],
    [-1076, [1, 1]],
    [4000, [1, 1]],
    [-4000, [1, 1]],
  ])('2^%d·%j: OUT_OF_RANGE with exponent and mantissas', (e, given) => {
    const v = Float64Array.from(given);
    expect(() => scaleBack('solver', v, e)).toThrow(
      expect.objectContaining({
        name: 'SketchSolveError',
        code: 'OUT_OF_RANGE',
        message: `solver: x is about 2^${e}, expected an answer within the range of doubles (2^-1074 to 2^1024); scale A or b`,
        details: { log2Scale: e, mantissas: v },
      }),
    );
  });
});

describe('underflow', () => {
  it('is half a multiple of 2⁻¹⁰⁷⁴ for every entry, relative to the norm', () => {
    expect(underflow(Float64Array.of(5e-324, 0, 0, 0))).toBe(1);
    expect(underflow(Float64Array.of(2 ** -1044))).toBe(2 ** -31);
    expect(underflow(Float64Array.of(1, 2))).toBe(0);
    expect(underflow(new Float64Array(3))).toBe(0);
  });

  it('bounds what scaleBack rounds', () => {
    const v = Float64Array.from({ length: 50 }, (_, i) => 1 + Math.sin(i) / 2);
    const x = scaleBack('test', v, -1060);
    const lost = Math.hypot(...x.map((value, i) => value * 2 ** 600 * 2 ** 460 - v[i])) / Math.hypot(...v);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(underflow(x) * (1 + lost));
  });
});
