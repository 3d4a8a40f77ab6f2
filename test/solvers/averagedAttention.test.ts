import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { timesExponential } from '../../src/dense/exponentialSums';
import { svd } from '../../src/dense/svd';
import { AveragedKernel, averageExponentsInto } from '../../src/solvers/averagedAttention';
import { naiveAttention, shuffledRows, spreadRows, timesScalar, withCopies } from '../support/attention';
import { centredPoints, naiveKernel } from '../support/kernels';
import { naiveMatvec } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

type RidgeKind = 'relative' | 'absolute';

function product({ columns: d, data }: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let l = 0; l < d; l++) sum += data[i * d + l] * data[j * d + l];
  return sum;
}

/** Centred points, e, and a bound for the relative errors of entries: of exponents, σ, and those of the oracle. */
function prepared(A: Matrix) {
  const { rows: n, columns: d, data } = A;
  const points = centredPoints(data, n, d);
  const halfSq = Float64Array.from({ length: n }, (_, i) => product(A, i, i) / 2);
  const h = points.halfSq.reduce((a, b) => Math.max(a, b));
  const e = halfSq.reduce((a, b) => Math.max(a, b));
  return { points, halfSq, entryError: (4 * (d + 3) * h + 4 * (d + 4) * e + 3 * n + 8) * u };
}

function kernelOf(A: Matrix, ridge = 0, kind: RidgeKind = 'relative', sizes: Float64Array | null = null) {
  const { points, halfSq } = prepared(A);
  return new AveragedKernel(points, halfSq, sizes, ridge, kind);
}

/** log P_ij by the definition, and the logarithm of the largest entry of each column. */
function naiveLogs(A: Matrix): { logs: Float64Array[]; largest: Float64Array } {
  const { rows: n } = A;
  const largest = new Float64Array(n).fill(-Infinity);
  const logs = Array.from({ length: n }, (_, i) => {
    const s = Float64Array.from({ length: n }, (_, j) => product(A, i, j));
    const top = Math.max(...s);
    const sum = s.reduce((all, entry) => all + Math.exp(entry - top), 0);
    return s.map((entry, j) => {
      const log = entry - top - Math.log(sum);
      largest[j] = Math.max(largest[j], log);
      return log;
    });
  });
  return { logs, largest };
}

function naiveProduct(logs: Float64Array[], x: Float64Array, ridge = 0) {
  const y = new Float64Array(x.length);
  const size = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < x.length; j++) {
      const term = timesExponential(x[j], logs[i][j]) * (i === j ? 1 + ridge : 1);
      y[i] += term;
      size[i] += Math.abs(term);
    }
  }
  return { y, size };
}

function times(kernel: AveragedKernel, x: Float64Array): Float64Array {
  const y = new Float64Array(x.length).fill(Number.NaN);
  kernel.multiplyInto(y, x);
  return y;
}

/** maxᵢ |b − Px|ᵢ/(P|x| + |b|)ᵢ with P from its logarithms. */
function backwardError(logs: Float64Array[], x: Float64Array, b: Float64Array, ridge = 0): number {
  const { y, size } = naiveProduct(logs, x, ridge);
  return b.reduce((worst, bi, i) => Math.max(worst, Math.abs(bi - y[i]) / (size[i] + Math.abs(bi))), 0);
}

function solve(kernel: AveragedKernel, b: Float64Array): Float64Array {
  const x = b.slice();
  kernel.solveInPlace(x);
  return x;
}

/** n/2 pairs of neighbours at distance about 1, at right angles to random directions; norms from 33 to 63. */
function pairs(n: number, d: number, seed: number): Matrix {
  const directions = randomVector((n / 2) * d, seed);
  const data = randomVector(n * d, seed + 1);
  for (let i = 0; i < n; i++) {
    const k = i >> 1;
    const direction = directions.subarray(k * d, (k + 1) * d);
    const step = data.subarray(i * d, (i + 1) * d);
    const length = Math.hypot(...direction);
    const along = step.reduce((sum, entry, l) => sum + (entry * direction[l]) / length, 0);
    const norm = 33 + (60 * k) / n;
    for (let l = 0; l < d; l++) {
      step[l] =
        (norm * direction[l]) / length + (step[l] - (along * direction[l]) / length) / Math.sqrt(2 * d);
    }
  }
  return { rows: n, columns: d, data };
}

describe('averageExponentsInto', () => {
  it('eⱼ − |aᵢ − aⱼ|²/2 for a block of rows; the distance to itself is 0 exactly', () => {
    const A = timesScalar(randomMatrix(20, 3, 1), 10);
    const { points, halfSq, entryError } = prepared(A);
    const V = new Float64Array(7 * 15).fill(Number.NaN);
    averageExponentsInto(V, points, halfSq, 5, 7, 15);
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < 15; j++) {
        const exact = product(A, i + 5, j) - halfSq[i + 5];
        expect(Math.abs(V[i * 15 + j] - exact)).toBeLessThan(entryError);
      }
      expect(V[i * 15 + i + 5]).toBe(halfSq[i + 5]);
    }
    // many coordinates: the product and h are summed in other orders
    const long = prepared(timesScalar(randomMatrix(20, 700, 2), 10));
    const W = new Float64Array(400);
    averageExponentsInto(W, long.points, long.halfSq, 0, 20, 20);
    for (let i = 0; i < 20; i++) expect(W[i * 21]).toBe(long.halfSq[i]);
  });
});

describe('AveragedKernel where exp reaches', () => {
  const A = spreadRows(30, 4, 60, 3);
  const x = randomVector(30, 4);
  const { entryError } = prepared(A);

  it.each([
    [0, 'relative'],
    [0, 'absolute'],
    [0.3, 'relative'],
    [0.3, 'absolute'],
    [1e9, 'absolute'],
    [1e-14, 'relative'],
  ] as const)('ridge %d, %s: the product by the definition, and the solve takes it back', (ridge, kind) => {
    const K = naiveAttention(A, { softmax: true, ridge, ridgeKind: kind });
    const kernel = kernelOf(A, ridge, kind);
    const y = times(kernel, x);
    const exact = naiveMatvec(K, x);
    const sizes = naiveMatvec(K, x.map(Math.abs));
    for (let i = 0; i < 30; i++)
      expect(Math.abs(y[i] - exact[i])).toBeLessThanOrEqual(2 * entryError * sizes[i]);
    const found = solve(kernel, exact);
    const back = naiveMatvec(K, found);
    const extent = naiveMatvec(K, found.map(Math.abs));
    // n·u of the elimination and its substitutions, at most 4 times, beside the entries
    for (let i = 0; i < 30; i++) {
      expect(Math.abs(back[i] - exact[i])).toBeLessThanOrEqual(
        (2 * entryError + 4 * 30 * u) * (extent[i] + Math.abs(exact[i])),
      );
    }
  });

  it('more points than a panel of the elimination: every row solved to rounding', () => {
    const n = 150;
    const dense = shuffledRows(spreadRows(n, 5, 30, 9), 10).A;
    const K = naiveAttention(dense, { softmax: true, ridge: 0.1 });
    const kernel = kernelOf(dense, 0.1);
    const b = randomVector(n, 5);
    const found = solve(kernel, b);
    const back = naiveMatvec(K, found);
    const extent = naiveMatvec(K, found.map(Math.abs));
    const bound = 2 * prepared(dense).entryError + 4 * n * u;
    for (let i = 0; i < n; i++) {
      expect(Math.abs(back[i] - b[i])).toBeLessThanOrEqual(bound * (extent[i] + Math.abs(b[i])));
    }
  });

  it('negative control: ridge kinds and the lack of one are told apart', () => {
    const products = [kernelOf(A, 0.3), kernelOf(A, 0.3, 'absolute'), kernelOf(A)].map((k) => times(k, x));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      const apart = products[a].map((entry, i) => Math.abs(entry - products[b][i]));
      expect(Math.max(...apart)).toBeGreaterThan(1e-3);
    }
  });

  it('x is kept; |x| gives the sizes', () => {
    const kernel = kernelOf(A, 0.3);
    const before = x.slice();
    const y = times(kernel, x);
    expect(x).toEqual(before);
    const sizes = times(kernel, x.map(Math.abs));
    for (let i = 0; i < 30; i++) expect(Math.abs(y[i])).toBeLessThanOrEqual(sizes[i]);
    expect(kernel.size).toBe(30);
  });

  it.each([
    [0, 'relative'],
    [0.3, 'relative'],
    [0.3, 'absolute'],
  ] as const)('equal rows put together, ridge %d %s: the sums of x over each', (ridge, kind) => {
    const copies = [2, 2, 9, 29];
    const all = withCopies(A, copies);
    const sizes = new Float64Array(30).fill(1);
    for (const row of copies) sizes[row]++;
    // one value for each group
    const spread = new Float64Array(34);
    spread.set(x);
    copies.forEach((row, k) => {
      spread[30 + k] = x[row];
    });
    const K = naiveAttention(all, { softmax: true, ridge, ridgeKind: kind });
    const exact = naiveMatvec(K, spread);
    const extent = naiveMatvec(K, spread.map(Math.abs));
    const grouped = kernelOf(A, ridge, kind, sizes);
    const y = times(
      grouped,
      x.map((entry, i) => sizes[i] * entry),
    );
    for (let i = 0; i < 30; i++) {
      expect(Math.abs(y[i] - exact[i])).toBeLessThanOrEqual(2 * entryError * extent[i]);
    }
  });
});

describe('AveragedKernel with norms far apart', () => {
  it.each([
    [40, 6, 2000, 5],
    [60, 20, 2000, 6],
    [25, 2, 2000, 7],
    [50, 30, 700, 8],
  ])(
    '%i points in dimension %i, half squared norms to %i: products by logarithms, sums of 1',
    (n, d, e, seed) => {
      const A = shuffledRows(spreadRows(n, d, 2 * e, seed), seed).A;
      const { entryError } = prepared(A);
      const { logs, largest } = naiveLogs(A);
      const kernel = kernelOf(A, 0.5);
      for (const x of [
        randomVector(n, seed + 1),
        randomVector(n, seed + 2).map((entry, j) => timesExponential(entry, Math.min(600, -largest[j]))),
      ]) {
        const y = times(kernel, x);
        const exact = naiveProduct(logs, x, 0.5);
        for (let i = 0; i < n; i++)
          expect(Math.abs(y[i] - exact.y[i])).toBeLessThanOrEqual(2 * entryError * exact.size[i]);
      }
      const ones = times(kernelOf(A), new Float64Array(n).fill(1));
      for (const sum of ones) expect(Math.abs(sum - 1)).toBeLessThan(entryError);
    },
  );

  it.each([
    [40, 6, 0],
    [60, 20, 0],
    [60, 20, 1e-3],
    [130, 60, 0],
    [200, 150, 0],
  ])(
    '%i points in dimension %i, ridge %d: every row solved to rounding, though x is e^±hundreds',
    (n, d, ridge) => {
      const A = shuffledRows(spreadRows(n, d, 4000, 11), 12).A;
      const { entryError } = prepared(A);
      const { logs } = naiveLogs(A);
      const b = randomVector(n, 13);
      const x = solve(kernelOf(A, ridge), b);
      expect(x.every(Number.isFinite)).toBe(true);
      expect(Math.max(...x.map(Math.abs))).toBeGreaterThan(1e8);
      const bound = 2 * entryError + 4 * n * u;
      expect(backwardError(logs, x, b, ridge)).toBeLessThan(bound);
      // negative control: a small entry of x off by a thousandth is seen
      const smallest = x.reduce((at, entry, j) => (Math.abs(entry) < Math.abs(x[at]) ? j : at), 0);
      const wrong = x.map((entry, j) => (j === smallest ? 1.001 * entry : entry));
      expect(backwardError(logs, wrong, b, ridge)).toBeGreaterThan(bound);
    },
  );

  it.each([
    [0, 'relative'],
    [0.5, 'relative'],
    [Number.MAX_VALUE, 'absolute'],
  ] as const)('neighbours 33 to 63 from the origin, ridge %d %s: a planted x is found', (ridge, kind) => {
    const n = 60;
    const A = shuffledRows(pairs(n, 120, 14), 15).A;
    const { halfSq, entryError } = prepared(A);
    const { logs } = naiveLogs(A);
    const x = randomVector(n, 16);
    const { y: b } = naiveProduct(logs, x);
    for (let i = 0; i < n; i++) {
      const added = kind === 'relative' ? ridge : ridge * Math.exp(-2 * halfSq[i]);
      b[i] += added * Math.exp(logs[i][i]) * x[i];
    }
    const kernel = kernelOf(A, ridge, kind);
    // P⁻¹ = diag(1/P_jj)·S⁻¹(G + Δ)⁻¹S, S = diag(e^σ), and rows see their neighbours only
    const sigma = halfSq.map((e, i) => e - logs[i][i]);
    let spread = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (logs[i][j] > -40) spread = Math.max(spread, Math.abs(sigma[i] - sigma[j]) - logs[j][j]);
      }
    }
    const bound = 8 * Math.sqrt(2) * kernel.condition * Math.exp(spread) * (entryError + n * u);
    expect(bound).toBeLessThan(1e-6);
    const found = solve(kernel, b);
    const error = Math.max(...found.map((entry, i) => Math.abs(entry - x[i])));
    expect(error).toBeLessThan(bound);
  });

  it('rows 1, 45, 3, all nearest to 45: x = P⁻¹b by elimination by hand', () => {
    const A = { rows: 3, columns: 1, data: Float64Array.of(1, 45, 3) };
    const { logs } = naiveLogs(A);
    const kernel = kernelOf(A);
    const b = Float64Array.of(1, 2, 3);
    const x = solve(kernel, b);
    // row 3 less row 2 leaves x₃e^−126 + x₁e^−132 = 1, row 1 less row 2 leaves x₁e^−44 + x₃e^−42 = −1
    const left = Math.exp(-126) * Math.exp(-44) * (1 - Math.exp(-4));
    const x1 = (-Math.exp(-126) - Math.exp(-42)) / left;
    const x3 = (Math.exp(-44) + Math.exp(-132)) / left;
    const { entryError } = prepared(A);
    // the determinant loses 1/(1 − e^−4), the rest nothing
    expect(Math.abs(x[0] / x1 - 1)).toBeLessThan(4 * entryError);
    expect(Math.abs(x[2] / x3 - 1)).toBeLessThan(4 * entryError);
    expect(backwardError(logs, x, b)).toBeLessThan(entryError);
    // G holds 1 and e^−2; the estimate comes from inside
    const condition = (1 + Math.exp(-2)) / (1 - Math.exp(-2));
    expect(kernel.condition).toBeLessThan(condition * (1 + 1e-9));
    expect(kernel.condition).toBeGreaterThan(0.8 * condition);
  });

  it('beyond the range of doubles: infinite, never NaN', () => {
    const A = shuffledRows(spreadRows(80, 5, 12000, 17), 18).A;
    const x = solve(kernelOf(A), randomVector(80, 19));
    expect(x.some((entry) => !Number.isFinite(entry))).toBe(true);
    expect(x.some(Number.isNaN)).toBe(false);
    expect(Array.from(solve(kernelOf(A), new Float64Array(80)))).toEqual(new Array(80).fill(0));
    // (20, 0) attends to (80, 0) by e^1200, those before it to it by more; nothing attends to them
    const B = { rows: 5, columns: 2, data: Float64Array.of(20, 0, 80, 0, 0, 60, 5, 0, 1, 0) };
    const far = solve(kernelOf(B), Float64Array.of(3, 2, 5, 4, 7));
    expect(Array.from(far.slice(1, 3))).toEqual([2, 5]);
    for (const j of [0, 3, 4]) expect(Math.abs(far[j])).toBe(Infinity);
  });

  it('orthogonal rows far out: the identity, the ridge its diagonal', () => {
    const n = 30;
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) data[i * (n + 1)] = 9 + 2 * i;
    const A = { rows: n, columns: n, data };
    const x = randomVector(n, 21);
    // off the diagonal at most e^−81
    const y = times(kernelOf(A, 0.25), x);
    const { entryError } = prepared(A);
    for (let i = 0; i < n; i++) expect(Math.abs(y[i] / x[i] - 1.25)).toBeLessThan(entryError);
    const kernel = kernelOf(A);
    expect(Math.abs(kernel.condition - 1)).toBeLessThan(1e-8);
    const z = x.slice();
    kernel.solveInPlace(z);
    for (let i = 0; i < n; i++) expect(Math.abs(z[i] / x[i] - 1)).toBeLessThan(entryError);
  });

  it('an absolute ridge of e^700: what it adds to each diagonal entry, far from the range of doubles', () => {
    const data = Float64Array.of(26, 30, 38);
    const A = { rows: 3, columns: 3, data: Float64Array.of(data[0], 0, 0, 0, data[1], 0, 0, 0, data[2]) };
    const y = times(kernelOf(A, Math.exp(700), 'absolute'), new Float64Array(3).fill(1));
    const { entryError } = prepared(A);
    data.forEach((norm, i) => {
      expect(Math.abs(y[i] / (1 + Math.exp(700 - norm ** 2)) - 1)).toBeLessThan(2 * entryError);
    });
    expect(y[0]).toBeGreaterThan(1e10);
    expect(y[2]).toBeLessThan(1 + entryError);
  });

  it('the order of the points does not matter', () => {
    const A = pairs(100, 120, 31);
    const { A: shuffled, order } = shuffledRows(A, 32);
    const b = randomVector(100, 33);
    const kernel = kernelOf(A, 0.1);
    const x = solve(kernel, b);
    const other = kernelOf(shuffled, 0.1);
    const moved = solve(
      other,
      Float64Array.from(order, (from) => b[from]),
    );
    const { entryError } = prepared(A);
    const largest = Math.max(...x.map(Math.abs));
    order.forEach((from, i) => {
      expect(Math.abs(moved[i] - x[from])).toBeLessThan(100 * 11 * entryError * largest);
    });
    expect(Math.abs(kernel.condition / other.condition - 1)).toBeLessThan(0.1);
  });

  it('two equal rows without a ridge are singular, with one they are not; half squared norms of 1e141 stay finite', () => {
    const A = withCopies(spreadRows(10, 3, 50, 41), [4]);
    const singular = kernelOf(A);
    expect(singular.condition).toBeGreaterThan(1e13);
    expect(solve(singular, randomVector(11, 42)).every(Number.isFinite)).toBe(true);
    expect(kernelOf(A, 0.1).condition).toBeLessThan(100);
    const far = { rows: 3, columns: 1, data: Float64Array.of(0, 1e70, -3e70) };
    const kernel = kernelOf(far);
    for (const entry of times(kernel, new Float64Array(3).fill(1)))
      expect(Math.abs(entry - 1)).toBeLessThan(8 * u);
    expect(solve(kernel, Float64Array.of(1, 2, 3)).some(Number.isNaN)).toBe(false);
  });

  it('a numerically singular kernel: jitter instead of noise for pivots, and a backward error of its size', () => {
    // 60 points on a line of length 4: G has rank 15 or so
    const A = shuffledRows(spreadRows(60, 1, 4, 43), 44).A;
    for (const [n, d, radiusSq] of [
      [300, 2, 4],
      [200, 1, 400],
    ]) {
      const other = shuffledRows(spreadRows(n, d, radiusSq, 11), 12).A;
      const b = randomVector(n, 47);
      const z = solve(kernelOf(other), b);
      // jitter of 1000nu at most, beside the entries
      const bound = 2 * prepared(other).entryError + 1000 * n * u;
      expect(backwardError(naiveLogs(other).logs, z, b)).toBeLessThan(bound);
    }
    const kernel = kernelOf(A);
    expect(kernel.condition).toBeGreaterThan(1e12);
    const x = solve(kernel, randomVector(60, 45));
    expect(x.every(Number.isFinite)).toBe(true);
    const { logs } = naiveLogs(A);
    // what the right-hand side has in the range is solved, and what it has not is not made up
    const planted = naiveProduct(logs, randomVector(60, 46)).y;
    const found = solve(kernel, planted);
    // jitter up to 100nu times P_jj|x_j|, and |x| ≤ 10
    const { y } = naiveProduct(logs, found);
    for (let i = 0; i < 60; i++) expect(Math.abs(y[i] - planted[i])).toBeLessThan(100 * 60 * u * 1e3);
  });

  it('condition is that of G + Δ, from below and not by much', () => {
    const n = 12;
    const A = shuffledRows(spreadRows(n, 2, 12, 48), 49).A;
    for (const ridge of [0, 0.2]) {
      const G = naiveKernel(prepared(A).points);
      for (let i = 0; i < n; i++) G[i * (n + 1)] += ridge;
      const { s } = svd({ rows: n, columns: n, data: G });
      const exact = s[0] / s[n - 1];
      const { condition } = kernelOf(A, ridge);
      expect(condition).toBeLessThan(exact * (1 + 1e-6));
      expect(condition).toBeGreaterThan(0.8 * exact);
    }
  });

  it('one point', () => {
    const kernel = kernelOf({ rows: 1, columns: 1, data: Float64Array.of(60) }, 0.5);
    expect([...times(kernel, Float64Array.of(2))]).toEqual([3]);
    const x = Float64Array.of(3);
    kernel.solveInPlace(x);
    expect([Math.abs(x[0] - 2) < 8 * u, kernel.condition]).toEqual([true, 1]);
  });
});
