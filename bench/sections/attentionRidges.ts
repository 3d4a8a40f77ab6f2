/** A path of eight ridges with one prepared kernel. */

import { prepareAttentionKernel } from 'sketchsolve';
import { relativeDistance } from '../support/agreement';
import { type AttentionCase, clusterRows, radioMap } from '../support/attentionCases';
import { isSolved, solutionOf, solveCase } from '../support/attentionRun';
import { normalRows, normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';
import { interleave, ratioFigure, ratioOf, ratioText, timeText } from '../support/timing';

const RIDGES = Array.from({ length: 8 }, (_, k) => 10 ** (-4 + (4 * k) / 7));
const RUNS = 5;

interface Row {
  readonly cells: readonly Cell[];
  readonly figures: readonly Figure[];
}

export const attentionRidges: Section = {
  name: 'attention-ridges',
  shows: 'a path of eight ridges against eight separate solves',
  seconds: { quick: 4, full: 120 },
  async run(context) {
    const n = context.quick ? 300 : 2000;
    const cases = [
      { name: 'radio map', ...radioMap(n), options: {} },
      { name: 'cloud d = 3', A: normalRows(n, 3, 11), b: normalVector(n, 17), options: {} },
      { name: 'cloud d = 8', A: normalRows(n, 8, 12), b: normalVector(n, 17), options: {} },
      { name: 'clusters', A: clusterRows(n, 14), b: normalVector(n, 17), options: {} },
    ];
    const rows: Row[] = [];
    for (const problem of cases) rows.push(await ridgeRow(problem, context));
    const title = `n = ${n}, ridges 1e-4 … 1 relative, tolerance 1e-10; ms, median [min … max]`;
    const header = [
      'kernel',
      'path of 8',
      'one solve, 1e-4',
      '8 solves',
      'path/one',
      'path/8 solves',
      'steps on the path',
    ];
    return {
      tables: [{ title, header, rows: rows.map(({ cells }) => cells) }],
      figures: rows.flatMap(({ figures }) => figures),
    };
  },
};

async function ridgeRow(problem: AttentionCase, { progress, rounds }: Context): Promise<Row> {
  progress(problem.name);
  const results = path(problem);
  const single = RIDGES.map((ridge) => withRidge(problem, ridge));
  results.forEach((result, k) => {
    const alone = solveCase(single[k]);
    if (!isSolved(result) || !isSolved(alone)) throw new Error(`ridges: ${problem.name}: ${result.status}`);
    const residual = Math.max(1e-10, result.stats.relativeResidual, alone.stats.relativeResidual);
    const limit = 100 * residual * result.stats.conditionEstimate;
    const difference = relativeDistance(solutionOf(result), solutionOf(alone));
    if (!(difference <= limit))
      throw new Error(`ridges: ${problem.name}: differ by ${difference}, expected ${limit}`);
  });
  const [whole, one, eight] = await interleave(
    [
      { name: 'path', runs: RUNS, run: () => path(problem) },
      { name: 'one', runs: RUNS, run: () => solveCase(single[0]) },
      { name: 'eight', runs: RUNS, run: () => single.forEach((alone) => void solveCase(alone)) },
    ],
    rounds,
  );
  const [toOne, toEight] = [ratioOf(whole, one), ratioOf(whole, eight)];
  const steps = results.map(({ stats }) => stats.iterations).join(' ');
  const times = [whole, one, eight].map((timing) => timeText(timing));
  return {
    cells: [problem.name, ...times, ratioText(toOne), ratioText(toEight), steps],
    figures: [
      ratioFigure(`${problem.name}: path over one solve`, toOne),
      ratioFigure(`${problem.name}: path over eight solves`, toEight),
    ],
  };
}

function path({ A, b }: AttentionCase) {
  const kernel = prepareAttentionKernel(A, { tolerance: 1e-10 });
  return RIDGES.map((ridge) => kernel.withRidge(ridge).solve(b));
}

function withRidge(problem: AttentionCase, ridge: number): AttentionCase {
  return { ...problem, options: { ...problem.options, ridge } };
}
