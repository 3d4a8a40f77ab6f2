/**
 * Walsh–Hadamard transform of contiguous rows, two columns at a time, three levels in a pass: radix 16 spills the
 * sixteen vector registers and takes more time per level. Levels run from neighbouring rows outwards, and a level
 * adds and subtracts pairs; so the passes that they are grouped into do not change a bit.
 */

/** Columns of a ← H · column for contiguous rows of `columns` doubles; rows is a power of two. */
export function hadamard(a: usize, rows: i32, columns: i32): void {
  let span: usize = (<usize>columns) << 3;
  const length: usize = <usize>rows * span;
  if (columns & 1 && rows > 1) {
    pass2(a, length, span); // from here on spans are whole vectors
    span <<= 1;
  }
  for (; span << 3 <= length && span << 4 !== length; span <<= 3) pass8(a, length, span);
  for (; span << 2 <= length; span <<= 2) pass4(a, length, span);
  if (span < length) pass2(a, length, span);
}

/** Three levels: butterflies between vectors that lie `span` bytes apart, a multiple of 16. */
function pass8(a: usize, length: usize, span: usize): void {
  for (const end = a + length; a < end; a += span << 3) {
    let p0 = a;
    let p1 = p0 + span;
    let p2 = p1 + span;
    let p3 = p2 + span;
    let p4 = p3 + span;
    let p5 = p4 + span;
    let p6 = p5 + span;
    let p7 = p6 + span;
    const stop = p1;
    do {
      const a0 = v128.load(p0);
      const a1 = v128.load(p1);
      const a2 = v128.load(p2);
      const a3 = v128.load(p3);
      const a4 = v128.load(p4);
      const a5 = v128.load(p5);
      const a6 = v128.load(p6);
      const a7 = v128.load(p7);
      const b0 = f64x2.add(a0, a1);
      const b1 = f64x2.sub(a0, a1);
      const b2 = f64x2.add(a2, a3);
      const b3 = f64x2.sub(a2, a3);
      const b4 = f64x2.add(a4, a5);
      const b5 = f64x2.sub(a4, a5);
      const b6 = f64x2.add(a6, a7);
      const b7 = f64x2.sub(a6, a7);
      const c0 = f64x2.add(b0, b2);
      const c1 = f64x2.add(b1, b3);
      const c2 = f64x2.sub(b0, b2);
      const c3 = f64x2.sub(b1, b3);
      const c4 = f64x2.add(b4, b6);
      const c5 = f64x2.add(b5, b7);
      const c6 = f64x2.sub(b4, b6);
      const c7 = f64x2.sub(b5, b7);
      v128.store(p0, f64x2.add(c0, c4));
      v128.store(p1, f64x2.add(c1, c5));
      v128.store(p2, f64x2.add(c2, c6));
      v128.store(p3, f64x2.add(c3, c7));
      v128.store(p4, f64x2.sub(c0, c4));
      v128.store(p5, f64x2.sub(c1, c5));
      v128.store(p6, f64x2.sub(c2, c6));
      v128.store(p7, f64x2.sub(c3, c7));
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      p4 += 16;
      p5 += 16;
      p6 += 16;
      p7 += 16;
    } while (p0 < stop);
  }
}

/** Two levels, as pass8. */
function pass4(a: usize, length: usize, span: usize): void {
  for (const end = a + length; a < end; a += span << 2) {
    let p0 = a;
    let p1 = p0 + span;
    let p2 = p1 + span;
    let p3 = p2 + span;
    const stop = p1;
    do {
      const a0 = v128.load(p0);
      const a1 = v128.load(p1);
      const a2 = v128.load(p2);
      const a3 = v128.load(p3);
      const b0 = f64x2.add(a0, a1);
      const b1 = f64x2.sub(a0, a1);
      const b2 = f64x2.add(a2, a3);
      const b3 = f64x2.sub(a2, a3);
      v128.store(p0, f64x2.add(b0, b2));
      v128.store(p1, f64x2.add(b1, b3));
      v128.store(p2, f64x2.sub(b0, b2));
      v128.store(p3, f64x2.sub(b1, b3));
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
    } while (p0 < stop);
  }
}

/** One level; the span may be an odd number of doubles. */
function pass2(a: usize, length: usize, span: usize): void {
  const vectors: usize = span & ~15;
  for (const end = a + length; a < end; a += span << 1) {
    const b = a + span;
    for (let j: usize = 0; j < vectors; j += 16) {
      const a0 = v128.load(a + j);
      const a1 = v128.load(b + j);
      v128.store(a + j, f64x2.add(a0, a1));
      v128.store(b + j, f64x2.sub(a0, a1));
    }
    if (vectors < span) {
      const a0 = load<f64>(a + vectors);
      const a1 = load<f64>(b + vectors);
      store<f64>(a + vectors, a0 + a1);
      store<f64>(b + vectors, a0 - a1);
    }
  }
}
