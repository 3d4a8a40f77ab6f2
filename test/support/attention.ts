/**
 * The attention kernel by its definition, in doubles and in double-double, and inputs for its solvers.
 */
import { loadExampleData } from '../../examples/support/csv';
import type { Matrix } from '../../src/core/matrix';
import {
  add,
  type DoubleDouble,
  dot,
  fromDoubles,
  multiply,
  type Pair,
  pairAt,
  setPair,
  subtract,
  zeros,
} from './doubleDouble';
import { cholesky, solveLowerInPlace, solveLowerTransposedInPlace } from './doubleDoubleFactor';
import { extendedExp } from './extendedExp';
import { randomMatrix, testRandom } from './random';

export interface KernelDefinition {
  readonly temperature?: number;
  readonly ridge?: number;
  readonly ridgeKind?: 'relative' | 'absolute';
  readonly softmax?: boolean;
  readonly causal?: boolean;
}

/** exp(⟨aᵢ, aⱼ⟩/τ), masked, ridge added, rows divided by the sums of the kernel without its ridge. */
export function naiveAttention(A: Matrix, definition: KernelDefinition = {}): Matrix {
  const { temperature = 1, ridge = 0, ridgeKind = 'relative', softmax = false, causal = false } = definition;
  const { rows: n, columns: d, data } = A;
  const K = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    let total = 0;
    for (let j = 0; j < (causal ? i + 1 : n); j++) {
      let product = 0;
      for (let l = 0; l < d; l++) product += data[i * d + l] * data[j * d + l];
      K[i * n + j] = Math.exp(product / temperature);
      total += K[i * n + j];
    }
    K[i * n + i] += ridgeKind === 'relative' ? ridge * K[i * n + i] : ridge;
    if (softmax) for (let j = 0; j < n; j++) K[i * n + j] /= total;
  }
  return { rows: n, columns: n, data: K };
}

/** ‖b − Kx‖/‖b‖ for a dense K. */
export function naiveResidual(K: Matrix, x: Float64Array, b: Float64Array): number {
  const r = b.map((entry, i) => {
    let sum = entry;
    for (let j = 0; j < K.columns; j++) sum -= K.data[i * K.columns + j] * x[j];
    return sum;
  });
  return Math.hypot(...r) / Math.hypot(...b);
}

/** ⟨aᵢ, aⱼ⟩, i and j rows of A, in double-double. */
function exponents(A: Matrix): DoubleDouble {
  const { rows: n, columns: d } = A;
  const source = fromDoubles(A.data);
  const out = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) setPair(out, i * n + j, dot(source, i * d, source, j * d, d));
  }
  return out;
}

const scaled = ([hi, lo]: Pair, factor: number): Pair => [hi * factor, lo * factor];

export interface ExtendedSolution {
  /** Rounded once. */
  readonly x: Float64Array;
  /** What relative errors of size 1 in the entries of G and Db may change: D|G⁻¹|(G|z| + |Db|), z = D⁻¹x. */
  readonly sensitivity: Float64Array;
}

/**
 * The solution of exp(AAᵀ)x + ridge = b for exactly the stored A and b: double-double Cholesky of G = D exp(AAᵀ) D
 * + D·ridge·D with D = diag(exp(−|aᵢ|²/2)). Right while cond(G) < 1e28.
 */
export function extendedSolution(
  A: Matrix,
  b: Float64Array,
  ridge = 0,
  ridgeKind: 'relative' | 'absolute' = 'relative',
): ExtendedSolution {
  const n = A.rows;
  const s = exponents(A);
  const half = Array.from({ length: n }, (_, i) => scaled(pairAt(s, i * (n + 1)), 0.5));
  const D = half.map((e) => extendedExp(scaled(e, -1)));
  const G = zeros(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const exponent = subtract(subtract(pairAt(s, i * n + j), half[i]), half[j]);
      setPair(G, i * n + j, extendedExp(exponent));
    }
    const shift: Pair = ridgeKind === 'relative' ? [ridge, 0] : multiply([ridge, 0], multiply(D[i], D[i]));
    setPair(G, i * (n + 1), add(pairAt(G, i * (n + 1)), shift));
  }
  const L = cholesky(G, n);
  const solve = (entry: (i: number) => Pair) => {
    const z = zeros(n);
    for (let i = 0; i < n; i++) setPair(z, i, entry(i));
    solveLowerInPlace(z, L, n, n);
    solveLowerTransposedInPlace(z, L, n, n);
    return z;
  };
  const z = solve((i) => multiply(D[i], [b[i], 0]));
  const sizes = Float64Array.from(D, ([weight], i) => {
    let sum = weight * Math.abs(b[i]);
    for (let j = 0; j < n; j++) sum += G.hi[i * n + j] * Math.abs(z.hi[j]);
    return sum;
  });
  const sensitivity = Float64Array.from(D, ([weight], i) => {
    const column = solve((j) => [i === j ? 1 : 0, 0]).hi;
    return column.reduce((sum, entry, j) => sum + weight * Math.abs(entry) * sizes[j], 0);
  });
  return { x: Float64Array.from(D, (weight, i) => multiply(weight, pairAt(z, i))[0]), sensitivity };
}

/** maxᵢ |b − Kx|ᵢ/(K|x| + |b|)ᵢ with K = exp(AAᵀ) and every product in double-double. */
export function extendedBackwardError(A: Matrix, x: Float64Array, b: Float64Array): number {
  const n = A.rows;
  const s = exponents(A);
  let worst = 0;
  for (let i = 0; i < n; i++) {
    let rest: Pair = [b[i], 0];
    let size = Math.abs(b[i]);
    for (let j = 0; j < n; j++) {
      const term = multiply(extendedExp(pairAt(s, i * n + j)), [x[j], 0]);
      rest = subtract(rest, term);
      size += Math.abs(term[0]);
    }
    worst = Math.max(worst, Math.abs(rest[0]) / size);
  }
  return worst;
}

/** maxᵢ |x − exact|ᵢ/sensitivityᵢ */
export function componentwiseError(
  x: ArrayLike<number>,
  { x: exact, sensitivity }: ExtendedSolution,
): number {
  return exact.reduce((worst, entry, i) => Math.max(worst, Math.abs(x[i] - entry) / sensitivity[i]), 0);
}

/** ‖x − y‖/‖y‖ */
export function distance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const difference = Array.from(x, (xi, i) => xi - y[i]);
  return Math.hypot(...difference) / Math.hypot(...Array.from(y));
}

/** Random directions, squared norms spread evenly from 0 to `radiusSq`. */
export function spreadRows(n: number, d: number, radiusSq: number, seed: number): Matrix {
  const A = randomMatrix(n, d, seed);
  for (let i = 0; i < n; i++) {
    let normSq = 0;
    for (let j = 0; j < d; j++) normSq += A.data[i * d + j] ** 2;
    const scale = Math.sqrt(((i / Math.max(1, n - 1)) * radiusSq) / normSq);
    for (let j = 0; j < d; j++) A.data[i * d + j] *= scale;
  }
  return A;
}

/** A with every entry multiplied. */
export function timesScalar(A: Matrix, factor: number): Matrix {
  return { ...A, data: A.data.map((entry) => entry * factor) };
}

/** The digits, pixels in [0, 1]. */
export function digits(): Matrix {
  return timesScalar(loadExampleData('digits.csv').A, 1 / 16);
}

/** Breast cancer data, columns with mean 0 and variance 1. */
export function breastCancer(): Matrix {
  const { A } = loadExampleData('breast-cancer.csv');
  const { rows: n, columns: d } = A;
  const data = A.data.slice();
  for (let j = 0; j < d; j++) {
    let mean = 0;
    let variance = 0;
    for (let i = 0; i < n; i++) mean += A.data[i * d + j] / n;
    for (let i = 0; i < n; i++) variance += (A.data[i * d + j] - mean) ** 2 / n;
    for (let i = 0; i < n; i++) data[i * d + j] = (A.data[i * d + j] - mean) / Math.sqrt(variance);
  }
  return { rows: n, columns: d, data };
}

/** A with the rows `copies[k]` appended. */
export function withCopies(A: Matrix, copies: readonly number[]): Matrix {
  const { rows: n, columns: d } = A;
  const data = new Float64Array((n + copies.length) * d);
  data.set(A.data);
  copies.forEach((row, k) => {
    data.set(A.data.subarray(row * d, (row + 1) * d), (n + k) * d);
  });
  return { rows: n + copies.length, columns: d, data };
}

/** A with its rows in random order, and where every one of them went. */
export function shuffledRows(A: Matrix, seed: number): { A: Matrix; order: Int32Array } {
  const random = testRandom(seed);
  const { rows: n, columns: d } = A;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const data = new Float64Array(n * d);
  order.forEach((from, i) => {
    data.set(A.data.subarray(from * d, (from + 1) * d), i * d);
  });
  return { A: { rows: n, columns: d, data }, order };
}
