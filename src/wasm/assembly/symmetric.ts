/** Products of a tile of a symmetric matrix with vectors, for both halves at once. */

/**
 * row += T·xColumn and column += Tᵀ·xRow for T (rows × columns, rows ldc doubles apart at c) in one pass over T, rows
 * and columns even. `row` and `column` may be one, as may xRow and xColumn; all else is apart.
 */
export function addTilePair(
  row: usize,
  column: usize,
  c: usize,
  ldc: i32,
  rows: i32,
  columns: i32,
  xRow: usize,
  xColumn: usize,
): void {
  const step = (<usize>ldc) << 3;
  const end = (<usize>columns) << 3;
  let i = 0;
  for (; i + 4 <= rows; i += 4, c += step << 2, row += 32, xRow += 32) {
    addFourRows(row, column, c, step, end, xRow, xColumn);
  }
  if (i < rows) addTwoRows(row, column, c, step, end, xRow, xColumn);
}

/**
 * y += S·x for what rows first … first + rows − 1 of the upper triangle of a symmetric matrix hold of it, all n columns
 * of them at p, n doubles apart; what lies before the diagonal is not read. rows a multiple of 4, or n − first. n even or
 * odd; y must not overlap x.
 */
export function addUpperRows(y: usize, p: usize, n: i32, first: i32, rows: i32, x: usize): void {
  const row: usize = (<usize>n) << 3;
  for (let i = 0; i < rows; i += 4, p += row << 2) {
    const from = first + i;
    const strip = min(4, rows - i);
    const rest = n - from - strip;
    const corner = strip + (rest & 1);
    const at: usize = (<usize>from) << 3;
    const behind = at + ((<usize>corner) << 3);
    addCorner(y + at, p + at, row, strip, corner, x + at);
    addTilePair(y + at, y + behind, p + behind, n, strip, rest & ~1, x + at, x + behind);
  }
}

/** The first `columns` columns from the diagonal on of `rows` rows. */
function addCorner(y: usize, p: usize, row: usize, rows: i32, columns: i32, x: usize): void {
  for (let i = 0; i < rows; i++, p += row) {
    const atRow: usize = (<usize>i) << 3;
    const xi = load<f64>(x + atRow);
    let sum = load<f64>(p + atRow) * xi;
    for (let j = i + 1; j < columns; j++) {
      const at: usize = (<usize>j) << 3;
      const entry = load<f64>(p + at);
      sum += entry * load<f64>(x + at);
      store<f64>(y + at, load<f64>(y + at) + entry * xi);
    }
    store<f64>(y + atRow, load<f64>(y + atRow) + sum);
  }
}

function addFourRows(
  row: usize,
  column: usize,
  c: usize,
  step: usize,
  end: usize,
  xRow: usize,
  xColumn: usize,
): void {
  const c1 = c + step;
  const c2 = c1 + step;
  const c3 = c2 + step;
  const x0 = v128.load64_splat(xRow);
  const x1 = v128.load64_splat(xRow, 8);
  const x2 = v128.load64_splat(xRow, 16);
  const x3 = v128.load64_splat(xRow, 24);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let j: usize = 0; j < end; j += 16) {
    const x = v128.load(xColumn + j);
    const k0 = v128.load(c + j);
    const k1 = v128.load(c1 + j);
    const k2 = v128.load(c2 + j);
    const k3 = v128.load(c3 + j);
    s0 = f64x2.add(s0, f64x2.mul(k0, x));
    s1 = f64x2.add(s1, f64x2.mul(k1, x));
    s2 = f64x2.add(s2, f64x2.mul(k2, x));
    s3 = f64x2.add(s3, f64x2.mul(k3, x));
    const low = f64x2.add(f64x2.mul(k0, x0), f64x2.mul(k1, x1));
    const high = f64x2.add(f64x2.mul(k2, x2), f64x2.mul(k3, x3));
    v128.store(column + j, f64x2.add(v128.load(column + j), f64x2.add(low, high)));
  }
  addPair(row, s0, s1);
  addPair(row + 16, s2, s3);
}

function addTwoRows(
  row: usize,
  column: usize,
  c: usize,
  step: usize,
  end: usize,
  xRow: usize,
  xColumn: usize,
): void {
  const c1 = c + step;
  const x0 = v128.load64_splat(xRow);
  const x1 = v128.load64_splat(xRow, 8);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (let j: usize = 0; j < end; j += 16) {
    const x = v128.load(xColumn + j);
    const k0 = v128.load(c + j);
    const k1 = v128.load(c1 + j);
    s0 = f64x2.add(s0, f64x2.mul(k0, x));
    s1 = f64x2.add(s1, f64x2.mul(k1, x));
    const sum = f64x2.add(f64x2.mul(k0, x0), f64x2.mul(k1, x1));
    v128.store(column + j, f64x2.add(v128.load(column + j), sum));
  }
  addPair(row, s0, s1);
}

/** y₀, y₁ += the sums of the lanes of s and of t. */
function addPair(y: usize, s: v128, t: v128): void {
  const even = v128.shuffle<f64>(s, t, 0, 2);
  const odd = v128.shuffle<f64>(s, t, 1, 3);
  v128.store(y, f64x2.add(v128.load(y), f64x2.add(even, odd)));
}
