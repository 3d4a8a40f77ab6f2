/**
 * The paper's route: features Z with ZZᵀ ≈ G from TensorSRHT, and the problem with ZZᵀ in place of the kernel,
 * preconditioned by a sketch of Z and solved by gradient descent. Song, Yin & Zhang, arXiv 2308.14304, section 7.
 *
 * Without a ridge, ZZᵀz = c has z = Zy with y = (ZᵀZ)⁻¹ argmin ‖Zy − c‖: an odd power. With Δ it is least squares on
 * the stacked matrix [Δ^(−½)Z; I].
 */
import { SketchSolveError } from '../core/errors';
import type { Matrix } from '../core/matrix';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { gaussianFeatures } from '../sketch/gaussianFeatures';
import type { AttentionSettings } from './attentionOptions';
import { oddPower } from './gramProblems';
import { GramSystem } from './gramSystem';
import { resolveOptions } from './options';
import type { SolveResult } from './result';

/** Squared radius of the rows about their mean from which the features are a poor proxy, and a useless one. */
export const DOUBTFUL_RADIUS_SQ = 5;
const LARGEST_RADIUS_SQ = 20;
const TRUNCATION = 1e-8;
const DEFAULT_COLUMNS = 512;

export interface ProxySolution {
  readonly z: Float64Array;
  readonly Z: Matrix;
  readonly radiusSq: number;
  readonly iterations: number;
  readonly reason: SolveResult['status'];
}

/** z with (ZZᵀ + Δ)z ≈ c for rows A (already divided by √τ). */
export function solveProxy(
  caller: string,
  A: Matrix,
  shift: Float64Array,
  c: Float64Array,
  settings: AttentionSettings,
): ProxySolution {
  const columns = settings.rank ?? Math.min(A.rows, Math.max(DEFAULT_COLUMNS, 4 * A.columns));
  const { Z, radiusSq } = gaussianFeatures(caller, A, {
    columns,
    truncation: TRUNCATION,
    seed: settings.seed,
  });
  if (radiusSq > LARGEST_RADIUS_SQ) {
    throw new SketchSolveError(
      'INVALID_ARGUMENT',
      `${caller}: method 'sketch' on rows up to r² = ${radiusSq.toPrecision(3)} from their mean, expected at most ${LARGEST_RADIUS_SQ} (raise temperature): beyond, the kernel is nearly the identity and its features are not`,
      { radiusSq },
    );
  }
  const solution = shift.some((delta) => delta > 0)
    ? withRidge(caller, Z, shift, c, settings)
    : withoutRidge(caller, Z, c, settings);
  return { ...solution, Z, radiusSq };
}

type Solution = Pick<ProxySolution, 'z' | 'iterations' | 'reason'>;

function withoutRidge(caller: string, Z: Matrix, c: Float64Array, settings: AttentionSettings): Solution {
  const { x: y, stats, status } = oddPower(gramSystem(caller, Z, settings, true), c, 1);
  const z = new Float64Array(Z.rows);
  matvecInto(z, Z.data, Z.rows, Z.columns, y);
  return { z, iterations: stats.iterations, reason: status };
}

function withRidge(
  caller: string,
  Z: Matrix,
  shift: Float64Array,
  c: Float64Array,
  settings: AttentionSettings,
): Solution {
  const { rows: n, columns: k } = Z;
  const root = shift.map((delta) => Math.sqrt(Math.max(delta, Number.MIN_VALUE)));
  const stacked: Matrix = { rows: n + k, columns: k, data: new Float64Array((n + k) * k) };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) stacked.data[i * k + j] = Z.data[i * k + j] / root[i];
  }
  for (let j = 0; j < k; j++) stacked.data[(n + j) * k + j] = 1;
  const right = new Float64Array(n + k);
  for (let i = 0; i < n; i++) right[i] = c[i] / root[i];
  const { x: y, stats, status } = oddPower(gramSystem(caller, stacked, settings, false), right, 0);
  const z = new Float64Array(n);
  matvecInto(z, Z.data, n, k, y);
  for (let i = 0; i < n; i++) z[i] = (c[i] - z[i]) / root[i] ** 2;
  return { z, iterations: stats.iterations, reason: status };
}

function gramSystem(caller: string, Z: Matrix, settings: AttentionSettings, powers: boolean): GramSystem {
  const { tolerance, maxIterations, seed, sketchIteration, onIteration, signal } = settings;
  const options = resolveOptions(
    caller,
    {
      tolerance,
      maxIterations,
      seed,
      method: sketchIteration,
      minNorm: true,
      ...(onIteration && { onIteration }),
      ...(signal && { signal }),
    },
    Z.columns,
  );
  return new GramSystem(caller, Z, 0, sketchIteration, options, powers);
}

/** (ZZᵀ + Δ)z */
export function proxyProduct(Z: Matrix, shift: Float64Array, z: Float64Array): Float64Array {
  const inner = new Float64Array(Z.columns);
  matvecTransposedInto(inner, Z.data, Z.rows, Z.columns, z);
  const y = new Float64Array(Z.rows);
  matvecInto(y, Z.data, Z.rows, Z.columns, inner);
  return y.map((entry, i) => entry + shift[i] * z[i]);
}
