/**
 * S·A from blocks of rows of A, in any order and from several accumulators, without A ever being whole:
 * sketchAccumulator → addRows(block, firstRow) → merge(other) → finish(). Possible because column i of S
 * depends on (seed, i) only.
 */
import { checkInteger, checkKeys, checkOneOf } from '../core/checks';
import { checkCsr, isCsr } from '../core/csr';
import { describe } from '../core/describe';
import { SketchSolveError } from '../core/errors';
import { type Matrix, type MatrixLike, toMatrix } from '../core/matrix';
import { createSketch } from './create';
import {
  accumulateRows,
  checkSketchOptions,
  type RowSketch,
  SKETCH_KINDS,
  type SketchKind,
  type SketchOptions,
  scaleInPlace,
} from './operator';
import { describeRows, RowCoverage } from './rowCoverage';

export interface SketchAccumulatorOptions extends SketchOptions {
  /** Which sketch. Default 'sparse-sign'. */
  readonly kind?: SketchKind;
  /** Columns of A: an integer from 1 to 2³⁰. */
  readonly width: number;
}

const MAX_WIDTH = 2 ** 30;
const MAX_GAPS_IN_MESSAGE = 3;

/**
 * An empty sum for S·A, with A columns × width and S rows × columns.
 *
 * @param options - `rows`, `columns`, `width`, `kind`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: rows·width numbers of memory; adding blocks costs what `apply` costs, if SRHT blocks have some hundred rows.
 */
export function sketchAccumulator(options: SketchAccumulatorOptions): SketchAccumulator {
  checkKeys('sketchAccumulator', options, ['kind', 'rows', 'columns', 'seed', 'width']);
  const { kind = 'sparse-sign', width, ...shared } = options;
  checkOneOf('sketchAccumulator', 'kind', kind, SKETCH_KINDS);
  checkInteger('sketchAccumulator', 'width', width, 1, MAX_WIDTH);
  const { rows, columns, seed } = checkSketchOptions('sketchAccumulator', shared);
  return new SketchAccumulator(createSketch(kind, rows, columns, seed), width);
}

export class SketchAccumulator {
  readonly width: number;
  readonly #sketch: RowSketch;
  readonly #sum: Float64Array;
  readonly #coverage: RowCoverage;

  /** Use `sketchAccumulator`, which checks. */
  constructor(sketch: RowSketch, width: number) {
    this.width = width;
    this.#sketch = sketch;
    this.#sum = new Float64Array(sketch.rows * width);
    this.#coverage = new RowCoverage(sketch.columns);
    Object.freeze(this);
  }

  get kind(): SketchKind {
    return this.#sketch.kind;
  }

  get rows(): number {
    return this.#sketch.rows;
  }

  get columns(): number {
    return this.#sketch.columns;
  }

  get seed(): number | string {
    return this.#sketch.seed;
  }

  /**
   * Adds rows firstRow, firstRow + 1, … of A. For integer A the sum is exact, whatever the blocks and their
   * order (except for Gaussian); for real A it varies by rounding.
   *
   * @param block - k × width, dense or sparse. Not modified.
   * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT (rows out of range or added before)
   */
  addRows(block: MatrixLike, firstRow: number): this {
    const given = isCsr(block) ? checkCsr('addRows', 'block', block) : toMatrix('addRows', 'block', block);
    const { rows, columns } = given;
    if (columns !== this.width) {
      throw new SketchSolveError(
        'SHAPE',
        `addRows: block has ${columns} columns, expected ${this.width} (= width)`,
        { got: columns, expected: this.width },
      );
    }
    const last = this.columns - rows;
    if (last < 0) {
      throw new SketchSolveError(
        'SHAPE',
        `addRows: block has ${rows} rows, expected at most ${this.columns} (= columns of the sketch)`,
        { got: rows, max: this.columns },
      );
    }
    checkInteger('addRows', 'firstRow', firstRow, 0, last);
    this.#checkNotCovered('addRows', firstRow, firstRow + rows);
    accumulateRows(this.#sketch, this.#sum, given, firstRow);
    this.#coverage.add(firstRow, firstRow + rows);
    return this;
  }

  /**
   * Adds what `other` has summed. `other` is not modified.
   *
   * @param other - same kind, rows, columns, seed and width, and no row that was added here.
   * @throws {@link SketchSolveError} SHAPE, INVALID_ARGUMENT
   */
  merge(other: SketchAccumulator): this {
    if (!(other instanceof SketchAccumulator)) {
      throw new SketchSolveError(
        'INVALID_ARGUMENT',
        `merge: other is ${describe(other)}, expected a sketchAccumulator`,
      );
    }
    this.#checkSameSketch(other);
    for (const { first, end } of other.#coverage.intervals) this.#checkNotCovered('merge', first, end);
    for (let p = 0; p < this.#sum.length; p++) this.#sum[p] += other.#sum[p];
    for (const { first, end } of other.#coverage.intervals) this.#coverage.add(first, end);
    return this;
  }

  /**
   * S·A, rows × width, a new matrix on each call.
   *
   * @throws {@link SketchSolveError} SHAPE if rows of A are missing
   */
  finish(): Matrix {
    const missing = this.#coverage.missing();
    if (missing.length > 0) {
      const named = missing.slice(0, MAX_GAPS_IN_MESSAGE).map(describeRows).join(', ');
      const more = missing.length > MAX_GAPS_IN_MESSAGE ? ' and others' : '';
      throw new SketchSolveError(
        'SHAPE',
        `finish: ${named}${more} were not added, expected all rows from 0 to ${this.columns - 1}`,
        { missing },
      );
    }
    const data = this.#sum.slice();
    scaleInPlace(data, this.#sketch.scale);
    return { rows: this.rows, columns: this.width, data };
  }

  #checkNotCovered(caller: string, first: number, end: number): void {
    const twice = this.#coverage.overlap(first, end);
    if (twice === undefined) return;
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: ${describeRows(twice)} of A added before, expected every row once`,
      { first: twice.first, last: twice.end - 1 },
    );
  }

  #checkSameSketch(other: SketchAccumulator): void {
    for (const name of ['kind', 'rows', 'columns', 'seed', 'width'] as const) {
      // seeds are compared as they are used: 5 and '5' draw the same sketch
      if (String(other[name]) === String(this[name])) continue;
      throw new SketchSolveError(
        name === 'kind' || name === 'seed' ? 'INVALID_ARGUMENT' : 'SHAPE',
        `merge: other has ${name} ${describe(other[name])}, expected ${describe(this[name])} (as here)`,
        { argument: name, got: other[name], expected: this[name] },
      );
    }
  }
}
