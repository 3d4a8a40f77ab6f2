/** Five clusters of rows: the solver's own choice against the preconditioners that suit them best. */
import { clusterRows } from '../support/attentionCases';
import { choiceOf, compare, type Forced, isTimed, medianOf, resultOf, timeOf } from '../support/attentionRun';
import { normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';

const RUNS = 5;
/** Steps allowed at each n, and the largest time of 'auto' over the better forced choice. */
const LIMITS: readonly [n: number, steps: number][] = [
  [2000, 100],
  [4000, 130],
];
const QUICK_LIMITS: readonly [n: number, steps: number][] = [[800, 100]];
const LARGEST_RATIO = 1.3;

const CHOICES: Readonly<Record<string, Forced>> = {
  auto: {},
  'pivoted-cholesky 200': { method: 'pcg', preconditioner: 'pivoted-cholesky', rank: 200 },
  none: { method: 'pcg', preconditioner: 'none' },
};

export const attentionClusters: Section = {
  name: 'attention-clusters',
  shows: 'five clusters of unit rows: the automatic choice against a low-rank preconditioner and none',
  seconds: { quick: 2, full: 120 },
  async run(context) {
    const [rows, figures]: [Cell[][], Figure[]] = [[], []];
    for (const [n, limit] of context.quick ? QUICK_LIMITS : LIMITS) {
      const found = await atSize(n, limit, context);
      rows.push(...found.rows);
      figures.push(...found.figures);
    }
    const title =
      'Five clusters of unit rows, d = 100, λ = 1e-2 absolute, tolerance 1e-10; ms, median [min … max]';
    const header = ['n', 'choice', 'result', 'ms', 'runs', 'auto/best forced', 'auto/none', 'holds'];
    return { tables: [{ title, header, rows }], figures };
  },
};

async function atSize(n: number, limit: number, { progress, rounds }: Context) {
  progress(`n = ${n}`);
  const options = { ridge: 1e-2, ridgeKind: 'absolute' } as const;
  const problem = { name: `clusters, n = ${n}`, A: clusterRows(n, 14), b: normalVector(n, 17), options };
  const outcomes = await compare(problem, CHOICES, RUNS, rounds);
  const [auto, ...forced] = [...outcomes.values()].map(medianOf);
  const toBest = auto / Math.min(...forced);
  const toNone = auto / medianOf(outcomes.get('none'));
  const rows = [...outcomes].map(([name, outcome]): Cell[] => {
    const { stats } = resultOf(outcome);
    const verdict = stats.iterations <= limit && toBest <= LARGEST_RATIO ? 'yes' : 'NO';
    const ratios = name === 'auto' ? [toBest.toFixed(2), toNone.toFixed(2), verdict] : ['', '', ''];
    const runs = isTimed(outcome) ? outcome.runs : 0;
    return [n, name, choiceOf(resultOf(outcome)), timeOf(outcome), runs, ...ratios];
  });
  const figures: Figure[] = [
    { name: `n = ${n}: auto over best forced`, value: toBest, unit: '×' },
    { name: `n = ${n}: auto over none`, value: toNone, unit: '×' },
  ];
  return { rows, figures };
}
