/** Backward errors of least-squares solutions, in units of u: the measure of the tests, with a quicker factorisation. */
import type { Matrix } from 'sketchsolve';
import { householderInPlace, householderWorkLength } from '../../src/dense/householder';
import { svd } from '../../src/dense/svd';
import { backwardErrorFor } from '../../test/support/backwardError';
import { fromDoubles } from '../../test/support/doubleDouble';
import type { RightSingular } from '../../test/support/doubleDoubleFactor';

const U = 2 ** -52;

/** The residual and AᵀA's part of it are exact to 2⁻¹⁰⁰; the factor is one in doubles, which is enough up to κ = 1e10. */
export function backwardErrorInUnits(A: Matrix): (x: Float64Array, b: Float64Array) => number {
  const measure = backwardErrorFor(A, rightSingularInDoubles);
  return (x, b) => measure(x, b) / U;
}

function rightSingularInDoubles({ rows: n, columns: d, data }: Matrix): RightSingular {
  const F = data.slice();
  householderInPlace(F, d, n, d, new Float64Array(d), new Float64Array(householderWorkLength(n, d)));
  const R = new Float64Array(d * d);
  for (let i = 0; i < d; i++) R.set(F.subarray(i * d + i, i * d + d), i * d + i);
  const { s, v } = svd({ rows: d, columns: d, data: R });
  const vectors = Float64Array.from(v.data, (_, p) => v.data[(p % d) * d + Math.floor(p / d)]);
  return { values: s, vectors: fromDoubles(vectors) };
}
