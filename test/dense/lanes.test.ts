import { describe, expect, it } from 'vitest';
import {
  BLOCK_DEPTH,
  BLOCK_SIZE,
  blockStep,
  packBoth,
  packLeft,
  packRight,
  packTriangle,
  sweep,
  sweepTriangle,
  sweepUpper,
} from '../../src/dense/lanes';
import { randomVector } from '../support/random';
import { expectSameEntries } from '../support/sameEntries';

/** Integers from −8 to 8: every product and sum below is exact, so the order of summation cannot matter. */
const integers = (length: number, seed: number): Float64Array =>
  randomVector(length, seed).map((x) => Math.max(-8, Math.min(8, Math.round(3 * x))));

/** left (rows × depth) times right (depth × columns), both row-major, products with keep(i, l, j) only. */
function product(
  left: Float64Array,
  right: Float64Array,
  rows: number,
  columns: number,
  depth: number,
  keep: (i: number, l: number, j: number) => boolean = () => true,
): Float64Array {
  return new Float64Array(rows * columns).map((_, p) => {
    const i = Math.floor(p / columns);
    const j = p % columns;
    let sum = 0;
    for (let l = 0; l < depth; l++) if (keep(i, l, j)) sum += left[i * depth + l] * right[l * columns + j];
    return sum;
  });
}

const transpose = (A: Float64Array, rows: number, columns: number): Float64Array =>
  A.map((_, p) => A[(p % rows) * columns + Math.floor(p / rows)]);

describe('blockStep', () => {
  it('is a multiple, within the limit, and needs no more blocks than the limit does', () => {
    for (const [limit, multiple] of [
      [BLOCK_DEPTH, 1],
      [BLOCK_DEPTH, 2],
      [BLOCK_SIZE, 2],
      [BLOCK_SIZE, 3],
      [BLOCK_SIZE, 6],
    ]) {
      for (let size = 1; size <= 1000; size++) {
        const step = blockStep(size, limit, multiple);
        expect(step % multiple).toBe(0);
        expect(step).toBeGreaterThan(0);
        expect(step).toBeLessThanOrEqual(limit);
        expect(Math.ceil(size / step)).toBeLessThanOrEqual(Math.ceil(size / limit));
      }
    }
  });
});

describe('packed blocks', () => {
  const sizes = [1, 2, 3, 5, 6, 7, 8, BLOCK_SIZE - 1, BLOCK_SIZE];
  const depths = [1, 2, BLOCK_DEPTH - 1, BLOCK_DEPTH];

  it('left · right adds the product, from either storage order, up to the largest blocks', () => {
    for (const rows of sizes) {
      for (const depth of depths) {
        const columns = sizes[(sizes.indexOf(rows) + depths.indexOf(depth) + 4) % sizes.length];
        const left = integers(rows * depth, 1);
        const right = integers(depth * columns, 2);
        const expected = product(left, right, rows, columns, depth).map((c) => 1 - 0.5 * c);
        for (const transposed of [false, true]) {
          if (transposed) packLeft(transpose(left, rows, depth), 0, 1, rows, rows, depth);
          else packLeft(left, 0, depth, 1, rows, depth);
          if (transposed) packRight(transpose(right, depth, columns), 0, depth, 1, columns, depth);
          else packRight(right, 0, 1, columns, columns, depth);
          const C = new Float64Array(rows * columns).fill(1);
          sweep(rows, columns, depth, C, 0, columns, -0.5);
          expectSameEntries(C, expected);
        }
      }
    }
  });

  it('packed together they give AᵀA, on and above the diagonal only', () => {
    for (const n of sizes) {
      for (const depth of depths) {
        const A = integers(depth * n, 3);
        const gram = product(transpose(A, depth, n), A, n, n, depth);
        const C = new Float64Array(n * n).fill(1);
        packBoth(A, 0, n, n, depth);
        sweepUpper(C, 0, n, n, depth);
        const wanted = gram.map((g, p) => (p % n >= Math.floor(p / n) ? 1 + g : 1));
        expectSameEntries(C, wanted);
      }
    }
  });

  it('left · triangle stores the product without reading C or what is below the diagonal', () => {
    for (const n of [...sizes.filter((size) => size <= BLOCK_DEPTH), ...depths]) {
      for (const rows of [1, 3, 5, BLOCK_SIZE]) {
        const left = integers(rows * n, 4);
        const X = integers(n * n, 5);
        const expected = product(left, X, rows, n, n, (_, l, j) => l <= j);
        for (let p = 0; p < n * n; p++) if (Math.floor(p / n) > p % n) X[p] = Number.NaN;
        const C = new Float64Array(rows * n).fill(Number.NaN);
        packLeft(left, 0, n, 1, rows, n);
        packTriangle(X, 0, n, n);
        sweepTriangle(C, 0, n, rows, n);
        expect(C).toEqual(expected);
      }
    }
  });
});
