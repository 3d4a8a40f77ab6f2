import { describe, expect, it } from 'vitest';
import { randomMatrix, randomOrthonormal, randomUnitOrthogonalTo, randomVector, testRandom } from './random';
import { orthogonalityBound } from './tolerances';

describe('testRandom', () => {
  it('the same seed gives the same numbers, another seed others', () => {
    expect(randomVector(20, 7)).toEqual(randomVector(20, 7));
    expect(randomVector(20, 7)).not.toEqual(randomVector(20, 8));
  });

  it('moments of normals, uniforms and signs agree with their laws within 6 standard deviations', () => {
    const random = testRandom(3);
    const count = 100_000;
    const limit = 6 / Math.sqrt(count);
    let [normal, square, fourth, uniform, sign] = [0, 0, 0, 0, 0];
    for (let k = 0; k < count; k++) {
      const z = random.normal();
      normal += z / count;
      square += z ** 2 / count;
      fourth += z ** 4 / count;
      uniform += random.uniform() / count;
      sign += random.sign() / count;
    }
    expect(Math.abs(normal)).toBeLessThan(limit);
    expect(Math.abs(square - 1)).toBeLessThan(limit * Math.sqrt(2));
    expect(Math.abs(fourth - 3)).toBeLessThan(limit * Math.sqrt(96));
    expect(Math.abs(uniform - 1 / 2)).toBeLessThan(limit / Math.sqrt(12));
    expect(Math.abs(sign)).toBeLessThan(limit);
  });

  it('integers cover 0 … bound − 1 and nothing else', () => {
    const random = testRandom(1);
    const drawn = new Set(Array.from({ length: 500 }, () => random.integer(7)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('neighbouring seeds give uncorrelated vectors', () => {
    const n = 10_000;
    const A = randomVector(n, 1);
    const B = randomVector(n, 2);
    const correlation = A.reduce((sum, a, i) => sum + a * B[i], 0) / n;
    expect(Math.abs(correlation)).toBeLessThan(6 / Math.sqrt(n));
  });
});

describe('randomOrthonormal', () => {
  it.each([
    [500, 40],
    [30, 30],
    [5, 1],
    [1, 1],
  ])('QᵀQ = I up to 10·d·u, n = %i, d = %i', (n, d) => {
    const { data } = randomOrthonormal(n, d, 4);
    let worst = 0;
    for (let j = 0; j < d; j++) {
      for (let k = 0; k <= j; k++) {
        let sum = j === k ? -1 : 0;
        for (let i = 0; i < n; i++) sum += data[i * d + j] * data[i * d + k];
        worst = Math.max(worst, Math.abs(sum));
      }
    }
    expect(worst).toBeLessThan(orthogonalityBound(d));
  });

  it('the extra unit vector is orthogonal to the columns', () => {
    const Q = randomOrthonormal(50, 10, 4);
    const e = randomUnitOrthogonalTo(Q, 5);
    for (let j = 0; j < 10; j++) {
      const overlap = e.reduce((sum, entry, i) => sum + entry * Q.data[i * 10 + j], 0);
      expect(Math.abs(overlap)).toBeLessThan(orthogonalityBound(10));
    }
    expect(Math.abs(Math.hypot(...e) - 1)).toBeLessThan(orthogonalityBound(10));
    expect(() => randomUnitOrthogonalTo(randomOrthonormal(5, 5, 1), 1)).toThrow(RangeError);
  });

  it('a random matrix has the size asked for', () => {
    const A = randomMatrix(7, 3, 1);
    expect([A.rows, A.columns, A.data.length]).toEqual([7, 3, 21]);
  });
});
