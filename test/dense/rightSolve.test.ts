import { expect, it } from 'vitest';
import { solveRightUpperInPlace } from '../../src/dense/rightSolve';
import { invertUpperInto } from '../../src/dense/triangular';
import { describeKernels } from '../support/kernelSets';
import { naiveMatmul } from '../support/oracles';
import { randomMatrix, testRandom } from '../support/random';
import { plantedTriangle } from '../support/systems';
import { u } from '../support/tolerances';

/** n × n upper triangular, diagonal from 1 down to `smallest` in random order, with marks below it. */
function triangle(n: number, smallest: number, seed: number): Float64Array {
  const random = testRandom(seed);
  const R = new Float64Array(n * n).fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    R[i * (n + 1)] = random.sign() * smallest ** random.uniform();
    for (let j = i + 1; j < n; j++) R[i * n + j] = random.normal() / Math.sqrt(n);
  }
  return R;
}

/** Worst |X R − B|ᵢⱼ over (n + 4)·u·(|X||R|)ᵢⱼ (Higham, theorem 8.5, and the rounding of this sum). */
function excess(X: Float64Array, R: Float64Array, B: Float64Array, m: number, n: number): number {
  const clean = R.map((entry) => (Number.isNaN(entry) ? 0 : entry));
  const product = naiveMatmul({ rows: m, columns: n, data: X }, { rows: n, columns: n, data: clean }).data;
  const size = naiveMatmul(
    { rows: m, columns: n, data: X.map(Math.abs) },
    { rows: n, columns: n, data: clean.map(Math.abs) },
  ).data;
  return product.reduce(
    (worst, entry, p) => Math.max(worst, Math.abs(entry - B[p]) / ((n + 4) * u * size[p])),
    0,
  );
}

describeKernels(() => {
  const shapes = [
    [1, 1],
    [5, 2],
    [3, 31],
    [40, 32],
    [7, 33],
    [20, 64],
    [9, 97],
    [2, 8],
    [3, 9],
    [1, 15],
    [4, 16],
    [5, 17],
    [3, 24],
    [133, 25],
    [6, 200],
    [0, 4],
    [4, 0],
  ];
  it.each(shapes)('X (%i × %i): X R = B row by row, in place of B', (m, n) => {
    const R = triangle(n, 1e-3, n + 1);
    const B = randomMatrix(m, n, m + 2).data;
    const X = B.slice();
    solveRightUpperInPlace(X, 0, n, R, n, m, n);
    expect(excess(X, R, B, m, n)).toBeLessThanOrEqual(1);
  });

  it('offset and leading dimension; the margins are kept', () => {
    const [m, n, ldx, xOff] = [6, 40, 45, 3];
    const R = triangle(n, 0.1, 5);
    const wide = randomMatrix(m, ldx, 6).data;
    const X = wide.slice();
    solveRightUpperInPlace(X, xOff, ldx, R, n, m - 1, n);
    const cut = (from: Float64Array): Float64Array =>
      Float64Array.from({ length: (m - 1) * n }, (_, p) => from[xOff + Math.floor(p / n) * ldx + (p % n)]);
    expect(excess(cut(X), R, cut(wide), m - 1, n)).toBeLessThanOrEqual(1);
    X.forEach((entry, p) => {
      const q = p - xOff;
      if (q < 0 || q % ldx >= n || q >= (m - 1) * ldx) expect(entry).toBe(wide[p]);
    });
  });

  it.each([7, 20, 70])('NaN in X stays in its row, from its column on (n = %i)', (n) => {
    const m = 7;
    const R = triangle(n, 0.1, 5);
    const clean = randomMatrix(m, n, 6).data;
    for (const [i, j] of [
      [0, 0],
      [3, n - 3],
      [6, 5],
    ]) {
      const X = clean.slice();
      const spoilt = clean.slice();
      spoilt[i * n + j] = Number.NaN;
      solveRightUpperInPlace(X, 0, n, R, n, m, n);
      solveRightUpperInPlace(spoilt, 0, n, R, n, m, n);
      spoilt.forEach((entry, p) => {
        expect(entry).toBe(Math.floor(p / n) === i && p % n >= j ? Number.NaN : X[p]);
      });
    }
  });

  it('a zero on the diagonal is not hidden', () => {
    const [m, n] = [3, 30];
    const R = triangle(n, 0.1, 5);
    R[12 * (n + 1)] = 0;
    const X = randomMatrix(m, n, 6).data;
    solveRightUpperInPlace(X, 0, n, R, n, m, n);
    for (let i = 0; i < m; i++) {
      expect(X.slice(i * n, i * n + 12).every(Number.isFinite)).toBe(true);
      expect(Number.isFinite(X[i * n + 12])).toBe(false);
    }
  });

  it('denormals are neither flushed nor read as zero', () => {
    const tiny = 5e-324;
    const X = new Float64Array(90).fill(4 * tiny);
    const R = new Float64Array(900);
    for (let i = 0; i < 30; i++) R[31 * i] = 2;
    solveRightUpperInPlace(X, 0, 30, R, 30, 3, 30);
    expect(X).toEqual(new Float64Array(90).fill(2 * tiny));
  });

  it('κ(R) = 1e14 leaves the residual alone; the product with R⁻¹ loses it (negative control)', () => {
    const [m, n] = [20, 20];
    const R = plantedTriangle(n, 1e14, 7);
    // a B whose answer is of size 1, though R⁻¹ is not
    const B = naiveMatmul(randomMatrix(m, n, 8), { rows: n, columns: n, data: R }).data;
    const X = B.slice();
    solveRightUpperInPlace(X, 0, n, R, n, m, n);
    expect(excess(X, R, B, m, n)).toBeLessThanOrEqual(1);
    const inverse = new Float64Array(n * n);
    invertUpperInto(inverse, R, n, n);
    const product = naiveMatmul(
      { rows: m, columns: n, data: B },
      { rows: n, columns: n, data: inverse },
    ).data;
    expect(excess(product, R, B, m, n)).toBeGreaterThan(1);
  });
});
