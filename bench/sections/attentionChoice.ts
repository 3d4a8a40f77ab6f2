/** What the solver chooses by itself against every forced choice, on kernels of many kinds. */
import type { AttentionKernelResult } from 'sketchsolve';
import { type AttentionCase, choiceCases } from '../support/attentionCases';
import {
  choiceOf,
  compare,
  type Forced,
  isTimed,
  medianOf,
  type Run,
  resultOf,
  timeOf,
} from '../support/attentionRun';
import type { Context, Figure, Section } from '../support/section';

const RUNS = 3;

export const attentionChoice: Section = {
  name: 'attention-choice',
  shows: 'the automatic choice of method and preconditioner against eight forced ones on twelve kernels',
  seconds: { quick: 8, full: 300 },
  async run(context) {
    const n = context.quick ? 300 : 2000;
    const cases = choiceCases(n).filter(({ A }) => !context.quick || A.rows <= 600);
    const results: ChoiceRow[] = [];
    for (const problem of cases) results.push(await choiceRow(problem, context));
    const title =
      'Median ms (steps) of each choice that solved to 1e-10 within 1000 steps, or (*) to a residual of rounding size;\n' +
      `n = ${n} where the rows are not data`;
    const header = ['case', 'chosen', ...Object.keys(forcedChoices(1)), 'auto/best', 'auto/none'];
    const spreads = {
      'auto over best': spread(results.map((r) => r.toBest)),
      'auto over none': spread(results.map((r) => r.toNone)),
    };
    return {
      tables: [
        { title, header, rows: results.map(({ cells }) => cells) },
        {
          title: 'The two ratios over all cases',
          header: ['ratio', 'median', 'p90', 'worst'],
          rows: Object.entries(spreads).map(([name, values]) => [
            name,
            ...values.map((value) => value.toFixed(2)),
          ]),
        },
      ],
      figures: Object.entries(spreads).flatMap(([name, values]) =>
        ['median', 'p90', 'worst'].map(
          (at, k): Figure => ({ name: `${name}: ${at}`, value: values[k], unit: '×' }),
        ),
      ),
    };
  },
};

interface ChoiceRow {
  readonly cells: readonly string[];
  readonly toBest: number;
  readonly toNone: number;
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

async function choiceRow(problem: AttentionCase, { progress, rounds }: Context): Promise<ChoiceRow> {
  progress(problem.name);
  const outcomes = await compare(problem, forcedChoices(problem.A.rows), RUNS, rounds);
  const auto = outcomes.get('auto');
  const forced = [...outcomes].filter(([name]) => name !== 'auto');
  const toBest = medianOf(auto) / Math.min(...forced.map(([, outcome]) => medianOf(outcome)));
  const none = outcomes.get('none');
  const toNone = isTimed(none) ? medianOf(auto) / none.medianMs : Number.NaN;
  const times = [...outcomes.values()].map(
    (outcome) => `${timeOf(outcome, false)} (${resultOf(outcome).stats.iterations})${mark(outcome)}`,
  );
  const ratios = [toBest.toFixed(2), isTimed(none) ? toNone.toFixed(2) : '–'];
  return { cells: [problem.name, choiceOf(resultOf(auto)), ...times, ...ratios], toBest, toNone };
}

/** Median, 90th percentile, largest. NaN stands for a ratio to a choice that did not solve the problem. */
function spread(ratios: readonly number[]): number[] {
  const sorted = ratios.filter((ratio) => !Number.isNaN(ratio)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return [at(0.5), at(0.9), at(1)];
}

function mark(outcome: Run | AttentionKernelResult | undefined): string {
  return resultOf(outcome).status === 'backward-stable' ? '*' : '';
}
