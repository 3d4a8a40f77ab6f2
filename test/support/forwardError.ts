/**
 * Forward errors: how far x is from the answer c, in norm and coefficient by coefficient.
 */

/** ‖x − c‖₂/‖c‖₂, for entries of any scale; ‖x‖ = 0 counts as right for c = 0, anything else as Infinity. */
export function relativeError(x: ArrayLike<number>, c: ArrayLike<number>): number {
  checkLengths(x, c);
  let largest = 0;
  for (let i = 0; i < c.length; i++) largest = Math.max(largest, Math.abs(c[i]));
  let errorSq = 0;
  let normSq = 0;
  for (let i = 0; i < c.length; i++) {
    // halves first: the difference of two finite numbers may overflow, their halves' cannot
    const unit = largest === 0 ? 1 : largest;
    errorSq += (2 * ((x[i] / 2 - c[i] / 2) / unit)) ** 2;
    normSq += (c[i] / unit) ** 2;
  }
  if (largest === 0) return errorSq === 0 ? 0 : Number.isNaN(errorSq) ? Number.NaN : Number.POSITIVE_INFINITY;
  return Math.sqrt(errorSq) / Math.sqrt(normSq);
}

/** Digits that a double can agree to; more are not counted. */
export const MAX_DIGITS = 15;

/**
 * The fewest correct digits of any coefficient: min over i of −log₁₀(|xᵢ − cᵢ|/|cᵢ|), or of −log₁₀|xᵢ| where
 * cᵢ = 0 (the log relative error of the NIST benchmarks), between 0 and {@link MAX_DIGITS}; 0 for NaN.
 */
export function correctDigits(x: ArrayLike<number>, c: ArrayLike<number>): number {
  checkLengths(x, c);
  let digits = MAX_DIGITS;
  for (let i = 0; i < c.length; i++) {
    const error = c[i] === 0 ? Math.abs(x[i]) : Math.abs((x[i] - c[i]) / c[i]);
    if (!(error < 1)) return 0;
    if (error > 0) digits = Math.min(digits, -Math.log10(error));
  }
  return digits;
}

function checkLengths(x: ArrayLike<number>, c: ArrayLike<number>): void {
  if (x.length !== c.length) throw new RangeError(`x has length ${x.length}, expected ${c.length}`);
}
