/**
 * General matrix product, C ← alpha·op(A)·op(B) + beta·C, blocked for cache over packed lanes.
 */
import { engineFor } from '../wasm/engine';
import { wasmProduct } from '../wasm/product';
import { WASM_GEMM_PRODUCTS } from './crossover';
import { BLOCK_DEPTH, BLOCK_SIZE, blockStep, packLeft, packRight, sweep } from './lanes';

/** Below this m·n·k packing costs more than it saves. */
const PLAIN_LIMIT = 200;

/**
 * C (m × n) ← alpha·op(A)·op(B) + beta·C, op(A) m × k and op(B) k × n, op transposing where trans is set.
 * beta = 0 never reads C. C aliases neither A nor B.
 */
export function gemmInto(
  C: Float64Array,
  cOff: number,
  ldc: number,
  A: Float64Array,
  aOff: number,
  lda: number,
  transA: boolean,
  B: Float64Array,
  bOff: number,
  ldb: number,
  transB: boolean,
  m: number,
  n: number,
  k: number,
  alpha: number,
  beta: number,
): void {
  const engine = m * n * k > 0 ? engineFor(m * n * k, WASM_GEMM_PRODUCTS) : null;
  if (beta !== 1 && (beta !== 0 || engine === null)) scaleRows(C, cOff, ldc, m, n, beta);
  if (engine !== null) {
    const fresh = beta === 0;
    if (wasmProduct(engine, C, cOff, ldc, A, aOff, lda, transA, B, bOff, ldb, transB, m, n, k, alpha, fresh))
      return;
    if (fresh) scaleRows(C, cOff, ldc, m, n, 0);
  }
  const ai = transA ? 1 : lda;
  const al = transA ? lda : 1;
  const bj = transB ? ldb : 1;
  const bl = transB ? 1 : ldb;
  const accumulate = m * n * k < PLAIN_LIMIT ? accumulatePlain : accumulateBlocks;
  accumulate(C, cOff, ldc, A, aOff, ai, al, B, bOff, bj, bl, m, n, k, alpha);
}

function scaleRows(C: Float64Array, cOff: number, ldc: number, m: number, n: number, beta: number): void {
  for (let i = 0; i < m; i++) {
    const c = cOff + i * ldc;
    if (beta === 0) C.fill(0, c, c + n);
    else for (let j = 0; j < n; j++) C[c + j] *= beta;
  }
}

/** C += alpha·op(A)·op(B), entries (i, l) and (l, j) at A[aOff + i·ai + l·al] and B[bOff + j·bj + l·bl]. */
type Accumulate = (
  C: Float64Array,
  cOff: number,
  ldc: number,
  A: Float64Array,
  aOff: number,
  ai: number,
  al: number,
  B: Float64Array,
  bOff: number,
  bj: number,
  bl: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
) => void;

const accumulateBlocks: Accumulate = (C, cOff, ldc, A, aOff, ai, al, B, bOff, bj, bl, m, n, k, alpha) => {
  const step = blockStep(k, BLOCK_DEPTH, 1);
  const rowStep = blockStep(m, BLOCK_SIZE, 3);
  const columnStep = blockStep(n, BLOCK_SIZE, 2);
  for (let l = 0; l < k; l += step) {
    const depth = Math.min(step, k - l);
    for (let j = 0; j < n; j += columnStep) {
      const columns = Math.min(columnStep, n - j);
      packRight(B, bOff + j * bj + l * bl, bj, bl, columns, depth);
      for (let i = 0; i < m; i += rowStep) {
        const rows = Math.min(rowStep, m - i);
        // A left block with all rows serves every j.
        if (j === 0 || rows < m) packLeft(A, aOff + i * ai + l * al, ai, al, rows, depth);
        sweep(rows, columns, depth, C, cOff + i * ldc + j, ldc, alpha);
      }
    }
  }
};

const accumulatePlain: Accumulate = (C, cOff, ldc, A, aOff, ai, al, B, bOff, bj, bl, m, n, k, alpha) => {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let p = aOff + i * ai;
      let q = bOff + j * bj;
      for (let l = 0; l < k; l++, p += al, q += bl) sum += A[p] * B[q];
      C[cOff + i * ldc + j] += alpha * sum;
    }
  }
};
