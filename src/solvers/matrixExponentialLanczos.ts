/**
 * exp(−tAᵀA)b by Lanczos, with what b sees of the spectrum too little to be sure of the answer.
 */
import { ldexp, norm2 } from '../dense/vector';
import { LanczosExponential } from '../iterative/lanczosExponential';
import type { Monitor, StopReason } from '../iterative/stopping';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import {
  type ExponentialFindings,
  type ExponentialProblem,
  roundingEstimate,
  spectrumBounds,
} from './matrixExponentialProblem';

/** Steps beyond those of b that look for an eigenvalue which b does not see, and their least number. */
const SEARCH_STEPS = 20;
const LEAST_SEARCH = 60;

/** The iteration for b, with a random start to ask for the smallest eigenvalue. */
export function lanczosIteration(problem: ExponentialProblem): LanczosExponential {
  const lowerBound = (steps: number) => spectrumBounds(problem, steps + SEARCH_STEPS).low;
  return new LanczosExponential(problem.operator, problem.b, problem.exponent, lowerBound);
}

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
  const errorEstimate = iteration.error + iteration.unseen + rounding + unseen;
  return { method: 'lanczos', x, shift: smallest, reason, errorEstimate, smallest, largest };
}

/**
 * The space of b was found invariant to rounding before it had d dimensions. An eigenvalue θ' below its smallest θ, which b
 * sees by rounding only, would add up to u·exp(t(θ − θ')) to x: θ' is looked for from a random start.
 */
function unseenPart(problem: ExponentialProblem, { lanczos }: LanczosExponential, smallest: number): number {
  const { exponent } = problem;
  const k = lanczos.size;
  const remainder = lanczos.betas[k - 1];
  if (!lanczos.complete || remainder === 0 || ldexp(smallest, 2 * exponent) <= 1) return 0;
  const found = spectrumBounds(problem, Math.max(k + SEARCH_STEPS, LEAST_SEARCH)).smallest;
  const gap = ldexp(Math.max(0, smallest - found), 2 * exponent);
  return gap <= 1 ? 0 : UNIT_ROUNDOFF * Math.exp(Math.min(gap, 700));
}
