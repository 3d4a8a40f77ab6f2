import { Matrix as MlMatrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Matrix, MatrixLike } from '../../src/core/matrix';
import { fwht, householderQr, matmul } from '../../src/dense/checked';
import { GALLERY } from '../support/gallery';
import { denseHadamard, naiveMatmul, naiveTranspose } from '../support/oracles';
import { randomMatrix } from '../support/random';
import { orthogonalityError } from '../support/systems';
import { dotBound, orthogonalityBound, u } from '../support/tolerances';

function failure(code: 'SHAPE' | 'INVALID_ARGUMENT' | 'NOT_FINITE', message: string) {
  return expect.objectContaining({ name: 'SketchSolveError', code, message });
}

/** The largest |Aᵢⱼ − Bᵢⱼ|/limitᵢⱼ. */
function worst(A: Matrix, B: Matrix, limit: (p: number) => number): number {
  expect([A.rows, A.columns, A.data.length]).toEqual([B.rows, B.columns, B.rows * B.columns]);
  return A.data.reduce((most, entry, p) => Math.max(most, Math.abs(entry - B.data[p]) / limit(p)), 0);
}

function absolute(A: Matrix): Matrix {
  return { ...A, data: A.data.map(Math.abs) };
}

const nan = [[1, Number.NaN]];

describe('matmul', () => {
  it.each([
    [1, 1, 1],
    [2, 3, 4],
    [5, 1, 5],
    [1, 40, 1],
    [33, 17, 29],
    [70, 130, 65],
  ])('%d × %d times %d columns: within γ_k·|A||B| of the definition', (m, k, n) => {
    const A = randomMatrix(m, k, 1);
    const B = randomMatrix(k, n, 2);
    const sizes = naiveMatmul(absolute(A), absolute(B)).data;
    // twice: the definition in double is rounded too
    expect(worst(matmul(A, B), naiveMatmul(A, B), (p) => 2 * dotBound(k) * sizes[p])).toBeLessThanOrEqual(1);
  });

  it('is exact on integers, for any kind of matrix, and leaves them alone', () => {
    const A = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const B = new MlMatrix([
      [1, 0],
      [0, 1],
      [2, -1],
    ]);
    const product = { rows: 2, columns: 2, data: Float64Array.of(7, -1, 16, -1) };
    expect(matmul(A, B)).toEqual(product);
    expect([A, B.to2DArray()]).toEqual([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [1, 0],
        [0, 1],
        [2, -1],
      ],
    ]);
    const flat = { rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    expect(matmul(flat, flat).data).toEqual(Float64Array.of(7, 10, 15, 22));
    expect(flat.data).toEqual(Float64Array.of(1, 2, 3, 4));
  });

  it('refuses sizes that do not fit and entries that are not finite', () => {
    expect(() => matmul([[1, 2]], [[1, 2]])).toThrow(
      failure('SHAPE', 'matmul: B has 1 rows, expected 2 (= A.columns)'),
    );
    expect(() => matmul(nan, [[1], [2]])).toThrow(
      failure('NOT_FINITE', 'matmul: A has NaN in row 0, column 1, expected finite numbers'),
    );
    expect(() => matmul([[1]], nan)).toThrow(
      failure('NOT_FINITE', 'matmul: B has NaN in row 0, column 1, expected finite numbers'),
    );
    expect(() => matmul([[1]], 5 as unknown as MatrixLike)).toThrow(/^matmul: B is 5, expected a matrix/);
  });
});

describe('householderQr', () => {
  it.each(GALLERY)('$name: QᵀQ = I, QR = A columnwise, R upper triangular, A unchanged', ({ build }) => {
    const A = build(75, 11, 1);
    const before = A.data.slice();
    const { q, r } = householderQr(A);
    const { rows: n, columns: d } = A;
    expect(A.data).toEqual(before);
    expect([q.rows, q.columns, r.rows, r.columns]).toEqual([n, d, d, d]);
    expect(orthogonalityError(q)).toBeLessThan(orthogonalityBound(d));
    const norms = Array.from({ length: d }, (_, j) => {
      const largest = Math.max(Number.MIN_VALUE, ...A.data.filter((_, p) => p % d === j).map(Math.abs));
      return largest * Math.hypot(...A.data.filter((_, p) => p % d === j).map((entry) => entry / largest));
    });
    // ‖(QR − A)eⱼ‖ ≤ c·d·u·‖aⱼ‖, c = 10
    expect(worst(naiveMatmul(q, r), A, (p) => 10 * d * u * norms[p % d] + Number.MIN_VALUE)).toBeLessThan(1);
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) expect(r.data[i * d + j]).toBe(0);
  });

  it('takes rows and ml-matrix matrices; d = 1 is normalisation', () => {
    const { q, r } = householderQr([[3], [4]]);
    expect(Math.abs(Math.abs(r.data[0]) - 5)).toBeLessThan(5 * u);
    expect(Math.abs(q.data[0] * r.data[0] - 3)).toBeLessThan(8 * u);
    expect(householderQr(new MlMatrix([[3], [4]]))).toEqual({ q, r });
  });

  it('refuses wide matrices and entries that are not finite', () => {
    expect(() => householderQr(randomMatrix(3, 4, 1))).toThrow(
      failure('SHAPE', 'householderQr: A is 3 × 4, expected at least as many rows as columns'),
    );
    expect(() =>
      householderQr(naiveTranspose({ rows: 1, columns: 2, data: Float64Array.of(1, Number.NaN) })),
    ).toThrow(failure('NOT_FINITE', 'householderQr: A has NaN in row 1, column 0, expected finite numbers'));
  });
});

describe('fwht', () => {
  it.each([1, 2, 4, 32, 256])('n = %d: H·A by the definition to log₂n·u·Σ|aᵢ|, and H²A = nA', (n) => {
    const A = randomMatrix(n, 3, n);
    const before = A.data.slice();
    const HA = fwht(A);
    expect(A.data).toEqual(before);
    const limit = 2 * n * u * 5; // |entries| of A are below 5
    const steps = Math.max(1, Math.log2(n));
    expect(worst(HA, naiveMatmul(denseHadamard(n), A), () => steps * limit)).toBeLessThan(1);
    const back = fwht(HA);
    expect(
      worst(back, { ...A, data: A.data.map((entry) => n * entry) }, () => 2 * steps * n * limit),
    ).toBeLessThan(1);
  });

  it('is exact on integers, and takes rows', () => {
    expect(
      fwht([
        [1, 5],
        [2, 0],
        [3, -1],
        [4, 2],
      ]),
    ).toEqual({
      rows: 4,
      columns: 2,
      data: Float64Array.of(10, 6, -2, 2, -4, 4, 0, 8),
    });
  });

  it.each([3, 5, 6, 12, 1000])('refuses %d rows', (rows) => {
    expect(() => fwht(randomMatrix(rows, 1, 1))).toThrow(
      failure('SHAPE', `fwht: A has ${rows} rows, expected a power of two`),
    );
  });

  it('refuses entries that are not finite', () => {
    expect(() => fwht(nan)).toThrow(
      failure('NOT_FINITE', 'fwht: A has NaN in row 0, column 1, expected finite numbers'),
    );
  });
});
