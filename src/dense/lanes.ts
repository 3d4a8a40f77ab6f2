/**
 * The micro-kernel under gemm, gram and triangularMultiply: products of packed blocks in 3 × 2 tiles.
 * Goto & van de Geijn, ACM TOMS 34(3) 2008, with each of the 3 rows and 2 columns of a tile in an array of
 * its own (a lane), so that one index serves a whole operand.
 *
 * One set of lanes for the process: a pack and the sweep that uses it must not be interleaved with another.
 */

/** Largest inner size of a packed block. */
export const BLOCK_DEPTH = 128;
/** Most rows of a packed left block; a multiple of 3. */
export const BLOCK_ROWS = 96;
/** Most columns of a packed right block; a multiple of 2. */
export const BLOCK_COLUMNS = 256;

/** Lane entries per tile: an odd number of cache lines, else the tiles of a lane share a few cache sets. */
const TILE_STRIDE = 136;

// Inside a function because bundlers turn top-level const into var, and an engine embeds the address of an
// array in the kernel only when the binding is const: measured 2.6 times slower with var.
function createLanes() {
  const A0 = new Float64Array((BLOCK_ROWS / 3) * TILE_STRIDE);
  const A1 = new Float64Array(A0.length);
  const A2 = new Float64Array(A0.length);
  const B0 = new Float64Array((BLOCK_COLUMNS / 2) * TILE_STRIDE);
  const B1 = new Float64Array(B0.length);
  const edge = new Float64Array(6);

  /** Packs op(A), rows × depth, entry (i, l) at A[a + i·rowStride + l·depthStride]. */
  function packLeft(
    A: Float64Array,
    a: number,
    rowStride: number,
    depthStride: number,
    rows: number,
    depth: number,
  ): void {
    for (let i = 0, q = 0; i < rows; i += 3, q = (q + TILE_STRIDE) | 0) {
      // A short last tile repeats its last row: those sums are never stored.
      packLeftTile(
        A,
        a + i * rowStride,
        a + Math.min(i + 1, rows - 1) * rowStride,
        a + Math.min(i + 2, rows - 1) * rowStride,
        depthStride,
        q,
        depth,
      );
    }
  }

  function packLeftTile(
    A: Float64Array,
    p0: number,
    p1: number,
    p2: number,
    step: number,
    q: number,
    depth: number,
  ): void {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      A0[q] = A[p0];
      A1[q] = A[p1];
      A2[q] = A[p2];
      p0 += step;
      p1 += step;
      p2 += step;
    }
  }

  /** Packs op(B), depth × columns, entry (l, j) at B[b + l·depthStride + j·columnStride]. */
  function packRight(
    B: Float64Array,
    b: number,
    columnStride: number,
    depthStride: number,
    columns: number,
    depth: number,
  ): void {
    for (let j = 0, q = 0; j < columns; j += 2, q = (q + TILE_STRIDE) | 0) {
      packRightTile(
        B,
        b + j * columnStride,
        b + Math.min(j + 1, columns - 1) * columnStride,
        depthStride,
        q,
        depth,
      );
    }
  }

  function packRightTile(
    B: Float64Array,
    p0: number,
    p1: number,
    step: number,
    q: number,
    depth: number,
  ): void {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      B0[q] = B[p0];
      B1[q] = B[p1];
      p0 += step;
      p1 += step;
    }
  }

  /** C[c …] (3 × 2) += alpha · the tile of products at lane positions p and q. */
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

  /** As `tile`, storing only row r < rows, column s < columns with s + shift ≥ r. */
  function edgeTile(
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
    edge.fill(0);
    tile(p, q, depth, edge, 0, 2, alpha);
    for (let r = 0; r < rows && r < 3; r++) {
      for (let s = 0; s < columns && s < 2; s++) {
        if (s + shift >= r) C[c + r * ldc + s] += edge[2 * r + s];
      }
    }
  }

  /**
   * C (rows × columns) += alpha · packed left · packed right, leaving out entries (i, j) of C with
   * j + shift < i, and the products with inner index l > j' + reach, j' = j rounded down to even.
   * shift ≥ rows and reach ≥ depth leave out nothing.
   */
  function sweep(
    C: Float64Array,
    c: number,
    ldc: number,
    rows: number,
    columns: number,
    depth: number,
    alpha: number,
    shift: number,
    reach: number,
  ): void {
    for (let i = 0, p = 0; i < rows; i += 3, p = (p + TILE_STRIDE) | 0) {
      const first = i > shift ? (i - shift) & -2 : 0;
      sweepRow(C, c + i * ldc, ldc, rows - i, first, columns, p, depth, alpha, shift - i, reach);
    }
  }

  function sweepRow(
    C: Float64Array,
    c: number,
    ldc: number,
    rows: number,
    first: number,
    columns: number,
    p: number,
    depth: number,
    alpha: number,
    shift: number,
    reach: number,
  ): void {
    let q = ((first >> 1) * TILE_STRIDE) | 0;
    for (let j = first; j < columns; j = (j + 2) | 0, q = (q + TILE_STRIDE) | 0) {
      const inner = Math.min(depth, j + reach + 1) | 0;
      if (rows >= 3 && j + 1 < columns && j + shift >= 2) tile(p, q, inner, C, c + j, ldc, alpha);
      else edgeTile(p, q, inner, C, c + j, ldc, alpha, rows, columns - j, j + shift);
    }
  }

  return { packLeft, packRight, sweep };
}

export const { packLeft, packRight, sweep } = createLanes();
