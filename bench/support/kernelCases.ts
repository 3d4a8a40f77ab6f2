/** The kernels that the solvers spend their time in, at sizes that count, each with what it is measured against. */
import { QrDecomposition } from 'ml-matrix';
import type { Matrix } from 'sketchsolve';
import { toMl } from '../../examples/support/mlMatrix';
import { fwhtInPlace } from '../../src/dense/fwht';
import { gaussianBlockInto, halfSquaredNormsInto } from '../../src/dense/gaussianKernel';
import { gemmInto } from '../../src/dense/gemm';
import { gramAccumulate } from '../../src/dense/gram';
import { householderInPlace, householderWorkLength } from '../../src/dense/householder';
import { residualGradientInto } from '../../src/dense/matvec';
import { solveRightUpperInPlace } from '../../src/dense/rightSolve';
import { invertUpperInto } from '../../src/dense/triangular';
import { createSketch } from '../../src/sketch/create';
import type { SketchKind } from '../../src/sketch/operator';
import type { Peers } from './peers';
import { productPeers } from './productPeers';
import { normalVector, uniformRows, upperTriangle } from './randomData';

/** Something else that handles the same data. */
export interface Reference {
  readonly name: string;
  readonly run: () => unknown;
  readonly before?: () => unknown;
  readonly runs?: number;
  /** Its answer, where it is the same as ours. */
  readonly result?: () => Float64Array;
}

export interface KernelCase {
  readonly name: string;
  readonly shape: string;
  /** Operations or bytes of a run, in thousands of millions. */
  readonly amount: number;
  readonly unit: 'GF/s' | 'GB/s';
  readonly run: () => void;
  readonly before?: () => void;
  readonly result: () => Float64Array;
  /** Largest relative difference between the two sets and to references. */
  readonly tolerance: number;
  readonly references: readonly Reference[];
}

/** Made one at a time, for they hold up to 300 MB. */
export const KERNEL_CASES: readonly ((quick: boolean, peers: Peers) => KernelCase)[] = [
  gemm,
  gram,
  fusedPass,
  walshHadamard,
  ...(['srht', 'sparse-sign', 'countsketch'] as const).map((kind) => (quick: boolean) => sketch(kind, quick)),
  householder,
  rightSolve,
  inverse,
  gaussianBlock,
];

function gemm(_: boolean, peers: Peers): KernelCase {
  const n = 512;
  const [A, B] = [uniformRows(n, n, 1), uniformRows(n, n, 2)];
  const C = new Float64Array(n * n);
  return {
    name: 'gemm 512',
    shape: `${n} × ${n}`,
    amount: (2 * n ** 3) / 1e9,
    unit: 'GF/s',
    run: () => gemmInto(C, 0, n, A.data, 0, n, false, B.data, 0, n, false, n, n, n, 1, 0),
    result: () => C,
    tolerance: 1e-12,
    references: productPeers(A, B, peers),
  };
}

function gram(quick: boolean): KernelCase {
  const [m, n] = [quick ? 10_000 : 100_000, 100];
  const A = uniformRows(m, n, 1).data;
  const G = new Float64Array(n * n);
  return {
    name: 'Gram matrix',
    shape: `${m} × ${n}`,
    amount: (m * n * n) / 1e9,
    unit: 'GF/s',
    run: () => gramAccumulate(G, n, A, 0, n, m, n),
    before: () => void G.fill(0),
    result: () => G,
    tolerance: 1e-12,
    references: [],
  };
}

function fusedPass(quick: boolean): KernelCase {
  const [m, n] = [quick ? 20_000 : 100_000, 100];
  const A = uniformRows(m, n, 1).data;
  const [x, b] = [normalVector(n, 2), normalVector(m, 3)];
  const [r, g] = [new Float64Array(m), new Float64Array(n)];
  return {
    name: 'fused pass',
    shape: `${m} × ${n}`,
    amount: (8 * m * n) / 1e9,
    unit: 'GB/s',
    run: () => residualGradientInto(r, g, A, m, n, x, b),
    result: () => g,
    tolerance: 1e-10,
    references: [{ name: 'read', run: () => sumOf(A) }, copy(A)],
  };
}

function walshHadamard(quick: boolean): KernelCase {
  const [m, n] = [quick ? 2 ** 14 : 2 ** 17, 100];
  const original = uniformRows(m, n, 1).data;
  const A = original.slice();
  return {
    name: 'FWHT',
    shape: `${m} × ${n}`,
    amount: (m * Math.log2(m) * n) / 1e9,
    unit: 'GF/s',
    run: () => fwhtInPlace(A, 0, n, m, n),
    before: () => A.set(original), // a transform of a transform of … leaves the range of doubles
    result: () => A,
    tolerance: 1e-13,
    references: [copy(original)],
  };
}

const SKETCH_NAMES = { srht: 'sampled SRHT', 'sparse-sign': 'sparse sign', countsketch: 'CountSketch' };

function sketch(kind: keyof typeof SKETCH_NAMES & SketchKind, quick: boolean): KernelCase {
  const [m, n] = [quick ? 2 ** 14 : 2 ** 17, 100];
  const A = uniformRows(m, n, 1).data;
  const S = createSketch(kind, 4 * n, m, 5);
  const out = new Float64Array(4 * n * n);
  return {
    name: SKETCH_NAMES[kind],
    shape: `${4 * n} × ${m} times ${n} columns`,
    amount: (8 * m * n) / 1e9,
    unit: 'GB/s',
    run: () => S.accumulateInto(out, 0, n, A, 0, n, m, n, 0),
    before: () => void out.fill(0),
    result: () => out,
    tolerance: 1e-12,
    references: [copy(A)],
  };
}

function householder(quick: boolean, peers: Peers): KernelCase {
  const [m, n] = quick ? [400, 100] : [1600, 400];
  const original = uniformRows(m, n, 1);
  const A = original.data.slice();
  const [tau, work] = [new Float64Array(n), new Float64Array(householderWorkLength(m, n))];
  const ml = toMl(original);
  const np = peers.numpyTs;
  const array = np?.array(original.data).reshape(m, n);
  return {
    name: 'Householder QR',
    shape: `${m} × ${n}`,
    amount: (2 * m * n * n - (2 / 3) * n ** 3) / 1e9,
    unit: 'GF/s',
    run: () => householderInPlace(A, n, m, n, tau, work),
    before: () => A.set(original.data),
    result: () => A.subarray(0, n * n),
    tolerance: 1e-10,
    references: [
      { name: 'ml-matrix', run: () => new QrDecomposition(ml), runs: 3 },
      ...(np && array ? [{ name: 'numpy-ts', run: () => np.linalg.qr(array), runs: 1 }] : []),
    ],
  };
}

function rightSolve(quick: boolean): KernelCase {
  const [m, n] = [quick ? 2000 : 20_000, 100];
  const original = uniformRows(m, n, 1).data;
  const [X, R] = [original.slice(), upperTriangle(n, 2)];
  return {
    name: 'X ← XR⁻¹',
    shape: `${m} × ${n}`,
    amount: (m * n * n) / 1e9,
    unit: 'GF/s',
    run: () => solveRightUpperInPlace(X, 0, n, R, n, m, n),
    before: () => X.set(original),
    result: () => X,
    tolerance: 1e-12,
    references: [],
  };
}

function inverse(): KernelCase {
  const n = 300;
  const [R, X] = [upperTriangle(n, 1), new Float64Array(n * n)];
  return {
    name: 'R⁻¹',
    shape: `${n} × ${n}`,
    amount: n ** 3 / 3 / 1e9,
    unit: 'GF/s',
    run: () => invertUpperInto(X, R, n, n),
    result: () => X,
    tolerance: 1e-12,
    references: [],
  };
}

function gaussianBlock(): KernelCase {
  const [n, d] = [512, 64];
  const A: Matrix = uniformRows(n, d, 1);
  const B: Matrix = uniformRows(n, d, 2);
  const [h, g] = [A, B].map(({ data }) => {
    const half = new Float64Array(n);
    halfSquaredNormsInto(half, data, n, d);
    return half;
  });
  const K = new Float64Array(n * n);
  return {
    name: 'Gaussian block',
    shape: `${n} × ${n}, d = ${d}`,
    amount: (2 * n * n * d) / 1e9,
    unit: 'GF/s',
    run: () => gaussianBlockInto(K, 0, n, A.data, h, 0, n, B.data, g, 0, n, d),
    result: () => K,
    tolerance: 1e-12,
    references: [],
  };
}

/** Into memory that is there already. */
function copy(A: Float64Array): Reference {
  const target = A.slice();
  return { name: 'copy', run: () => target.set(A) };
}

/** Eight sums, so that additions do not wait for one another. */
function sumOf(A: Float64Array): number {
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let p = 0; p < A.length - 7; p = (p + 8) | 0) {
    s0 += A[p];
    s1 += A[p + 1];
    s2 += A[p + 2];
    s3 += A[p + 3];
    s4 += A[p + 4];
    s5 += A[p + 5];
    s6 += A[p + 6];
    s7 += A[p + 7];
  }
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
}
