import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { scaledBy, tensorSrht } from '../../bench/support/formedPreconditioners';
import { splitHeads, summedKernel } from '../../bench/support/heads';
import { normalRows, normalVector } from '../../bench/support/randomData';
import {
  FormedColumns,
  pivotedCholeskyOfSum,
  type SummedBuilder,
  type SummedProblem,
  tensorSrhtOfHeads,
} from '../../bench/support/summedPreconditioners';
import { MOST_FEATURES, summedContenders } from '../../bench/support/summedRuns';
import { matvecInto } from '../../src/dense/matvec';

const n = 80;
const A = normalRows(n, 4, 1);
const r = normalVector(n, 3);

function problemOf(count: number, temperature: number): SummedProblem {
  return { heads: splitHeads(A, count), temperature, ridge: 0.1 };
}

/** P·M·r against r: 0 where the preconditioner is M⁻¹. */
function defect(build: SummedBuilder, problem: SummedProblem): number {
  const M = summedKernel(problem.heads, problem.temperature, problem.ridge);
  const [Mr, y] = [new Float64Array(n), new Float64Array(n)];
  matvecInto(Mr, M.data, n, n, r);
  build(problem, M).applyInto(y, Mr);
  return relativeDistance(y, r);
}

describe('preconditioners of the sum of several heads', () => {
  it('TensorSRHT is M⁻¹ where the features of every head are exact, up to their truncation over the ridge', () => {
    const warm = problemOf(2, 20); // a short series: 80 columns hold all its monomials
    expect(defect(tensorSrhtOfHeads(512), warm)).toBeLessThan(1e-5);
    expect(defect(tensorSrhtOfHeads(12), warm)).toBeGreaterThan(1e-3); // negative controls: too few columns
    const one = { ...warm, heads: warm.heads.slice(0, 1) }; // and the features of one head for the sum of two
    const wrong: SummedBuilder = (_, M) => tensorSrhtOfHeads(512)(one, M);
    expect(defect(wrong, warm)).toBeGreaterThan(1e-2);
  });

  it('TensorSRHT is that of a single kernel for one head', () => {
    const problem = problemOf(1, 4);
    const { heads, temperature, ridge } = problem;
    const M = summedKernel(heads, temperature, ridge);
    const [alone, summed] = [new Float64Array(n), new Float64Array(n)];
    tensorSrht(60)({ A: heads[0], b: r, temperature, ridge }, M).applyInto(alone, r);
    tensorSrhtOfHeads(60)(problem, M).applyInto(summed, r);
    expect(relativeDistance(summed, alone)).toBeLessThan(1e-9);
  });

  it('pivoted Cholesky is M⁻¹ at full rank, and not below', () => {
    const problem = problemOf(4, 1);
    expect(defect(pivotedCholeskyOfSum(n), problem)).toBeLessThan(1e-9);
    expect(defect(pivotedCholeskyOfSum(5), problem)).toBeGreaterThan(1e-2);
  });

  it('columns and principal submatrices are those of the formed kernel with 1 on its diagonal', () => {
    const M = summedKernel(splitHeads(A, 2), 1, 0.1);
    const G = scaledBy(M, new Float64Array(n).fill(0.5));
    const kernel = new FormedColumns(G);
    const indices = Int32Array.of(3, 70, 3);
    const columns = new Float64Array(n * 4);
    kernel.columnsInto(columns, 4, indices, 3);
    expect([columns[4 * 9], columns[4 * 9 + 1], columns[4 * 9 + 3]]).toEqual([
      G.data[9 * n + 3],
      G.data[9 * n + 70],
      0,
    ]);
    expect([columns[4 * 3], columns[4 * 70 + 1]]).toEqual([1, 1]);
    const principal = new Float64Array(9);
    kernel.principalInto(principal, indices, 3);
    const between = G.data[3 * n + 70];
    expect([...principal]).toEqual([1, between, 1, between, 1, between, 1, between, 1]);
  });
});

describe('the contenders on a sum', () => {
  const context = { quick: true, rounds: { discarded: 0, kept: 1 } };
  const limits = { tolerance: 1e-10, maxIterations: 1000 };

  it('all arrive where the features suffice, and are timed', async () => {
    const outcomes = await summedContenders(problemOf(2, 4), limits, context);
    expect(outcomes.filter(({ ms }) => ms === undefined)).toEqual([]);
    expect(outcomes.slice(2).every(({ steps = 0 }) => steps > 0 && steps < 1000)).toBe(true);
  });

  it('have neither steps nor time where they do not arrive, or are refused', async () => {
    const short = await summedContenders(problemOf(2, 4), { ...limits, maxIterations: 2 }, context);
    expect(short.slice(2).map(({ steps, ms }) => [steps, ms])).toEqual(Array(4).fill([undefined, undefined]));
    const many = MOST_FEATURES / 64; // 16 columns for all degrees of each of 32 heads, and 80 · 32 columns in all
    const heads = splitHeads(normalRows(n, many, 2), many);
    const crowded = await summedContenders({ heads, temperature: 1, ridge: 0.1 }, limits, context);
    expect(crowded.map(({ ms }) => ms === undefined)).toEqual([false, false, false, true, true, false]);
  });
});
