/**
 * Products of panels of consecutive rows of A with vectors, eight rows at a time. The lanes of an inner product
 * hold the sums over its even and its odd columns; a last row pads them the same way, so that a row's sum does
 * not depend on where it stands.
 */

/** y ← A x for m rows of n columns. */
export function rowProducts(y: usize, a: usize, m: i32, n: i32, x: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 8 <= m; i += 8, a += row << 3, y += 64) eightProducts(y, a, row, n, x);
  for (; i < m; i++, a += row, y += 8) store<f64>(y, oneProduct(a, n, x));
}

/** r ← b − A x and g += Aᵀr for m rows of n columns. */
export function residualGradient(r: usize, g: usize, a: usize, m: i32, n: i32, x: usize, b: usize): void {
  const row: usize = (<usize>n) << 3;
  let i = 0;
  for (; i + 8 <= m; i += 8, a += row << 3, r += 64, b += 64) {
    eightProducts(r, a, row, n, x);
    for (let k: usize = 0; k < 64; k += 16) {
      v128.store(r + k, f64x2.sub(v128.load(b + k), v128.load(r + k)));
    }
    addEightRows(g, a, row, n, r);
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
  for (; i + 8 <= m; i += 8, a += row << 3, y += 64) {
    eightProducts(y, a, row, n, x);
    addEightRows(g, a, row, n, y);
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
  for (; i + 8 <= m; i += 8, a += row << 3, y += 64) addEightRows(g, a, row, n, y);
  for (; i < m; i++, a += row, y += 8) addRow(g, a, n, load<f64>(y));
}

function laneSum(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

function eightProducts(y: usize, p0: usize, row: usize, n: i32, x: usize): void {
  const p1 = p0 + row;
  const p2 = p1 + row;
  const p3 = p2 + row;
  const p4 = p3 + row;
  const p5 = p4 + row;
  const p6 = p5 + row;
  const p7 = p6 + row;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const end: usize = (<usize>(n & ~1)) << 3;
  for (let j: usize = 0; j < end; j += 16) {
    const xj = v128.load(x + j);
    s0 = f64x2.add(s0, f64x2.mul(v128.load(p0 + j), xj));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(p1 + j), xj));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(p2 + j), xj));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(p3 + j), xj));
    s4 = f64x2.add(s4, f64x2.mul(v128.load(p4 + j), xj));
    s5 = f64x2.add(s5, f64x2.mul(v128.load(p5 + j), xj));
    s6 = f64x2.add(s6, f64x2.mul(v128.load(p6 + j), xj));
    s7 = f64x2.add(s7, f64x2.mul(v128.load(p7 + j), xj));
  }
  const rest: f64 = n & 1 ? load<f64>(x + end) : 0;
  const odd = n & 1;
  store<f64>(y, withLast(s0, p0 + end, rest, odd));
  store<f64>(y, withLast(s1, p1 + end, rest, odd), 8);
  store<f64>(y, withLast(s2, p2 + end, rest, odd), 16);
  store<f64>(y, withLast(s3, p3 + end, rest, odd), 24);
  store<f64>(y, withLast(s4, p4 + end, rest, odd), 32);
  store<f64>(y, withLast(s5, p5 + end, rest, odd), 40);
  store<f64>(y, withLast(s6, p6 + end, rest, odd), 48);
  store<f64>(y, withLast(s7, p7 + end, rest, odd), 56);
}

/** The sum of the lanes, plus the product of a last, odd column. */
function withLast(lanes: v128, p: usize, x: f64, odd: i32): f64 {
  const sum = laneSum(lanes);
  return odd ? sum + load<f64>(p) * x : sum;
}

function oneProduct(p: usize, n: i32, x: usize): f64 {
  let s = f64x2.splat(0);
  const end: usize = (<usize>(n & ~1)) << 3;
  for (let j: usize = 0; j < end; j += 16) s = f64x2.add(s, f64x2.mul(v128.load(p + j), v128.load(x + j)));
  return withLast(s, p + end, n & 1 ? load<f64>(x + end) : 0, n & 1);
}

function addEightRows(g: usize, p0: usize, row: usize, n: i32, y: usize): void {
  const p1 = p0 + row;
  const p2 = p1 + row;
  const p3 = p2 + row;
  const p4 = p3 + row;
  const p5 = p4 + row;
  const p6 = p5 + row;
  const p7 = p6 + row;
  const y0 = v128.load64_splat(y);
  const y1 = v128.load64_splat(y, 8);
  const y2 = v128.load64_splat(y, 16);
  const y3 = v128.load64_splat(y, 24);
  const y4 = v128.load64_splat(y, 32);
  const y5 = v128.load64_splat(y, 40);
  const y6 = v128.load64_splat(y, 48);
  const y7 = v128.load64_splat(y, 56);
  const end: usize = (<usize>(n & ~1)) << 3;
  for (let j: usize = 0; j < end; j += 16) {
    let low = f64x2.mul(v128.load(p0 + j), y0);
    let high = f64x2.mul(v128.load(p1 + j), y1);
    low = f64x2.add(low, f64x2.mul(v128.load(p2 + j), y2));
    high = f64x2.add(high, f64x2.mul(v128.load(p3 + j), y3));
    low = f64x2.add(low, f64x2.mul(v128.load(p4 + j), y4));
    high = f64x2.add(high, f64x2.mul(v128.load(p5 + j), y5));
    low = f64x2.add(low, f64x2.mul(v128.load(p6 + j), y6));
    high = f64x2.add(high, f64x2.mul(v128.load(p7 + j), y7));
    v128.store(g + j, f64x2.add(v128.load(g + j), f64x2.add(low, high)));
  }
  if (n & 1) addEightEntries(g + end, p0 + end, row, y);
}

/** The last column of addEightRows, summed in the same order. */
function addEightEntries(g: usize, p: usize, row: usize, y: usize): void {
  let low = load<f64>(p) * load<f64>(y);
  let high = load<f64>(p + row) * load<f64>(y, 8);
  for (let k = 2; k < 8; k += 2) {
    p += row << 1;
    y += 16;
    low += load<f64>(p) * load<f64>(y);
    high += load<f64>(p + row) * load<f64>(y, 8);
  }
  store<f64>(g, load<f64>(g) + (low + high));
}

function addRow(g: usize, p: usize, n: i32, y: f64): void {
  const end: usize = (<usize>(n & ~1)) << 3;
  const lanes = f64x2.splat(y);
  for (let j: usize = 0; j < end; j += 16) {
    v128.store(g + j, f64x2.add(v128.load(g + j), f64x2.mul(v128.load(p + j), lanes)));
  }
  if (n & 1) store<f64>(g + end, load<f64>(g + end) + load<f64>(p + end) * y);
}
