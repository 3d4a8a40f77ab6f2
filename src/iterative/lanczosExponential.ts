/**
 * exp(−tAᵀA)b by Lanczos, t = 4^exponent: after k steps ‖b‖·V·exp(−tBᵀB)e₁, best possible up to a small factor among
 * polynomials of degree k − 1 in AᵀA. About 10 + √(27.6·t‖A‖²) steps give 13 digits, d always suffice.
 * Hochbruck & Lubich, SINUM 34(5), 1997.
 */
import { ldexp } from '../dense/vector';
import { bidiagonalExponential, exponentialEnd } from './bidiagonalExponential';
import { Lanczos } from './lanczos';
import { type Monitor, type StopReason, solvedTo, UNIT_ROUNDOFF } from './stopping';
import type { TallOperator } from './tallOperator';

/** Up to this size every step is tested: a test costs O(k²), a step O(nd + kd). */
const ALWAYS_TESTED = 256;
/** A last coefficient below this part of the answer is rounding. */
const NEGLIGIBLE = 4 * UNIT_ROUNDOFF;

/** exp(−tAᵀA)b = x·exp(−t·smallest). */
export interface ShiftedExponential {
  readonly x: Float64Array;
  /** Extreme Ritz values of AᵀA, from within its spectrum. */
  readonly smallest: number;
  readonly largest: number;
}

export class LanczosExponential {
  readonly lanczos: Lanczos;
  /** Estimated error of the truncation, relative to ‖x‖; rounding is not part of it. */
  error = Number.POSITIVE_INFINITY;
  largest = 0;
  smallest = 0;
  private settled = 0;

  /** @param b - length d, not zero, entries near 1. Not modified. */
  constructor(
    private readonly operator: TallOperator,
    b: Float64Array,
    private readonly exponent: number,
  ) {
    this.lanczos = new Lanczos(operator, b);
  }

  /** One pass over A; a reason to stop, or null. */
  step(monitor: Monitor): StopReason | null {
    this.lanczos.step();
    const k = this.lanczos.size;
    const tested = k <= ALWAYS_TESTED || k % (k >> 6) === 0 || this.lanczos.complete;
    const done = tested && this.test(monitor.tolerance);
    const reason = monitor.step(this.error);
    if (reason === 'stopped') return reason;
    return done ? 'converged' : reason;
  }

  /** The answer for b/‖b‖ as far as the steps have come. */
  solution(): ShiftedExponential {
    const { y, smallest, largest } = bidiagonalExponential(this.lanczos, this.exponent);
    const x = new Float64Array(this.operator.columns);
    this.lanczos.combineInto(x, y);
    return { x, smallest, largest };
  }

  /**
   * The next coefficient is at most t·coupling times the last one, c, and the sum of all that follow is about
   * (1 + √(t·coupling))·c, since they fall like a Gaussian in k/√(t‖A‖²). Twice in a row, since a single one may be small
   * by chance.
   */
  private test(tolerance: number): boolean {
    const { smallest, largest, norm, last } = exponentialEnd(this.lanczos, this.exponent);
    this.smallest = smallest;
    this.largest = largest;
    const coupling = ldexp(this.lanczos.coupling, 2 * this.exponent);
    const next = Math.min(coupling, 1 + Math.sqrt(coupling));
    this.error = last === 0 || next === 0 ? 0 : (Math.abs(last) * next) / norm;
    if (this.lanczos.complete) return true;
    const small = solvedTo(tolerance, this.error, 1) || solvedTo(NEGLIGIBLE, Math.abs(last), norm);
    this.settled = small ? this.settled + 1 : 0;
    return this.settled === 2;
  }
}
