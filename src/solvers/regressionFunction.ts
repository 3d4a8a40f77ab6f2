/**
 * The three functions f of the regressions, entry by entry. All have f″ = f, so that with r = f(t) − b a row
 * ½r² + ½w²t² of the objective has the derivative r·f′ + w²t and the curvature f′² + r·f + w².
 */

export type RegressionFunction = 'exp' | 'cosh' | 'sinh';

/** f ← f(t) and slope ← f′(t). Neither may alias t. */
export function evaluateInto(
  f: Float64Array,
  slope: Float64Array,
  kind: RegressionFunction,
  t: Float64Array,
): void {
  const n = t.length;
  if (kind === 'exp') {
    for (let i = 0; i < n; i++) f[i] = slope[i] = Math.exp(t[i]);
  } else if (kind === 'cosh') {
    for (let i = 0; i < n; i++) {
      f[i] = Math.cosh(t[i]);
      slope[i] = Math.sinh(t[i]);
    }
  } else {
    for (let i = 0; i < n; i++) {
      f[i] = Math.sinh(t[i]);
      slope[i] = Math.cosh(t[i]);
    }
  }
}

/**
 * f(t + delta) − f(t), with an error relative to itself: the difference of two values would leave only noise
 * of a step from near the minimum. Infinite or NaN where f(t + delta) overflows.
 *
 * @param value - f(t).
 */
export function increment(kind: RegressionFunction, t: number, value: number, delta: number): number {
  if (kind === 'exp') return value * Math.expm1(delta);
  const middle = t + delta / 2;
  return 2 * Math.sinh(delta / 2) * (kind === 'cosh' ? Math.sinh(middle) : Math.cosh(middle));
}

/** The least w² with which ½(f(t) − b)² + ½w²t² is convex in t; negative where it is without. */
export function convexityThreshold(kind: RegressionFunction, b: number): number {
  if (kind === 'exp') return Math.max(b, 0) ** 2 / 8;
  if (kind === 'sinh') return b ** 2 / 8 - 1;
  return b <= 4 ? b - 1 : 1 + b ** 2 / 8;
}

/** What the rounding of b and of w = √threshold may do to the comparison, for thresholds of size b² or 1. */
const ROUNDING = 2 ** -50;

/** Whether every row is convex, by {@link convexityThreshold}: then a minimum is the global one. */
export function isConvex(kind: RegressionFunction, b: Float64Array, wSq: Float64Array): boolean {
  const unit = kind === 'exp' ? 0 : 1;
  for (let i = 0; i < b.length; i++) {
    if (!(wSq[i] + ROUNDING * (b[i] * b[i] + unit) >= convexityThreshold(kind, b[i]))) return false;
  }
  return true;
}
