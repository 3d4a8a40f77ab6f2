import { describe, expect, it } from 'vitest';
import { GaussianPoints } from '../../src/precondition/gaussianPoints';
import { nearestEarlier } from '../../src/precondition/nearestEarlier';
import { gaussianCloud } from '../support/kernels';

/** By sorting all distances. */
function naive({ data, dimension: d }: GaussianPoints, i: number, width: number): number[] {
  const distance = (j: number): number => {
    let sum = 0;
    for (let l = 0; l < d; l++) sum += (data[i * d + l] - data[j * d + l]) ** 2;
    return sum;
  };
  const order = Array.from({ length: i }, (_, j) => j).sort((a, b) => distance(a) - distance(b));
  return order.slice(0, width).sort((a, b) => a - b);
}

describe('nearestEarlier', () => {
  const cases = [
    [1, 2, 3],
    [2, 1, 1],
    [40, 3, 1],
    [40, 3, 60],
    [131, 2, 5],
    [133, 5, 20],
    [300, 2, 7],
    [280, 30, 20],
  ];
  it.each(cases)('%i points in dimension %i, width %i: the nearest before each, ascending', (n, d, width) => {
    const points = gaussianCloud(n, d, n + width);
    const { indices, width: stored } = nearestEarlier(points, width);
    expect(stored).toBe(width);
    for (let i = 0; i < n; i++) {
      const found = [...indices.subarray(i * width, i * width + Math.min(i, width))];
      expect(found).toEqual(naive(points, i, width));
    }
  });

  it('repeated points: different indices below i at distance 0', () => {
    const points = new GaussianPoints(new Float64Array(150 * 2).fill(0.7), 150, 2);
    const { indices } = nearestEarlier(points, 4);
    for (let i = 4; i < 150; i++) {
      const found = indices.subarray(4 * i, 4 * i + 4);
      expect(new Set(found).size).toBe(4);
      expect(Math.max(...found)).toBeLessThan(i);
    }
    expect(nearestEarlier(points, 4).indices).toEqual(indices);
  });

  it('no points, no neighbours', () => {
    expect(nearestEarlier(new GaussianPoints(new Float64Array(0), 0, 2), 3).indices).toHaveLength(0);
    expect(nearestEarlier(gaussianCloud(5, 2, 1), 0).indices).toHaveLength(0);
  });
});
