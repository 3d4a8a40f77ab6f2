/**
 * Whether what a low-rank factor leaves of a kernel lies between near neighbours: only then does a sparse
 * approximate inverse of the rest help. Clusters in many dimensions leave none of it there.
 */
import type { GaussianPoints } from './gaussianPoints';
import type { PivotedCholesky } from './pivotedCholesky';

const NEIGHBOURS = 60;

/**
 * Median over the sampled rows of the share of squared off-diagonal residual in the 60 nearest points, corrected
 * for what points at random would hold: about 0 … 1.
 */
export function residualLocality(points: GaussianPoints, factor: PivotedCholesky, rows: Int32Array): number {
  const n = points.size;
  if (n <= 2 * NEIGHBOURS) return 1;
  const columns = new Float64Array(n * rows.length);
  points.columnsInto(columns, rows.length, rows, rows.length);
  const kernel = new Float64Array(n);
  const shares = Array.from(rows, (row, k) => {
    for (let i = 0; i < n; i++) kernel[i] = columns[i * rows.length + k];
    return nearShare(kernel, factor, row);
  }).sort((a, b) => a - b);
  const chance = NEIGHBOURS / n;
  return (shares[shares.length >> 1] - chance) / (1 - chance);
}

/** Nearest means largest kernel entry: the Gaussian kernel falls with the distance. Equal ones count together. */
function nearShare(kernel: Float64Array, { F, ldf, rank }: PivotedCholesky, row: number): number {
  kernel[row] = Number.POSITIVE_INFINITY;
  const least = kernel.slice().sort()[kernel.length - 1 - NEIGHBOURS];
  let near = 0;
  let total = 0;
  for (let i = 0; i < kernel.length; i++) {
    if (i === row) continue;
    let residual = kernel[i];
    for (let k = 0; k < rank; k++) residual -= F[i * ldf + k] * F[row * ldf + k];
    total += residual * residual;
    if (kernel[i] >= least) near += residual * residual;
  }
  return total > 0 ? near / total : 0;
}
