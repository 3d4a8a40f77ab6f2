/** Diagonal AᵀA with b graded over many powers of ten, where the answer is known entry by entry: no status may pretend. */
import { describe, expect, it } from 'vitest';
import { csrFromTriplets } from '../../src/core/csr';
import { solveMatrixExponential } from '../../src/solvers/matrixExponential';
import type { MatrixExponentialResult } from '../../src/solvers/matrixExponentialResult';
import { randomUnitVector, randomVector } from '../support/random';

const METHODS = ['auto', 'lanczos', 'chebyshev', 'direct'] as const;

function diagonal(eigenvalues: ArrayLike<number>) {
  const d = eigenvalues.length;
  return csrFromTriplets(
    d,
    d,
    Array.from(eigenvalues, (value, i): [number, number, number] => [i, i, Math.sqrt(value)]),
  );
}

/** ‖x·exp(logScale) − exp(−Λ)b‖/‖exp(−Λ)b‖ with the exponents taken together, so that nothing underflows. */
function trueError(
  { x, stats }: MatrixExponentialResult,
  l: ArrayLike<number>,
  b: ArrayLike<number>,
): number {
  const logs = Array.from(b, (entry, i) => (entry === 0 ? -Infinity : Math.log(Math.abs(entry)) - l[i]));
  const top = Math.max(...logs);
  const exact = logs.map((log, i) => Math.sign(b[i]) * Math.exp(log - top));
  const factor = Math.exp(Math.min(stats.logScale - top, 700));
  return Math.hypot(...exact.map((entry, i) => entry - x[i] * factor)) / Math.hypot(...exact);
}

function expectHonest(result: MatrixExponentialResult, l: ArrayLike<number>, b: ArrayLike<number>): void {
  if (result.status !== 'converged') return;
  const error = trueError(result, l, b);
  expect(error).toBeLessThanOrEqual(10 * result.stats.errorEstimate);
  expect(result.stats.errorEstimate).toBeLessThan(1);
}

it('trueError: 0 for the answer, and a wrong scale is seen', () => {
  const [l, b] = [
    [2, 1],
    [1, 3],
  ];
  const stats = { logScale: -1 } as MatrixExponentialResult['stats'];
  const x = Float64Array.of(Math.exp(-1), 3);
  const result = { x, stats, status: 'converged', converged: true } as const;
  expect(trueError(result, l, b)).toBeLessThan(1e-15);
  expect(trueError({ ...result, stats: { ...stats, logScale: 0 } }, l, b)).toBeGreaterThan(1);
});

describe.each(METHODS)('%s: what b hardly sees but exp(−AᵀA) brings out', (method) => {
  it.each<[number[], number[], number]>([
    [[388, 3, 56, 1543, 1613], [1e-17, 1e-16, 1, 1e-14, 1e-14], 1e-13],
    [[100, 99.9, 0], [1, 1e-5, 1e-10], 1e-3],
    [[100, 99.9, 0], [1, 1e-5, 1e-10], 1e-13],
    [[117, 147, 101], [1e-20, 1e-3, 1e-20], 1e-13],
    [[2000, 3000, 2500, 2100], [1e-18, 1, 1e-4, 1e-9], 1e-13],
  ])('eigenvalues %j, b = %j, tolerance %d', (l, b, tolerance) => {
    expectHonest(solveMatrixExponential(diagonal(l), b, { method, tolerance }), l, b);
  });

  it('a part of 1e-10, above rounding: found, to the digits that are left', () => {
    const [l, b] = [
      [100, 99.9, 0],
      [1, 1e-5, 1e-10],
    ];
    const result = solveMatrixExponential(diagonal(l), b, { method });
    expect(trueError(result, l, b)).toBeLessThan(1e-4);
  });

  it('200 random cases: 3 to 40 eigenvalues, b over 20 powers of ten', () => {
    let converged = 0;
    for (let seed = 0; seed < 200; seed++) {
      const r = randomVector(90, seed).map((value) => Math.abs(value) % 1);
      const d = 3 + Math.floor(r[0] * (seed % 2 ? 38 : 6));
      const base = 200 * r[1] * (seed % 3);
      const width = [2000 + 2000 * r[2], 100, 5][seed % 5 > 2 ? 0 : seed % 5];
      const l = Array.from({ length: d }, (_, i) => base + width * r[3 + i]);
      const b = Array.from({ length: d }, (_, i) => 10 ** (-20 * r[45 + i]));
      const tolerance = [1e-13, 1e-3, 1e-8][seed % 3];
      const result = solveMatrixExponential(diagonal(l), b, { method, tolerance });
      expectHonest(result, l, b);
      if (result.converged) converged++;
    }
    expect(converged).toBeGreaterThan(method === 'chebyshev' ? 20 : 60);
  });
});

describe('many columns', () => {
  const d = 1200;
  const b = randomUnitVector(d, 5);
  const spread = (from: number, to: number) =>
    Float64Array.from({ length: d }, (_, i) => from + ((to - from) * (i + 0.5)) / d);

  it('a smallest eigenvalue far above 0: a bound of the spectrum saves Lanczos its steps', () => {
    const l = spread(500, 1000);
    const result = solveMatrixExponential(diagonal(l), b, { method: 'lanczos' });
    expect(trueError(result, l, b)).toBeLessThan(1e-12);
    expect(result.status).toBe('converged');
    expect(result.stats.iterations).toBeLessThan(170);
    // with 0 for a bound: √(‖A‖²(30 + 500)) = 728
    expect(result.stats.passes).toBeLessThan(400);
  });

  it('a part of 1e-11 along 60 eigenvalues of which b shows nothing in the first steps', () => {
    const l = spread(500, 1000);
    for (let i = 0; i < 60; i++) l[i] = 400 + i / 10;
    const graded = b.map((entry, i) => (i < 60 ? 1e-11 * entry : entry));
    for (const tolerance of [1e-13, 1e-3]) {
      const result = solveMatrixExponential(diagonal(l), graded, { method: 'lanczos', tolerance });
      const error = trueError(result, l, graded);
      expect(error).toBeLessThan(0.01);
      expect(error).toBeLessThan(10 * result.stats.errorEstimate);
    }
  });

  it('chebyshev far above 0: the shift keeps the digits', () => {
    const l = spread(500, 1000);
    const result = solveMatrixExponential(diagonal(l), b, { method: 'chebyshev' });
    const error = trueError(result, l, b);
    expect(error).toBeLessThan(1e-10);
    expect(error).toBeLessThan(result.stats.errorEstimate);
    expect(result.status).toBe('converged');
  });
});

it("'auto' takes no series that maxIterations would cut off: the path Laplacian times 1e5", () => {
  const N = 600;
  const scale = Math.sqrt(1e5);
  const triplets = Array.from({ length: N - 1 }, (_, i): [number, number, number][] => [
    [i, i, scale],
    [i, i + 1, -scale],
  ]).flat();
  const result = solveMatrixExponential(csrFromTriplets(N, N, triplets), randomUnitVector(N, 1));
  expect([result.status, result.stats.method]).toEqual(['converged', 'lanczos']);
  expect(result.stats.iterations).toBeLessThanOrEqual(N);
});

it("'direct' for more columns than a d × d array has numbers for", () => {
  const d = 46341;
  const A = csrFromTriplets(d, d, [[0, 0, 1]]);
  expect(() => solveMatrixExponential(A, new Float64Array(d).fill(1), { method: 'direct' })).toThrow(
    expect.objectContaining({ code: 'SHAPE', message: expect.stringMatching(/46341 columns/) }),
  );
});

it.each(['taylor', 'chebyshev', 'lanczos', 'direct'] as const)('%s: AᵀA = I gives b/e', (method) => {
  const b = [1, -2, 3];
  const result = solveMatrixExponential(diagonal([1, 1, 1]), b, { method });
  expect(trueError(result, [1, 1, 1], b)).toBeLessThan(1e-13);
  expect([result.status, result.stats.accuracy]).toEqual(['converged', 'ok']);
});
