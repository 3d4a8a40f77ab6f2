import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { kernelFigures, refineKernel } from '../../src/iterative/kernelRefinement';
import { Monitor } from '../../src/iterative/stopping';
import { naiveMatmul, naiveMatvec, naiveTranspose } from '../support/oracles';
import { randomOrthonormal, randomVector } from '../support/random';
import { u } from '../support/tolerances';

const n = 12;
const V = randomOrthonormal(n, n, 1);
/** Symmetric with eigenvalues κ^(k/(n−1)). */
function withEigenvalues(power: (k: number) => number): Matrix {
  return naiveMatmul({ ...V, data: V.data.map((entry, p) => entry * power(p % n)) }, naiveTranspose(V));
}
const kappa = 100;
const M = withEigenvalues((k) => kappa ** (k / (n - 1)));
const inverse = withEigenvalues((k) => kappa ** (-k / (n - 1)));
const operator = {
  size: n,
  multiplyInto: (y: Float64Array, x: Float64Array) => {
    y.set(naiveMatvec(M, x));
  },
};
const b = randomVector(n, 2);
const metric = Float64Array.from({ length: n }, (_, i) => 10 ** (-i / 8));
const problem = { operator, b, metric };

function monitorWith(tolerance: number): Monitor {
  return new Monitor('test', {
    tolerance,
    maxIterations: 100,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
  });
}

/** M⁻¹ρ with a relative error of this size. */
const inexact = (error: number) => (rho: Float64Array) => {
  const delta = naiveMatvec(inverse, rho);
  const noise = randomVector(n, 3);
  const size = (error * Math.hypot(...delta)) / Math.hypot(...noise);
  return { delta: delta.map((entry, i) => entry + size * noise[i]), reason: 'converged' as const };
};

describe('kernelFigures', () => {
  it('r = b − w⁻¹Mz, ‖r‖/‖b‖ and maxᵢ |ρ|ᵢ/(M|z| + |c|)ᵢ for positive M', () => {
    const positive = { rows: n, columns: n, data: M.data.map(Math.abs) };
    const operator = {
      size: n,
      multiplyInto: (y: Float64Array, x: Float64Array) => {
        y.set(naiveMatvec(positive, x));
      },
    };
    const z = randomVector(n, 4);
    const before = z.slice();
    const figures = kernelFigures({ operator, b, metric }, z);
    const product = naiveMatvec(positive, z);
    const sizes = naiveMatvec(positive, z.map(Math.abs));
    const rho = product.map((entry, i) => metric[i] * b[i] - entry);
    const r = rho.map((entry, i) => entry / metric[i]);
    const backward = Math.max(
      ...rho.map((entry, i) => Math.abs(entry) / (sizes[i] + metric[i] * Math.abs(b[i]))),
    );
    expect(figures.residual).toEqual(r);
    expect(Math.abs(figures.relativeResidual / (Math.hypot(...r) / Math.hypot(...b)) - 1)).toBeLessThan(
      8 * u,
    );
    expect(figures.backwardError).toBe(backward);
    expect(figures.z).toBe(z);
    expect(z).toEqual(before);
    // negative control: the rescaled metric has another residual
    expect(Math.hypot(...rho)).toBeLessThan(0.1 * Math.hypot(...r));
  });

  it('z = 0: all of b is left, in both measures', () => {
    const figures = kernelFigures(problem, new Float64Array(n));
    for (let i = 0; i < n; i++)
      expect(Math.abs(figures.residual[i] - b[i])).toBeLessThan(2 * u * Math.abs(b[i]));
    expect(Math.abs(figures.relativeResidual - 1)).toBeLessThan(4 * u);
    expect(figures.backwardError).toBe(1);
  });

  it('where w is 0, b is left if nothing arrives there, and no residual is finite otherwise', () => {
    const identity = { size: 2, multiplyInto: (y: Float64Array, x: Float64Array) => y.set(x) };
    const given = { operator: identity, b: Float64Array.of(3, 4), metric: Float64Array.of(1, 0) };
    const left = kernelFigures(given, Float64Array.of(3, 0));
    expect(Array.from(left.residual)).toEqual([0, 4]);
    expect(left.relativeResidual).toBeCloseTo(0.8, 14);
    expect(kernelFigures(given, Float64Array.of(3, 1)).relativeResidual).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('known to fail', () => {
  it('where w is 0 all of b is left: the backward error is 1 there, not 0', () => {
    const identity = { size: 2, multiplyInto: (y: Float64Array, x: Float64Array) => y.set(x) };
    const given = { operator: identity, b: Float64Array.of(3, 4), metric: Float64Array.of(1, 0) };
    expect(kernelFigures(given, Float64Array.of(3, 0)).backwardError).toBe(1);
  });
});

describe('refineKernel', () => {
  it('an exact inner solve needs one pass', () => {
    let passes = 0;
    const solution = refineKernel(problem, monitorWith(1e-10), (rho) => {
      passes++;
      return inexact(0)(rho);
    });
    expect([solution.reason, passes]).toEqual(['converged', 1]);
    const x = naiveMatvec(
      inverse,
      b.map((entry, i) => metric[i] * entry),
    );
    expect(Math.hypot(...solution.z.map((entry, i) => entry - x[i]))).toBeLessThan(
      100 * n * kappa * u * Math.hypot(...x),
    );
  });

  it('inner solves with 1e-3 left reach 1e-9 in the metric of b, and the tolerances they are asked for', () => {
    const tolerances: number[] = [];
    const tolerance = 1e-9;
    const solution = refineKernel(problem, monitorWith(tolerance), (rho, wanted) => {
      tolerances.push(wanted);
      return inexact(1e-3)(rho);
    });
    expect(solution.reason).toBe('converged');
    expect(solution.relativeResidual).toBeLessThanOrEqual(tolerance);
    expect(tolerances.length).toBeGreaterThan(3);
    expect(tolerances[0]).toBe(0.5 * tolerance);
    for (const wanted of tolerances.slice(1)) {
      expect(wanted).toBeGreaterThanOrEqual(1e-8);
      expect(wanted).toBeLessThanOrEqual(0.1);
    }
    // negative control: one such pass is not enough
    const once = inexact(1e-3)(b.map((entry, i) => metric[i] * entry)).delta;
    expect(kernelFigures(problem, once).relativeResidual).toBeGreaterThan(1e3 * tolerance);
  });

  it('a useless inner solve ends as stagnated with z = 0, one that makes it worse too', () => {
    for (const factor of [0, -1, 1e6]) {
      let passes = 0;
      const solution = refineKernel(problem, monitorWith(1e-10), (rho) => {
        passes++;
        return { delta: rho.map((entry) => factor * entry), reason: 'converged' };
      });
      expect(solution.reason).toBe('stagnated');
      expect([...solution.z]).toEqual([...new Float64Array(n)]);
      expect(Math.abs(solution.relativeResidual - 1)).toBeLessThan(4 * u);
      expect(passes).toBeLessThanOrEqual(12);
    }
  });

  it('tolerance 0 ends when the backward error is rounding, after two passes at least', () => {
    let passes = 0;
    const solution = refineKernel(problem, monitorWith(0), (rho) => {
      passes++;
      return inexact(0)(rho);
    });
    expect(solution.reason).toBe('stagnated');
    expect(passes).toBeGreaterThanOrEqual(2);
    expect(solution.backwardError).toBeLessThanOrEqual(20 * Math.sqrt(n) * u);
  });

  it.each(['stopped', 'max-iterations'] as const)('%s inside ends it with the best z', (reason) => {
    let passes = 0;
    const solution = refineKernel(problem, monitorWith(1e-12), (rho) => {
      passes++;
      const { delta } = inexact(1e-2)(rho);
      return { delta, reason: passes === 2 ? reason : 'converged' };
    });
    expect([solution.reason, passes]).toEqual([reason, 2]);
    expect(solution.relativeResidual).toBeLessThan(1);
    expect(solution).toMatchObject(kernelFigures(problem, solution.z));
  });
});
