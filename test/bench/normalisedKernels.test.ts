import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { conjugateGradientLeastSquares } from '../../bench/support/conjugateGradientLeastSquares';
import { conditionNumber, kernelForms, rowSums, softmaxKernel } from '../../bench/support/normalisedKernels';
import { plantedMatrix, randomOrthonormal } from '../../bench/support/plantedMatrix';
import { normalRows, normalVector } from '../../bench/support/randomData';
import { matvecInto } from '../../src/dense/matvec';
import { solveAttentionKernel } from '../../src/solvers/attentionKernel';

const n = 60;
const A = normalRows(n, 3, 1);
const b = normalVector(n, 2);
const ones = new Float64Array(n).fill(1);

function times({ data }: { data: Float64Array }, x: Float64Array): Float64Array {
  const y = new Float64Array(n);
  matvecInto(y, data, n, n, x);
  return y;
}

describe('softmax attention formed', () => {
  it('has rows that sum to 1, causal or not, before a ridge', () => {
    for (const causal of [false, true])
      expect(relativeDistance(rowSums(softmaxKernel(A, 2, 0, causal)), ones)).toBeLessThan(1e-14);
    expect(relativeDistance(rowSums(softmaxKernel(A, 2, 0.1)), ones)).toBeGreaterThan(1e-3);
    const causal = softmaxKernel(A, 2, 0, true).data;
    expect(causal[0]).toBe(1);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(causal[i * n + j]).toBe(0);
  });

  it('is what the library solves, with the ridge outside the sums', () => {
    const options = { temperature: 2, ridge: 0.1, normalization: 'softmax' } as const;
    for (const causal of [false, true]) {
      const { x } = solveAttentionKernel(A, b, { ...options, causal });
      expect(relativeDistance(times(softmaxKernel(A, 2, 0.1, causal), x), b)).toBeLessThan(1e-10);
      // negative controls: another ridge, and a ridge that the sums know of
      expect(relativeDistance(times(softmaxKernel(A, 2, 0.11, causal), x), b)).toBeGreaterThan(1e-3);
      const inside = softmaxKernel(A, 2, 0.1, causal);
      const sums = rowSums(inside);
      const divided = { data: inside.data.map((entry, p) => entry / sums[Math.floor(p / n)]) };
      expect(relativeDistance(times(divided, x), b)).toBeGreaterThan(1e-3);
    }
  });

  it('has forms that are one another between diagonal matrices', () => {
    const { kernel, unitDiagonal, softmax, symmetric } = kernelForms(A, 2, 0.1);
    const sums = rowSums(kernelForms(A, 2, 0).kernel);
    const scaled = (left: number, right: number) =>
      kernel.data.map((entry, p) => entry * sums[Math.floor(p / n)] ** left * sums[p % n] ** right);
    expect(relativeDistance(softmax.data, scaled(-1, 0))).toBeLessThan(1e-14);
    expect(relativeDistance(symmetric.data, scaled(-0.5, -0.5))).toBeLessThan(1e-14);
    for (let i = 0; i < n; i++) expect(unitDiagonal.data[i * (n + 1)]).toBeCloseTo(1, 14);
  });
});

describe('the condition number', () => {
  it('is that of planted singular values', () => {
    const sigma = Float64Array.from({ length: n }, (_, k) => 10 ** ((-4 * k) / (n - 1)));
    const planted = plantedMatrix(randomOrthonormal(n, n, 5), sigma, 6);
    expect(conditionNumber(planted.A) / 1e4).toBeCloseTo(1, 9);
  });
});

describe('CGLS', () => {
  const limits = { tolerance: 1e-10, maxIterations: 1000 };

  it('solves a system that is not symmetric', () => {
    const T = softmaxKernel(A, 2, 1);
    const { x, converged } = conjugateGradientLeastSquares(T, b, limits);
    expect(converged).toBe(true);
    expect(relativeDistance(times(T, x), b)).toBeLessThan(1e-9);
  });

  it('takes no more steps than there are different singular values, and stops at the limit', () => {
    const sigma = Float64Array.from({ length: n }, (_, k) => 1 + (k % 3));
    const { A: T } = plantedMatrix(randomOrthonormal(n, n, 5), sigma, 6);
    expect(conjugateGradientLeastSquares(T, b, limits)).toMatchObject({ iterations: 3, converged: true });
    const short = conjugateGradientLeastSquares(T, b, { ...limits, maxIterations: 2 });
    expect(short).toMatchObject({ iterations: 2, converged: false });
  });
});
