import { expect, it } from 'vitest';
import {
  addQuadTransposed,
  forEachQuad,
  loadVector,
  QUAD,
  quadRows,
  quadTimesVector,
  sumOverQuads,
} from '../../src/dense/rowQuads';
import { naiveMatvec, naiveTranspose } from '../support/oracles';
import { integerMatrix } from '../support/sketchLaws';

const integers = (n: number, seed: number): Float64Array => integerMatrix(n, 1, seed).data;

/** A panel holds 8192 entries or four rows: one quad, several of a panel, several panels, odd columns, the widest. */
const shapes = [
  [4, 1],
  [8, 3],
  [84, 100],
  [164, 101],
  [12, 2047],
  [12, 2050],
  [8, 8191],
  [8, 8192],
];

it.each(shapes)('products of fours and their transposed sums, %i × %i', (m, n) => {
  const A = integerMatrix(m, n, 1);
  const [x, y] = [integers(n, 2), integers(m, 3)];
  const result = new Float64Array(m).fill(Number.NaN);
  loadVector(new Float64Array(8192).fill(Number.NaN), 8192); // what is left of it must not be read
  loadVector(x, n);
  forEachQuad(A.data, 0, m, n, (i, p) => {
    quadTimesVector(p, n);
    result.set(QUAD, i);
  });
  expect(result).toEqual(naiveMatvec(A, x));
  const g = new Float64Array(n + 1).fill(7);
  sumOverQuads(g, A.data, m, n, (i, p) => {
    QUAD.set(y.subarray(i, i + 4));
    addQuadTransposed(p, n);
  });
  expect(g.subarray(0, n)).toEqual(naiveMatvec(naiveTranspose(A), y));
  expect(g[n]).toBe(7);
});

it('visits the rows asked for only, of a longer matrix and vector', () => {
  const A = integerMatrix(9, 5, 1);
  const seen: number[] = [];
  const x = integers(9000, 2);
  loadVector(x, 5);
  const look = (i: number, p: number) => {
    seen.push(i);
    quadTimesVector(p, 5);
    expect(QUAD).toEqual(naiveMatvec(A, x.subarray(0, 5)).subarray(i, i + 4));
  };
  forEachQuad(A.data, 0, 8, 5, look);
  forEachQuad(A.data, 4, 8, 5, look);
  expect(seen).toEqual([0, 4, 4]);
});

it('takes whole fours, none of few entries or of more columns than fit', () => {
  expect(quadRows(103, 10)).toBe(100);
  expect(quadRows(4, 8192)).toBe(4);
  expect(quadRows(4, 8193)).toBe(0);
  expect(quadRows(9, 10)).toBe(0);
  expect(quadRows(3, 1000)).toBe(0);
});

it('no rows: the sum is zero, for any number of columns', () => {
  const g = new Float64Array(9000).fill(Number.NaN);
  sumOverQuads(g, new Float64Array(0), 0, 9000, () => {});
  expect(g).toEqual(new Float64Array(9000));
});
