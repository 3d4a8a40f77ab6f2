/**
 * Options of the exp, cosh and sinh regressions, and their check.
 */
import { checkBoolean, checkInteger, checkKeys, checkOneOf, withDefaults } from '../core/checks';
import type { VectorLike } from '../core/matrix';
import type { IterationInfo } from '../iterative/stopping';
import type { Seed } from '../random/seed';
import { checkCommonOptions } from './options';

export type RegressionMethod =
  /** The Hessian AᵀDA and its Cholesky factor. */
  | 'newton'
  /** Conjugate gradients with AᵀDA, preconditioned by R of a sketch of √D·A. */
  | 'sketch-cg'
  /** The paper's: RᵀR of a fresh sketch of √D·A in place of AᵀDA. */
  | 'sketch';

export type HessianSketch = 'sparse-sign' | 'leverage-scores';

export interface RegressionOptions {
  /** Default 'auto': 'newton' where forming AᵀDA costs less than a sketch of √D·A, else 'sketch-cg'. */
  readonly method?: 'auto' | RegressionMethod;
  /**
   * Largest `stats.criterion`: Newton decrement ‖√D·A·s‖ over ‖√D|A||x|‖ + ‖(sizes of the terms of the
   * gradient)/√D‖, and every entry of the gradient over the sizes of its own terms. Default 1e-12.
   */
  readonly tolerance?: number;
  /** Step limit. Default 100. */
  readonly maxIterations?: number;
  /** Any finite number or string; the same seed gives the same bits. Default 0. */
  readonly seed?: Seed;
  /** Rows of the sketch, at least d. Default 4d (and d + 20) for 'sketch-cg', 12d for 'sketch'. */
  readonly sketchSize?: number;
  /** The sketch of method 'sketch'. Default 'sparse-sign'; 'leverage-scores' samples rows, as the paper does. */
  readonly hessianSketch?: HessianSketch;
  /** Start, length d; scaled down by powers of two to the lowest value. Default 0, for cosh see `solveCoshRegression`. */
  readonly initialGuess?: VectorLike;
  /** Checked between steps; an aborted signal throws ABORTED. */
  readonly signal?: AbortSignal;
  /** Called at every step with its criterion; returning false stops with status 'stopped' before taking it. */
  readonly onIteration?: (info: IterationInfo) => void | boolean;
  /** Record the criterion of every step in `stats.criterionHistory`. Default false. */
  readonly history?: boolean;
}

type Optional = 'sketchSize' | 'initialGuess' | 'signal' | 'onIteration';
/** Options with their defaults. */
export type RegressionSettings = Required<Omit<RegressionOptions, Optional>> & {
  readonly [K in Optional]: RegressionOptions[K] | undefined;
};

const DEFAULTS: RegressionSettings = {
  method: 'auto',
  tolerance: 1e-12,
  maxIterations: 100,
  seed: 0,
  sketchSize: undefined,
  hessianSketch: 'sparse-sign',
  initialGuess: undefined,
  signal: undefined,
  onIteration: undefined,
  history: false,
};

/** Fills in the defaults after checking every key and value. `columns` is d, the least sketch size. */
export function resolveRegressionOptions(
  caller: string,
  options: RegressionOptions,
  columns: number,
): RegressionSettings {
  checkKeys(caller, options, Object.keys(DEFAULTS));
  const settings = withDefaults(options, DEFAULTS);
  checkOneOf(caller, 'method', settings.method, ['auto', 'newton', 'sketch-cg', 'sketch']);
  checkCommonOptions(caller, settings);
  if (settings.sketchSize !== undefined) {
    checkInteger(caller, 'sketchSize', settings.sketchSize, columns, 2 ** 30);
  }
  checkOneOf(caller, 'hessianSketch', settings.hessianSketch, ['sparse-sign', 'leverage-scores']);
  checkBoolean(caller, 'history', settings.history);
  return settings;
}
