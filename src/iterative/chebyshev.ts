/**
 * exp(−t(AᵀA − low·I))b by its Chebyshev series on [low, high] ⊇ the spectrum of AᵀA, and by its Taylor series. Two
 * vectors of memory and one pass over A a step, but, unlike Lanczos, no adaptation to the spectrum.
 * Tal-Ezer & Kosloff, J. Chem. Phys. 81, 1984.
 */
import { axpy, norm2 } from '../dense/vector';
import { type Monitor, type StopReason, solvedTo, UNIT_ROUNDOFF } from './stopping';
import type { TallOperator } from './tallOperator';

/** Terms beyond which no series is begun: it would need as many passes over A. */
const MOST_TERMS = 2 ** 22;
/** Below this the series is its first term, and the recurrence for its coefficients would overflow. */
const NO_SERIES = 1e-18;

export interface SeriesResult {
  readonly x: Float64Array;
  readonly reason: StopReason;
  /** Bound of what was left out, relative to ‖x‖. */
  readonly truncation: number;
  /** Σ‖terms‖/‖x‖: what the rounding of each term is multiplied by, at least. */
  readonly cancellation: number;
}

/** Interval of the expansion, and the time t. */
export interface ChebyshevPlan {
  readonly low: number;
  readonly high: number;
  readonly time: number;
}

/**
 * Coefficients c_k = (2 − δ_k0)·e^−r·I_k(r), k = 0 … until 2⁻⁶⁴ of the whole is left; exp(−r(1 + s)) = Σ (−1)ᵏ c_k T_k(s).
 * All positive with sum 1. Miller's backward recurrence, which is stable for them. Null when there would be too many.
 */
export function exponentialCoefficients(r: number): Float64Array | null {
  const count = Math.ceil(Math.sqrt(90 * r)) + 40;
  if (!(count <= MOST_TERMS)) return null;
  const c = new Float64Array(count);
  if (r < NO_SERIES) {
    c[0] = 1;
    return c;
  }
  let above = 0;
  let value = 1e-280;
  let sum = 0;
  for (let k = count - 1; k >= 0; k--) {
    c[k] = k === 0 ? value : 2 * value;
    sum += c[k];
    const below = above + (2 * k * value) / r;
    above = value;
    value = below;
    if (sum < 1e250) continue;
    // a small r makes the recurrence grow out of the range of doubles
    for (let i = k; i < count; i++) c[i] *= 1e-280;
    sum *= 1e-280;
    above *= 1e-280;
    value *= 1e-280;
  }
  for (let k = 0; k < count; k++) c[k] /= sum;
  return c;
}

/** The Chebyshev series for a b with entries near 1. b is not modified. */
export function chebyshevExponential(
  operator: TallOperator,
  b: Float64Array,
  { low, high, time }: ChebyshevPlan,
  monitor: Monitor,
): SeriesResult {
  const d = b.length;
  const x = new Float64Array(d);
  const coefficients = exponentialCoefficients(0.5 * time * (high - low));
  if (coefficients === null) return hopeless(b);
  const tails = tailSums(coefficients);
  const centre = 0.5 * (high + low);
  const radius = 0.5 * (high - low);
  const bNorm = norm2(b, 0, d);
  let previous = new Float64Array(d);
  let current = b.slice();
  const g = new Float64Array(d);
  axpy(x, coefficients[0], b, d);
  for (let k = 1; ; k++) {
    const xNorm = norm2(x, 0, d);
    // a partial sum may be 0 by chance, which says nothing of the next
    const truncation = tails[k] === 0 ? 0 : (tails[k] * bNorm) / (xNorm || UNIT_ROUNDOFF * bNorm);
    const cancellation = bNorm / xNorm;
    if (solvedTo(monitor.tolerance, truncation, 1))
      return { x, reason: 'converged', truncation, cancellation };
    operator.gram(g, current);
    // T_k(s) = 2s·T_{k−1}(s) − T_{k−2}(s), with the sign (−1)ᵏ taken into s = (centre − λ)/radius
    const factor = (k === 1 ? 1 : 2) / radius;
    for (let j = 0; j < d; j++)
      previous[j] = factor * (centre * current[j] - g[j]) - (k === 1 ? 0 : previous[j]);
    [previous, current] = [current, previous];
    axpy(x, coefficients[k], current, d);
    const reason = monitor.step(truncation);
    if (reason !== null) return { x, reason, truncation, cancellation };
  }
}

/** An estimate of the logarithm of Σ c_j over j ≥ k > 0, without the sum: I_k(r) for large k, DLMF 10.41.3. */
export function logTail(k: number, r: number): number {
  if (r === 0) return Number.NEGATIVE_INFINITY;
  const root = Math.hypot(k, r);
  const ratio = r / (k + root);
  const first = (k * k) / (root + r) - k * Math.asinh(k / r) - 0.5 * Math.log(2 * Math.PI * root);
  return Math.min(0, Math.LN2 + first - Math.log1p(-ratio));
}

/** Sums of the coefficients from k on, with 0 after the last. */
function tailSums(c: Float64Array): Float64Array {
  const tails = new Float64Array(c.length + 1);
  for (let k = c.length - 1; k >= 0; k--) tails[k] = tails[k + 1] + c[k];
  return tails;
}

function hopeless(b: Float64Array): SeriesResult {
  const infinite = Number.POSITIVE_INFINITY;
  return { x: b.slice(), reason: 'max-iterations', truncation: infinite, cancellation: infinite };
}

/**
 * Σ (−tAᵀA)ʲb/j!, term by term. The terms grow up to e^(t‖A‖²)/√(2πt‖A‖²) before they fall, while the sum is below ‖b‖:
 * their rounding is all that is left of it from t‖A‖² ≈ 20 on.
 */
export function taylorExponential(
  operator: TallOperator,
  b: Float64Array,
  time: number,
  monitor: Monitor,
): SeriesResult {
  const d = b.length;
  const x = b.slice();
  const term = b.slice();
  const g = new Float64Array(d);
  const bNorm = norm2(b, 0, d);
  let sum = bNorm;
  for (let j = 1; ; j++) {
    operator.gram(g, term);
    for (let i = 0; i < d; i++) term[i] = (-time / j) * g[i];
    const size = norm2(term, 0, d);
    // ‖x‖ ≤ ‖b‖: from here on no digit can be left, and further terms would only overflow
    if (!(UNIT_ROUNDOFF * (sum + size) < bNorm)) {
      const infinite = Number.POSITIVE_INFINITY;
      return { x, reason: 'stagnated', truncation: infinite, cancellation: infinite };
    }
    axpy(x, 1, term, d);
    sum += size;
    const xNorm = norm2(x, 0, d);
    // a partial sum may be 0 by chance (AᵀA = I: b − b), which says nothing of the next
    const truncation = size / (xNorm || UNIT_ROUNDOFF * sum);
    const cancellation = sum / xNorm;
    const done = j > 1 && solvedTo(monitor.tolerance, truncation, 1);
    const reason = monitor.step(truncation);
    if (reason === 'stopped') return { x, reason, truncation, cancellation };
    if (done) return { x, reason: 'converged', truncation, cancellation };
    if (reason !== null) return { x, reason, truncation, cancellation };
  }
}
