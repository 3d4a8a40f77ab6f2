import { describe, expect, it } from 'vitest';
import { exponentialProductInto, exponentialScratchLength } from '../../src/dense/exponentialProduct';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

interface Product {
  readonly y: Float64Array;
  readonly total: Float64Array;
  readonly log: Float64Array;
}

function product(
  B: Float64Array,
  m: number,
  A: Float64Array,
  n: number,
  d: number,
  scale: number,
  x: Float64Array,
  causal = false,
): Product {
  const outs = [0, 1, 2].map(() => new Float64Array(m).fill(Number.NaN));
  const scratch = new Float64Array(exponentialScratchLength(n)).fill(Number.NaN);
  exponentialProductInto(outs[0], outs[1], outs[2], B, m, A, n, d, scale, x, causal, scratch);
  return { y: outs[0], total: outs[1], log: outs[2] };
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
    const { y, total, log } = product(Float64Array.of(1000, -1000), 2, A, 3, 1, 1, Float64Array.of(2, 3, 5));
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

  // the largest exponent is taken over all points, so a point with weight 0 pushes the others below exp(−745)
  it.fails('a point with weight 0 does not hide the others, whatever its exponent', () => {
    const { y, log } = product(
      Float64Array.of(1000, 0),
      1,
      Float64Array.of(1, 0, 0, 1),
      2,
      2,
      1,
      Float64Array.of(0, 1),
    );
    expect(y[0] * Math.exp(log[0])).toBe(1);
  });
});
