import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { Lanczos } from '../../src/iterative/lanczos';
import { DenseTallOperator } from '../../src/iterative/tallOperator';
import { evenly, withSpectrum } from '../support/matrixExponential';
import { naiveMatmul, naiveTranspose } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix, randomUnitVector, randomVector } from '../support/random';

const u = 2 ** -52;

function runToEnd(A: Matrix, b: Float64Array): { lanczos: Lanczos; operator: DenseTallOperator } {
  const operator = new DenseTallOperator(A);
  const lanczos = new Lanczos(operator, b);
  while (!lanczos.complete) lanczos.step();
  return { lanczos, operator };
}

/** The basis, vector k in row k. */
function basisOf(lanczos: Lanczos, d: number): Matrix {
  const k = lanczos.size;
  const V = { rows: k, columns: d, data: new Float64Array(k * d) };
  for (let i = 0; i < k; i++) {
    const y = new Float64Array(k);
    y[i] = 1;
    const v = new Float64Array(d);
    lanczos.combineInto(v, y);
    V.data.set(v, i * d);
  }
  return V;
}

/** Largest entries of |VᵀV − I| and |VᵀAᵀAV − BᵀB|. */
function defects(A: Matrix, lanczos: Lanczos) {
  const V = basisOf(lanczos, A.columns);
  const k = V.rows;
  const AV = naiveMatmul(A, naiveTranspose(V));
  const projected = naiveMatmul(naiveTranspose(AV), AV);
  const gram = naiveMatmul(V, naiveTranspose(V));
  let orthogonality = 0;
  let equation = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      const p = i * k + j;
      orthogonality = Math.max(orthogonality, Math.abs(gram.data[p] - (i === j ? 1 : 0)));
      const { alphas, betas } = lanczos;
      let entry = 0;
      if (i === j) entry = alphas[i] ** 2 + (i > 0 ? betas[i - 1] ** 2 : 0);
      if (Math.abs(i - j) === 1) entry = alphas[Math.min(i, j)] * betas[Math.min(i, j)];
      equation = Math.max(equation, Math.abs(projected.data[p] - entry));
    }
  }
  return { orthogonality, equation };
}

describe('Lanczos', () => {
  it.each([1, 1e3, 1e7])('κ = %d: VᵀV = I and VᵀAᵀAV = BᵀB, up to 10·d·u', (kappa) => {
    for (const d of [1, 2, 7, 40]) {
      const { A } = plantedMatrix({ n: 90, d, kappa, seed: 2 });
      const { lanczos, operator } = runToEnd(A, randomVector(d, 3));
      const { orthogonality, equation } = defects(A, lanczos);
      expect(orthogonality).toBeLessThan(10 * (d + 4) * u);
      expect(equation).toBeLessThan(10 * (d + 4) * u);
      expect(operator.passes).toBe(lanczos.size);
      if (kappa > 1) expect(lanczos.size).toBe(d);
    }
  });

  it('starts at b, its direction and sign', () => {
    const A = randomMatrix(20, 6, 1);
    const b = randomVector(6, 2);
    const lanczos = new Lanczos(new DenseTallOperator(A), b);
    lanczos.step();
    const v = new Float64Array(6);
    lanczos.combineInto(v, Float64Array.of(Math.hypot(...b)));
    v.forEach((value, j) => {
      expect(Math.abs(value - b[j])).toBeLessThan(1e-14);
    });
  });

  it('β ends it where the space of b is invariant: as many steps as eigenvalues, or one more by rounding', () => {
    for (const [values, least] of [
      [[4], 1],
      [[1, 9], 2],
      [[0.5, 7, 60], 3],
    ] as const) {
      const A = withSpectrum(
        50,
        Float64Array.from({ length: 30 }, (_, i) => values[i % values.length]),
        1,
      );
      const { lanczos } = runToEnd(A, randomUnitVector(30, 2));
      expect(lanczos.size).toBeGreaterThanOrEqual(least);
      expect(defects(A, lanczos).equation).toBeLessThan(1e-12);
      // whatever follows the last eigenvalue is coupled to it by rounding only
      const products = lanczos.alphas.map((alpha, k) => alpha * lanczos.betas[k]);
      expect(Math.min(...products.slice(0, least))).toBeLessThan(1e-11);
    }
    const e = { rows: 3, columns: 2, data: Float64Array.of(3, 0, 0, 2, 0, 0) };
    const { lanczos } = runToEnd(e, Float64Array.of(0, -5));
    expect([lanczos.alphas, lanczos.betas]).toEqual([[2], [0]]);
  });

  it('α ends it at a null vector of A, and so does a zero A', () => {
    const zero = { rows: 4, columns: 3, data: new Float64Array(12) };
    expect(runToEnd(zero, Float64Array.of(1, 2, 3)).lanczos.alphas).toEqual([0]);
    // the second basis vector is the null vector (1, −1)/√2 … of [1 1; 0 0]
    const A = { rows: 2, columns: 2, data: Float64Array.of(1, 1, 0, 0) };
    const { lanczos } = runToEnd(A, Float64Array.of(1, 0));
    expect(lanczos.alphas[0]).toBe(1);
    expect(lanczos.betas[0]).toBe(1);
    expect(lanczos.alphas[1]).toBeLessThan(1e-15);
  });

  it('coupling is what AᵀA takes out of the space', () => {
    const d = 20;
    const A = withSpectrum(40, evenly(d, 1, 9), 2);
    const lanczos = new Lanczos(new DenseTallOperator(A), randomUnitVector(d, 1));
    for (let k = 0; k < 5; k++) lanczos.step();
    const V = basisOf(lanczos, d);
    const last = { rows: d, columns: 1, data: V.data.slice(4 * d) };
    const image = naiveMatmul(naiveTranspose(A), naiveMatmul(A, last));
    const inside = naiveMatmul(naiveTranspose(V), naiveMatmul(V, image));
    const outside = image.data.map((value, j) => value - inside.data[j]);
    expect(lanczos.coupling / Math.hypot(...outside)).toBeCloseTo(1, 12);
  });

  it('does not modify the start', () => {
    const b = randomVector(5, 1);
    const before = b.slice();
    runToEnd(randomMatrix(9, 5, 1), b);
    expect(b).toEqual(before);
  });
});
