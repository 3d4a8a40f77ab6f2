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

/** What the rounding of b, of w and of the roots here may do to the comparison. */
const SLACK = 1 + 2 ** -49;
const ROOT_8 = Math.sqrt(8);

/**
 * Whether ½(f(t) − b)² + ½w²t² is convex in t: w² ≥ max(b, 0)²/8 for exp, b²/8 − 1 for sinh, and for cosh b − 1 up
 * to b = 4, 1 + b²/8 beyond. Compared without b², which may leave the range of doubles.
 */
function isConvexRow(kind: RegressionFunction, b: number, w: number): boolean {
  if (kind === 'exp') return b <= ROOT_8 * w * SLACK;
  if (kind === 'sinh') return Math.abs(b) <= ROOT_8 * Math.hypot(w, 1) * SLACK;
  return b <= 4 ? b <= (1 + w * w) * SLACK : Math.hypot(ROOT_8, b) <= ROOT_8 * w * SLACK;
}

/** Whether every row is convex: then a minimum is the global one. */
export function isConvex(kind: RegressionFunction, b: Float64Array, wSq: Float64Array): boolean {
  for (let i = 0; i < b.length; i++) if (!isConvexRow(kind, b[i], Math.sqrt(wSq[i]))) return false;
  return true;
}
