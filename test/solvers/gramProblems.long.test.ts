/** A sparse matrix that would take 4.8 GB when dense: time is not asserted, memory is. Prints the figures. */
import { describe, expect, it } from 'vitest';
import { type CsrMatrix, csrFromTriplets } from '../../src/core/csr';
import { prepareGram, type SolveResult, solveLeastSquares, solvePsdPower } from '../../src/index';
import { csrGramVectorInto, csrMultiplyInto, csrMultiplyTransposedInto } from '../../src/sparse/csrProducts';
import { relativeError } from '../support/forwardError';
import { randomVector, testRandom } from '../support/random';
import { u } from '../support/tolerances';

const [n, d] = [2_000_000, 300];
const ENTRIES = 600_000;
const MOST_MEGABYTES = 1024;

/** Entries at random places: density 1e-3, three rows of four without any. */
function sparseMatrix(): CsrMatrix {
  const random = testRandom(1);
  const rowIndices = new Uint32Array(ENTRIES).map(() => random.integer(n));
  const columnIndices = new Uint32Array(ENTRIES).map(() => random.integer(d));
  const values = new Float64Array(ENTRIES).map(() => random.normal());
  return csrFromTriplets(n, d, { rowIndices, columnIndices, values });
}

const megabytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);

function report(what: string, { stats }: SolveResult, milliseconds: number): void {
  const error = (stats.backwardError / u).toFixed(2);
  console.log(
    `${what}: ${(milliseconds / 1000).toFixed(1)} s, ${stats.iterations} steps, ${stats.passes} passes, backward error ${error}u, ${megabytes()} MB`,
  );
}

describe(`${n} × ${d}, ${ENTRIES} entries`, () => {
  const A = sparseMatrix();
  const planted = randomVector(d, 2);
  const image = new Float64Array(n);
  csrMultiplyInto(image, A, planted);
  const noise = randomVector(n, 3);
  const b = image.map((entry, i) => entry + noise[i]);
  const frobenius = Math.hypot(...Array.from({ length: 600 }, (_, k) => blockNorm(A.values, k * 1000)));

  it.each(['sparse-sign', 'countsketch', 'srht'] as const)('least squares, %s', (sketch) => {
    const start = performance.now();
    const result = solveLeastSquares(A, b, { sketch });
    report(sketch, result, performance.now() - start);
    expect([result.status, result.stats.method]).toEqual(['converged', 'conjugate-gradient']);
    expect(result.stats.iterations).toBeLessThanOrEqual(60);
    expect(megabytes()).toBeLessThan(MOST_MEGABYTES);
    // ‖Aᵀr‖/(‖A‖_F‖r‖) bounds the backward error, whatever the solver says of itself
    const r = new Float64Array(n);
    csrMultiplyInto(r, A, result.x);
    r.forEach((entry, i) => {
      r[i] = b[i] - entry;
    });
    const g = new Float64Array(d);
    csrMultiplyTransposedInto(g, A, r);
    const residual = Math.sqrt(r.reduce((sum, entry) => sum + entry * entry, 0));
    expect(Math.hypot(...g) / (frobenius * residual)).toBeLessThan(20 * u);
  });

  it('a planted x is recovered: κ(A) < 10, error below 100u', () => {
    const result = solveLeastSquares(A, image);
    expect(result.stats.conditionEstimate).toBeLessThan(10);
    expect(relativeError(result.x, planted)).toBeLessThan(100 * u);
    expect(result.stats.forwardErrorEstimate).toBeGreaterThan(relativeError(result.x, planted));
  });

  it('(AᵀA)³x = b, and several powers from one factor', () => {
    const c = randomVector(d, 4);
    const start = performance.now();
    const result = solvePsdPower(A, c, 3);
    report('(AᵀA)³', result, performance.now() - start);
    expect(result.status).toBe('converged');
    let y = result.x;
    for (let k = 0; k < 3; k++) {
      const next = new Float64Array(d);
      csrGramVectorInto(next, A, y);
      y = next;
    }
    expect(relativeError(y, c)).toBeLessThan(1e4 * u); // κ(A)⁶·u at worst
    const prepared = prepareGram(A);
    expect(prepared.method).toBe('conjugate-gradient');
    // its sketch has more rows: it is to serve more solves
    const again = prepared.psdPower(c, 3);
    expect(again.status).toBe('converged');
    expect(relativeError(again.x, result.x)).toBeLessThan(1e4 * u);
    expect(megabytes()).toBeLessThan(MOST_MEGABYTES);
  });

  it('a column without entries: named, and left out with minNorm', () => {
    const values = A.values.map((v, p) => (A.columnIndices[p] === 17 ? 0 : v));
    const deficient = { ...A, values };
    expect(() => solveLeastSquares(deficient, b)).toThrow(
      /rank 299 to working precision, .*; column 17 is zero;/,
    );
    const result = solveLeastSquares(deficient, b, { minNorm: true });
    report('minNorm', result, 0);
    expect([result.status, result.stats.rank, result.x[17]]).toEqual(['converged', 299, 0]);
    expect(megabytes()).toBeLessThan(MOST_MEGABYTES);
  });
});

function blockNorm(values: Float64Array, first: number): number {
  return Math.hypot(...values.subarray(first, first + 1000));
}
