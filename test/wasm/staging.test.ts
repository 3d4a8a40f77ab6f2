/** Blocks copied into the WebAssembly memory and back, by rows short and long, contiguous and not. */
import { describe, expect, it } from 'vitest';
import { type Engine, engineFor } from '../../src/wasm/engine';
import { copyRowsIn, copyRowsOut, copyUpperIn, copyUpperOut } from '../../src/wasm/staging';

function open(): Engine {
  const engine = engineFor(0, 0);
  if (engine === null) throw new Error('this machine has no WebAssembly');
  return engine;
}

const counting = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i + 1);

/** [columns, lda, width in the memory]: rows from 48 entries on are copied another way. */
const layouts = [
  [1, 1, 1],
  [5, 5, 5],
  [5, 8, 5],
  [5, 5, 8],
  [47, 50, 49],
  [48, 50, 49],
  [60, 60, 64],
  [60, 64, 60],
];

describe.each(layouts)('%i columns, lda %i, width %i', (columns, lda, width) => {
  const rows = 4;
  const off = 3;

  it('a block goes in as it is and comes out as it was, with nothing else touched', () => {
    const engine = open();
    const address = engine.reserve(8 * rows * width + 8);
    const at = address / 8;
    const A = counting(off + rows * lda + 2);
    engine.f64.fill(-1, at, at + rows * width + 1);
    copyRowsIn(engine, address, width, A, off, lda, rows, columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) {
        expect(engine.f64[at + i * width + j]).toBe(j < columns ? A[off + i * lda + j] : -1);
      }
    }
    expect(engine.f64[at + rows * width]).toBe(-1);
    const out = new Float64Array(A.length).fill(-2);
    copyRowsOut(engine, address, width, out, off, lda, rows, columns);
    out.forEach((entry, p) => {
      const inside = p >= off && p < off + rows * lda && (p - off) % lda < columns;
      expect(entry).toBe(inside ? A[p] : -2);
    });
  });
});

describe.each([
  [1, 1, 1],
  [6, 7, 8],
  [60, 61, 64],
])('the upper triangle of %i × %i columns with lda %i', (n, lda, width) => {
  it('goes in and comes out without what is below it', () => {
    const engine = open();
    const address = engine.reserve(8 * n * width);
    const at = address / 8;
    const A = counting(2 + n * lda);
    engine.f64.fill(-1, at, at + n * width);
    copyUpperIn(engine, address, width, A, 2, lda, n, n);
    const out = new Float64Array(A.length).fill(-2);
    copyUpperOut(engine, address, width, out, 2, lda, n, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        expect(engine.f64[at + i * width + j]).toBe(j >= i ? A[2 + i * lda + j] : -1);
        expect(out[2 + i * lda + j]).toBe(j >= i ? A[2 + i * lda + j] : -2);
      }
    }
  });
});
