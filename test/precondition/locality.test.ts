import { describe, expect, it } from 'vitest';
import type { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { residualLocality } from '../../src/precondition/locality';
import { PivotedCholesky } from '../../src/precondition/pivotedCholesky';
import { clusteredPoints, digitPoints, gaussianCloud, naiveKernel, testWords } from '../support/kernels';

const rows = Int32Array.from({ length: 16 }, (_, k) => 7 * k + 3);

function factorOf(points: GaussianPoints, rank: number): PivotedCholesky {
  const factor = new PivotedCholesky(points, testWords(1));
  factor.extendTo(rank);
  return factor;
}

/** By the definition, with all of G − FFᵀ in front of us. */
function naiveLocality(points: GaussianPoints, factor: PivotedCholesky): number {
  const n = points.size;
  const G = naiveKernel(points);
  const shares = Array.from(rows, (row) => {
    const others = Array.from({ length: n }, (_, j) => j)
      .filter((j) => j !== row)
      .map((j) => {
        let left = G[row * n + j];
        for (let k = 0; k < factor.rank; k++)
          left -= factor.F[row * factor.ldf + k] * factor.F[j * factor.ldf + k];
        let distanceSq = 0;
        for (let l = 0; l < points.dimension; l++) {
          distanceSq +=
            (points.data[row * points.dimension + l] - points.data[j * points.dimension + l]) ** 2;
        }
        return { distanceSq, square: left * left };
      })
      .sort((a, b) => a.distanceSq - b.distanceSq);
    const sum = (of: typeof others) => of.reduce((total, { square }) => total + square, 0);
    return sum(others.slice(0, 60)) / sum(others);
  }).sort((a, b) => a - b);
  return (shares[8] - 60 / n) / (1 - 60 / n);
}

describe('residualLocality', () => {
  it.each([
    ['a cloud', gaussianCloud(300, 4, 1), 30],
    ['digits', digitPoints(300), 40],
    ['clusters', clusteredPoints(300, 30, 5, 0.2, 2), 20],
  ] as const)('%s: the median share of the 60 nearest, less what chance gives', (_, points, rank) => {
    const factor = factorOf(points, rank);
    const exact = naiveLocality(points, factor);
    expect(Math.abs(residualLocality(points, factor, rows) - exact)).toBeLessThan(1e-8);
  });

  it('near 1 in few dimensions, below 0.35 for clusters in 100: what AFN is chosen by', () => {
    const cloud = gaussianCloud(600, 3, 3, 2);
    const clusters = clusteredPoints(1200, 100, 5, 1, 4);
    expect(residualLocality(cloud, factorOf(cloud, 100), rows)).toBeGreaterThan(0.8);
    expect(residualLocality(clusters, factorOf(clusters, 40), rows)).toBeLessThan(0.35);
  });

  it('it is the residual that counts, not the kernel (negative control)', () => {
    const points = clusteredPoints(300, 30, 5, 0.2, 5);
    const whole = residualLocality(points, factorOf(points, 0), rows);
    const left = residualLocality(points, factorOf(points, 60), rows);
    expect(left).toBeGreaterThan(whole + 0.2);
  });

  it('120 points and fewer are all neighbours', () => {
    const points = gaussianCloud(120, 3, 6);
    expect(residualLocality(points, factorOf(points, 5), Int32Array.of(1, 2))).toBe(1);
  });
});
