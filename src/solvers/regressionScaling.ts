/**
 * Doors of {@link RegressionMatrix}: dense or sparse, columns with extreme entries brought near 1.
 */
import { isCsr, type TallMatrix } from '../core/csr';
import { ldexp, powerOfTwoExponent } from '../dense/vector';
import { DenseRegressionMatrix } from './regressionDense';
import type { RegressionMatrix } from './regressionMatrix';
import { SparseRegressionMatrix } from './regressionSparse';

/** A·C with C = diag(2^exponents); A itself unless columns are extreme. */
export interface ScaledRegression {
  readonly matrix: RegressionMatrix;
  /** x = C·y for the solution y with A·C; null for C = I. */
  readonly exponents: Int32Array | null;
}

/** Squares of entries inside this range, and their products with curvatures, stay doubles. */
const TAME_EXPONENT = 100;

/** A as the solver takes it, columns with extreme entries brought near 1 in a copy, exactly. */
export function scaledRegression(A: TallMatrix): ScaledRegression {
  const largest = largestByColumn(A);
  const wild = largest.some((size) => size !== 0 && Math.abs(powerOfTwoExponent(size)) > TAME_EXPONENT);
  if (!wild) return { matrix: regressionMatrix(A), exponents: null };
  const exponents = Int32Array.from(largest, (size) => -powerOfTwoExponent(size));
  if (isCsr(A)) {
    const values = A.values.map((entry, p) => ldexp(entry, exponents[A.columnIndices[p]]));
    return { matrix: regressionMatrix({ ...A, values }), exponents };
  }
  const data = A.data.map((entry, p) => ldexp(entry, exponents[p % A.columns]));
  return { matrix: regressionMatrix({ ...A, data }), exponents };
}

/** 0 for every row of A that is zero, 1 for the others; null when there are only those. */
export function movingRows(A: TallMatrix): Uint8Array | null {
  const moves = new Uint8Array(A.rows);
  for (let i = 0; i < A.rows; i++) {
    let p = isCsr(A) ? A.rowPointers[i] : i * A.columns;
    const end = isCsr(A) ? A.rowPointers[i + 1] : p + A.columns;
    const entries = isCsr(A) ? A.values : A.data;
    while (p < end && entries[p] === 0) p++;
    moves[i] = p < end ? 1 : 0;
  }
  return moves.includes(0) ? moves : null;
}

function regressionMatrix(A: TallMatrix): RegressionMatrix {
  return isCsr(A) ? new SparseRegressionMatrix(A) : new DenseRegressionMatrix(A);
}

function largestByColumn(A: TallMatrix): Float64Array {
  const d = A.columns;
  const largest = new Float64Array(d);
  if (isCsr(A)) {
    for (let p = 0; p < A.values.length; p++) {
      const j = A.columnIndices[p];
      largest[j] = Math.max(largest[j], Math.abs(A.values[p]));
    }
    return largest;
  }
  for (let i = 0, p = 0; i < A.rows; i++) {
    for (let j = 0; j < d; j++, p++) {
      const size = Math.abs(A.data[p]);
      if (size > largest[j]) largest[j] = size;
    }
  }
  return largest;
}
