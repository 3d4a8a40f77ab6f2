/** Sections 'clusters' and 'choice': what the solver chooses by itself against forced choices. */

import type { AttentionKernelResult } from 'sketchsolve';
import { printTable } from '../../examples/support/table';
import { type AttentionCase, choiceCases, clusterRows, normalVector } from './attentionCases';
import { choiceOf, compare, type Forced, isTimed, medianOf, type Run, range } from './attentionRun';

type Outcome = Run | AttentionKernelResult | undefined;

const CLUSTER_RUNS = 5;
const CHOICE_RUNS = 3;
/** Steps allowed at each n, and the largest time of 'auto' over the better forced choice. */
const CLUSTER_LIMITS: readonly [n: number, steps: number][] = [
  [2000, 100],
  [4000, 130],
];
const CLUSTER_RATIO = 1.3;

const CLUSTER_CHOICES: Readonly<Record<string, Forced>> = {
  auto: {},
  'pivoted-cholesky 200': { method: 'pcg', preconditioner: 'pivoted-cholesky', rank: 200 },
  none: { method: 'pcg', preconditioner: 'none' },
};

export function clustersSection(): void {
  console.log(
    'Five clusters of unit rows, d = 100, λ = 1e-2 absolute, tolerance 1e-10; ms, median [min … max]\n',
  );
  const rows = CLUSTER_LIMITS.flatMap(([n, limit]) => clusterTable(n, limit));
  printTable(['n', 'choice', 'result', 'ms', 'runs', 'auto/best forced', 'auto/none', 'holds'], rows);
}

function clusterTable(n: number, limit: number): (string | number)[][] {
  console.error(`clusters: n = ${n} …`);
  const options = { ridge: 1e-2, ridgeKind: 'absolute' } as const;
  const problem = { name: `clusters, n = ${n}`, A: clusterRows(n, 14), b: normalVector(n, 17), options };
  const outcomes = compare(problem, CLUSTER_CHOICES, CLUSTER_RUNS);
  const [auto, ...forced] = [...outcomes.values()].map(medianOf);
  const ratio = auto / Math.min(...forced);
  return [...outcomes].map(([name, outcome]) => {
    const { stats } = resultOf(outcome);
    const verdict = stats.iterations <= limit && ratio <= CLUSTER_RATIO ? 'yes' : 'NO';
    const figures =
      name === 'auto'
        ? [ratio.toFixed(2), (auto / medianOf(outcomes.get('none'))).toFixed(2), verdict]
        : ['', '', ''];
    const runs = isTimed(outcome) ? outcome.runs : 0;
    return [n, name, choiceOf(resultOf(outcome)), time(outcome), runs, ...figures];
  });
}

const ranked = (preconditioner: 'pivoted-cholesky' | 'nystrom' | 'afn', rank: number, n: number): Forced => ({
  method: 'pcg',
  preconditioner,
  rank: Math.min(rank, n),
});

function forcedChoices(n: number): Record<string, Forced> {
  return {
    auto: {},
    none: { method: 'pcg', preconditioner: 'none' },
    'piv. 50': ranked('pivoted-cholesky', 50, n),
    'piv. 200': ranked('pivoted-cholesky', 200, n),
    'piv. 800': ranked('pivoted-cholesky', 800, n),
    'nystrom 200': ranked('nystrom', 200, n),
    'afn 200': ranked('afn', 200, n),
    'afn 800': ranked('afn', 800, n),
    direct: { method: 'direct' },
  };
}

export function choiceSection(): void {
  console.log(
    'Median ms (steps) of each choice that solved to 1e-10 within 1000 steps, or (*) to a residual of rounding size;\n' +
      'n = 2000 where not said\n',
  );
  const cases = choiceCases();
  const results = cases.map((problem) => {
    console.error(`choice: ${problem.name} …`);
    const row = choiceRow(problem);
    console.error(`  ${row.cells.slice(1).join(' | ')}`);
    return row;
  });
  const names = Object.keys(forcedChoices(1));
  printTable(
    ['case', 'chosen', ...names, 'auto/best', 'auto/none'],
    results.map(({ cells }) => cells),
  );
  console.log();
  printTable(
    ['ratio', 'median', 'p90', 'worst'],
    [
      ['auto/best', ...spread(results.map(({ toBest }) => toBest))],
      ['auto/none', ...spread(results.map(({ toNone }) => toNone))],
    ],
  );
}

function choiceRow(problem: AttentionCase) {
  const outcomes = compare(problem, forcedChoices(problem.A.rows), CHOICE_RUNS);
  const auto = outcomes.get('auto');
  const best = Math.min(
    ...[...outcomes].filter(([name]) => name !== 'auto').map(([, outcome]) => medianOf(outcome)),
  );
  const toBest = medianOf(auto) / best;
  const none = outcomes.get('none');
  const toNone = isTimed(none) ? medianOf(auto) / none.medianMs : Number.NaN;
  const times = [...outcomes.values()].map(
    (outcome) => `${time(outcome, false)} (${resultOf(outcome).stats.iterations})${mark(outcome)}`,
  );
  const cells = [
    problem.name,
    choiceOf(resultOf(auto)),
    ...times,
    toBest.toFixed(2),
    isTimed(none) ? toNone.toFixed(2) : '–',
  ];
  return { cells, toBest, toNone };
}

/** NaN stands for a ratio to a choice that did not solve the problem. */
function spread(ratios: readonly number[]): string[] {
  const sorted = ratios.filter((ratio) => !Number.isNaN(ratio)).sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2);
  return [at(0.5), at(0.9), sorted[sorted.length - 1].toFixed(2)];
}

function mark(outcome: Outcome): string {
  return resultOf(outcome).status === 'backward-stable' ? '*' : '';
}

function time(outcome: Outcome, full = true): string {
  if (!isTimed(outcome)) return resultOf(outcome).status;
  return full ? range(outcome) : outcome.medianMs.toFixed(0);
}

function resultOf(outcome: Outcome): AttentionKernelResult {
  if (outcome === undefined) throw new Error('choice: a contender was not run');
  return isTimed(outcome) ? outcome.result : outcome;
}
