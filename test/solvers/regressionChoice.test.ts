import { describe, expect, it } from 'vitest';
import type { CsrMatrix } from '../../src/core/csr';
import { chooseRegressionMethod } from '../../src/solvers/regressionChoice';

/** Only sizes matter: the entries are not read. */
const dense = (rows: number, columns: number) => ({ rows, columns, data: new Float64Array(0) });

/** Every row has k entries. */
function sparse(rows: number, columns: number, k: number): CsrMatrix {
  const rowPointers = Uint32Array.from({ length: rows + 1 }, (_, i) => i * k);
  const values = new Float64Array(rows * k);
  return { rows, columns, rowPointers, columnIndices: new Uint32Array(rows * k), values };
}

describe('chooseRegressionMethod', () => {
  // measured: 20000 × 50 0.23 s against 0.26 s, 20000 × 100 even, 10000 × 200 1.04 against 0.71, 6000 × 400 1.76 against 0.96
  it.each([
    [100_000, 50, 'newton'],
    [20_000, 90, 'newton'],
    [20_000, 200, 'sketch-cg'],
    [10_000, 200, 'sketch-cg'],
    [6000, 400, 'sketch-cg'],
    [700, 100, 'newton'],
    [5, 1, 'newton'],
  ] as const)('dense %i × %i: %s', (n, d, method) => {
    expect(chooseRegressionMethod(dense(n, d))).toBe(method);
  });

  // measured: 20000 × 400 with 60 a row even, with 150 13.4 s against 6.0 s; 5000 × 800 with 40 1.5 s against 6.1 s
  it.each([
    [5000, 800, 40, 'newton'],
    [20_000, 400, 150, 'sketch-cg'],
    [5000, 400, 200, 'sketch-cg'],
    [1_000_000, 100, 1, 'newton'],
    [100_000, 100, 30, 'newton'],
    [100_000, 100, 60, 'sketch-cg'],
    [1000, 300, 100, 'newton'],
  ] as const)('sparse %i × %i with %i entries a row: %s', (n, d, k, method) => {
    expect(chooseRegressionMethod(sparse(n, d, k))).toBe(method);
  });

  it('counts squares of row lengths, not entries', () => {
    const A = sparse(10_000, 2000, 20);
    expect(chooseRegressionMethod(A)).toBe('newton');
    // the same entries in a tenth of the rows, more than d³ makes up for
    const rowPointers = A.rowPointers.map((_, i) => Math.min(i, 100) * 2000);
    expect(chooseRegressionMethod({ ...sparse(10_000, 200, 20), rowPointers })).toBe('sketch-cg');
  });
});
