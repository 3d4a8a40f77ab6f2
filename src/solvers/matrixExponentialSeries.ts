/**
 * exp(−tAᵀA)b by Chebyshev or Taylor series, with the bounds of the spectrum that they need.
 */
import { ldexp } from '../dense/vector';
import { chebyshevExponential, type SeriesResult, taylorExponential } from '../iterative/chebyshev';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import {
  type ExponentialFindings,
  type ExponentialProblem,
  roundingEstimate,
  spectrumBounds,
} from './matrixExponentialProblem';

/** Lanczos steps from a random start that bound the spectrum. */
export const BOUND_STEPS = 10;
/** Most of them that look for a shift: each takes a vector of memory. */
const MOST_BOUND_STEPS = 500;
/** Cancellation from here on is worth a second series shifted towards the smallest eigenvalue. */
const WORTH_A_SHIFT = 100;
/** What cancellation may multiply rounding by under the status 'converged', Σ‖terms‖/‖x‖. */
const HARMLESS_CHEBYSHEV = 1e6;
const HARMLESS_TAYLOR = 500;

/** On [0, ‖A‖²]; again on [low, ‖A‖²] when a smallest eigenvalue well above 0 made the first series cancel. */
export function chebyshevFindings(problem: ExponentialProblem): ExponentialFindings {
  const { operator, b, exponent, monitor } = problem;
  const { smallest, largest, high } = spectrumBounds(problem, BOUND_STEPS);
  const time = ldexp(1, 2 * exponent);
  let series = chebyshevExponential(operator, b, { low: 0, high, time }, monitor);
  let shift = 0;
  if (series.reason === 'converged' && series.cancellation > WORTH_A_SHIFT) {
    shift = safeShift(problem, time * high) - 1 / time;
    // below 0 there is nothing to gain
    if (shift > 0) series = chebyshevExponential(operator, b, { low: shift, high, time }, monitor);
    else shift = 0;
  }
  const recurrence = 8 * UNIT_ROUNDOFF * monitor.iterations * series.cancellation;
  const rounding = recurrence + roundingEstimate(exponent, series.cancellation, shift, largest);
  const found = { method: 'chebyshev', shift, smallest, largest } as const;
  return { ...found, ...judged(series, rounding, HARMLESS_CHEBYSHEV) };
}

/**
 * A lower bound of the spectrum, which the interval of the series must not miss: outside it the polynomials explode. After
 * 4√(t‖A‖²) steps, fewer than a series takes, it is below the smallest eigenvalue by about 5/t.
 */
function safeShift(problem: ExponentialProblem, scaledNorm: number): number {
  const steps = Math.min(MOST_BOUND_STEPS, BOUND_STEPS + Math.ceil(4 * Math.sqrt(scaledNorm)));
  return spectrumBounds(problem, steps).low;
}

export function taylorFindings(problem: ExponentialProblem): ExponentialFindings {
  const { operator, b, exponent, monitor } = problem;
  const { smallest, largest } = spectrumBounds(problem, BOUND_STEPS);
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
