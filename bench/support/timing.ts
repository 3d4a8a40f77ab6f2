/** Interleaved timing: every round runs each contender once, so that a drift of the machine meets all. */
import type { Figure } from './section';

export interface Contender {
  readonly name: string;
  /** One run. One that is timed by another process resolves to its milliseconds there. */
  readonly run: () => unknown;
  /** Before the clock starts, every time. */
  readonly before?: () => unknown;
  /** Counted runs at the most; a slow peer may be given fewer. */
  readonly runs?: number;
  /** Runs between two readings of the clock, for those of microseconds; each counts an equal part. Default 1. */
  readonly repeats?: number;
}

export interface Timing {
  readonly name: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runs: number;
  /** By round. */
  readonly samples: readonly number[];
}

export interface Rounds {
  readonly discarded: number;
  readonly kept: number;
}

export const FULL_ROUNDS: Rounds = { discarded: 5, kept: 15 };
export const QUICK_ROUNDS: Rounds = { discarded: 2, kept: 5 };

/** Of two contenders, round by round. */
export interface Ratio {
  readonly median: number;
  /** Quartiles. */
  readonly low: number;
  readonly high: number;
}

/**
 * Times the contenders, starting each round with another one. Those with fewer counted runs also warm up less (the
 * check before counts as one).
 */
export async function interleave(
  contenders: readonly Contender[],
  { discarded, kept }: Rounds = FULL_ROUNDS,
): Promise<Timing[]> {
  const times = contenders.map(() => [] as number[]);
  for (let round = -discarded; round < kept; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const k = (turn + round + discarded) % contenders.length;
      const runs = Math.min(kept, contenders[k].runs ?? kept);
      const warmUps = Math.floor((discarded * runs) / kept);
      if (round < -warmUps || round >= runs) continue;
      const ms = await timed(contenders[k]);
      if (round >= 0) times[k].push(ms);
    }
  }
  return contenders.map(({ name }, k) => summary(name, times[k]));
}

async function timed({ run, before, repeats = 1 }: Contender): Promise<number> {
  await before?.();
  let result: unknown;
  const start = performance.now();
  for (let k = 0; k < repeats; k++) result = run();
  const ms = (performance.now() - start) / repeats;
  return result instanceof Promise ? await result : ms;
}

/** The contender, with an untimed run of its own right before each timed one. */
export function warmed(contender: Contender): Contender {
  const { run, before } = contender;
  return {
    ...contender,
    before: async () => {
      await before?.();
      await run();
      await before?.();
    },
  };
}

/** Runs that take about `ms`, once the code is compiled: after `warmMs` of them. */
export function repeatsFor(run: () => unknown, ms: number, warmMs: number): number {
  const start = performance.now();
  let runs = 0;
  let last = start;
  let before = start;
  for (; last - start < warmMs || runs < 3; runs++) {
    before = last;
    run();
    last = performance.now();
  }
  if (last - before > ms) return 1;
  const batch = Math.max(1, Math.ceil(runs / 20));
  const times = [0, 1, 2].map(() => {
    const begin = performance.now();
    for (let k = 0; k < batch; k++) run();
    return (performance.now() - begin) / batch;
  });
  return Math.max(1, Math.ceil(ms / Math.max(1e-5, Math.min(...times))));
}

/** Time of one contender over that of another. */
export function ratioOf(above: Timing, below: Timing): Ratio {
  const rounds = Math.min(above.runs, below.runs);
  const ratios = Array.from({ length: rounds }, (_, k) => above.samples[k] / below.samples[k]);
  const [low, median, high] = quartiles(ratios);
  return { median, low, high };
}

function summary(name: string, samples: readonly number[]): Timing {
  const [, medianMs] = quartiles(samples);
  return {
    name,
    medianMs,
    minMs: Math.min(...samples),
    maxMs: Math.max(...samples),
    runs: samples.length,
    samples,
  };
}

function quartiles(values: readonly number[]): [number, number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.25), at(0.5), at(0.75)];
}

/** 'median [least … largest]', in the unit given. */
export function timeText({ medianMs, minMs, maxMs }: Timing, unit: 'ms' | 'µs' = 'ms'): string {
  const scale = unit === 'ms' ? 1 : 1000;
  const [median, min, max] = [medianMs, minMs, maxMs].map((ms) => shortNumber(scale * ms));
  return `${median} [${min} … ${max}]`;
}

/** 'median [lower … upper quartile]' */
export function ratioText({ median, low, high }: Ratio): string {
  return `${shortNumber(median)} [${shortNumber(low)} … ${shortNumber(high)}]`;
}

export function timeFigure(name: string, { medianMs, minMs, maxMs }: Timing): Figure {
  return { name, value: medianMs, unit: 'ms', spread: [minMs, maxMs] };
}

export function ratioFigure(name: string, { median, low, high }: Ratio): Figure {
  return { name, value: median, unit: '×', spread: [low, high] };
}

/** Three digits, more where the integer part has more. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || value === 0) return value.toFixed(0);
  if (size < 0.01) return value.toExponential(1);
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
