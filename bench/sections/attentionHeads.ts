/**
 * The third open question of Song, Yin & Zhang (arXiv 2308.14304): the kernel of several heads, one by one and summed, and
 * the normalised kernel of softmax.
 */
import { type AttentionKernelResult, type Matrix, solveAttentionKernel } from 'sketchsolve';
import { digits } from '../support/attentionCases';
import { isSolved } from '../support/attentionRun';
import { splitHeads } from '../support/heads';
import { normalisedKernels } from '../support/normalisedRuns';
import { normalRows, normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section, Series, Table } from '../support/section';
import { largest, median, range } from '../support/statistics';
import { MOST_FEATURES, type SummedOutcome, summedContenders } from '../support/summedRuns';
import { interleave, ratioFigure, ratioOf, ratioText, shortNumber, timeText } from '../support/timing';

const HEADS = [1, 2, 4, 8, 16];
const QUICK_HEADS = [1, 4, 16];
const D = 64;
const RIDGE = 1e-2;
const LIMITS = { tolerance: 1e-10, maxIterations: 1000 };
/** Of the automatic choice; what is forced is timed once. */
const RUNS = 5;
const METHODS = ['auto', 'pcg'] as const;
type Method = (typeof METHODS)[number];

interface Case {
  readonly name: string;
  readonly A: Matrix;
}

interface Part {
  readonly tables: readonly Table[];
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
}

export const attentionHeads: Section = {
  name: 'attention-heads',
  shows: 'several heads, one by one and summed, and the normalised kernel: steps, time, condition',
  seconds: { quick: 5, full: 150 },
  async run(context) {
    const { quick } = context;
    const cases = (n: number): Case[] => [
      { name: 'normal rows', A: normalRows(n, D, 41) },
      { name: 'digits', A: firstRows(digits(), n) },
    ];
    const [alone, summed] = [cases(quick ? 300 : 2000), cases(quick ? 200 : 1000)];
    const parts: Part[] = [];
    for (const problem of alone) parts.push(await oneByOne(problem, context));
    for (const problem of summed) parts.push(await sum(problem, context));
    const last = await normalisedKernels(context);
    return {
      tables: [...parts.flatMap(({ tables }) => tables), ...last.tables],
      figures: [...parts.flatMap(({ figures }) => figures), ...last.figures],
      series: parts.flatMap(({ series }) => series),
      chart: {
        title: `Steps to 1e-10 against the number of heads (ridge ${RIDGE})`,
        x: { name: 'heads', unit: '', scale: 'log' },
        y: { name: 'steps of conjugate gradients', unit: '', scale: 'log' },
      },
    };
  },
};

function firstRows({ rows, columns, data }: Matrix, n: number): Matrix {
  const count = Math.min(n, rows);
  return { rows: count, columns, data: data.slice(0, count * columns) };
}

function temperatureOf(heads: number): number {
  return Math.sqrt(D / heads);
}

/** All heads solved in one call, by the automatic choice and by iteration whatever that is. */
async function oneByOne({ name, A }: Case, { progress, rounds, quick }: Context): Promise<Part> {
  progress(`${name}, one by one`);
  const runs = (quick ? QUICK_HEADS : HEADS).flatMap((count) => {
    const heads = splitHeads(A, count);
    return METHODS.map((method) => ({ count, method, solve: () => solveHeads(heads, method) }));
  });
  const results = runs.map(({ count, solve }) => {
    const solved = solve();
    const failed = solved.find((result) => !isSolved(result));
    if (failed !== undefined) throw new Error(`heads: ${name}, ${count} heads: ${failed.status}`);
    return solved;
  });
  const timings = await interleave(
    runs.map(({ method, solve }, k) => {
      return { name: `${k}`, run: solve, runs: quick || method === 'pcg' ? 1 : RUNS };
    }),
    rounds,
  );
  const tables = METHODS.map((method): Table => {
    const rows = runs.flatMap((run, k) => {
      if (run.method !== method) return [];
      const ratio = ratioOf(timings[k], timings[METHODS.indexOf(method)]);
      return [[`${run.count}`, ...summary(results[k]), timeText(timings[k]), ratioText(ratio)]];
    });
    return { title: aloneTitle(name, A.rows, method), header: ALONE_HEADER, rows };
  });
  const figures = runs.flatMap(({ count, method }, k): Figure[] => {
    const label = `${name}, ${method}, ${count} heads`;
    const ratio = ratioOf(timings[k], timings[METHODS.indexOf(method)]);
    return [
      { name: `${label}: median steps`, value: medianSteps(results[k]), unit: '' },
      { name: `${label}: time`, value: timings[k].medianMs, unit: 'ms' },
      ratioFigure(`${label}: time over that of one head`, ratio),
    ];
  });
  const points = runs.flatMap(({ count, method }, k) =>
    method === 'pcg' ? [[count, Math.max(1, medianSteps(results[k]))] as const] : [],
  );
  return { tables, figures, series: [{ name: `${name}, each head`, points, role: 'ours' }] };
}

const ALONE_HEADER = [
  'heads',
  'steps, median',
  'largest',
  'chosen',
  'condition, median',
  'ms, all heads',
  'over one head',
];

function aloneTitle(name: string, n: number, method: Method): string {
  const how = method === 'auto' ? 'automatic choice' : "method 'pcg', timed once";
  return (
    `${name}, heads one by one, ${how}: n = ${n}, ${D}/H columns and temperature √(${D}/H) a head,\n` +
    `ridge ${RIDGE} relative, tolerance 1e-10; condition as estimated, of the kernel scaled to unit diagonal`
  );
}

function solveHeads(heads: readonly Matrix[], method: Method): AttentionKernelResult[] {
  const sides = heads.map(({ rows }, h) => normalVector(rows, 51 + h));
  const temperature = temperatureOf(heads.length);
  return solveAttentionKernel(heads, sides, { temperature, ridge: RIDGE, method, ...LIMITS });
}

function medianSteps(results: readonly AttentionKernelResult[]): number {
  return median(results.map(({ stats }) => stats.iterations));
}

function summary(results: readonly AttentionKernelResult[]): Cell[] {
  const steps = results.map(({ stats }) => stats.iterations);
  const conditions = results.map(({ stats }) => stats.conditionEstimate);
  return [
    shortSteps(median(steps)),
    `${largest(steps)}`,
    choices(results),
    median(conditions).toExponential(1),
  ];
}

function shortSteps(steps: number): string {
  return Number.isInteger(steps) ? `${steps}` : steps.toFixed(1);
}

/** What was chosen, with the range of its ranks, and how many times where not for all. */
function choices(results: readonly AttentionKernelResult[]): string {
  const kinds = results.map(({ stats: { method, preconditioner } }) =>
    method === 'direct' ? method : preconditioner,
  );
  return [...new Set(kinds)]
    .map((kind) => {
      const ranks = results.filter((_, k) => kinds[k] === kind).map(({ stats }) => stats.rank);
      const [low, high] = [-largest(ranks.map((rank) => -rank)), largest(ranks)];
      const size = kind === 'direct' || kind === 'none' ? '' : low === high ? ` ${low}` : ` ${low}–${high}`;
      return `${kind}${size}${ranks.length < results.length ? ` (${ranks.length})` : ''}`;
    })
    .join(', ');
}

async function sum({ name, A }: Case, context: Context): Promise<Part> {
  context.progress(`${name}, summed`);
  const counts = context.quick ? QUICK_HEADS : HEADS;
  const outcomes: (readonly SummedOutcome[])[] = [];
  for (const count of counts) {
    const problem = { heads: splitHeads(A, count), temperature: temperatureOf(count), ridge: RIDGE };
    outcomes.push(await summedContenders(problem, LIMITS, context));
  }
  const names = outcomes[0].map((outcome) => outcome.name);
  const cell = ({ steps, ms }: SummedOutcome) => {
    if (ms === undefined) return '–';
    return steps === undefined ? shortNumber(ms) : `${steps} (${shortNumber(ms)})`;
  };
  const figures = outcomes.flatMap((row, k) =>
    row.flatMap(({ name: way, steps, ms }): Figure[] => {
      const label = `${name} summed, ${counts[k]} heads, ${way}`;
      return [
        ...(steps === undefined ? [] : [{ name: `${label}: steps`, value: steps, unit: '' }]),
        ...(ms === undefined ? [] : [{ name: `${label}: time`, value: ms, unit: 'ms' }]),
      ];
    }),
  );
  const title =
    `${name}, heads summed: M = ΣK_h + ${RIDGE}·diag(ΣK_h) formed, n = ${A.rows}; steps (ms, set-up included, forming M not),\n` +
    `'–': not in ${LIMITS.maxIterations} steps, fewer columns than the series has degrees, or more than ${MOST_FEATURES} columns in all (not tried)`;
  return {
    tables: [
      {
        title,
        header: ['heads', ...names],
        rows: outcomes.map((row, k) => [`${counts[k]}`, ...row.map(cell)]),
      },
    ],
    figures,
    series: name === 'normal rows' ? sumLines(counts, outcomes) : [],
  };
}

/** Of the iterations that arrived for all numbers of heads: the names of shorter lines would lie on others. */
function sumLines(counts: readonly number[], outcomes: readonly (readonly SummedOutcome[])[]): Series[] {
  return outcomes[0]
    .map(({ name: way }, c) => ({
      name: `normal rows, sum: ${way}`,
      points: range(outcomes.length).flatMap((k) => {
        const { steps } = outcomes[k][c];
        return steps === undefined ? [] : [[counts[k], Math.max(1, steps)] as const];
      }),
    }))
    .filter(({ points }) => points.length === counts.length);
}
