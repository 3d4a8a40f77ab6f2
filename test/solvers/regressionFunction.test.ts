import { describe, expect, it } from 'vitest';
import { evaluateInto, increment, isConvex } from '../../src/solvers/regressionFunction';
import { divide, subtract } from '../support/doubleDouble';
import { extendedExp } from '../support/extendedExp';
import { FUNCTION, type Kind, SLOPE } from '../support/regression';
import { u } from '../support/tolerances';

const KINDS: readonly Kind[] = ['exp', 'cosh', 'sinh'];
const POINTS = Float64Array.of(-700, -3, -0.5, -1e-9, 0, 1e-300, 0.25, 1, 20, 700);

/** The least w² with which ½(f(t) − b)² + ½w²t² is convex in t; negative where it is without. */
function convexityThreshold(kind: Kind, b: number): number {
  if (kind === 'exp') return Math.max(b, 0) ** 2 / 8;
  if (kind === 'sinh') return b ** 2 / 8 - 1;
  return b <= 4 ? b - 1 : 1 + b ** 2 / 8;
}

describe.each(KINDS)('%s', (kind) => {
  it('evaluateInto gives f and f′', () => {
    const f = new Float64Array(POINTS.length);
    const slope = new Float64Array(POINTS.length);
    evaluateInto(f, slope, kind, POINTS);
    expect(Array.from(f)).toEqual(Array.from(POINTS, FUNCTION[kind]));
    expect(Array.from(slope)).toEqual(Array.from(POINTS, SLOPE[kind]));
  });

  it('increment has a small error relative to itself, however small the step', () => {
    for (const t of [-2, 0.7, 3]) {
      for (const delta of [1e-18, -1e-12, 1e-5, 0.3, -8]) {
        // in double-double, where the difference of two values loses 18 of 30 digits at most
        const at = (v: number): readonly [number, number] => {
          const e = extendedExp([v, 0]);
          if (kind === 'exp') return e;
          const inverse = divide([1, 0], e);
          const [hi, lo] = kind === 'cosh' ? subtract(e, [-inverse[0], -inverse[1]]) : subtract(e, inverse);
          return [hi / 2, lo / 2];
        };
        // the sum t + delta rounds: the oracle takes the step that is a double
        const moved = t + delta;
        const step = moved - t;
        if (step === 0) continue;
        const exact = subtract(at(moved), at(t))[0];
        const got = increment(kind, t, FUNCTION[kind](t), step);
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(16 * u * Math.abs(exact));
      }
    }
  });

  it('increment of a step below the spacing of doubles is f′·delta', () => {
    const t = 0.7;
    const got = increment(kind, t, FUNCTION[kind](t), 1e-25);
    expect(Math.abs(got - 1e-25 * SLOPE[kind](t))).toBeLessThanOrEqual(1e-25 * 1e-14);
  });

  it('the threshold is where the least curvature over t is zero', () => {
    for (const b of [-50, -3, 0, 0.5, 2, 4, 5, 10, 8e3]) {
      let least = Number.POSITIVE_INFINITY;
      for (let t = -12; t <= 12; t += 1e-3) {
        const f = FUNCTION[kind](t);
        least = Math.min(least, SLOPE[kind](t) ** 2 + (f - b) * f);
      }
      const threshold = convexityThreshold(kind, b);
      // a grid of 1e-3 misses the least value by curvature·1e-6/8
      expect(Math.max(threshold, -least - 1e-12)).toBeGreaterThanOrEqual(-least - 1e-12);
      if (kind !== 'exp' || b > 0) {
        expect(Math.abs(threshold + least)).toBeLessThanOrEqual(1e-5 * (1 + b * b));
      }
    }
  });

  it('the certificate flips at the threshold within 1e-8, and one row decides', () => {
    const b = Float64Array.of(1, 30, 2);
    const exact = convexityThreshold(kind, 30);
    const wSq = (last: number) => Float64Array.of(50, last, 50);
    expect(isConvex(kind, b, wSq(exact * (1 + 1e-8)))).toBe(true);
    expect(isConvex(kind, b, wSq(exact * (1 - 1e-8)))).toBe(false);
  });
});

describe('isConvex', () => {
  it('holds for w = √threshold as doubles have it, and not for w a little smaller, for b of any size', () => {
    for (const kind of KINDS) {
      for (let k = 0; k < 200; k++) {
        const b = 3 * 1.3 ** (k % 100) * (k < 100 ? 1 : 1 + k * u);
        const w = Math.sqrt(convexityThreshold(kind, b));
        const at = (factor: number) => isConvex(kind, Float64Array.of(b), Float64Array.of((w * factor) ** 2));
        expect(at(1)).toBe(true);
        expect(at(1 - 1e-10)).toBe(false);
      }
    }
    const small = Float64Array.of(1e-9);
    expect(isConvex('exp', small, Float64Array.of(0))).toBe(false);
    expect(isConvex('exp', small, Float64Array.of(1e-18 / 8))).toBe(true);
  });
});

describe('isConvex at the ends of the range', () => {
  const at = (kind: Kind, b: number, wSq: number) => isConvex(kind, Float64Array.of(b), Float64Array.of(wSq));

  it('where b² overflows or underflows', () => {
    for (const kind of KINDS) {
      for (const b of [1e100, 1e160, 1e300]) expect(at(kind, b, 0)).toBe(false);
    }
    for (const b of [1e-300, 5e-324]) expect(at('exp', b, 0)).toBe(false);
    expect(at('exp', 1e-150, 1e-300 / 8)).toBe(true);
    expect(at('exp', 1e150, 1e300 / 8)).toBe(true);
    expect(at('exp', 1e150, (1 - 1e-10) * (1e300 / 8))).toBe(false);
    expect(at('exp', -1e300, 0)).toBe(true);
    expect(at('cosh', -1e300, 0)).toBe(true);
  });
});
