/**
 * exp(−tAᵀA)b by Lanczos, t = 4^exponent: after k steps ‖b‖·V·exp(−tBᵀB)e₁, best possible up to a small factor among
 * polynomials of degree k − 1 in AᵀA. About 10 + √(27.6·t‖A‖²) steps give 13 digits, d always suffice.
 * Hochbruck & Lubich, SINUM 34(5), 1997.
 */
import { ldexp } from '../dense/vector';
import { bidiagonalExponential, exponentialEnd } from './bidiagonalExponential';
import { logTail } from './chebyshev';
import { Lanczos } from './lanczos';
import { type Monitor, type StopReason, solvedTo, UNIT_ROUNDOFF } from './stopping';
import type { TallOperator } from './tallOperator';

/** Up to this size every step is tested: a test costs O(k²), a step O(nd + kd). */
const ALWAYS_TESTED = 256;
/** A bound of the spectrum is looked for when it may save more steps than this, beyond those that it costs. */
const WORTH_A_BOUND = 40;
/** Above the largest Ritz value by this factor there is nothing that matters. */
const ABOVE = 1.05;
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
  /**
   * Bound, relative to ‖x‖, of what eigenvalues below the smallest Ritz value may still add to x; 0 when that is invariant.
   * By Lanczos being as good as the Chebyshev series, whose tail the shift multiplies by exp(t(θ₁ − low)).
   */
  unseen = 0;
  private settled = 0;
  private low = 0;
  private bounded: boolean;

  /**
   * @param b - length d, not zero, entries near 1. Not modified.
   * @param lowerBound - of the spectrum, at the cost of so many passes; asked once at most, when 0 is too poor a bound.
   */
  constructor(
    private readonly operator: TallOperator,
    b: Float64Array,
    private readonly exponent: number,
    private readonly lowerBound?: (steps: number) => number,
  ) {
    this.bounded = lowerBound === undefined;
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
    this.unseen = this.lanczos.complete ? 0 : this.unseenBelow(norm);
    if (this.lanczos.complete) return true;
    const small = solvedTo(tolerance, this.error, 1) || solvedTo(NEGLIGIBLE, Math.abs(last), norm);
    this.settled = small ? this.settled + 1 : 0;
    if (this.settled < 2) return false;
    const allowed = Math.max(tolerance, NEGLIGIBLE);
    if (!solvedTo(allowed, this.unseen, 1) && this.boundSaves(allowed, norm)) {
      this.bounded = true;
      this.low = Math.min(this.smallest, this.lowerBound?.(this.lanczos.size) ?? 0);
      this.unseen = this.unseenBelow(norm);
    }
    return solvedTo(allowed, this.unseen, 1);
  }

  private unseenBelow(norm: number): number {
    const gap = ldexp(this.smallest - this.low, 2 * this.exponent);
    if (gap <= 1) return 0;
    const radius = ldexp(0.5 * (ABOVE * this.largest - this.low), 2 * this.exponent);
    return (2 * Math.exp(Math.min(gap + logTail(this.lanczos.size, radius), 700))) / norm;
  }

  private boundSaves(allowed: number, norm: number): boolean {
    if (this.bounded) return false;
    const digits = ldexp(this.smallest, 2 * this.exponent) - Math.log(allowed * norm);
    const steps = Math.sqrt(ldexp(this.largest, 2 * this.exponent) * digits);
    return Math.min(this.operator.columns, steps) > 2 * this.lanczos.size + WORTH_A_BOUND;
  }
}
