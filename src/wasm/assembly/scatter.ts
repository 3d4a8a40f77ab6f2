/**
 * Signed rows onto rows: sixteen columns of a row of A stay in registers while they are added to all rows of out
 * that the row goes to. An entry of out takes its terms in the order of the rows of A, then of their targets.
 */

/**
 * For row i of A (rows × columns) and k < perRow, with t = targets[i·perRow + k]: out row t >> 1 gains row i,
 * negated when t is odd. Targets are 32-bit integers.
 */
export function scatterRows(
  out: usize,
  ldOut: i32,
  a: usize,
  lda: i32,
  rows: i32,
  columns: i32,
  targets: usize,
  perRow: i32,
): void {
  const outRow: usize = (<usize>ldOut) << 3;
  const row: usize = (<usize>lda) << 3;
  const wide: usize = (<usize>(columns & ~15)) << 3;
  const narrow: usize = (<usize>(columns & ~3)) << 3;
  const width: usize = (<usize>columns) << 3;
  const step: usize = (<usize>perRow) << 2;
  for (let i = 0; i < rows; i++, a += row, targets += step) {
    const end = targets + step;
    let j: usize = 0;
    for (; j < wide; j += 128) addSixteen(out + j, outRow, a + j, targets, end);
    for (; j < narrow; j += 32) addFour(out + j, outRow, a + j, targets, end);
    for (; j < width; j += 8) addOne(out + j, outRow, load<f64>(a + j), targets, end);
  }
}

function addSixteen(out: usize, outRow: usize, a: usize, targets: usize, end: usize): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a, 16);
  const a2 = v128.load(a, 32);
  const a3 = v128.load(a, 48);
  const a4 = v128.load(a, 64);
  const a5 = v128.load(a, 80);
  const a6 = v128.load(a, 96);
  const a7 = v128.load(a, 112);
  for (; targets < end; targets += 4) {
    const t = load<i32>(targets);
    const sign = i64x2.splat((<i64>t) << 63);
    const q = out + <usize>(t >> 1) * outRow;
    v128.store(q, f64x2.add(v128.load(q), v128.xor(a0, sign)));
    v128.store(q, f64x2.add(v128.load(q, 16), v128.xor(a1, sign)), 16);
    v128.store(q, f64x2.add(v128.load(q, 32), v128.xor(a2, sign)), 32);
    v128.store(q, f64x2.add(v128.load(q, 48), v128.xor(a3, sign)), 48);
    v128.store(q, f64x2.add(v128.load(q, 64), v128.xor(a4, sign)), 64);
    v128.store(q, f64x2.add(v128.load(q, 80), v128.xor(a5, sign)), 80);
    v128.store(q, f64x2.add(v128.load(q, 96), v128.xor(a6, sign)), 96);
    v128.store(q, f64x2.add(v128.load(q, 112), v128.xor(a7, sign)), 112);
  }
}

function addFour(out: usize, outRow: usize, a: usize, targets: usize, end: usize): void {
  const a0 = v128.load(a);
  const a1 = v128.load(a, 16);
  for (; targets < end; targets += 4) {
    const t = load<i32>(targets);
    const sign = i64x2.splat((<i64>t) << 63);
    const q = out + <usize>(t >> 1) * outRow;
    v128.store(q, f64x2.add(v128.load(q), v128.xor(a0, sign)));
    v128.store(q, f64x2.add(v128.load(q, 16), v128.xor(a1, sign)), 16);
  }
}

function addOne(out: usize, outRow: usize, a: f64, targets: usize, end: usize): void {
  for (; targets < end; targets += 4) {
    const t = load<i32>(targets);
    const q = out + <usize>(t >> 1) * outRow;
    store<f64>(q, load<f64>(q) + (t & 1 ? -a : a));
  }
}
