/** One timed solve of an attention case, and how figures are printed. */

import { type AttentionKernelOptions, type AttentionKernelResult, solveAttentionKernel } from 'sketchsolve';
import type { AttentionCase } from './attentionCases';
import { type Contender, interleave, type Rounds, shortNumber, type Timing, timeText } from './timing';

/** How the solver is told to do it. */
export type Forced = Pick<AttentionKernelOptions, 'method' | 'preconditioner' | 'rank'>;

export interface Run extends Timing {
  readonly result: AttentionKernelResult;
}

const STEP_LIMIT = 1000;
const SLOW = 2;

export function solveCase({ A, b, options }: AttentionCase, forced: Forced = {}): AttentionKernelResult {
  return solveAttentionKernel(A, b, { tolerance: 1e-10, maxIterations: STEP_LIMIT, ...options, ...forced });
}

/** x·exp(logScale) */
export function solutionOf({ x, stats }: AttentionKernelResult): Float64Array {
  return x.map((entry) => entry * Math.exp(stats.logScale));
}

/** To the tolerance, or to where the residual is rounding: the right-hand side then allows no solver more. */
export function isSolved({ status }: AttentionKernelResult): boolean {
  return status === 'converged' || status === 'backward-stable';
}

/** Times what solves the problem, interleaved; a contender whose first run took twice the fastest one has one counted run. */
export async function compare(
  problem: AttentionCase,
  contenders: Readonly<Record<string, Forced>>,
  runs: number,
  rounds: Rounds,
): Promise<ReadonlyMap<string, Run | AttentionKernelResult>> {
  const first = Object.entries(contenders).map(([name, forced]) => {
    const start = performance.now();
    const result = solveCase(problem, forced);
    return { name, forced, result, time: performance.now() - start };
  });
  const solved = first.filter(({ result }) => isSolved(result));
  const fastest = Math.min(...solved.map(({ time }) => time));
  const timings = await interleave(
    solved.map(({ name, forced, time }): Contender => {
      return { name, runs: time > SLOW * fastest ? 1 : runs, run: () => solveCase(problem, forced) };
    }),
    rounds,
  );
  const byName = new Map(timings.map((timing) => [timing.name, timing]));
  return new Map(
    first.map(({ name, result }) => {
      const timing = byName.get(name);
      return [name, timing === undefined ? result : { ...timing, result }];
    }),
  );
}

export function isTimed(run: Run | AttentionKernelResult | undefined): run is Run {
  return run !== undefined && 'medianMs' in run;
}

/** Infinite for a contender that did not solve it. */
export function medianOf(run: Run | AttentionKernelResult | undefined): number {
  return isTimed(run) ? run.medianMs : Number.POSITIVE_INFINITY;
}

/** The result of a contender, timed or not. */
export function resultOf(outcome: Run | AttentionKernelResult | undefined): AttentionKernelResult {
  if (outcome === undefined) throw new Error('attention: a contender was not run');
  return isTimed(outcome) ? outcome.result : outcome;
}

/** Its time, or why it has none; with the least and largest, or the median alone. */
export function timeOf(outcome: Run | AttentionKernelResult | undefined, full = true): string {
  if (!isTimed(outcome)) return resultOf(outcome).status;
  return full ? timeText(outcome) : shortNumber(outcome.medianMs);
}

/** Method, preconditioner, rank, steps. */
export function choiceOf({ stats }: AttentionKernelResult): string {
  const { method, preconditioner, rank, iterations } = stats;
  return method === 'direct'
    ? `direct, ${iterations} steps`
    : `${preconditioner} ${rank}, ${iterations} steps`;
}
