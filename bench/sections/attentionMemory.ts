/** Peak memory of a process that solves where the kernel does not fit into the budget. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { solveAttentionKernel } from 'sketchsolve';
import { choiceOf } from '../support/attentionRun';
import { normalRows, normalVector } from '../support/randomData';
import type { Cell, Context, Section } from '../support/section';

const D = 16;
const BUDGET = 200e6;

interface Peak {
  readonly before: number;
  readonly after: number;
  readonly seconds: number;
  readonly chosen: string;
  readonly residual: number;
}

export const attentionMemory: Section = {
  name: 'attention-memory',
  shows: 'peak memory of a solve whose kernel is not stored, against n',
  seconds: { quick: 4, full: 310 },
  run(context) {
    const sizes = context.quick ? [2000, 4000] : [8000, 16_000];
    const peaks = sizes.map((n) => peakOf(n, context));
    const grown = peaks.map(({ before, after }) => after - before);
    const rows = peaks.map(({ before, after, seconds, chosen, residual }, k): Cell[] => [
      sizes[k],
      before.toFixed(0),
      after.toFixed(0),
      grown[k].toFixed(0),
      ((8 * sizes[k] ** 2) / 1e6).toFixed(0),
      seconds.toFixed(1),
      chosen,
      residual.toExponential(1),
    ]);
    const header = ['n', 'at the start', 'peak', 'difference', 'the kernel alone', 's', 'chosen', 'residual'];
    return {
      tables: [
        {
          title: `Normal rows, d = ${D}, τ = 4, ridge 1e-2, memoryBudget ${BUDGET / 1e6} MB; MB`,
          header,
          rows,
        },
      ],
      figures: [
        ...sizes.map((n, k) => ({ name: `n = ${n}: peak minus start`, value: grown[k], unit: 'MB' })),
        { name: `memory at n = ${sizes[1]} over n = ${sizes[0]}`, value: grown[1] / grown[0], unit: '×' },
      ],
    };
  },
};

function peakOf(n: number, { progress }: Context): Peak {
  progress(`n = ${n}`);
  const child = [process.argv[1], '--child', 'attention-memory', `${n}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, child, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`attention-memory: the child ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Prints its figures as JSON. */
export function attentionMemoryChild([size]: readonly string[]): void {
  const n = Number(size);
  const [A, b] = [normalRows(n, D, 1), normalVector(n, 2)];
  const before = peakMegabytes();
  const start = performance.now();
  const options = { temperature: Math.sqrt(D), ridge: 1e-2, memoryBudget: BUDGET };
  const result = solveAttentionKernel(A, b, options);
  const seconds = (performance.now() - start) / 1000;
  if (!result.converged) throw new Error(`attention-memory: ${result.status}`);
  const residual = result.stats.relativeResidual;
  const peak: Peak = { before, after: peakMegabytes(), seconds, chosen: choiceOf(result), residual };
  console.log(JSON.stringify(peak));
}

/** Largest resident set so far. That of getrusage counts what the parent held when it started this process. */
function peakMegabytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1000;
  } catch {
    return process.resourceUsage().maxRSS / 1000;
  }
}
