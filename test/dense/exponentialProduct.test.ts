import { describe, expect, it } from 'vitest';
import {
  exponentialProductInto,
  exponentialScratchLength,
  type NormalisedFactors,
} from '../../src/dense/exponentialProduct';
import { exponentialSums, timesExponential } from '../../src/dense/exponentialSums';
import { ldexp } from '../../src/dense/vector';
import { describeKernels } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

function sums(
  B: Float64Array,
  m: number,
  A: Float64Array,
  n: number,
  d: number,
  scale: number,
  x: Float64Array,
  causal = false,
  far: NormalisedFactors | null = null,
) {
  const out = exponentialSums(m);
  for (const part of [out.sum, out.log, out.total, out.gap]) part.fill(Number.NaN);
  out.power.fill(-77);
  const scratch = new Float64Array(exponentialScratchLength(n)).fill(Number.NaN);
  exponentialProductInto(out, B, m, A, n, d, scale, x, causal, scratch, far);
  return out;
}

/** Where no weight is extreme: sums relative to the largest exponent. */
function product(...given: Parameters<typeof sums>) {
  const { sum, power, log, total, gap } = sums(...given);
  expect(power.every((p) => p === 0)).toBe(true);
  expect(gap.every((g) => g === 0)).toBe(true);
  return { y: sum, total, log };
}

/** The largest exponent of row i, Σ exp(s − log)x, the same with |x| and with 1, by the definition. */
function naiveRow(
  B: Float64Array,
  i: number,
  A: Float64Array,
  seen: number,
  d: number,
  scale: number,
  x: Float64Array,
) {
  const s = Array.from({ length: seen }, (_, j) => {
    let sum = 0;
    for (let l = 0; l < d; l++) sum += B[i * d + l] * A[j * d + l];
    return sum * scale;
  });
  const log = Math.max(...s);
  const at = (value: (j: number) => number) =>
    s.reduce((sum, exponent, j) => sum + Math.exp(exponent - log) * value(j), 0);
  return {
    log,
    y: at((j) => x[j]),
    size: at((j) => Math.abs(x[j])),
    total: at(() => 1),
    largest: Math.max(...s.map(Math.abs)),
  };
}

const shapes = [
  [1, 1, 1],
  [5, 3, 2],
  [31, 40, 4],
  [32, 33, 7],
  [33, 32, 1],
  [70, 131, 130],
] as const;

describeKernels(() => {
  describe('exponentialProductInto', () => {
    it.each(shapes)(
      '%i rows, %i points, dimension %i: |error| ≤ (n + 2(d + 2)·max|s| + 4)·u·Σexp|x|, and the same for the sums',
      (m, n, d) => {
        for (const [scale, causal] of [
          [1, false],
          [0.3, true],
          [-2, false],
        ] as const) {
          const B = randomVector(m * d, 1);
          const A = randomVector(n * d, 2);
          const x = randomVector(n, 3);
          const { y, total, log } = product(B, m, A, n, d, scale, x, causal);
          for (let i = 0; i < m; i++) {
            const exact = naiveRow(B, i, A, causal ? Math.min(n, i + 1) : n, d, scale, x);
            const bound = (n + 4 * (d + 2) * (exact.largest + d) + 4) * u;
            expect(Math.abs(log[i] - exact.log)).toBeLessThanOrEqual(bound);
            expect(Math.abs(y[i] - exact.y)).toBeLessThanOrEqual(bound * exact.size);
            expect(Math.abs(total[i] - exact.total)).toBeLessThanOrEqual(bound * exact.total);
          }
        }
      },
    );

    it('the largest entry counts 1: no overflow at exponents of ±1e6', () => {
      const A = Float64Array.of(1000, 999, -1000);
      const { y, total, log } = product(
        Float64Array.of(1000, -1000),
        2,
        A,
        3,
        1,
        1,
        Float64Array.of(2, 3, 5),
      );
      expect(Array.from(log)).toEqual([1e6, 1e6]);
      expect(Array.from(y)).toEqual([2, 5]);
      expect(Array.from(total)).toEqual([1, 1]);
    });

    it('a constant added to all exponents moves to log alone', () => {
      const n = 50;
      const plain = randomVector(2 * n, 5);
      // a third coordinate 2⁹ in every point times 2 in every row adds 2¹⁰, exactly
      const lifted = Float64Array.from({ length: 3 * n }, (_, p) =>
        p % 3 === 2 ? 512 : plain[2 * Math.floor(p / 3) + (p % 3)],
      );
      const rows = randomVector(8, 6);
      const liftedRows = Float64Array.from({ length: 12 }, (_, p) =>
        p % 3 === 2 ? 2 : rows[2 * Math.floor(p / 3) + (p % 3)],
      );
      const x = randomVector(n, 7);
      const low = product(rows, 4, plain, n, 2, 1, x);
      const high = product(liftedRows, 4, lifted, n, 3, 1, x);
      for (let i = 0; i < 4; i++) {
        expect(Math.abs(high.log[i] - low.log[i] - 1024)).toBeLessThan(4 * 1024 * u);
        expect(Math.abs(high.y[i] - low.y[i])).toBeLessThan(8 * 1024 * u * low.total[i] * 3);
      }
    });

    it('causal rows do not see later points, whatever those hold; the inputs are kept; same bits again', () => {
      const [n, d] = [70, 3];
      const A = randomVector(n * d, 8);
      const x = randomVector(n, 9);
      const kept = [A.slice(), x.slice()];
      const first = product(A, n, A, n, d, 1, x, true);
      expect([A, x]).toEqual(kept);
      expect(product(A, n, A, n, d, 1, x, true)).toEqual(first);
      const other = x.slice();
      other.fill(100, 40);
      const second = product(A, n, A, n, d, 1, other, true);
      expect(second.y.slice(0, 40)).toEqual(first.y.slice(0, 40));
      for (let i = 40; i < n; i++) expect(second.y[i]).not.toBe(first.y[i]);
      expect(first.total[0]).toBe(1);
    });

    it('negative control: rows and points exchanged, or a lost scale, are seen', () => {
      const [B, A, x] = [randomVector(8, 10), randomVector(8, 11), randomVector(4, 12)];
      const right = product(B, 4, A, 4, 2, 0.5, x).y;
      for (const wrong of [product(A, 4, B, 4, 2, 0.5, x).y, product(B, 4, A, 4, 2, 1, x).y]) {
        expect(Math.max(...right.map((entry, i) => Math.abs(entry - wrong[i])))).toBeGreaterThan(1e-3);
      }
    });
  });

  describe('weights that differ by hundreds of powers of ten', () => {
    it('a point with weight 0 does not hide the others, whatever its exponent; it counts in the sum of the row', () => {
      const B = Float64Array.of(1000, 0);
      const A = Float64Array.of(1, 0, 0, 1);
      const { sum, power, log, total, gap } = sums(B, 1, A, 2, 2, 1, Float64Array.of(0, 3));
      expect([ldexp(sum[0], power[0]), log[0], total[0], gap[0]]).toEqual([3, 0, 1, -1000]);
    });

    it('no weights: nothing to sum', () => {
      const { sum, log, total, gap } = sums(
        Float64Array.of(5),
        1,
        Float64Array.of(2, 3),
        2,
        1,
        1,
        new Float64Array(2),
      );
      expect([sum[0], log[0], total[0], gap[0]]).toEqual([0, -Infinity, 1 + Math.exp(-5), -Infinity]);
    });

    it.each([-1040, -1000, 1023])(
      'all weights near 2^%i: the digits of weights near 1, (n + 2·max|s|)·2u of Σexp|x|',
      (shift) => {
        const n = 40;
        const A = randomVector(2 * n, 21);
        // 20 bits survive 2^−1040 exactly
        const plain = randomVector(n, 22).map((entry) => Math.fround(entry / 8) || 1);
        const coarse = plain.map((entry) => Math.round(entry * 2 ** 14) / 2 ** 14 || 2 ** -14);
        const x = coarse.map((entry) => ldexp(entry, shift));
        const B = randomVector(10, 23);
        const { sum, power, log } = sums(B, 5, A, n, 2, 1, x);
        for (let i = 0; i < 5; i++) {
          const exact = naiveRow(B, i, A, n, 2, 1, coarse);
          const y = ldexp(sum[i], power[i] - shift) * Math.exp(log[i] - exact.log);
          expect(Math.abs(y - exact.y)).toBeLessThanOrEqual((n + 2 * exact.largest + 8) * 2 * u * exact.size);
        }
      },
    );

    it('|x| from 1e-300 to 1e300 against exponents to ±800: relative to its largest term, by logarithms', () => {
      const n = 60;
      for (let seed = 0; seed < 20; seed++) {
        const s = randomVector(n, seed).map((entry) => 400 * entry);
        const x = randomVector(n, 100 + seed).map((entry, j) => (j % 7 === 0 ? 0 : 10 ** (100 * entry)));
        for (let j = 0; j < n; j++) if (j % 3 === 0) x[j] = -x[j];
        const { sum, power, log, total, gap } = sums(Float64Array.of(1), 1, s, n, 1, 1, x);
        const logs = s.map((entry, j) => entry + Math.log(Math.abs(x[j])));
        const M = Math.max(...logs);
        let exact = 0;
        let size = 0;
        for (let j = 0; j < n; j++) {
          if (x[j] === 0) continue;
          exact += Math.sign(x[j]) * Math.exp(logs[j] - M);
          size += Math.exp(logs[j] - M);
        }
        const y = timesExponential(sum[0], log[0] - M, power[0]);
        // logarithms up to 2000, each rounded three times, and M beside them
        expect(Math.abs(y - exact)).toBeLessThanOrEqual((n + 8 * 2500) * u * size);
        expect(Math.abs(log[0] - gap[0] - Math.max(...s))).toBeLessThan(1e-12);
        const largest = Math.max(...s);
        const ones = s.reduce((all, entry) => all + Math.exp(entry - largest), 0);
        expect(Math.abs(total[0] / ones - 1)).toBeLessThan(2 * n * u);
      }
    });

    it('the largest term, not the largest exponent, is the reference: it may be e^714 times larger', () => {
      const x = Float64Array.of(2 ** -1074, 1e300);
      const { sum, power, log, gap } = sums(Float64Array.of(1), 1, Float64Array.of(720, 0), 2, 1, 1, x);
      expect([log[0], gap[0], ldexp(sum[0], power[0])]).toEqual([0, -720, 1e300]);
    });

    it('two weights of 1e308 do not overflow', () => {
      const x = Float64Array.of(1.5e308, 1.5e308);
      const { sum, power } = sums(Float64Array.of(0), 1, Float64Array.of(1, 1), 2, 1, 1, x);
      expect(ldexp(sum[0], power[0] - 1)).toBe(1.5e308);
    });
  });

  describe('exponents that overflow on the way', () => {
    const normalised = (
      rows: number[],
      rowPowers: number[],
      points: number[],
      pointPowers: number[],
      power = 0,
    ): NormalisedFactors => ({
      rows: Float64Array.from(rows),
      rowPowers: Int32Array.from(rowPowers),
      points: Float64Array.from(points),
      pointPowers: Int32Array.from(pointPowers),
      scale: 1,
      power,
      products: new Float64Array(exponentialScratchLength(pointPowers.length)),
    });
    const x = Float64Array.of(2, 3, 5);

    it('inf − inf on the way: the exponent of the normalised factors', () => {
      // ⟨(2¹⁰²³, 2¹⁰²³, 1), (2, −2, 1.5)⟩ = 1.5
      const B = Float64Array.of(2 ** 1023, 2 ** 1023, 0);
      const A = Float64Array.of(2, -2, 1.5, 0, 0, 1.5);
      const far = normalised([1, 1, 0], [1023], [1, -1, 0.75, 0, 0, 1], [1, 0]);
      const { sum, log } = sums(B, 1, A, 2, 3, 1, Float64Array.of(2, 3), false, far);
      expect([sum[0], log[0]]).toEqual([5, 0]);
    });

    it('finite exponents are those of the plain product', () => {
      const far = normalised([1], [0], [1, 1, 1], [0, 0, 0]);
      const given = [Float64Array.of(2), 1, Float64Array.of(1, 2, 4), 3, 1, 1, x, false] as const;
      expect(sums(...given, far)).toEqual(sums(...given, null));
    });

    it.each([
      ['the largest has all', [1, 1.5, -1], [2000, 2000, 2000], [3, Infinity, 1, 0]],
      ['a power more outdoes a larger number', [1, 1.5, 1.25], [2003, 2000, 2000], [2, Infinity, 1, 0]],
      ['equal ones share', [1.5, 1.5, 1.25], [2000, 2000, 2000], [5, Infinity, 2, 0]],
      ['equal with other powers', [1, 2, -1], [2001, 2000, 2000], [5, Infinity, 2, 0]],
      ['all far below: the least far', [-1, -1, -3], [2000, 2005, 2000], [2, -Infinity, 1, 0]],
    ])('beyond the range of doubles: %s', (_, points, powers, expected) => {
      const far = normalised([1], [0], points, powers);
      const overflowing = Float64Array.from(points, (entry) => entry * Infinity);
      const { sum, power, log, total, gap } = sums(
        Float64Array.of(1),
        1,
        overflowing,
        3,
        1,
        1,
        x,
        false,
        far,
      );
      expect([ldexp(sum[0], power[0]), log[0], total[0], gap[0]]).toEqual(expected);
    });

    it('weight 0 at an infinite exponent: the others count, and are nothing beside it', () => {
      const far = normalised([1], [0], [1, 0.5, 1], [2000, 0, 0]);
      const B = Float64Array.of(1);
      const A = Float64Array.of(Infinity, 0.5, 1);
      const { sum, log, gap } = sums(B, 1, A, 3, 1, 1, Float64Array.of(0, 3, 5), false, far);
      expect(log[0]).toBe(1);
      expect(Math.abs(sum[0] - (5 + 3 * Math.exp(-0.5)))).toBeLessThan(8 * u);
      expect(gap[0]).toBe(-Infinity);
      const none = sums(B, 1, A, 3, 1, 1, new Float64Array(3), false, far);
      expect([none.sum[0], none.gap[0]]).toEqual([0, -Infinity]);
      // the weighted ones infinite too, but less so
      const lower = normalised([1], [0], [1, 0.5, 1], [2000, 1990, 1990]);
      const C = Float64Array.of(Infinity, Infinity, Infinity);
      const below = sums(B, 1, C, 3, 1, 1, Float64Array.of(0, 3, 5), false, lower);
      expect([below.sum[0] * 2 ** below.power[0], below.log[0], below.gap[0]]).toEqual([
        5,
        Infinity,
        -Infinity,
      ]);
    });
  });
});
