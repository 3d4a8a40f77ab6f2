/** The attention kernel against ml-matrix's Cholesky decomposition, which needs the kernel formed. */
import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import type { AttentionKernelOptions } from 'sketchsolve';
import { agree, relativeDistance } from '../support/agreement';
import type { AttentionCase } from '../support/attentionCases';
import { choiceOf, solutionOf, solveCase } from '../support/attentionRun';
import { mlKernel } from '../support/denseKernel';
import { normalRows, normalVector } from '../support/randomData';
import type { Cell, Context, Figure, Section } from '../support/section';
import {
  interleave,
  ratioFigure,
  ratioOf,
  ratioText,
  shortNumber,
  timeFigure,
  timeText,
} from '../support/timing';

const D = 64;
const TEMPERATURE = Math.sqrt(D);
const AGREEMENT = 1e-8;
/** Sizes that ml-matrix, which takes (n/1000)³ s and less, is left out of. */
const PEER_LIMIT = 3000;

interface Work {
  /** Name of the figure. */
  readonly name: string;
  readonly problem: AttentionCase;
  /** Counted runs of ml-matrix. */
  readonly peerRuns: number;
}

interface Row {
  readonly cells: readonly Cell[];
  readonly figures: readonly Figure[];
}

export const attentionTimes: Section = {
  name: 'attention-times',
  shows: "exp(AAᵀ/τ)x = b, direct and iterative, against ml-matrix's Cholesky factor of the formed kernel",
  seconds: { quick: 5, full: 240 },
  async run(context) {
    const rows: Row[] = [];
    for (const work of works(context.quick)) rows.push(await sideBySide(work, context));
    const header = ['work', 'ridge', 'sketchsolve', 'chosen', 'ml-matrix', 'runs', 'difference', 'ratio'];
    return {
      tables: [
        {
          title: `Normal rows, d = ${D}, τ = √d, tolerance 1e-10; ms, median [min … max]; forming the kernel is part of ml-matrix's time`,
          header,
          rows: rows.map(({ cells }) => cells),
        },
      ],
      figures: rows.flatMap(({ figures }) => figures),
    };
  },
};

function works(quick: boolean): Work[] {
  const ridges = quick ? [0] : [0, 1e-2];
  const sizes = quick ? [400, 600, 1500] : [1000, 2000, 8000];
  return [
    ...ridges.map((ridge) => work(sizes[0], { ridge, method: 'direct' }, 5)),
    ...ridges.map((ridge) => work(sizes[1], { ridge, method: 'pcg' }, 3)),
    work(sizes[2], { ridge: 0.8 }, 0),
  ];
}

function work(n: number, options: AttentionKernelOptions, peerRuns: number): Work {
  const { ridge = 0, method = 'auto' } = options;
  const name = `n = ${n}${method === 'direct' ? ' direct' : ''}${ridge > 0 && n < PEER_LIMIT ? `, ridge ${ridge}` : ''}`;
  const problem = {
    name,
    A: normalRows(n, D, 1),
    b: normalVector(n, 2),
    options: { ...options, temperature: TEMPERATURE },
  };
  return { name, problem, peerRuns };
}

async function sideBySide({ name, problem, peerRuns }: Work, { rounds, progress }: Context): Promise<Row> {
  progress(name);
  const result = solveCase(problem);
  if (!result.converged) throw new Error(`attention-times: ${name}: ${result.status}`);
  const ours = { name: 'sketchsolve', run: () => solveCase(problem) };
  const start: Cell[] = [name, problem.options.ridge ?? 0];
  if (peerRuns === 0) {
    const [timing] = await interleave([{ ...ours, runs: 5 }], rounds);
    const cells = [...start, timeText(timing), choiceOf(result), '', `${timing.runs}`, '', ''];
    return { cells, figures: [timeFigure(name, timing)] };
  }
  const theirs = peerSolution(problem);
  const x = solutionOf(result);
  agree(`attention-times: ${name}`, x, theirs, AGREEMENT);
  const peer = { name: 'ml-matrix', runs: peerRuns, run: () => peerSolution(problem) };
  const [timing, other] = await interleave([ours, peer], rounds);
  const ratio = ratioOf(other, timing);
  const cells = [
    ...[...start, timeText(timing), choiceOf(result), timeText(other)],
    ...[`${timing.runs}, ${other.runs}`, shortNumber(relativeDistance(x, theirs)), ratioText(ratio)],
  ];
  return { cells, figures: [timeFigure(name, timing), ratioFigure(`${name}: ml-matrix over ours`, ratio)] };
}

function peerSolution({ name, A, b, options }: AttentionCase): number[] {
  const decomposition = new CholeskyDecomposition(mlKernel(A, TEMPERATURE, options.ridge ?? 0));
  if (!decomposition.isPositiveDefinite()) throw new Error(`attention-times: ${name}: no Cholesky factor`);
  return decomposition.solve(MlMatrix.columnVector(b)).to1DArray();
}
