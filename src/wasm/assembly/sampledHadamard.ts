/**
 * What a block of rows adds to a sampled Hadamard transform: the rows go to their places with their signs, four at
 * a time and through the first two levels on the way; the other levels run in the buffer; then sampled rows are
 * added to out. Taking eight at a time, or the last two levels on the way out, takes longer: both spill registers
 * or read the buffer from too many places.
 */
import { hadamard } from './fwht';

/**
 * buffer ← H · (rows in their places); out row k += the row samples[k] >> 1 of the buffer, negated when samples[k]
 * is odd, for k < sketchRows. Place p of blockRows ≥ 4 takes row sources[p] >> 1 of A, negated when sources[p] is
 * odd. With an odd number of columns one entry behind each row of A is read, and out untouched by it.
 */
export function addSampledBlock(
  out: usize,
  ldOut: i32,
  a: usize,
  lda: i32,
  columns: i32,
  sources: usize,
  blockRows: i32,
  samples: usize,
  sketchRows: i32,
  buffer: usize,
): void {
  const width = columns + (columns & 1);
  placeRows(buffer, (<usize>width) << 3, a, (<usize>lda) << 3, sources, blockRows);
  hadamard(buffer, blockRows >> 2, width << 2);
  addSamples(out, (<usize>ldOut) << 3, buffer, (<usize>width) << 3, columns, samples, sketchRows);
}

/** Four rows at a time, transformed; width and row in bytes, the width a multiple of 16. */
function placeRows(buffer: usize, width: usize, a: usize, row: usize, sources: usize, blockRows: i32): void {
  for (const end = sources + ((<usize>blockRows) << 2); sources < end; sources += 16, buffer += width << 2) {
    const t0 = load<i32>(sources);
    const t1 = load<i32>(sources, 4);
    const t2 = load<i32>(sources, 8);
    const t3 = load<i32>(sources, 12);
    const sign0 = i64x2.splat((<i64>t0) << 63);
    const sign1 = i64x2.splat((<i64>t1) << 63);
    const sign2 = i64x2.splat((<i64>t2) << 63);
    const sign3 = i64x2.splat((<i64>t3) << 63);
    let p0 = a + <usize>(t0 >> 1) * row;
    let p1 = a + <usize>(t1 >> 1) * row;
    let p2 = a + <usize>(t2 >> 1) * row;
    let p3 = a + <usize>(t3 >> 1) * row;
    let q0 = buffer;
    let q1 = q0 + width;
    let q2 = q1 + width;
    let q3 = q2 + width;
    const stop = q1;
    do {
      const a0 = v128.xor(v128.load(p0), sign0);
      const a1 = v128.xor(v128.load(p1), sign1);
      const a2 = v128.xor(v128.load(p2), sign2);
      const a3 = v128.xor(v128.load(p3), sign3);
      const b0 = f64x2.add(a0, a1);
      const b1 = f64x2.sub(a0, a1);
      const b2 = f64x2.add(a2, a3);
      const b3 = f64x2.sub(a2, a3);
      v128.store(q0, f64x2.add(b0, b2));
      v128.store(q1, f64x2.add(b1, b3));
      v128.store(q2, f64x2.sub(b0, b2));
      v128.store(q3, f64x2.sub(b1, b3));
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      q0 += 16;
      q1 += 16;
      q2 += 16;
      q3 += 16;
    } while (q0 < stop);
  }
}

function addSamples(
  out: usize,
  outRow: usize,
  buffer: usize,
  width: usize,
  columns: i32,
  samples: usize,
  count: i32,
): void {
  const vectors: usize = (<usize>(columns & ~1)) << 3;
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 4, out += outRow) {
    const t = load<i32>(samples);
    const sign = i64x2.splat((<i64>t) << 63);
    const p = buffer + <usize>(t >> 1) * width;
    for (let j: usize = 0; j < vectors; j += 16) {
      v128.store(out + j, f64x2.add(v128.load(out + j), v128.xor(v128.load(p + j), sign)));
    }
    if (columns & 1) {
      const value = load<f64>(p + vectors);
      store<f64>(out + vectors, load<f64>(out + vectors) + (t & 1 ? -value : value));
    }
  }
}
