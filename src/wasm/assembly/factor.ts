/**
 * Cholesky factor, inverse of a triangle and X R⁻¹, by halving: one half is finished, its part taken away from the
 * other by a matrix product, and then that is finished. Matrices are row-major, upper triangles, in this memory;
 * work is that of the products.
 */
import { addProduct, addTrapezoidProduct } from './product';

/** Up to this many rows of a factor are finished one by one. */
const FEW = 16;

/** Address of entry (i, j). */
function at(a: usize, lda: i32, i: i32, j: i32): usize {
  return a + ((<usize>(i * lda + j)) << 3);
}

/** The larger part of start … end, a multiple of 8 rows after its start. */
function half(start: i32, end: i32): i32 {
  return start + ((((end - start) >> 1) + 7) & ~7);
}

/**
 * The first rows of G (n × n), from the diagonal on ← those of R with RᵀR = G. −1, or the index of the first pivot that
 * is not positive.
 */
export function cholesky(g: usize, ldg: i32, rows: i32, n: i32, work: usize): i32 {
  return factorRows(g, ldg, 0, rows, n, work);
}

/** Rows start … end−1, from which those above are taken away already. */
function factorRows(g: usize, ldg: i32, start: i32, end: i32, n: i32, work: usize): i32 {
  if (end - start <= FEW) return factorFew(g, ldg, start, end, n);
  const middle = half(start, end);
  const failed = factorRows(g, ldg, start, middle, n, work);
  if (failed >= 0) return failed;
  const c = at(g, ldg, middle, middle);
  const above = at(g, ldg, start, middle);
  const rows = end - middle;
  addTrapezoidProduct(c, ldg, above, 1, ldg, above, 1, ldg, rows, n - middle, middle - start, -1, work);
  return factorRows(g, ldg, middle, end, n, work);
}

function factorFew(g: usize, ldg: i32, start: i32, end: i32, n: i32): i32 {
  const row: usize = (<usize>ldg) << 3;
  for (let i = start; i < end; i++) {
    const top = at(g, ldg, start, i);
    const c = at(g, ldg, i, i);
    subtractRows(c, top, row, top, row, i - start, n - i);
    const pivot = load<f64>(c);
    if (!(pivot > 0 && pivot < Infinity)) return i;
    const root = sqrt(pivot);
    scaleRow(c + 8, n - i - 1, 1 / root);
    store<f64>(c, root);
  }
  return -1;
}

/** X (n × n, zeros below the diagonal already) ← R⁻¹, by rows from the bottom. */
export function invertUpper(x: usize, ldx: i32, r: usize, ldr: i32, n: i32, work: usize): void {
  invertRows(x, ldx, r, ldr, 0, n, n, work);
}

/** Rows start … end−1, which hold what all later rows take away. */
function invertRows(x: usize, ldx: i32, r: usize, ldr: i32, start: i32, end: i32, n: i32, work: usize): void {
  if (end - start <= FEW) {
    invertFew(x, ldx, r, ldr, start, end, n);
    return;
  }
  const middle = half(start, end);
  invertRows(x, ldx, r, ldr, middle, end, n, work);
  const c = at(x, ldx, start, middle);
  const right = at(x, ldx, middle, middle);
  const depth = end - middle;
  addProduct(
    c,
    ldx,
    at(r, ldr, start, middle),
    ldr,
    1,
    right,
    1,
    ldx,
    middle - start,
    n - middle,
    depth,
    -1,
    work,
  );
  invertRows(x, ldx, r, ldr, start, middle, n, work);
}

function invertFew(x: usize, ldx: i32, r: usize, ldr: i32, start: i32, end: i32, n: i32): void {
  const row: usize = (<usize>ldx) << 3;
  for (let i = end - 1; i >= start; i--) {
    const c = at(x, ldx, i, i + 1);
    const diagonal = at(r, ldr, i, i);
    const inverse = 1 / load<f64>(diagonal);
    subtractRows(c, c + row, row, diagonal + 8, 8, end - 1 - i, n - 1 - i);
    scaleRow(c, n - 1 - i, inverse);
    store<f64>(c - 8, inverse);
  }
}

/** c (length entries) −= Σ coefficient l · row l over `count` rows, coefficients `step` and rows `row` bytes apart. */
function subtractRows(c: usize, a: usize, row: usize, by: usize, step: usize, count: i32, length: i32): void {
  for (; count >= 4; count -= 4, by += step << 2, a += row << 2) {
    subtractFourRows(c, a, row, by, step, length);
  }
  for (; count > 0; count--, by += step, a += row) subtractRow(c, a, load<f64>(by), length);
}

function subtractFourRows(c: usize, a: usize, row: usize, by: usize, step: usize, length: i32): void {
  const f0 = v128.load64_splat(by);
  const f1 = v128.load64_splat(by + step);
  const f2 = v128.load64_splat(by + (step << 1));
  const f3 = v128.load64_splat(by + step * 3);
  const a1 = a + row;
  const a2 = a1 + row;
  const a3 = a2 + row;
  const end: usize = (<usize>(length & ~1)) << 3;
  for (let j: usize = 0; j < end; j += 16) {
    const low = f64x2.add(f64x2.mul(f0, v128.load(a + j)), f64x2.mul(f1, v128.load(a1 + j)));
    const high = f64x2.add(f64x2.mul(f2, v128.load(a2 + j)), f64x2.mul(f3, v128.load(a3 + j)));
    v128.store(c + j, f64x2.sub(v128.load(c + j), f64x2.add(low, high)));
  }
  if (length & 1) {
    const low = load<f64>(by) * load<f64>(a + end) + load<f64>(by + step) * load<f64>(a1 + end);
    const high =
      load<f64>(by + (step << 1)) * load<f64>(a2 + end) + load<f64>(by + step * 3) * load<f64>(a3 + end);
    store<f64>(c + end, load<f64>(c + end) - (low + high));
  }
}

function subtractRow(c: usize, a: usize, factor: f64, length: i32): void {
  const end: usize = (<usize>(length & ~1)) << 3;
  const lanes = f64x2.splat(factor);
  for (let j: usize = 0; j < end; j += 16) {
    v128.store(c + j, f64x2.sub(v128.load(c + j), f64x2.mul(lanes, v128.load(a + j))));
  }
  if (length & 1) store<f64>(c + end, load<f64>(c + end) - factor * load<f64>(a + end));
}

function scaleRow(c: usize, length: i32, factor: f64): void {
  const end: usize = (<usize>(length & ~1)) << 3;
  const lanes = f64x2.splat(factor);
  for (let j: usize = 0; j < end; j += 16) v128.store(c + j, f64x2.mul(v128.load(c + j), lanes));
  if (length & 1) store<f64>(c + end, load<f64>(c + end) * factor);
}
