/**
 * exp(−AᵀA)b for exactly the stored A and b, in double-double: right singular vectors by Jacobi, eigenvalues as
 * ‖Av‖² (their error is the square of that of v), exponentials of their differences to the smallest.
 */
import type { Matrix } from '../../src/core/matrix';
import {
  axpy,
  dot,
  exponentOf,
  fromDoubles,
  multiply,
  normSq,
  type Pair,
  product,
  subtract,
  timesPowerOfTwo,
  zeros,
} from './doubleDouble';
import { rightSingular } from './doubleDoubleFactor';
import { extendedExp } from './extendedExp';
import { naiveMatmul, naiveTranspose } from './oracles';
import { randomOrthonormal } from './random';

/** The answer is x·exp(−shift), with x of a size near ‖b‖. */
export interface ExponentialReference {
  readonly x: Float64Array;
  /** The smallest eigenvalue of AᵀA. */
  readonly shift: Pair;
  /** Ascending. */
  readonly eigenvalues: Float64Array;
}

/** A and b with entries near 1. Relative error of x about (1 + ‖A‖²)·2⁻⁹⁵ before the one rounding. */
export function exponentialReference(A: Matrix, b: ArrayLike<number>): ExponentialReference {
  const d = A.columns;
  const scale = exponentOf(A.data); // the Jacobi sweeps want entries near 1
  const scaled = { ...A, data: timesPowerOfTwo(A.data, -scale) };
  const { vectors } = rightSingular(scaled);
  const right = fromDoubles(Float64Array.from(b));
  const source = fromDoubles(scaled.data);
  const squares = Array.from({ length: d }, (_, i): Pair => {
    const v = { hi: vectors.hi.slice(i * d, i * d + d), lo: vectors.lo.slice(i * d, i * d + d) };
    const [hi, lo] = normSq(product(source, A.rows, d, v));
    return [hi * 4 ** scale, lo * 4 ** scale];
  });
  const shift = squares.reduce((least, value) => (value[0] < least[0] ? value : least));
  const x = zeros(d);
  for (let i = 0; i < d; i++) {
    const [hi, lo] = subtract(squares[i], shift);
    if (hi > 290) continue; // e⁻²⁹⁰: nothing is left next to the largest part
    axpy(x, 0, multiply(extendedExp([-hi, -lo]), dot(vectors, i * d, right, 0, d)), vectors, i * d, d);
  }
  return { x: x.hi, shift, eigenvalues: Float64Array.from(squares, (value) => value[0]).sort() };
}

/** ‖x·exp(logScale) − reference‖/‖reference‖, without ever forming exp(logScale). */
export function exponentialError(
  x: ArrayLike<number>,
  logScale: number,
  { x: exact, shift }: ExponentialReference,
): number {
  const factor = Math.exp(subtract([logScale, 0], [-shift[0], -shift[1]])[0]);
  let errorSq = 0;
  let sumSq = 0;
  for (let i = 0; i < exact.length; i++) {
    errorSq += (x[i] * factor - exact[i]) ** 2;
    sumSq += exact[i] ** 2;
  }
  return Math.sqrt(errorSq / sumSq);
}

/** A = U·diag(σ)·Vᵀ (n × d) with the given eigenvalues σ² of AᵀA, up to the rounding of its entries. */
export function withSpectrum(n: number, eigenvalues: ArrayLike<number>, seed: number): Matrix {
  const d = eigenvalues.length;
  const U = randomOrthonormal(n, d, 4 * seed + 1);
  const V = randomOrthonormal(d, d, 4 * seed + 2);
  const scaled = { ...U, data: U.data.map((entry, p) => entry * Math.sqrt(eigenvalues[p % d])) };
  return naiveMatmul(scaled, naiveTranspose(V));
}

/** d eigenvalues evenly from `low` to `high`. */
export function evenly(d: number, low: number, high: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => (d === 1 ? high : low + ((high - low) * i) / (d - 1)));
}
