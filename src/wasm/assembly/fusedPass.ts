/**
 * Products of panels of consecutive rows of A with vectors, four rows at a time. Addresses move along the rows and
 * entries are read at fixed distances from them: with eight rows and an index beside the addresses there are more of
 * them than registers (measured: a sixth more time). The lanes of an inner product hold the sums over its even and its
 * odd columns; a last row does the same, so that a row's sum does not depend on where it stands.
 */

/** y ← A x for m rows of n columns. */
export function rowProducts(y: usize, a: usize, m: i32, n: i32, x: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += row << 2, y += 32) fourProducts(y, a, row, n, x);
  for (; i < m; i++, a += row, y += 8) store<f64>(y, oneProduct(a, n, x));
}

/** r ← b − A x and g += Aᵀr for m rows of n columns. */
export function residualGradient(r: usize, g: usize, a: usize, m: i32, n: i32, x: usize, b: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += row << 2, r += 32, b += 32) {
    fourProducts(r, a, row, n, x);
    v128.store(r, f64x2.sub(v128.load(b), v128.load(r)));
    v128.store(r, f64x2.sub(v128.load(b, 16), v128.load(r, 16)), 16);
    addFourRows(g, a, row, n, r);
  }
  for (; i < m; i++, a += row, r += 8, b += 8) {
    store<f64>(r, load<f64>(b) - oneProduct(a, n, x));
    addRow(g, a, n, load<f64>(r));
  }
}

/** y ← A x and g += Aᵀy for m rows of n columns. */
export function productGradient(y: usize, g: usize, a: usize, m: i32, n: i32, x: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += row << 2, y += 32) {
    fourProducts(y, a, row, n, x);
    addFourRows(g, a, row, n, y);
  }
  for (; i < m; i++, a += row, y += 8) {
    store<f64>(y, oneProduct(a, n, x));
    addRow(g, a, n, load<f64>(y));
  }
}

/** g += Aᵀy for m rows of n columns. */
export function addTransposedProduct(g: usize, a: usize, m: i32, n: i32, y: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += row << 2, y += 32) addFourRows(g, a, row, n, y);
  for (; i < m; i++, a += row, y += 8) addRow(g, a, n, load<f64>(y));
}

function fourProducts(y: usize, p0: usize, row: usize, n: i32, x: usize): void {
  let p1 = p0 + row;
  let p2 = p1 + row;
  let p3 = p2 + row;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = x + ((<usize>(n & ~3)) << 3);
  while (x < end) {
    const x0 = v128.load(x);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(p0), x0));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(p1), x0));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(p2), x0));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(p3), x0));
    const x1 = v128.load(x, 16);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(p0, 16), x1));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(p1, 16), x1));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(p2, 16), x1));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(p3, 16), x1));
    p0 += 32;
    p1 += 32;
    p2 += 32;
    p3 += 32;
    x += 32;
  }
  const rest = n & 3;
  store<f64>(y, withRest(s0, p0, x, rest));
  store<f64>(y, withRest(s1, p1, x, rest), 8);
  store<f64>(y, withRest(s2, p2, x, rest), 16);
  store<f64>(y, withRest(s3, p3, x, rest), 24);
}

/** The sum of the lanes and of the products of up to three last columns. */
function withRest(lanes: v128, p: usize, x: usize, rest: i32): f64 {
  if (rest & 2) {
    lanes = f64x2.add(lanes, f64x2.mul(v128.load(p), v128.load(x)));
    p += 16;
    x += 16;
  }
  const sum = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  return rest & 1 ? sum + load<f64>(p) * load<f64>(x) : sum;
}

function oneProduct(p: usize, n: i32, x: usize): f64 {
  let s = f64x2.splat(0);
  const end = x + ((<usize>(n & ~1)) << 3);
  for (; x < end; x += 16, p += 16) s = f64x2.add(s, f64x2.mul(v128.load(p), v128.load(x)));
  return withRest(s, p, x, n & 1);
}

function addFourRows(g: usize, p0: usize, row: usize, n: i32, y: usize): void {
  let p1 = p0 + row;
  let p2 = p1 + row;
  let p3 = p2 + row;
  const y0 = v128.load64_splat(y);
  const y1 = v128.load64_splat(y, 8);
  const y2 = v128.load64_splat(y, 16);
  const y3 = v128.load64_splat(y, 24);
  const end = g + ((<usize>(n & ~3)) << 3);
  while (g < end) {
    let low = f64x2.mul(v128.load(p0), y0);
    let high = f64x2.mul(v128.load(p1), y1);
    low = f64x2.add(low, f64x2.mul(v128.load(p2), y2));
    high = f64x2.add(high, f64x2.mul(v128.load(p3), y3));
    v128.store(g, f64x2.add(v128.load(g), f64x2.add(low, high)));
    low = f64x2.mul(v128.load(p0, 16), y0);
    high = f64x2.mul(v128.load(p1, 16), y1);
    low = f64x2.add(low, f64x2.mul(v128.load(p2, 16), y2));
    high = f64x2.add(high, f64x2.mul(v128.load(p3, 16), y3));
    v128.store(g, f64x2.add(v128.load(g, 16), f64x2.add(low, high)), 16);
    p0 += 32;
    p1 += 32;
    p2 += 32;
    p3 += 32;
    g += 32;
  }
  for (let k = n & 3; k > 0; k--, p0 += 8, p1 += 8, p2 += 8, p3 += 8, g += 8) {
    const low = load<f64>(p0) * load<f64>(y) + load<f64>(p2) * load<f64>(y, 16);
    const high = load<f64>(p1) * load<f64>(y, 8) + load<f64>(p3) * load<f64>(y, 24);
    store<f64>(g, load<f64>(g) + (low + high));
  }
}

function addRow(g: usize, p: usize, n: i32, y: f64): void {
  const end: usize = (<usize>(n & ~1)) << 3;
  const lanes = f64x2.splat(y);
  for (let j: usize = 0; j < end; j += 16) {
    v128.store(g + j, f64x2.add(v128.load(g + j), f64x2.mul(v128.load(p + j), lanes)));
  }
  if (n & 1) store<f64>(g + end, load<f64>(g + end) + load<f64>(p + end) * y);
}
