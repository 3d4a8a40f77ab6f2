import { describe, expect, it } from 'vitest';
import {
  applyBlockReflector,
  blockReflectorWorkLength,
  formBlockReflector,
} from '../../src/dense/blockReflector';
import { describeKernels } from '../support/kernelSets';
import { randomMatrix, testRandom } from '../support/random';
import { expectEvery } from '../support/sameEntries';
import { u } from '../support/tolerances';

/** m × w reflectors below a diagonal that must not be read as part of them, with tau = 2/vᵀv. */
function reflectors(m: number, w: number): { A: Float64Array; tau: Float64Array } {
  const A = randomMatrix(m, w, m + w).data.map((x) => x / 4);
  const tau = new Float64Array(w);
  for (let k = 0; k < w; k++) {
    let normSq = 1;
    for (let i = k + 1; i < m; i++) normSq += A[i * w + k] ** 2;
    tau[k] = k % 5 === 3 ? 0 : 2 / normSq;
    for (let i = 0; i <= k; i++) A[i * w + k] = 1e6 * testRandom(k).normal();
  }
  return { A, tau };
}

/** The reflectors one by one: transposed applies the first one first. */
function naive(
  C: Float64Array,
  nc: number,
  A: Float64Array,
  m: number,
  w: number,
  tau: Float64Array,
  transposed: boolean,
) {
  for (let step = 0; step < w; step++) {
    const k = transposed ? step : w - 1 - step;
    const v = Float64Array.from({ length: m }, (_, i) => (i < k ? 0 : i === k ? 1 : A[i * w + k]));
    for (let j = 0; j < nc; j++) {
      let sum = 0;
      for (let i = 0; i < m; i++) sum += v[i] * C[i * nc + j];
      for (let i = 0; i < m; i++) C[i * nc + j] -= tau[k] * sum * v[i];
    }
  }
}

describeKernels(() => {
  describe('block reflector', () => {
    const shapes = [1, 2, 5, 16, 24].flatMap((w) =>
      [w, w + 1, 60].flatMap((m) => [1, 4, 33].map((nc): [number, number, number] => [m, w, nc])),
    );

    it.each(shapes)(
      'm = %i, w = %i, nc = %i: (I − V T Vᵀ)C and its transpose are the reflectors one by one',
      (m, w, nc) => {
        const { A, tau } = reflectors(m, w);
        const lda = w + 3;
        const padded = new Float64Array((m + 1) * lda).fill(Number.NaN);
        for (let i = 0; i < m; i++) padded.set(A.subarray(i * w, i * w + w), (i + 1) * lda + 2);
        const tauPadded = new Float64Array(w + 2).fill(Number.NaN);
        tauPadded.set(tau, 2);
        const work = new Float64Array(blockReflectorWorkLength(w, nc)).fill(Number.NaN);
        formBlockReflector(work, padded, lda + 2, lda, m, w, tauPadded, 2);
        for (const transposed of [false, true]) {
          const C = randomMatrix(m, nc, 3).data;
          const ldc = nc + 1;
          const D = new Float64Array((m + 1) * ldc).fill(77);
          for (let i = 0; i < m; i++) D.set(C.subarray(i * nc, i * nc + nc), (i + 1) * ldc + 1);
          applyBlockReflector(D, ldc + 1, ldc, nc, padded, lda + 2, lda, m, w, work, transposed);
          naive(C, nc, A, m, w, tau, transposed);
          expectEvery(m * nc, (p) => {
            // w roundings of numbers up to √m times a normal deviate, inner products of length m
            const error = Math.abs(D[(Math.floor(p / nc) + 1) * ldc + 1 + (p % nc)] - C[p]);
            return error <= 8 * (w + Math.sqrt(m)) * Math.sqrt(m) * u;
          });
          for (let p = 0; p <= ldc; p++) expect(D[p]).toBe(77);
        }
      },
    );

    it('negative control: T for Tᵀ is seen', () => {
      const { A, tau } = reflectors(40, 8);
      const work = new Float64Array(blockReflectorWorkLength(8, 5));
      formBlockReflector(work, A, 0, 8, 40, 8, tau, 0);
      const C = randomMatrix(40, 5, 3).data;
      const D = C.slice();
      applyBlockReflector(C, 0, 5, 5, A, 0, 8, 40, 8, work, true);
      applyBlockReflector(D, 0, 5, 5, A, 0, 8, 40, 8, work, false);
      expect(Math.max(...C.map((x, p) => Math.abs(x - D[p])))).toBeGreaterThan(0.1);
    });
  });
});
