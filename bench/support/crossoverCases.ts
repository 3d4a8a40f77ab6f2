/** For each constant in src/dense/crossover.ts kernels that it decides on, in families of one shape that grow. */
import { choleskyInPlace } from '../../src/dense/cholesky';
import { exponentialRowInPlace } from '../../src/dense/exponential';
import { exponentialProductInto, exponentialScratchLength } from '../../src/dense/exponentialProduct';
import { exponentialSums } from '../../src/dense/exponentialSums';
import { fwhtInPlace } from '../../src/dense/fwht';
import { gaussianBlockInto, halfSquaredNormsInto } from '../../src/dense/gaussianKernel';
import { gemmInto } from '../../src/dense/gemm';
import { gramAccumulate } from '../../src/dense/gram';
import { applyQInPlace, householderInPlace, householderWorkLength } from '../../src/dense/householder';
import { gramVectorInto, matvecInto } from '../../src/dense/matvec';
import { solveRightUpperInPlace } from '../../src/dense/rightSolve';
import { panelsLength, panelsProductInto } from '../../src/dense/symmetricProduct';
import { invertUpperInto } from '../../src/dense/triangular';
import { multiplyUpperInto, multiplyUpperUpperInto } from '../../src/dense/triangularMultiply';
import { createSketch } from '../../src/sketch/create';
import { normalVector, uniformRows, upperTriangle } from './randomData';

/** One kernel at one size. */
export interface Sized {
  /** In the unit of the constant. */
  readonly measure: number;
  readonly run: () => void;
}

export interface Family {
  /** Name of the constant. */
  readonly constant: string;
  readonly kernel: string;
  readonly sizes: readonly number[];
  at(size: number): Sized;
}

const DOUBLED = (from: number, count: number) => Array.from({ length: count }, (_, k) => from * 2 ** k);
/** Half a doubling apart. */
const CLOSE = (from: number, count: number) =>
  Array.from({ length: count }, (_, k) => Math.round(from * 2 ** (k / 2)));

const values = (rows: number, columns: number, seed = 1) => uniformRows(rows, columns, seed).data;

export const FAMILIES: readonly Family[] = [
  ...[5, 20, 100].map(matrixVector),
  ...[5, 20, 100].map(gramVector),
  ...[4, 16].map(tallProduct),
  { constant: 'WASM_GEMM_PRODUCTS', kernel: 'C = AB, n × n', sizes: CLOSE(4, 11), at: squareProduct },
  ...[4, 16, 64].map(gramMatrix),
  { constant: 'WASM_UPPER_UPPER_SIZE', kernel: 'RR, n × n', sizes: CLOSE(6, 10), at: triangles },
  { constant: 'WASM_INVERSE_SIZE', kernel: 'R⁻¹, n × n', sizes: CLOSE(6, 10), at: inverse },
  { constant: 'WASM_CHOLESKY_SIZE', kernel: 'Cholesky, n × n', sizes: CLOSE(6, 10), at: cholesky },
  ...[5, 20].map(triangleProduct),
  ...[5, 20].map(rightSolve),
  ...[5, 20].map(tallQr),
  { constant: 'WASM_HOUSEHOLDER', kernel: 'QR, n × n', sizes: CLOSE(6, 10), at: squareQr },
  { constant: 'WASM_APPLY_Q', kernel: 'QC, C n × 8, ten reflectors', sizes: DOUBLED(12, 7), at: applyQ },
  { constant: 'WASM_FWHT_ENTRIES', kernel: 'H·A, n × 10', sizes: DOUBLED(2, 10), at: walshHadamard },
  {
    constant: 'WASM_SCATTER_ADDITIONS',
    kernel: 'CountSketch to 40 × 10',
    sizes: DOUBLED(25, 9),
    at: scatter,
  },
  { constant: 'WASM_SAMPLED_ENTRIES', kernel: 'sampled SRHT to 40 × 10', sizes: DOUBLED(40, 8), at: sampled },
  { constant: 'WASM_EXPONENTIALS', kernel: 'exp of a row', sizes: DOUBLED(4, 9), at: exponentials },
  ...[2, 20].map(gaussian),
  ...[2, 20].map(exponentialRows),
  { constant: 'WASM_SYMMETRIC_ENTRIES', kernel: 'symmetric Gx', sizes: CLOSE(8, 11), at: symmetric },
];

function matrixVector(n: number): Family {
  const at = (m: number): Sized => {
    const [A, x, y] = [values(m, n), normalVector(n, 2), new Float64Array(m)];
    return { measure: m * n, run: () => matvecInto(y, A, m, n, x) };
  };
  return {
    constant: 'WASM_MATVEC_ENTRIES',
    kernel: `Ax, n × ${n}`,
    sizes: DOUBLED(Math.ceil(100 / n), 9),
    at,
  };
}

function gramVector(n: number): Family {
  const at = (m: number): Sized => {
    const [A, x, g] = [values(m, n), normalVector(n, 2), new Float64Array(n)];
    return { measure: m * n, run: () => gramVectorInto(g, A, m, n, x) };
  };
  return {
    constant: 'WASM_MATVEC_ENTRIES',
    kernel: `AᵀAx, n × ${n}`,
    sizes: DOUBLED(Math.ceil(100 / n), 9),
    at,
  };
}

function product(m: number, n: number, k: number): Sized {
  const [A, B, C] = [values(m, k), values(k, n, 2), new Float64Array(m * n)];
  return {
    measure: m * n * k,
    run: () => gemmInto(C, 0, n, A, 0, k, false, B, 0, n, false, m, n, k, 1, 0),
  };
}

function squareProduct(n: number): Sized {
  return product(n, n, n);
}

function tallProduct(n: number): Family {
  const at = (m: number) => product(m, n, n);
  return {
    constant: 'WASM_GEMM_PRODUCTS',
    kernel: `C = AB, n × ${n}, ${n} × ${n}`,
    sizes: DOUBLED(8, 9),
    at,
  };
}

function gramMatrix(n: number): Family {
  const at = (m: number): Sized => {
    const [A, G] = [values(m, n), new Float64Array(n * n)];
    return { measure: m * n * n, run: () => gramAccumulate(G, n, A, 0, n, m, n) };
  };
  return { constant: 'WASM_GRAM_PRODUCTS', kernel: `AᵀA, n × ${n}`, sizes: DOUBLED(8, 9), at };
}

function triangles(n: number): Sized {
  const [L, R, T] = [upperTriangle(n, 1), upperTriangle(n, 2), new Float64Array(n * n)];
  return { measure: n, run: () => multiplyUpperUpperInto(T, L, R, n) };
}

function inverse(n: number): Sized {
  const [R, X] = [upperTriangle(n, 1), new Float64Array(n * n)];
  return { measure: n, run: () => invertUpperInto(X, R, n, n) };
}

function cholesky(n: number): Sized {
  const G = values(n, n).map((entry, p) => (p % (n + 1) === 0 ? n : entry));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) G[i * n + j] = G[j * n + i];
  const F = G.slice();
  const run = () => {
    F.set(G); // part of both times
    choleskyInPlace(F, n, n);
  };
  return { measure: n, run };
}

function triangleProduct(n: number): Family {
  const at = (m: number): Sized => {
    const [A, X, W] = [values(m, n), upperTriangle(n, 2), new Float64Array(m * n)];
    return { measure: m * n * n, run: () => multiplyUpperInto(W, 0, n, A, 0, n, X, n, m, n) };
  };
  return { constant: 'WASM_UPPER_PRODUCTS', kernel: `AX, n × ${n}, X a triangle`, sizes: DOUBLED(8, 9), at };
}

function rightSolve(n: number): Family {
  const at = (m: number): Sized => {
    const [A, R] = [values(m, n), upperTriangle(n, 2)];
    const X = A.slice();
    const run = () => {
      X.set(A); // part of both times
      solveRightUpperInPlace(X, 0, n, R, n, m, n);
    };
    return { measure: m * n * n, run };
  };
  return { constant: 'WASM_RIGHT_SOLVE_PRODUCTS', kernel: `XR⁻¹, n × ${n}`, sizes: DOUBLED(8, 9), at };
}

function qr(m: number, n: number): Sized {
  const A = values(m, n);
  const [F, tau] = [A.slice(), new Float64Array(n)];
  const work = new Float64Array(householderWorkLength(m, n));
  const run = () => {
    F.set(A); // part of both times
    householderInPlace(F, n, m, n, tau, work);
  };
  return { measure: m * n * n, run };
}

function squareQr(n: number): Sized {
  return qr(n, n);
}

function applyQ(m: number): Sized {
  const [reflectors, columns] = [10, 8];
  const [A, C] = [values(m, reflectors), values(m, columns, 2)];
  const tau = new Float64Array(reflectors);
  const work = new Float64Array(householderWorkLength(m, reflectors));
  householderInPlace(A, reflectors, m, reflectors, tau, work);
  const run = () => applyQInPlace(C, columns, columns, A, reflectors, m, reflectors, tau, work);
  return { measure: m * reflectors * columns, run };
}

function tallQr(n: number): Family {
  const at = (m: number) => qr(m, n);
  return { constant: 'WASM_HOUSEHOLDER', kernel: `QR, n × ${n}`, sizes: DOUBLED(2 * n, 8), at };
}

function walshHadamard(n: number): Sized {
  const A = values(n, 10);
  return { measure: 10 * n, run: () => fwhtInPlace(A, 0, 10, n, 10) };
}

function scatter(m: number): Sized {
  const [rows, d] = [40, 10];
  const S = createSketch('countsketch', rows, m, 1);
  const [A, out] = [values(m, d), new Float64Array(rows * d)];
  return { measure: m * d, run: () => S.accumulateInto(out, 0, d, A, 0, d, m, d, 0) };
}

function sampled(m: number): Sized {
  const [rows, d] = [40, 10];
  const S = createSketch('srht', rows, m, 1);
  const [A, out] = [values(m, d), new Float64Array(rows * d)];
  return { measure: m * d, run: () => S.accumulateInto(out, 0, d, A, 0, d, m, d, 0) };
}

function exponentials(n: number): Sized {
  const [K, g] = [values(1, n), new Float64Array(n).fill(0.5)];
  return { measure: n, run: () => exponentialRowInPlace(K, 0, 0.5, g, 0, n) };
}

function gaussian(d: number): Family {
  const at = (n: number): Sized => {
    const [A, h, K] = [values(n, d), new Float64Array(n), new Float64Array(n * n)];
    halfSquaredNormsInto(h, A, n, d);
    return { measure: n * n, run: () => gaussianBlockInto(K, 0, n, A, h, 0, n, A, h, 0, n, d) };
  };
  return { constant: 'WASM_GAUSSIAN_ENTRIES', kernel: `Gaussian block, d = ${d}`, sizes: CLOSE(4, 10), at };
}

function exponentialRows(d: number): Family {
  const at = (n: number): Sized => {
    const [A, x, out] = [values(n, d), normalVector(n, 2), exponentialSums(n)];
    const scratch = new Float64Array(exponentialScratchLength(n));
    return {
      measure: n * n,
      run: () => exponentialProductInto(out, A, n, A, n, d, 1, x, false, scratch, null),
    };
  };
  return { constant: 'WASM_EXPONENTIAL_SUMS', kernel: `exp(AAᵀ)x, d = ${d}`, sizes: CLOSE(4, 10), at };
}

function symmetric(n: number): Sized {
  const P = values(1, panelsLength(n));
  const [x, y] = [normalVector(n, 2), new Float64Array(n)];
  return { measure: P.length, run: () => panelsProductInto(y, P, n, x) };
}
