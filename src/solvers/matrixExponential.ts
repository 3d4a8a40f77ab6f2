/**
 * The matrix-exponential regression problem.
 */
import { toRangedTall } from '../core/csr';
import { SketchSolveError } from '../core/errors';
import { type MatrixLike, toVector, type VectorLike } from '../core/matrix';
import { checkTall } from '../core/sizes';
import { ldexp, norm2 } from '../dense/vector';
import { abortedError, Monitor } from '../iterative/stopping';
import { tallOperator } from '../iterative/tallOperator';
import { accuracyOf } from './accuracy';
import { directExponential } from './matrixExponentialDirect';
import { advance, lanczosFindings, lanczosIteration } from './matrixExponentialLanczos';
import {
  type MatrixExponentialOptions,
  type MatrixExponentialSettings,
  resolveExponentialOptions,
} from './matrixExponentialOptions';
import type { ExponentialFindings, ExponentialProblem } from './matrixExponentialProblem';
import type { MatrixExponentialResult, MatrixExponentialStatus } from './matrixExponentialResult';
import { cheapestMethod, PROBE_STEPS } from './matrixExponentialRoute';
import { chebyshevFindings, taylorFindings } from './matrixExponentialSeries';
import { normaliseInPlace, scaleBack } from './scaledVector';

/**
 * Minimises ‖exp(AᵀA)y − b‖ with the matrix exponential: y = exp(−AᵀA)b, returned as x and logScale with
 * y = x·exp(logScale), since y underflows once the smallest eigenvalue of AᵀA exceeds 745. Song, Yin & Zhang,
 * arXiv 2308.14304, whose odd and even powers are the terms of exp; here by Lanczos on AᵀA in bidiagonal form
 * (Golub & Kahan 1965; Hochbruck & Lubich, SINUM 34(5), 1997), shifted by its smallest Ritz value. A may be
 * rank-deficient.
 *
 * Rounding: ‖x‖-relative error about u·‖A‖(1 + σ_d)·‖b‖/‖x‖, u = 2⁻⁵², σ_d the smallest singular value: measured
 * 1e-15 at ‖A‖² = 1, 2e-14 at 100, 2e-13 at 1000, 3e-11 at 1e6, with eigenvalues even from 0 and random b. Entry by entry x is no better than this times ‖x‖: its part
 * along an eigenvector of a large eigenvalue λ is e^−λ small and has no correct digit once below that.
 *
 * @param A - n × d, n ≥ d, dense or sparse. Not modified.
 * @param b - length d. Not modified.
 * @returns `x` of length d and `stats.logScale`. Stopping early is a `status`, not an exception.
 * @throws {@link SketchSolveError} SHAPE, NOT_FINITE, INVALID_ARGUMENT, OUT_OF_RANGE, ABORTED
 *
 * Cost: k = min(d, 10 + √(27.6‖A‖²)) passes over A and O(k²d) for 'lanczos', and 2 to 3 times the passes for a smallest
 * eigenvalue well above 1, to be sure that b has no small part along a smaller one; O(nd² + d³) for 'direct'.
 */
export function solveMatrixExponential(
  A: MatrixLike,
  b: VectorLike,
  options: MatrixExponentialOptions = {},
): MatrixExponentialResult {
  const caller = 'solveMatrixExponential';
  const { A: tall, exponent } = toRangedTall(caller, 'A', A);
  const { rows: n, columns: d } = tall;
  checkTall(caller, n, d);
  const settings = resolveExponentialOptions(caller, options);
  const right = toVector(caller, 'b', b, d, 'A.columns').slice();
  if (settings.signal?.aborted) throw abortedError(caller, 0);
  const bExponent = normaliseInPlace(right);
  const bNorm = norm2(right, 0, d);
  if (bNorm === 0) return zeroResult(d, settings);
  for (let j = 0; j < d; j++) right[j] /= bNorm;
  const { tolerance, maxIterations, signal, onIteration, seed } = settings;
  const rules = { tolerance, maxIterations, signal, onIteration, history: undefined };
  // the error stays near 1 for most of the steps and falls at the end: that is no stagnation
  const monitor = new Monitor(caller, { ...rules, patience: Number.POSITIVE_INFINITY });
  const operator = tallOperator(tall);
  const problem: ExponentialProblem = { caller, A: tall, operator, exponent, b: right, seed, monitor };
  const findings = solveBy(problem, settings);
  for (let j = 0; j < d; j++) findings.x[j] *= bNorm;
  return dress(problem, findings, scaleBack(caller, findings.x, bExponent));
}

function solveBy(problem: ExponentialProblem, settings: MatrixExponentialSettings): ExponentialFindings {
  const { A, exponent, monitor } = problem;
  const { method, maxIterations } = settings;
  if (method === 'direct') return directExponential(problem);
  if (method === 'chebyshev') return chebyshevFindings(problem);
  if (method === 'taylor') return taylorFindings(problem);
  const iteration = lanczosIteration(problem);
  let reason = advance(iteration, monitor, method === 'auto' ? PROBE_STEPS : A.columns);
  if (reason === null) {
    const scaledNorm = ldexp(iteration.largest, 2 * exponent);
    const chosen = cheapestMethod(A, scaledNorm, monitor.tolerance, maxIterations);
    if (chosen === 'direct') return directExponential(problem);
    if (chosen === 'chebyshev') {
      const findings = chebyshevFindings(problem);
      if (findings.reason !== 'stagnated') return findings;
    }
    reason = advance(iteration, monitor, A.columns);
  }
  return lanczosFindings(problem, iteration, reason ?? 'converged');
}

function dress(
  { caller, operator, exponent, seed, monitor }: ExponentialProblem,
  findings: ExponentialFindings,
  x: Float64Array,
): MatrixExponentialResult {
  const { method, errorEstimate, shift, smallest, largest } = findings;
  const logScale = shift === 0 ? 0 : -ldexp(shift, 2 * exponent);
  if (!Number.isFinite(logScale)) {
    throw new SketchSolveError(
      'OUT_OF_RANGE',
      `${caller}: the smallest eigenvalue of AᵀA is about 2^${2 * exponent}, expected an answer whose logarithm is within the range of doubles; scale A`,
      { log2Scale: 2 * exponent },
    );
  }
  const status = statusOf(findings);
  return {
    x,
    status,
    converged: status === 'converged',
    stats: {
      method,
      iterations: monitor.iterations,
      passes: operator.passes + (method === 'direct' ? 1 : 0),
      logScale,
      errorEstimate,
      accuracy: accuracyOf(errorEstimate),
      normEstimate: ldexp(largest, 2 * exponent),
      smallestRitz: ldexp(smallest, 2 * exponent),
      seed,
    },
  };
}

function statusOf({ reason, errorEstimate }: ExponentialFindings): MatrixExponentialStatus {
  if (reason === 'stopped' || reason === 'max-iterations') return reason;
  if (reason !== 'converged') return 'stagnated';
  return errorEstimate < 1 ? 'converged' : 'ill-conditioned';
}

/** b = 0: x = 0 exactly, whatever A is. */
function zeroResult(d: number, { method, seed }: MatrixExponentialSettings): MatrixExponentialResult {
  return {
    x: new Float64Array(d),
    status: 'converged',
    converged: true,
    stats: {
      method: method === 'auto' ? 'lanczos' : method,
      iterations: 0,
      passes: 0,
      logScale: 0,
      errorEstimate: 0,
      accuracy: 'ok',
      normEstimate: 0,
      smallestRitz: 0,
      seed,
    },
  };
}
