/** Section 'memory': peak memory of a process that solves where the kernel does not fit into the budget. */
import { spawnSync } from 'node:child_process';
import { solveAttentionKernel } from 'sketchsolve';
import { printTable } from '../../examples/support/table';
import { normalRows, normalVector } from './attentionCases';
import { choiceOf } from './attentionRun';

const [N, D] = [8000, 16];
const BUDGET = 200e6;
const TARGET_MB = 1000;

/** @param child - what to start the child with, so that it calls `memoryChild`. */
export function memorySection(child: string): void {
  console.error(`memory: n = ${N} …`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [process.argv[1], child], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`memory: the child ended with ${status}: ${stderr}`);
  const { before, after, seconds, chosen, residual } = JSON.parse(stdout);
  console.log(
    `n = ${N}, d = ${D}, τ = 4, ridge 1e-2, memoryBudget ${BUDGET / 1e6} MB; G alone would take ${(8 * N * N) / 1e6} MB\n`,
  );
  printTable(
    ['figure', 'value'],
    [
      ['resident at the start, MB', before.toFixed(0)],
      ['peak, MB', after.toFixed(0)],
      ['peak minus start, MB', (after - before).toFixed(0)],
      [`below ${TARGET_MB} MB`, after < TARGET_MB ? 'yes' : 'NO'],
      ['solve, s', seconds.toFixed(1)],
      ['chosen', chosen],
      ['relative residual', residual.toExponential(1)],
    ],
  );
}

/** Prints its figures as JSON. */
export function memoryChild(): void {
  const [A, b] = [normalRows(N, D, 1), normalVector(N, 2)];
  const peak = () => process.resourceUsage().maxRSS / 1000;
  const before = peak();
  const start = performance.now();
  const options = { temperature: Math.sqrt(D), ridge: 1e-2, memoryBudget: BUDGET };
  const result = solveAttentionKernel(A, b, options);
  const seconds = (performance.now() - start) / 1000;
  if (!result.converged) throw new Error(`memory: ${result.status}`);
  const residual = result.stats.relativeResidual;
  console.log(JSON.stringify({ before, after: peak(), seconds, chosen: choiceOf(result), residual }));
}
