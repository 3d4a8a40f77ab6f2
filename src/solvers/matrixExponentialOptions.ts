/**
 * The options of solveMatrixExponential, and their check.
 */
import { checkKeys, checkOneOf, withDefaults } from '../core/checks';
import type { IterationInfo } from '../iterative/stopping';
import type { Seed } from '../random/seed';
import { checkCommonOptions } from './options';

export type MatrixExponentialMethod =
  /** Lanczos on AᵀA in bidiagonal form, reorthogonalised: about 10 + √(27.6‖A‖²) steps and never more than d. */
  | 'lanczos'
  /**
   * Chebyshev series: as many steps or more, but no reorthogonalisation and only a few vectors of memory. For sparse A
   * with many columns.
   */
  | 'chebyshev'
  /** Singular values of R from a Householder QR of A. */
  | 'direct'
  /**
   * The Taylor series term by term, for comparison only: it fails from ‖A‖² = 10 on, where terms of size e^‖A‖² cancel.
   * Relative errors measured at d = 24 with eigenvalues even on (0, ‖A‖²]: 2e-15 at ‖A‖² = 1, 3e-12 at 10, 4e-8 at 20,
   * 1e-3 at 30, no digit from 40 on; a smallest eigenvalue λ above 0 multiplies this by e^λ. The status is then
   * 'stagnated', and `errorEstimate` follows the terms.
   */
  | 'taylor';

export interface MatrixExponentialOptions {
  /** Default 'auto': the cheapest by a forecast after eight steps of Lanczos; never 'taylor'. */
  readonly method?: 'auto' | MatrixExponentialMethod;
  /** Largest relative error of x by ending the iteration, rounding aside. Default 1e-13. 'direct' does not use it. */
  readonly tolerance?: number;
  /** Step limit; reaching it gives status 'max-iterations'. Default 10000. */
  readonly maxIterations?: number;
  /** Of the random start vector that estimates ‖A‖² where b cannot. Default 0. */
  readonly seed?: Seed;
  /** Checked between steps; an aborted signal throws ABORTED. */
  readonly signal?: AbortSignal;
  /** Called after every step; returning false stops with status 'stopped' and the x so far. */
  readonly onIteration?: (info: IterationInfo) => void | boolean;
}

export interface MatrixExponentialSettings {
  readonly method: 'auto' | MatrixExponentialMethod;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly seed: Seed;
  readonly signal: AbortSignal | undefined;
  readonly onIteration: ((info: IterationInfo) => void | boolean) | undefined;
}

const METHODS: readonly ('auto' | MatrixExponentialMethod)[] = [
  'auto',
  'lanczos',
  'chebyshev',
  'direct',
  'taylor',
];
const DEFAULTS = {
  method: 'auto',
  tolerance: 1e-13,
  maxIterations: 10000,
  seed: 0,
  signal: undefined,
  onIteration: undefined,
} as const satisfies MatrixExponentialSettings;

/** Fills in the defaults after checking every key and value. */
export function resolveExponentialOptions(
  caller: string,
  options: MatrixExponentialOptions,
): MatrixExponentialSettings {
  checkKeys(caller, options, Object.keys(DEFAULTS));
  const settings = withDefaults<MatrixExponentialSettings>(options, DEFAULTS);
  checkOneOf(caller, 'method', settings.method, METHODS);
  checkCommonOptions(caller, settings);
  return settings;
}
