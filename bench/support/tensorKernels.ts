/** Rows whose kernel (AAᵀ)ᵖ, entry by entry, is to be sketched, the kernel itself, and how far ZZᵀ is from it. */
import { readFileSync } from 'node:fs';
import type { Matrix } from 'sketchsolve';
import { parseCsv } from '../../examples/support/csv';
import { gemmInto } from '../../src/dense/gemm';
import { matvecInto } from '../../src/dense/matvec';
import { norm2 } from '../../src/dense/vector';
import { firstPower, nextPower, symmetricPowerInto } from '../../src/sketch/symmetricPower';
import { unitRows } from './attentionCases';
import { plantedMatrix, randomOrthonormal } from './plantedMatrix';
import { normalVector } from './randomData';

/** n × d with squared singular values in geometric progression, ‖A‖_F²/‖A‖² = stableRank < d and ‖A‖_F² = n. */
export function plantedRows(n: number, d: number, stableRank: number, seed: number): Matrix {
  const q = progressionRatio(d, stableRank);
  const sigma = Float64Array.from({ length: d }, (_, k) => Math.sqrt((n / stableRank) * q ** k));
  return plantedMatrix(randomOrthonormal(n, d, seed), sigma, seed + 1).A;
}

/** q with 1 + q + … + q^(d−1) = sum. */
function progressionRatio(d: number, sum: number): number {
  let [low, high] = [0, 1];
  for (let k = 0; k < 60; k++) {
    const q = (low + high) / 2;
    if ((1 - q ** d) / (1 - q) < sum) low = q;
    else high = q;
  }
  return low;
}

/** The first n digits: columns standardised over all rows, rows of unit norm. */
export function unitDigits(n: number): Matrix {
  const text = readFileSync(new URL('../../examples/data/digits.csv', import.meta.url), 'utf8');
  const { A } = parseCsv('digits.csv', text);
  const { rows, columns: d, data } = A;
  const X = new Float64Array(n * d);
  for (let k = 0; k < d; k++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < rows; i++) sum += data[i * d + k] / rows;
    for (let i = 0; i < rows; i++) squares += (data[i * d + k] - sum) ** 2 / rows;
    const deviation = Math.sqrt(squares) || 1; // some pixels are always white
    for (let i = 0; i < n; i++) X[i * d + k] = (data[i * d + k] - sum) / deviation;
  }
  return unitRows({ rows: n, columns: d, data: X });
}

/** f(⟨aᵢ, aⱼ⟩) for all pairs. */
export function kernelOf(A: Matrix, f: (product: number) => number): Float64Array {
  const { rows: n, columns: d, data } = A;
  const K = new Float64Array(n * n);
  gemmInto(K, 0, n, data, 0, d, false, data, 0, d, true, n, n, d, 1, 0);
  return K.map(f);
}

/** ‖ZZᵀ − K‖₂ */
export function distanceToKernel(Z: Matrix, K: Float64Array): number {
  const { rows: n, columns: m, data } = Z;
  const E = K.slice();
  gemmInto(E, 0, n, data, 0, m, false, data, 0, m, true, n, n, m, 1, -1);
  return spectralNorm(E, n);
}

/** ‖K‖₂ of a symmetric n × n matrix by 100 power steps: to 1% where several eigenvalues are near the largest. */
export function spectralNorm(K: Float64Array, n: number): number {
  let v = normalVector(n, 1);
  let norm = norm2(v, 0, n);
  for (let step = 0; step < 100 && norm > 0; step++) {
    const unit = v.map((entry) => entry / norm);
    v = new Float64Array(n);
    matvecInto(v, K, n, n, unit);
    norm = norm2(v, 0, n);
  }
  return norm;
}

/** Trace over largest eigenvalue. */
export function stableRankOf(K: Float64Array, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += K[i * (n + 1)];
  return trace / spectralNorm(K, n);
}

/** All monomials of degree p of every row, weighted so that ZZᵀ = (AAᵀ)ᵖ: n × C(d+p−1, p). */
export function exactFeatures(A: Matrix, p: number): Matrix {
  const { rows: n, columns: d, data } = A;
  let power = firstPower(d);
  const powers = Array.from({ length: p - 1 }, () => {
    power = nextPower(power, d);
    return power;
  });
  const out = new Float64Array(n * power.length);
  for (let i = 0; i < n; i++) {
    const x = data.subarray(i * d, (i + 1) * d);
    let row = x;
    for (const [k, next] of powers.entries()) {
      const to =
        k === p - 2 ? out.subarray(i * next.length, (i + 1) * next.length) : new Float64Array(next.length);
      symmetricPowerInto(to, next, row, x, 1);
      row = to;
    }
  }
  return { rows: n, columns: power.length, data: out };
}
