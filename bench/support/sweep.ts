/** The time of several methods for one problem against one parameter, and the exponents claimed for them. */
import { agree } from './agreement';
import { logLogSlope, type Slope } from './fit';
import type { Context, Table } from './section';
import { interleave, shortNumber } from './timing';

/** What the exponent may be. */
export interface Claim {
  readonly text: string;
  readonly atLeast?: number;
  readonly atMost: number;
}

export const LINEAR: Claim = { text: 'at most 1.1', atMost: 1.1 };
export const QUADRATIC: Claim = { text: 'at most 2.1', atMost: 2.1 };
export const FREE: Claim = { text: '0 ± 0.05', atLeast: -0.05, atMost: 0.05 };
/** Passes over A take nd, factors nd² or less, what is d × d takes d³. */
export const COLUMNS: Claim = { text: 'at most 3', atMost: 3 };

export interface Entrant {
  /** Its answer. */
  readonly run: () => ArrayLike<number>;
  /** Of its answer to that of the first entrant; Infinity: it answers another question. Default 1e-6. */
  readonly agreement?: number;
}

export interface Sweep {
  readonly problem: string;
  readonly parameter: string;
  /** What is held fixed. */
  readonly given: string;
  readonly values: readonly number[];
  /** By method; null for one that is measured without a claim. */
  readonly claims: Readonly<Record<string, Claim | null>>;
  /** By method; one may be missing at some values. */
  prepare(value: number): Readonly<Record<string, Entrant>>;
}

export interface Swept {
  readonly sweep: Sweep;
  /** Milliseconds, by method. */
  readonly points: Readonly<Record<string, readonly (readonly [value: number, ms: number])[]>>;
}

const RUNS = 5;
const QUICK_RUNS = 3;
/** Milliseconds between two readings of the clock. */
const READING = 20;
const QUICK_READING = 2;

export async function measureSweep(sweep: Sweep, { quick, rounds, progress }: Context): Promise<Swept> {
  const points: Record<string, [number, number][]> = {};
  const runs = quick ? QUICK_RUNS : RUNS;
  for (const value of sweep.values) {
    progress(`${sweep.problem}: ${sweep.parameter} = ${value}`);
    const entrants = Object.entries(sweep.prepare(value));
    const answers = entrants.map(([, { run }]) => run());
    const repeats = entrants.map(([, { run }]) => runsFor(run, quick ? QUICK_READING : READING));
    for (const [k, [name, { agreement = 1e-6 }]] of entrants.entries())
      if (agreement < Number.POSITIVE_INFINITY)
        agree(`${sweep.problem}, ${sweep.parameter} = ${value}, ${name}`, answers[k], answers[0], agreement);
    const timings = await interleave(
      entrants.map(([name, { run }], k) => ({ name, run, runs, repeats: repeats[k] })),
      rounds,
    );
    for (const { name, medianMs } of timings) {
      points[name] ??= [];
      points[name].push([value, medianMs]);
    }
  }
  return { sweep, points };
}

/** Runs that take about so many milliseconds together, by one that is timed. */
function runsFor(run: () => unknown, ms: number): number {
  const start = performance.now();
  run();
  return Math.max(1, Math.ceil(ms / (performance.now() - start)));
}

export interface Exponent extends Slope {
  readonly problem: string;
  readonly method: string;
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
  readonly claim: Claim | null;
}

export function exponentsOf({ sweep, points }: Swept): Exponent[] {
  const { problem, parameter, claims } = sweep;
  return Object.entries(points).map(([method, line]) => {
    const [[from], [to]] = [line[0], line[line.length - 1]];
    return { problem, method, parameter, from, to, claim: claims[method], ...logLogSlope(line) };
  });
}

/** What the slope itself says; how sure it is stands beside it. */
export function verdict(slope: number, { atLeast = Number.NEGATIVE_INFINITY, atMost }: Claim): 'yes' | 'NO' {
  return slope >= atLeast && slope <= atMost ? 'yes' : 'NO';
}

export function sweepTable({ sweep, points }: Swept): Table {
  const methods = Object.keys(points);
  const at = (method: string, value: number) => points[method].find(([x]) => x === value)?.[1];
  return {
    title: `${sweep.problem} against ${sweep.parameter}, ${sweep.given}; ms, medians`,
    header: [sweep.parameter, ...methods],
    rows: sweep.values.map((value) => [
      valueText(value),
      ...methods.map((method) => {
        const ms = at(method, value);
        return ms === undefined ? '' : shortNumber(ms);
      }),
    ]),
  };
}

export function valueText(value: number): string {
  return value >= 1e7 ? value.toExponential(0) : `${value}`;
}

/** As far as doubles allow. */
const ENDS = ['converged', 'ill-conditioned', 'backward-stable'];

/** Throws where a solver stopped short: its time would be that of nothing. */
export function answerOf({ x, status }: { readonly x: Float64Array; readonly status: string }): Float64Array {
  if (!ENDS.includes(status)) throw new Error(`scaling: ${status}`);
  return x;
}
