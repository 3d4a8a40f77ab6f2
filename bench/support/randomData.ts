/** Inputs from fixed seeds. */
import type { Matrix } from 'sketchsolve';
import { normals, uniforms } from '../../examples/support/synthetic';

/** n × d, independent standard normal entries. */
export function normalRows(n: number, d: number, seed: number): Matrix {
  return { rows: n, columns: d, data: Float64Array.from({ length: n * d }, normals(seed)) };
}

export function normalVector(n: number, seed: number): Float64Array {
  return Float64Array.from({ length: n }, normals(seed));
}

/** n × d, entries uniform in (−1, 1): quicker to make. */
export function uniformRows(n: number, d: number, seed: number): Matrix {
  const uniform = uniforms(seed);
  const data = new Float64Array(n * d);
  for (let p = 0; p < data.length; p++) data[p] = 2 * uniform() - 1;
  return { rows: n, columns: d, data };
}

/** Upper triangular with a diagonal that dominates, so that solves with it stay near 1. */
export function upperTriangle(n: number, seed: number): Float64Array {
  const { data } = uniformRows(n, n, seed);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) data[i * n + j] = 0;
    for (let j = i + 1; j < n; j++) data[i * n + j] /= n;
    data[i * (n + 1)] = 1.5;
  }
  return data;
}
