/**
 * The micro-kernel under gemm, gram and triangularMultiply: products of two packed blocks in 3 × 2 tiles,
 * after Goto & van de Geijn, ACM TOMS 34(3), 2008. Each of the 3 rows and 2 columns of a tile has an array of
 * its own (a lane), so that one index and one bounds check serve a whole operand.
 *
 * There is one left and one right block in the process; every sweep uses what was packed last.
 */

/** Largest inner size of a packed block. */
export const BLOCK_DEPTH = 128;
/** Most rows of a packed left block and columns of a packed right block. A multiple of 6 = lcm(3, 2). */
export const BLOCK_SIZE = 132;

/** Lane entries from tile to tile. An odd number of cache lines: an even one maps tiles to few cache sets. */
const TILE_STRIDE = 136;

/** Size of the blocks, a multiple of `multiple` and at most `limit`, that cut `size` into equal parts. */
export function blockStep(size: number, limit: number, multiple: number): number {
  const blocks = Math.ceil(size / limit);
  return Math.ceil(size / (blocks * multiple)) * multiple;
}

// In a function because bundlers turn const at top level into var, and V8 compiles the address of a lane into
// the kernel only if its binding is const: with var the kernel takes 2.6 times as long.
function createLanes() {
  const A0 = new Float64Array((BLOCK_SIZE / 3) * TILE_STRIDE);
  const A1 = new Float64Array(A0.length);
  const A2 = new Float64Array(A0.length);
  const B0 = new Float64Array((BLOCK_SIZE / 2) * TILE_STRIDE);
  const B1 = new Float64Array(B0.length);
  const edge = new Float64Array(6);

  /** Left block: rows × depth, entry (i, l) at A[a + i·rowStride + l·depthStride], one stride being 1. */
  function packLeft(
    A: Float64Array,
    a: number,
    rowStride: number,
    depthStride: number,
    rows: number,
    depth: number,
  ): void {
    if (depthStride !== 1) {
      for (let l = 0; l < depth; l++) packLeftSlice(A, a + l * depthStride, l, rows);
      return;
    }
    for (let i = 0, q = 0; i < rows; i += 3, q += TILE_STRIDE) {
      // A last tile of fewer rows repeats one: the sums of the repeated rows are not stored.
      const p0 = a + i * rowStride;
      const p1 = i + 1 < rows ? p0 + rowStride : p0;
      packLeftTile(A, p0, p1, i + 2 < rows ? p1 + rowStride : p0, q, depth);
    }
  }

  function packLeftTile(A: Float64Array, p0: number, p1: number, p2: number, q: number, depth: number): void {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      A0[q] = A[p0++];
      A1[q] = A[p1++];
      A2[q] = A[p2++];
    }
  }

  function packLeftSlice(A: Float64Array, p: number, q: number, rows: number): void {
    let left = rows;
    for (; left >= 3; left = (left - 3) | 0, q = (q + TILE_STRIDE) | 0, p += 3) {
      A0[q] = A[p];
      A1[q] = A[p + 1];
      A2[q] = A[p + 2];
    }
    if (left > 0) A0[q] = A[p];
    if (left > 1) A1[q] = A[p + 1];
  }

  /** Right block: depth × columns, entry (l, j) at B[b + l·depthStride + j·columnStride], one stride being 1. */
  function packRight(
    B: Float64Array,
    b: number,
    columnStride: number,
    depthStride: number,
    columns: number,
    depth: number,
  ): void {
    if (depthStride !== 1) {
      for (let l = 0; l < depth; l++) packRightSlice(B, b + l * depthStride, l, columns);
      return;
    }
    for (let j = 0, q = 0; j < columns; j += 2, q += TILE_STRIDE) {
      const p0 = b + j * columnStride;
      packRightTile(B, p0, j + 1 < columns ? p0 + columnStride : p0, q, depth);
    }
  }

  function packRightTile(B: Float64Array, p0: number, p1: number, q: number, depth: number): void {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      B0[q] = B[p0++];
      B1[q] = B[p1++];
    }
  }

  function packRightSlice(B: Float64Array, p: number, q: number, columns: number): void {
    let left = columns;
    for (; left >= 2; left = (left - 2) | 0, q = (q + TILE_STRIDE) | 0, p += 2) {
      B0[q] = B[p];
      B1[q] = B[p + 1];
    }
    if (left > 0) B0[q] = B[p];
  }

  /** Right block: the upper triangle of X (n × n), for `sweepTriangle` only. */
  function packTriangle(X: Float64Array, x: number, ldx: number, n: number): void {
    for (let l = 0; l < n; l++) {
      const j = l & -2;
      packRightSlice(X, x + l * ldx + j, (j >> 1) * TILE_STRIDE + l, n - j);
    }
  }

  /** Left and right block at once for AᵀA, A depth × columns: reads A once. */
  function packBoth(A: Float64Array, a: number, lda: number, columns: number, depth: number): void {
    for (let l = 0; l < depth; l++) packBothSlice(A, a + l * lda, l, columns);
  }

  function packBothSlice(A: Float64Array, p: number, l: number, columns: number): void {
    let q = l;
    let r = l;
    let left = columns;
    for (; left >= 6; left = (left - 6) | 0, p += 6) {
      let a0 = A[p];
      let a1 = A[p + 1];
      let a2 = A[p + 2];
      A0[q] = a0;
      A1[q] = a1;
      A2[q] = a2;
      q = (q + TILE_STRIDE) | 0;
      B0[r] = a0;
      B1[r] = a1;
      r = (r + TILE_STRIDE) | 0;
      B0[r] = a2;
      a0 = A[p + 3];
      a1 = A[p + 4];
      a2 = A[p + 5];
      B1[r] = a0;
      r = (r + TILE_STRIDE) | 0;
      B0[r] = a1;
      B1[r] = a2;
      r = (r + TILE_STRIDE) | 0;
      A0[q] = a0;
      A1[q] = a1;
      A2[q] = a2;
      q = (q + TILE_STRIDE) | 0;
    }
    packLeftSlice(A, p, q, left);
    packRightSlice(A, p, r, left);
  }

  /** C (3 × 2, from c) += alpha · the products of the tiles at p and q. */
  function tile(
    p: number,
    q: number,
    depth: number,
    C: Float64Array,
    c: number,
    ldc: number,
    alpha: number,
  ): void {
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    for (const end = (p + depth) | 0; p < end; p = (p + 1) | 0, q = (q + 1) | 0) {
      const b0 = B0[q];
      const b1 = B1[q];
      const a0 = A0[p];
      const a1 = A1[p];
      const a2 = A2[p];
      s00 += a0 * b0;
      s01 += a0 * b1;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s20 += a2 * b0;
      s21 += a2 * b1;
    }
    C[c] += alpha * s00;
    C[c + 1] += alpha * s01;
    c += ldc;
    C[c] += alpha * s10;
    C[c + 1] += alpha * s11;
    c += ldc;
    C[c] += alpha * s20;
    C[c + 1] += alpha * s21;
  }

  /** C (3 × 2, from c) ← the products of the tiles at p and q; the second column is one product longer. */
  function cornerTile(p: number, q: number, depth: number, C: Float64Array, c: number, ldc: number): void {
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    for (const end = (p + depth) | 0; p < end; p = (p + 1) | 0, q = (q + 1) | 0) {
      const b0 = B0[q];
      const b1 = B1[q];
      const a0 = A0[p];
      const a1 = A1[p];
      const a2 = A2[p];
      s00 += a0 * b0;
      s01 += a0 * b1;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s20 += a2 * b0;
      s21 += a2 * b1;
    }
    C[c] = s00;
    C[c + 1] = s01 + A0[p] * B1[q];
    c += ldc;
    C[c] = s10;
    C[c + 1] = s11 + A1[p] * B1[q];
    c += ldc;
    C[c] = s20;
    C[c + 1] = s21 + A2[p] * B1[q];
  }

  /** C (rows × columns) += alpha · left · right. */
  function sweep(
    C: Float64Array,
    c: number,
    ldc: number,
    rows: number,
    columns: number,
    depth: number,
    alpha: number,
  ): void {
    for (let i = 0, p = 0; i < rows; i += 3, p += TILE_STRIDE) {
      sweepRow(p, 0, depth, C, c + i * ldc, ldc, alpha, rows - i, columns, 2);
    }
  }

  /** Upper triangle of C (n × n) += left · right. */
  function sweepUpper(C: Float64Array, c: number, ldc: number, n: number, depth: number): void {
    for (let i = 0, p = 0; i < n; i += 3, p += TILE_STRIDE) {
      const j = i & -2;
      sweepRow(p, (j >> 1) * TILE_STRIDE, depth, C, c + i * ldc + j, ldc, 1, n - i, n - j, j - i);
    }
  }

  /** One row of tiles, storing rows r < rows, columns s < columns and, of them, r ≤ s + shift. */
  function sweepRow(
    p: number,
    q: number,
    depth: number,
    C: Float64Array,
    c: number,
    ldc: number,
    alpha: number,
    rows: number,
    columns: number,
    shift: number,
  ): void {
    for (let j = 0; j < columns; j = (j + 2) | 0, q = (q + TILE_STRIDE) | 0) {
      if (rows >= 3 && columns - j >= 2 && j + shift >= 2) {
        tile(p, q, depth, C, c + j, ldc, alpha);
      } else {
        edge.fill(0);
        tile(p, q, depth, edge, 0, 2, alpha);
        storeEdge(C, c + j, ldc, rows, columns - j, j + shift);
      }
    }
  }

  function storeEdge(
    C: Float64Array,
    c: number,
    ldc: number,
    rows: number,
    columns: number,
    shift: number,
  ): void {
    for (let r = 0; r < 3 && r < rows; r++) {
      for (let s = 0; s < 2 && s < columns; s++) {
        if (r <= s + shift) C[c + r * ldc + s] += edge[2 * r + s];
      }
    }
  }

  /** C (rows × n) ← left · the triangle of `packTriangle`. */
  function sweepTriangle(C: Float64Array, c: number, ldc: number, rows: number, n: number): void {
    for (let i = 0, p = 0; i < rows; i += 3, p += TILE_STRIDE) {
      for (let j = 0, q = 0; j < n; j += 2, q += TILE_STRIDE) {
        const at = c + i * ldc + j;
        if (rows - i >= 3 && n - j >= 2) {
          cornerTile(p, q, j + 1, C, at, ldc);
        } else {
          cornerTile(p, q, j + 1, edge, 0, 2);
          for (let r = 0; r < 3 && r < rows - i; r++) {
            C[at + r * ldc] = edge[2 * r];
            if (j + 1 < n) C[at + r * ldc + 1] = edge[2 * r + 1];
          }
        }
      }
    }
  }

  return { packLeft, packRight, packTriangle, packBoth, sweep, sweepUpper, sweepTriangle };
}

export const { packLeft, packRight, packTriangle, packBoth, sweep, sweepUpper, sweepTriangle } =
  createLanes();
