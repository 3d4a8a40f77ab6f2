/**
 * The micro-kernels under all matrix products: C (2 × 8 or 4 × 4) += alpha · left · right over `depth` steps. Row r
 * of the left tile is at left + r·gap and moves on by `step`, so that it may be packed, or a matrix read along its
 * rows or along its columns; the right tile is packed, rows of eight. Eight accumulators, four entries of the right
 * row and two splats of the left fill fourteen of the sixteen vector registers: alpha is passed by its address,
 * because in a register it would take one from the loop (measured: half the speed). The loop is unrolled twice with an
 * exit between the halves, which saves a tenth of the time: without the exit the compiler moves the loads of both
 * halves to the front, and registers spill.
 */

/** C (2 × 8, rows ldc bytes apart) += alpha · left · right. depth ≥ 1. */
export function addTile(
  c: usize,
  ldc: usize,
  left: usize,
  gap: usize,
  step: usize,
  right: usize,
  depth: i32,
  alpha: usize,
): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c13 = c00;
  while (true) {
    let a0 = v128.load64_splat(left);
    let a1 = v128.load64_splat(left + gap);
    let b0 = v128.load(right);
    let b1 = v128.load(right, 16);
    let b2 = v128.load(right, 32);
    let b3 = v128.load(right, 48);
    c00 = f64x2.add(c00, f64x2.mul(a0, b0));
    c10 = f64x2.add(c10, f64x2.mul(a1, b0));
    c01 = f64x2.add(c01, f64x2.mul(a0, b1));
    c11 = f64x2.add(c11, f64x2.mul(a1, b1));
    c02 = f64x2.add(c02, f64x2.mul(a0, b2));
    c12 = f64x2.add(c12, f64x2.mul(a1, b2));
    c03 = f64x2.add(c03, f64x2.mul(a0, b3));
    c13 = f64x2.add(c13, f64x2.mul(a1, b3));
    if (depth === 1) break;
    left += step;
    a0 = v128.load64_splat(left);
    a1 = v128.load64_splat(left + gap);
    b0 = v128.load(right, 64);
    b1 = v128.load(right, 80);
    b2 = v128.load(right, 96);
    b3 = v128.load(right, 112);
    c00 = f64x2.add(c00, f64x2.mul(a0, b0));
    c10 = f64x2.add(c10, f64x2.mul(a1, b0));
    c01 = f64x2.add(c01, f64x2.mul(a0, b1));
    c11 = f64x2.add(c11, f64x2.mul(a1, b1));
    c02 = f64x2.add(c02, f64x2.mul(a0, b2));
    c12 = f64x2.add(c12, f64x2.mul(a1, b2));
    c03 = f64x2.add(c03, f64x2.mul(a0, b3));
    c13 = f64x2.add(c13, f64x2.mul(a1, b3));
    left += step;
    right += 128;
    depth -= 2;
    if (depth === 0) break;
  }
  const factor = v128.load64_splat(alpha);
  addFour(c, factor, c00, c01);
  addFour(c + 32, factor, c02, c03);
  addFour(c + ldc, factor, c10, c11);
  addFour(c + ldc + 32, factor, c12, c13);
}

/** C (4 × 4) += alpha · left · right, whose rows are still eight long. depth ≥ 1. */
export function addSquareTile(
  c: usize,
  ldc: usize,
  left: usize,
  gap: usize,
  step: usize,
  right: usize,
  depth: i32,
  alpha: usize,
): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  while (true) {
    let b0 = v128.load(right);
    let b1 = v128.load(right, 16);
    let a = v128.load64_splat(left);
    c00 = f64x2.add(c00, f64x2.mul(a, b0));
    c01 = f64x2.add(c01, f64x2.mul(a, b1));
    a = v128.load64_splat(left + gap);
    c10 = f64x2.add(c10, f64x2.mul(a, b0));
    c11 = f64x2.add(c11, f64x2.mul(a, b1));
    let p = left + (gap << 1);
    a = v128.load64_splat(p);
    c20 = f64x2.add(c20, f64x2.mul(a, b0));
    c21 = f64x2.add(c21, f64x2.mul(a, b1));
    a = v128.load64_splat(p + gap);
    c30 = f64x2.add(c30, f64x2.mul(a, b0));
    c31 = f64x2.add(c31, f64x2.mul(a, b1));
    if (depth === 1) break;
    left += step;
    b0 = v128.load(right, 64);
    b1 = v128.load(right, 80);
    a = v128.load64_splat(left);
    c00 = f64x2.add(c00, f64x2.mul(a, b0));
    c01 = f64x2.add(c01, f64x2.mul(a, b1));
    a = v128.load64_splat(left + gap);
    c10 = f64x2.add(c10, f64x2.mul(a, b0));
    c11 = f64x2.add(c11, f64x2.mul(a, b1));
    p = left + (gap << 1);
    a = v128.load64_splat(p);
    c20 = f64x2.add(c20, f64x2.mul(a, b0));
    c21 = f64x2.add(c21, f64x2.mul(a, b1));
    a = v128.load64_splat(p + gap);
    c30 = f64x2.add(c30, f64x2.mul(a, b0));
    c31 = f64x2.add(c31, f64x2.mul(a, b1));
    left += step;
    right += 128;
    depth -= 2;
    if (depth === 0) break;
  }
  const factor = v128.load64_splat(alpha);
  addFour(c, factor, c00, c01);
  addFour(c + ldc, factor, c10, c11);
  c += ldc << 1;
  addFour(c, factor, c20, c21);
  addFour(c + ldc, factor, c30, c31);
}

function addFour(c: usize, factor: v128, v0: v128, v1: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(factor, v0)));
  v128.store(c, f64x2.add(v128.load(c, 16), f64x2.mul(factor, v1)), 16);
}
