import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../src/core/matrix';
import { choleskyQr } from '../../src/precondition/choleskyQr';
import { columnScaling } from '../../src/precondition/columnScaling';
import { sketchedFactor } from '../../src/precondition/sketchedFactor';
import { createSketch } from '../../src/sketch/create';
import { SKETCH_KINDS } from '../../src/sketch/operator';
import { gram } from '../support/doubleDouble';
import { FULL_RANK_GALLERY } from '../support/gallery';
import { exactCondition, naiveMatmul } from '../support/oracles';
import { plantedMatrix } from '../support/planted';
import { randomMatrix } from '../support/random';
import { orthogonalityError, plantedTriangle, whitened } from '../support/systems';
import { u } from '../support/tolerances';

const d = 8;

/** A·C. */
function scaled(A: Matrix, scale: Float64Array): Matrix {
  return { ...A, data: A.data.map((entry, p) => entry * scale[p % A.columns]) };
}

/**
 * max|R⁻ᵀ(AC)ᵀ(AC)R⁻¹ − I| for a backward stable R is at most c·d·(κ + 10)·u, c = 1 (0.2 was measured, and 2
 * for Householder QR); the R of the normal equations has κ² in place of κ.
 */
function bound(columns: number, kappa: number): number {
  return columns * (kappa + 10) * u;
}

describe('choleskyQr', () => {
  it.each([1, 1e3, 1e6, 1e10, 1e13])('A·C·R⁻¹ is orthonormal up to d·κ·u, κ = %d', (kappa) => {
    for (const columns of [1, 2, 5, 20]) {
      const { A } = plantedMatrix({ n: 300, d: columns, kappa, seed: 1 });
      const { scaling, R: R1 } = sketchedFactor(A, createSketch('sparse-sign', 3 * columns + 20, 300, 2));
      const { R, passes } = choleskyQr(A, scaling, R1);
      expect(passes).toBe(1);
      expect(orthogonalityError(whitened(A, scaling.scale, R as Float64Array))).toBeLessThan(
        bound(columns, kappa),
      );
    }
  });

  it.each(FULL_RANK_GALLERY)('$name: the same, and RᵀR = (AC)ᵀ(AC) entry by entry', ({ build }) => {
    const A = build(200, d, 3);
    const { columns } = A;
    const sketch = A.rows > 60 ? createSketch('sparse-sign', 60, A.rows, 4) : null;
    const { scaling, R: R1 } = sketchedFactor(A, sketch);
    const before = [A.data.slice(), R1.slice()];
    const { R } = choleskyQr(A, scaling, R1) as { R: Float64Array };
    expect([A.data, R1]).toEqual(before);
    const AC = scaled(A, scaling.scale);
    expect(orthogonalityError(whitened(A, scaling.scale, R))).toBeLessThan(
      bound(columns, exactCondition(AC)),
    );
    const G = gram(AC);
    const RtR = gram({ rows: columns, columns, data: R });
    // R = QᵀA up to c·d·u in every column, c = 10; column norms are below 2·(1 + √ρ), ρ = 8/60
    for (let p = 0; p < columns ** 2; p++) {
      expect(Math.abs(RtR.hi[p] - G.hi[p] + (RtR.lo[p] - G.lo[p]))).toBeLessThan(10 * columns * u * 8);
    }
    for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) expect(R[i * columns + j]).toBe(0);
  });

  it.each(SKETCH_KINDS)('does not depend on the sketch beyond c·d·κ·u: %s', (kind) => {
    const kappa = 1e4;
    const { A } = plantedMatrix({ n: 300, d, kappa, seed: 5 });
    const { scaling, R: R1 } = sketchedFactor(A, createSketch(kind, 64, 300, 6));
    const { R } = choleskyQr(A, scaling, R1);
    expect(orthogonalityError(whitened(A, scaling.scale, R as Float64Array))).toBeLessThan(bound(d, kappa));
    expect(orthogonalityError(whitened(A, scaling.scale, R1))).toBeGreaterThan(0.1); // it had work to do
  });

  // R₁ = T·R with κ(T) = κ(A·C·R₁⁻¹): one pass while κ(T) ≤ 12, then a second
  const { A } = plantedMatrix({ n: 300, d, kappa: 1e6, seed: 7 });
  const { scaling, R: exact } = sketchedFactor(A, null);
  const spoilt = (kappa: number, seed: number): Float64Array => {
    const T: Matrix = { rows: d, columns: d, data: plantedTriangle(d, kappa, seed) };
    return naiveMatmul(T, { rows: d, columns: d, data: exact }).data;
  };

  it.each([
    [1, 1],
    [8, 1],
    [20, 2],
    [1e4, 2],
    [1e7, 2],
  ])('κ(A·C·R₁⁻¹) = %d takes %d passes and ends as accurate', (kappa, passes) => {
    const found = choleskyQr(A, scaling, spoilt(kappa, 8));
    expect(found.passes).toBe(passes);
    expect(orthogonalityError(whitened(A, scaling.scale, found.R as Float64Array))).toBeLessThan(
      bound(d, 1e6),
    );
  });

  it('whatever R₁ is, R is accurate or null: κ(A·C·R₁⁻¹) from 1e8 to 1e15', () => {
    for (let exponent = 8; exponent <= 15; exponent++) {
      for (let seed = 1; seed <= 4; seed++) {
        const { R, passes } = choleskyQr(A, scaling, spoilt(10 ** exponent, seed));
        expect(passes).toBeLessThanOrEqual(3);
        if (R !== null) {
          expect(orthogonalityError(whitened(A, scaling.scale, R))).toBeLessThan(bound(d, 1e6));
        }
      }
    }
  });

  it('null for a singular A and for R₁ with NaN', () => {
    const singular = randomMatrix(100, 3, 9);
    for (let i = 0; i < 100; i++) singular.data[3 * i + 1] = 0;
    const factor = sketchedFactor(randomMatrix(100, 3, 10), null);
    expect(choleskyQr(singular, factor.scaling, factor.R)).toEqual({ R: null, passes: 1 });
    const scale = columnScaling(singular.data, 100, 3);
    expect(choleskyQr(randomMatrix(100, 3, 9), scale, new Float64Array(9).fill(Number.NaN))).toEqual({
      R: null,
      passes: 1,
    });
  });

  it('n around the panel size of 128 rows: the last, partial panel counts', () => {
    for (const n of [127, 128, 129, 255, 257]) {
      const tall = randomMatrix(n, 3, n);
      // all weight in the last row: without it nothing is left of column 0
      for (let i = 0; i < n - 1; i++) tall.data[3 * i] *= 1e-3;
      tall.data[3 * (n - 1)] = 1;
      const factor = sketchedFactor(tall, null);
      const { R } = choleskyQr(tall, factor.scaling, factor.R);
      expect(orthogonalityError(whitened(tall, factor.scaling.scale, R as Float64Array))).toBeLessThan(
        bound(3, 10),
      );
    }
  });
});
