/**
 * Derived tolerances. Every bound is c·(size)·κᵖ·u with c and p stated; a test takes its limit from here or
 * states its own derivation.
 */

/** 2⁻⁵²: the spacing of doubles at 1, twice the largest relative rounding. */
export const u = 2 ** -52;

/**
 * Normwise backward error (A and b perturbed together) of least squares by method: c·u without a factor in n,
 * d or κ. Measured in prototypes: at most 0.9u for randomized CholeskyQR, 2.7u for Householder QR. The
 * iterative method tests for 4u but may end at its cap of steps, hence the wider limit.
 */
export const BACKWARD_ERROR_LIMIT = {
  'cholesky-qr': 4 * u,
  direct: 4 * u,
  'conjugate-gradient': 20 * u,
} as const;

export interface WedinOptions {
  readonly kappa: number;
  /** ‖b − A x‖ of the minimiser. */
  readonly residual: number;
  /** ‖x‖. Default 1. */
  readonly xNorm?: number;
  /** ‖A‖₂. Default 1. */
  readonly aNorm?: number;
  /** ‖b‖. Default 1 + residual. */
  readonly bNorm?: number;
  /**
   * ε with ‖E‖₂ ≤ ε‖A‖₂ and ‖f‖ ≤ ε‖b‖. Default 4u. One measured relative to ‖A‖_F counts ‖A‖_F/‖A‖₂ ≤ √d
   * times.
   */
  readonly backwardError?: number;
}

/**
 * Wedin's bound on ‖x̂ − x‖/‖x‖ for a minimiser x̂ of ‖(A + E)x − (b + f)‖: to first order
 * ε·(κ·(1 + ‖b‖/(‖A‖‖x‖)) + κ²·‖r‖/(‖A‖‖x‖)). Returned twice as large, for the higher orders (εκ < 1/4).
 */
export function wedinBound(options: WedinOptions): number {
  const { kappa, residual, xNorm = 1, aNorm = 1, bNorm = 1 + residual, backwardError = 4 * u } = options;
  const size = aNorm * xNorm;
  return 2 * backwardError * (kappa * (1 + bNorm / size) + kappa ** 2 * (residual / size));
}

/**
 * Relative forward error of (AᵀA)ʲx = b, generic b, by 2j triangular solves with a backward stable R: κu a
 * solve, and 20u for each of the j powers beside it.
 */
export function psdForwardBound(j: number, kappa: number): number {
  return (2 * j * kappa + 20 * j) * u;
}

/**
 * Relative change of (AᵀA)⁻ʲb when b is rounded to double, at worst: κ^(2j)·u/2. No method recovers a planted
 * x better than this.
 */
export function psdPlantedBound(j: number, kappa: number): number {
  return (kappa ** (2 * j) * u) / 2 + psdForwardBound(j, kappa);
}

/** max|QᵀQ − I| for d columns from Householder reflections or Gram–Schmidt done twice: c·d·u, c = 10. */
export function orthogonalityBound(d: number): number {
  return 10 * d * u;
}

/** γ_n = (nu/2)/(1 − nu/2): |fl(xᵀy) − xᵀy| ≤ γ_n·Σ|xᵢyᵢ| for n terms in any order of summation. */
export function dotBound(n: number): number {
  const half = (n * u) / 2;
  return half / (1 - half);
}

/** max|R⁻ᵀ(AᵀA)R⁻¹ − I| for a backward stable R with error 10·d·u·‖A‖: c·d·κ·u, c = 20; κ, not κ². */
export function whiteningBound(d: number, kappa: number): number {
  return 20 * d * kappa * u;
}
