/**
 * The one error class of the library. A wrong call is thrown before any work; what the numbers did is
 * reported in a result's status instead, except where there is no x to return.
 */

/** What went wrong, as a literal that code can branch on. */
export type SketchSolveErrorCode =
  /** Sizes do not fit together, or a matrix is empty, ragged or wider than tall where tallness matters. */
  | 'SHAPE'
  /** An argument or option has the wrong type, an unknown name or a value outside its range. */
  | 'INVALID_ARGUMENT'
  /** A or b contains NaN or an infinity. */
  | 'NOT_FINITE'
  /** The columns of A are linearly dependent to working precision; `details` has rank and null basis. */
  | 'RANK_DEFICIENT'
  /** The answer does not fit into doubles; `details.log2Scale` says by how much. */
  | 'OUT_OF_RANGE'
  /** The caller's AbortSignal was aborted. */
  | 'ABORTED';

/** Message: function, argument, value got, value needed. The numbers of the message are in `details`. */
export class SketchSolveError extends Error {
  override readonly name = 'SketchSolveError';
  readonly code: SketchSolveErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: SketchSolveErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
