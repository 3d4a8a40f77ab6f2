/** Interleaved timing: every round runs each contender once, so that a drift of the machine meets all. */
export interface Contender {
  readonly name: string;
  readonly run: () => void;
  /** Counted runs at the most; a slow peer may be given fewer. Default 15. */
  readonly runs?: number;
}

export interface Timing {
  readonly name: string;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runs: number;
}

const DISCARDED = 5;
const COUNTED = 15;

/** Times the contenders; those with fewer counted runs also warm up less (the check before counts as one). */
export function interleave(contenders: readonly Contender[]): Timing[] {
  const times = contenders.map(() => [] as number[]);
  for (let round = -DISCARDED; round < COUNTED; round++) {
    for (const [k, { run, runs = COUNTED }] of contenders.entries()) {
      const warmUps = Math.floor((DISCARDED * runs) / COUNTED);
      if (round < -warmUps || round >= runs) continue;
      const start = performance.now();
      run();
      if (round >= 0) times[k].push(performance.now() - start);
    }
  }
  return contenders.map(({ name }, k) => summary(name, times[k]));
}

function summary(name: string, times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const runs = sorted.length;
  return { name, runs, medianMs: sorted[runs >> 1], minMs: sorted[0], maxMs: sorted[runs - 1] };
}
