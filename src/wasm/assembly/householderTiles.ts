/**
 * Products of slabs, the layout in which Householder QR works: a slab is a matrix of eight columns, its rows 64
 * bytes and next to each other. So it is what the micro-kernel of a product wants, and nothing is ever packed.
 */

/** W (8 × 8) += VᵀC over `rows` rows of the slabs V and C, rows ≥ 1. V may be C. */
export function addInnerProducts(w: usize, v: usize, c: usize, rows: i32): void {
  innerTile(w, v, c, rows);
  innerTile(w + 128, v + 16, c, rows);
  innerTile(w + 256, v + 32, c, rows);
  innerTile(w + 384, v + 48, c, rows);
}

/** W (2 × 8) += two columns of V, transposed, times C. */
function innerTile(w: usize, v: usize, c: usize, rows: i32): void {
  let w00 = f64x2.splat(0);
  let w01 = w00;
  let w02 = w00;
  let w03 = w00;
  let w10 = w00;
  let w11 = w00;
  let w12 = w00;
  let w13 = w00;
  const end = c + ((<usize>rows) << 6);
  do {
    const v0 = v128.load64_splat(v);
    const v1 = v128.load64_splat(v, 8);
    const c0 = v128.load(c);
    const c1 = v128.load(c, 16);
    const c2 = v128.load(c, 32);
    const c3 = v128.load(c, 48);
    w00 = f64x2.add(w00, f64x2.mul(v0, c0));
    w10 = f64x2.add(w10, f64x2.mul(v1, c0));
    w01 = f64x2.add(w01, f64x2.mul(v0, c1));
    w11 = f64x2.add(w11, f64x2.mul(v1, c1));
    w02 = f64x2.add(w02, f64x2.mul(v0, c2));
    w12 = f64x2.add(w12, f64x2.mul(v1, c2));
    w03 = f64x2.add(w03, f64x2.mul(v0, c3));
    w13 = f64x2.add(w13, f64x2.mul(v1, c3));
    v += 64;
    c += 64;
  } while (c < end);
  addRow(w, w00, w01, w02, w03);
  addRow(w + 64, w10, w11, w12, w13);
}

function addRow(w: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(w, f64x2.add(v128.load(w), v0));
  v128.store(w, f64x2.add(v128.load(w, 16), v1), 16);
  v128.store(w, f64x2.add(v128.load(w, 32), v2), 32);
  v128.store(w, f64x2.add(v128.load(w, 48), v3), 48);
}

/**
 * C −= Σ V_q W_q over `rows` rows of the slab C and of `width` slabs V_q, `stride` bytes apart; W_q (8 × 8) one after
 * the other. rows is even, no V_q is C.
 */
export function subtractProducts(c: usize, v: usize, stride: usize, width: i32, w: usize, rows: i32): void {
  const end = c + ((<usize>rows) << 6);
  for (; c < end; c += 128, v += 128) subtractTile(c, v, stride, w, w + ((<usize>width) << 9));
}

/** Two rows of C −= two rows of all V_q times W, which ends at `end`. */
function subtractTile(c: usize, v: usize, stride: usize, w: usize, end: usize): void {
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c02 = v128.load(c, 32);
  let c03 = v128.load(c, 48);
  let c10 = v128.load(c, 64);
  let c11 = v128.load(c, 80);
  let c12 = v128.load(c, 96);
  let c13 = v128.load(c, 112);
  do {
    const next = w + 512;
    do {
      const v0 = v128.load64_splat(v);
      const v1 = v128.load64_splat(v, 64);
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      const w2 = v128.load(w, 32);
      const w3 = v128.load(w, 48);
      c00 = f64x2.sub(c00, f64x2.mul(v0, w0));
      c10 = f64x2.sub(c10, f64x2.mul(v1, w0));
      c01 = f64x2.sub(c01, f64x2.mul(v0, w1));
      c11 = f64x2.sub(c11, f64x2.mul(v1, w1));
      c02 = f64x2.sub(c02, f64x2.mul(v0, w2));
      c12 = f64x2.sub(c12, f64x2.mul(v1, w2));
      c03 = f64x2.sub(c03, f64x2.mul(v0, w3));
      c13 = f64x2.sub(c13, f64x2.mul(v1, w3));
      v += 8;
      w += 64;
    } while (w < next);
    v += stride - 64;
  } while (w < end);
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c, c02, 32);
  v128.store(c, c03, 48);
  v128.store(c, c10, 64);
  v128.store(c, c11, 80);
  v128.store(c, c12, 96);
  v128.store(c, c13, 112);
}
