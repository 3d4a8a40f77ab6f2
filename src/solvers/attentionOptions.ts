/**
 * Options of the attention kernel solvers, and their check.
 */
import { checkBoolean, checkInteger, checkKeys, checkNumber, checkOneOf, withDefaults } from '../core/checks';
import { SketchSolveError } from '../core/errors';
import type { IterationInfo } from '../iterative/stopping';
import type { Seed } from '../random/seed';
import { checkCommonOptions } from './options';

export type AttentionMethod =
  /** Dense Cholesky factor of the rescaled kernel, with refinement. */
  | 'direct'
  /** Preconditioned conjugate gradients on it, with refinement. */
  | 'pcg'
  /**
   * The papers' route: features Z with ZZᵀ ≈ K by TensorSRHT on the Taylor terms, a sketch of Z with rank-revealing
   * factor for preconditioner, gradient descent. It solves a proxy: without a ridge ‖Kx − b‖/‖b‖ was 0.6 to 1e11 (and
   * x = 0 is returned above 1). For n = 1500, 512 columns and random b it was 6.5 on digits (r² = 1.05) with a relative
   * ridge of 1e-2 and 0.13 with 1, 2e-4 and 2e-6 in three dimensions (r² = 4.3), where most degrees are exact.
   */
  | 'sketch';
export type KernelPreconditioner = 'none' | 'pivoted-cholesky' | 'nystrom' | 'afn';
/** 'cholesky': the dense factor of the same kernel with another ridge. */
export type ResultPreconditioner = KernelPreconditioner | 'cholesky';

export interface AttentionKernelOptions {
  /** ≥ 0. Default 0: the kernel itself. */
  readonly ridge?: number;
  /** 'relative': K + ridge·diag(K); 'absolute': K + ridge·I. Default 'relative'. */
  readonly ridgeKind?: 'relative' | 'absolute';
  /** τ > 0 of exp(AAᵀ/τ); √d is scaled attention. Default 1. */
  readonly temperature?: number;
  /** 'softmax' divides every row of K by its sum. Default 'none'. */
  readonly normalization?: 'none' | 'softmax';
  /** Row i sees the columns 0 … i only. Default false. */
  readonly causal?: boolean;
  /** Largest ‖b − Kx‖/‖b‖, from the exact operator in the metric of b. Default 1e-10. */
  readonly tolerance?: number;
  /** Limit on the steps of 'pcg', and of each solve of 'sketch'. Default 500. */
  readonly maxIterations?: number;
  /** Default 0. */
  readonly seed?: Seed;
  /** Default 'auto': 'direct' up to n = 1200, 'pcg' from there; never 'sketch'. */
  readonly method?: 'auto' | AttentionMethod;
  /** Default 'auto': chosen by what the first pivots show. */
  readonly preconditioner?: 'auto' | KernelPreconditioner;
  /** Columns of the preconditioner, or of the features of 'sketch'. Default: chosen. */
  readonly rank?: number;
  /** Iteration of 'sketch'. Default 'gradient-descent', the paper's. */
  readonly sketchIteration?: 'gradient-descent' | 'conjugate-gradient';
  /** Bytes that kernel and preconditioner may take. Default 512 MiB. */
  readonly memoryBudget?: number;
  /** Called after every step; returning false stops with the best x so far. */
  readonly onIteration?: (info: IterationInfo) => void | boolean;
  /** Checked between steps; an aborted signal throws ABORTED. */
  readonly signal?: AbortSignal;
}

type Optional = 'rank' | 'onIteration' | 'signal';
/** Options with their defaults. */
export type AttentionSettings = Required<Omit<AttentionKernelOptions, Optional>> & {
  readonly [K in Optional]: AttentionKernelOptions[K] | undefined;
};

const DEFAULTS: AttentionSettings = {
  ridge: 0,
  ridgeKind: 'relative',
  temperature: 1,
  normalization: 'none',
  causal: false,
  tolerance: 1e-10,
  maxIterations: 500,
  seed: 0,
  method: 'auto',
  preconditioner: 'auto',
  rank: undefined,
  sketchIteration: 'gradient-descent',
  memoryBudget: 2 ** 29,
  onIteration: undefined,
  signal: undefined,
};

const CHOICES = {
  ridgeKind: ['relative', 'absolute'],
  normalization: ['none', 'softmax'],
  method: ['auto', 'direct', 'pcg', 'sketch'],
  preconditioner: ['auto', 'none', 'pivoted-cholesky', 'nystrom', 'afn'],
  sketchIteration: ['gradient-descent', 'conjugate-gradient'],
} as const;

/** Fills in the defaults after checking every key and value, for a kernel of n rows. */
export function resolveAttentionOptions(
  caller: string,
  options: AttentionKernelOptions,
  n: number,
): AttentionSettings {
  checkKeys(caller, options, Object.keys(DEFAULTS));
  const settings = withDefaults(options, DEFAULTS);
  checkRidge(caller, settings.ridge);
  checkNumber(caller, 'temperature', settings.temperature, Number.MIN_VALUE, Number.MAX_VALUE);
  checkCommonOptions(caller, settings);
  checkBoolean(caller, 'causal', settings.causal);
  for (const [name, allowed] of Object.entries(CHOICES)) {
    checkOneOf(caller, name, settings[name as keyof typeof CHOICES], allowed);
  }
  if (settings.rank !== undefined) checkInteger(caller, 'rank', settings.rank, 1, n);
  checkNumber(caller, 'memoryBudget', settings.memoryBudget, 1, Number.MAX_VALUE);
  checkCausal(caller, settings);
  return settings;
}

export function checkRidge(caller: string, ridge: unknown): void {
  checkNumber(caller, 'ridge', ridge, 0, Number.MAX_VALUE);
}

/** A triangular kernel is not symmetric: λI is no regularisation of it, and no iteration here solves it. */
export function checkCausal(caller: string, { causal, ridge, ridgeKind, method }: AttentionSettings): void {
  if (!causal) return;
  const wrong =
    method !== 'auto' && method !== 'direct'
      ? `method '${method}' with causal: true, expected 'auto' or 'direct' (forward substitution)`
      : ridge > 0 && ridgeKind === 'absolute'
        ? "ridgeKind 'absolute' with causal: true, expected 'relative' (a multiple of the diagonal)"
        : null;
  if (wrong !== null) throw new SketchSolveError('INVALID_ARGUMENT', `${caller}: ${wrong}`);
}
