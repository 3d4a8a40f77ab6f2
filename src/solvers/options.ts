/**
 * The options that every solver takes, and their check.
 */
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  withDefaults,
} from '../core/checks';
import { describe } from '../core/describe';
import { SketchSolveError } from '../core/errors';
import type { VectorLike } from '../core/matrix';
import type { IterationInfo } from '../iterative/stopping';
import type { Seed } from '../random/seed';
import { checkSeed, SKETCH_KINDS, type SketchKind } from '../sketch/operator';

export type Method =
  /** Householder QR of A; of a sparse A only if that takes at most 64 MB when dense. */
  | 'direct'
  /** Randomized CholeskyQR: R from one pass of matrix products over A. A sparse A: as 'direct'. */
  | 'cholesky-qr'
  /** Sketch-preconditioned conjugate gradients, two stages in least squares. */
  | 'conjugate-gradient'
  /** Sketch-preconditioned gradient descent with momentum. */
  | 'heavy-ball'
  /** The papers' gradient descent with step 1. */
  | 'gradient-descent';

export interface SolveOptions {
  /**
   * Least squares: largest normwise backward error; default 2⁻⁵⁰. Powers of AᵀA: largest relative
   * preconditioned residual of each iterative solve; default 2⁻⁵⁰. The factoring methods do not use it.
   */
  readonly tolerance?: number;
  /** Step limit of each chained solve; reaching it gives status 'max-iterations'. Default 500. */
  readonly maxIterations?: number;
  /** Any finite number or string; the same seed gives the same bits. Default 0. */
  readonly seed?: Seed;
  /** Default 'sparse-sign'. */
  readonly sketch?: SketchKind;
  /**
   * Rows of the sketch, at least d. Default 3d for 'cholesky-qr', 4d for 'conjugate-gradient', 12d for
   * 'heavy-ball', 30d for 'gradient-descent' in least squares and 120d where it meets powers of AᵀA; never
   * fewer than d + 20. From n on, A is factored itself.
   */
  readonly sketchSize?: number;
  /** Default 'auto': see {@link Method} and the cost model in the README. */
  readonly method?: 'auto' | Method;
  /** For rank-deficient A: the solution of minimum norm instead of the error RANK_DEFICIENT. Default false. */
  readonly minNorm?: boolean;
  /** Step length of 'gradient-descent'. Default 1, the papers' choice. */
  readonly stepSize?: number;
  /** Start of the iterative methods in least squares, length d. Default: the solution of the sketched problem. */
  readonly initialGuess?: VectorLike;
  /** Checked between steps; an aborted signal throws ABORTED. */
  readonly signal?: AbortSignal;
  /** Called after every step; returning false stops with status 'stopped' and the best x so far. */
  readonly onIteration?: (info: IterationInfo) => void | boolean;
  /** Record the error of every step in `stats.residualHistory`. Default false. */
  readonly history?: boolean;
}

/** Options with their defaults. */
export interface Settings {
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: Seed;
  readonly sketch: SketchKind;
  readonly sketchSize: number | undefined;
  readonly method: 'auto' | Method;
  readonly minNorm: boolean;
  readonly stepSize: number;
  readonly initialGuess: VectorLike | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onIteration: ((info: IterationInfo) => void | boolean) | undefined;
  readonly history: boolean;
}

const METHODS: readonly ('auto' | Method)[] = [
  'auto',
  'direct',
  'cholesky-qr',
  'conjugate-gradient',
  'heavy-ball',
  'gradient-descent',
];
const DEFAULTS = {
  tolerance: 2 ** -50,
  maxIterations: 500,
  seed: 0,
  sketch: 'sparse-sign',
  sketchSize: undefined,
  method: 'auto',
  minNorm: false,
  stepSize: 1,
  initialGuess: undefined,
  signal: undefined,
  onIteration: undefined,
  history: false,
} as const satisfies Settings;

/** Fills in the defaults after checking every key and value. `columns` is d, the least sketch size. */
export function resolveOptions(caller: string, options: SolveOptions, columns: number): Settings {
  checkKeys(caller, options, Object.keys(DEFAULTS));
  const settings = withDefaults<Settings>(options, DEFAULTS);
  checkCommonOptions(caller, settings);
  checkOneOf(caller, 'sketch', settings.sketch, SKETCH_KINDS);
  if (settings.sketchSize !== undefined) {
    checkInteger(caller, 'sketchSize', settings.sketchSize, columns, 2 ** 31);
  }
  checkOneOf(caller, 'method', settings.method, METHODS);
  checkBoolean(caller, 'minNorm', settings.minNorm);
  checkNumber(caller, 'stepSize', settings.stepSize, Number.MIN_VALUE, 2);
  checkBoolean(caller, 'history', settings.history);
  return settings;
}

/** What every solver takes. */
interface CommonOptions {
  readonly tolerance: unknown;
  readonly maxIterations: unknown;
  readonly seed: unknown;
  readonly signal: unknown;
  readonly onIteration: unknown;
}

export function checkCommonOptions(caller: string, options: CommonOptions): void {
  checkNumber(caller, 'tolerance', options.tolerance, 0, 1);
  checkInteger(caller, 'maxIterations', options.maxIterations, 1, 2 ** 31);
  checkSeed(caller, options.seed);
  checkSignal(caller, options.signal);
  if (options.onIteration !== undefined) checkFunction(caller, 'onIteration', options.onIteration);
}

function checkSignal(caller: string, signal: unknown): void {
  if (signal === undefined) return;
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal)) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: signal is ${describe(signal)}, expected an AbortSignal`,
      { argument: 'signal', got: signal },
    );
  }
}
