/**
 * The micro-kernel under all matrix products: C (2 × 8) += left · right with both operands packed, the left one
 * depth × 2 and the right one depth × 8, contiguous. Eight accumulators, four entries of the right row and two
 * splats of the left fill fourteen of the sixteen vector registers. So alpha is passed by its address: in a register
 * it would take one from the loop, which halves the speed.
 */

/** C (2 × 8, rows ldc bytes apart) += alpha · the product of packed tiles. depth ≥ 1. */
export function addTile(c: usize, ldc: usize, left: usize, right: usize, depth: i32, alpha: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c03 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c13 = c00;
  const end = left + ((<usize>depth) << 4);
  do {
    const a0 = v128.load64_splat(left);
    const a1 = v128.load64_splat(left, 8);
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const b2 = v128.load(right, 32);
    const b3 = v128.load(right, 48);
    c00 = f64x2.add(c00, f64x2.mul(a0, b0));
    c10 = f64x2.add(c10, f64x2.mul(a1, b0));
    c01 = f64x2.add(c01, f64x2.mul(a0, b1));
    c11 = f64x2.add(c11, f64x2.mul(a1, b1));
    c02 = f64x2.add(c02, f64x2.mul(a0, b2));
    c12 = f64x2.add(c12, f64x2.mul(a1, b2));
    c03 = f64x2.add(c03, f64x2.mul(a0, b3));
    c13 = f64x2.add(c13, f64x2.mul(a1, b3));
    left += 16;
    right += 64;
  } while (left < end);
  const factor = v128.load64_splat(alpha);
  addEight(c, factor, c00, c01, c02, c03);
  addEight(c + ldc, factor, c10, c11, c12, c13);
}

function addEight(c: usize, factor: v128, v0: v128, v1: v128, v2: v128, v3: v128): void {
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(factor, v0)));
  v128.store(c, f64x2.add(v128.load(c, 16), f64x2.mul(factor, v1)), 16);
  v128.store(c, f64x2.add(v128.load(c, 32), f64x2.mul(factor, v2)), 32);
  v128.store(c, f64x2.add(v128.load(c, 48), f64x2.mul(factor, v3)), 48);
}
