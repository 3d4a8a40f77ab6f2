/** The matrix product of each library compared with, on operands it holds in its own form. */
import type { Matrix } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import type { Peers } from './peers';

export interface ProductPeer {
  readonly name: string;
  /** Counted runs, fewer for the slowest. */
  readonly runs?: number;
  readonly before?: () => void;
  readonly run: () => unknown;
  /** The product in row-major order, of a run of its own. */
  readonly result: () => Float64Array;
}

export function productPeers(A: Matrix, B: Matrix, peers: Peers): ProductPeer[] {
  return [
    mlMatrix(A, B),
    numpyTs(A, B, peers),
    numeric(A, B, peers),
    mathjs(A, B, peers),
    eigen(A, B, peers),
  ].filter((peer) => peer !== null);
}

function mlMatrix(A: Matrix, B: Matrix): ProductPeer {
  const [left, right] = [toMl(A), toMl(B)];
  const run = () => left.mmul(right);
  return { name: 'ml-matrix', run, result: () => Float64Array.from(run().to1DArray()) };
}

function numpyTs(A: Matrix, B: Matrix, { numpyTs: np }: Peers): ProductPeer | null {
  if (np === null) return null;
  const [left, right] = [A, B].map((M) => np.array(M.data).reshape(M.rows, M.columns));
  const run = () => np.matmul(left, right);
  return { name: 'numpy-ts', run, result: () => Float64Array.from(run().data) };
}

function numeric(A: Matrix, B: Matrix, { numeric: library }: Peers): ProductPeer | null {
  if (library === null) return null;
  const [left, right] = [toRows(A), toRows(B)];
  const run = () => library.dot(left, right);
  return { name: 'numeric', run, result: () => Float64Array.from(run().flat()) };
}

function mathjs(A: Matrix, B: Matrix, { mathjs: library }: Peers): ProductPeer | null {
  if (library === null) return null;
  const [left, right] = [A, B].map((M) => library.matrix(toRows(M)));
  const run = () => library.multiply(left, right);
  return { name: 'mathjs', runs: 3, run, result: () => Float64Array.from(run().toArray().flat()) };
}

function eigen(A: Matrix, B: Matrix, { eigen: library }: Peers): ProductPeer | null {
  if (library === null) return null;
  const [left, right] = [A, B].map((M) => new library.Matrix(toRows(M)));
  library.GC.pushException(left, right);
  const run = () => left.matMul(right);
  const result = () => {
    const C = run();
    const columns = B.columns;
    return Float64Array.from({ length: A.rows * columns }, (_, p) =>
      C.get(Math.floor(p / columns), p % columns),
    );
  };
  // what a run made is freed by hand in this library
  return { name: 'eigen', run, result, before: () => void library.GC.flush() };
}

export function toRows({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));
}
