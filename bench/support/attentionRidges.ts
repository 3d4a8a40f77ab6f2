/** Section 'ridges': a path of eight ridges with one prepared kernel. */

import { prepareAttentionKernel } from 'sketchsolve';
import { printTable } from '../../examples/support/table';
import { type AttentionCase, clusterRows, normalRows, normalVector, radioMap } from './attentionCases';
import { isSolved, range, solutionOf, solveCase } from './attentionRun';
import { relativeDistance } from './denseKernel';
import { interleave } from './timing';

const RIDGES = Array.from({ length: 8 }, (_, k) => 10 ** (-4 + (4 * k) / 7));
const RUNS = 5;

export function ridgesSection(): void {
  const n = 2000;
  console.log(
    `n = ${n}, ridges 1e-4 … 1 relative, tolerance 1e-10; ms, median [min … max] of ${RUNS} runs\n`,
  );
  const cases = [
    { name: 'radio map', ...radioMap(n), options: {} },
    { name: 'cloud d = 3', A: normalRows(n, 3, 11), b: normalVector(n, 17), options: {} },
    { name: 'cloud d = 8', A: normalRows(n, 8, 12), b: normalVector(n, 17), options: {} },
    { name: 'clusters', A: clusterRows(n, 14), b: normalVector(n, 17), options: {} },
  ];
  const header = [
    'kernel',
    'path of 8',
    'one solve, 1e-4',
    '8 solves',
    'path/one',
    'path/8 solves',
    'steps on the path',
  ];
  printTable(header, cases.map(ridgeRow));
}

function ridgeRow(problem: AttentionCase): string[] {
  console.error(`ridges: ${problem.name} …`);
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
  const [whole, one, eight] = interleave([
    { name: 'path', runs: RUNS, run: () => path(problem) },
    { name: 'one', runs: RUNS, run: () => solveCase(single[0]) },
    { name: 'eight', runs: RUNS, run: () => single.forEach((alone) => void solveCase(alone)) },
  ]);
  return [
    problem.name,
    range(whole),
    range(one),
    range(eight),
    (whole.medianMs / one.medianMs).toFixed(2),
    (whole.medianMs / eight.medianMs).toFixed(2),
    results.map(({ stats }) => stats.iterations).join(' '),
  ];
}

function path({ A, b }: AttentionCase) {
  const kernel = prepareAttentionKernel(A, { tolerance: 1e-10 });
  return RIDGES.map((ridge) => kernel.withRidge(ridge).solve(b));
}

function withRidge(problem: AttentionCase, ridge: number): AttentionCase {
  return { ...problem, options: { ...problem.options, ridge } };
}
