/**
 * exp(−tAᵀA)b by Chebyshev or Taylor series, with the bounds of the spectrum that they need.
 */
import { ldexp, norm2 } from '../dense/vector';
import { exponentialEnd } from '../iterative/bidiagonalExponential';
import { chebyshevExponential, type SeriesResult, taylorExponential } from '../iterative/chebyshev';
import { Lanczos } from '../iterative/lanczos';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import {
  type ExponentialFindings,
  type ExponentialProblem,
  randomStart,
  roundingEstimate,
} from './matrixExponentialProblem';

/** Lanczos steps from a random start that bound the spectrum. */
export const BOUND_STEPS = 10;
/** Cancellation from here on is worth a second series with shifts near the smallest eigenvalue. */
const WORTH_A_SHIFT = 100;
/** After the time t the quotient of x is above the smallest eigenvalue by less than about this over t. */
const SHIFT_MARGIN = 5;
/** What cancellation may multiply rounding by under the status 'converged', Σ‖terms‖/‖x‖. */
const HARMLESS_CHEBYSHEV = 1e6;
const HARMLESS_TAYLOR = 500;

interface SpectrumBounds {
  readonly smallest: number;
  readonly largest: number;
  /** Safely above the largest eigenvalue: Ritz value plus residual (Zhou & Li 2011). */
  readonly high: number;
}

function spectrumBounds({ operator, seed }: ExponentialProblem): SpectrumBounds {
  const lanczos = new Lanczos(operator, randomStart(seed, operator.columns));
  while (!lanczos.complete && lanczos.size < BOUND_STEPS) lanczos.step();
  const { smallest, largest } = exponentialEnd(lanczos, 0);
  return { smallest, largest, high: (largest + lanczos.coupling) * (1 + 100 * UNIT_ROUNDOFF) };
}

/** On [0, ‖A‖²]; again in stages when a smallest eigenvalue well above 0 made the first series cancel. */
export function chebyshevFindings(problem: ExponentialProblem): ExponentialFindings {
  const { operator, b, exponent, monitor } = problem;
  const { smallest, largest, high } = spectrumBounds(problem);
  const time = ldexp(1, 2 * exponent);
  const first = chebyshevExponential(operator, b, { low: 0, high, time }, monitor);
  const cancels = first.reason === 'converged' && first.cancellation > WORTH_A_SHIFT;
  const { shift, ...series } = cancels ? stagedSeries(problem, time, smallest, high) : { ...first, shift: 0 };
  const recurrence = 8 * UNIT_ROUNDOFF * monitor.iterations * series.cancellation;
  const rounding = recurrence + roundingEstimate(exponent, series.cancellation, shift, largest);
  const found = { method: 'chebyshev', shift, smallest, largest } as const;
  return { ...found, ...judged(series, rounding, HARMLESS_CHEBYSHEV) };
}

/**
 * exp(−tM) as a product over stages that double the time passed, each shifted by what the quotient of x then says of the
 * smallest eigenvalue: no stage shrinks x by more than about e^5. Passes over A: 2.4 times those of one series.
 */
function stagedSeries(
  problem: ExponentialProblem,
  time: number,
  smallest: number,
  high: number,
): SeriesResult & { shift: number } {
  const { operator, monitor } = problem;
  const total = { truncation: 0, cancellation: 0 };
  let { b: x } = problem;
  let low = 0;
  let shift = 0;
  let stage = Math.min(time, SHIFT_MARGIN / smallest);
  let elapsed = 0;
  for (;;) {
    const series = chebyshevExponential(operator, x, { low, high, time: stage }, monitor);
    // an x for less than the time t is no approximation
    if (series.reason !== 'converged') return { ...series, truncation: Number.POSITIVE_INFINITY, shift };
    const quotient = rayleighQuotient(problem, series.x);
    const margin = SHIFT_MARGIN / Math.max(elapsed, stage);
    if (low > 0 && quotient - low < margin / 2) {
      // there may be eigenvalues below the interval, where the polynomials explode
      low = Math.max(0, quotient - margin);
      continue;
    }
    x = series.x;
    shift += low * (stage / time);
    elapsed += stage;
    total.truncation += series.truncation;
    total.cancellation += series.cancellation;
    if (elapsed >= time) return { x, reason: 'converged', ...total, shift };
    low = Math.max(0, quotient - SHIFT_MARGIN / elapsed);
    stage = Math.min(elapsed, time - elapsed);
  }
}

export function taylorFindings(problem: ExponentialProblem): ExponentialFindings {
  const { operator, b, exponent, monitor } = problem;
  const { smallest, largest } = spectrumBounds(problem);
  const series = taylorExponential(operator, b, ldexp(1, 2 * exponent), monitor);
  const rounding = 8 * UNIT_ROUNDOFF * series.cancellation;
  const found = { method: 'taylor', shift: 0, smallest, largest } as const;
  return { ...found, ...judged(series, rounding, HARMLESS_TAYLOR) };
}

function judged(series: SeriesResult, rounding: number, harmless: number) {
  const { x, reason, truncation, cancellation } = series;
  // 0 steps times infinite cancellation is not a number
  const errorEstimate = Number.isFinite(cancellation) ? truncation + rounding : cancellation;
  const spoilt = reason === 'converged' && !(cancellation <= harmless);
  return { x, reason: spoilt ? ('stagnated' as const) : reason, errorEstimate };
}

/** ‖Ax‖²/‖x‖² */
function rayleighQuotient({ operator }: ExponentialProblem, x: Float64Array): number {
  const r = new Float64Array(operator.rows);
  const g = new Float64Array(operator.columns);
  operator.residual(r, g, x, new Float64Array(operator.rows));
  return (norm2(r, 0, r.length) / norm2(x, 0, x.length)) ** 2;
}
