/**
 * Exp regression on sparse rows: the time of a step against the number of entries at fixed d, with the slope of the
 * line in logarithms, and steps against the tolerance: `npm run bench:regression`, about two minutes.
 */
import { type CsrMatrix, csrMatrix, type RegressionMethod, solveExpRegression } from 'sketchsolve';
import { normals, uniforms } from '../examples/support/synthetic';
import { printTable } from '../examples/support/table';
import { machine } from './support/machine';
import { interleave } from './support/timing';

const COLUMNS = 50;
const PER_ROW = 5;
const ROWS = [50_000, 100_000, 200_000, 400_000, 800_000];
const METHODS: readonly RegressionMethod[] = ['newton', 'sketch-cg', 'sketch'];
const WEIGHT = 0.1;
const LARGEST_SLOPE = 1.1;

function main(): void {
  console.log(`${machine()}\nexp regression, d = ${COLUMNS}, ${PER_ROW} entries a row, w = ${WEIGHT}\n`);
  const times = ROWS.map((rows) => stepTimes(rows));
  printTable(
    ['rows', 'entries', ...METHODS.map((method) => `${method}, ms a step (steps)`)],
    times.map((row, k) => [
      `${ROWS[k]}`,
      `${ROWS[k] * PER_ROW}`,
      ...row.map(({ ms, steps }) => `${ms.toFixed(1)} (${steps})`),
    ]),
  );
  for (const [m, method] of METHODS.entries()) {
    const fitted = slope(
      ROWS.map((rows) => rows * PER_ROW),
      times.map((row) => row[m].ms),
    );
    const verdict = fitted <= LARGEST_SLOPE ? 'at most' : 'ABOVE';
    console.log(
      `${method}: slope ${fitted.toFixed(2)} of log time against log entries, ${verdict} ${LARGEST_SLOPE}`,
    );
  }
  toleranceTable();
}

/** Time of a step: that of the whole solve over its steps. */
function stepTimes(rows: number): { ms: number; steps: number }[] {
  console.error(`regression: ${rows} rows …`);
  const { A, b } = problem(rows);
  const solved = METHODS.map((method) => solveExpRegression(A, b, WEIGHT, { method }));
  for (const { status, x } of solved) {
    if (status !== 'converged') throw new Error(`expected 'converged', got '${status}'`);
    const difference =
      Math.hypot(...x.map((entry, j) => entry - solved[0].x[j])) / Math.hypot(...solved[0].x);
    if (!(difference < 1e-9)) throw new Error(`the methods differ by ${difference}`);
  }
  const timings = interleave(
    METHODS.map((method) => ({
      name: method,
      runs: 5,
      run: () => solveExpRegression(A, b, WEIGHT, { method }),
    })),
  );
  return timings.map(({ medianMs }, m) => {
    const { iterations } = solved[m].stats;
    return { ms: medianMs / iterations, steps: iterations };
  });
}

/** 'sketch' takes a number of steps that is linear in log(1/ε). */
function toleranceTable(): void {
  const { A, b } = problem(ROWS[0]);
  const tolerances = [1e-4, 1e-6, 1e-8, 1e-10, 1e-12];
  const steps = tolerances.map(
    (tolerance) => solveExpRegression(A, b, WEIGHT, { method: 'sketch', tolerance }).stats.iterations,
  );
  console.log(
    `\nsteps of 'sketch' at tolerance ${tolerances.map((t) => t.toExponential(0)).join(', ')}: ${steps.join(', ')}`,
  );
}

/** Rows with PER_ROW normal entries at random places; b = exp(Ax*) with noise. */
function problem(rows: number): { A: CsrMatrix; b: Float64Array } {
  const [uniform, normal] = [uniforms(1), normals(2)];
  const entries = rows * PER_ROW;
  const rowPointers = Uint32Array.from({ length: rows + 1 }, (_, i) => i * PER_ROW);
  const columnIndices = new Uint32Array(entries);
  for (let i = 0; i < rows; i++) {
    const chosen = new Set<number>();
    while (chosen.size < PER_ROW) chosen.add(Math.floor(COLUMNS * uniform()));
    columnIndices.set(
      [...chosen].sort((a, b) => a - b),
      i * PER_ROW,
    );
  }
  const values = Float64Array.from({ length: entries }, normal);
  const A = csrMatrix(rows, COLUMNS, { rowPointers, columnIndices, values });
  const planted = Float64Array.from({ length: COLUMNS }, () => 0.3 * normal());
  const b = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let p = i * PER_ROW; p < (i + 1) * PER_ROW; p++) sum += values[p] * planted[columnIndices[p]];
    return Math.exp(sum) * (1 + 0.1 * normal());
  });
  return { A, b };
}

/** Of the least-squares line through (log x, log y). */
function slope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  const above = u.reduce((sum, ui, i) => sum + (ui - mu) * (v[i] - mv), 0);
  return above / u.reduce((sum, ui) => sum + (ui - mu) ** 2, 0);
}

main();
