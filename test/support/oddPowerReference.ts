/**
 * The minimiser of ‖A(AᵀA)ʲx − b‖ for exactly the stored A and b, in double-double: Householder QR of [A b],
 * then 2j + 1 triangular solves. The entries of A and b must be near 1 (or zero) and A of full rank.
 */
import type { Matrix } from '../../src/core/matrix';
import { exponentOf, pairAt, setPair, timesPowerOfTwo, zeros } from './doubleDouble';
import { householderLower, solveLowerInPlace, solveLowerTransposedInPlace } from './doubleDoubleFactor';
import type { ScaledVector } from './planted';

/**
 * Relative error before the one rounding to double about 2⁻¹⁰⁰((2j + 1)κ + κ^(2j+2)‖r‖/‖A‖^(2j+1)‖x‖): 2⁻⁴⁸ of
 * what a backward stable solver in double may lose. The iterate is brought back near 1 before each solve.
 */
export function oddPowerReference(A: Matrix, b: ArrayLike<number>, j: number): ScaledVector {
  const d = A.columns;
  const L = householderLower(withColumn(A, b));
  let y = zeros(d);
  for (let k = 0; k < d; k++) setPair(y, k, pairAt(L, d * (d + 1) + k));
  solveLowerTransposedInPlace(y, L, d + 1, d);
  let log2Scale = 0;
  for (let k = 0; k < j; k++) {
    const exponent = exponentOf(y.hi);
    y = { hi: timesPowerOfTwo(y.hi, -exponent), lo: timesPowerOfTwo(y.lo, -exponent) };
    log2Scale += exponent;
    solveLowerInPlace(y, L, d + 1, d);
    solveLowerTransposedInPlace(y, L, d + 1, d);
  }
  const fits = Math.abs(log2Scale + exponentOf(y.hi)) < 960;
  return fits ? { x: timesPowerOfTwo(y.hi, log2Scale), log2Scale: 0 } : { x: y.hi, log2Scale };
}

/** [A b] */
function withColumn(A: Matrix, b: ArrayLike<number>): Matrix {
  const { rows, columns: d } = A;
  const data = new Float64Array(rows * (d + 1));
  for (let i = 0; i < rows; i++) {
    data.set(A.data.subarray(i * d, (i + 1) * d), i * (d + 1));
    data[i * (d + 1) + d] = b[i];
  }
  return { rows, columns: d + 1, data };
}
