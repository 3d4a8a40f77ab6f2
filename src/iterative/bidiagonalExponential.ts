/**
 * exp(−t(BᵀB − θ₁I))e₁ for upper bidiagonal B, θ₁ its smallest squared singular value, t = 4^exponent: the small problem
 * behind exp(−tAᵀA)b. The shift keeps the answer in the range of doubles: exp(−tρ) underflows past tρ = 745.
 */
import { ldexp } from '../dense/vector';
import { applyRotationsInPlace, diagonaliseInPlace, type Rotations } from './tridiagonal';

/** B has diagonal alphas[i] and superdiagonal betas[i] (entry (i, i + 1)), i < alphas.length. */
export interface Bidiagonal {
  readonly alphas: readonly number[];
  readonly betas: readonly number[];
}

/** Extreme eigenvalues of BᵀB, and of y = exp(−t(BᵀB − θ₁I))e₁ the norm and the last entry. */
export interface ExponentialEnd {
  readonly smallest: number;
  readonly largest: number;
  readonly norm: number;
  readonly last: number;
}

/**
 * What a stopping test needs, in O(k²) from the tridiagonal BᵀB: good to k·u·‖B‖² in the eigenvalues, which is
 * not good enough for the answer itself.
 */
export function exponentialEnd({ alphas, betas }: Bidiagonal, exponent: number): ExponentialEnd {
  const k = alphas.length;
  const diagonal = new Float64Array(k);
  const off = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    diagonal[i] = alphas[i] ** 2 + (i > 0 ? betas[i - 1] ** 2 : 0);
    if (i < k - 1) off[i] = alphas[i] * betas[i];
  }
  const first = unit(k, 0);
  const lastRow = unit(k, k - 1);
  diagonaliseInPlace(diagonal, off, [first, lastRow], null);
  const smallest = diagonal.reduce((a, b) => Math.min(a, b));
  const largest = diagonal.reduce((a, b) => Math.max(a, b));
  let normSq = 0;
  let last = 0;
  for (let i = 0; i < k; i++) {
    const part = first[i] * decay(diagonal[i] - smallest, exponent);
    normSq += part * part;
    last += part * lastRow[i];
  }
  return { smallest: Math.max(0, smallest), largest, norm: Math.sqrt(normSq), last };
}

export interface BidiagonalExponential {
  /** exp(−t(BᵀB − θ₁I))e₁ */
  readonly y: Float64Array;
  /** θ₁ = σ_min(B)² */
  readonly smallest: number;
  /** ‖B‖² */
  readonly largest: number;
}

/**
 * From the singular values of B, as eigenvalues ±σ of the tridiagonal matrix with zero diagonal and off-diagonal
 * α₁ β₁ α₂ … α_k (Golub & Kahan 1965). They are good to k·u·‖B‖, so that the relative error of the exponential
 * grows like u·√t‖B‖, where BᵀB formed would give u·t‖B‖².
 *
 * Cost: about 100k² flops and 20k² numbers of memory.
 */
export function bidiagonalExponential(B: Bidiagonal, exponent: number): BidiagonalExponential {
  const k = B.alphas.length;
  if (k === 1) return { y: Float64Array.of(1), smallest: B.alphas[0] ** 2, largest: B.alphas[0] ** 2 };
  const values = new Float64Array(2 * k);
  const off = new Float64Array(2 * k);
  for (let i = 0; i < k; i++) {
    off[2 * i] = B.alphas[i];
    if (i < k - 1) off[2 * i + 1] = B.betas[i];
  }
  const rotations: Rotations = { planes: [], cosines: [], sines: [] };
  const weights = unit(2 * k, 0);
  diagonaliseInPlace(values, off, [weights], rotations);
  const sigma = pairedMagnitudes(values);
  const smallest = sigma.reduce((a, b) => Math.min(a, b));
  const largest = sigma.reduce((a, b) => Math.max(a, b));
  // the difference of squares as a product: no cancellation between large neighbours
  for (let i = 0; i < 2 * k; i++)
    weights[i] *= decay((sigma[i] - smallest) * (sigma[i] + smallest), exponent);
  applyRotationsInPlace(weights, rotations);
  const y = Float64Array.from({ length: k }, (_, i) => weights[2 * i]);
  return { y, smallest: smallest ** 2, largest: largest ** 2 };
}

/** |values|, equal for the two of a pair ±σ: apart by rounding, a large t would keep one of them and lose the other. */
function pairedMagnitudes(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((i, j) => values[i] - values[j]);
  const sigma = new Float64Array(values.length);
  for (let low = 0, high = values.length - 1; low < high; low++, high--) {
    sigma[order[low]] = 0.5 * (values[order[high]] - values[order[low]]);
    sigma[order[high]] = sigma[order[low]];
  }
  return sigma;
}

/** exp(−mu·4^exponent) */
export function decay(mu: number, exponent: number): number {
  return Math.exp(-ldexp(mu, 2 * exponent));
}

function unit(length: number, at: number): Float64Array {
  const e = new Float64Array(length);
  e[at] = 1;
  return e;
}
