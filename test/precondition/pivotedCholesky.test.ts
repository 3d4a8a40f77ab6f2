import { describe, expect, it } from 'vitest';
import { GaussianPoints, type KernelColumns } from '../../src/precondition/gaussianPoints';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { clusteredPoints, digitPoints, gaussianCloud, naiveKernel, testWords } from '../support/kernels';
import { randomVector, testRandom } from '../support/random';
import { expectSameEntries } from '../support/sameEntries';
import { u } from '../support/tolerances';

function factor(kernel: KernelColumns, rank: number, seed: number): PivotedCholesky {
  const cholesky = new PivotedCholesky(kernel, testWords(seed));
  cholesky.extendTo(rank);
  return cholesky;
}

/** A kernel given by its matrix. */
function denseKernel(G: Float64Array, size: number): KernelColumns {
  return {
    size,
    columnsInto(out, ldOut, indices, count) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < count; j++) out[i * ldOut + j] = G[i * size + indices[j]];
      }
    },
    principalInto(out, indices, count) {
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < count; j++) out[i * count + j] = G[indices[i] * size + indices[j]];
      }
    },
  };
}

/** (F Fᵀ)ᵢⱼ from the first k columns. */
function entryOf({ F, ldf }: PivotedCholesky, k: number, i: number, j: number): number {
  let sum = 0;
  for (let l = 0; l < k; l++) sum += F[i * ldf + l] * F[j * ldf + l];
  return sum;
}

/** ‖F‖_F² of the first k columns, summed apart from what is judged. */
function squaredNorm(cholesky: PivotedCholesky, k: number): number {
  let sum = 0;
  for (let i = 0; i < cholesky.size; i++) sum += entryOf(cholesky, k, i, i);
  return sum;
}

/** Randomly pivoted Cholesky one pivot at a time; returns the trace of what is left. */
function unblockedTrace(G: Float64Array, n: number, rank: number, seed: number): number {
  const random = testRandom(seed);
  const residual = G.slice();
  for (let k = 0; k < rank; k++) {
    let left = random.uniform() * traceOf(residual, n);
    let p = 0;
    while (p < n - 1 && left >= residual[p * (n + 1)]) left -= residual[p++ * (n + 1)];
    const column = Float64Array.from({ length: n }, (_, i) => residual[i * n + p]);
    const pivot = column[p];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) residual[i * n + j] -= (column[i] * column[j]) / pivot;
    }
  }
  return traceOf(residual, n);
}

function traceOf(G: Float64Array, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += Math.max(0, G[i * (n + 1)]);
  return trace;
}

const kernels: [string, () => GaussianPoints, number][] = [
  ['digits', () => digitPoints(300), 100],
  ['a cloud in 3 dimensions', () => gaussianCloud(250, 3, 1), 120],
  ['a cloud in 30 dimensions: nearly the identity', () => gaussianCloud(200, 30, 2), 70],
  ['five clusters', () => clusteredPoints(200, 20, 5, 0.3, 3), 65],
];

describe.each(kernels)('%s', (_, points, rank) => {
  const kernel = points();
  const n = kernel.size;
  const cholesky = factor(kernel, rank, 1);

  it('F Fᵀ = G on the rows and columns of the pivots, up to c·k·u', () => {
    const G = naiveKernel(kernel);
    const bound = (8 * rank + 2 * (kernel.dimension + 2) * 40) * u;
    expect(cholesky.rank).toBe(rank);
    expect(new Set(cholesky.pivots).size).toBe(rank);
    let worst = 0;
    for (const p of cholesky.pivots) {
      for (let i = 0; i < n; i++) {
        worst = Math.max(worst, Math.abs(entryOf(cholesky, rank, i, p) - G[i * n + p]));
      }
    }
    expect(worst).toBeLessThan(bound);
  });

  it('residual = diag(G − F Fᵀ) ≥ 0, zero at the pivots; traces[k] = n − ‖F[:, :k]‖² to 1e-8·n and better', () => {
    for (let i = 0; i < n; i++) {
      expect(cholesky.residual[i]).toBeGreaterThanOrEqual(0);
      const exact = 1 - entryOf(cholesky, rank, i, i);
      expect(Math.abs(cholesky.residual[i] - exact)).toBeLessThan(8 * rank * u);
    }
    for (const p of cholesky.pivots) expect(cholesky.residual[p]).toBe(0);
    expect(cholesky.traces).toHaveLength(rank + 1);
    for (let k = 0; k <= rank; k++) {
      const error = cholesky.traces[k] - (n - squaredNorm(cholesky, k));
      expect(Math.abs(error)).toBeLessThan(8 * rank * n * u);
      if (k > 0) expect(cholesky.traces[k]).toBeLessThanOrEqual(cholesky.traces[k - 1] + n * u);
    }
    expect(cholesky.trace).toBe(cholesky.traces[rank]);
  });

  it('the same seed gives the same bits, another one other pivots', () => {
    const again = factor(kernel, rank, 1);
    expect(again.pivots).toEqual(cholesky.pivots);
    expectSameEntries(again.F, cholesky.F);
    expect(factor(kernel, rank, 2).pivots).not.toEqual(cholesky.pivots);
  });

  it('extending in steps gives the pivots of one go, and F to rounding', () => {
    const steps = new PivotedCholesky(kernel, testWords(1));
    for (const k of [0, 1, 8, 9, 40, 40, 30, rank]) {
      steps.extendTo(k);
      if (k >= 8 && k !== 30) expect(steps.rank).toBe(k);
    }
    expect(steps.pivots).toEqual(cholesky.pivots);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < rank; j++) {
        const difference = steps.F[i * steps.ldf + j] - cholesky.F[i * cholesky.ldf + j];
        worst = Math.max(worst, Math.abs(difference));
      }
    }
    // rounding of size k·u over the root of the smallest pivot, which is above 0.03 here
    expect(worst).toBeLessThan(30 * 8 * rank * u);
  });
});

describe('exhaustion', () => {
  it('ten points, each thirty times: rank 10, a trace of rounding, and no further', () => {
    const data = randomVector(20, 4);
    const repeated = new Float64Array(600).map((_, p) => data[p % 20]);
    const points = new GaussianPoints(repeated, 300, 2);
    let judged = 0;
    const counting: KernelColumns = {
      size: 300,
      columnsInto: (...args) => points.columnsInto(...args),
      principalInto(out, indices, count) {
        judged += count;
        points.principalInto(out, indices, count);
      },
    };
    const cholesky = factor(counting, 100, 5);
    expect(cholesky.rank).toBe(10);
    expect(judged).toBeLessThan(3 * 64); // it does not take five empty rounds to see it
    expect(cholesky.exhausted).toBe(true);
    expect(cholesky.trace).toBeLessThanOrEqual(10 * 300 * u);
    const before = cholesky.F.slice();
    cholesky.extendTo(200);
    expect(cholesky.rank).toBe(10);
    expect(cholesky.F.subarray(0, 10)).toEqual(before.subarray(0, 10));
  });

  it('points on a short line: stops at trace ≤ 10nu, which bounds every entry of G − F Fᵀ', () => {
    const n = 400;
    const kernel = gaussianCloud(n, 1, 6, 0.5);
    const cholesky = factor(kernel, n, 7);
    expect(cholesky.exhausted).toBe(true);
    expect(cholesky.rank).toBeLessThan(30);
    expect(cholesky.trace).toBeLessThanOrEqual(10 * n * u);
    const G = naiveKernel(kernel);
    let worst = 0;
    for (let p = 0; p < n * n; p++) {
      const error = entryOf(cholesky, cholesky.rank, Math.floor(p / n), p % n) - G[p];
      worst = Math.max(worst, Math.abs(error));
    }
    expect(worst).toBeLessThan((10 * n + 100) * u);
  });

  it('all n columns: the factor of G itself; n = 1', () => {
    const kernel = gaussianCloud(90, 12, 8);
    const cholesky = factor(kernel, 1000, 9);
    expect([cholesky.rank, cholesky.exhausted, cholesky.trace]).toEqual([90, true, 0]);
    const one = factor(new GaussianPoints(Float64Array.of(0), 1, 1), 5, 1);
    expect([one.rank, one.trace, one.pivots, one.F[0]]).toEqual([1, 0, [0], 1]);
  });

  it('a kernel that offers only rounding is given up after five rounds of 64', () => {
    let [judged, columns] = [0, 0];
    const liar: KernelColumns = {
      size: 50,
      columnsInto: () => columns++,
      principalInto(out, _, count) {
        out.fill(0, 0, count * count);
        judged += count;
      },
    };
    const cholesky = factor(liar, 10, 1);
    expect([cholesky.rank, cholesky.exhausted, judged, columns]).toEqual([0, true, 320, 0]);
  });
});

describe('words', () => {
  it('the largest and the smallest words are harmless', () => {
    const kernel = gaussianCloud(40, 2, 1);
    for (const word of [0, -1]) {
      const cholesky = new PivotedCholesky(kernel, () => word);
      cholesky.extendTo(7);
      // all proposals of a round are one point, the first or the last that has something left; a round that
      // accepts one of 64 is not an empty one
      expect(cholesky.pivots).toEqual(word === 0 ? [0, 1, 2, 3, 4, 5, 6] : [39, 38, 37, 36, 35, 34, 33]);
    }
  });
});

describe('quality', () => {
  const means = (points: GaussianPoints, rank: number, make: (seed: number) => number): number => {
    let total = 0;
    for (let seed = 1; seed <= 10; seed++) total += make(seed);
    expect(points.size).toBeGreaterThan(rank);
    return total / 10;
  };

  it.each([
    ['digits', () => digitPoints(200), 40],
    ['a cloud in 3 dimensions', () => gaussianCloud(200, 3, 1), 40],
    ['five clusters', () => clusteredPoints(200, 20, 5, 0.3, 3), 20],
  ])('%s: mean trace over 10 seeds within 1.15 of one pivot at a time', (_, make, rank) => {
    const points = make();
    const n = points.size;
    const G = naiveKernel(points);
    const accelerated = means(points, rank, (seed) => factor(points, rank, seed).trace);
    const unblocked = means(points, rank, (seed) => unblockedTrace(G, n, rank, seed));
    expect(accelerated).toBeLessThan(1.15 * unblocked);
    expect(accelerated).toBeGreaterThan(unblocked / 1.15);
  });

  it('negative control: uniform pivots leave more than 1.15 times the trace', () => {
    // one crowd, and outliers that only the residual finds
    const data = randomVector(200 * 3, 2).map((entry, p) => (p < 160 * 3 ? 0.2 : 3) * entry);
    const points = new GaussianPoints(data, 200, 3);
    const G = naiveKernel(points);
    const unblocked = means(points, 40, (seed) => unblockedTrace(G, 200, 40, seed));
    const uniform = means(points, 40, (seed) => {
      const random = testRandom(seed);
      const order = Int32Array.from({ length: 200 }, (_, i) => i);
      for (let i = 0; i < 40; i++) {
        const j = i + random.integer(200 - i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return schurTrace(G, 200, order.subarray(0, 40));
    });
    expect(uniform).toBeGreaterThan(1.15 * unblocked);
    const accelerated = means(points, 40, (seed) => factor(denseKernel(G, 200), 40, seed).trace);
    expect(accelerated).toBeLessThan(1.15 * unblocked);
  });
});

/** Trace left by these pivots, by elimination. */
function schurTrace(G: Float64Array, n: number, pivots: Int32Array): number {
  const residual = G.slice();
  for (const p of pivots) {
    const pivot = residual[p * (n + 1)];
    if (pivot < 1e-13) continue;
    const column = Float64Array.from({ length: n }, (_, i) => residual[i * n + p]);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) residual[i * n + j] -= (column[i] * column[j]) / pivot;
    }
  }
  return traceOf(residual, n);
}
