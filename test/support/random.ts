/**
 * Seeded random numbers for tests, independent of src/random: the generator that places the data must
 * not be the one whose sketches are judged on it. xoshiro128** (Blackman & Vigna) seeded by splitmix32;
 * normals by Box–Muller.
 */
import type { Matrix } from '../../src/core/matrix';

export interface TestRandom {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform integer from 0 to bound − 1. */
  integer(bound: number): number;
  /** ±1 with equal probability. */
  sign(): number;
}

export function testRandom(seed: number): TestRandom {
  const nextWord = xoshiro(seed);
  const uniform = (): number => ((nextWord() >>> 5) * 67108864 + (nextWord() >>> 6)) / 2 ** 53;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // 1 − uniform is never 0
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  const integer = (bound: number): number => Math.floor(uniform() * bound);
  return { uniform, normal, integer, sign: () => (nextWord() & 0x80000000 ? 1 : -1) };
}

function xoshiro(seed: number): () => number {
  const state = Int32Array.from([0, 1, 2, 3], (k) => splitmix((seed | 0) + Math.imul(k + 1, 0x9e3779b9)));
  return () => {
    const word = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9);
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return word >>> 0;
  };
}

function splitmix(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Independent standard normals. */
export function randomVector(n: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return new Float64Array(n).map(() => random.normal());
}

/** Independent standard normals. */
export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  return { rows, columns, data: randomVector(rows * columns, seed) };
}

/** Uniform on the unit sphere, ‖x‖ = 1 to a few roundings. */
export function randomUnitVector(n: number, seed: number): Float64Array {
  const x = randomVector(n, seed);
  scaleToUnit(x);
  return x;
}

/**
 * n × d, n ≥ d, with orthonormal columns spanning a uniformly random subspace: Gaussian columns through
 * Gram–Schmidt, every projection done twice, so that ‖QᵀQ − I‖ stays at a few d·u.
 */
export function randomOrthonormal(n: number, d: number, seed: number): Matrix {
  if (n < d) throw new RangeError(`randomOrthonormal: n = ${n}, expected at least d = ${d}`);
  const columns: Float64Array[] = [];
  const random = testRandom(seed);
  for (let k = 0; k < d; k++) {
    const q = new Float64Array(n).map(() => random.normal());
    removeComponents(q, columns);
    scaleToUnit(q);
    columns.push(q);
  }
  const data = new Float64Array(n * d);
  for (let k = 0; k < d; k++) {
    for (let i = 0; i < n; i++) data[i * d + k] = columns[k][i];
  }
  return { rows: n, columns: d, data };
}

/**
 * A random unit vector of length Q.rows orthogonal to the orthonormal columns of Q; needs Q.rows > Q.columns.
 */
export function randomUnitOrthogonalTo(Q: Matrix, seed: number): Float64Array {
  const { rows: n, columns: d, data } = Q;
  if (n <= d)
    throw new RangeError(`randomUnitOrthogonalTo: nothing is orthogonal to ${d} columns of length ${n}`);
  const columns = Array.from({ length: d }, (_, k) => new Float64Array(n).map((_, i) => data[i * d + k]));
  const e = randomUnitVector(n, seed);
  removeComponents(e, columns);
  scaleToUnit(e);
  return e;
}

function removeComponents(q: Float64Array, columns: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const c of columns) {
      let overlap = 0;
      for (let i = 0; i < q.length; i++) overlap += c[i] * q[i];
      for (let i = 0; i < q.length; i++) q[i] -= overlap * c[i];
    }
  }
}

function scaleToUnit(x: Float64Array): void {
  let normSq = 0;
  for (let i = 0; i < x.length; i++) normSq += x[i] * x[i];
  const norm = Math.sqrt(normSq);
  for (let i = 0; i < x.length; i++) x[i] /= norm;
}
