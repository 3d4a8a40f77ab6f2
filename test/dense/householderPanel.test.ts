import { describe, expect, it } from 'vitest';
import { factorPanelInPlace } from '../../src/dense/householderPanel';
import { PANEL_MAX, panelWorkLength } from '../../src/dense/householderSlab';
import { randomMatrix } from '../support/random';
import { u } from '../support/tolerances';

/** Reflector by reflector as in Golub & Van Loan, algorithm 5.2.1, with the same signs. */
function naive(A: Float64Array, m: number, w: number, tau: Float64Array): void {
  for (let k = 0; k < Math.min(m, w); k++) {
    let tailSq = 0;
    for (let i = k + 1; i < m; i++) tailSq += A[i * w + k] ** 2;
    tau[k] = 0;
    if (tailSq === 0) continue;
    const alpha = A[k * w + k];
    const beta = (alpha >= 0 ? -1 : 1) * Math.sqrt(alpha * alpha + tailSq);
    tau[k] = (beta - alpha) / beta;
    for (let i = k + 1; i < m; i++) A[i * w + k] /= alpha - beta;
    A[k * w + k] = beta;
    for (let j = k + 1; j < w; j++) {
      let sum = A[k * w + j];
      for (let i = k + 1; i < m; i++) sum += A[i * w + k] * A[i * w + j];
      A[k * w + j] -= tau[k] * sum;
      for (let i = k + 1; i < m; i++) A[i * w + j] -= tau[k] * sum * A[i * w + k];
    }
  }
}

describe('factorPanelInPlace', () => {
  const widths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 31, PANEL_MAX];
  const shapes = widths.flatMap((w) =>
    [w, w + 1, w + 2, 3 * w + 5, Math.max(1, w - 3)].map((m): [number, number] => [m, w]),
  );

  it.each(shapes)('%i × %i: R, reflectors and tau of the plain algorithm', (m, w) => {
    // a dominant diagonal keeps R well determined, so that both can be compared entry by entry
    const plain = randomMatrix(m, w, m * w).data;
    for (let k = 0; k < Math.min(m, w); k++) plain[k * w + k] += 4 * Math.sqrt(m + w);
    const lda = w + 2;
    const A = new Float64Array((m + 1) * lda).fill(99);
    for (let i = 0; i < m; i++) A.set(plain.subarray(i * w, i * w + w), (i + 1) * lda + 1);
    const tau = new Float64Array(w + 1).fill(99);
    const expectedTau = new Float64Array(w);
    const work = new Float64Array(panelWorkLength(m, w)).fill(Number.NaN);
    factorPanelInPlace(A, lda + 1, lda, m, w, tau, 1, work);
    naive(plain, m, w, expectedTau);
    const largest = 6 * Math.sqrt(m + w);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < w; j++) {
        const error = Math.abs(A[(i + 1) * lda + 1 + j] - plain[i * w + j]);
        expect(error).toBeLessThanOrEqual(4 * (m + w) * u * largest);
      }
    }
    for (let k = 0; k < Math.min(m, w); k++) {
      expect(Math.abs(tau[k + 1] - expectedTau[k])).toBeLessThanOrEqual(4 * (m + w) * u);
    }
    expect(tau[0]).toBe(99);
    expect([...A.subarray(0, lda + 1)].every((x) => x === 99)).toBe(true);
    for (let i = 1; i <= m; i++) expect([A[i * lda], A[i * lda + w + 1]]).toEqual([99, 99]);
  });

  it('a duplicate column leaves noise below its diagonal, an exact zero column nothing', () => {
    const A = randomMatrix(20, 6, 3).data;
    for (let i = 0; i < 20; i++) A[i * 6 + 4] = A[i * 6 + 1];
    for (let i = 0; i < 20; i++) A[i * 6 + 2] = 0;
    const tau = new Float64Array(6);
    factorPanelInPlace(A, 0, 6, 20, 6, tau, 0, new Float64Array(panelWorkLength(20, 6)));
    expect(Math.abs(A[4 * 6 + 4])).toBeLessThanOrEqual(20 * u * 10);
    expect(tau[2]).toBe(0);
    for (let i = 0; i < 20; i++) expect(Math.abs(A[i * 6 + 2])).toBe(0);
  });
});
