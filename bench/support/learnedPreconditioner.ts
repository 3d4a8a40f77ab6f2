/**
 * Baseline: the preconditioner learnt by a shrinkage-regularised convex–concave procedure, and conjugate gradients
 * with it, after Tao & Tan, "Accelerating Regularized Attention Kernel Regression for Spectrum Cartography",
 * arXiv 2604.25138, Algorithm 1. For M = K + λI, n × n, and p random normal probes:
 *   1. U = MZ, columns of length 1. Their directions have the shape matrix M², so its estimate Σ gives
 *      Σ^(−1/2) ≈ M⁻¹ up to a factor.
 *   2. Σ ← I, then repeat: F = (Σₖ (n/p)/(uₖᵀΣ⁻¹uₖ)·uₖuₖᵀ + γI)/(1 + γ/n), S = (1 − ρ)F + ρI, Σ ← n/tr(S)·S.
 *   3. Solve Mx = b by conjugate gradients preconditioned by Σ^(−1/2).
 * Σ is cI off the span of U: steps cost O(p³), the preconditioner O(np).
 *
 * The paper's settings, as its open implementation (github.com/sachncs/laker) names them: λ = 1e-2, embeddings in R¹⁰,
 * γ = 0.1, tolerance 1e-10, n from 50 to 2000. Guessed, with that implementation: p = max(200, 2√n), Gaussian probes,
 * the formula of ρ (see `shrinkage`), Σ = I to start from, at most 200 steps to a relative change of 1e-6, and
 * Σ^(−1/2) applied once a step. Of our own: the floor of 1e-8 under uₖᵀΣ⁻¹uₖ is added, not a maximum; seeds.
 */
import { EigenvalueDecomposition } from 'ml-matrix';
import { type HouseholderQr, householderQr, type Matrix, matmul } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import { normals } from '../../examples/support/synthetic';
import { choleskyInPlace } from '../../src/dense/cholesky';
import { matvecInto, matvecTransposedInto } from '../../src/dense/matvec';
import { invertUpperInto } from '../../src/dense/triangular';
import { axpy, dot, norm2 } from '../../src/dense/vector';

export interface LearnedOptions {
  /** Weight γ of the identity in the likelihood. Default 0.1. */
  readonly gamma?: number;
  /** ρ. Default `shrinkage(p, n, γ)`. */
  readonly shrinkage?: number;
  /** Limit on the steps of the procedure. Default 200. */
  readonly steps?: number;
}

export interface LearnedPreconditioner {
  readonly probes: number;
  /** Steps of the procedure that were made. */
  readonly steps: number;
  /** Σ = c·I + W·diag(values − c)·Wᵀ. */
  readonly c: number;
  readonly values: Float64Array;
  /** n × p, orthonormal columns. */
  readonly W: Matrix;
  /** y ← Σ^(−1/2) r. y must not alias r. */
  applyInto(y: Float64Array, r: Float64Array): void;
}

const STEP_TOLERANCE = 1e-6;
const FLOOR = 1e-8;

/** ρ: 0.05 where the probes span everything, more the fewer they are and the larger γ, at most ½. */
export function shrinkage(probes: number, n: number, gamma: number): number {
  const base = 0.05;
  return Math.min(0.5, base + (1 - base) * (1 - probes / n) * Math.min(1, 10 * gamma));
}

/** p where nothing is said. */
export function defaultProbes(n: number): number {
  return Math.min(n, Math.max(200, Math.floor(2 * Math.sqrt(n))));
}

/** QR factors of MZ, Z n × p normal, columns scaled to length 1. M is n × n, symmetric positive definite. */
export function probeBasis(M: Matrix, probes: number, seed = 1): HouseholderQr {
  return householderQr(probeDirections(M, probes, seed));
}

export function learnPreconditioner(
  { q, r }: HouseholderQr,
  options: LearnedOptions = {},
): LearnedPreconditioner {
  const { rows: n, columns: probes } = q;
  const { gamma = 0.1, steps = 200 } = options;
  const rho = options.shrinkage ?? shrinkage(probes, n, gamma);
  let inside: Matrix = identity(probes);
  let c = 1;
  let step = 0;
  for (let change = 1; step < steps && change > STEP_TOLERANCE; step++) {
    const next = likelihoodStep(r, inside, n, gamma, rho);
    change = Math.max(Math.abs(next.c - c) / c, distance(next.inside.data, inside.data));
    ({ inside, c } = next);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMl(inside), {
    assumeSymmetric: true,
  });
  const values = Float64Array.from(realEigenvalues);
  const V = { rows: probes, columns: probes, data: Float64Array.from(eigenvectorMatrix.to1DArray()) };
  return withRoot(n, c, values, matmul(q, V), step);
}

/** MZ for normal Z, columns of length 1. */
function probeDirections(M: Matrix, probes: number, seed: number): Matrix {
  const n = M.rows;
  const Z = { rows: n, columns: probes, data: Float64Array.from({ length: n * probes }, normals(seed)) };
  const U = matmul(M, Z);
  const squares = new Float64Array(probes);
  for (let p = 0; p < n * probes; p++) squares[p % probes] += U.data[p] ** 2;
  return { ...U, data: U.data.map((entry, p) => entry / Math.sqrt(squares[p % probes])) };
}

/** One step in the coordinates of Q, U = QR: Σ is `inside` on the span of Q and c·I off it. */
function likelihoodStep(R: Matrix, inside: Matrix, n: number, gamma: number, rho: number) {
  const p = R.rows;
  const weights = inverseForms(inside, R).map((form) => n / p / (form + FLOOR));
  const root = { ...R, data: R.data.map((entry, k) => entry * Math.sqrt(weights[k % p])) };
  const S = matmul(root, transpose(root)).data;
  const share = (1 - rho) / (1 + gamma / n);
  const outside = share * gamma + rho;
  let trace = outside * (n - p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) S[i * p + j] *= share;
    S[i * (p + 1)] += outside;
    trace += S[i * (p + 1)];
  }
  const scale = n / trace;
  const next: Matrix = { rows: p, columns: p, data: S.map((entry) => scale * entry) };
  return { inside: next, c: scale * outside };
}

/** rₖᵀ S⁻¹ rₖ for the columns of R. */
function inverseForms(S: Matrix, R: Matrix): Float64Array {
  const p = S.rows;
  const factor = S.data.slice();
  if (choleskyInPlace(factor, p, p) >= 0)
    throw new Error('learned preconditioner: Σ is not positive definite');
  const inverse = new Float64Array(p * p);
  invertUpperInto(inverse, factor, p, p);
  const reduced = matmul(transpose({ rows: p, columns: p, data: inverse }), R);
  const forms = new Float64Array(p);
  for (let k = 0; k < p * p; k++) forms[k % p] += reduced.data[k] ** 2;
  return forms;
}

function withRoot(
  n: number,
  c: number,
  values: Float64Array,
  W: Matrix,
  steps: number,
): LearnedPreconditioner {
  const probes = values.length;
  const gains = values.map((value) => 1 / Math.sqrt(value) - 1 / Math.sqrt(c));
  const coordinates = new Float64Array(probes);
  const applyInto = (y: Float64Array, r: Float64Array): void => {
    matvecTransposedInto(coordinates, W.data, n, probes, r);
    for (let k = 0; k < probes; k++) coordinates[k] *= gains[k];
    matvecInto(y, W.data, n, probes, coordinates);
    axpy(y, 1 / Math.sqrt(c), r, n);
  };
  return { probes, steps, c, values, W, applyInto };
}

export interface LearnedSolution {
  readonly x: Float64Array;
  readonly iterations: number;
  /** By the recurrence of the residual, as the iteration itself sees it. */
  readonly converged: boolean;
  /** ‖b − Mx‖/‖b‖ */
  readonly relativeResidual: number;
}

export interface IterationLimits {
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Asked before every step. */
  readonly giveUp?: () => boolean;
}

/** Mx = b by conjugate gradients until the residual of the recurrence is ≤ tolerance·‖b‖. */
export function preconditionedConjugateGradient(
  M: Matrix,
  b: Float64Array,
  preconditioner: Pick<LearnedPreconditioner, 'applyInto'>,
  { tolerance, maxIterations, giveUp = () => false }: IterationLimits,
): LearnedSolution {
  const n = b.length;
  const x = new Float64Array(n);
  const r = b.slice();
  const [z, Mp] = [new Float64Array(n), new Float64Array(n)];
  preconditioner.applyInto(z, r);
  const p = z.slice();
  const target = tolerance * norm2(b, 0, n);
  let rz = dot(r, z, n);
  let iterations = 0;
  while (norm2(r, 0, n) > target && iterations < maxIterations && !giveUp()) {
    matvecInto(Mp, M.data, n, n, p);
    const alpha = rz / dot(p, Mp, n);
    axpy(x, alpha, p, n);
    axpy(r, -alpha, Mp, n);
    preconditioner.applyInto(z, r);
    const next = dot(r, z, n);
    for (let i = 0; i < n; i++) p[i] = z[i] + (next / rz) * p[i];
    rz = next;
    iterations++;
  }
  return { x, iterations, converged: norm2(r, 0, n) <= target, relativeResidual: residual(M, x, b) };
}

function residual(M: Matrix, x: Float64Array, b: Float64Array): number {
  const n = b.length;
  const Mx = new Float64Array(n);
  matvecInto(Mx, M.data, n, n, x);
  return distance(Mx, b);
}

/** ‖x − y‖/‖y‖ */
function distance(x: Float64Array, y: Float64Array): number {
  const difference = x.map((entry, i) => entry - y[i]);
  return norm2(difference, 0, x.length) / norm2(y, 0, y.length);
}

function identity(p: number): Matrix {
  const data = new Float64Array(p * p);
  for (let i = 0; i < p; i++) data[i * (p + 1)] = 1;
  return { rows: p, columns: p, data };
}

function transpose({ rows, columns, data }: Matrix): Matrix {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { rows: columns, columns: rows, data: out };
}
