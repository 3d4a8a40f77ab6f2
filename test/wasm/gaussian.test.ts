/** What the WebAssembly kernels add to the laws of test/dense/gaussianKernel.test.ts: tiles, strips, copies, memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  GAUSSIAN_SCRATCH_LENGTH,
  gaussianBlockInto,
  gaussianPanelsInto,
  gaussianProductInto,
  gaussianUpperInto,
  halfSquaredNormsInto,
} from '../../src/dense/gaussianKernel';
import { panelsLength } from '../../src/dense/symmetricProduct';
import { wasmMemoryBytes } from '../../src/wasm/engine';
import { onBothKernels, refuseMemory } from '../support/kernelSets';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

afterEach(() => vi.restoreAllMocks());

function cloud(n: number, d: number, seed: number): { A: Float64Array; h: Float64Array } {
  const A = randomVector(n * d, seed).map((entry) => entry / Math.sqrt(d));
  const h = new Float64Array(n);
  halfSquaredNormsInto(h, A, n, d);
  return { A, h };
}

/** Both kernel sets meet the bound of an entry, so that they differ by twice that: h < 2 here. */
function expectClose(got: Float64Array, expected: Float64Array, d: number, scale = 1): void {
  expect(got.length).toBe(expected.length);
  const bound = scale * 2 * ((d + 2) * 4 + 3) * u;
  let worst = 0;
  expected.forEach((entry, p) => {
    if (Number.isNaN(entry) !== Number.isNaN(got[p])) worst = Number.NaN;
    else if (!Number.isNaN(entry)) worst = Math.max(worst, Math.abs(got[p] - entry));
  });
  expect(worst).toBeLessThanOrEqual(bound);
}

describe('blocks', () => {
  /**
   * Copied tiles have 512 columns and 24 rows and more; strips 4 MiB of packed points. Wide and contiguous, narrow and
   * contiguous, narrow with a gap, several strips.
   */
  it.each([
    [70, 511, 3, 0],
    [33, 512, 3, 5],
    [50, 513, 2, 0],
    [25, 1030, 700, 0],
    [900, 13, 4, 0],
    [901, 16, 40, 0],
    [300, 13, 4, 2],
    [2100, 1, 9, 0],
  ])('%i × %i in dimension %i, %i between rows', (rows, columns, d, gap) => {
    const { A, h } = cloud(rows + 3, d, 1);
    const { A: B, h: g } = cloud(columns + 2, d, 2);
    const ldk = columns + gap;
    const { typescript, wasm } = onBothKernels(() => {
      const K = new Float64Array(4 + rows * ldk).fill(Number.NaN);
      gaussianBlockInto(K, 4, ldk, A, h, 3, rows, B, g, 2, columns, d);
      return K;
    });
    expectClose(wasm, typescript, d);
  });

  it.each([
    [0, 600, 0, 600],
    [590, 20, 0, 610],
    [3, 40, 20, 577],
    [100, 30, 5, 50],
  ])('rows %i +%i, columns %i +%i of one set: 1 on the diagonal alone', (i, rows, j, columns) => {
    const { A, h } = cloud(610, 3, 3);
    const K = new Float64Array(rows * columns);
    const { wasm } = onBothKernels(() => {
      gaussianBlockInto(K, 0, columns, A, h, i, rows, A, h, j, columns, 3);
      return K.slice();
    });
    const ones: number[] = [];
    wasm.forEach((entry, p) => {
      if (entry === 1) ones.push(p);
    });
    const expected: number[] = [];
    for (let k = Math.max(i, j); k < Math.min(i + rows, j + columns); k++)
      expected.push((k - i) * columns + k - j);
    expect(ones).toEqual(expected);
  });
});

describe('triangles', () => {
  it.each([
    [95, 2],
    [513, 3],
    [700, 5],
    [1000, 600],
  ])('%i points in dimension %i, whole and in panels; nothing below the diagonal is written', (n, d) => {
    const { A, h } = cloud(n, d, 4);
    const upper = onBothKernels(() => {
      const G = new Float64Array(n * n).fill(7);
      gaussianUpperInto(G, A, h, n, d);
      for (let i = 0; i < n; i++) G.fill(0, i * n, i * (n + 1));
      return G;
    });
    expectClose(upper.wasm, upper.typescript, d);
    const panels = onBothKernels(() => {
      const P = new Float64Array(panelsLength(n)).fill(7);
      gaussianPanelsInto(P, A, h, n, d);
      return P;
    });
    let place = 0;
    for (let first = 0; first < n; first += 132) {
      for (let i = first; i < Math.min(n, first + 132); i++) {
        for (let j = first; j < n; j++, place++) {
          if (j < i) expect(panels.wasm[place]).toBe(7);
          else if (panels.wasm[place] !== upper.wasm[i * n + j]) throw new Error(`(${i}, ${j}) differs`);
        }
      }
    }
  });
});

describe('products', () => {
  /** Tiles of 96; strips of 4 MiB, 816 points of 600 coordinates. */
  it.each([
    [95, 3, 1],
    [96, 3, 2],
    [97, 3, 3],
    [193, 2, 1],
    [287, 1, 2],
    [385, 257, 1],
    [1001, 600, 1],
  ])('%i points in dimension %i, %i right-hand sides', (n, d, nrhs) => {
    const { A, h } = cloud(n, d, 5);
    const X = randomVector(n * nrhs, 6);
    const scratch = new Float64Array(GAUSSIAN_SCRATCH_LENGTH);
    const { typescript, wasm } = onBothKernels(() => {
      const Y = new Float64Array(n * nrhs + 2).fill(Number.NaN);
      gaussianProductInto(Y, A, h, n, d, X, nrhs, scratch);
      return Y;
    });
    const size = X.reduce((sum, x) => sum + Math.abs(x), 0);
    expectClose(wasm, typescript, d, size + n);
    expect(wasm.slice(-2)).toEqual(Float64Array.of(Number.NaN, Number.NaN));
  });

  it('a NaN weight reaches every row, a NaN point too', () => {
    const n = 150;
    const { A, h } = cloud(n, 2, 7);
    const scratch = new Float64Array(GAUSSIAN_SCRATCH_LENGTH);
    const x = new Float64Array(n).fill(1);
    x[149] = Number.NaN;
    const bad = A.slice();
    bad[40] = Number.NaN;
    const { wasm } = onBothKernels(() => {
      const [y, z] = [new Float64Array(n), new Float64Array(n)];
      gaussianProductInto(y, A, h, n, 2, x, 1, scratch);
      gaussianProductInto(z, bad, h, n, 2, new Float64Array(n).fill(1), 1, scratch);
      return [...y, ...z];
    });
    expect(wasm.every(Number.isNaN)).toBe(true);
  });
});

describe('memory', () => {
  it('what was large is given back', () => {
    const [n, nrhs] = [300, 4000];
    const { A, h } = cloud(n, 2, 8);
    const X = new Float64Array(n * nrhs).fill(1);
    const { wasm } = onBothKernels(() => {
      const Y = new Float64Array(n * nrhs);
      if (wasmMemoryBytes() > 0)
        gaussianProductInto(Y, A, h, n, 2, X, nrhs, new Float64Array(GAUSSIAN_SCRATCH_LENGTH));
      gaussianBlockInto(Y, 0, n, A, h, 0, n, A, h, 0, n, 2);
      return wasmMemoryBytes();
    });
    expect(wasm).toBeLessThanOrEqual(16 * 2 ** 20);
  });

  it('where there is none TypeScript does the work', () => {
    refuseMemory();
    const n = 140;
    const { A, h } = cloud(n, 3, 9);
    const scratch = new Float64Array(GAUSSIAN_SCRATCH_LENGTH);
    const { typescript, wasm } = onBothKernels(() => {
      const [K, G, P] = [new Float64Array(n * n), new Float64Array(n * n), new Float64Array(panelsLength(n))];
      const y = new Float64Array(n);
      gaussianBlockInto(K, 0, n, A, h, 0, n, A, h, 0, n, 3);
      gaussianUpperInto(G, A, h, n, 3);
      gaussianPanelsInto(P, A, h, n, 3);
      gaussianProductInto(y, A, h, n, 3, h, 1, scratch);
      return [K, G, P, y];
    });
    for (let k = 0; k < wasm.length; k++) expectClose(wasm[k], typescript[k], 3, n);
  });
});
