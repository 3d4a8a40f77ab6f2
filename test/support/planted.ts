/**
 * Problems with a known answer and dials for conditioning and residual, in the manner of Epperly, Meier &
 * Nakatsukasa, "Fast randomized least-squares solvers can be just as accurate and stable as classical direct
 * solvers" (2024): A = U diag(σ) Vᵀ with random U, V and σ from 1 down to 1/κ, evenly in the logarithm.
 */
import type { Matrix } from '../../src/core/matrix';
import { type DoubleDouble, exponentOf, fromDoubles, product, timesPowerOfTwo } from './doubleDouble';
import { householderLower, solveLowerInPlace, solveLowerTransposedInPlace } from './doubleDoubleFactor';
import { exactMatvec, naiveMatmul, naiveTranspose } from './oracles';
import { randomOrthonormal, randomUnitOrthogonalTo, randomUnitVector } from './random';

export interface PlantedMatrix {
  /**
   * n × d, ‖A‖ = 1, condition number κ, both up to the rounding of its entries: σ_d is off by up to about u.
   */
  readonly A: Matrix;
  readonly sigma: Float64Array;
  /** n × d, orthonormal columns. */
  readonly u: Matrix;
  /** d × d, orthogonal. */
  readonly v: Matrix;
}

export interface PlantedLeastSquares extends PlantedMatrix {
  readonly b: Float64Array;
  /**
   * ‖x‖ = 1. It solves the exact U diag(σ) Vᵀ; for the stored A and b, whose entries are rounded, the
   * minimiser differs by up to about u(κ + κ²·residual), which is also what a backward stable solver may add
   * (tolerances.ts, wedinBound). For the minimiser of the stored data take leastSquaresReference(A, b).
   */
  readonly x: Float64Array;
}

/** A with its factors. κ = 1 or d = 1 gives orthonormal columns. */
export function plantedMatrix(size: { n: number; d: number; kappa: number; seed: number }): PlantedMatrix {
  const { n, d, kappa, seed } = size;
  const sigma = Float64Array.from({ length: d }, (_, k) => (d === 1 ? 1 : kappa ** (-k / (d - 1))));
  const u = randomOrthonormal(n, d, 4 * seed + 1);
  const v = randomOrthonormal(d, d, 4 * seed + 2);
  const scaled: Matrix = { rows: n, columns: d, data: u.data.map((entry, p) => entry * sigma[p % d]) };
  return { A: naiveMatmul(scaled, naiveTranspose(v)), sigma, u, v };
}

/**
 * b = A x + residual·e with ‖x‖ = ‖e‖ = 1 and e ⊥ U, so ‖b‖ lies between `residual` and 1 + `residual`.
 * n = d allows only residual 0.
 */
export function plantedLeastSquares(options: {
  n: number;
  d: number;
  kappa: number;
  residual: number;
  seed: number;
}): PlantedLeastSquares {
  const { d, residual, seed } = options;
  const planted = plantedMatrix(options);
  const x = randomUnitVector(d, 4 * seed + 3);
  const b = exactMatvec(planted.A, x);
  if (residual !== 0) {
    const e = randomUnitOrthogonalTo(planted.u, 4 * seed + 4);
    for (let i = 0; i < b.length; i++) b[i] += residual * e[i];
  }
  return { ...planted, b, x };
}

/** A vector of any magnitude: 2^log2Scale·x. */
export interface ScaledVector {
  readonly x: Float64Array;
  /** 0 whenever the vector fits into doubles as it is. */
  readonly log2Scale: number;
}

export interface PlantedPsd extends PlantedMatrix, ScaledVector {
  /** Length d. */
  readonly b: Float64Array;
  /** The solution of (AᵀA)ʲ x = b for the stored A and b, from psdPowerReference. */
  readonly reference: ScaledVector;
}

/**
 * (AᵀA)ʲ x = b. 'generic-b': b is a random unit vector and x the reference. 'planted-x': x is a random unit
 * vector and b = (AᵀA)ʲ x computed in double-double and rounded once; that rounding alone moves the solution
 * by up to κ^(2j)·u/2, so x can be recovered only while κ^(2j)·u is small, whereas `reference` belongs to the
 * rounded b.
 */
export function plantedPsd(options: {
  n: number;
  d: number;
  kappa: number;
  j: number;
  seed: number;
  kind: 'generic-b' | 'planted-x';
}): PlantedPsd {
  const { d, j, seed, kind } = options;
  const planted = plantedMatrix(options);
  const unit = randomUnitVector(d, 4 * seed + 3);
  const b = kind === 'generic-b' ? unit : powerProduct(planted.A, unit, j);
  const reference = psdPowerReference(planted.A, b, j);
  const answer = kind === 'generic-b' ? reference : { x: unit, log2Scale: 0 };
  return { ...planted, ...answer, b, reference };
}

/** (AᵀA)ʲ x in double-double, rounded once. */
function powerProduct(A: Matrix, x: Float64Array, j: number): Float64Array {
  const source = fromDoubles(A.data);
  const transposed = fromDoubles(naiveTranspose(A).data);
  let y = fromDoubles(x);
  for (let k = 0; k < j; k++) {
    y = product(transposed, A.columns, A.rows, product(source, A.rows, A.columns, y));
  }
  return y.hi;
}

/**
 * (AᵀA)⁻ʲ b for exactly the stored A (entries near 1, full rank) and b, by 2j triangular solves with the
 * factor of a Householder QR in double-double. Relative error about 2jdκ·2⁻¹⁰⁴: 2⁻⁵⁰ of the 2jκu that a
 * double solver may lose. The iterate is brought back near 1 before each solve, so that κ^(2j) may exceed the
 * range of doubles.
 */
export function psdPowerReference(A: Matrix, b: ArrayLike<number>, j: number): ScaledVector {
  const d = A.columns;
  const L = householderLower(A);
  let y = fromDoubles(Float64Array.from(b));
  let log2Scale = 0;
  for (let k = 0; k < j; k++) {
    const exponent = exponentOf(y.hi);
    y = scaled(y, -exponent);
    log2Scale += exponent;
    solveLowerInPlace(y, L, d, d);
    solveLowerTransposedInPlace(y, L, d, d);
  }
  const fits = Math.abs(log2Scale + exponentOf(y.hi)) < 960;
  return fits ? { x: timesPowerOfTwo(y.hi, log2Scale), log2Scale: 0 } : { x: y.hi, log2Scale };
}

function scaled(v: DoubleDouble, exponent: number): DoubleDouble {
  return { hi: timesPowerOfTwo(v.hi, exponent), lo: timesPowerOfTwo(v.lo, exponent) };
}
