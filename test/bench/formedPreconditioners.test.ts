import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { ridgedKernel } from '../../bench/support/denseKernel';
import {
  jacobi,
  type KernelProblem,
  learned,
  plain,
  tensorSrht,
  tuned,
} from '../../bench/support/formedPreconditioners';
import {
  learnPreconditioner,
  preconditionedConjugateGradient,
  probeBasis,
} from '../../bench/support/learnedPreconditioner';
import { settingText } from '../../bench/support/learnedTuning';
import { normalRows, normalVector } from '../../bench/support/randomData';
import { solveAttentionKernel } from '../../src/solvers/attentionKernel';

const [n, d] = [80, 2];
const problem: KernelProblem = {
  A: normalRows(n, d, 1),
  b: normalVector(n, 2),
  temperature: 2,
  ridge: 0.1,
};
const M = ridgedKernel(problem.A, problem.temperature, problem.ridge);
const limits = { tolerance: 1e-10, maxIterations: 1000 };

function times(x: Float64Array, { data } = M): Float64Array {
  return Float64Array.from({ length: n }, (_, i) =>
    x.reduce((sum, entry, j) => sum + data[i * n + j] * entry, 0),
  );
}

describe('ridgedKernel', () => {
  it('is exp(AAᵀ/τ) + ridge·diag', () => {
    const { data } = problem.A;
    for (const [i, j] of [[0, 0] as const, [3, 7] as const, [79, 5] as const]) {
      const inner = data[d * i] * data[d * j] + data[d * i + 1] * data[d * j + 1];
      expect(M.data[i * n + j]).toBeCloseTo(Math.exp(inner / 2) * (i === j ? 1.1 : 1), 10);
    }
  });

  it('is the system that the library solves', () => {
    const { A, b, ridge, temperature } = problem;
    const { x } = solveAttentionKernel(A, b, { ridge, temperature });
    expect(relativeDistance(times(x), b)).toBeLessThan(1e-9);
  });
});

describe('preconditioners of the formed kernel', () => {
  const r = normalVector(n, 3);
  const applied = (builder: typeof plain, v: Float64Array) => {
    const y = new Float64Array(n);
    builder(problem, M).applyInto(y, v);
    return y;
  };

  it('none and Jacobi are the identity and the inverse diagonal', () => {
    expect(applied(plain, r)).toEqual(r);
    const y = applied(jacobi, r);
    for (let i = 0; i < n; i++) expect(y[i] * M.data[i * (n + 1)]).toBeCloseTo(r[i], 12);
  });

  it('TensorSRHT is M⁻¹ where its features are exact, up to their truncation over the ridge', () => {
    const warm = { ...problem, temperature: 20 }; // a short series: 80 columns hold all its monomials
    const K = ridgedKernel(warm.A, warm.temperature, warm.ridge);
    const back = (columns: number) => {
      const y = new Float64Array(n);
      tensorSrht(columns)(warm, K).applyInto(y, times(r, K));
      return relativeDistance(y, r);
    };
    expect(back(512)).toBeLessThan(1e-5);
    expect(back(15)).toBeGreaterThan(1e-3); // a negative control
  });

  it('the learned one is that of the kernel scaled to unit diagonal, between two scalings', () => {
    const root = (i: number) => Math.sqrt(M.data[i * (n + 1)]);
    const scaled = M.data.map((entry, p) => entry / root(Math.floor(p / n)) / root(p % n));
    const inner = learnPreconditioner(probeBasis({ rows: n, columns: n, data: scaled }, 30));
    const y = new Float64Array(n);
    inner.applyInto(
      y,
      r.map((entry, i) => entry / root(i)),
    );
    const expected = y.map((entry, i) => entry / root(i));
    expect(relativeDistance(applied(learned({ probes: 30 }), r), expected)).toBeLessThan(1e-10);
  });

  it('all lead to the same answer, every one in fewer steps than none', () => {
    const none = preconditionedConjugateGradient(M, problem.b, plain(problem, M), limits);
    for (const builder of [jacobi, tensorSrht(512), learned({ probes: 30 })]) {
      const { x, converged, iterations } = preconditionedConjugateGradient(
        ...([M, problem.b, builder(problem, M), limits] as const),
      );
      expect(converged).toBe(true);
      expect(iterations).toBeLessThan(none.iterations);
      expect(relativeDistance(x, none.x)).toBeLessThan(1e-6);
    }
  });
});

describe('the search over the settings of the learned preconditioner', () => {
  const grid = { probes: [20], floors: [1e-2], steps: [3] };

  it('takes a setting of its grid that arrives', () => {
    const setting = tuned(problem, limits, grid);
    expect(setting).toEqual({ probes: 20, gamma: 1e-2, shrinkage: 1e-2, steps: 3 });
    expect(settingText(setting)).toBe('20 probes, γ = ρ = 1e-2, ≤ 3 steps');
  });

  it('stays with the default where none arrives, and has no more probes than rows', () => {
    expect(tuned(problem, { ...limits, maxIterations: 1 }, grid)).toEqual({ probes: n });
    const wide = tuned(problem, limits, { ...grid, probes: [1000], floors: [undefined] });
    expect(wide).toEqual({ probes: n, steps: 3 });
    expect(settingText(wide)).toBe(`${n} probes, γ = 0.1, ρ by formula, ≤ 3 steps`);
  });
});
