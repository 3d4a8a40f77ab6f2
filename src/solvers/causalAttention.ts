/**
 * The causal kernel: L = lower triangle of G, (L + Δ)z = c by forward substitution in blocks of rows, in O(n²d)
 * and without storing L.
 */
import { gaussianBlockInto } from '../dense/gaussianKernel';
import type { GaussianPoints } from '../precondition/gaussianPoints';

const BLOCK = 64;

/** z with (L + Δ)z = c. L has unit diagonal, so nothing can fail. */
export function solveCausal(points: GaussianPoints, shift: Float64Array, c: Float64Array): Float64Array {
  const z = c.slice();
  forEachBlock(points, (K, first, rows, columns) => {
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
  forEachBlock(points, (K, first, rows, columns) => {
    for (let i = 0; i < rows; i++) {
      const row = first + i;
      let sum = (1 + shift[row]) * z[row];
      for (let j = 0; j < row; j++) sum += K[i * columns + j] * z[j];
      y[row] = sum;
    }
  });
}

/** Rows first … first + rows − 1 of G up to the diagonal block, block after block. */
function forEachBlock(
  points: GaussianPoints,
  use: (K: Float64Array, first: number, rows: number, columns: number) => void,
): void {
  const { data, halfSq, size: n, dimension: d } = points;
  const K = new Float64Array(BLOCK * n);
  for (let first = 0; first < n; first += BLOCK) {
    const rows = Math.min(BLOCK, n - first);
    const columns = first + rows;
    gaussianBlockInto(K, 0, columns, data, halfSq, first, rows, data, halfSq, 0, columns, d);
    use(K, first, rows, columns);
  }
}
