import { describe, expect, it } from 'vitest';
import { householderInPlace, householderWorkLength } from '../../src/dense/householder';
import { DenseRegressionMatrix } from '../../src/solvers/regressionDense';
import {
  inclusionProbabilities,
  preconditionerRows,
  weightedFactor,
} from '../../src/solvers/regressionFactor';
import { randomMatrix, randomVector } from '../support/random';

const n = 4000;
const d = 10;
const A = randomMatrix(n, d, 1);
const weights = randomVector(n, 2).map((v) => v ** 2 + 0.01);
// one row that carries a direction by itself: sampling must not miss it
for (let j = 0; j < d; j++) A.data[7 * d + j] = j === 3 ? 1e4 : 0;
const KINDS = ['sparse-sign', 'leverage-scores'] as const;

/** ‖R⁻ᵀC(AᵀDA)CR⁻¹ − I‖ bounded by its entries: the columns of √D·A·C·R⁻¹ through another QR. */
function distortion(R: Float64Array, scale: Float64Array): number {
  const B = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      let sum = Math.sqrt(weights[i]) * A.data[i * d + j] * scale[j];
      for (let k = 0; k < j; k++) sum -= B[i * d + k] * R[k * d + j];
      B[i * d + j] = sum / R[j * d + j];
    }
  }
  let worst = 0;
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++) {
      let sum = j === k ? -1 : 0;
      for (let i = 0; i < n; i++) sum += B[i * d + j] * B[i * d + k];
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
}

describe('weightedFactor', () => {
  it.each(KINDS)('%s: AᵀDA up to the distortion of 12d rows, whatever D and a heavy row', (kind) => {
    // at most the largest eigenvalue of (UᵀSᵀSU)⁻¹ − I: 1/(1 − √(d/m))² − 1 for independent entries
    const edge = 1 / (1 - Math.sqrt(1 / 12)) ** 2 - 1;
    for (const seed of [1, 2, 3]) {
      const { R, scale, sketchSize, singular } = weightedFactor(new DenseRegressionMatrix(A), weights, {
        kind,
        rows: 12 * d,
        seed,
      });
      expect(singular).toBe(false);
      expect(Math.abs(sketchSize - 12 * d)).toBeLessThanOrEqual(
        kind === 'sparse-sign' ? 0 : 5 * Math.sqrt(12 * d),
      );
      const error = distortion(R, scale);
      expect(error).toBeLessThanOrEqual(edge);
      expect(error).toBeGreaterThan(1e-3);
    }
  });

  it.each(KINDS)('%s: exact where the sketch would have as many rows', (kind) => {
    const { R, scale, sketchSize } = weightedFactor(new DenseRegressionMatrix(A), weights, {
      kind,
      rows: n,
      seed: 1,
    });
    expect(sketchSize).toBe(0);
    expect(distortion(R, scale)).toBeLessThanOrEqual(1e-12);
  });

  it('rows without weight do not count: a few rows are taken as they are', () => {
    const few = new Float64Array(n);
    for (let i = 100; i < 112; i++) few[i] = i;
    const { R, scale, sketchSize } = weightedFactor(new DenseRegressionMatrix(A), few, {
      kind: 'sparse-sign',
      rows: 12 * d,
      seed: 1,
    });
    expect(sketchSize).toBe(0);
    const B = new Float64Array(12 * d);
    for (let p = 0; p < B.length; p++) {
      B[p] = Math.sqrt(100 + Math.floor(p / d)) * A.data[100 * d + p] * scale[p % d];
    }
    householderInPlace(B, d, 12, d, new Float64Array(d), new Float64Array(householderWorkLength(12, d)));
    for (let j = 0; j < d; j++)
      for (let k = j; k < d; k++) expect(R[j * d + k]).toBeCloseTo(B[j * d + k], 12);
  });

  it('fewer rows than columns, none, and dependent columns are singular, not wrong', () => {
    const matrix = new DenseRegressionMatrix(A);
    const three = new Float64Array(n).map((_, i) => (i < 3 ? 1 : 0));
    const plan = { kind: 'sparse-sign', rows: 120, seed: 1 } as const;
    expect(weightedFactor(matrix, three, plan).singular).toBe(true);
    expect(weightedFactor(matrix, three, plan).R.every(Number.isFinite)).toBe(true);
    expect(weightedFactor(matrix, new Float64Array(n), plan).singular).toBe(true);
    const double = { ...A, data: A.data.map((v, p) => (p % d === 9 ? A.data[p - 9] : v)) };
    for (const kind of KINDS) {
      expect(weightedFactor(new DenseRegressionMatrix(double), weights, { ...plan, kind }).singular).toBe(
        true,
      );
    }
  });

  it('preconditioner rows: 4d, d + 20 for few columns', () => {
    expect([1, 6, 7, 100].map(preconditionerRows)).toEqual([21, 26, 28, 400]);
  });
});

describe('inclusionProbabilities', () => {
  it('min(1, c·score) with the sum asked for', () => {
    const scores = randomVector(500, 5).map((v) => v ** 4);
    const chances = inclusionProbabilities(scores, 60);
    expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(60, 9);
    expect(Math.max(...chances)).toBe(1);
    const factors = Array.from(chances, (chance, i) => chance / scores[i]).filter((_, i) => chances[i] < 1);
    expect(Math.max(...factors) / Math.min(...factors)).toBeCloseTo(1, 12);
    chances.forEach((chance, i) => {
      if (chance === 1) expect(scores[i] * factors[0]).toBeGreaterThanOrEqual(1);
    });
  });

  it('equal scores are equally likely; rows without score are never taken', () => {
    expect(Array.from(inclusionProbabilities(new Float64Array(8).fill(3), 2))).toEqual(
      new Array(8).fill(0.25),
    );
    expect(Array.from(inclusionProbabilities(Float64Array.of(0, 1, 1), 1))).toEqual([0, 0.5, 0.5]);
    expect(Array.from(inclusionProbabilities(Float64Array.of(0, 1, 1), 2))).toEqual([0, 1, 1]);
    expect(Array.from(inclusionProbabilities(new Float64Array(3), 2))).toEqual([0, 0, 0]);
  });
});
