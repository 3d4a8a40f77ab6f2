/** What the WebAssembly products add to the laws of test/dense/matvec.test.ts: panels of A. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setKernels } from '../../src/dense/kernelChoice';
import {
  gramVectorInto,
  matvecInto,
  matvecTransposedInto,
  residualGradientInto,
} from '../../src/dense/matvec';
import { naiveMatvec, naiveTranspose } from '../support/oracles';
import { integerMatrix } from '../support/sketchLaws';

beforeAll(() => setKernels('wasm'));
afterAll(() => setKernels('auto'));

/** A panel has 96 KiB: 1224 rows of 10 columns, 8 rows of more than 768. */
const shapes = [
  [1223, 10],
  [1224, 10],
  [1225, 10],
  [2450, 10],
  [8, 2001],
  [9, 2001],
  [27, 1536],
] as const;

describe.each(shapes)('across panels, %i × %i', (m, n) => {
  it('products of integers are exact', () => {
    const A = integerMatrix(m, n, 1);
    const x = integerMatrix(n, 1, 2).data;
    const b = integerMatrix(m, 1, 3).data;
    const At = naiveTranspose(A);
    const Ax = naiveMatvec(A, x);
    const [y, r, g] = [new Float64Array(m), new Float64Array(m), new Float64Array(n)];
    matvecInto(y, A.data, m, n, x);
    expect(y).toEqual(Ax);
    matvecTransposedInto(g, A.data, m, n, b);
    expect(g).toEqual(naiveMatvec(At, b));
    gramVectorInto(g, A.data, m, n, x);
    expect(g).toEqual(naiveMatvec(At, Ax));
    residualGradientInto(r, g, A.data, m, n, x, b);
    const residual = b.map((v, i) => v - Ax[i]);
    expect(r).toEqual(residual);
    expect(g).toEqual(naiveMatvec(At, residual));
  });
});

describe('denormals', () => {
  it('are neither flushed nor read as zero', () => {
    const tiny = 5e-324;
    const y = new Float64Array(9);
    matvecInto(y, new Float64Array(27).fill(tiny), 9, 3, Float64Array.of(1, 2, 4));
    expect(y).toEqual(new Float64Array(9).fill(7 * tiny));
  });
});
