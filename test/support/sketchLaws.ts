/**
 * The laws every sketch obeys, as functions that measure: tests assert on what they return, for the real
 * sketches and, with the opposite expectation, for the broken ones of `broken.ts`.
 */
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { type Matrix, matrix } from '../../src/core/matrix';
import { mix } from '../../src/random/counter';
import type { RowSketch } from '../../src/sketch/operator';

/** A family of sketches: one for every size and seed. */
export type SketchFamily = (rows: number, columns: number, seed: number | string) => RowSketch;

/** Reproducible numbers in (−1, 1), from a generator that no sketch uses in this way. */
export function uniformMatrix(rows: number, columns: number, seed: number): Matrix {
  const data = new Float64Array(rows * columns);
  for (let p = 0; p < data.length; p++) data[p] = mix(mix(p + 1) + 0x9e3779b9 * seed) / 2 ** 31;
  return matrix(rows, columns, data);
}

/** Reproducible integers from −50 to 50: sums of them are exact. */
export function integerMatrix(rows: number, columns: number, seed: number): Matrix {
  const U = uniformMatrix(rows, columns, seed);
  return matrix(
    rows,
    columns,
    U.data.map((v) => Math.round(50 * v)),
  );
}

export function identity(n: number): Matrix {
  const I = matrix(n, n);
  for (let i = 0; i < n; i++) I.data[i * n + i] = 1;
  return I;
}

/** n × d with ones in rows `step·j + first`: orthonormal columns that touch only d rows. */
export function identityRows(n: number, d: number, step: number, first = 0): Matrix {
  const Q = matrix(n, d);
  for (let j = 0; j < d; j++) Q.data[(first + step * j) * d + j] = 1;
  return Q;
}

/** Orthonormal basis of the span of random columns: modified Gram–Schmidt, twice. */
export function orthonormalColumns(n: number, d: number, seed: number): Matrix {
  const Q = uniformMatrix(n, d, seed);
  const q = Q.data;
  for (let j = 0; j < d; j++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < j; k++) {
        let h = 0;
        for (let i = 0; i < n; i++) h += q[i * d + k] * q[i * d + j];
        for (let i = 0; i < n; i++) q[i * d + j] -= h * q[i * d + k];
      }
    }
    let sumSq = 0;
    for (let i = 0; i < n; i++) sumSq += q[i * d + j] ** 2;
    for (let i = 0; i < n; i++) q[i * d + j] /= Math.sqrt(sumSq);
  }
  return Q;
}

/** Columns 0 … d − 1 of the Walsh–Hadamard matrix, orthonormal: (−1)^parity(i & j)/√n. */
export function hadamardColumns(n: number, d: number): Matrix {
  const U = matrix(n, d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      let parity = 0;
      for (let bits = i & j; bits !== 0; bits &= bits - 1) parity ^= 1;
      U.data[i * d + j] = (1 - 2 * parity) / Math.sqrt(n);
    }
  }
  return U;
}

/** BᵀB. */
export function gramOf(B: Matrix): Matrix {
  const { rows, columns: d } = B;
  const G = matrix(d, d);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < d; j++) {
      const b = B.data[i * d + j];
      if (b !== 0) for (let k = 0; k < d; k++) G.data[j * d + k] += b * B.data[i * d + k];
    }
  }
  return G;
}

/** Largest |(SU)ᵀ(SU) − I|. */
export function gramDeviation(SU: Matrix): number {
  const G = gramOf(SU);
  let largest = 0;
  for (let i = 0; i < G.rows; i++) {
    for (let j = 0; j < G.columns; j++) {
      largest = Math.max(largest, Math.abs(G.data[i * G.columns + j] - (i === j ? 1 : 0)));
    }
  }
  return largest;
}

/** κ₂(B) from the eigenvalues of BᵀB, Infinity from about 1e7 on: enough to tell distortions of order 1. */
export function conditionOf(B: Matrix): number {
  const G = gramOf(B);
  const values = new EigenvalueDecomposition(new MlMatrix(rowsOf(G)), { assumeSymmetric: true }).realEigenvalues;
  const smallest = Math.min(...values);
  const largest = Math.max(...values);
  return smallest > 1e-14 * largest ? Math.sqrt(largest / smallest) : Number.POSITIVE_INFINITY;
}

function rowsOf(A: Matrix): number[][] {
  return Array.from({ length: A.rows }, (_, i) => Array.from(A.data.subarray(i * A.columns, (i + 1) * A.columns)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** κ(S·Q) for `draws` seeds. */
export function distortions(family: SketchFamily, rows: number, Q: Matrix, draws: number): number[] {
  return Array.from({ length: draws }, (_, seed) => conditionOf(family(rows, Q.rows, seed).apply(Q)));
}
