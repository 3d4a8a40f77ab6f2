/**
 * Deliberately wrong sketches, one mistake each: every law in `sketchLaws.ts` must reject at least one of them.
 * They are built column by column from their definition and share no code with the sketches they imitate.
 */
import { type RowSketch, rowSketch } from '../../src/sketch/operator';
import { hadamardEntry } from './oracles';
import { testRandom } from './random';
import type { SketchFamily } from './sketchLaws';

/** Writes column i of S₀ (m numbers, zero before) for a given seed. */
type ColumnOf = (column: Float64Array, i: number) => void;

/** A number from a seed and a salt, for testRandom. */
function seedOf(seed: number | string, salt: number): number {
  let hash = salt;
  for (const character of String(seed)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash;
}

/** The sketch with the given columns, by the definition of S·A. */
function explicitSketch(
  size: { readonly rows: number; readonly columns: number; readonly seed: number | string },
  scale: number,
  columnOf: ColumnOf,
): RowSketch {
  return rowSketch({
    kind: 'sparse-sign',
    ...size,
    scale,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, rows, columns, firstRow) {
      for (let i = 0; i < rows; i++) {
        const from = aOff + i * lda;
        if (A.subarray(from, from + columns).every((entry) => entry === 0)) continue;
        const column = new Float64Array(size.rows);
        columnOf(column, firstRow + i);
        for (let t = 0; t < size.rows; t++) {
          const weight = column[t];
          if (weight === 0) continue;
          const to = outOff + t * ldOut;
          for (let j = 0; j < columns; j++) out[to + j] += weight * A[from + j];
        }
      }
    },
    accumulateCsrInto(out, ldOut, A, firstRow, rowWeights) {
      for (let i = 0; i < A.rows; i++) {
        const column = new Float64Array(size.rows);
        columnOf(column, firstRow + i);
        for (let t = 0; t < size.rows; t++) {
          for (let p = A.rowPointers[i]; p < A.rowPointers[i + 1]; p++) {
            out[t * ldOut + A.columnIndices[p]] += column[t] * A.values[p] * (rowWeights?.[i] ?? 1);
          }
        }
      }
    },
  });
}

export interface SparseSignMistakes {
  /** Entries of the column, counted from 0, that are always +1. */
  readonly unsigned?: (k: number) => boolean;
  /** Share of each stratum that rows are drawn from. */
  readonly share?: number;
  /** Factor on the scale 1/√ζ. */
  readonly factor?: number;
}

/** Sparse sign with four entries a column; without mistakes it is a correct sketch. */
export function sparseSignWith(mistakes: SparseSignMistakes): SketchFamily {
  const { unsigned = () => false, share = 1, factor = 1 } = mistakes;
  return (rows, columns, seed) => {
    const perColumn = Math.min(4, rows);
    return explicitSketch({ rows, columns, seed }, factor / Math.sqrt(perColumn), (column, i) => {
      const random = testRandom(seedOf(seed, i + 1));
      for (let k = 0; k < perColumn; k++) {
        const first = Math.floor((k * rows) / perColumn);
        const size = Math.floor(((k + 1) * rows) / perColumn) - first;
        const row = first + random.integer(Math.max(1, Math.floor(share * size)));
        const sign = random.sign();
        column[row] = unsigned(k) ? 1 : sign;
      }
    });
  };
}

export interface SrhtMistakes {
  readonly signs: boolean;
  readonly permutation: boolean;
}

/** SRHT from its definition, entry by entry; with both signs and permutation it is a correct sketch. */
export function srhtWith({ signs, permutation }: SrhtMistakes): SketchFamily {
  return (rows, columns, seed) => {
    let padded = 1;
    while (padded < columns) padded *= 2;
    const random = testRandom(seedOf(seed, 7));
    const place = shuffled(padded, permutation ? random.integer : () => 0);
    const sampled = shuffled(padded, random.integer);
    const negate = Array.from({ length: columns }, () => (signs ? random.sign() : 1));
    return explicitSketch({ rows, columns, seed }, 1 / Math.sqrt(rows), (column, i) => {
      for (let t = 0; t < rows; t++) column[t] = negate[i] * hadamardEntry(sampled[t], place[i]);
    });
  };
}

/** 0 … size − 1 after Fisher–Yates with the given integers below a bound; constant 0 leaves them in order. */
function shuffled(size: number, integer: (bound: number) => number): number[] {
  const order = Array.from({ length: size }, (_, i) => i);
  for (let i = 0; i < size - 1; i++) {
    const j = i + integer(size - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The draw of a row depends on its place in the block that it arrives in. */
export const blockLocalRows: SketchFamily = (rows, columns, seed) => {
  const S = sparseSignWith({})(rows, columns, seed);
  return rowSketch({
    ...S,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, blockRows, width) {
      S.accumulateInto(out, outOff, ldOut, A, aOff, lda, blockRows, width, 0);
    },
  });
};

/** Reads A with the wrong leading dimension and so its transpose-like shuffle, unless A has one column. */
export const wrongStride: SketchFamily = (rows, columns, seed) => {
  const S = sparseSignWith({})(rows, columns, seed);
  return rowSketch({
    ...S,
    accumulateInto(out, outOff, ldOut, A, aOff, _lda, blockRows, width, firstRow) {
      S.accumulateInto(out, outOff, ldOut, A, aOff, width - 1, blockRows, width, firstRow);
    },
  });
};

/** Draws anew at every call, as a stateful generator would. */
export const statefulDraws: SketchFamily = (rows, columns, seed) => {
  let calls = 0;
  return rowSketch({
    ...sparseSignWith({})(rows, columns, seed),
    accumulateInto(...args) {
      sparseSignWith({})(rows, columns, `${seed}/${calls++}`).accumulateInto(...args);
    },
  });
};

/** Forgets the seed. */
export const seedless: SketchFamily = (rows, columns) => sparseSignWith({})(rows, columns, 0);

/** Tells 5 from '5' and loses string seeds: what a type check in the wrong place does. */
export const forgetfulOfStrings: SketchFamily = (rows, columns, seed) => {
  const S = sparseSignWith({})(rows, columns, seed);
  return rowSketch({ ...S, seed: typeof seed === 'string' ? '' : seed });
};

/** Sums |A|. */
export const absoluteValues: SketchFamily = (rows, columns, seed) => {
  const S = sparseSignWith({})(rows, columns, seed);
  return rowSketch({
    ...S,
    accumulateInto(out, outOff, ldOut, A, ...rest) {
      S.accumulateInto(
        out,
        outOff,
        ldOut,
        A.map((a) => Math.abs(a)),
        ...rest,
      );
    },
  });
};

/** Adds a row of ones: not even zero stays zero. */
export const addsConstant: SketchFamily = (rows, columns, seed) => {
  const S = sparseSignWith({})(rows, columns, seed);
  return rowSketch({
    ...S,
    accumulateInto(out, outOff, ldOut, A, aOff, lda, blockRows, width, firstRow) {
      S.accumulateInto(out, outOff, ldOut, A, aOff, lda, blockRows, width, firstRow);
      for (let j = 0; j < width; j++) out[outOff + j] += 1;
    },
  });
};
