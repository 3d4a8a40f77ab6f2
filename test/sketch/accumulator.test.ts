import { Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { SketchSolveErrorCode } from '../../src/core/errors';
import type { Matrix } from '../../src/core/matrix';
import {
  type SketchAccumulator,
  type SketchAccumulatorOptions,
  sketchAccumulator,
} from '../../src/sketch/accumulator';
import { createSketch } from '../../src/sketch/create';
import { SKETCH_KINDS, type SketchKind } from '../../src/sketch/operator';
import { describeKernels } from '../support/kernelSets';
import { naiveMatmul } from '../support/oracles';
import { randomMatrix, testRandom } from '../support/random';
import { identity, integerMatrix } from '../support/sketchLaws';
import { sparseFrom } from '../support/sparse';
import { dotBound } from '../support/tolerances';

/** Rows first … end of A. */
function rowsOf(A: Matrix, first: number, end: number): Matrix {
  return { rows: end - first, columns: A.columns, data: A.data.slice(first * A.columns, end * A.columns) };
}

/** [0, n) cut at random places, in random order. */
function randomBlocks(n: number, seed: number): [number, number][] {
  const random = testRandom(seed);
  const blocks: [number, number][] = [];
  for (let first = 0; first < n; ) {
    const end = Math.min(n, first + 1 + random.integer(Math.ceil(n / 4)));
    blocks.splice(random.integer(blocks.length + 1), 0, [first, end]);
    first = end;
  }
  return blocks;
}

function addAll(sum: SketchAccumulator, A: Matrix, blocks: readonly [number, number][]): SketchAccumulator {
  for (const [first, end] of blocks) sum.addRows(rowsOf(A, first, end), first);
  return sum;
}

function failsWith(call: () => unknown, code: SketchSolveErrorCode, message: string, details?: object): void {
  expect(call).toThrow(
    expect.objectContaining({
      name: 'SketchSolveError',
      code,
      message: expect.stringContaining(message),
      ...(details === undefined ? {} : { details }),
    }),
  );
}

const exactKinds = SKETCH_KINDS.filter((kind) => kind !== 'gaussian');

describeKernels(() => {
  describe.each([
    [1, 1, 1],
    [8, 7, 3],
    [24, 300, 4],
    [24, 1100, 2],
    [24, 2100, 1],
  ])('m = %i, n = %i, d = %i: blocks in any order and merged sums are the whole', (rows, columns, width) => {
    it.each(exactKinds)('bit for bit for integer A, %s', (kind) => {
      const A = integerMatrix(columns, width, 1);
      const options = { kind, rows, columns, width, seed: 'sum' };
      const whole = createSketch(kind, rows, columns, 'sum').apply(A);
      expect(addAll(sketchAccumulator(options), A, [[0, columns]]).finish()).toEqual(whole);
      for (const seed of [1, 2, 3]) {
        const blocks = randomBlocks(columns, seed);
        expect(addAll(sketchAccumulator(options), A, blocks).finish()).toEqual(whole);
        const parts = [0, 1, 2].map((k) =>
          addAll(
            sketchAccumulator(options),
            A,
            blocks.filter((_, p) => p % 3 === k),
          ),
        );
        expect(parts[1].merge(parts[2]).merge(parts[0]).finish()).toEqual(whole);
      }
    });

    it.each([...SKETCH_KINDS])('to rounding for real A, %s', (kind) => {
      const A = randomMatrix(columns, width, 2);
      const S = createSketch(kind, rows, columns, 3);
      const whole = S.apply(A).data;
      const Sabs = S.apply(identity(columns));
      for (let p = 0; p < Sabs.data.length; p++) Sabs.data[p] = Math.abs(Sabs.data[p]);
      const sizes = naiveMatmul(Sabs, { ...A, data: A.data.map(Math.abs) }).data;
      const sum = addAll(
        sketchAccumulator({ kind, rows, columns, width, seed: 3 }),
        A,
        randomBlocks(columns, 4),
      );
      // two sums of n terms in different orders, then the scale; n + 2 roundings each
      sum.finish().data.forEach((v, p) => {
        expect(Math.abs(v - whole[p])).toBeLessThanOrEqual(2 * dotBound(columns + 2) * sizes[p]);
      });
    });
  });
});

describe('sketchAccumulator', () => {
  it('by default is a sparse sign sketch with seed 0', () => {
    const sum = sketchAccumulator({ rows: 5, columns: 20, width: 2 });
    expect([sum.kind, sum.rows, sum.columns, sum.seed, sum.width]).toEqual(['sparse-sign', 5, 20, 0, 2]);
    expect(Object.isFrozen(sum)).toBe(true);
    const A = integerMatrix(20, 2, 1);
    expect(sum.addRows(A, 0).finish()).toEqual(createSketch('sparse-sign', 5, 20, 0).apply(A));
  });

  it.each<[number | string]>([[7], [-0.1], [1e300], ['seed'], ['ü "quoted"']])(
    'options survive JSON, seed %j',
    (seed) => {
      const options: SketchAccumulatorOptions = { kind: 'srht', rows: 5, columns: 20, width: 2, seed };
      const copy = JSON.parse(JSON.stringify(options)) as SketchAccumulatorOptions;
      const A = integerMatrix(20, 2, 1);
      const first = sketchAccumulator(options).addRows(A, 0).finish();
      expect(sketchAccumulator(copy).addRows(A, 0).finish()).toEqual(first);
    },
  );

  it.each<[string, unknown, string]>([
    ['an unknown kind', { kind: 'fft' }, "kind is 'fft', expected one of 'sparse-sign', 'srht'"],
    ['width 0', { width: 0 }, 'width is 0, expected an integer from 1 to 1073741824'],
    ['width 2.5', { width: 2.5 }, 'width is 2.5, expected an integer'],
    ['no width', { width: undefined }, 'width is undefined, expected an integer'],
    ['rows 0', { rows: 0 }, 'rows is 0, expected an integer'],
    ['columns 0', { columns: 0 }, 'columns is 0, expected an integer'],
    ['seed NaN', { seed: Number.NaN }, 'seed is NaN, expected a finite number or a string'],
    ['an unknown option', { size: 3 }, "unknown option 'size', expected one of kind, rows,"],
  ])('rejects %s', (_, change, message) => {
    const options = { rows: 5, columns: 20, width: 2, ...(change as object) };
    failsWith(() => sketchAccumulator(options), 'INVALID_ARGUMENT', `sketchAccumulator: ${message}`);
  });

  it('rejects an SRHT with more rows than padded columns, and what is no object', () => {
    failsWith(
      () => sketchAccumulator({ kind: 'srht', rows: 33, columns: 20, width: 2 }),
      'INVALID_ARGUMENT',
      'srht: rows is 33, expected an integer from 1 to 32',
    );
    const nothing = undefined as unknown as SketchAccumulatorOptions;
    failsWith(() => sketchAccumulator(nothing), 'INVALID_ARGUMENT', 'options is undefined');
  });
});

function ofTwenty(change: Partial<SketchAccumulatorOptions> = {}): SketchAccumulator {
  return sketchAccumulator({ rows: 5, columns: 20, width: 2, ...change });
}

describe('addRows', () => {
  it('takes every form of a matrix, does not modify it and returns the accumulator', () => {
    const A = integerMatrix(20, 2, 5);
    const kept = A.data.slice();
    const rows = Array.from({ length: 20 }, (_, i) => Array.from(A.data.subarray(2 * i, 2 * i + 2)));
    const expected = ofTwenty().addRows(A, 0).finish();
    expect(A.data).toEqual(kept);
    expect(ofTwenty().addRows(rows, 0).finish()).toEqual(expected);
    expect(ofTwenty().addRows(new MlMatrix(rows), 0).finish()).toEqual(expected);
    const sum = ofTwenty();
    expect(sum.addRows(rows.slice(3, 4), 3)).toBe(sum);
  });

  it.each<[string, unknown, unknown, SketchSolveErrorCode, string]>([
    ['another width', [[1, 2, 3]], 0, 'SHAPE', 'block has 3 columns, expected 2 (= width)'],
    ['too many rows', integerMatrix(21, 2, 1), 0, 'SHAPE', 'block has 21 rows, expected at most 20 (='],
    ['NaN', [[1, Number.NaN]], 0, 'NOT_FINITE', 'block has NaN in row 0, column 1'],
    [
      'Infinity',
      [
        [1, 2],
        [Number.NEGATIVE_INFINITY, 0],
      ],
      0,
      'NOT_FINITE',
      'block has -Infinity in row 1',
    ],
    ['no rows', [], 0, 'SHAPE', 'number of rows of block is 0'],
    ['null', null, 0, 'INVALID_ARGUMENT', 'block is null'],
    ['firstRow −1', [[1, 2]], -1, 'INVALID_ARGUMENT', 'firstRow is -1, expected an integer from 0 to 19'],
    [
      'rows beyond the end',
      [
        [1, 2],
        [3, 4],
      ],
      19,
      'INVALID_ARGUMENT',
      'firstRow is 19, expected an integer from 0 to 18',
    ],
    ['firstRow 0.5', [[1, 2]], 0.5, 'INVALID_ARGUMENT', 'firstRow is 0.5, expected an integer'],
    ['no firstRow', [[1, 2]], undefined, 'INVALID_ARGUMENT', 'firstRow is undefined, expected an integer'],
  ])('rejects %s and adds nothing', (_, block, firstRow, code, message) => {
    const sum = ofTwenty();
    failsWith(() => sum.addRows(block as number[][], firstRow as number), code, `addRows: ${message}`);
    const A = integerMatrix(20, 2, 6);
    expect(sum.addRows(A, 0).finish()).toEqual(ofTwenty().addRows(A, 0).finish());
  });

  it('rejects rows that were added before, names them and adds nothing', () => {
    const A = integerMatrix(20, 2, 7);
    const sum = ofTwenty().addRows(rowsOf(A, 5, 9), 5);
    failsWith(
      () => sum.addRows(rowsOf(A, 7, 12), 7),
      'INVALID_ARGUMENT',
      'addRows: rows 7 to 8 of A added before, expected every row once',
      { first: 7, last: 8 },
    );
    failsWith(() => sum.addRows(rowsOf(A, 3, 6), 3), 'INVALID_ARGUMENT', 'addRows: row 5 of A added before');
    addAll(sum, A, [
      [9, 20],
      [0, 5],
    ]);
    expect(sum.finish()).toEqual(ofTwenty().addRows(A, 0).finish());
  });
});

describe('merge', () => {
  const A = integerMatrix(20, 2, 8);

  it('returns the accumulator and leaves the other as it was', () => {
    const left = ofTwenty().addRows(rowsOf(A, 0, 8), 0);
    const right = ofTwenty().addRows(rowsOf(A, 8, 20), 8);
    expect(left.merge(right)).toBe(left);
    const whole = ofTwenty().addRows(A, 0).finish();
    expect(left.finish()).toEqual(whole);
    expect(right.addRows(rowsOf(A, 0, 8), 0).finish()).toEqual(whole);
  });

  it('of an empty one changes nothing; seeds 5 and "5" are the same', () => {
    const sum = ofTwenty({ seed: 5 }).merge(ofTwenty({ seed: '5' }));
    sum.merge(ofTwenty({ seed: '5' }).addRows(A, 0));
    expect(sum.finish()).toEqual(ofTwenty({ seed: 5 }).addRows(A, 0).finish());
  });

  it.each<[Partial<SketchAccumulatorOptions>, SketchSolveErrorCode, string]>([
    [{ kind: 'countsketch' }, 'INVALID_ARGUMENT', "kind 'countsketch', expected 'sparse-sign'"],
    [{ seed: 1 }, 'INVALID_ARGUMENT', 'seed 1, expected 0'],
    [{ rows: 6 }, 'SHAPE', 'rows 6, expected 5'],
    [{ columns: 21 }, 'SHAPE', 'columns 21, expected 20'],
    [{ width: 3 }, 'SHAPE', 'width 3, expected 2'],
  ])('rejects another sketch: %j', (change, code, message) => {
    failsWith(() => ofTwenty().merge(ofTwenty(change)), code, `merge: other has ${message} (as here)`);
  });

  it('rejects common rows, names them and adds nothing', () => {
    const left = ofTwenty().addRows(rowsOf(A, 0, 8), 0);
    const right = ofTwenty()
      .addRows(rowsOf(A, 10, 20), 10)
      .addRows(rowsOf(A, 7, 9), 7);
    failsWith(() => left.merge(right), 'INVALID_ARGUMENT', 'merge: row 7 of A added before', {
      first: 7,
      last: 7,
    });
    expect(left.addRows(rowsOf(A, 8, 20), 8).finish()).toEqual(ofTwenty().addRows(A, 0).finish());
  });

  it('rejects itself once it has rows, and what is no accumulator', () => {
    const sum = ofTwenty().addRows(rowsOf(A, 3, 5), 3);
    failsWith(() => sum.merge(sum), 'INVALID_ARGUMENT', 'merge: rows 3 to 4 of A added before');
    for (const other of [null, undefined, {}, sum.finish]) {
      const call = () => sum.merge(other as unknown as SketchAccumulator);
      failsWith(call, 'INVALID_ARGUMENT', 'expected a sketchAccumulator');
    }
  });
});

describe('finish', () => {
  const A = integerMatrix(20, 2, 9);

  it('names the rows that are missing, three gaps at most', () => {
    failsWith(
      () => ofTwenty().finish(),
      'SHAPE',
      'finish: rows 0 to 19 were not added, expected all rows from 0 to 19',
      { missing: [{ first: 0, end: 20 }] },
    );
    const sum = addAll(ofTwenty(), A, [
      [1, 3],
      [4, 9],
      [11, 18],
    ]);
    const message = 'finish: row 0, row 3, rows 9 to 10 and others were not added';
    failsWith(() => sum.finish(), 'SHAPE', message);
    addAll(sum, A, [[0, 1]]);
    failsWith(() => sum.finish(), 'SHAPE', 'finish: row 3, rows 9 to 10, rows 18 to 19 were not added');
  });

  it.each([...SKETCH_KINDS])('gives a new matrix on every call, %s', (kind: SketchKind) => {
    const sum = ofTwenty({ kind }).addRows(A, 0);
    const first = sum.finish();
    const kept = first.data.slice();
    first.data.fill(0);
    expect(sum.finish()).toEqual({ rows: 5, columns: 2, data: kept });
  });
});

describe('sparse blocks', () => {
  const A = integerMatrix(20, 2, 9);
  A.data.fill(0, 6, 20); // rows 3 to 9 have no entries

  it.each([...SKETCH_KINDS])('mixed with dense ones in any order, %s', (kind) => {
    const mixed = ofTwenty({ kind });
    for (const [first, end] of randomBlocks(20, 4)) {
      const block = rowsOf(A, first, end);
      mixed.addRows(first % 2 === 0 ? sparseFrom(block) : block, first);
    }
    const limit = kind === 'gaussian' ? 7 * 50 * 20 * 2 ** -52 : 0;
    const whole = ofTwenty({ kind }).addRows(A, 0).finish();
    mixed.finish().data.forEach((entry, p) => {
      expect(Math.abs(entry - whole.data[p])).toBeLessThanOrEqual(limit);
    });
  });

  it('are checked as dense ones are', () => {
    const block = sparseFrom(rowsOf(A, 0, 4));
    failsWith(() => ofTwenty().addRows({ ...block, columns: 3 }, 0), 'SHAPE', 'addRows: block has 3 columns');
    const broken = { ...block, rowPointers: block.rowPointers.slice(1) };
    failsWith(() => ofTwenty().addRows(broken, 0), 'SHAPE', 'addRows: block.rowPointers has length 4');
    failsWith(() => ofTwenty().addRows(block, 17), 'INVALID_ARGUMENT', 'addRows: firstRow is 17');
  });
});
