/**
 * Where the iteration starts: at 0, at the caller's guess scaled down to its lowest value, or, for a cosh that is
 * not convex, along the direction in which the Hessian at 0 is most negative. 0 is stationary for every cosh, so
 * nothing would ever leave it; the direction is the spectral start of phase retrieval, which this problem is.
 */
import { svd } from '../dense/svd';
import { axpy, dot, maxAbs, norm2 } from '../dense/vector';
import { PreconditionedGram } from '../iterative/preconditionedGram';
import { drawState, mix, rowState } from '../random/counter';
import { type Seed, streamKey } from '../random/seed';
import { preconditionerRows, weightedFactor } from './regressionFactor';
import type { RegressionMatrix } from './regressionMatrix';
import type { RegressionObjective } from './regressionObjective';
import { weightedOperator } from './regressionOperator';
import { checkFullRank } from './regressionRank';

/** Halvings of the caller's guess that are tried. */
const HALVINGS = 40;
const LANCZOS_STEPS = 30;
/** Of something else in the start: a direction within one block of A would leave the others at 0 for good. */
const MIXED_IN = 0.1;

/**
 * The caller's guess times the 2^−k, k = 0 … 39, of lowest value, and 0 if the problem is convex and lower there.
 * null when no value is finite, or when A·guess = 0 says nothing.
 */
export function scaledGuess(
  A: RegressionMatrix,
  objective: RegressionObjective,
  guess: Float64Array,
  convex: boolean,
): Float64Array | null {
  const t = new Float64Array(A.rows);
  A.multiplyInto(t, guess);
  if (maxAbs(t, 0, t.length) === 0) return null;
  let best = convex ? objective.valueAt(new Float64Array(A.rows)) : Number.POSITIVE_INFINITY;
  let factor = 0;
  for (let k = 0; k < HALVINGS; k++) {
    const value = objective.valueAt(t.map((entry) => entry * 2 ** -k));
    if (value < best) {
      best = value;
      factor = 2 ** -k;
    }
  }
  if (!Number.isFinite(best)) return null;
  return factor === 0 ? new Float64Array(guess.length) : guess.map((entry) => entry * factor);
}

/**
 * The start along the least curvature at 0, with ‖Ax‖ = √n.
 *
 * @throws RANK_DEFICIENT
 */
export function curvatureStart(
  caller: string,
  A: RegressionMatrix,
  objective: RegressionObjective,
  seed: Seed,
): Float64Array {
  const { b, wSq } = objective;
  const n = A.rows;
  const plan = { kind: 'sparse-sign', rows: preconditionerRows(A.columns), seed: `${seed}/start` } as const;
  const { R, scale, singular } = weightedFactor(A, new Float64Array(n).fill(1), plan);
  if (singular) checkFullRank(caller, A, seed);
  // the Hessian at 0 is AᵀD₀A with D₀ = 1 − b + w²: subtracted from max(D₀) it is positive, and turned around
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) least = Math.min(least, b[i] - wSq[i]);
  const turned = b.map((entry, i) => entry - wSq[i] - least);
  const M = new PreconditionedGram(weightedOperator(A, turned), R, scale);
  const z = singular ? randomVector(A.columns, seed, 0) : largestVector(M, randomVector(A.columns, seed, 0));
  axpy(z, MIXED_IN, randomVector(A.columns, seed, 1), z.length);
  if (!singular) M.toSolutionInto(z, z);
  const image = new Float64Array(n);
  A.multiplyInto(image, z);
  const length = Math.sqrt(n) / norm2(image, 0, n);
  return z.map((entry) => entry * length);
}

/** Unit vector near the eigenvector of the largest eigenvalue of M, positive semidefinite, by Lanczos steps. */
function largestVector(M: PreconditionedGram, start: Float64Array): Float64Array {
  const d = M.size;
  const basis: Float64Array[] = [];
  const steps = Math.min(d, LANCZOS_STEPS);
  const T = new Float64Array(steps * steps);
  let next = start;
  for (let k = 0; k < steps; k++) {
    const norm = norm2(next, 0, d);
    if (k > 0 && !(norm > 1e-12 * T[0])) break;
    basis.push(next.map((entry) => entry / norm));
    next = new Float64Array(d);
    M.multiplyInto(next, basis[k]);
    // all projections, twice: the few vectors stay orthogonal to rounding
    for (let pass = 0; pass < 2; pass++) {
      for (let l = 0; l <= k; l++) {
        const overlap = dot(basis[l], next, d);
        T[l * steps + k] += overlap;
        if (l < k && pass === 0) T[k * steps + l] = T[l * steps + k];
        axpy(next, -overlap, basis[l], d);
      }
    }
  }
  const weights = svd({ rows: steps, columns: steps, data: T }).v;
  const z = new Float64Array(d);
  basis.forEach((vector, k) => {
    axpy(z, weights.data[k * steps], vector, d);
  });
  return z;
}

/** A unit vector without structure. */
function randomVector(d: number, seed: Seed, index: number): Float64Array {
  const key = streamKey(seed, 'regression start');
  const draw = drawState(key, index);
  const v = new Float64Array(d).map((_, j) => (mix(rowState(key, j) ^ draw) + 0.5) * 2 ** -31);
  const norm = norm2(v, 0, d);
  return v.map((entry) => entry / norm);
}
