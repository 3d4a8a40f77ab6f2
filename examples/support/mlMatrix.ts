/** The same problems with ml-matrix, as its documentation suggests: QR, SVD, or LU on AᵀA. */
import { Matrix as MlMatrix, solve } from 'ml-matrix';
import type { Matrix } from 'sketchsolve';

/** A copy as an ml-matrix matrix. */
export function toMl(A: Matrix): MlMatrix {
  const rows: Float64Array[] = [];
  for (let i = 0; i < A.rows; i++) rows.push(A.data.slice(i * A.columns, (i + 1) * A.columns));
  return new MlMatrix(rows);
}

/** min ‖Ax − b‖ by Householder QR, or by SVD for the solution of minimum norm. */
export function mlLeastSquares(A: Matrix, minNorm: boolean): (b: Float64Array) => Float64Array {
  const wrapped = toMl(A);
  return (b) => Float64Array.from(solve(wrapped, MlMatrix.columnVector(b), minNorm).to1DArray());
}

/** (AᵀA)ʲx = b by forming AᵀA and solving with it j times. */
export function mlPsdPower(A: Matrix, j: number, minNorm: boolean): (b: Float64Array) => Float64Array {
  const wrapped = toMl(A);
  return (b) => {
    const gram = wrapped.transpose().mmul(wrapped);
    let x: MlMatrix = MlMatrix.columnVector(b);
    for (let k = 0; k < j; k++) x = solve(gram, x, minNorm);
    return Float64Array.from(x.to1DArray());
  };
}

/** min ‖A(AᵀA)ʲx − b‖: least squares, then j solves with AᵀA. */
export function mlOddPower(A: Matrix, j: number, minNorm: boolean): (b: Float64Array) => Float64Array {
  const first = mlLeastSquares(A, minNorm);
  const then = mlPsdPower(A, j, minNorm);
  return (b) => then(first(b));
}
