import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { correctedSeminormal, type GramFactor, gramFactor } from '../../src/precondition/gramFactor';
import { relativeError } from '../support/forwardError';
import { describeKernels } from '../support/kernelSets';
import { withSpectrum } from '../support/matrixExponential';
import {
  exactSingularValues,
  leastSquaresReference,
  naiveMatmul,
  naiveMatvec,
  naiveTranspose,
} from '../support/oracles';
import { randomMatrix, randomUnitVector, randomVector } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { whitened } from '../support/systems';
import { u, wedinBound } from '../support/tolerances';

const [rows, d] = [90, 24];
const scale = 0.3;

/** Singular values of B: each spectrum has κ = kappa. */
const SPECTRA: Readonly<Record<string, (kappa: number) => number[]>> = {
  geometric: (kappa) => Array.from({ length: d }, (_, k) => kappa ** (-k / (d - 1))),
  'one small': (kappa) => Array.from({ length: d }, (_, k) => (k === d - 1 ? 1 / kappa : 1)),
  'half small': (kappa) => Array.from({ length: d }, (_, k) => (2 * k < d ? 1 : 1 / kappa)),
  'one large': (kappa) => Array.from({ length: d }, (_, k) => (k === 0 ? 1 : 1 / kappa)),
};

function matrixOf(spectrum: string, kappa: number, seed = 1): Matrix {
  const squares = SPECTRA[spectrum](kappa).map((value) => value ** 2);
  return withSpectrum(rows, squares, seed);
}

function factorOf(B: Matrix): GramFactor {
  const factor = gramFactor(B.data, B.rows, B.columns, scale);
  if (factor === null) throw new Error('no factor');
  return factor;
}

/** scale·B·C */
function scaled(B: Matrix, { scaling }: GramFactor): Matrix {
  return { ...B, data: B.data.map((entry, p) => scale * entry * scaling.scale[p % B.columns]) };
}

describeKernels(() => {
  it('RᵀR = (scale·B·C)ᵀ(scale·B·C), columns of norm 1 to 2, R upper triangular, B unchanged', () => {
    const B = randomMatrix(rows, d, 1);
    for (let p = 0; p < B.data.length; p++) B.data[p] *= 2 ** ((p % d) - 9);
    const before = B.data.slice();
    const factor = factorOf(B);
    expect(B.data).toEqual(before);
    const S = scaled(B, factor);
    const G = naiveMatmul(naiveTranspose(S), S);
    for (let j = 0; j < d; j++) {
      const norm = Math.sqrt(G.data[j * (d + 1)]);
      expect(norm).toBeGreaterThanOrEqual(1 - 4 * u * rows);
      expect(norm).toBeLessThan(2 + 4 * u * rows);
      expect(factor.scaling.scale[j] * factor.scaling.inverse[j]).toBe(1);
    }
    const R: Matrix = { rows: d, columns: d, data: factor.R };
    const RtR = naiveMatmul(naiveTranspose(R), R);
    // sums of at most rows + d products of columns of norm up to 2
    expectEvery(d * d, (p) => Math.abs(RtR.data[p] - G.data[p]) <= 4 * (rows + d) * u);
    expectEvery(d * d, (p) => p % d >= Math.floor(p / d) || factor.R[p] === 0);
  });

  for (const spectrum of Object.keys(SPECTRA)) {
    it.each([10, 1e4, 1e6])(`${spectrum}, κ = %d: scale·B·C·R⁻¹ is orthonormal to 4uκ²`, (kappa) => {
      const B = matrixOf(spectrum, kappa);
      const factor = factorOf(B);
      const ones = new Float64Array(d).fill(1);
      const s = exactSingularValues(whitened(scaled(B, factor), ones, factor.R));
      const distortion = 4 * u * kappa ** 2 + d * kappa * u;
      expect(s[0]).toBeLessThan(1 + distortion);
      expect(s[d - 1]).toBeGreaterThan(1 - distortion);
    });
  }

  it.each(['geometric', 'one small', 'half small'])('refuses κ = 1e7: %s', (spectrum) => {
    expect(gramFactor(matrixOf(spectrum, 1e7).data, rows, d, scale)).toBeNull();
  });

  it('units of columns are not part of κ', () => {
    const B = matrixOf('geometric', 1e5);
    const units = { ...B, data: B.data.map((entry, p) => entry * 2 ** (20 * (p % d) - 200)) };
    expect(factorOf(units).R).toEqual(factorOf(B).R);
  });

  it.each([
    ['a column of zeros', 0],
    ['squares that overflow', 2 ** 520],
    ['squares that underflow', 2 ** -520],
    ['NaN', Number.NaN],
    ['an infinity', Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, factor) => {
    const B = randomMatrix(rows, d, 2);
    for (let i = 0; i < rows; i++) B.data[i * d + 5] *= factor;
    expect(gramFactor(B.data, rows, d, scale)).toBeNull();
  });

  // where rounding lets dependent columns have a Cholesky factor at all, its condition number is 2e7 and more
  it.each([
    [90, 24],
    [2000, 30],
    [20000, 10],
    [100000, 3],
  ])('refuses dependent columns, %i × %i', (m, n) => {
    for (let seed = 0; seed < 8; seed++) {
      const B = randomMatrix(m, n, seed);
      const large = seed % 2 === 0 ? 1 : 1e8; // one row that outweighs the others
      for (let j = 0; j < n; j++) B.data[j] *= large;
      for (let i = 0; i < m; i++)
        B.data[i * n + n - 1] = B.data[i * n] - (1 + (seed % 3)) * B.data[i * n + 1];
      expect(gramFactor(B.data, m, n, scale)).toBeNull();
    }
  });

  describe.each([10, 1e4, 1e6])('correctedSeminormal, κ = %d', (kappa) => {
    const B = matrixOf('geometric', kappa);
    const x = randomUnitVector(d, 4);

    function solution(c: Float64Array): Float64Array {
      const factor = factorOf(B);
      const y = correctedSeminormal(B.data, rows, factor, scale, c);
      return y.map((entry, j) => entry * factor.scaling.scale[j]);
    }

    it('exact for c in the range of B', () => {
      expect(relativeError(solution(naiveMatvec(B, x)), x)).toBeLessThan(
        wedinBound({ kappa, residual: 0, backwardError: 20 * u }),
      );
    });

    it('the least-squares solution for any c', () => {
      const c = randomVector(rows, 5);
      const { x: best, residualNorm } = leastSquaresReference(B, c);
      const xNorm = Math.hypot(...best);
      const bound = wedinBound({
        kappa,
        residual: residualNorm,
        xNorm,
        bNorm: Math.hypot(...c),
        backwardError: 20 * u,
      });
      expect(relativeError(solution(c), best)).toBeLessThan(bound);
    });
  });
});
