import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { timesExponential } from '../../src/dense/exponentialSums';
import {
  averagedCausalProductInto,
  causalProductInto,
  solveAveragedCausal,
  solveCausal,
} from '../../src/solvers/causalAttention';
import { naiveAttention, naiveResidual, shuffledRows, spreadRows } from '../support/attention';
import { centredPoints, gaussianCloud, naiveKernel } from '../support/kernels';
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

/** Rows at random whose half squared norms go up to `largest`, and the parts the averages are made of. */
function farRows(n: number, d: number, largest: number, seed: number) {
  const A = spreadRows(n, d, 2 * largest, seed);
  // the far rows are not the last ones
  return prepared(shuffledRows(A, seed + 1).A);
}

function prepared(A: Matrix) {
  const { rows: n, columns: d, data } = A;
  const points = centredPoints(data, n, d);
  const halfSq = Float64Array.from({ length: n }, (_, i) => product(A, i, i) / 2);
  const h = points.halfSq.reduce((a, b) => Math.max(a, b));
  const e = halfSq.reduce((a, b) => Math.max(a, b));
  // an exponent is off by (d + 3)·u·2h + u·e, σ by as much and by n·u, and the oracle's by d·u·2e
  const entryError = (2 * (2 * (d + 3) * h + (2 * d + 4) * e) + 3 * n + 8) * u;
  return { A, points, halfSq, entryError };
}

function product({ columns: d, data }: Matrix, i: number, j: number): number {
  let sum = 0;
  for (let l = 0; l < d; l++) sum += data[i * d + l] * data[j * d + l];
  return sum;
}

/** log T_ij by the definition: ⟨aᵢ, aⱼ⟩ less the log-sum-exp over j ≤ i; −Infinity above the diagonal. */
function naiveLogs(A: Matrix): Float64Array[] {
  return Array.from({ length: A.rows }, (_, i) => {
    const s = Float64Array.from({ length: A.rows }, (_, j) => (j <= i ? product(A, i, j) : -Infinity));
    const top = Math.max(...s);
    const sum = s.reduce((all, entry) => all + Math.exp(entry - top), 0);
    return s.map((entry) => entry - top - Math.log(sum));
  });
}

describe.each([
  [1, 2, 3],
  [5, 3, 300],
  [64, 4, 2000],
  [65, 1, 2000],
  [150, 6, 2000],
])('averages: %i points in dimension %i, half squared norms up to %i', (n, d, largest) => {
  const { A, points, halfSq, entryError } = farRows(n, d, largest, n);
  const logs = naiveLogs(A);
  const bound = 2 * entryError;

  function naive(x: Float64Array, ridge: number) {
    const y = new Float64Array(n);
    const size = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        const entry = timesExponential(x[j], logs[i][j]) * (i === j ? 1 + ridge : 1);
        y[i] += entry;
        size[i] += Math.abs(entry);
      }
    }
    return { y, size };
  }

  it('(T + ρ·diag T)x by the definition, rows of sum 1', () => {
    const x = randomVector(n, 12);
    const y = new Float64Array(n).fill(Number.NaN);
    for (const ridge of [0, 0.25]) {
      averagedCausalProductInto(y, points, halfSq, ridge, x);
      const exact = naive(x, ridge);
      for (let i = 0; i < n; i++)
        expect(Math.abs(y[i] - exact.y[i])).toBeLessThanOrEqual(bound * exact.size[i]);
    }
    averagedCausalProductInto(y, points, halfSq, 0, new Float64Array(n).fill(1));
    for (let i = 0; i < n; i++) expect(Math.abs(y[i] - 1)).toBeLessThanOrEqual((3 * n + 8) * u);
  });

  it('the solve leaves a componentwise residual of rounding, wherever x is finite; it keeps b', () => {
    const b = randomVector(n, 13);
    const before = b.slice();
    for (const ridge of [0, 0.25]) {
      const x = solveAveragedCausal(points, halfSq, ridge, b);
      const end = x.findIndex((entry) => !Number.isFinite(entry));
      const { y, size } = naive(x, ridge);
      for (let i = 0; i < (end < 0 ? n : end); i++)
        expect(Math.abs(b[i] - y[i])).toBeLessThanOrEqual(bound * (size[i] + Math.abs(b[i])));
      if (end < 0) continue;
      // infinite only where what is left of b, over T_ii, is
      const rest = naive(
        x.map((entry, j) => (j < end ? entry : 0)),
        ridge,
      );
      expect(Math.log(Math.abs(b[end] - rest.y[end]) / (1 + ridge)) - logs[end][end]).toBeGreaterThan(709);
    }
    expect(b).toEqual(before);
  });

  it('x in the scale of its points is found again', () => {
    // every x_j as large as b/T_jj: nothing is lost in the sums
    const z = randomVector(n, 14);
    const x = z.map((entry, j) => timesExponential(entry, Math.min(600, -logs[j][j])));
    const { y, size } = naive(x, 0.5);
    const found = solveAveragedCausal(points, halfSq, 0.5, y);
    // one row's error, bound·size/T_ii, and those it hands on
    const error = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 2 * bound * size[i];
      for (let j = 0; j < i; j++) sum += Math.exp(logs[i][j]) * error[j];
      error[i] = timesExponential(sum, -logs[i][i]) / 1.5;
      if (!Number.isFinite(error[i])) break;
      expect(Math.abs(found[i] - x[i])).toBeLessThanOrEqual(error[i]);
    }
  });
});

describe('averages of rows far apart', () => {
  const rowsOf = (...entries: number[]) =>
    prepared({ rows: entries.length, columns: 1, data: Float64Array.from(entries) });

  it('rows 1, 45, 3 and b = 1, 2, 3: x = 1, 2, e^126', () => {
    const { points, halfSq } = rowsOf(1, 45, 3);
    const x = solveAveragedCausal(points, halfSq, 0, Float64Array.of(1, 2, 3));
    // row 3: σ = 135 − 4.5, T_33 = e^(4.5 − 130.5); exponents up to 1012 are off by 8 roundings
    expect(x[0]).toBe(1);
    expect(Math.abs(x[1] - 2)).toBeLessThan(4 * u);
    expect(Math.abs(x[2] / Math.exp(126) - 1)).toBeLessThan(16 * 1012 * u);
    const y = new Float64Array(3);
    averagedCausalProductInto(y, points, halfSq, 0, x);
    expect(Math.abs(y[2] - 3)).toBeLessThan(16 * 1012 * u);
    // the ridge divides what the diagonal has to give
    const ridged = solveAveragedCausal(points, halfSq, 1, Float64Array.of(1, 2, 3));
    expect([ridged[0], Math.abs(ridged[1] - 1) < 4 * u]).toEqual([0.5, true]);
    expect(Math.abs(ridged[2] / Math.exp(126) - 1)).toBeLessThan(16 * 1012 * u);
  });

  it('T_33 = e^−1200: 0 for nothing left, a number for little, Infinity with its sign for more', () => {
    const { points, halfSq } = rowsOf(1, 80, 20);
    const solve = (...b: number[]) => solveAveragedCausal(points, halfSq, 0, Float64Array.from(b))[2];
    expect(solve(0, 2, 2)).toBe(0);
    expect(solve(1, 2, 3)).toBe(Infinity);
    expect(solve(1, 2, 1)).toBe(-Infinity);
    const x = solve(0, 2e-250, 3e-250);
    const exact = 1e-250 * Math.exp(600) * Math.exp(600);
    expect(Math.abs(x / exact - 1)).toBeLessThan(16 * 3200 * u);
  });

  it('entries that underflow times weights that make up for it', () => {
    // T_21 = e^−r², r² = 784
    const { points, halfSq } = rowsOf(0, 28);
    const exact = 1e300 * Math.exp(-392) * Math.exp(-392);
    const y = new Float64Array(2);
    averagedCausalProductInto(y, points, halfSq, 0, Float64Array.of(1e300, 0));
    expect(y[0]).toBe(1e300);
    expect(Math.abs(y[1] / exact - 1)).toBeLessThan(16 * 800 * u);
    const [, x] = solveAveragedCausal(points, halfSq, 0, Float64Array.of(1e300, 0));
    expect(Math.abs(x / -exact - 1)).toBeLessThan(16 * 800 * u);
  });

  it('averages of 1.5e308 do not overflow', () => {
    const { points, halfSq } = rowsOf(0, 0, 0);
    const y = new Float64Array(3);
    averagedCausalProductInto(y, points, halfSq, 0, new Float64Array(3).fill(1.5e308));
    for (const entry of y) expect(Math.abs(entry / 1.5e308 - 1)).toBeLessThan(8 * u);
  });

  it('the scale of L and that of T agree where exp reaches; negative control: e of the centred rows does not', () => {
    const { A, points, halfSq } = farRows(40, 3, 20, 7);
    for (let p = 0; p < 120; p++) A.data[p] += 1;
    const moved = prepared(A);
    const b = randomVector(40, 8);
    const x = solveAveragedCausal(moved.points, moved.halfSq, 0.5, b);
    const K = naiveAttention(A, { softmax: true, causal: true, ridge: 0.5 });
    const relative = naiveResidual(K, x, b);
    expect(relative).toBeLessThan(1e-10);
    const wrong = solveAveragedCausal(points, halfSq, 0.5, b);
    expect(naiveResidual(K, wrong, b)).toBeGreaterThan(1e-3);
  });
});
