/** Section 'times': against ml-matrix's Cholesky decomposition of the kernel, which it needs formed. */
import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { AttentionKernelOptions } from 'sketchsolve';
import { printTable } from '../../examples/support/table';
import { type AttentionCase, normalRows, normalVector } from './attentionCases';
import { choiceOf, range, solutionOf, solveCase } from './attentionRun';
import { mlKernel, relativeDistance } from './denseKernel';
import { interleave, type Timing } from './timing';

const D = 64;
const TEMPERATURE = Math.sqrt(D);
const AGREEMENT = 1e-8;
/** ml-matrix is run at the full size where a run at half of it promises to stay below this, ms. */
const PATIENCE = 300_000;

interface PeerRun {
  readonly forming: number;
  readonly solving: number;
  readonly x: Float64Array | null;
}

export function timesSection(): void {
  console.log(
    `Normal rows, d = ${D}, τ = √d, tolerance 1e-10; ms, median [min … max]. ml-matrix: CholeskyDecomposition of K\n`,
  );
  const small = [0, 1e-2].flatMap((ridge) => [
    sideBySide(problem(1000, { ridge, method: 'direct' }), 5),
    sideBySide(problem(2000, { ridge, method: 'pcg' }), 3),
  ]);
  const header = ['work', 'sketchsolve', 'chosen', 'ml-matrix', 'forming K', 'runs', 'difference', 'ratio'];
  printTable(header, [...small, large(8000)]);
}

function problem(n: number, options: AttentionKernelOptions): AttentionCase {
  const { ridge = 0, method = 'auto' } = options;
  const name = `n = ${n}, ridge ${ridge}, ${method}`;
  return {
    name,
    A: normalRows(n, D, 1),
    b: normalVector(n, 2),
    options: { ...options, temperature: TEMPERATURE },
  };
}

function sideBySide(work: AttentionCase, peerRuns: number): (string | number)[] {
  console.error(`times: ${work.name} …`);
  const result = solveCase(work);
  if (!result.converged) return [work.name, result.status, choiceOf(result), '', '', '', '', ''];
  const first = peerRun(work);
  if (first.x === null)
    return [work.name, 'converged', choiceOf(result), 'K is not positive definite', '', '', '', ''];
  const difference = checked(work.name, solutionOf(result), first.x);
  const formings: number[] = [];
  const [ours, peer] = interleave([
    { name: 'sketchsolve', run: () => solveCase(work) },
    { name: 'ml-matrix', runs: peerRuns, run: () => formings.push(peerRun(work).forming) },
  ]);
  const forming = formings.sort((a, b) => a - b)[formings.length >> 1].toFixed(0);
  return row(work.name, ours, choiceOf(result), range(peer), forming, peer, difference);
}

/** One run of ml-matrix, at half the size where the full size would take too long. */
function large(n: number): (string | number)[] {
  const work = problem(n, { ridge: 1e-4 * n });
  console.error(`times: ${work.name} …`);
  const result = solveCase(work);
  const half = problem(n / 2, { ridge: 1e-4 * n });
  const atHalf = peerRun(half);
  const differenceAtHalf = checked(half.name, solutionOf(solveCase(half)), atHalf.x);
  const extrapolated = 4 * atHalf.forming + 8 * atHalf.solving;
  const [ours] = interleave([{ name: 'sketchsolve', runs: 5, run: () => solveCase(work) }]);
  if (extrapolated > PATIENCE) {
    const note = `${extrapolated.toFixed(0)} EXTRAPOLATED from n = ${n / 2} (8 times the decomposition)`;
    const ratio = (extrapolated / ours.medianMs).toFixed(1);
    const forming = (4 * atHalf.forming).toFixed(0);
    return [
      work.name,
      range(ours),
      choiceOf(result),
      note,
      forming,
      `${ours.runs}, 0`,
      differenceAtHalf.toExponential(0),
      ratio,
    ];
  }
  console.error(`times: ml-matrix at n = ${n}, about ${(extrapolated / 1000).toFixed(0)} s …`);
  const full = peerRun(work);
  const difference = checked(work.name, solutionOf(result), full.x);
  const ms = full.forming + full.solving;
  const peer: Timing = { name: 'ml-matrix', medianMs: ms, minMs: ms, maxMs: ms, runs: 1 };
  return row(work.name, ours, choiceOf(result), ms.toFixed(0), full.forming.toFixed(0), peer, difference);
}

function row(
  name: string,
  ours: Timing,
  chosen: string,
  theirs: string,
  forming: string,
  peer: Timing,
  difference: number,
): (string | number)[] {
  const ratio = (peer.medianMs / ours.medianMs).toFixed(1);
  const runs = `${ours.runs}, ${peer.runs}`;
  return [name, range(ours), chosen, theirs, forming, runs, difference.toExponential(0), ratio];
}

function peerRun({ A, b, options }: AttentionCase): PeerRun {
  const start = performance.now();
  const K = mlKernel(A, TEMPERATURE, options.ridge ?? 0);
  const formed = performance.now();
  const decomposition = new CholeskyDecomposition(K);
  const x = decomposition.isPositiveDefinite() ? decomposition.solve(MlMatrix.columnVector(b)) : null;
  const solving = performance.now() - formed;
  return { forming: formed - start, solving, x: x && Float64Array.from(x.to1DArray()) };
}

function checked(name: string, x: Float64Array, theirs: Float64Array | null): number {
  const difference = theirs === null ? Number.NaN : relativeDistance(x, theirs);
  if (!(difference <= AGREEMENT))
    throw new Error(`times: ${name}: solutions differ by ${difference}, expected ${AGREEMENT}`);
  return difference;
}
