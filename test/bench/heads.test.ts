import { describe, expect, it } from 'vitest';
import { relativeDistance } from '../../bench/support/agreement';
import { ridgedKernel } from '../../bench/support/denseKernel';
import { splitHeads, summedKernel } from '../../bench/support/heads';
import { normalRows } from '../../bench/support/randomData';

const [n, d] = [40, 8];
const A = normalRows(n, d, 1);
const [temperature, ridge] = [3, 0.1];

function squares({ rows, columns, data }: { rows: number; columns: number; data: Float64Array }) {
  return Array.from({ length: rows }, (_, i) =>
    data.subarray(i * columns, (i + 1) * columns).reduce((sum, entry) => sum + entry ** 2, 0),
  );
}

describe('heads of the rows', () => {
  it('are d/H columns wide and conserve squared row lengths, every one smaller than the whole', () => {
    for (const count of [1, 2, 8]) {
      const heads = splitHeads(A, count);
      expect(heads.map(({ rows, columns }) => [rows, columns])).toEqual(
        Array.from({ length: count }, () => [n, d / count]),
      );
      const parts = heads.map(squares);
      const sums = squares(A).map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
      expect(relativeDistance(sums, squares(A))).toBeLessThan(1e-14);
      // a negative control: one head of several is not all of them
      if (count > 1) expect(relativeDistance(parts[0], squares(A))).toBeGreaterThan(0.1);
    }
  });

  it('are turned by one matrix, whatever their number: the columns of many are those of few', () => {
    const [one, four] = [splitHeads(A, 1)[0], splitHeads(A, 4)];
    const joined = Float64Array.from({ length: n * d }, (_, p) => {
      const [i, j] = [Math.floor(p / d), p % d];
      return four[j >> 1].data[2 * i + (j & 1)];
    });
    expect(joined).toEqual(one.data);
    expect(relativeDistance(one.data, A.data)).toBeGreaterThan(0.5); // they are turned
  });

  it('have no parts of a column', () => {
    expect(() => splitHeads(A, 3)).toThrow('heads: 8 columns, expected a multiple of 3');
  });
});

describe('the sum of their kernels', () => {
  const kernel = ridgedKernel(A, temperature, ridge).data;

  it('is the kernel of the rows for one head, since turning changes no inner product', () => {
    expect(relativeDistance(summedKernel(splitHeads(A, 1), temperature, ridge).data, kernel)).toBeLessThan(
      1e-13,
    );
    // negative controls: two heads, and rows that are stretched and not turned
    const two = summedKernel(splitHeads(A, 2), temperature, ridge).data;
    expect(relativeDistance(two, kernel)).toBeGreaterThan(0.1);
    const stretched = { ...A, data: A.data.map((entry, p) => (p % d === 0 ? 2 : 1) * entry) };
    const [head] = splitHeads(stretched, 1);
    expect(relativeDistance(summedKernel([head], temperature, ridge).data, kernel)).toBeGreaterThan(0.1);
  });

  it('has entries Σ_h exp(⟨a_h, a_h⟩/τ), the diagonal times 1 + ridge, and leaves the heads as they are', () => {
    const heads = splitHeads(A, 2);
    const before = heads.map(({ data }) => data.slice());
    const M = summedKernel(heads, temperature, ridge).data;
    expect(heads.map(({ data }) => data)).toEqual(before);
    const entry = (i: number, j: number) =>
      heads.reduce((sum, { columns, data }) => {
        let inner = 0;
        for (let k = 0; k < columns; k++) inner += data[i * columns + k] * data[j * columns + k];
        return sum + Math.exp(inner / temperature);
      }, 0);
    for (const [i, j] of [
      [0, 1],
      [7, 3],
      [39, 38],
    ])
      expect(M[i * n + j] / entry(i, j)).toBeCloseTo(1, 12);
    expect(M[5 * n + 5] / entry(5, 5)).toBeCloseTo(1 + ridge, 12);
  });
});
