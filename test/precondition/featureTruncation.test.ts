import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { truncateFeatures } from '../../src/precondition/featureTruncation';
import { gaussianFeatures } from '../../src/sketch/gaussianFeatures';
import { gaussianCloud } from '../support/kernels';
import { exactSingularValues, naiveMatmul, naiveTranspose } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

const kernelOf = (Z: Matrix) => naiveMatmul(Z, naiveTranspose(Z)).data;

function largestColumnSq({ data, columns: k }: Matrix): number {
  const squares = new Float64Array(k);
  for (let p = 0; p < data.length; p++) squares[p % k] += data[p] ** 2;
  return Math.max(...squares);
}

/** Largest |ZZᵀ − Z'Z'ᵀ|, over max(n, k)·u·m. */
function kernelError(Z: Matrix, truncated: Matrix): number {
  const kept = kernelOf(truncated);
  const difference = kernelOf(Z).map((entry, p) => Math.abs(entry - kept[p]));
  const unit = Math.max(Z.rows, Z.columns) * u * largestColumnSq(Z);
  return difference.reduce((a, b) => Math.max(a, b)) / unit;
}

function scaledColumns(Z: Matrix, factor: (j: number) => number): Matrix {
  return { ...Z, data: Z.data.map((entry, p) => entry * factor(p % Z.columns)) };
}

function widened(Z: Matrix, times: number): Matrix {
  const columns = times * Z.columns;
  const data = new Float64Array(Z.rows * columns);
  for (let p = 0; p < data.length; p++) {
    const j = p % columns;
    // every copy with a sign of its own
    data[p] = Z.data[Math.floor(p / columns) * Z.columns + (j % Z.columns)] * (j < Z.columns ? 1 : -1);
  }
  return { rows: Z.rows, columns, data };
}

const cloud = gaussianCloud(90, 2, 3, 0.4);
const drawn = gaussianFeatures(
  'test',
  { rows: 90, columns: 2, data: cloud.data },
  { columns: 80, truncation: 1e-8, seed: 0 },
).Z;

const cases: Record<string, Matrix> = {
  'features of a plane': drawn,
  'graded σ, κ = 1e12': plantedMatrix({ n: 70, d: 30, kappa: 1e12, seed: 1 }).A,
  'graded columns': scaledColumns(randomMatrix(60, 20, 2), (j) => 10 ** (-j / 2)),
  'columns twice': widened(randomMatrix(50, 12, 3), 2),
  'more columns than rows': randomMatrix(15, 40, 4),
  'more columns than rows, deficient': widened(plantedMatrix({ n: 20, d: 20, kappa: 1e10, seed: 5 }).A, 3),
  'a zero column': scaledColumns(randomMatrix(40, 9, 6), (j) => (j === 4 ? 0 : 1)),
};

describe('truncateFeatures', () => {
  it.each(Object.entries(cases))('ZZᵀ up to its rounding, Z of full rank: %s', (_, Z) => {
    const truncated = truncateFeatures(Z);
    const { rows: n, columns: k } = Z;
    expect(truncated.rows).toBe(n);
    expect(truncated.columns).toBeLessThanOrEqual(Math.min(n, k));
    // trace of what is left out: (k − r) pivots below the level; rounding of ZV and ZᵀZ another few
    expect(kernelError(Z, truncated)).toBeLessThan(k);
    const sigma = exactSingularValues(truncated);
    // pivots above max(n, k)·u·m; σ_r² is less than the last pivot by a factor like k
    const level = Math.max(n, k) * u * largestColumnSq(Z);
    expect(sigma[truncated.columns - 1] ** 2).toBeGreaterThan(level / (4 * k));
  });

  it.each([1, 3, 1e5])('leaves out nothing of full rank: κ = %d', (kappa) => {
    const { A } = plantedMatrix({ n: 50, d: 13, kappa, seed: 7 });
    const truncated = truncateFeatures(A);
    expect(truncated.columns).toBe(13);
    const before = exactSingularValues(A);
    for (const [k, sigma] of exactSingularValues(truncated).entries()) {
      expect(Math.abs(sigma - before[k])).toBeLessThan(20 * 13 * u);
    }
    // a rotation: not the columns as they were
    expect(kernelError(A, truncated)).toBeLessThan(2);
  });

  it.each([
    ['columns twice', 12],
    ['more columns than rows', 15],
    ['a zero column', 8],
  ])('the rank where it is beyond doubt: %s', (name, rank) => {
    expect(truncateFeatures(cases[name]).columns).toBe(rank);
  });

  it('counts the singular values above √(nu)σ₁, within a factor 30', () => {
    const { A, sigma } = plantedMatrix({ n: 70, d: 30, kappa: 1e12, seed: 1 });
    const { columns } = truncateFeatures(A);
    const limit = Math.sqrt(70 * u);
    expect(columns).toBeGreaterThanOrEqual(sigma.filter((s) => s > 30 * limit).length);
    expect(columns).toBeLessThanOrEqual(sigma.filter((s) => s > limit / 30).length);
    expect(columns).toBeLessThan(30);
  });

  it.each([1e4, 1e6])(
    'grades the columns: scaled to norm 1 they are far better conditioned than κ = %d',
    (kappa) => {
      const { A } = plantedMatrix({ n: 60, d: 20, kappa, seed: 8 });
      const conditionOfScaled = (Z: Matrix) => {
        const norms = Array.from({ length: Z.columns }, (_, j) =>
          Math.hypot(...Array.from({ length: Z.rows }, (_, i) => Z.data[i * Z.columns + j])),
        );
        const sigma = exactSingularValues(scaledColumns(Z, (j) => 1 / norms[j]));
        return sigma[0] / sigma[sigma.length - 1];
      };
      // measured 3 and 4
      expect(conditionOfScaled(truncateFeatures(A))).toBeLessThan(20);
      expect(conditionOfScaled(A)).toBeGreaterThan(kappa / 100);
    },
  );

  it('negative control: a column less is far from ZZᵀ', () => {
    const { A } = plantedMatrix({ n: 50, d: 13, kappa: 1e5, seed: 7 });
    const fewer = scaledColumns(truncateFeatures(A), (j) => (j === 12 ? 0 : 1));
    expect(kernelError(A, fewer)).toBeGreaterThan(100);
  });

  it('does not change its argument', () => {
    const before = drawn.data.slice();
    truncateFeatures(drawn);
    expect(drawn.data).toEqual(before);
  });
});
