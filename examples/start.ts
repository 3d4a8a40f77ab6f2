/**
 * The main job on real data: least squares, powers of AᵀA and odd powers on the digits and breast-cancer
 * tables and on a synthetic 100000 × 50 matrix, beside ml-matrix; then the attention kernel, the matrix
 * exponential and exp regression on the tables. Run with `npm start`.
 */
import {
  type Matrix,
  SketchSolveError,
  type SolveResult,
  solveLeastSquares,
  solveOddPower,
  solvePsdPower,
} from 'sketchsolve';
import { loadExampleData } from './support/csv';
import { furtherRows } from './support/furtherProblems';
import { mlLeastSquares, mlOddPower, mlPsdPower } from './support/mlMatrix';
import { mixedColumns, normals } from './support/synthetic';
import { printTable } from './support/table';

interface DataSet {
  readonly name: string;
  readonly A: Matrix;
  readonly target: Float64Array;
  readonly minNorm: boolean;
}

interface Problem {
  readonly name: string;
  readonly b: Float64Array;
  readonly solve: (b: Float64Array) => SolveResult;
  readonly peer: (b: Float64Array) => Float64Array;
}

function main(): void {
  showRankDeficiency();
  warmUp();
  const rows: (string | number)[][] = [];
  for (const data of [digits(), breastCancer(), synthetic()]) {
    for (const problem of problemsOf(data)) rows.push(tableRow(problem));
  }
  printTable(
    ['problem', 'method', 'status', 'κ(A)', 'est. error', 'accuracy', 'ms', 'ml-matrix ms', 'difference'],
    rows,
  );
  console.log(
    [
      '',
      "b is the table's last column, or Aᵀ times it. 'est. error' is the library's upper estimate of the relative",
      "error of x; 'difference' is ‖x − x of ml-matrix‖/‖x‖. A difference above the estimate is the error of",
      'ml-matrix: its (AᵀA)x = b is solved with AᵀA formed, which squares κ(A). One run each, after a warm-up.',
      '',
    ].join('\n'),
  );
  printTable(['problem', 'method', 'steps', 'status', 'how good', 'ms'], furtherRows());
}

/** A program that has solved before finds the kernels compiled. */
function warmUp(): void {
  const A = mixedColumns(4000, 50, 10, 3);
  solveLeastSquares(A, Float64Array.from({ length: A.rows }, normals(4)));
}

/** The digits have pixels that are always empty: columns of zeros. */
function showRankDeficiency(): void {
  const { A, target } = loadExampleData('digits.csv');
  try {
    solveLeastSquares(A, target);
  } catch (error) {
    if (!(error instanceof SketchSolveError) || error.code !== 'RANK_DEFICIENT') throw error;
    console.log(`digits as they are: ${error.message}\n(from here on with minNorm: true)\n`);
  }
}

function digits(): DataSet {
  return { name: 'digits 1797 × 64', ...loadExampleData('digits.csv'), minNorm: true };
}

function breastCancer(): DataSet {
  return { name: 'breast cancer 569 × 30', ...loadExampleData('breast-cancer.csv'), minNorm: false };
}

function synthetic(): DataSet {
  const A = mixedColumns(100_000, 50, 1e4, 1);
  return {
    name: 'synthetic 100000 × 50',
    A,
    target: Float64Array.from({ length: A.rows }, normals(2)),
    minNorm: false,
  };
}

function problemsOf({ name, A, target, minNorm }: DataSet): Problem[] {
  const moments = transposedProduct(A, target);
  return [
    {
      name: `${name}: min ‖Ax − b‖`,
      b: target,
      solve: (b) => solveLeastSquares(A, b, { minNorm }),
      peer: mlLeastSquares(A, minNorm),
    },
    ...[1, 3, 8].map((j) => ({
      name: `${name}: (AᵀA)${superscript(j)}x = b`,
      b: moments,
      solve: (b: Float64Array) => solvePsdPower(A, b, j, { minNorm }),
      peer: mlPsdPower(A, j, minNorm),
    })),
    {
      name: `${name}: min ‖A(AᵀA)x − b‖`,
      b: target,
      solve: (b) => solveOddPower(A, b, 1, { minNorm }),
      peer: mlOddPower(A, 1, minNorm),
    },
  ];
}

function tableRow({ name, b, solve, peer }: Problem): (string | number)[] {
  const [result, milliseconds] = timed(() => solve(b));
  const [other, otherMilliseconds] = timed(() => peer(b));
  const { stats } = result;
  return [
    name,
    stats.method,
    result.status,
    stats.conditionEstimate.toExponential(0),
    stats.forwardErrorEstimate.toExponential(0),
    stats.accuracy,
    milliseconds.toFixed(1),
    otherMilliseconds.toFixed(1),
    relativeDifference(result.x, other).toExponential(0),
  ];
}

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const value = work();
  return [value, performance.now() - start];
}

function transposedProduct(A: Matrix, y: Float64Array): Float64Array {
  const g = new Float64Array(A.columns);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.columns; j++) g[j] += A.data[i * A.columns + j] * y[i];
  }
  return g;
}

function relativeDifference(x: Float64Array, other: Float64Array): number {
  const norm = (v: Float64Array) => Math.hypot(...v);
  return norm(x.map((value, i) => value - other[i])) / norm(x);
}

function superscript(j: number): string {
  return j === 1 ? '' : ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][j];
}

main();
