import { describe, expect, it } from 'vitest';
import { GaussianKernel, ShiftedKernel } from '../../src/iterative/gaussianOperator';
import { gaussianCloud, naiveKernel } from '../support/kernels';
import { naiveMatvec } from '../support/oracles';
import { randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { u } from '../support/tolerances';

const sizes = [
  [1, 1],
  [2, 3],
  [132, 4],
  [150, 2],
] as const;

describe.each(sizes)('%i points in dimension %i', (n, d) => {
  const points = gaussianCloud(n, d, n, 0.7);
  const kernelOf = (store: boolean) => new GaussianKernel(points.data, points.halfSq, n, d, store);
  const dense = { rows: n, columns: n, data: naiveKernel(points) };
  const largest = points.halfSq.reduce((a, b) => Math.max(a, b));
  /** Of the products and of the entries, relative to Σ|xⱼ|. */
  const bound = (n + 8 + 2 * (d + 4) * largest) * u;

  it.each([true, false])('G x by the definition, stored: %s', (store) => {
    const kernel = kernelOf(store);
    const x = randomVector(n, 2);
    const before = x.slice();
    const y = new Float64Array(n).fill(Number.NaN);
    kernel.multiplyInto(y, x);
    const exact = naiveMatvec(dense, x);
    const size = x.reduce((sum, entry) => sum + Math.abs(entry), 0);
    for (let i = 0; i < n; i++) expect(Math.abs(y[i] - exact[i])).toBeLessThanOrEqual(bound * size);
    expect(x).toEqual(before);
    const again = new Float64Array(n);
    kernel.multiplyInto(again, x);
    expect(again).toEqual(y);
    expect(kernel.products).toBe(2);
  });

  it.each([true, false])('the upper triangle, stored: %s', (store) => {
    const R = new Float64Array(n * n);
    kernelOf(store).upperInto(R);
    expectEvery(n * n, (p) => p % n < Math.floor(p / n) || Math.abs(R[p] - dense.data[p]) <= bound);
  });

  it('(G + Δ)x = Gx + Δ⊙x to the last rounding; the products are those of the kernel', () => {
    const kernel = kernelOf(true);
    const shift = randomVector(n, 3).map(Math.abs);
    const shifted = new ShiftedKernel(kernel, shift);
    const [x, plain, y] = [randomVector(n, 4), new Float64Array(n), new Float64Array(n)];
    kernel.multiplyInto(plain, x);
    shifted.multiplyInto(y, x);
    expect(y).toEqual(plain.map((entry, i) => entry + shift[i] * x[i]));
    expect([shifted.size, kernel.products]).toEqual([n, 2]);
    // negative control: Δ matters
    expect(y).not.toEqual(plain);
  });

  it('⟨Gx, y⟩ = ⟨x, Gy⟩', () => {
    const kernel = kernelOf(false);
    const [x, y] = [randomVector(n, 5), randomVector(n, 6)];
    const [Gx, Gy] = [new Float64Array(n), new Float64Array(n)];
    kernel.multiplyInto(Gx, x);
    kernel.multiplyInto(Gy, y);
    const left = Gx.reduce((sum, entry, i) => sum + entry * y[i], 0);
    const right = Gy.reduce((sum, entry, i) => sum + entry * x[i], 0);
    const one = (v: Float64Array) => v.reduce((sum, entry) => sum + Math.abs(entry), 0);
    expect(Math.abs(left - right)).toBeLessThanOrEqual(4 * (n + 4) * u * one(x) * one(y));
  });
});
