/**
 * Solutions of (G + δᵢI)zᵢ = c for one c, from which the solution for another δ starts: (G + δI)zᵢ = c + (δ − δᵢ)zᵢ is
 * known without a product, so that the combination of least residual costs a few inner products. z is a smooth
 * function of log δ; three or four neighbours give several digits of it.
 */
import { applyQTransposedInPlace, householderInPlace, householderWorkLength } from '../dense/householder';
import { solveUpperInPlace } from '../dense/triangular';
import { axpy, norm2 } from '../dense/vector';

/** Solutions kept. */
const MOST = 4;
/** Columns this close to those before them say less than the rounding and the tolerance of the solutions. */
const INDEPENDENT = 1e-5;

interface Solved {
  readonly z: Float64Array;
  readonly delta: number;
}

export interface PathStart {
  readonly z: Float64Array;
  /** ‖c − (G + δI)z‖/‖c‖, as far as the kept solutions are exact. */
  readonly level: number;
}

export class SolutionPath {
  private c: Float64Array | null = null;
  private solved: Solved[] = [];

  /** Keeps z, and of earlier ones the last few with the same c. Neither is copied. */
  add(c: Float64Array, delta: number, z: Float64Array): void {
    if (!this.holds(c)) this.solved = [];
    this.c = c;
    this.solved = [...this.solved.filter((entry) => entry.delta !== delta), { z, delta }].slice(-MOST);
  }

  /** A start for δ, or null where nothing is known of this c at another δ. */
  start(c: Float64Array, delta: number): PathStart | null {
    const known = this.holds(c) ? this.solved.filter((entry) => entry.delta !== delta) : [];
    if (known.length === 0) return null;
    const n = c.length;
    // the latest first: columns that add nothing to those before them are left out
    const columns = known.reverse().slice(0, n);
    const m = columns.length;
    const W = new Float64Array(n * m);
    for (let k = 0; k < m; k++) {
      for (let i = 0; i < n; i++) W[i * m + k] = c[i] + (delta - columns[k].delta) * columns[k].z[i];
    }
    const tau = new Float64Array(m);
    const work = new Float64Array(householderWorkLength(n, m));
    householderInPlace(W, m, n, m, tau, work);
    const rest = c.slice();
    applyQTransposedInPlace(rest, 1, 1, W, m, n, m, tau, work);
    const rank = leadingRank(W, m);
    const R = new Float64Array(rank * rank);
    for (let i = 0; i < rank; i++) for (let j = i; j < rank; j++) R[i * rank + j] = W[i * m + j];
    const y = rest.slice(0, rank);
    solveUpperInPlace(y, 0, R, rank, rank);
    const z = new Float64Array(n);
    for (let k = 0; k < rank; k++) axpy(z, y[k], columns[k].z, n);
    return { z, level: norm2(rest, rank, n - rank) / norm2(c, 0, n) };
  }

  private holds(c: Float64Array): boolean {
    const kept = this.c;
    return kept !== null && (kept === c || (kept.length === c.length && kept.every((v, i) => v === c[i])));
  }
}

/** Leading columns that are independent of each other. */
function leadingRank(R: Float64Array, m: number): number {
  const least = INDEPENDENT * Math.abs(R[0]);
  let rank = 1;
  while (rank < m && Math.abs(R[rank * (m + 1)]) > least) rank++;
  return rank;
}
