/**
 * What a sketch is: a random matrix S (rows × columns) with E[SᵀS] = I, drawn once and immutable. Column i of S,
 * which multiplies row i of A, depends on (seed, i) only; so S·A may be summed over blocks of rows in any order.
 */
import { checkInteger, checkKeys } from '../core/checks';
import { type CsrMatrix, checkCsr, isCsr, type TallMatrix } from '../core/csr';
import { describe } from '../core/describe';
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix } from '../core/matrix';
import { checkSizes } from '../core/sizes';
import type { Seed } from '../random/seed';

export type SketchKind = 'sparse-sign' | 'srht' | 'countsketch' | 'gaussian';

export const SKETCH_KINDS: readonly SketchKind[] = ['sparse-sign', 'srht', 'countsketch', 'gaussian'];

export interface SketchOptions {
  /** Rows of S, the sketch size: an integer from 1 to 2³⁰. */
  readonly rows: number;
  /** Columns of S, which is the number of rows of A: an integer from 1 to 2³¹ − 1. */
  readonly columns: number;
  /** Finite number or string; 5 and '5' are the same seed. Default 0. */
  readonly seed?: Seed;
}

export interface SketchOperator {
  readonly kind: SketchKind;
  readonly rows: number;
  readonly columns: number;
  readonly seed: Seed;
  /**
   * S·A.
   *
   * @param A - columns × d, dense or sparse. Not modified.
   * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT
   */
  apply(A: MatrixLike): Matrix;
}

/** A sketch as the solvers use it, without checks. */
export interface RowSketch extends SketchOperator {
  /** S = scale · S₀, where S₀ is what `accumulateInto` multiplies with; its entries are 0 and ±1 except for Gaussian. */
  readonly scale: number;
  /**
   * out (rows × columns) += S₀[:, firstRow … firstRow + rows) · A, A being the given rows of the whole matrix.
   * out must not alias A.
   */
  accumulateInto(
    out: Float64Array,
    outOff: number,
    ldOut: number,
    A: Float64Array,
    aOff: number,
    lda: number,
    rows: number,
    columns: number,
    firstRow: number,
  ): void;
  /**
   * out (rows × A.columns, leading dimension ldOut) += S₀[:, firstRow … firstRow + A.rows) · diag(rowWeights) · A;
   * null weights are all 1. The same sums as `accumulateInto` of the expanded rows, zeros left out.
   */
  accumulateCsrInto(
    out: Float64Array,
    ldOut: number,
    A: CsrMatrix,
    firstRow: number,
    rowWeights: Float64Array | null,
  ): void;
}

export const MAX_SKETCH_ROWS = 2 ** 30;
export const MAX_SKETCH_COLUMNS = 2 ** 31 - 1;

/** The parts a sketch differs in; `rowSketch` adds what all have in common. */
export type SketchParts = Omit<RowSketch, 'apply'>;

/** A frozen sketch from its parts. */
export function rowSketch(parts: SketchParts): RowSketch {
  const apply = (A: MatrixLike): Matrix => applySketch(parts, A);
  return Object.freeze({ ...parts, apply });
}

function applySketch(sketch: SketchParts, A: MatrixLike): Matrix {
  const given = isCsr(A) ? checkCsr('apply', 'A', A) : toMatrix('apply', 'A', A);
  const { rows, columns: width } = given;
  if (rows !== sketch.columns) {
    throw new SketchSolveError(
      'SHAPE',
      `apply: A has ${rows} rows, expected ${sketch.columns} (= columns of the sketch)`,
      { got: rows, expected: sketch.columns },
    );
  }
  checkSizes('apply', 'SA.', sketch.rows, width);
  const out = new Float64Array(sketch.rows * width);
  accumulateRows(sketch, out, given, 0);
  scaleInPlace(out, sketch.scale);
  return { rows: sketch.rows, columns: width, data: out };
}

/** out (contiguous) += S₀[:, firstRow … firstRow + A.rows) · A. */
export function accumulateRows(
  sketch: SketchParts,
  out: Float64Array,
  A: TallMatrix,
  firstRow: number,
): void {
  const { rows, columns } = A;
  if (isCsr(A)) sketch.accumulateCsrInto(out, columns, A, firstRow, null);
  else sketch.accumulateInto(out, 0, columns, A.data, 0, columns, rows, columns, firstRow);
}

export function scaleInPlace(v: Float64Array, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < v.length; i++) v[i] *= factor;
}

/** Checks the options common to all sketches and fills in the default seed. */
export function checkSketchOptions(caller: string, options: SketchOptions): Required<SketchOptions> {
  checkKeys(caller, options, ['rows', 'columns', 'seed']);
  const { rows, columns, seed = 0 } = options;
  checkInteger(caller, 'columns', columns, 1, MAX_SKETCH_COLUMNS);
  checkInteger(caller, 'rows', rows, 1, MAX_SKETCH_ROWS);
  checkSeed(caller, seed);
  return { rows, columns, seed };
}

/** Throws unless the seed is a finite number or a string. */
export function checkSeed(caller: string, seed: unknown): void {
  if (typeof seed === 'string' || (typeof seed === 'number' && Number.isFinite(seed))) return;
  throw new SketchSolveError(
    'INVALID_ARGUMENT',
    `${caller}: seed is ${describe(seed)}, expected a finite number or a string`,
    { argument: 'seed', got: seed },
  );
}
