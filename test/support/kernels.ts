/**
 * Gaussian kernels with known difficulties, the dense kernel by its definition, and plain conjugate gradients to
 * count steps with.
 */
import { loadExampleData } from '../../examples/support/csv';
import { gaussianUpperInto } from '../../src/dense/gaussianKernel';
import { GaussianKernel } from '../../src/iterative/gaussianOperator';
import { GaussianPoints } from '../../src/precondition/gaussianPoints';
import type { WordSource } from '../../src/precondition/pivotedCholesky';
import { wordAt } from '../../src/random/counter';
import { streamKey } from '../../src/random/seed';
import { randomVector, testRandom } from './random';

/** The rows of `data` (n × d), scaled after their mean is taken away. */
export function centredPoints(data: Float64Array, n: number, d: number, scale = 1): GaussianPoints {
  const centred = new Float64Array(n * d);
  for (let j = 0; j < d; j++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += data[i * d + j] / n;
    for (let i = 0; i < n; i++) centred[i * d + j] = scale * (data[i * d + j] - mean);
  }
  return new GaussianPoints(centred, n, d);
}

/** Independent standard normal coordinates. */
export function gaussianCloud(n: number, d: number, seed: number, scale = 1): GaussianPoints {
  return centredPoints(randomVector(n * d, seed), n, d, scale);
}

/** Unit vectors around `count` random directions; the noise has `spread` times the length of a direction. */
export function clusteredPoints(
  n: number,
  d: number,
  count: number,
  spread: number,
  seed: number,
): GaussianPoints {
  const random = testRandom(seed);
  const centres = randomVector(count * d, seed + 1);
  const data = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    let normSq = 0;
    for (let j = 0; j < d; j++) {
      const entry = centres[(i % count) * d + j] + spread * random.normal();
      data[i * d + j] = entry;
      normSq += entry * entry;
    }
    for (let j = 0; j < d; j++) data[i * d + j] /= Math.sqrt(normSq);
  }
  return centredPoints(data, n, d);
}

/** The first n digits, pixels in [0, 1], at temperature √d: rows over d^(1/4). */
export function digitPoints(n: number): GaussianPoints {
  const { A } = loadExampleData('digits.csv');
  return centredPoints(A.data.slice(0, n * A.columns), n, A.columns, 1 / 16 / A.columns ** 0.25);
}

/** exp(−|aᵢ − aⱼ|²/2) from the differences, n × n. */
export function naiveKernel({ data, size: n, dimension: d }: GaussianPoints): Float64Array {
  const G = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < d; l++) sum += (data[i * d + l] - data[j * d + l]) ** 2;
      G[i * n + j] = Math.exp(-sum / 2);
    }
  }
  return G;
}

export function testWords(seed: number | string): WordSource {
  const key = streamKey(seed, 'test');
  return (i, k) => wordAt(key, i, k);
}

export interface Inverse {
  applyInto(y: Float64Array, r: Float64Array): void;
}

/** M as a matrix, column by column: entry (i, j) at [i·n + j]. */
export function asMatrix(M: Inverse, n: number): Float64Array {
  const out = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const unit = new Float64Array(n);
    unit[j] = 1;
    M.applyInto(column, unit);
    for (let i = 0; i < n; i++) out[i * n + j] = column[i];
  }
  return out;
}

/** Steps of preconditioned conjugate gradients on (G + Δ)x = b until ‖r‖ ≤ tolerance·‖b‖; `limit` if more. */
export function conjugateGradientSteps(
  multiplyInto: (y: Float64Array, x: Float64Array) => void,
  shift: Float64Array,
  b: Float64Array,
  M: Inverse | null,
  tolerance: number,
  limit: number,
): number {
  const n = b.length;
  const inner = (x: Float64Array, y: Float64Array): number => x.reduce((sum, xi, i) => sum + xi * y[i], 0);
  const r = b.slice();
  const z = b.slice();
  const product = new Float64Array(n);
  M?.applyInto(z, r);
  const p = z.slice();
  let rho = inner(r, z);
  for (let step = 1; step < limit; step++) {
    multiplyInto(product, p);
    for (let i = 0; i < n; i++) product[i] += shift[i] * p[i];
    const alpha = rho / inner(p, product);
    for (let i = 0; i < n; i++) r[i] -= alpha * product[i];
    if (inner(r, r) <= tolerance ** 2 * inner(b, b)) return step;
    if (M === null) z.set(r);
    else M.applyInto(z, r);
    const next = inner(r, z);
    for (let i = 0; i < n; i++) p[i] = z[i] + (next / rho) * p[i];
    rho = next;
  }
  return limit;
}

/** The kernel as the library evaluates it, both halves. */
export function kernelMatrix({ data, halfSq, size: n, dimension }: GaussianPoints): Float64Array {
  const G = new Float64Array(n * n);
  gaussianUpperInto(G, data, halfSq, n, dimension);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) G[i * n + j] = G[j * n + i];
  return G;
}

/** y ← G x as the library does it. */
export function kernelProduct(points: GaussianPoints): (y: Float64Array, x: Float64Array) => void {
  const { data, halfSq, size, dimension } = points;
  const kernel = new GaussianKernel(data, halfSq, size, dimension, true);
  return (y, x) => kernel.multiplyInto(y, x);
}
