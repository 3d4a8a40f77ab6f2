import { describe, expect, it } from 'vitest';
import { drawHash, tensorCountSketch } from '../../src/sketch/tensorCountSketch';
import { randomMatrix, testRandom } from '../support/random';
import { brokenTensorLaws, type TensorFamily } from '../support/tensorLaws';
import { u } from '../support/tolerances';

const family: TensorFamily = (rows, columns, degree, seed) =>
  tensorCountSketch({ rows, columns, degree, seed });

/** Σ over all index tuples of ∏ s_l(k_l)x[k_l] at row Σ h_l(k_l) modulo m, by the definition. */
function naiveSketch(hashes: readonly Int32Array[], m: number, x: ArrayLike<number>): Float64Array {
  let z = new Float64Array(m);
  z[0] = 1;
  for (const targets of hashes) {
    const next = new Float64Array(m);
    for (let t = 0; t < m; t++) {
      for (let k = 0; k < x.length; k++) {
        next[(t + (targets[k] >> 1)) % m] += z[t] * x[k] * (targets[k] & 1 ? -1 : 1);
      }
    }
    z = next;
  }
  return z;
}

function hashesOf(m: number, d: number, degree: number, seed: number): Int32Array[] {
  return Array.from({ length: degree }, (_, l) => drawHash(m, d, seed, l));
}

describe('tensorCountSketch', () => {
  it('keeps the laws', () => {
    expect(brokenTensorLaws(family, { degrees: [2, 4], varianceLimit: (p) => 3 ** p })).toEqual([]);
  });

  it.each([
    [1, 3, 1],
    [1, 3, 4],
    [2, 5, 3],
    [16, 1, 5],
    [64, 13, 1],
    [64, 13, 2],
    [32, 13, 7],
  ])('m = %i, d = %i, p = %i: the circular convolution of CountSketches', (m, d, degree) => {
    const random = testRandom(degree);
    const A = { rows: 3, columns: d, data: new Float64Array(3 * d).map(() => random.integer(7) - 3) };
    const hashes = hashesOf(m, d, degree, 4);
    const Z = tensorCountSketch({ rows: m, columns: d, degree, seed: 4 }).apply(A);
    for (let i = 0; i < 3; i++) {
      const x = A.data.slice(i * d, i * d + d);
      const expected = naiveSketch(hashes, m, x);
      // every factor has |Fourier coefficient| ≤ ‖x‖₁; 4u(log₂ m + 2) for each of them and the inverse
      const size = x.reduce((sum, value) => sum + Math.abs(value), 0) ** degree;
      const tolerance = 4 * u * (degree + 1) * (Math.log2(m) + 2) * size;
      for (let t = 0; t < m; t++) {
        expect(Math.abs(Z.data[i * m + t] - expected[t])).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  it('is not the sketch with a sign or a row of a hash changed, nor with one hash for all factors', () => {
    const A = randomMatrix(1, 13, 1);
    const Z = tensorCountSketch({ rows: 64, columns: 13, degree: 3, seed: 4 }).apply(A).data;
    const distance = (hashes: readonly Int32Array[]) =>
      Math.hypot(...naiveSketch(hashes, 64, A.data).map((value, t) => value - Z[t])) / Math.hypot(...Z);
    const hashes = hashesOf(64, 13, 3, 4);
    const changed = (mask: number) => [
      hashes[0].map((t, k) => (k === 2 ? t ^ mask : t)),
      hashes[1],
      hashes[2],
    ];
    expect(distance(hashes)).toBeLessThan(1e-13);
    expect(distance(changed(1))).toBeGreaterThan(0.01);
    expect(distance(changed(2))).toBeGreaterThan(0.01);
    expect(distance([hashes[0], hashes[0], hashes[0]])).toBeGreaterThan(0.01);
  });

  it('sketches unit vectors exactly: one ±1', () => {
    const { data } = tensorCountSketch({ rows: 64, columns: 5, degree: 6 }).apply([[0, 0, 0, 1, 0]]);
    expect(data.filter((value) => Math.abs(Math.abs(value) - 1) < 1e-14).length).toBe(1);
    expect(data.filter((value) => Math.abs(value) < 1e-14).length).toBe(63);
  });

  it('is a frozen value that states its options', () => {
    const S = tensorCountSketch({ rows: 8, columns: 3, degree: 4, seed: 2 });
    expect(Object.isFrozen(S)).toBe(true);
    expect(JSON.parse(JSON.stringify(S))).toEqual({
      kind: 'tensor-countsketch',
      rows: 8,
      columns: 3,
      degree: 4,
      seed: 2,
    });
  });

  it.each([
    [{ rows: 12 }, 'tensorCountSketch: rows is 12, expected a power of two (the length of the FFT)'],
    [{ degree: 0 }, 'tensorCountSketch: degree is 0, expected an integer from 1 to 512'],
    [{ structure: 'tree' }, "tensorCountSketch: unknown option 'structure'"],
  ])('refuses %o', (change, message) => {
    expect(() => tensorCountSketch({ rows: 8, columns: 3, degree: 4, ...change })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });

  it('refuses rows of another length and results outside the doubles', () => {
    const S = tensorCountSketch({ rows: 8, columns: 2, degree: 4 });
    expect(() => S.apply([[1, 2, 3]])).toThrow(expect.objectContaining({ code: 'SHAPE' }));
    expect(() => S.apply([[1e90, 0]])).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
  });
});
