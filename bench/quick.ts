/**
 * Least squares, powers of AᵀA and matrix products against ml-matrix, in a few minutes: `npm run bench:quick`.
 * Contenders are interleaved in one run and agree before the clock starts.
 */
import { Matrix as MlMatrix, QrDecomposition } from 'ml-matrix';
import { type Matrix, matmul, solveLeastSquares, solvePsdPower } from 'sketchsolve';
import { toMl } from '../examples/support/mlMatrix';
import { mixedColumns, normals } from '../examples/support/synthetic';
import { printTable } from '../examples/support/table';
import { machine } from './support/machine';
import { interleave, type Timing } from './support/timing';

const KAPPA = 1e6;
const POWER_KAPPA = 10;
/** Shape, and the counted runs ml-matrix is given (it needs 20 s and more for the last ones). */
const SHAPES: readonly [n: number, d: number, peerRuns: number][] = [
  [20_000, 100, 5],
  [100_000, 100, 1],
  [50_000, 300, 1],
  [20_000, 500, 1],
];

function main(): void {
  console.log(
    `${machine()}\nκ(A) = ${KAPPA.toExponential(0)}, seeds fixed, median [min … max] of the counted runs, ms\n`,
  );
  const rows = [product(512), power(100_000, 50), ...SHAPES.map(([n, d, runs]) => leastSquares(n, d, runs))];
  printTable(['work', 'sketchsolve', 'reference', 'runs', 'ratio of medians'], rows);
}

function product(n: number): string[] {
  const A = gaussian(n, n, 1);
  const B = gaussian(n, n, 2);
  const [left, right] = [toMl(A), toMl(B)];
  const theirs = left.mmul(right);
  agree('matmul', matmul(A, B).data, theirs.to1DArray(), 1e-12);
  const timings = interleave([
    { name: 'sketchsolve', run: () => matmul(A, B) },
    { name: 'ml-matrix mmul', run: () => left.mmul(right) },
  ]);
  return row(`matmul ${n} × ${n}`, timings);
}

function leastSquares(n: number, d: number, peerRuns: number): string[] {
  console.error(`least squares ${n} × ${d} …`);
  const A = mixedColumns(n, d, KAPPA, 3);
  const b = Float64Array.from({ length: n }, normals(4));
  const peer = toMl(A);
  const column = MlMatrix.columnVector(b);
  const { x, stats } = solveLeastSquares(A, b);
  agree('least squares', x, new QrDecomposition(peer).solve(column).to1DArray(), stats.forwardErrorEstimate);
  const timings = interleave([
    { name: 'sketchsolve', run: () => solveLeastSquares(A, b) },
    { name: 'ml-matrix QR', runs: peerRuns, run: () => new QrDecomposition(peer).solve(column) },
  ]);
  return row(`least squares ${n} × ${d}, ${stats.method}`, timings);
}

function power(n: number, d: number): string[] {
  // 64 powers of κ(A)² = 10¹² would leave the range of doubles
  const A = mixedColumns(n, d, POWER_KAPPA, 5);
  const b = Float64Array.from({ length: d }, normals(6));
  const timings = interleave([
    { name: 'j = 64', run: () => solvePsdPower(A, b, 64) },
    { name: 'j = 1', run: () => solvePsdPower(A, b, 1) },
  ]);
  return row(`(AᵀA)ʲx = b ${n} × ${d}, j = 64`, timings);
}

function row(work: string, [ours, peer]: readonly Timing[]): string[] {
  const text = ({ medianMs, minMs, maxMs }: Timing) =>
    `${medianMs.toFixed(1)} [${minMs.toFixed(1)} … ${maxMs.toFixed(1)}]`;
  return [
    work,
    text(ours),
    `${peer.name}: ${text(peer)}`,
    `${ours.runs}, ${peer.runs}`,
    (peer.medianMs / ours.medianMs).toFixed(2),
  ];
}

function agree(what: string, ours: Float64Array, theirs: ArrayLike<number>, tolerance: number): void {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < ours.length; i++) {
    difference += (ours[i] - theirs[i]) ** 2;
    size += ours[i] ** 2;
  }
  const relative = Math.sqrt(difference / size);
  if (!(relative <= tolerance))
    throw new Error(`${what}: results differ by ${relative}, expected ${tolerance}`);
}

function gaussian(rows: number, columns: number, seed: number): Matrix {
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, normals(seed)) };
}

main();
