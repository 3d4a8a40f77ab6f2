import { describe, expect, it } from 'vitest';
import { causalProductInto, solveCausal } from '../../src/solvers/causalAttention';
import { gaussianCloud, naiveKernel } from '../support/kernels';
import { randomVector } from '../support/random';
import { u } from '../support/tolerances';

const sizes = [
  [1, 2],
  [5, 3],
  [64, 4],
  [65, 1],
  [150, 6],
] as const;

describe.each(sizes)('%i points in dimension %i', (n, d) => {
  const points = gaussianCloud(n, d, n);
  const G = naiveKernel(points);
  const shift = randomVector(n, 1).map((entry) => 0.1 * Math.abs(entry));
  const largest = points.halfSq.reduce((a, b) => Math.max(a, b));

  function naiveProduct(x: Float64Array): { y: Float64Array; size: Float64Array } {
    const y = new Float64Array(n);
    const size = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const entry = G[i * n + j] + (i === j ? shift[i] : 0);
        y[i] += entry * x[j];
        size[i] += entry * Math.abs(x[j]);
      }
    }
    return { y, size };
  }

  it('(L + Δ)z by the definition: |error|ᵢ ≤ (n + (d + 4)·4·max h + 4)·u·((L + Δ)|z|)ᵢ', () => {
    const z = randomVector(n, 2);
    const y = new Float64Array(n).fill(Number.NaN);
    causalProductInto(y, points, shift, z);
    const exact = naiveProduct(z);
    const bound = (n + 4 * (d + 4) * largest + 4) * u;
    for (let i = 0; i < n; i++)
      expect(Math.abs(y[i] - exact.y[i])).toBeLessThanOrEqual(bound * exact.size[i]);
  });

  it('the solve leaves a componentwise residual of (n + …)·u, and keeps c', () => {
    const c = randomVector(n, 3);
    const before = c.slice();
    const z = solveCausal(points, shift, c);
    expect(c).toEqual(before);
    const { y, size } = naiveProduct(z);
    const bound = (2 * n + 4 * (d + 4) * largest + 8) * u;
    for (let i = 0; i < n; i++)
      expect(Math.abs(c[i] - y[i])).toBeLessThanOrEqual(bound * (size[i] + Math.abs(c[i])));
    expect(solveCausal(points, shift, c)).toEqual(z);
  });

  it('later entries of c do not touch earlier ones of z', () => {
    const c = randomVector(n, 4);
    const z = solveCausal(points, shift, c);
    const other = c.slice();
    other[n - 1] += 1;
    const changed = solveCausal(points, shift, other);
    expect(changed.slice(0, n - 1)).toEqual(z.slice(0, n - 1));
    expect(Math.abs((changed[n - 1] - z[n - 1]) * (1 + shift[n - 1]) - 1)).toBeLessThan(
      8 * u * (1 + Math.abs(z[n - 1])),
    );
  });
});

it('negative control: the full kernel is another operator', () => {
  const points = gaussianCloud(20, 2, 9);
  const z = randomVector(20, 5);
  const y = new Float64Array(20);
  causalProductInto(y, points, new Float64Array(20), z);
  const G = naiveKernel(points);
  let difference = 0;
  for (let i = 0; i < 20; i++) {
    let sum = -y[i];
    for (let j = 0; j < 20; j++) sum += G[i * 20 + j] * z[j];
    difference = Math.max(difference, Math.abs(sum));
  }
  expect(difference).toBeGreaterThan(0.1);
});
