/** X ← X R⁻¹ by halving the columns: the left half is solved, taken away from the right one, which is solved then. */
import { addProduct } from './product';

/**
 * X (m × n) ← X R⁻¹, R n × n upper triangular, both row-major in this memory; X has a multiple of 8 columns, those
 * from n on being scratch. work is that of the products.
 */
export function solveRight(x: usize, ldx: i32, r: usize, ldr: i32, m: i32, n: i32, work: usize): void {
  if (n <= 8) {
    packDiagonal(work, r, (<usize>ldr) << 3, n);
    const row: usize = (<usize>ldx) << 3;
    // two rows at a time; a last one without a partner goes with itself
    for (let i = 0; i < m; i += 2, x += row << 1) solveTwoRows(x, i + 1 < m ? x + row : x, work);
    return;
  }
  const left = ((n >> 1) + 7) & ~7;
  const right = x + ((<usize>left) << 3);
  const above = r + ((<usize>left) << 3);
  solveRight(x, ldx, r, ldr, m, left, work);
  addProduct(right, ldx, x, ldx, 1, above, 1, ldr, m, n - left, left, -1, work);
  solveRight(right, ldx, above + ((<usize>(left * ldr)) << 3), ldr, m, n - left, work);
}

/** The upper triangle of R (n × n, n ≤ 8) in rows of eight, the identity beyond it. */
function packDiagonal(to: usize, r: usize, ldr: usize, n: i32): void {
  for (let i = 0; i < 8; i++, to += 64, r += ldr) {
    for (let j = i; j < 8; j++) {
      const at = (<usize>j) << 3;
      store<f64>(to + at, j < n ? load<f64>(r + at) : i === j ? 1 : 0);
    }
  }
}

/** Eight entries of the row at p and of the row at q, one row in each lane, times the inverse of the triangle at d. */
function solveTwoRows(p: usize, q: usize, d: usize): void {
  let a = v128.load(p);
  let b = v128.load(q);
  let v0 = v128.shuffle<f64>(a, b, 0, 2);
  let v1 = v128.shuffle<f64>(a, b, 1, 3);
  a = v128.load(p, 16);
  b = v128.load(q, 16);
  let v2 = v128.shuffle<f64>(a, b, 0, 2);
  let v3 = v128.shuffle<f64>(a, b, 1, 3);
  a = v128.load(p, 32);
  b = v128.load(q, 32);
  let v4 = v128.shuffle<f64>(a, b, 0, 2);
  let v5 = v128.shuffle<f64>(a, b, 1, 3);
  a = v128.load(p, 48);
  b = v128.load(q, 48);
  let v6 = v128.shuffle<f64>(a, b, 0, 2);
  let v7 = v128.shuffle<f64>(a, b, 1, 3);
  v0 = f64x2.div(v0, v128.load64_splat(d, 0));
  v1 = less(v1, v0, d + 8);
  v2 = less(v2, v0, d + 16);
  v3 = less(v3, v0, d + 24);
  v4 = less(v4, v0, d + 32);
  v5 = less(v5, v0, d + 40);
  v6 = less(v6, v0, d + 48);
  v7 = less(v7, v0, d + 56);
  v1 = f64x2.div(v1, v128.load64_splat(d, 72));
  v2 = less(v2, v1, d + 80);
  v3 = less(v3, v1, d + 88);
  v4 = less(v4, v1, d + 96);
  v5 = less(v5, v1, d + 104);
  v6 = less(v6, v1, d + 112);
  v7 = less(v7, v1, d + 120);
  v128.store(p, v128.shuffle<f64>(v0, v1, 0, 2), 0);
  v128.store(q, v128.shuffle<f64>(v0, v1, 1, 3), 0);
  v2 = f64x2.div(v2, v128.load64_splat(d, 144));
  v3 = less(v3, v2, d + 152);
  v4 = less(v4, v2, d + 160);
  v5 = less(v5, v2, d + 168);
  v6 = less(v6, v2, d + 176);
  v7 = less(v7, v2, d + 184);
  v3 = f64x2.div(v3, v128.load64_splat(d, 216));
  v4 = less(v4, v3, d + 224);
  v5 = less(v5, v3, d + 232);
  v6 = less(v6, v3, d + 240);
  v7 = less(v7, v3, d + 248);
  v128.store(p, v128.shuffle<f64>(v2, v3, 0, 2), 16);
  v128.store(q, v128.shuffle<f64>(v2, v3, 1, 3), 16);
  v4 = f64x2.div(v4, v128.load64_splat(d, 288));
  v5 = less(v5, v4, d + 296);
  v6 = less(v6, v4, d + 304);
  v7 = less(v7, v4, d + 312);
  v5 = f64x2.div(v5, v128.load64_splat(d, 360));
  v6 = less(v6, v5, d + 368);
  v7 = less(v7, v5, d + 376);
  v128.store(p, v128.shuffle<f64>(v4, v5, 0, 2), 32);
  v128.store(q, v128.shuffle<f64>(v4, v5, 1, 3), 32);
  v6 = f64x2.div(v6, v128.load64_splat(d, 432));
  v7 = less(v7, v6, d + 440);
  v7 = f64x2.div(v7, v128.load64_splat(d, 504));
  v128.store(p, v128.shuffle<f64>(v6, v7, 0, 2), 48);
  v128.store(q, v128.shuffle<f64>(v6, v7, 1, 3), 48);
}

function less(v: v128, w: v128, factor: usize): v128 {
  return f64x2.sub(v, f64x2.mul(w, v128.load64_splat(factor)));
}
