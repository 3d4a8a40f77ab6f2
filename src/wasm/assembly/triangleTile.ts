/**
 * The tile of a product with an upper triangular matrix that lies on its diagonal: left (2 × 8) · right (8 × 8). What
 * lies below the diagonal has no part in any entry, whatever it is multiplied with. Two steps in depth at a time:
 * they finish two columns, which are stored, and leave the later ones to go on with.
 */

/** C (2 × 8, rows ldc bytes apart) ← left · right, rows of left `gap` bytes apart. */
export function storeCorner(c: usize, ldc: usize, left: usize, gap: usize, right: usize): void {
  const other = left + gap;
  const below = c + ldc;
  let a = v128.load64_splat(left, 0);
  let b = v128.load64_splat(other, 0);
  let x = v128.load(right, 0);
  const c00 = f64x2.mul(a, x);
  const c10 = f64x2.mul(b, x);
  x = v128.load(right, 16);
  let c01 = f64x2.mul(a, x);
  let c11 = f64x2.mul(b, x);
  x = v128.load(right, 32);
  let c02 = f64x2.mul(a, x);
  let c12 = f64x2.mul(b, x);
  x = v128.load(right, 48);
  let c03 = f64x2.mul(a, x);
  let c13 = f64x2.mul(b, x);
  a = v128.load64_splat(left, 8);
  b = v128.load64_splat(other, 8);
  x = v128.load(right, 64);
  v128.store(c, f64x2.add(c00, v128.and(f64x2.mul(a, x), i64x2(0, -1))), 0);
  v128.store(below, f64x2.add(c10, v128.and(f64x2.mul(b, x), i64x2(0, -1))), 0);
  x = v128.load(right, 80);
  c01 = f64x2.add(c01, f64x2.mul(a, x));
  c11 = f64x2.add(c11, f64x2.mul(b, x));
  x = v128.load(right, 96);
  c02 = f64x2.add(c02, f64x2.mul(a, x));
  c12 = f64x2.add(c12, f64x2.mul(b, x));
  x = v128.load(right, 112);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  storeFromSecond(c, below, left, other, right, c01, c02, c03, c11, c12, c13);
}

function storeFromSecond(
  c: usize,
  below: usize,
  left: usize,
  other: usize,
  right: usize,
  c01: v128,
  c02: v128,
  c03: v128,
  c11: v128,
  c12: v128,
  c13: v128,
): void {
  let a = v128.load64_splat(left, 16);
  let b = v128.load64_splat(other, 16);
  let x = v128.load(right, 144);
  c01 = f64x2.add(c01, f64x2.mul(a, x));
  c11 = f64x2.add(c11, f64x2.mul(b, x));
  x = v128.load(right, 160);
  c02 = f64x2.add(c02, f64x2.mul(a, x));
  c12 = f64x2.add(c12, f64x2.mul(b, x));
  x = v128.load(right, 176);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  a = v128.load64_splat(left, 24);
  b = v128.load64_splat(other, 24);
  x = v128.load(right, 208);
  v128.store(c, f64x2.add(c01, v128.and(f64x2.mul(a, x), i64x2(0, -1))), 16);
  v128.store(below, f64x2.add(c11, v128.and(f64x2.mul(b, x), i64x2(0, -1))), 16);
  x = v128.load(right, 224);
  c02 = f64x2.add(c02, f64x2.mul(a, x));
  c12 = f64x2.add(c12, f64x2.mul(b, x));
  x = v128.load(right, 240);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  storeFromThird(c, below, left, other, right, c02, c03, c12, c13);
}

function storeFromThird(
  c: usize,
  below: usize,
  left: usize,
  other: usize,
  right: usize,
  c02: v128,
  c03: v128,
  c12: v128,
  c13: v128,
): void {
  let a = v128.load64_splat(left, 32);
  let b = v128.load64_splat(other, 32);
  let x = v128.load(right, 288);
  c02 = f64x2.add(c02, f64x2.mul(a, x));
  c12 = f64x2.add(c12, f64x2.mul(b, x));
  x = v128.load(right, 304);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  a = v128.load64_splat(left, 40);
  b = v128.load64_splat(other, 40);
  x = v128.load(right, 352);
  v128.store(c, f64x2.add(c02, v128.and(f64x2.mul(a, x), i64x2(0, -1))), 32);
  v128.store(below, f64x2.add(c12, v128.and(f64x2.mul(b, x), i64x2(0, -1))), 32);
  x = v128.load(right, 368);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  storeFromLast(c, below, left, other, right, c03, c13);
}

function storeFromLast(
  c: usize,
  below: usize,
  left: usize,
  other: usize,
  right: usize,
  c03: v128,
  c13: v128,
): void {
  let a = v128.load64_splat(left, 48);
  let b = v128.load64_splat(other, 48);
  let x = v128.load(right, 432);
  c03 = f64x2.add(c03, f64x2.mul(a, x));
  c13 = f64x2.add(c13, f64x2.mul(b, x));
  a = v128.load64_splat(left, 56);
  b = v128.load64_splat(other, 56);
  x = v128.load(right, 496);
  v128.store(c, f64x2.add(c03, v128.and(f64x2.mul(a, x), i64x2(0, -1))), 48);
  v128.store(below, f64x2.add(c13, v128.and(f64x2.mul(b, x), i64x2(0, -1))), 48);
}
