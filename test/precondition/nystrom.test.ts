import { describe, expect, it } from 'vitest';
import { uniformNystrom } from '../../src/precondition/nystrom';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { clusteredPoints, gaussianCloud, naiveKernel, testWords } from '../support/kernels';
import { exactCondition, naiveMatmul, naiveTranspose } from '../support/oracles';
import { u } from '../support/tolerances';

const n = 40;
const points = gaussianCloud(n, 3, 1);
const G = { rows: n, columns: n, data: naiveKernel(points) };

/** F Fᵀ */
function approximation(columns: Int32Array, of = points) {
  const { F, ldf, size, rank } = uniformNystrom(of, columns);
  expect([ldf, size, rank]).toEqual([columns.length, of.size, columns.length]);
  const factor = { rows: size, columns: rank, data: F };
  return naiveMatmul(factor, naiveTranspose(factor));
}

const columns = Int32Array.of(30, 2, 17, 5, 39, 0, 21);
const principal = {
  rows: 7,
  columns: 7,
  data: Float64Array.from({ length: 49 }, (_, p) => G.data[columns[Math.floor(p / 7)] * n + columns[p % 7]]),
};
const kappa = exactCondition(principal);

describe('uniformNystrom', () => {
  it('F Fᵀ is G in the drawn rows, up to c·k·u·κ(G[S, S])', () => {
    const { data } = approximation(columns);
    for (const row of columns) {
      for (let j = 0; j < n; j++) {
        expect(Math.abs(data[row * n + j] - G.data[row * n + j])).toBeLessThan(10 * 7 * kappa * u);
      }
    }
    // negative control: elsewhere it is not
    const other = 1;
    expect(Math.abs(data[other * (n + 1)] - 1)).toBeGreaterThan(0.01);
  });

  it('G − F Fᵀ has no negative diagonal, and none at all when every column is drawn', () => {
    const some = approximation(columns).data;
    const all = approximation(Int32Array.from({ length: n }, (_, i) => (i * 7) % n)).data;
    for (let i = 0; i < n; i++) expect(1 - some[i * (n + 1)]).toBeGreaterThan(-10 * 7 * kappa * u);
    const condition = exactCondition(G);
    for (let p = 0; p < n * n; p++) {
      expect(Math.abs(all[p] - G.data[p])).toBeLessThan(10 * n * Math.sqrt(condition) * n * u);
    }
  });

  it('the order of the columns does not matter, up to rounding', () => {
    const [a, b] = [approximation(columns).data, approximation(columns.slice().reverse()).data];
    for (let p = 0; p < n * n; p++) expect(Math.abs(a[p] - b[p])).toBeLessThan(20 * 7 * kappa * u);
  });

  it('a point drawn twice, and points that nearly repeat, leave finite numbers', () => {
    const close = gaussianCloud(n, 1, 3, 1e-9);
    for (const [of, drawn] of [
      [points, Int32Array.of(4, 4, 9)],
      [close, Int32Array.from({ length: 20 }, (_, i) => i)],
    ] as const) {
      const { data } = approximation(drawn, of);
      const exact = naiveKernel(of);
      // the jitter k·u stands under a root: it is the only loss
      for (let p = 0; p < n * n; p++) {
        expect(Number.isFinite(data[p])).toBe(true);
        if (of === close) expect(Math.abs(data[p] - exact[p])).toBeLessThan(1e-6);
      }
    }
  });

  it('leaves more trace than pivoted Cholesky of the same rank on clusters of unequal size', () => {
    const clusters = clusteredPoints(200, 10, 5, 0.3, 4);
    const rank = 12;
    const { F } = uniformNystrom(
      clusters,
      Int32Array.from({ length: rank }, (_, i) => 5 * i),
    );
    const pivoted = new PivotedCholesky(clusters, testWords(1));
    pivoted.extendTo(rank);
    // every fifth point: one cluster only
    const trace = F.reduce((left, entry) => left - entry * entry, 200);
    expect(trace).toBeGreaterThan(1.2 * pivoted.trace);
  });
});
