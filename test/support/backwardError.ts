/**
 * Normwise backward error of an approximate least-squares solution x: the smallest relative change of A and b
 * together, (‖E‖_F²/‖A‖_F² + ‖f‖²/‖b‖²)^½, for which x minimises ‖(A + E)x − (b + f)‖. Karlson & Waldén's
 * estimate (BIT 37, 1997), between 1/√2 of the exact value and the exact value (Hallman 2020):
 *
 *   t² = θ⁻² + ‖x‖², ω = ‖r‖²/t², estimate = ‖(AᵀA + ωI)^(−½) Aᵀr‖ / (t‖A‖_F), θ = ‖A‖_F/‖b‖.
 *
 * Residual, gradient and singular vectors are in double-double, so that the estimate is right where it is far
 * below 2⁻⁵² and for κ(A) beyond 1e15. It is summed as Σ (vᵢᵀAᵀr)²/(σᵢ²t² + ‖r‖²): no difference is taken,
 * and where σᵢ vanishes ‖r‖ keeps the term at the 2⁻¹⁰⁴ level; nothing is regularised.
 */
import type { Matrix } from '../../src/core/matrix';
import {
  type DoubleDouble,
  dot,
  exponentOf,
  fromDoubles,
  gradient,
  normSq,
  residual,
  timesPowerOfTwo,
} from './doubleDouble';
import { type RightSingular, rightSingular } from './doubleDoubleFactor';

/** 'both': A and b change, weighted as above. 'matrix-only': b is exact (θ = ∞). */
export type Perturbed = 'both' | 'matrix-only';

/** The estimate for one x and b; 'both' unless told otherwise. */
export type BackwardError = (x: ArrayLike<number>, b: ArrayLike<number>, perturbed?: Perturbed) => number;

/**
 * Factors A once (n × d, n ≥ d: O(nd²) in double-double) and returns an evaluator that costs two passes over
 * A per call. A and b may have any scale: both are brought near 1 first.
 *
 * @param factor - a quicker factorisation for a large A: relative errors κ(A)·u of its singular values and vectors
 *   become those of the estimate.
 */
export function backwardErrorFor(
  A: Matrix,
  factor: (A: Matrix) => RightSingular = rightSingular,
): BackwardError {
  const { rows, columns } = A;
  const exponentA = exponentOf(A.data);
  const scaled: Matrix = { rows, columns, data: timesPowerOfTwo(A.data, -exponentA) };
  const singular = factor(scaled);
  const source = fromDoubles(scaled.data);
  const frobenius = Math.sqrt(normSq(source)[0]);
  return (x, b, perturbed = 'both') => {
    const exponentB = Math.max(exponentOf(b, -Infinity), exponentOf(x, -Infinity) + exponentA);
    if (exponentB === -Infinity || frobenius === 0) return 0;
    const xScaled = fromDoubles(timesPowerOfTwo(x, exponentA - exponentB));
    const bScaled = fromDoubles(timesPowerOfTwo(b, -exponentB));
    const r = residual(source, rows, columns, xScaled, bScaled);
    const g = gradient(source, rows, columns, r);
    const weightSq = perturbed === 'both' ? normSq(bScaled)[0] / frobenius ** 2 : 0;
    const tSq = weightSq + normSq(xScaled)[0];
    return Math.sqrt(weightedSumSq(g, singular, tSq, normSq(r)[0])) / frobenius;
  };
}

/** Σ (vᵢᵀg)²/(σᵢ²t² + ‖r‖²); 0/0 counts as 0 (r = 0: x is exact); NaN stays NaN. */
function weightedSumSq(g: DoubleDouble, singular: RightSingular, tSq: number, residualSq: number): number {
  const { values, vectors } = singular;
  const d = values.length;
  let sum = 0;
  for (let i = 0; i < d; i++) {
    const overlap = dot(vectors, i * d, g, 0, d)[0];
    const weight = values[i] ** 2 * tSq + residualSq;
    if (weight !== 0) sum += overlap ** 2 / weight;
  }
  return sum;
}
