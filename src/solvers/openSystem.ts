/**
 * The door that the solvers share: everything of the call is checked before anything is computed.
 */

import { isCsr, type TallMatrix, toRangedTall } from '../core/csr';
import { SketchSolveError } from '../core/errors';
import { type MatrixLike, toVector } from '../core/matrix';
import { checkTall, MAX_ENTRIES } from '../core/sizes';
import { abortedError } from '../iterative/stopping';
import { GramSystem } from './gramSystem';
import { canBeDense, chooseMethod, factorKind } from './methodChoice';
import { type Method, resolveOptions, type SolveOptions } from './options';

export interface OpenSystem {
  readonly A: TallMatrix;
  /** Factors A. `solves` and `powers` as in chooseMethod and GramSystem. */
  system(solves: number, powers: boolean): GramSystem;
}

/** Checks A and the options; factors nothing yet, so that b can be checked first. */
export function openSystem(caller: string, given: MatrixLike, options: SolveOptions): OpenSystem {
  const { A, exponent } = toRangedTall(caller, 'A', given);
  const { rows: n, columns: d } = A;
  checkTall(caller, n, d);
  const settings = resolveOptions(caller, options, d);
  checkMethodFits(caller, settings.method, A);
  checkFactorFits(caller, settings.method, settings.sketchSize, A);
  if (settings.initialGuess !== undefined) {
    toVector(caller, 'initialGuess', settings.initialGuess, d, 'A.columns');
  }
  if (settings.signal?.aborted) throw abortedError(caller, 0);
  return {
    A,
    system: (solves, powers) =>
      new GramSystem(caller, A, exponent, chooseMethod(settings, A, solves), settings, solves, powers),
  };
}

/** A factor to rounding takes A as a dense matrix, which is refused where it would be a surprise. */
function checkMethodFits(caller: string, method: 'auto' | Method, A: TallMatrix): void {
  if (method === 'auto' || factorKind(method) === 'preconditioner' || !isCsr(A) || canBeDense(A)) return;
  const megabytes = Math.ceil((8 * A.rows * A.columns) / 2 ** 20);
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: method is '${method}' for a sparse A that takes ${megabytes} MB when dense, expected at most 64 MB, or one of 'auto', 'conjugate-gradient', 'heavy-ball', 'gradient-descent'`,
    { argument: 'method', got: method, megabytes },
  );
}

/** Rows of the default sketch for each column, at the most; 'auto' takes conjugate gradients where A is that large. */
const SKETCH_FACTOR = { 'heavy-ball': 12, 'gradient-descent': 120 } as const;

/** Many columns: their factor, which is dense whatever A is, has more entries than kernels can count. */
function checkFactorFits(
  caller: string,
  method: 'auto' | Method,
  sketchSize: number | undefined,
  { rows, columns: d }: TallMatrix,
): void {
  const factor = method === 'heavy-ball' || method === 'gradient-descent' ? SKETCH_FACTOR[method] : 4;
  const entries = Math.min(rows, sketchSize ?? factor * d) * d;
  if (entries <= MAX_ENTRIES) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: A has ${d} columns, whose dense factor starts from ${entries} entries, expected at most ${MAX_ENTRIES}`,
    { columns: d, entries, max: MAX_ENTRIES },
  );
}
