import { describe, expect, it } from 'vitest';
import type { CsrMatrix } from '../../src/core/csr';
import { drawCountSketch } from '../../src/sketch/countSketch';
import { createSketch } from '../../src/sketch/create';
import { type RowSketch, rowSketch } from '../../src/sketch/operator';
import { scatterCsrChunks } from '../../src/sketch/scatterCsr';
import { drawSparseSign } from '../../src/sketch/sparseSign';
import { denseFrom, randomSparse, sparseFrom } from '../support/sparse';
import { brokenSparseLaws } from '../support/sparseSketchLaws';

const SETTINGS = [
  { rows: 40, width: 6, density: 0.3, tolerance: 0 },
  { rows: 1300, width: 3, density: 0.1, tolerance: 0 }, // several chunks
  { rows: 1, width: 5, density: 0.8, tolerance: 0 },
] as const;

describe.each(['countsketch', 'sparse-sign'] as const)('%s of sparse rows', (kind) => {
  it.each(SETTINGS)('$rows rows: the laws', (setting) => {
    for (const rows of [1, 5, 24]) {
      expect(brokenSparseLaws(createSketch(kind, rows, setting.rows, 7), setting)).toEqual([]);
    }
  });

  it('gives the bits of the dense sketch for any values: the sums run in the same order', () => {
    const A = randomSparse({ rows: 1200, columns: 7, density: 0.2, seed: 1 });
    const S = createSketch(kind, 20, 1200, 'a seed');
    expect(S.apply(A)).toEqual(S.apply(denseFrom(A)));
  });

  it('draws for rows with entries only', () => {
    const n = 5000;
    const A = sparseFrom({ rows: n, columns: 1, data: new Float64Array(n).fill(3, n - 1) });
    const asked: number[] = [];
    const out = new Float64Array(4);
    const fillTargets = (targets: Int32Array, at: number, firstRow: number, count: number) => {
      asked.push(firstRow, count);
      targets[at] = 3;
    };
    scatterCsrChunks(out, 1, A, 100, null, fillTargets, 1);
    expect(asked).toEqual([100 + n - 1, 1]);
    expect([...out]).toEqual([0, -3, 0, 0]);
  });
});

/** One mistake in what a sketch does with sparse rows. */
function mistaken(change: (S: RowSketch) => RowSketch['accumulateCsrInto']): (S: RowSketch) => RowSketch {
  return (S) => rowSketch({ ...S, accumulateCsrInto: change(S) });
}

const withValues = (A: CsrMatrix, values: Float64Array): CsrMatrix => ({ ...A, values });

describe('negative controls', () => {
  const mistakes: readonly (readonly [string, (S: RowSketch) => RowSketch, RegExp])[] = [
    [
      'signs lost',
      mistaken(
        (S) => (out, ld, A, first, w) =>
          S.accumulateCsrInto(out, ld, withValues(A, A.values.map(Math.abs)), first, w),
      ),
      /dense rows/,
    ],
    [
      'the place of a block ignored',
      mistaken((S) => (out, ld, A, _, w) => S.accumulateCsrInto(out, ld, A, 0, w)),
      /over blocks/,
    ],
    [
      'weights ignored',
      mistaken((S) => (out, ld, A, first) => S.accumulateCsrInto(out, ld, A, first, null)),
      /row weights/,
    ],
    [
      'weights inverted in sign',
      mistaken(
        (S) => (out, ld, A, first, w) => S.accumulateCsrInto(out, ld, A, first, w?.map((v) => -v) ?? null),
      ),
      /row weights/,
    ],
    [
      'the leading dimension ignored',
      mistaken((S) => (out, _, A, first, w) => S.accumulateCsrInto(out, A.columns, A, first, w)),
      /dense rows/,
    ],
    [
      'overwriting',
      mistaken((S) => (out, ld, A, first, w) => {
        out.fill(0);
        S.accumulateCsrInto(out, ld, A, first, w);
      }),
      /added to what is there/,
    ],
    [
      'columns off by one',
      mistaken((S) => (out, ld, A, first, w) => {
        const columnIndices = A.columnIndices.map((j) => (j + 1) % A.columns);
        S.accumulateCsrInto(out, ld, { ...A, columnIndices }, first, w);
      }),
      /dense rows/,
    ],
  ];

  it.each(mistakes)('%s', (_, mistake, law) => {
    for (const S of [drawSparseSign(24, 40, 1), drawCountSketch(24, 40, 1)]) {
      expect(brokenSparseLaws(mistake(S), SETTINGS[0]).join('; ')).toMatch(law);
    }
  });
});
