/**
 * Preconditioners of M = K + ridge·diag(K), K = exp(AAᵀ/τ) formed, that the library has not, for
 * `preconditionedConjugateGradient`. With D = diag(K)^(−½): K = D⁻¹GD⁻¹, G the Gaussian kernel of the rows.
 */
import type { Matrix } from 'sketchsolve';
import { gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { ridgedKernel } from './denseKernel';
import { featurePreconditioner } from './featurePreconditioner';
import { type IterationLimits, learnPreconditioner, probeBasis } from './learnedPreconditioner';
import { type LearnedSetting, type TuningGrid, tuneLearned } from './learnedTuning';

export interface KernelProblem {
  readonly A: Matrix;
  readonly b: Float64Array;
  readonly temperature: number;
  /** Relative. */
  readonly ridge: number;
}

export interface Preconditioner {
  /** y must not alias r. */
  applyInto(y: Float64Array, r: Float64Array): void;
}

export type Builder = (problem: KernelProblem, M: Matrix) => Preconditioner;

/** M itself. */
export const plain: Builder = () => ({ applyInto: (y, r) => void y.set(r) });

/** diag(M)⁻¹: conjugate gradients on G + ridge·I. */
export const jacobi = (_: unknown, M: Matrix): Preconditioner => {
  const scales = inverseRoots(M);
  return {
    applyInto: (y, r) => {
      for (let i = 0; i < r.length; i++) y[i] = scales[i] ** 2 * r[i];
    },
  };
};

/** D(ZZᵀ + (ridge + e/10)·I)⁻¹D with the features Z of G that TensorSRHT gives; e is the norm of what they leave. */
export function tensorSrht(columns: number): Builder {
  return ({ A, temperature, ridge }, M) => {
    const Z = kernelFeatures(A, temperature, columns);
    const scales = kernelScales(M, ridge);
    return between(scales, featurePreconditioner(Z, scaledBy(M, scales), ridge));
  };
}

/** Z with ZZᵀ ≈ G by TensorSRHT on the Taylor terms. */
export function kernelFeatures({ rows: n, columns: d, data }: Matrix, temperature: number, columns: number) {
  const root = Math.sqrt(temperature);
  const scaled = { rows: n, columns: d, data: data.map((entry) => entry / root) };
  const options = { columns: Math.min(columns, n), truncation: 1e-10, seed: 0 };
  return gaussianFeatures('attention-preconditioners', scaled, options).Z;
}

/** The learned one of M scaled to unit diagonal. */
export function learned(setting: LearnedSetting): Builder {
  return (_, M) => {
    const scales = inverseRoots(M);
    const basis = probeBasis(scaledBy(M, scales), Math.min(setting.probes, M.rows));
    return between(scales, learnPreconditioner(basis, setting));
  };
}

/** The setting of least time on M scaled to unit diagonal. */
export function tuned(problem: KernelProblem, limits: IterationLimits, grid: TuningGrid): LearnedSetting {
  const M = ridgedKernel(problem.A, problem.temperature, problem.ridge);
  const scales = inverseRoots(M);
  const b = problem.b.map((entry, i) => scales[i] * entry);
  return tuneLearned(scaledBy(M, scales), b, limits, grid);
}

/** diag(M)^(−½) */
export function inverseRoots({ rows: n, data }: Matrix): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(data[i * (n + 1)]));
}

/** S M S for S = diag(scales). */
/** diag(K)^(−½) of M = K + ridge·diag(K). */
export function kernelScales(M: Matrix, ridge: number): Float64Array {
  return inverseRoots(M).map((scale) => scale * Math.sqrt(1 + ridge));
}

export function scaledBy({ rows: n, data }: Matrix, scales: Float64Array): Matrix {
  const out = new Float64Array(n * n);
  for (let i = 0, p = 0; i < n; i++)
    for (let j = 0; j < n; j++, p++) out[p] = scales[i] * data[p] * scales[j];
  return { rows: n, columns: n, data: out };
}

/** D P D */
export function between(scales: Float64Array, inner: Preconditioner): Preconditioner {
  const [v, w] = [new Float64Array(scales.length), new Float64Array(scales.length)];
  return {
    applyInto(y, r) {
      for (let i = 0; i < r.length; i++) v[i] = scales[i] * r[i];
      inner.applyInto(w, v);
      for (let i = 0; i < r.length; i++) y[i] = scales[i] * w[i];
    },
  };
}
