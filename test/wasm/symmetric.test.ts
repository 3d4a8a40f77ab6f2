/** What the WebAssembly product adds to the laws of test/dense/symmetricProduct.test.ts: stretches of panels, memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PANEL_ROWS, panelsLength, panelsProductInto } from '../../src/dense/symmetricProduct';
import { onBothKernels, refuseMemory } from '../support/kernelSets';
import { randomVector } from '../support/random';

afterEach(() => vi.restoreAllMocks());

/** Entries of a symmetric matrix of small integers. */
function entry(i: number, j: number): number {
  return ((i * j) % 7) - 3 + ((i + j) % 5);
}

/** In panels, NaN where nothing is to be read. */
function panels(n: number): Float64Array {
  const P = new Float64Array(panelsLength(n));
  let place = 0;
  for (let first = 0; first < n; first += PANEL_ROWS) {
    for (let i = first; i < Math.min(n, first + PANEL_ROWS); i++) {
      for (let j = first; j < n; j++) P[place++] = j < i ? Number.NaN : entry(i, j);
    }
  }
  return P;
}

describe('panels longer than a stretch of 96 KiB', () => {
  // 264 and 265 end with the panel; rows of 3100 and more come four at a time
  it.each([93, 131, 264, 265, 266, 267, 700, 1001, 3103])('n = %i: products of integers are exact', (n) => {
    const P = panels(n);
    const x = new Float64Array(n).map((_, i) => (i % 11) - 5);
    const expected = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) expected[i] += entry(i, j) * x[j];
    const { wasm } = onBothKernels(() => {
      const y = new Float64Array(n + 1).fill(7);
      panelsProductInto(y, P, n, x);
      return y;
    });
    expect(wasm.subarray(0, n)).toEqual(expected);
    expect(wasm[n]).toBe(7);
  });
});

it('where memory is wanting TypeScript does the work, bit by bit', () => {
  refuseMemory();
  const P = randomVector(panelsLength(150), 1);
  const { typescript, wasm } = onBothKernels(() => {
    const y = new Float64Array(150);
    panelsProductInto(y, P, 150, randomVector(150, 2));
    return y;
  });
  expect(wasm).toEqual(typescript);
});
