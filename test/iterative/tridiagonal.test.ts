import { describe, expect, it } from 'vitest';
import { applyRotationsInPlace, diagonaliseInPlace, type Rotations } from '../../src/iterative/tridiagonal';
import { randomVector } from '../support/random';

const u = 2 ** -52;

function unit(k: number, at: number): Float64Array {
  return Float64Array.from({ length: k }, (_, i) => (i === at ? 1 : 0));
}

/** Eigenvalues in `values` and Z, column i the vector of values[i]. */
function eigen(diagonal: Float64Array, off: Float64Array) {
  const k = diagonal.length;
  const values = diagonal.slice();
  const rotations: Rotations = { planes: [], cosines: [], sines: [] };
  const rows = Array.from({ length: k }, (_, i) => unit(k, i));
  diagonaliseInPlace(values, off.slice(), rows, rotations);
  return { values, rows, rotations };
}

/** Largest entry of |T·Z − Z·diag(values)| and of |ZᵀZ − I|. */
function defects(diagonal: Float64Array, off: Float64Array) {
  const k = diagonal.length;
  const { values, rows } = eigen(diagonal, off);
  let equation = 0;
  let orthogonality = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      const above = i > 0 ? off[i - 1] * rows[i - 1][j] : 0;
      const below = i < k - 1 ? off[i] * rows[i + 1][j] : 0;
      equation = Math.max(
        equation,
        Math.abs(diagonal[i] * rows[i][j] + above + below - rows[i][j] * values[j]),
      );
      let product = 0;
      for (let l = 0; l < k; l++) product += rows[l][i] * rows[l][j];
      orthogonality = Math.max(orthogonality, Math.abs(product - (i === j ? 1 : 0)));
    }
  }
  return { equation, orthogonality };
}

describe('diagonaliseInPlace', () => {
  it('TZ = ZΛ and ZᵀZ = I up to k·u·‖T‖, for random, graded, zero-diagonal and split matrices', () => {
    for (const k of [1, 2, 3, 17, 60]) {
      const random = [randomVector(k, 1), randomVector(k, 2)];
      const graded = random.map((v) => v.map((value, i) => value * 10 ** -i));
      const cases = [
        random,
        graded,
        [new Float64Array(k), random[1]],
        [random[0], random[1].map((value, i) => (i % 3 === 0 ? 0 : value))],
        [new Float64Array(k).fill(1), new Float64Array(k).fill(1)],
        [new Float64Array(k), new Float64Array(k)],
      ];
      for (const [diagonal, off] of cases) {
        const { equation, orthogonality } = defects(diagonal, off);
        expect(equation).toBeLessThan(20 * k * u);
        expect(orthogonality).toBeLessThan(20 * k * u);
      }
    }
  });

  it('the second difference matrix: 2 − 2cos(πj/(k + 1)), to k·u·4', () => {
    const k = 50;
    const { values } = eigen(new Float64Array(k).fill(2), new Float64Array(k).fill(-1));
    const exact = Array.from({ length: k }, (_, j) => 2 - 2 * Math.cos((Math.PI * (j + 1)) / (k + 1)));
    values.sort().forEach((value, j) => {
      expect(Math.abs(value - exact[j])).toBeLessThan(4 * k * u);
    });
  });

  it('rotations applied to w are Z·w, and a wrong order of them is not', () => {
    const k = 12;
    const { rows, rotations } = eigen(randomVector(k, 3), randomVector(k, 4));
    const w = randomVector(k, 5);
    const expected = rows.map((row) => row.reduce((sum, z, j) => sum + z * w[j], 0));
    const applied = w.slice();
    applyRotationsInPlace(applied, rotations);
    expected.forEach((value, i) => {
      expect(Math.abs(applied[i] - value)).toBeLessThan(1e-13);
    });
    const wrong = w.slice();
    const reversed = {
      planes: rotations.planes.toReversed(),
      cosines: rotations.cosines.toReversed(),
      sines: rotations.sines.toReversed(),
    };
    applyRotationsInPlace(wrong, reversed);
    expect(Math.max(...expected.map((value, i) => Math.abs(wrong[i] - value)))).toBeGreaterThan(0.1);
  });
});
