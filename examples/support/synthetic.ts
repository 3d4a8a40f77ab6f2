/** A tall matrix with a chosen condition number, and random numbers, from fixed streams. */
import { householderQr, type Matrix, matmul } from 'sketchsolve';

/** Numbers uniform in (0, 1); the same sequence on every run. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let t = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (((t ^ (t >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** Standard normal numbers; the same sequence on every run. */
export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** n × d with condition number about κ: a Gaussian matrix times a graded mixing of its columns. */
export function mixedColumns(n: number, d: number, kappa: number, seed: number): Matrix {
  const next = normals(seed);
  const gaussian: Matrix = { rows: n, columns: d, data: Float64Array.from({ length: n * d }, next) };
  const { q } = householderQr({ rows: d, columns: d, data: Float64Array.from({ length: d * d }, next) });
  const graded = q.data.map((entry, p) => entry * kappa ** (-Math.floor(p / d) / (d - 1)));
  return matmul(gaussian, { rows: d, columns: d, data: graded });
}
