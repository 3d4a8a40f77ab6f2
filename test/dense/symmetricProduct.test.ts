import { describe, expect, it } from 'vitest';
import {
  addSymmetricTile,
  addTilePair,
  PANEL_ROWS,
  panelsLength,
  panelsProductInto,
  unpackPanelsInto,
} from '../../src/dense/symmetricProduct';
import { describeKernels } from '../support/kernelSets';
import { exactMatvec } from '../support/oracles';
import { randomMatrix, randomVector } from '../support/random';
import { u } from '../support/tolerances';

/** Symmetric to the bit. */
function symmetric(n: number, seed: number): Float64Array {
  const { data } = randomMatrix(n, n, seed);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[i * n + j] = data[j * n + i];
  return data;
}

/** The upper triangle of G in panels, NaN where nothing is to be read. */
function panelsOf(G: Float64Array, n: number): Float64Array {
  const P: number[] = [];
  for (let i = 0; i < n; i++) {
    const first = i - (i % PANEL_ROWS);
    for (let j = first; j < n; j++) P.push(j < i ? Number.NaN : G[i * n + j]);
  }
  return Float64Array.from(P);
}

function symmetricProductInto(y: Float64Array, G: Float64Array, n: number, x: Float64Array): void {
  panelsProductInto(y, panelsOf(G, n), n, x);
}

/** Worst |y − G x|ᵢ over (n + 4)·u·(|G||x|)ᵢ. */
function excess(y: Float64Array, G: Float64Array, n: number, x: Float64Array): number {
  const exact = exactMatvec({ rows: n, columns: n, data: G }, x);
  const size = exactMatvec({ rows: n, columns: n, data: G.map(Math.abs) }, x.map(Math.abs));
  return y.reduce((worst, yi, i) => Math.max(worst, Math.abs(yi - exact[i]) / ((n + 4) * u * size[i])), 0);
}

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 31, 100, 132, 133, 270];

describeKernels(() => {
  describe('panels', () => {
    it.each(sizes)('n = %i: as long as the layout says, and unpacked into the upper triangle alone', (n) => {
      const G = symmetric(n, n);
      const P = panelsOf(G, n);
      expect(panelsLength(n)).toBe(P.length);
      const back = new Float64Array(n * n).fill(7);
      unpackPanelsInto(back, P, n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) expect(back[i * n + j]).toBe(j < i ? 7 : G[i * n + j]);
      }
    });
  });

  describe('panelsProductInto', () => {
    it.each(sizes)('n = %i: y = G x within (n + 4)·u·|G||x|, and only the upper triangle is read', (n) => {
      const G = symmetric(n, n);
      const x = randomVector(n, n + 1);
      const y = new Float64Array(n + 1).fill(Number.NaN);
      symmetricProductInto(y, G, n, x);
      expect(excess(y.subarray(0, n), G, n, x)).toBeLessThanOrEqual(1);
      expect(y[n]).toBeNaN();
    });

    it('xᵀ(G y) = yᵀ(G x)', () => {
      const n = 61;
      const G = symmetric(n, 3);
      const [x, y] = [randomVector(n, 4), randomVector(n, 5)];
      const [Gx, Gy] = [new Float64Array(n), new Float64Array(n)];
      symmetricProductInto(Gx, G, n, x);
      symmetricProductInto(Gy, G, n, y);
      let difference = 0;
      for (let i = 0; i < n; i++) difference += x[i] * Gy[i] - y[i] * Gx[i];
      expect(Math.abs(difference)).toBeLessThan(4 * n * n * u);
    });

    it.each([
      ['a sign', 1, (v: number) => -v],
      ['a scale', 5, (v: number) => v * (1 + 1e-12)],
      ['a missing entry', 44, () => 0],
    ])('negative control: %s of one entry is seen', (_, place, spoil) => {
      const n = 9;
      const G = symmetric(n, 6);
      const x = randomVector(n, 7);
      const wrong = G.slice();
      wrong[place] = spoil(wrong[place]);
      const y = new Float64Array(n);
      symmetricProductInto(y, wrong, n, x);
      expect(excess(y, G, n, x)).toBeGreaterThan(1);
    });
  });

  describe('tiles', () => {
    const shapes = [
      [1, 1],
      [3, 8],
      [4, 5],
      [6, 2],
      [8, 8],
      [13, 7],
      [5, 0],
    ];
    it.each(shapes)(
      'addTilePair %i × %i adds T·x and Tᵀ·x, in any place and leading dimension',
      (rows, columns) => {
        const [row, column, kOff, ldk] = [2, 20, 3, columns + 2];
        const K = randomVector(kOff + rows * ldk, 8);
        const x = randomVector(40, 9);
        const start = randomVector(40, 10);
        const expected = start.slice();
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            expected[row + i] += K[kOff + i * ldk + j] * x[column + j];
            expected[column + j] += K[kOff + i * ldk + j] * x[row + i];
          }
        }
        const y = start.slice();
        addTilePair(y, row, column, K, kOff, ldk, rows, columns, x);
        y.forEach((value, i) => {
          const inside = (i >= row && i < row + rows) || (i >= column && i < column + columns);
          if (inside) expect(Math.abs(value - expected[i])).toBeLessThan(200 * u);
          else expect(value).toBe(start[i]);
        });
      },
    );

    it.each([1, 2, 5, 12])('addSymmetricTile %i × %i reads the upper triangle only', (size) => {
      const [first, kOff, ldk] = [4, 2, size + 3];
      const G = symmetric(size, 11);
      const K = new Float64Array(kOff + size * ldk).fill(Number.NaN);
      for (let i = 0; i < size; i++) for (let j = i; j < size; j++) K[kOff + i * ldk + j] = G[i * size + j];
      const x = randomVector(20, 12);
      const start = randomVector(20, 13);
      const y = start.slice();
      addSymmetricTile(y, K, kOff, ldk, size, x, first);
      const product = exactMatvec({ rows: size, columns: size, data: G }, x.slice(first, first + size));
      y.forEach((value, i) => {
        const inside = i >= first && i < first + size;
        if (inside) expect(Math.abs(value - start[i] - product[i - first])).toBeLessThan(200 * u);
        else expect(value).toBe(start[i]);
      });
    });
  });
});
