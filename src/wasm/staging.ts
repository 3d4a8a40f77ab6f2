/** Blocks of callers' matrices into the WebAssembly memory and back. */
import type { Engine } from './engine';

/** From this many entries on a row is copied faster by `set` than by a loop (measured: 40 to 50). */
const LONG_ROW = 48;

/** The rows × columns block of A at `off` to `address`, its rows `width` ≥ columns doubles apart. */
export function copyRowsIn(
  engine: Engine,
  address: number,
  width: number,
  A: Float64Array,
  off: number,
  lda: number,
  rows: number,
  columns: number,
): void {
  copyRows(engine.f64, address >>> 3, width, A, off, lda, rows, columns);
}

/** The reverse of `copyRowsIn`. */
export function copyRowsOut(
  engine: Engine,
  address: number,
  width: number,
  A: Float64Array,
  off: number,
  lda: number,
  rows: number,
  columns: number,
): void {
  copyRows(A, off, lda, engine.f64, address >>> 3, width, rows, columns);
}

/** Rows of A (rows × n, rows ≤ n) from its diagonal on, to the same places in rows of `width` doubles. */
export function copyUpperIn(
  engine: Engine,
  address: number,
  width: number,
  A: Float64Array,
  off: number,
  lda: number,
  rows: number,
  n: number,
): void {
  const at = address >>> 3;
  for (let i = 0; i < rows; i++)
    copyRows(engine.f64, at + i * (width + 1), width, A, off + i * (lda + 1), lda, 1, n - i);
}

/** The reverse of `copyUpperIn`. */
export function copyUpperOut(
  engine: Engine,
  address: number,
  width: number,
  A: Float64Array,
  off: number,
  lda: number,
  rows: number,
  n: number,
): void {
  const at = address >>> 3;
  for (let i = 0; i < rows; i++)
    copyRows(A, off + i * (lda + 1), lda, engine.f64, at + i * (width + 1), width, 1, n - i);
}

function copyRows(
  to: Float64Array,
  t: number,
  ldt: number,
  from: Float64Array,
  f: number,
  ldf: number,
  rows: number,
  columns: number,
): void {
  if (columns === ldt && columns === ldf) {
    to.set(from.subarray(f, f + rows * columns), t);
    return;
  }
  for (let i = 0; i < rows; i++, t += ldt, f += ldf) {
    if (columns >= LONG_ROW) to.set(from.subarray(f, f + columns), t);
    else for (let j = 0; j < columns; j++) to[t + j] = from[f + j];
  }
}
