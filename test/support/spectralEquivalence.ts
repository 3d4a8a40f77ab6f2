/**
 * How far a computed inverse is from that of a symmetric positive definite P, in the measure that conjugate
 * gradients feel: ‖LᵀML − I‖ for P = LLᵀ.
 */
import {
  add,
  type DoubleDouble,
  dot,
  fromDoubles,
  multiply,
  type Pair,
  pairAt,
  setPair,
  zeros,
} from './doubleDouble';
import { cholesky } from './doubleDoubleFactor';
import { asMatrix, type Inverse } from './kernels';

/** F Fᵀ + diag(D) with F n × k, in double-double. */
export function lowRankPlusDiagonal(F: Float64Array, n: number, k: number, D: Float64Array): DoubleDouble {
  const source = fromDoubles(F);
  const P = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [hi, lo] = dot(source, i * k, source, j * k, k);
      if (i !== j) setPair(P, i * n + j, [hi, lo]);
      else {
        const sum = hi + D[i];
        const t = sum - hi;
        setPair(P, i * n + j, [sum, hi - (sum - t) + (D[i] - t) + lo]);
      }
    }
  }
  return P;
}

/**
 * max over entries of |LᵀML − I|, M applied to the columns of L: a column of M itself, rounded, would add u·‖M‖ in
 * directions where M is 1e-16 of that.
 */
export function spectralError(M: Inverse, P: DoubleDouble, n: number): number {
  const L = cholesky(P, n);
  const image = new Float64Array(n);
  let worst = 0;
  for (let j = 0; j < n; j++) {
    M.applyInto(
      image,
      image.map((_, i) => (i < j ? 0 : L.hi[i * n + j])),
    );
    const y = fromDoubles(image);
    for (let i = 0; i < n; i++) {
      let entry: Pair = [0, 0];
      for (let l = i; l < n; l++) entry = add(entry, multiply(pairAt(L, l * n + i), pairAt(y, l)));
      worst = Math.max(worst, Math.abs(entry[0] - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

/** max |M − Mᵀ| over max |M|. */
export function asymmetry(M: Inverse, n: number): number {
  const X = asMatrix(M, n);
  let [difference, size] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      difference = Math.max(difference, Math.abs(X[i * n + j] - X[j * n + i]));
      size = Math.max(size, Math.abs(X[i * n + j]));
    }
  }
  return difference / size;
}
