/**
 * Matrix products by the WebAssembly kernels. A block of C stays in the memory there while the blocks of A and B that
 * contribute to it pass through, so that the memory needed is bounded (under 6 MiB) and an entry is copied once
 * for hundreds of multiplications.
 */
import type { Engine } from './engine';
import { copyRowsIn, copyRowsOut } from './staging';

const ROWS = 256;
const COLUMNS = 512;
const DEPTH = 512;

/** Equal blocks of at most `limit`. */
function blockStep(size: number, limit: number): number {
  return Math.ceil(size / Math.ceil(size / limit));
}

/**
 * C (m × n) ← alpha·op(A)·op(B) + C, or + 0 where `fresh`, op(A) m × k and op(B) k × n, op transposing where trans is
 * set. False, with C as it was, where memory is lacking. m, n, k ≥ 1. C must not alias A or B.
 */
export function wasmProduct(
  engine: Engine,
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
  fresh: boolean,
): boolean {
  const { kernels } = engine;
  const rowStep = blockStep(m, ROWS);
  const columnStep = blockStep(n, COLUMNS);
  const step = blockStep(k, DEPTH);
  const work = kernels.productWorkBytes();
  const c = engine.reserve(work + 8 * (rowStep * columnStep + rowStep * step + columnStep * step)) + work;
  if (c === work) return false;
  const a = c + 8 * rowStep * columnStep;
  const b = a + 8 * rowStep * step;
  for (let j = 0; j < n; j += columnStep) {
    const columns = Math.min(columnStep, n - j);
    for (let i = 0; i < m; i += rowStep) {
      const rows = Math.min(rowStep, m - i);
      const at = cOff + i * ldc + j;
      if (fresh) engine.f64.fill(0, c >>> 3, (c >>> 3) + rows * columns);
      else copyRowsIn(engine, c, columns, C, at, ldc, rows, columns);
      for (let l = 0; l < k; l += step) {
        const depth = Math.min(step, k - l);
        // a block of B with all of the depth serves every i
        if (i === 0 || depth < k) stage(engine, b, B, bOff, ldb, !transB, j, columns, l, depth);
        stage(engine, a, A, aOff, lda, transA, i, rows, l, depth);
        const [ai, al] = transA ? [1, rows] : [depth, 1];
        const [bj, bl] = transB ? [depth, 1] : [1, columns];
        kernels.addProduct(c, columns, a, ai, al, b, bj, bl, rows, columns, depth, alpha, c - work);
      }
      copyRowsOut(engine, c, columns, C, at, ldc, rows, columns);
    }
  }
  return true;
}

/** Rows from `first` on, of an operand stored by columns where `transposed`, steps l … l+depth−1, as stored. */
function stage(
  engine: Engine,
  address: number,
  A: Float64Array,
  off: number,
  lda: number,
  transposed: boolean,
  first: number,
  size: number,
  l: number,
  depth: number,
): void {
  if (transposed) copyRowsIn(engine, address, size, A, off + l * lda + first, lda, depth, size);
  else copyRowsIn(engine, address, depth, A, off + first * lda + l, lda, size, depth);
}
