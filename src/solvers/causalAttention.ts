/**
 * The causal kernel by forward substitution in blocks of rows, in O(n²d) and without storing it: the lower triangle
 * L of the Gaussian kernel, or, for softmax, that of the averages T_ij = exp(v_ij − σᵢ) with v_ij = eⱼ − |aᵢ − aⱼ|²/2,
 * j ≤ i, whose rows sum to 1. T needs no exp(eⱼ): norms may be any distance apart.
 */
import { timesExponential } from '../dense/exponentialSums';
import { gaussianBlockInto } from '../dense/gaussianKernel';
import type { GaussianPoints } from '../precondition/gaussianPoints';
import { averageExponentsInto } from './averagedAttention';

const BLOCK = 64;
/** Below this exp loses digits, and a weight may make up for it. */
const SMALLEST_EXPONENT = -700;

/** z with (L + Δ)z = c. L has unit diagonal, so nothing can fail. */
export function solveCausal(points: GaussianPoints, shift: Float64Array, c: Float64Array): Float64Array {
  const z = c.slice();
  forEachBlock(points, fillGaussian, (K, first, rows, columns) => {
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      let sum = z[row];
      for (let j = 0; j < row; j++) sum -= K[i * columns + j] * z[j];
      z[row] = sum / (1 + shift[row]);
    }
  });
  return z;
}

/** y ← (L + Δ)z. */
export function causalProductInto(
  y: Float64Array,
  points: GaussianPoints,
  shift: Float64Array,
  z: Float64Array,
): void {
  forEachBlock(points, fillGaussian, (K, first, rows, columns) => {
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      let sum = (1 + shift[row]) * z[row];
      for (let j = 0; j < row; j++) sum += K[i * columns + j] * z[j];
      y[row] = sum;
    }
  });
}

/**
 * x with (T + ridge·diag(T))x = b, ±Infinity where it is beyond the range of doubles, and Infinity where it hangs on
 * such entries and cannot be told.
 *
 * Rounding: |b − Tx|ᵢ to about (n + (d + 3)·4·max h + max e)·u·(T|x| + |b|)ᵢ with h = |aᵢ|²/2 of the centred points,
 * also where T_ii underflows.
 *
 * @param halfSq - e, of the rows before centring.
 * @param b - not modified.
 */
export function solveAveragedCausal(
  points: GaussianPoints,
  halfSq: Float64Array,
  ridge: number,
  b: Float64Array,
): Float64Array {
  const x = b.slice();
  forEachBlock(points, averagesOf(halfSq), (V, first, rows, columns) => {
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      const largest = largestOf(V, i * columns, row + 1);
      const total = exponentialsInPlace(V, i * columns, row + 1, largest);
      const inverse = 1 / total;
      let rest = b[row];
      // weighed first: a sum over total may overflow where the average does not
      for (let j = 0; j < row; j++) rest -= weigh(V[i * columns + j], x[j]) * inverse;
      const entry = timesExponential((rest * total) / (1 + ridge), largest - halfSq[row]);
      x[row] = Number.isNaN(entry) ? Number.POSITIVE_INFINITY : entry;
    }
  });
  return x;
}

/** y ← (T + ridge·diag(T))x. All entries are ≥ 0, so that |x| gives the sizes of the sums. y must not alias x. */
export function averagedCausalProductInto(
  y: Float64Array,
  points: GaussianPoints,
  halfSq: Float64Array,
  ridge: number,
  x: Float64Array,
): void {
  forEachBlock(points, averagesOf(halfSq), (V, first, rows, columns) => {
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      const largest = largestOf(V, i * columns, row + 1);
      const inverse = 1 / exponentialsInPlace(V, i * columns, row + 1, largest);
      let sum = (1 + ridge) * (weigh(V[i * columns + row], x[row]) * inverse);
      for (let j = 0; j < row; j++) sum += weigh(V[i * columns + j], x[j]) * inverse;
      y[row] = sum;
    }
  });
}

/** K (rows × columns) ← the entries of rows `first` … of a kernel, columns 0 … columns − 1. */
type FillBlock = (
  K: Float64Array,
  points: GaussianPoints,
  first: number,
  rows: number,
  columns: number,
) => void;

function fillGaussian(
  K: Float64Array,
  { data, halfSq, dimension: d }: GaussianPoints,
  first: number,
  rows: number,
  columns: number,
): void {
  gaussianBlockInto(K, 0, columns, data, halfSq, first, rows, data, halfSq, 0, columns, d);
}

function averagesOf(halfSq: Float64Array): FillBlock {
  return (V, points, first, rows, columns) => averageExponentsInto(V, points, halfSq, first, rows, columns);
}

function largestOf(v: Float64Array, start: number, count: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let p = start; p < start + count; p++) if (v[p] > largest) largest = v[p];
  return largest;
}

/**
 * vⱼ ← exp(vⱼ − largest), or vⱼ − largest, which is negative, where that is too small for a double. Returns the sum of
 * the exponentials.
 */
function exponentialsInPlace(v: Float64Array, start: number, count: number, largest: number): number {
  let total = 0;
  for (let p = start; p < start + count; p++) {
    v[p] -= largest;
    if (v[p] < SMALLEST_EXPONENT) continue;
    v[p] = Math.exp(v[p]);
    total += v[p];
  }
  return total;
}

/** An entry left by exponentialsInPlace times x. */
function weigh(entry: number, x: number): number {
  return entry > 0 ? entry * x : timesExponential(x, entry);
}

/** Rows first … first + rows − 1 of a kernel up to the diagonal block, block after block. */
function forEachBlock(
  points: GaussianPoints,
  fill: FillBlock,
  use: (K: Float64Array, first: number, rows: number, columns: number) => void,
): void {
  const n = points.size;
  const K = new Float64Array(BLOCK * n);
  for (let first = 0; first < n; first += BLOCK) {
    const rows = Math.min(BLOCK, n - first);
    const columns = first + rows;
    fill(K, points, first, rows, columns);
    use(K, first, rows, columns);
  }
}
