import { describe, expect, it } from 'vitest';
import { paperScene } from '../../bench/support/attentionCases';
import { shiftedKernel } from '../../bench/support/denseKernel';
import {
  defaultProbes,
  learnPreconditioner,
  preconditionedConjugateGradient,
  probeBasis,
  shrinkage,
} from '../../bench/support/learnedPreconditioner';
import { normalVector } from '../../bench/support/randomData';
import type { Matrix } from '../../src/core/matrix';

const U = 2 ** -52;
const N = 120;
const P = 40;
const M = shiftedKernel(paperScene(N).A, 1e-2);
const basis = probeBasis(M, P);
const learned = learnPreconditioner(basis);
const limits = { tolerance: 1e-10, maxIterations: 3000 };
const identity = { applyInto: (y: Float64Array, r: Float64Array) => void y.set(r) };

/** Σ, or a function of its eigenvalues, entry by entry. */
function sigma(f: (value: number) => number = (value) => value): Float64Array {
  const { c, values, W } = learned;
  const out = new Float64Array(N * N);
  for (let i = 0; i < N; i++) {
    out[i * (N + 1)] += f(c);
    for (let j = 0; j < N; j++) {
      for (let k = 0; k < P; k++)
        out[i * N + j] += (f(values[k]) - f(c)) * W.data[i * P + k] * W.data[j * P + k];
    }
  }
  return out;
}

function product(A: Float64Array, x: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: N }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < N; j++) sum += A[i * N + j] * x[j];
    return sum;
  });
}

const distance = (x: Float64Array, y: Float64Array) =>
  Math.hypot(...x.map((entry, i) => entry - y[i])) / Math.hypot(...y);

/** Columns of U = QR. */
function probeColumns({ q, r }: { q: Matrix; r: Matrix }): Float64Array[] {
  return Array.from({ length: P }, (_, k) =>
    Float64Array.from({ length: N }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < P; j++) sum += q.data[i * P + j] * r.data[j * P + k];
      return sum;
    }),
  );
}

describe('learnPreconditioner', () => {
  it('tr Σ = n up to n·u', () => {
    const { c, values } = learned;
    expect(Math.abs(values.reduce((sum, value) => sum + value, c * (N - P)) - N)).toBeLessThan(4 * N * N * U);
  });

  it('applies Σ^(−1/2): twice gives Σ⁻¹ up to κ(Σ)·n·u', () => {
    const r = normalVector(N, 1);
    const [once, twice] = [new Float64Array(N), new Float64Array(N)];
    learned.applyInto(once, r);
    learned.applyInto(twice, once);
    const kappa = Math.max(...learned.values) / learned.c;
    expect(distance(product(sigma(), twice), r)).toBeLessThan(4 * kappa * N * U);
  });

  it('stops at a fixed point of the step, formed by its definition in n × n', () => {
    const S = sigma();
    const inverse = sigma((value) => 1 / value);
    const [gamma, rho] = [0.1, shrinkage(P, N, 0.1)];
    const F = new Float64Array(N * N);
    for (const u of probeColumns(basis)) {
      const Su = product(inverse, u);
      const weight = N / P / u.reduce((sum, entry, i) => sum + entry * Su[i], 0);
      for (let p = 0; p < N * N; p++) F[p] += weight * u[Math.floor(p / N)] * u[p % N];
    }
    for (let i = 0; i < N; i++) F[i * (N + 1)] += gamma;
    const next = F.map((entry, p) => ((1 - rho) * entry) / (1 + gamma / N) + (p % (N + 1) === 0 ? rho : 0));
    let trace = 0;
    for (let i = 0; i < N; i++) trace += next[i * (N + 1)];
    const change = distance(
      next.map((entry) => (entry * N) / trace),
      S,
    );
    // the procedure stops at a change of 1e-6, and its floor of 1e-8 under the weights moves the fixed point
    expect(change).toBeLessThan(1e-5);
    expect(learned.steps).toBeGreaterThan(2);
    // one step less is not there yet
    const early = learnPreconditioner(basis, { steps: 1 });
    expect(Math.abs(early.c / learned.c - 1)).toBeGreaterThan(1e-3);
  });

  it('ρ grows from 0.05 with γ and with fewer probes, to ½ at most', () => {
    expect(shrinkage(100, 100, 0.1)).toBeCloseTo(0.05, 12);
    expect(shrinkage(50, 100, 0.01)).toBeCloseTo(0.05 + 0.95 * 0.5 * 0.1, 12);
    expect(shrinkage(10, 100, 1)).toBe(0.5);
    expect([100, 2000, 40_000].map(defaultProbes)).toEqual([100, 200, 400]);
  });
});

describe('preconditionedConjugateGradient', () => {
  it('solves, with the learnt preconditioner in fewer steps than without', () => {
    const K = shiftedKernel(paperScene(N).A, 1);
    const x = normalVector(N, 3);
    const b = product(K.data, x);
    const plain = preconditionedConjugateGradient(K, b, identity, limits);
    const solved = preconditionedConjugateGradient(K, b, learnPreconditioner(probeBasis(K, P)), limits);
    expect(solved.converged).toBe(true);
    expect(solved.relativeResidual).toBeLessThan(2 * limits.tolerance);
    // κ(K + I) ≤ tr(K + I)
    const kappa = K.data.reduce((sum, entry, p) => (p % (N + 1) === 0 ? sum + entry : sum), 0);
    expect(distance(solved.x, x)).toBeLessThan(2 * kappa * limits.tolerance);
    // measured 57 against 81
    expect(solved.iterations).toBeLessThan(0.8 * plain.iterations);
  });

  it('stops where it is told to', () => {
    const b = normalVector(N, 4);
    const run = preconditionedConjugateGradient(M, b, identity, { ...limits, maxIterations: 5 });
    expect([run.iterations, run.converged]).toEqual([5, false]);
    const none = preconditionedConjugateGradient(M, b, identity, { ...limits, giveUp: () => true });
    expect(none.iterations).toBe(0);
  });
});
