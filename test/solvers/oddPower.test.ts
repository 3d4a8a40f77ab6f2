import { describe, expect, it } from 'vitest';
import { solveLeastSquares, solveOddPower, solvePsdPower } from '../../src/index';
import { timesPowerOfTwo } from '../support/doubleDouble';
import { relativeError } from '../support/forwardError';
import { FULL_RANK_GALLERY } from '../support/gallery';
import { oddPowerReference } from '../support/oddPowerReference';
import { exactCondition, exactMatvec, leastSquaresReference } from '../support/oracles';
import { plantedLeastSquares, plantedMatrix, psdPowerReference } from '../support/planted';
import { randomUnitOrthogonalTo, randomUnitVector, randomVector } from '../support/random';
import { denseFrom, nearlyDependentSparse } from '../support/sparse';
import { psdForwardBound, u } from '../support/tolerances';

const METHODS = ['direct', 'cholesky-qr', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'] as const;
const [n, d] = [1600, 12];
/** The sketch that gradient descent takes for powers of AᵀA. */
const wide = { sketchSize: 120 * d };

/** b = A·y with generic y, plus a part of the given size outside the range of A; ‖A‖ = 1. */
function problem(kappa: number, residual: number, seed: number) {
  const planted = plantedMatrix({ n, d, kappa, seed });
  const y = randomUnitVector(d, 4 * seed + 3);
  const b = exactMatvec(planted.A, y);
  const e = randomUnitOrthogonalTo(planted.u, 4 * seed + 4);
  for (let i = 0; i < n; i++) b[i] += residual * e[i];
  return { ...planted, b, y };
}

describe('the reference', () => {
  it('is least squares for j = 0 and the chain of both references for j > 0', () => {
    const { A, b } = plantedLeastSquares({ n: 200, d: 8, kappa: 1e6, residual: 1e-2, seed: 1 });
    const { x } = leastSquaresReference(A, b);
    expect(relativeError(oddPowerReference(A, b, 0).x, x)).toBeLessThan(2 * u);
    // x was rounded in between: κ²·u at worst for each further power, here in the generic direction
    expect(relativeError(oddPowerReference(A, b, 1).x, psdPowerReference(A, x, 1).x)).toBeLessThan(
      4 * u * 1e6,
    );
  });
});

describe.each(METHODS)('%s', (method) => {
  it('j = 0 is least squares bit for bit, statistics included', () => {
    const { A, b } = problem(1e3, 1e-2, 1);
    const options = { method, seed: 3, history: true } as const;
    const ls = solveLeastSquares(A, b, options);
    const odd = solveOddPower(A, b, 0, options);
    // gradient descent sketches for powers of AᵀA as soon as it may meet one
    expect(odd).toEqual(ls);
  });

  it.each([1, 1e2, 1e4, 1e6])('κ = %d, residuals 0, 1e-6 and 1: within the error bound', (kappa) => {
    for (const residual of [0, 1e-6, 1]) {
      for (const j of [1, 3]) {
        const { A, b } = problem(kappa, residual, 2);
        const { x, status, stats } = solveOddPower(A, b, j, { method });
        const reference = oddPowerReference(A, b, j).x;
        const error = relativeError(x, reference);
        expect(['converged', 'ill-conditioned']).toContain(status);
        expect(stats.forwardErrorEstimate).toBeGreaterThan(Math.min(error, 1));
        // (2j + 1)κu for the generic part; the rounding of a residual ρ comes through A(AᵀA)ʲ whole. Backward
        // error: 20u·‖A‖_F at most
        const y = leastSquaresReference(A, b).x;
        const gain = kappa ** (2 * j) / Math.hypot(...reference);
        const fromStart =
          20 * Math.sqrt(d) * u * gain * (2 * kappa * Math.hypot(...y) + kappa ** 2 * residual);
        const bound = Math.sqrt(d) * psdForwardBound(j, kappa) + fromStart;
        if (bound < 0.1) expect(error).toBeLessThan(bound);
        if (residual === 0 && kappa <= 1e4) expect(stats.accuracy).not.toBe('meaningless');
      }
    }
  });

  it('planted: b = A(AᵀA)ʲx* + residual. x* is found while κ^(2j+1)u is small, and else not claimed', () => {
    for (const [kappa, j, residual] of [
      [10, 1, 0],
      [10, 2, 1e-9],
      [100, 1, 1e-9],
      [1e4, 2, 0],
      [1e3, 3, 1e-3],
    ]) {
      const { A, u: basis } = problem(kappa, 0, 5);
      const planted = randomUnitVector(d, 8);
      let image = planted;
      for (let k = 0; k < j; k++) {
        const up = exactMatvec(A, image);
        image = exactMatvec({ rows: d, columns: n, data: transposed(A.data) }, up);
      }
      const b = exactMatvec(A, image);
      const e = randomUnitOrthogonalTo(basis, 9);
      for (let i = 0; i < n; i++) b[i] += residual * e[i];
      const { x, status, stats } = solveOddPower(A, b, j, { method });
      const loss = 100 * d * u * kappa ** (2 * j + 1) * (1 + kappa * residual);
      if (loss < 1e-3) {
        expect(relativeError(x, planted)).toBeLessThan(loss);
        expect(status).toBe('converged');
      }
      const error = relativeError(x, oddPowerReference(A, b, j).x);
      if (error > 0.5) expect([status, stats.accuracy]).toEqual(['ill-conditioned', 'meaningless']);
    }
  });

  it.each(FULL_RANK_GALLERY)('$name: j = 1, the error stays below its estimate', ({ build }) => {
    const A = build(700, 12, 1);
    const largest = Math.max(...A.data.map(Math.abs));
    if (Math.abs(Math.log10(largest)) > 100) return; // squares of the reference would overflow
    const b = randomVector(A.rows, 2);
    const { x, stats } = solveOddPower(A, b, 1, { method });
    const reference = oddPowerReference(A, b, 1);
    const error = relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x);
    if (stats.accuracy !== 'meaningless') expect(error).toBeLessThan(stats.forwardErrorEstimate);
    expect(x.every(Number.isFinite)).toBe(true);
  });

  it('a chain stopped after a finished least-squares part shows in the backward error', () => {
    const { A, b } = problem(100, 1e-2, 6);
    const first = solveLeastSquares(A, b, { method, ...(method === 'gradient-descent' ? wide : {}) });
    const full = solveOddPower(A, b, 1, { method });
    if (full.stats.iterations === first.stats.iterations) return; // a factor takes no steps in the chain
    let calls = 0;
    const onIteration = () => ++calls < first.stats.iterations + 3;
    const { x, status, stats } = solveOddPower(A, b, 1, { method, onIteration });
    expect(status).toBe('stopped');
    expect(first.stats.backwardError).toBeLessThan(20 * u);
    const y = leastSquaresReference(A, b).x;
    const image = exactMatvec({ rows: d, columns: n, data: transposed(A.data) }, exactMatvec(A, x));
    const residual = Math.hypot(...image.map((entry, i) => entry - y[i]));
    const relative = residual / (Math.hypot(...x) + Math.hypot(...y));
    expect(relative).toBeGreaterThan(1e-8);
    expect(stats.backwardError / relative).toBeGreaterThan(0.7); // ‖A‖ = 1 from below, by power iteration
    expect(stats.backwardError / relative).toBeLessThan(1.5);
  });

  it('starts from least squares, not from Aᵀb', () => {
    const { A, b } = problem(1e5, 1e-6, 3);
    const naive = solvePsdPower(A, exactMatvec({ rows: d, columns: n, data: transposed(A.data) }, b), 2, {
      method,
    });
    const reference = oddPowerReference(A, b, 1).x;
    const good = relativeError(solveOddPower(A, b, 1, { method }).x, reference);
    expect(relativeError(naive.x, reference)).toBeGreaterThan(20 * good);
  });

  it('passes over A: least squares, then none for a factor whatever j', () => {
    if (method !== 'direct' && method !== 'cholesky-qr') return;
    const { A, b } = problem(10, 1, 4);
    const passes = [0, 1, 32].map((j) => solveOddPower(A, b, j, { method }).stats.passes);
    expect(passes).toEqual([passes[0], passes[0] + 1, passes[0] + 1]); // one for the residual at x
  });
});

function transposed(data: Float64Array): Float64Array {
  return new Float64Array(n * d).map((_, p) => data[(p % n) * d + Math.floor(p / n)]);
}

describe.each(METHODS)('%s: sparse A', (method) => {
  it.each([1, 1e2, 1e4])('b in the range, κ about %d, j = 0, 1, 4: error at most 20(2j + 1)κu', (kappa) => {
    const A = nearlyDependentSparse({ rows: 1600, columns: 10, density: 0.1, seed: 3 }, kappa);
    const dense = denseFrom(A);
    const b = exactMatvec(dense, randomVector(10, 4));
    const options = method === 'gradient-descent' ? { method, sketchSize: 1400 } : { method };
    for (const j of [0, 1, 4]) {
      const { x, status, stats } = solveOddPower(A, b, j, options);
      const reference = oddPowerReference(dense, b, j);
      const error = relativeError(timesPowerOfTwo(x, -reference.log2Scale), reference.x);
      expect(error).toBeLessThan(20 * (2 * j + 1) * exactCondition(dense) * u);
      expect(stats.forwardErrorEstimate).toBeGreaterThanOrEqual(error);
      expect([status, stats.accuracy]).toEqual(['converged', 'ok']);
    }
  });
});
