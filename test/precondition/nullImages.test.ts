import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { nullImages } from '../../src/precondition/nullImages';
import { projectedCsr, type TallInput } from '../../src/sparse/projectedCsr';
import { exactMatvec, naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { denseFrom, randomSparse } from '../support/sparse';
import { u } from '../support/tolerances';

const [n, d] = [300, 5]; // more than a panel of the dense form
const A = randomSparse({ rows: n, columns: d, density: 0.3, seed: 1 });
const V = randomMatrix(d, 3, 2);
const never = () => {
  throw new Error('the norm is computed, not asked for');
};

/** ‖A·C·v‖/‖A·C‖_F and (AC)ᵀ(AC)v column by column. */
function expectImages(A: TallInput, dense: Matrix, frobenius?: number): void {
  const columns = dense.columns;
  const scale = Float64Array.from({ length: columns }, (_, j) => 2 ** (j - 2));
  const scaled = { ...dense, data: dense.data.map((v, p) => v * scale[p % columns]) };
  const basis = randomMatrix(columns, 2, 3);
  const norm = frobenius ?? Math.hypot(...scaled.data);
  const found = nullImages(A, scale, basis, frobenius === undefined ? never : () => frobenius);
  for (let k = 0; k < 2; k++) {
    const v = basis.data.filter((_, p) => p % 2 === k);
    const image = exactMatvec(scaled, v);
    const length = Math.hypot(...image);
    expect(Math.abs(found.norms[k] - length / norm)).toBeLessThanOrEqual(n * u * (length / norm));
    exactMatvec(naiveTranspose(scaled), image).forEach((g, i) => {
      const size = Math.hypot(...scaled.data) * length;
      expect(Math.abs(found.gradient[2 * i + k] - g)).toBeLessThanOrEqual(n * u * size);
    });
  }
}

describe('nullImages', () => {
  it('dense', () => expectImages(denseFrom(A), denseFrom(A)));

  it('sparse', () => expectImages(A, denseFrom(A)));

  it('A·V, relative to the norm it is given', () => {
    const AV = naiveMatmul(denseFrom(A), V);
    expectImages(projectedCsr(A, V), AV, 3);
  });

  it('the zero matrix maps everything to zero', () => {
    const zero = { ...A, values: A.values.map(() => 0) };
    const basis = randomMatrix(d, 1, 4);
    for (const Z of [zero, denseFrom(zero)]) {
      expect(nullImages(Z, new Float64Array(d).fill(1), basis, never).norms).toEqual([0]);
    }
  });
});
