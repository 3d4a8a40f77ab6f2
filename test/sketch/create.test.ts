import { describe, expect, it } from 'vitest';
import { countSketch } from '../../src/sketch/countSketch';
import { createSketch } from '../../src/sketch/create';
import { gaussianSketch } from '../../src/sketch/gaussian';
import {
  type RowSketch,
  rowSketch,
  SKETCH_KINDS,
  type SketchKind,
  type SketchOperator,
  type SketchOptions,
} from '../../src/sketch/operator';
import { sparseSign } from '../../src/sketch/sparseSign';
import { srht } from '../../src/sketch/srht';
import { sketchColumn } from '../support/sketchColumns';
import { brokenLaws, integerMatrix, type SketchFamily } from '../support/sketchLaws';
import { denseFrom, randomSparse } from '../support/sparse';
import { brokenSparseLaws } from '../support/sparseSketchLaws';

const constructors: Record<SketchKind, (options: SketchOptions) => SketchOperator> = {
  'sparse-sign': sparseSign,
  srht,
  countsketch: countSketch,
  gaussian: gaussianSketch,
};

function familyOf(kind: SketchKind): SketchFamily {
  return (rows, columns, seed) => createSketch(kind, rows, columns, seed);
}

/**
 * Statistical laws: 6 sizes, 4 kinds and at most 79 comparisons each at |z| ≤ 6.3, of probability 3.0e-10 each:
 * they fail by chance with probability ≤ 7e-7 for new seeds.
 */
describe.each([...SKETCH_KINDS])('the laws hold for %s', (kind) => {
  it.each<[string, number, number, number]>([
    ['n not a power of two', 16, 40, 1000],
    ['m = 1', 1, 40, 1000],
    ['n = 1', 1, 1, 1000],
    ['m > n', 8, 7, 1000],
    ['m not a power of two', 24, 33, 1000],
    ['several chunks of rows', 16, 600, 120],
  ])('%s (m = %i, n = %i)', (_, rows, columns, draws) => {
    const setting = { rows, columns, draws, exact: kind !== 'gaussian' };
    expect(brokenLaws(familyOf(kind), setting)).toEqual([]);
  });
});

describe.each([...SKETCH_KINDS])('%s of sparse rows', (kind) => {
  it.each([
    [16, 40, 0.3],
    [1, 40, 0.5],
    [24, 700, 0.1],
    [8, 1, 1],
  ])('m = %i, n = %i, density %d: as of dense rows', (size, rows, density) => {
    const most = kind === 'srht' ? Math.min(size, rows) : size;
    // 7 bounds the entries of a Gaussian S₀, 50 the integers and 5 the weights
    const tolerance = kind === 'gaussian' ? 7 * 250 * rows * 2 ** -52 : 0;
    const S = createSketch(kind, most, rows, 3);
    expect(brokenSparseLaws(S, { rows, width: 5, density, tolerance })).toEqual([]);
  });

  it('apply: shape, scale and checks as for dense matrices', () => {
    const A = randomSparse({ rows: 30, columns: 4, density: 0.4, seed: 1 });
    const S = createSketch(kind, 12, 30, 1);
    const [sparse, dense] = [S.apply(A), S.apply(denseFrom(A))];
    expect([sparse.rows, sparse.columns]).toEqual([12, 4]);
    const largest = Math.max(...dense.data.map(Math.abs));
    sparse.data.forEach((v, p) => {
      expect(Math.abs(v - dense.data[p])).toBeLessThanOrEqual(40 * 2 ** -52 * largest);
    });
    expect(() => createSketch(kind, 12, 31, 1).apply(A)).toThrow(/apply: A has 30 rows, expected 31/);
    expect(() => S.apply({ ...A, columns: 2 })).toThrow(/apply: A.columnIndices/);
  });
});

/** The sketch with each column of S₀ changed, given the row's place in its block as well. */
function changed(
  kind: SketchKind,
  change: (column: Float64Array, S: RowSketch, placeInBlock: number) => Float64Array,
): SketchFamily {
  return (rows, columns, seed) => {
    const S = createSketch(kind, rows, columns, seed);
    return rowSketch({
      ...S,
      accumulateInto(out, outOff, ldOut, A, aOff, lda, blockRows, width, firstRow) {
        for (let i = 0; i < blockRows; i++) {
          const column = change(sketchColumn(S, firstRow + i), S, i);
          for (let t = 0; t < rows; t++) {
            for (let j = 0; j < width; j++) out[outOff + t * ldOut + j] += column[t] * A[aOff + i * lda + j];
          }
        }
      },
    });
  };
}

/** Row t of the second half is added to row t − m/2: every E[SᵀS] stays I, half of the rows stay empty. */
function folded(column: Float64Array): Float64Array {
  const half = column.length / 2;
  return column.map((value, t) => (t < half ? value + column[t + half] : 0));
}

describe.each([...SKETCH_KINDS])('the laws reject %s with', (kind) => {
  const setting = {
    rows: 16,
    columns: 40,
    draws: kind === 'countsketch' ? 1000 : 250,
    exact: kind !== 'gaussian',
  };

  it('no mistake, as a control of the control: none is rejected', () => {
    expect(
      brokenLaws(
        changed(kind, (column) => column),
        setting,
      ),
    ).toEqual([]);
  });

  it('a scale off by 20%', () => {
    const family: SketchFamily = (rows, columns, seed) => {
      const S = createSketch(kind, rows, columns, seed);
      return rowSketch({ ...S, scale: 1.2 * S.scale });
    };
    expect(brokenLaws(family, setting)).toContain('E[SᵀS] = I');
  });

  it('the signs lost', () => {
    const family = changed(kind, (column) => column.map(Math.abs));
    expect(brokenLaws(family, setting)).toContain('E[SᵀS] = I');
  });

  it('a biased choice of rows', () => {
    expect(brokenLaws(changed(kind, folded), setting)).toContain('every row of S has the same weight');
  });

  it('entries that depend on the blocks', () => {
    const family = changed(kind, (_, S, placeInBlock) => sketchColumn(S, placeInBlock));
    expect(brokenLaws(family, setting)).toEqual(
      expect.arrayContaining(['zero rows add nothing', 'the sum over blocks is the whole']),
    );
  });
});

describe('createSketch', () => {
  it.each([...SKETCH_KINDS])('%s is what its own function makes, d = 1 included', (kind) => {
    for (const [rows, columns, seed] of [
      [12, 50, 3],
      [3, 1500, 'seed'],
      [1, 1, -0.5],
    ] as const) {
      const S = createSketch(kind, rows, columns, seed);
      const own = constructors[kind]({ rows, columns, seed });
      expect([S.kind, S.rows, S.columns, S.seed]).toEqual([kind, rows, columns, seed]);
      expect([own.kind, own.rows, own.columns, own.seed]).toEqual([kind, rows, columns, seed]);
      expect(Object.isFrozen(own)).toBe(true);
      for (const width of [1, 4]) {
        const A = integerMatrix(columns, width, 1);
        const SA = S.apply(A);
        expect([SA.rows, SA.columns]).toEqual([rows, width]);
        expect(own.apply(A)).toEqual(SA);
      }
    }
  });

  it.each([...SKETCH_KINDS])('%s: the default seed is 0, and 5 is the seed "5"', (kind) => {
    const A = integerMatrix(30, 2, 2);
    const make = constructors[kind];
    const size = { rows: 7, columns: 30 };
    expect(make(size).seed).toBe(0);
    expect(make(size).apply(A)).toEqual(make({ ...size, seed: 0 }).apply(A));
    expect(make({ ...size, seed: 5 }).apply(A)).toEqual(make({ ...size, seed: '5' }).apply(A));
    expect(make({ ...size, seed: 5 }).apply(A)).not.toEqual(make({ ...size, seed: 6 }).apply(A));
  });

  it.each([...SKETCH_KINDS])('%s: seeds outside of ASCII that share their low bytes differ', (kind) => {
    const A = integerMatrix(30, 2, 3);
    const of = (seed: string) => createSketch(kind, 7, 30, seed).apply(A);
    expect(of('一')).not.toEqual(of('伀'));
  });

  it.each([...SKETCH_KINDS])('%s: kinds of one seed are unrelated', (kind) => {
    const A = integerMatrix(64, 2, 4);
    for (const other of SKETCH_KINDS) {
      if (other === kind) continue;
      expect(createSketch(kind, 8, 64, 1).apply(A)).not.toEqual(createSketch(other, 8, 64, 1).apply(A));
    }
  });

  it.each([...SKETCH_KINDS])('%s: its function checks the options and names itself', (kind) => {
    const make = constructors[kind];
    const name = {
      'sparse-sign': 'sparseSign',
      srht: 'srht',
      countsketch: 'countSketch',
      gaussian: 'gaussianSketch',
    };
    const failsWith = (options: unknown, message: string): void => {
      expect(() => make(options as SketchOptions)).toThrow(
        expect.objectContaining({
          name: 'SketchSolveError',
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining(`${name[kind]}: ${message}`),
        }),
      );
    };
    failsWith({ rows: 0, columns: 5 }, 'rows is 0');
    failsWith({ rows: 2, columns: 0 }, 'columns is 0');
    failsWith({ rows: 2, columns: 5, seed: Number.NaN }, 'seed is NaN');
    failsWith({ rows: 2, columns: 5, width: 3 }, "unknown option 'width'");
    failsWith(7, 'options is 7');
  });
});
