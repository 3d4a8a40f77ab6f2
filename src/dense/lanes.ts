/**
 * The micro-kernel under gemm, gram and triangularMultiply: products of a packed left and a packed right block
 * in 3 × 2 tiles, after Goto & van de Geijn, ACM TOMS 34(3), 2008. Each of the 3 rows and 2 columns of a tile
 * has an array of its own (a lane), so that one index and one bounds check serve a whole operand. There is one
 * left and one right block in the process; a sweep uses what was packed last.
 *
 * Whatever touches lanes is made by a function that takes them as parameters: engines compile the address of
 * an array into the code only if its binding is never assigned, and bundlers turn const at the top of a module
 * into an assigned var (measured: 2.6 times the time). The kernels' do … while is 1 to 2 % faster than for.
 */

/** Largest inner size of a packed block. At most BLOCK_SIZE, for `packTriangle`. */
export const BLOCK_DEPTH = 128;
/** Most rows of a left block and columns of a right block. A multiple of 6, so that tiles of both fit. */
export const BLOCK_SIZE = 132;
/** Lane entries from tile to tile. An odd number of cache lines: an even one maps tiles to few cache sets. */
const TILE_STRIDE = 136;

type Lanes = readonly Float64Array[];
const left: Lanes = [0, 1, 2].map(() => new Float64Array((BLOCK_SIZE / 3) * TILE_STRIDE));
const right: Lanes = [0, 1].map(() => new Float64Array((BLOCK_SIZE / 2) * TILE_STRIDE));
const edge = new Float64Array(6);

/** Size of the blocks, a multiple of `multiple` and at most `limit`, that cut `size` into equal parts. */
export function blockStep(size: number, limit: number, multiple: number): number {
  const blocks = Math.ceil(size / limit);
  return Math.ceil(size / (blocks * multiple)) * multiple;
}

function makePackLeftTile([A0, A1, A2]: Lanes) {
  return (A: Float64Array, p0: number, p1: number, p2: number, q: number, depth: number): void => {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      A0[q] = A[p0++];
      A1[q] = A[p1++];
      A2[q] = A[p2++];
    }
  };
}

function makePackLeftSlice([A0, A1, A2]: Lanes) {
  return (A: Float64Array, p: number, q: number, rows: number): void => {
    for (; rows >= 3; rows = (rows - 3) | 0, q = (q + TILE_STRIDE) | 0, p += 3) {
      A0[q] = A[p];
      A1[q] = A[p + 1];
      A2[q] = A[p + 2];
    }
    if (rows > 0) A0[q] = A[p];
    if (rows > 1) A1[q] = A[p + 1];
  };
}

function makePackRightTile([B0, B1]: Lanes) {
  return (B: Float64Array, p0: number, p1: number, q: number, depth: number): void => {
    for (const end = (q + depth) | 0; q < end; q = (q + 1) | 0) {
      B0[q] = B[p0++];
      B1[q] = B[p1++];
    }
  };
}

function makePackRightSlice([B0, B1]: Lanes) {
  return (B: Float64Array, p: number, q: number, columns: number): void => {
    for (; columns >= 2; columns = (columns - 2) | 0, q = (q + TILE_STRIDE) | 0, p += 2) {
      B0[q] = B[p];
      B1[q] = B[p + 1];
    }
    if (columns > 0) B0[q] = B[p];
  };
}

/** Packs 6·groups entries of a row as two tiles of the left block and three of the right. */
function makePackBothGroups([A0, A1, A2]: Lanes, [B0, B1]: Lanes) {
  return (A: Float64Array, p: number, l: number, groups: number): void => {
    for (let g = 0, q = l, r = l; g < groups; g = (g + 1) | 0, p += 6) {
      const q1 = (q + TILE_STRIDE) | 0;
      const r1 = (r + TILE_STRIDE) | 0;
      const r2 = (r1 + TILE_STRIDE) | 0;
      A0[q] = B0[r] = A[p];
      A1[q] = B1[r] = A[p + 1];
      A2[q] = B0[r1] = A[p + 2];
      A0[q1] = B1[r1] = A[p + 3];
      A1[q1] = B0[r2] = A[p + 4];
      A2[q1] = B1[r2] = A[p + 5];
      q = (q1 + TILE_STRIDE) | 0;
      r = (r2 + TILE_STRIDE) | 0;
    }
  };
}

/** Updates C from c on by the product of the tiles at two lane positions, or of the first rows and columns. */
type Update = (
  left: number,
  right: number,
  depth: number,
  C: Float64Array,
  c: number,
  ldc: number,
  alpha: number,
) => void;

/** C (3 × 2) += alpha · left tile · right tile. */
function makeTile([A0, A1, A2]: Lanes, [B0, B1]: Lanes): Update {
  return (p, q, depth, C, c, ldc, alpha) => {
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    const end = (p + depth) | 0;
    do {
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
      p = (p + 1) | 0;
      q = (q + 1) | 0;
    } while (p < end);
    C[c] += alpha * s00;
    C[c + 1] += alpha * s01;
    c += ldc;
    C[c] += alpha * s10;
    C[c + 1] += alpha * s11;
    c += ldc;
    C[c] += alpha * s20;
    C[c + 1] += alpha * s21;
  };
}

/** C (3 × 2) ← alpha · left tile · right tile, whose second column has one entry more: a step of a triangle. */
function makeCornerTile([A0, A1, A2]: Lanes, [B0, B1]: Lanes): Update {
  return (p, q, depth, C, c, ldc, alpha) => {
    let s00 = 0;
    let s01 = 0;
    let s10 = 0;
    let s11 = 0;
    let s20 = 0;
    let s21 = 0;
    const end = (p + depth) | 0;
    do {
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
      p = (p + 1) | 0;
      q = (q + 1) | 0;
    } while (p < end);
    C[c] = alpha * s00;
    C[c + 1] = alpha * (s01 + A0[p] * B1[q]);
    c += ldc;
    C[c] = alpha * s10;
    C[c + 1] = alpha * (s11 + A1[p] * B1[q]);
    c += ldc;
    C[c] = alpha * s20;
    C[c + 1] = alpha * (s21 + A2[p] * B1[q]);
  };
}

const packLeftTile = makePackLeftTile(left);
const packLeftSlice = makePackLeftSlice(left);
const packRightTile = makePackRightTile(right);
const packRightSlice = makePackRightSlice(right);
const packBothGroups = makePackBothGroups(left, right);
const tile = makeTile(left, right);
const cornerTile = makeCornerTile(left, right);

type Pack = (
  A: Float64Array,
  a: number,
  stride: number,
  depthStride: number,
  size: number,
  depth: number,
) => void;

/** Left block: size × depth, entry (i, l) at A[a + i·stride + l·depthStride], one stride being 1. */
export const packLeft: Pack = (A, a, stride, depthStride, size, depth) => {
  if (depthStride !== 1) {
    for (let l = 0; l < depth; l++) packLeftSlice(A, a + l * depthStride, l, size);
    return;
  }
  for (let i = 0, q = 0; i < size; i += 3, q += TILE_STRIDE) {
    // A last tile of fewer rows repeats one: the sums of the repeated rows are not stored.
    const p0 = a + i * stride;
    const p1 = i + 1 < size ? p0 + stride : p0;
    packLeftTile(A, p0, p1, i + 2 < size ? p1 + stride : p0, q, depth);
  }
};

/** Right block: depth × size, entry (l, j) at A[a + j·stride + l·depthStride], one stride being 1. */
export const packRight: Pack = (A, a, stride, depthStride, size, depth) => {
  if (depthStride !== 1) {
    for (let l = 0; l < depth; l++) packRightSlice(A, a + l * depthStride, l, size);
    return;
  }
  for (let j = 0, q = 0; j < size; j += 2, q += TILE_STRIDE) {
    const p0 = a + j * stride;
    packRightTile(A, p0, j + 1 < size ? p0 + stride : p0, q, depth);
  }
};

/** Right block: the upper triangle of X (n × n), for `sweepTriangle` only. */
export function packTriangle(X: Float64Array, x: number, ldx: number, n: number): void {
  for (let l = 0; l < n; l++) {
    const j = l & -2;
    packRightSlice(X, x + l * ldx + j, (j >> 1) * TILE_STRIDE + l, n - j);
  }
}

/** Left and right block at once for AᵀA, A depth × columns: reads A once. */
export function packBoth(A: Float64Array, a: number, lda: number, columns: number, depth: number): void {
  const groups = Math.floor(columns / 6);
  for (let l = 0; l < depth; l++) {
    const p = a + l * lda;
    packBothGroups(A, p, l, groups);
    packLeftSlice(A, p + 6 * groups, l + 2 * groups * TILE_STRIDE, columns % 6);
    packRightSlice(A, p + 6 * groups, l + 3 * groups * TILE_STRIDE, columns % 6);
  }
}

/** One row of tiles, storing row r and column s where r < rows, s < columns and r ≤ s + shift. */
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
      for (let r = 0; r < 3 && r < rows; r++) {
        for (let s = 0; s < 2 && s < columns - j; s++) {
          if (r <= s + j + shift) C[c + r * ldc + j + s] += edge[2 * r + s];
        }
      }
    }
  }
}

/** C (rows × columns) += alpha · left · right. */
export const sweep: Update = (rows, columns, depth, C, c, ldc, alpha) => {
  for (let i = 0, p = 0; i < rows; i += 3, p += TILE_STRIDE) {
    sweepRow(p, 0, depth, C, c + i * ldc, ldc, alpha, rows - i, columns, 2);
  }
};

/** Upper triangle of C (n × n) += left · right. */
export function sweepUpper(C: Float64Array, c: number, ldc: number, n: number, depth: number): void {
  for (let i = 0, p = 0; i < n; i += 3, p += TILE_STRIDE) {
    const j = i & -2;
    sweepRow(p, (j >> 1) * TILE_STRIDE, depth, C, c + i * ldc + j, ldc, 1, n - i, n - j, j - i);
  }
}

/** C (rows × n) ← left · the triangle packed by `packTriangle`. */
export function sweepTriangle(C: Float64Array, c: number, ldc: number, rows: number, n: number): void {
  for (let i = 0, p = 0; i < rows; i += 3, p += TILE_STRIDE) {
    for (let j = 0, q = 0; j < n; j += 2, q += TILE_STRIDE) {
      const at = c + i * ldc + j;
      if (rows - i >= 3 && n - j >= 2) {
        cornerTile(p, q, j + 1, C, at, ldc, 1);
      } else {
        cornerTile(p, q, j + 1, edge, 0, 2, 1);
        for (let r = 0; r < 3 && r < rows - i; r++) {
          C[at + r * ldc] = edge[2 * r];
          if (j + 1 < n) C[at + r * ldc + 1] = edge[2 * r + 1];
        }
      }
    }
  }
}
