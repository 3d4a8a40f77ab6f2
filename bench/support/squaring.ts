/**
 * (AᵀA)ʲx = b with (AᵀA)ʲ formed by products and factored: the naive way. Its condition number is κ(A)^2j, and what
 * rounding does to the formed matrix is lost for good.
 */
import { LuDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { Matrix } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';

/** x, or null where the formed matrix is singular to rounding. By ml-matrix; LU, since rounding may leave it indefinite. */
export function solveByForming(A: Matrix, b: Float64Array, j: number): Float64Array | null {
  const wrapped = toMl(A);
  const factor = new LuDecomposition(matrixPower(wrapped.transpose().mmul(wrapped), j));
  if (factor.isSingular()) return null;
  return Float64Array.from(factor.solve(MlMatrix.columnVector(b)).to1DArray());
}

/** Gʲ, j ≥ 1, by squaring. */
function matrixPower(G: MlMatrix, j: number): MlMatrix {
  if (j === 1) return G;
  const half = matrixPower(G, j >> 1);
  const even = half.mmul(half);
  return j % 2 === 0 ? even : even.mmul(G);
}
