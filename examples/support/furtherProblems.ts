/**
 * The problems beside AᵀA on the example tables: the attention kernel, the matrix exponential, exp regression.
 */
import { type Matrix, solveAttentionKernel, solveExpRegression, solveMatrixExponential } from 'sketchsolve';
import { loadExampleData } from './csv';

interface Outcome {
  readonly status: string;
  readonly stats: { readonly method: string; readonly iterations: number };
}

/** Problem, method, steps, status, a figure of how good it is, ms. */
export function furtherRows(): string[][] {
  const digits = loadExampleData('digits.csv');
  const pixels = scaled(digits.A, 1 / 16);
  const cancer = standardised(loadExampleData('breast-cancer.csv').A);
  const diabetes = loadExampleData('diabetes.csv');
  const patients = standardised(diabetes.A);
  const sums = new Float64Array(cancer.columns).fill(1);
  return [
    ...[0, 1e-2].map((ridge) =>
      row(
        `digits 1797 × 64: exp(AAᵀ/8)x = b, ridge ${ridge}`,
        () => solveAttentionKernel(pixels, digits.target, { temperature: 8, ridge }),
        ({ stats }) => `residual ${stats.relativeResidual.toExponential(0)}`,
      ),
    ),
    row(
      'breast cancer 569 × 30: exp(AᵀA/569)x = b',
      () => solveMatrixExponential(scaled(cancer, 1 / Math.sqrt(cancer.rows)), sums),
      ({ stats }) => `est. error ${stats.errorEstimate.toExponential(0)}`,
    ),
    row(
      'diabetes 442 × 10: min ½‖exp(Ax) − b‖² + ½‖0.1Ax‖²',
      () => solveExpRegression(patients, diabetes.target, 0.1),
      ({ stats }) => `criterion ${stats.criterion.toExponential(0)}`,
    ),
  ];
}

function row<Result extends Outcome>(
  name: string,
  solve: () => Result,
  figure: (result: Result) => string,
): string[] {
  const start = performance.now();
  const result = solve();
  const milliseconds = performance.now() - start;
  const { method, iterations } = result.stats;
  return [name, method, `${iterations}`, result.status, figure(result), milliseconds.toFixed(1)];
}

function scaled(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((entry) => entry * factor) };
}

/** Columns with mean 0 and standard deviation 1. */
function standardised({ rows, columns, data }: Matrix): Matrix {
  const result = data.slice();
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * columns + j];
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += (data[i * columns + j] - sum / rows) ** 2;
    const deviation = Math.sqrt(squares / rows);
    for (let i = 0; i < rows; i++) {
      result[i * columns + j] = (data[i * columns + j] - sum / rows) / deviation;
    }
  }
  return { rows, columns, data: result };
}
