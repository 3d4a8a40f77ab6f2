/** The law of accelerated pivoting: its pivots are distributed as if drawn one at a time. */
import { describe, expect, it } from 'vitest';
import type { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { clusteredPoints, digitPoints, gaussianCloud, naiveKernel, testWords } from '../support/kernels';
import { testRandom } from '../support/random';

/** G less what pivot p explains. */
function eliminated(G: Float64Array, n: number, p: number): Float64Array {
  return G.map((entry, q) => entry - (G[Math.floor(q / n) * n + p] * G[p * n + (q % n)]) / G[p * (n + 1)]);
}

/** Probability of every ordered triple of pivots, at (i·n + j)·n + k. */
function tripleProbabilities(G: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n ** 3);
  const share = (S: Float64Array, p: number): number => {
    let trace = 0;
    for (let i = 0; i < n; i++) trace += S[i * (n + 1)];
    return S[p * (n + 1)] / trace;
  };
  for (let i = 0; i < n; i++) {
    const first = eliminated(G, n, i);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const second = eliminated(first, n, j);
      for (let k = 0; k < n; k++) {
        if (k !== i && k !== j) out[(i * n + j) * n + k] = share(G, i) * share(first, j) * share(second, k);
      }
    }
  }
  return out;
}

function chiSquare(counts: Float64Array, probabilities: Float64Array, draws: number): number {
  let sum = 0;
  for (let q = 0; q < counts.length; q++) {
    const expected = draws * probabilities[q];
    if (expected > 0) sum += (counts[q] - expected) ** 2 / expected;
    else if (counts[q] > 0) return Number.POSITIVE_INFINITY;
  }
  return sum;
}

describe('the first three pivots of five points, 40000 seeds', () => {
  const n = 5;
  const draws = 40000;
  const points = gaussianCloud(n, 1, 3, 0.8);
  const probabilities = tripleProbabilities(naiveKernel(points), n);
  // 60 triples, 59 degrees of freedom: exceeded with probability 1e-6
  const limit = 127;

  it('have the probabilities of drawing one at a time (χ² ≤ 127)', () => {
    const counts = new Float64Array(n ** 3);
    for (let seed = 0; seed < draws; seed++) {
      const cholesky = new PivotedCholesky(points, testWords(seed));
      cholesky.extendTo(3);
      const [i, j, k] = cholesky.pivots;
      counts[(i * n + j) * n + k]++;
    }
    expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    expect(chiSquare(counts, probabilities, draws)).toBeLessThan(limit);
  });

  it('negative control: proposals accepted without judging them have others', () => {
    const random = testRandom(1);
    const counts = new Float64Array(n ** 3);
    for (let t = 0; t < draws; t++) {
      const chosen = new Set<number>();
      while (chosen.size < 3) chosen.add(random.integer(n)); // the diagonal is 1 everywhere
      const [i, j, k] = [...chosen];
      counts[(i * n + j) * n + k]++;
    }
    expect(chiSquare(counts, probabilities, draws)).toBeGreaterThan(10 * limit);
  });
});

/** One pivot at a time, by columns. */
function unblockedTrace(G: Float64Array, n: number, rank: number, seed: number): number {
  const random = testRandom(seed);
  const F: Float64Array[] = [];
  const residual = new Float64Array(n).fill(1);
  const trace = (): number => residual.reduce((sum, entry) => sum + entry, 0);
  while (F.length < rank) {
    let left = random.uniform() * trace();
    let p = 0;
    while (p < n - 1 && left >= residual[p]) left -= residual[p++];
    const column = G.slice(p * n, (p + 1) * n);
    for (const f of F) for (let i = 0; i < n; i++) column[i] -= f[p] * f[i];
    const root = Math.sqrt(column[p]);
    for (let i = 0; i < n; i++) {
      column[i] /= root;
      residual[i] = Math.max(0, residual[i] - column[i] ** 2);
    }
    F.push(column);
  }
  return trace();
}

describe('traces over 20 seeds', () => {
  const cases: [string, () => GaussianPoints, number][] = [
    ['digits', () => digitPoints(1000), 150],
    ['a cloud in 3 dimensions', () => gaussianCloud(1000, 3, 1), 200],
    ['a cloud in 8 dimensions', () => gaussianCloud(600, 8, 1), 150],
    ['five clusters', () => clusteredPoints(800, 100, 5, 0.5, 3), 150],
  ];
  it.each(cases)('%s: the mean is within 1.05 of one pivot at a time', (_, make, rank) => {
    const points = make();
    const n = points.size;
    const G = naiveKernel(points);
    let [accelerated, unblocked] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const cholesky = new PivotedCholesky(points, testWords(seed));
      cholesky.extendTo(rank);
      accelerated += cholesky.trace;
      unblocked += unblockedTrace(G, n, rank, seed);
    }
    expect(accelerated / unblocked).toBeLessThan(1.05);
    expect(accelerated / unblocked).toBeGreaterThan(0.95);
  });
});
