/**
 * exp(−tAᵀA)b by Lanczos, with the choice of another method after a few of its steps.
 */
import { ldexp, norm2 } from '../dense/vector';
import { LanczosExponential } from '../iterative/lanczosExponential';
import type { StopReason } from '../iterative/stopping';
import { Monitor, UNIT_ROUNDOFF } from '../iterative/stopping';
import {
  type ExponentialFindings,
  type ExponentialProblem,
  randomStart,
  roundingEstimate,
} from './matrixExponentialProblem';

/** Steps beyond those of b that look for an eigenvalue which b does not see. */
const SEARCH_STEPS = 20;

/** Steps until a reason to stop or until there are `steps` of them. */
export function advance(iteration: LanczosExponential, monitor: Monitor, steps: number): StopReason | null {
  let reason: StopReason | null = null;
  while (reason === null && iteration.lanczos.size < steps) reason = iteration.step(monitor);
  return reason;
}

/** The answer of an iteration that has ended. */
export function lanczosFindings(
  problem: ExponentialProblem,
  iteration: LanczosExponential,
  reason: StopReason,
): ExponentialFindings {
  const { x, smallest, largest } = iteration.solution();
  const loss = 1 / norm2(x, 0, x.length);
  const rounding = roundingEstimate(problem.exponent, loss, smallest, largest);
  const unseen = unseenPart(problem, iteration, smallest) * loss;
  const errorEstimate = iteration.error + rounding + unseen;
  return { method: 'lanczos', x, shift: smallest, reason, errorEstimate, smallest, largest };
}

/**
 * The space of b was found invariant to rounding before it had d dimensions. An eigenvalue θ' below its smallest θ, which b
 * sees by rounding only, would add up to u·exp(t(θ − θ')) to x: θ' is looked for from a random start.
 */
function unseenPart(
  { operator, exponent, seed, monitor }: ExponentialProblem,
  { lanczos }: LanczosExponential,
  smallest: number,
): number {
  const k = lanczos.size;
  const remainder = lanczos.betas[k - 1];
  if (!lanczos.complete || remainder === 0 || ldexp(smallest, 2 * exponent) <= 1) return 0;
  const search = new LanczosExponential(operator, randomStart(seed, operator.columns), exponent);
  const silent = new Monitor('', {
    tolerance: monitor.tolerance,
    maxIterations: k + SEARCH_STEPS,
    signal: undefined,
    onIteration: undefined,
    history: undefined,
    patience: Number.POSITIVE_INFINITY,
  });
  advance(search, silent, k + SEARCH_STEPS);
  const gap = ldexp(Math.max(0, smallest - search.smallest), 2 * exponent);
  return gap <= 1 ? 0 : UNIT_ROUNDOFF * Math.exp(Math.min(gap, 700));
}
