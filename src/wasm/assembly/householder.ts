/**
 * Householder QR of a matrix in slabs (householderTiles.ts), and its Q applied to another: panels of a few slabs,
 * each slab factored by itself, then I − V T Vᵀ of every slab of the panel applied to all later slabs at once.
 * Between the reflectors of a panel's slabs stands V_qᵀV_r (Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 1989),
 * so that all Vᵀ C are taken from C as it was.
 *
 * A matrix is given by the address of its first slab, `rows` ≥ 8 (the bytes of a slab are 64 times that) and a
 * number of slabs. `blocks` has 1024 bytes for each slab of reflectors: R above the diagonal of V, and T.
 */
import { exchangeUpper, factorSlab, INVERSES, triangleFromGram } from './householderSlab';
import { addDots, scaleRows } from './householderSweep';
import { addInnerProducts, subtractProducts } from './householderTiles';

/** Rows of all slabs that are worked on together, at least 8·WIDEST: a few of them stay in first-level cache. */
const CHUNK = 64;
/** Most slabs of a panel. */
const WIDEST = 4;
/** Places in work: eight inner products and what else factorSlab needs, V_qᵀV_r, then W. */
const CROSS: usize = 256;
const W: usize = CROSS + WIDEST * WIDEST * 512;

/** Bytes of work for `slabs` slabs that a panel is applied to. */
export function householderWorkBytes(slabs: i32): i32 {
  return <i32>W + slabs * WIDEST * 512;
}

/**
 * Factors the panel of `width` ≤ 4 slabs from `slab` on and applies it to all later slabs. The panels are to be
 * factored in order.
 */
export function factorPanel(
  a: usize,
  rows: i32,
  columns: i32,
  slab: i32,
  width: i32,
  tau: usize,
  blocks: usize,
  work: usize,
): void {
  const stride = (<usize>rows) << 6;
  for (let q = 0; q < width; q++) {
    const s = slab + q;
    const top = s << 3;
    const p = slabTop(a, rows, s);
    const block = blocks + ((<usize>s) << 10);
    if (s === 0) firstDots(p, rows, work);
    factorSlab(p, rows - top, min(8, columns - top), tau + ((<usize>top) << 3), block, work);
    const last = q + 1 === width;
    const others = last ? ((columns + 7) >> 3) - slab - width : width - 1 - q;
    const from = last ? slab : s;
    applySlabs(
      slabTop(a, rows, from),
      stride,
      rows - (from << 3),
      last ? width : 1,
      blocks + ((<usize>from) << 10),
      slabTop(a, rows, from) + <usize>(s + 1 - from) * stride,
      others,
      true,
      true,
      work,
    );
  }
}

/** Address of slab s's row 8s, where its reflectors begin. */
function slabTop(a: usize, rows: i32, s: i32): usize {
  return a + <usize>s * ((<usize>rows) << 6) + ((<usize>s) << 9);
}

function firstDots(p: usize, rows: i32, dots: usize): void {
  memory.fill(dots, 0, 64);
  addDots(p + 64, rows - 1, 0, dots);
}

/** Makes V and T of the slabs that householderInPlace left R and reflectors in. */
export function formBlocks(a: usize, rows: i32, reflectors: i32, tau: usize, blocks: usize): void {
  const stride = (<usize>rows) << 6;
  for (let s = 0; s << 3 < reflectors; s++) {
    const top = s << 3;
    const p = a + <usize>s * stride + ((<usize>top) << 6);
    const block = blocks + ((<usize>s) << 10);
    exchangeUpper(p, block);
    memory.fill(block + 512, 0, 512);
    for (let i = 0; i < rows - top; i += CHUNK) {
      const at = p + ((<usize>i) << 6);
      addInnerProducts(block + 512, at, at, min(CHUNK, rows - top - i));
    }
    triangleFromGram(block + 512, tau + ((<usize>top) << 3));
  }
}

/** C (`slabs` slabs, as many rows) ← Qᵀ C or Q C for the reflectors of `width` ≤ 4 slabs from `slab` on. */
export function applyPanel(
  a: usize,
  rows: i32,
  slab: i32,
  width: i32,
  blocks: usize,
  c: usize,
  slabs: i32,
  transposed: bool,
  work: usize,
): void {
  const block = blocks + ((<usize>slab) << 10);
  const v = slabTop(a, rows, slab);
  const to = c + ((<usize>slab) << 9);
  applySlabs(v, (<usize>rows) << 6, rows - (slab << 3), width, block, to, slabs, transposed, false, work);
}

/**
 * Applies `width` slabs of reflectors at v to `slabs` slabs at c, both from the first row of V on, `rows` rows. When
 * factoring, the last slab of V is still to be divided by its heads, and the inner products of the column of C that
 * comes next are left at work.
 */
function applySlabs(
  v: usize,
  stride: usize,
  rows: i32,
  width: i32,
  block: usize,
  c: usize,
  slabs: i32,
  transposed: bool,
  factoring: bool,
  work: usize,
): void {
  const w = work + W;
  memory.fill(work, 0, 64);
  memory.fill(work + CROSS, 0, <usize>householderWorkBytes(slabs) - CROSS);
  const last = v + <usize>(width - 1) * stride;
  for (let i = 0; i < rows; i += CHUNK) {
    const count = min(CHUNK, rows - i);
    const start = max(i, width << 3);
    if (factoring) scaleRows(last + ((<usize>start) << 6), i + count - start, work + INVERSES);
    innerProducts(w, v, stride, i, count, width, c, slabs);
    if (slabs > 0) crossProducts(work + CROSS, v, stride, i, count, width);
  }
  for (let s = 0; s < slabs; s++) {
    applyTriangles(w + <usize>(s * width) * 512, width, block, work + CROSS, transposed);
  }
  for (let i = 0; i < rows; i += CHUNK) {
    const count = min(CHUNK, rows - i);
    subtractAll(w, v, stride, i, count, width, c, slabs);
    // below the row of the next pivot
    const start = max(i, (width << 3) + 1);
    if (factoring && slabs > 0) addDots(c + ((<usize>start) << 6), i + count - start, 0, work);
  }
}

/** W[s][q] += V_qᵀ C_s over the rows i … i + count. The slab q of V begins at row 8q. */
function innerProducts(
  w: usize,
  v: usize,
  stride: usize,
  i: i32,
  count: i32,
  width: i32,
  c: usize,
  slabs: i32,
): void {
  for (let s = 0; s < slabs; s++, c += stride) {
    for (let q = 0; q < width; q++, w += 512) {
      const start = max(i, q << 3);
      const at = (<usize>start) << 6;
      if (start < i + count) addInnerProducts(w, v + <usize>q * stride + at, c + at, i + count - start);
    }
  }
}

/** X[q][r] += V_qᵀ V_r, r < q, over the rows i … i + count. */
function crossProducts(x: usize, v: usize, stride: usize, i: i32, count: i32, width: i32): void {
  for (let q = 1; q < width; q++) {
    const start = max(i, q << 3);
    if (start >= i + count) return;
    const at = v + ((<usize>start) << 6);
    for (let r = 0; r < q; r++) {
      const to = x + <usize>(q * WIDEST + r) * 512;
      addInnerProducts(to, at + <usize>q * stride, at + <usize>r * stride, i + count - start);
    }
  }
}

/** C_s −= V_q W[s][q] over the rows i … i + count. */
function subtractAll(
  w: usize,
  v: usize,
  stride: usize,
  i: i32,
  count: i32,
  width: i32,
  c: usize,
  slabs: i32,
): void {
  const bytes = (<usize>width) << 9;
  for (let s = 0; s < slabs; s++, c += stride, w += bytes) {
    let start = i;
    for (let q = i >> 3; q < width - 1; q++, start += 8) {
      const at = (<usize>start) << 6;
      subtractProducts(c + at, v + at, stride, q + 1, w, 8);
    }
    const at = (<usize>start) << 6;
    if (start < i + count) subtractProducts(c + at, v + at, stride, width, w, i + count - start);
  }
}

/**
 * W[q], the inner products with C as it was, ← op(T_q) times those with C as it is when the reflectors of slab q
 * act: first to last if transposed, else last to first.
 */
function applyTriangles(w: usize, width: i32, block: usize, x: usize, transposed: bool): void {
  for (let step = 0; step < width; step++) {
    const q = transposed ? step : width - 1 - step;
    const at = w + ((<usize>q) << 9);
    const triangle = block + ((<usize>q) << 10) + 512;
    if (transposed) {
      for (let r = 0; r < q; r++) {
        subtractSquare(at, x + <usize>(q * WIDEST + r) * 512, 64, 8, w + ((<usize>r) << 9));
      }
      timesLower(at, triangle);
    } else {
      for (let r = q + 1; r < width; r++) {
        subtractSquare(at, x + <usize>(r * WIDEST + q) * 512, 8, 64, w + ((<usize>r) << 9));
      }
      timesUpper(at, triangle);
    }
  }
}

/** W −= X U, all 8 × 8, entry (i, k) of X at i·rowBytes + k·columnBytes. */
function subtractSquare(w: usize, x: usize, rowBytes: usize, columnBytes: usize, u: usize): void {
  for (let i = 0; i < 8; i++, w += 64, x += rowBytes) {
    for (let k = 0; k < 8; k++) addRowTimes(w, u + ((<usize>k) << 6), -load<f64>(x + <usize>k * columnBytes));
  }
}

/** W ← Tᵀ W, from the last row up. */
function timesLower(w: usize, triangle: usize): void {
  for (let i = 7; i >= 0; i--) {
    const row = w + ((<usize>i) << 6);
    const column = triangle + ((<usize>i) << 3);
    scaleRow(row, load<f64>(column + ((<usize>i) << 6)));
    for (let k = 0; k < i; k++)
      addRowTimes(row, w + ((<usize>k) << 6), load<f64>(column + ((<usize>k) << 6)));
  }
}

/** W ← T W, from the first row down. */
function timesUpper(w: usize, triangle: usize): void {
  for (let i = 0; i < 8; i++) {
    const row = w + ((<usize>i) << 6);
    const factors = triangle + ((<usize>i) << 6);
    scaleRow(row, load<f64>(factors + ((<usize>i) << 3)));
    for (let k = i + 1; k < 8; k++)
      addRowTimes(row, w + ((<usize>k) << 6), load<f64>(factors + ((<usize>k) << 3)));
  }
}

function scaleRow(row: usize, factor: f64): void {
  const f = f64x2.splat(factor);
  for (let j: usize = 0; j < 64; j += 16) v128.store(row + j, f64x2.mul(v128.load(row + j), f));
}

function addRowTimes(row: usize, from: usize, factor: f64): void {
  const f = f64x2.splat(factor);
  for (let j: usize = 0; j < 64; j += 16) {
    v128.store(row + j, f64x2.add(v128.load(row + j), f64x2.mul(v128.load(from + j), f)));
  }
}
