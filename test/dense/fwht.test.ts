import { describe, expect, it } from 'vitest';
import { fwhtInPlace } from '../../src/dense/fwht';
import { denseHadamard, hadamardEntry, naiveMatmul } from '../support/oracles';
import { randomMatrix, testRandom } from '../support/random';
import { u } from '../support/tolerances';

function integers(rows: number, columns: number, seed: number): Float64Array {
  const random = testRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => random.integer(2001) - 1000);
}

describe('fwhtInPlace', () => {
  it.each([1, 2, 4, 8, 16, 32, 64, 128, 256, 1024])(
    'equals the dense Hadamard matrix on integers: %d rows',
    (rows) => {
      for (const columns of [1, 3, 8, 17]) {
        const data = integers(rows, columns, rows + columns);
        const expected = naiveMatmul(denseHadamard(rows), { rows, columns, data });
        const found = data.slice();
        fwhtInPlace(found, 0, columns, rows, columns);
        expect(found).toEqual(expected.data);
      }
    },
  );

  it.each([2 ** 11, 2 ** 13, 2 ** 15])('H² = n·I on integers, across all levels: %d rows', (rows) => {
    for (const columns of [1, 5, 100]) {
      if (rows * columns > 2 ** 20) continue;
      const data = integers(rows, columns, 7);
      const found = data.slice();
      fwhtInPlace(found, 0, columns, rows, columns);
      // spot entries against the definition: the involution alone would not see a permutation
      for (const k of [0, 1, rows / 2 + 3, rows - 1]) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += hadamardEntry(k, i) * data[i * columns];
        expect(found[k * columns]).toBe(sum);
      }
      fwhtInPlace(found, 0, columns, rows, columns);
      expect(found).toEqual(data.map((entry) => rows * entry));
    }
  });

  it('works on a block with offset and gaps, and leaves the gaps alone', () => {
    for (const rows of [4, 64, 4096]) {
      const [columns, lda, offset] = [5, 9, 11];
      const whole = integers(1, offset + rows * lda, 3);
      const found = whole.slice();
      fwhtInPlace(found, offset, lda, rows, columns);
      const block = new Float64Array(rows * columns);
      for (let i = 0; i < rows; i++)
        block.set(whole.subarray(offset + i * lda, offset + i * lda + columns), i * columns);
      fwhtInPlace(block, 0, columns, rows, columns);
      const expected = whole.slice();
      for (let i = 0; i < rows; i++)
        expected.set(block.subarray(i * columns, (i + 1) * columns), offset + i * lda);
      expect(found).toEqual(expected);
    }
  });

  it('real entries: within log₂(n)·u of Σ|a|, and power-of-two scaling is exact', () => {
    const [rows, columns] = [512, 3];
    const A = randomMatrix(rows, columns, 5);
    const found = A.data.slice();
    fwhtInPlace(found, 0, columns, rows, columns);
    const exact = naiveMatmul(denseHadamard(rows), A);
    for (let p = 0; p < found.length; p++) {
      let size = 0;
      for (let i = 0; i < rows; i++) size += Math.abs(A.data[i * columns + (p % columns)]);
      expect(Math.abs(found[p] - exact.data[p])).toBeLessThanOrEqual((9 + rows) * u * size);
    }
    const scaled = A.data.map((entry) => 4 * entry);
    fwhtInPlace(scaled, 0, columns, rows, columns);
    expect(scaled).toEqual(found.map((entry) => 4 * entry));
  });
});
