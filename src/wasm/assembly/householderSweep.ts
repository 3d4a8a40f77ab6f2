/**
 * Passes over the rows of one slab (householderTiles.ts) while it is factored column by column.
 */

/** Rows of one call, few enough that the compiled code is replaced by a better one early. */
const STRETCH = 256;

/**
 * Rows of the slab from p on: subtract coefficients[j] times column k from every column j, then add the inner
 * products of column k + 1 with all columns to dots. Columns up to k have the coefficient 0.
 */
export function sweepRows(p: usize, rows: i32, k: i32, coefficients: usize, dots: usize): void {
  for (; rows > 0; rows -= STRETCH, p += STRETCH << 6) {
    sweepStretch(p, min(rows, STRETCH), (<usize>k) << 3, coefficients, dots);
  }
}

function sweepStretch(p: usize, rows: i32, v: usize, coefficients: usize, dots: usize): void {
  const g0 = v128.load(coefficients);
  const g1 = v128.load(coefficients, 16);
  const g2 = v128.load(coefficients, 32);
  const g3 = v128.load(coefficients, 48);
  let s0 = v128.load(dots);
  let s1 = v128.load(dots, 16);
  let s2 = v128.load(dots, 32);
  let s3 = v128.load(dots, 48);
  const end = p + ((<usize>rows) << 6);
  v += p;
  do {
    const x = v128.load64_splat(v);
    const a0 = f64x2.sub(v128.load(p), f64x2.mul(g0, x));
    const a1 = f64x2.sub(v128.load(p, 16), f64x2.mul(g1, x));
    const a2 = f64x2.sub(v128.load(p, 32), f64x2.mul(g2, x));
    const a3 = f64x2.sub(v128.load(p, 48), f64x2.mul(g3, x));
    v128.store(p, a0);
    v128.store(p, a1, 16);
    v128.store(p, a2, 32);
    v128.store(p, a3, 48);
    const y = v128.load64_splat(v, 8); // after the subtraction, which it is part of
    s0 = f64x2.add(s0, f64x2.mul(a0, y));
    s1 = f64x2.add(s1, f64x2.mul(a1, y));
    s2 = f64x2.add(s2, f64x2.mul(a2, y));
    s3 = f64x2.add(s3, f64x2.mul(a3, y));
    p += 64;
    v += 64;
  } while (p < end);
  v128.store(dots, s0);
  v128.store(dots, s1, 16);
  v128.store(dots, s2, 32);
  v128.store(dots, s3, 48);
}

/** dots += the inner products of column k with all columns, over the rows of the slab from p on. */
export function addDots(p: usize, rows: i32, k: i32, dots: usize): void {
  for (; rows > 0; rows -= STRETCH, p += STRETCH << 6) {
    addDotsOfStretch(p, min(rows, STRETCH), (<usize>k) << 3, dots);
  }
}

function addDotsOfStretch(p: usize, rows: i32, y: usize, dots: usize): void {
  let s0 = v128.load(dots);
  let s1 = v128.load(dots, 16);
  let s2 = v128.load(dots, 32);
  let s3 = v128.load(dots, 48);
  const end = p + ((<usize>rows) << 6);
  do {
    const x = v128.load64_splat(p + y);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(p), x));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(p, 16), x));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(p, 32), x));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(p, 48), x));
    p += 64;
  } while (p < end);
  v128.store(dots, s0);
  v128.store(dots, s1, 16);
  v128.store(dots, s2, 32);
  v128.store(dots, s3, 48);
}

/** Every column j of the rows from p on, times factors[j]. */
export function scaleRows(p: usize, rows: i32, factors: usize): void {
  for (; rows > 0; rows -= STRETCH, p += STRETCH << 6) scaleStretch(p, min(rows, STRETCH), factors);
}

function scaleStretch(p: usize, rows: i32, factors: usize): void {
  const f0 = v128.load(factors);
  const f1 = v128.load(factors, 16);
  const f2 = v128.load(factors, 32);
  const f3 = v128.load(factors, 48);
  const end = p + ((<usize>rows) << 6);
  do {
    v128.store(p, f64x2.mul(v128.load(p), f0));
    v128.store(p, f64x2.mul(v128.load(p, 16), f1), 16);
    v128.store(p, f64x2.mul(v128.load(p, 32), f2), 32);
    v128.store(p, f64x2.mul(v128.load(p, 48), f3), 48);
    p += 64;
  } while (p < end);
}
