/**
 * The door that the solvers share: everything of the call is checked before anything is computed.
 */
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toRangedMatrix, toVector } from '../core/matrix';
import { abortedError } from '../iterative/stopping';
import { GramSystem } from './gramSystem';
import { chooseMethod } from './methodChoice';
import { resolveOptions, type SolveOptions } from './options';

export interface OpenSystem {
  readonly A: Matrix;
  /** Factors A. `solves` and `powers` as in chooseMethod and GramSystem. */
  system(solves: number, powers: boolean): GramSystem;
}

/** Checks A and the options; factors nothing yet, so that b can be checked first. */
export function openSystem(caller: string, given: MatrixLike, options: SolveOptions): OpenSystem {
  const { A, exponent } = toRangedMatrix(caller, 'A', given);
  const { rows: n, columns: d } = A;
  if (n < d) {
    throw new SketchSolveError(
      'SHAPE',
      `${caller}: A is ${n} × ${d}, expected at least as many rows as columns`,
      {
        rows: n,
        columns: d,
      },
    );
  }
  const settings = resolveOptions(caller, options, d);
  if (settings.initialGuess !== undefined) {
    toVector(caller, 'initialGuess', settings.initialGuess, d, 'A.columns');
  }
  if (settings.signal?.aborted) throw abortedError(caller, 0);
  return {
    A,
    system: (solves, powers) =>
      new GramSystem(caller, A, exponent, chooseMethod(settings, n, d, solves), settings, powers),
  };
}
