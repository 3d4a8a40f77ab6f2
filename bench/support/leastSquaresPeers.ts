/** Least squares with each library compared with, by the best that it offers for a tall A. */
import { Matrix as MlMatrix, QrDecomposition } from 'ml-matrix';
import type { Matrix } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import type { EigenMatrix, Peers } from './peers';
import { toRows } from './productPeers';

export interface LeastSquaresPeer {
  readonly name: string;
  readonly runs: number;
  readonly before?: () => void;
  readonly run: () => Float64Array;
}

/** Householder QR of ml-matrix, the reference of the targets. */
export function mlMatrixQr(A: Matrix, b: Float64Array, runs: number): LeastSquaresPeer {
  const [wrapped, column] = [toMl(A), MlMatrix.columnVector(b)];
  const run = () => Float64Array.from(new QrDecomposition(wrapped).solve(column).to1DArray());
  return { name: 'ml-matrix QR', runs, run };
}

/**
 * The others: a solver for least squares where there is one, the normal equations where there is none. Those that fail at
 * this size are left out, and named in `failed` with the reason.
 */
export function otherPeers(
  A: Matrix,
  b: Float64Array,
  peers: Peers,
): { readonly working: LeastSquaresPeer[]; readonly failed: string[] } {
  const working: LeastSquaresPeer[] = [];
  const failed: string[] = [];
  for (const [name, make] of Object.entries({ 'numpy-ts': numpyTs, numeric, mathjs, eigen })) {
    try {
      const peer = make(A, b, peers);
      peer?.run();
      if (peer !== null) working.push(peer);
    } catch (error) {
      failed.push(`${name} (${error instanceof Error ? error.message.split('\n')[0] : error})`);
    }
  }
  return { working, failed };
}

function numpyTs(A: Matrix, b: Float64Array, { numpyTs: np }: Peers): LeastSquaresPeer | null {
  if (np === null) return null;
  const [wrapped, side] = [np.array(A.data).reshape(A.rows, A.columns), np.array(b)];
  // not its lstsq: with κ(A) = 1e6 that does not come to an end
  const run = () => {
    const { q, r } = np.linalg.qr(wrapped);
    return Float64Array.from(np.linalg.solve(r, np.matmul(np.transpose(q), side)).data);
  };
  return { name: 'numpy-ts QR', runs: 5, run };
}

function numeric(A: Matrix, b: Float64Array, { numeric: library }: Peers): LeastSquaresPeer | null {
  if (library === null) return null;
  const [rows, side] = [toRows(A), Array.from(b)];
  const run = () => {
    const transposed = library.transpose(rows);
    return Float64Array.from(library.solve(library.dot(transposed, rows), library.dot(transposed, side)));
  };
  return { name: 'numeric normal equations', runs: 5, run };
}

function mathjs(A: Matrix, b: Float64Array, { mathjs: library }: Peers): LeastSquaresPeer | null {
  if (library === null) return null;
  const [wrapped, side] = [library.matrix(toRows(A)), library.matrix(Array.from(b, (entry) => [entry]))];
  const run = () => {
    const transposed = library.transpose(wrapped);
    const gram = library.multiply(transposed, wrapped);
    return Float64Array.from(library.lusolve(gram, library.multiply(transposed, side)).toArray().flat());
  };
  return { name: 'mathjs normal equations', runs: 2, run };
}

function eigen(A: Matrix, b: Float64Array, { eigen: library }: Peers): LeastSquaresPeer | null {
  if (library === null) return null;
  const [wrapped, side] = [toRows(A), Array.from(b, (entry) => [entry])].map(
    (rows) => new library.Matrix(rows),
  );
  library.GC.pushException(wrapped, side);
  const entries = (x: EigenMatrix) => Float64Array.from({ length: A.columns }, (_, j) => x.get(j, 0));
  const run = () => {
    const transposed = wrapped.transpose();
    return entries(transposed.matMul(wrapped).inverse().matMul(transposed.matMul(side)));
  };
  return { name: 'eigen normal equations', runs: 5, run, before: () => void library.GC.flush() };
}
