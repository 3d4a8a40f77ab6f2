/**
 * Subsampled randomized Hadamard transform: S = √(1/rows) · (sampled rows of H) · (random signs) · (row
 * permutation), H the unnormalised Walsh–Hadamard matrix on the rows padded to a power of two.
 * Every column of S has norm 1 and independent signs, hence E[SᵀS] = I. Ailon & Chazelle, SIAM J. Comput. 39
 * (2009); Tropp, Adv. Adapt. Data Anal. 3 (2011). The permutation keeps identity-like rows of A apart: without
 * it they form a subgroup of the Hadamard index set and S·A is singular.
 */
import { SketchSolveError } from '../core/errors';
import { fwhtInPlace } from '../dense/fwht';
import { gatherRowsInto, scatterRowsInto } from '../dense/scatter';
import type { Seed } from '../random/seed';
import {
  checkSketchOptions,
  type RowSketch,
  rowSketch,
  type SketchOperator,
  type SketchOptions,
} from './operator';
import { accumulateSrhtCsr } from './srhtCsr';
import { hadamardTargetsInto, paddedRows, panelColumns, type SrhtDraw, srhtDraw } from './srhtDraw';

/**
 * @param options - `rows` at most `columns` padded to a power of two, `columns`, `seed`.
 * @throws {@link SketchSolveError} INVALID_ARGUMENT
 * Cost: O(rows) to draw; n·d·log₂(block) additions and rows·d per block of 1024 rows to apply to an n × d matrix;
 * at most rows additions for each entry of a sparse one.
 */
export function srht(options: SketchOptions): SketchOperator {
  const { rows, columns, seed } = checkSketchOptions('srht', options);
  return drawSrht(rows, columns, seed);
}

/** `srht` with the one check that a solver's sketch size can fail: rows ≤ padded columns. */
export function drawSrht(sketchRows: number, sketchColumns: number, seed: Seed): RowSketch {
  const most = paddedRows(sketchColumns);
  if (sketchRows > most) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `srht: rows is ${sketchRows}, expected an integer from 1 to ${most} (columns padded to a power of two)`,
      { argument: 'rows', got: sketchRows, max: most },
    );
  }
  const draw = srhtDraw(sketchRows, sketchColumns, seed);
  return rowSketch({
    kind: 'srht',
    rows: sketchRows,
    columns: sketchColumns,
    seed,
    scale: 1 / Math.sqrt(sketchRows),
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      accumulateBlocks(draw, out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow);
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      accumulateSrhtCsr(draw, out, ldOut, A, firstRow, rowWeights);
    },
  });
}

/** Tables and buffer of one call. */
interface Workspace {
  readonly targets: Int32Array;
  readonly samples: Int32Array;
  readonly rowTargets: Int32Array;
  readonly buffer: Float64Array;
}

function accumulateBlocks(
  draw: SrhtDraw,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  rows: number,
  columns: number,
  firstRow: number,
): void {
  const B = draw.blockRows;
  const work: Workspace = {
    targets: new Int32Array(B),
    samples: new Int32Array(draw.sketchRows),
    rowTargets: new Int32Array(draw.sketchRows),
    buffer: new Float64Array(B * panelColumns(B, columns)),
  };
  for (let row = firstRow, end = firstRow + rows; row < end; ) {
    const block = Math.floor(row / B);
    const count = Math.min(end, (block + 1) * B) - row;
    draw.placeRows(work.targets, block);
    draw.sampleRows(work.samples, block);
    const targets = work.targets.subarray(row - block * B, row - block * B + count);
    const from = aOff + (row - firstRow) * lda;
    if (count * draw.sketchRows < B * Math.log2(B)) {
      addRowByRow(work, targets, draw.sketchRows, out, outOff, ldOut, A, from, lda, columns);
    } else {
      addTransformed(work, targets, B, out, outOff, ldOut, A, from, lda, columns);
    }
    row += count;
  }
}

/** Places the rows in the buffer, transforms it and adds the sampled rows, a panel of columns at a time. */
function addTransformed(
  work: Workspace,
  targets: Int32Array,
  blockRows: number,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
): void {
  const { samples, buffer } = work;
  const most = panelColumns(blockRows, columns);
  for (let j = 0; j < columns; j += most) {
    const width = Math.min(most, columns - j);
    buffer.fill(0);
    scatterRowsInto(buffer, 0, width, A, aOff + j, lda, targets.length, width, targets, 1);
    fwhtInPlace(buffer, 0, width, blockRows, width);
    gatherRowsInto(out, outOff + j, ldOut, buffer, width, samples, samples.length);
  }
}

/** The same sum without a transform: cheaper for a few rows of a block. */
function addRowByRow(
  work: Workspace,
  targets: Int32Array,
  sketchRows: number,
  out: Float64Array,
  outOff: number,
  ldOut: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  columns: number,
): void {
  const { samples, rowTargets } = work;
  for (let i = 0; i < targets.length; i++) {
    hadamardTargetsInto(rowTargets, samples, targets[i]);
    scatterRowsInto(out, outOff, ldOut, A, aOff + i * lda, lda, 1, columns, rowTargets, sketchRows);
  }
}
