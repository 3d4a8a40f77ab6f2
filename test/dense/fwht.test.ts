import { describe, expect, it } from 'vitest';
import { fwhtInPlace } from '../../src/dense/fwht';
import { describeKernels, onBothKernels } from '../support/kernelSets';
import { denseHadamard, hadamardEntry, naiveMatmul } from '../support/oracles';
import { randomVector } from '../support/random';
import { integerMatrix } from '../support/sketchLaws';
import { u } from '../support/tolerances';

describeKernels(() => {
  describe('fwhtInPlace', () => {
    it.each([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])(
      'is the product with the Hadamard matrix of order %i',
      (rows) => {
        for (const columns of [1, 2, 3, 9]) {
          const A = integerMatrix(rows, columns, rows + columns);
          const expected = naiveMatmul(denseHadamard(rows), A).data;
          const data = A.data.slice();
          fwhtInPlace(data, 0, columns, rows, columns);
          expect(data).toEqual(expected);
        }
      },
    );

    // contiguous in cache; contiguous in two and three levels; with gaps in one, two and three levels
    it.each([
      [2 ** 12, 5, 5],
      [2 ** 12, 40, 40],
      [2 ** 17, 1, 1],
      [2 ** 18, 3, 3],
      [8, 20000, 20000],
      [2 ** 12, 100, 100],
      [2, 300000, 300000],
      [64, 5, 9],
      [2 ** 11, 3, 4],
      [2 ** 11, 70, 71],
      [2 ** 21, 1, 2],
    ])(
      'twice is n times the identity, exactly on integers: %i × %i, leading dimension %i',
      (rows, columns, lda) => {
        const A = integerMatrix(rows, lda, 3).data;
        const before = A.slice();
        fwhtInPlace(A, 0, lda, rows, columns);
        fwhtInPlace(A, 0, lda, rows, columns);
        let wrong = 0;
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < lda; j++) {
            const factor = j < columns ? rows : 1; // the gap between the rows is left alone
            if (A[i * lda + j] !== factor * before[i * lda + j]) wrong++;
          }
        }
        expect(wrong).toBe(0);
      },
    );

    it.each([
      [2 ** 17, 1, 1],
      [2 ** 12, 40, 40],
      [2 ** 11, 3, 4],
      [2 ** 21, 1, 2],
    ])('of a unit vector is its column of H: %i × %i, leading dimension %i', (rows, columns, lda) => {
      for (const at of [0, 1, 1023 % rows, rows - 1, Math.floor(rows / 3)]) {
        const A = new Float64Array(rows * lda);
        const j = columns - 1;
        A[at * lda + j] = 1;
        fwhtInPlace(A, 0, lda, rows, columns);
        let wrong = 0;
        for (let i = 0; i < rows; i++) if (A[i * lda + j] !== hadamardEntry(i, at)) wrong++;
        expect(wrong).toBe(0);
      }
    });

    it('starts at its offset and touches nothing before and after', () => {
      const A = integerMatrix(50, 1, 4).data;
      const expected = A.slice();
      const inner = A.slice(7, 7 + 32);
      fwhtInPlace(inner, 0, 4, 8, 4);
      expected.set(inner, 7);
      fwhtInPlace(A, 7, 4, 8, 4);
      expect(A).toEqual(expected);
    });

    it('keeps ‖H a‖² = n‖a‖² and each entry up to log₂(n)·u·Σ|aᵢ|', () => {
      const n = 2 ** 10;
      const a = randomVector(n, 5);
      const H = a.slice();
      fwhtInPlace(H, 0, 1, n, 1);
      const sumSq = (v: Float64Array): number => v.reduce((s, x) => s + x * x, 0);
      // each of log₂ n levels rounds once by u/2; the two sums round by at most n·u/2 each
      expect(Math.abs(sumSq(H) / (n * sumSq(a)) - 1)).toBeLessThanOrEqual((2 * Math.log2(n) + n) * u);
      const total = a.reduce((s, x) => s + Math.abs(x), 0);
      for (const i of [0, 1, 500, n - 1]) {
        const exact = a.reduce((s, x, j) => s + hadamardEntry(i, j) * x, 0);
        expect(Math.abs(H[i] - exact)).toBeLessThanOrEqual((Math.log2(n) + n / 2) * u * total);
      }
    });

    it('scales exactly with powers of two: entries 1e±150', () => {
      const a = randomVector(64, 6);
      const H = a.slice();
      fwhtInPlace(H, 0, 1, 64, 1);
      for (const e of [500, -500]) {
        const scaled = a.map((x) => x * 2 ** e);
        fwhtInPlace(scaled, 0, 1, 64, 1);
        expect(scaled).toEqual(H.map((x) => x * 2 ** e));
      }
    });
  });

  it('is linear, exactly on integers; a NaN reaches its own column and no other', () => {
    const [rows, columns] = [128, 3];
    const a = integerMatrix(rows, columns, 1).data;
    const b = integerMatrix(rows, columns, 2).data;
    const sum = a.map((entry, p) => 3 * entry - 2 * b[p]);
    for (const data of [a, b, sum]) fwhtInPlace(data, 0, columns, rows, columns);
    expect(sum).toEqual(a.map((entry, p) => 3 * entry - 2 * b[p]));
    a[40 * columns + 1] = Number.NaN;
    fwhtInPlace(a, 0, columns, rows, columns);
    expect(a.every((entry, p) => Number.isNaN(entry) === (p % columns === 1))).toBe(true);
  });

  it('denormals are neither flushed nor read as zero', () => {
    const A = new Float64Array(16 * 3).fill(5e-324);
    fwhtInPlace(A, 0, 3, 16, 3);
    expect(A).toEqual(Float64Array.from({ length: 48 }, (_, p) => (p < 3 ? 16 * 5e-324 : 0)));
  });
});

describe('both kernel sets give the same bits', () => {
  it.each([
    [1, 3],
    [2, 1],
    [4, 5],
    [8, 2],
    [2 ** 10, 7],
    [2 ** 13, 33],
    [2 ** 13, 100],
    [2, 150001],
  ])('%i × %i', (rows, columns) => {
    const A = randomVector(3 + rows * columns + 2, 8);
    const { typescript, wasm } = onBothKernels(() => {
      const H = A.slice();
      fwhtInPlace(H, 3, columns, rows, columns);
      return H;
    });
    expect(wasm.findIndex((entry, p) => !Object.is(entry, typescript[p]))).toBe(-1);
  });
});
