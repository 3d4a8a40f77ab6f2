/**
 * Softmax attention as a row-stochastic matrix P_ij = exp(v_ij − σᵢ), v_ij = eⱼ − |aᵢ − aⱼ|²/2, eⱼ = |aⱼ|²/2, σᵢ the
 * log-sum-exp of row i: exp(⟨aᵢ, aⱼ⟩) over its row sum, which is exp(eᵢ + σᵢ). Unlike the symmetric G of the
 * Gaussian kernel it needs no exp(eⱼ), so the norms of the rows may be any distance apart.
 */
import { timesExponential } from '../dense/exponentialSums';
import { gemmInto } from '../dense/gemm';
import { matvecInto } from '../dense/matvec';
import { UNIT_ROUNDOFF } from '../iterative/stopping';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import type { GaussianPoints } from '../precondition/gaussianPoints';

/** Ratios beyond this are taken for it, so that their products stay finite; x is out of range there. */
const LARGEST_EXPONENT = 700;
/** Columns eliminated before the rest is updated by a matrix product. */
const PANEL = 48;

/** S⁻¹(G + Δ)S = LU with S = diag(e^σ), points in `order`. L without its unit diagonal. */
interface TriangularFactors {
  readonly LU: Float64Array;
  readonly order: Int32Array;
  readonly condition: number;
}

/**
 * V (rows × columns, leading dimension columns) ← v_ij for the points i from `first` and all j < columns. The distance
 * of a point from itself is exactly 0.
 *
 * Rounding: at most (d + 3)·u·(hᵢ + hⱼ) + u·eⱼ, h half the squared norms of the centred points.
 */
export function averageExponentsInto(
  V: Float64Array,
  points: GaussianPoints,
  halfSq: Float64Array,
  first: number,
  rows: number,
  columns: number,
): void {
  const { data, halfSq: h, dimension: d } = points;
  gemmInto(V, 0, columns, data, first * d, d, false, data, 0, d, true, rows, columns, d, 1, 0);
  for (let i = 0, p = 0; i < rows; i++) {
    const own = h[first + i];
    for (let j = 0; j < columns; j++, p++) V[p] = Math.min(0, V[p] - own - h[j]) + halfSq[j];
    if (first + i < columns) V[i * columns + first + i] = halfSq[first + i];
  }
}

/**
 * P and its ridge, dense, with products and solves.
 *
 * P·diag(1/P_jj) = S⁻¹GS, S = diag(e^σ), has the pivots of G. Eliminated from the largest σ down, upper entries are
 * at most 1, and a row keeps what is small in it. Points 1, 45 and 3 have rows of P that agree to 18 digits, since
 * all attend to 45; elimination subtracts what they share, reflections would mix them and lose the rest.
 *
 * Memory: n² numbers, and n² more from the first solve on, 3n² for a moment. Cost: O(n²d), 2/3·n³ for the factor,
 * O(n²) a solve.
 */
export class AveragedKernel {
  private readonly P: Float64Array;
  private readonly sigma: Float64Array;
  /** P_jj = exp(−gaps[j]), ridge aside. */
  private readonly gaps: Float64Array;
  /** Δ of the ridge: P_jj·(1 + Δ_j) stands on the diagonal. */
  private readonly shift: Float64Array;
  private factored: TriangularFactors | null = null;

  /**
   * @param points - centred rows. Kept.
   * @param halfSq - e, of the rows before centring. Kept.
   * @param sizes - how many equal rows each point stands for; they all count in σ, and x is then the sum over them.
   *   null for 1 each.
   * @param ridge - 'relative' ρ: K + ρ·diag(K); 'absolute' λ: K + λI; both over the row sums of K without it, and on
   *   each of equal rows.
   */
  constructor(
    private readonly points: GaussianPoints,
    private readonly halfSq: Float64Array,
    sizes: Float64Array | null,
    ridge: number,
    ridgeKind: 'relative' | 'absolute',
  ) {
    const n = points.size;
    const P = new Float64Array(n * n);
    averageExponentsInto(P, points, halfSq, 0, n, n);
    this.P = P;
    this.sigma = new Float64Array(n);
    this.shift = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const sigma = logSumExponential(P, i * n, n, sizes);
      this.sigma[i] = sigma;
      for (let p = i * n; p < (i + 1) * n; p++) P[p] = Math.exp(P[p] - sigma);
      const each = ridge / (sizes?.[i] ?? 1);
      if (ridgeKind === 'relative') {
        this.shift[i] = each;
        P[i * (n + 1)] *= 1 + each;
      } else if (each > 0) {
        this.shift[i] = Math.exp(Math.log(each) - 2 * halfSq[i]);
        // over the row sum exp(e + σ)
        P[i * (n + 1)] += Math.exp(Math.log(each) - halfSq[i] - sigma);
      }
    }
    this.gaps = this.sigma.map((sigma, i) => sigma - halfSq[i]);
  }

  get size(): number {
    return this.sigma.length;
  }

  /** Condition number, estimated, of G + Δ, the kernel of unit diagonal that P is a scaling of. */
  get condition(): number {
    return this.factor().condition;
  }

  /** y ← (P + ridge)x. All entries are ≥ 0, so that |x| gives the sizes of the sums. y must not alias x. */
  multiplyInto(y: Float64Array, x: Float64Array): void {
    matvecInto(y, this.P, this.size, this.size, x);
  }

  /**
   * ρ ← (P + ridge)⁻¹ρ, ±Infinity where that is beyond the range of doubles, and Infinity where it hangs on such an
   * entry and cannot be told. (G + Δ + jitter·I with the least jitter of 0, nu, 10nu, … that leaves positive pivots.)
   *
   * Rounding: without jitter, |ρ − Px|ᵢ to about c·(n + max|v|)·u·(P|x| + |ρ|)ᵢ.
   */
  solveInPlace(rho: Float64Array): void {
    const { LU, order } = this.factor();
    const n = this.size;
    const z = Float64Array.from(order, (from) => rho[from]);
    solveUnitLowerInPlace(z, LU, n);
    solveUpperInPlace(z, LU, n);
    for (let k = 0; k < n; k++) {
      const entry = timesExponential(z[k], this.gaps[order[k]]);
      rho[order[k]] = Number.isNaN(entry) ? Number.POSITIVE_INFINITY : entry;
    }
  }

  private factor(): TriangularFactors {
    if (this.factored !== null) return this.factored;
    const { points, sigma, shift, size: n } = this;
    const order = Int32Array.from(sigma.keys()).sort((i, j) => sigma[j] - sigma[i]);
    const at = (v: Float64Array) => Float64Array.from(order, (from) => v[from]);
    const [halfSq, sigmas, gaps, shifts] = [this.halfSq, sigma, this.gaps, shift].map(at);
    const LU = new Float64Array(n * n);
    const permuted = points.subset(order, n);
    for (let jitter = 0; ; jitter = Math.max(n * UNIT_ROUNDOFF, 10 * jitter)) {
      averageExponentsInto(LU, permuted, halfSq, 0, n, n);
      for (let i = 0, p = 0; i < n; i++) {
        for (let j = 0; j < n; j++, p++) {
          LU[p] = Math.exp(Math.min(LARGEST_EXPONENT, LU[p] - sigmas[i] + gaps[j]));
        }
        LU[i * (n + 1)] = 1 + shifts[i] + jitter;
      }
      if (eliminateInPlace(LU, n) || jitter > 1) break;
    }
    this.factored = { LU, order, condition: conditionOf(LU, sigmas, n) };
    return this.factored;
  }
}

/**
 * A (n × n) ← L and U of A = LU, L with unit diagonal, which is not stored. No exchanges of rows or columns. Returns
 * whether all pivots are positive, and stops if not.
 */
function eliminateInPlace(A: Float64Array, n: number): boolean {
  for (let first = 0; first < n; first += PANEL) {
    const end = Math.min(n, first + PANEL);
    for (let k = first; k < end; k++) {
      const pivot = A[k * (n + 1)];
      if (!(pivot > 0)) return false;
      for (let i = k + 1; i < n; i++) {
        A[i * n + k] /= pivot;
        // rows of the panel through to the end: they are rows of U
        const last = i < end ? n : end;
        subtractMultiple(A, i * n, k * n, k + 1, last, A[i * n + k]);
      }
    }
    const rest = n - end;
    if (rest === 0) return true;
    const lower = end * n + first;
    const upper = first * n + end;
    gemmInto(A, end * (n + 1), n, A, lower, n, false, A, upper, n, false, rest, rest, end - first, -1, 1);
  }
  return true;
}

/** Row at `to` −= factor times the row at `from`, columns first … last − 1. */
function subtractMultiple(
  A: Float64Array,
  to: number,
  from: number,
  first: number,
  last: number,
  factor: number,
): void {
  for (let j = first; j < last; j++) A[to + j] -= factor * A[from + j];
}

function solveUnitLowerInPlace(z: Float64Array, LU: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) {
    let sum = z[i];
    for (let k = 0; k < i; k++) if (z[k] !== 0) sum -= LU[i * n + k] * z[k];
    z[i] = sum;
  }
}

function solveUpperInPlace(z: Float64Array, LU: Float64Array, n: number): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = z[i];
    // an entry that underflowed and an infinite z would make NaN of a finite answer
    for (let j = i + 1; j < n; j++) if (LU[i * n + j] !== 0) sum -= LU[i * n + j] * z[j];
    z[i] = sum / LU[i * (n + 1)];
  }
}

/** σ₁²/σₙ² of the Cholesky factor of G + Δ: √pivot times the columns of SLS⁻¹. */
function conditionOf(LU: Float64Array, sigma: Float64Array, n: number): number {
  const R = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const root = Math.sqrt(LU[k * (n + 1)]);
    R[k * (n + 1)] = root;
    for (let i = k + 1; i < n; i++) R[k * n + i] = LU[i * n + k] * Math.exp(sigma[i] - sigma[k]) * root;
  }
  const { largest, smallest } = extremeSingularValues(R, n);
  return Math.max(1, (largest / smallest) ** 2);
}

/** log Σ weightⱼ·exp(vⱼ), weights 1 for null. */
function logSumExponential(
  v: Float64Array,
  start: number,
  count: number,
  weights: Float64Array | null,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < count; j++) largest = Math.max(largest, v[start + j]);
  let sum = 0;
  for (let j = 0; j < count; j++)
    sum += Math.exp(v[start + j] - largest) * (weights === null ? 1 : weights[j]);
  return largest + Math.log(sum);
}
