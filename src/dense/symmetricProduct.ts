/**
 * Products with a symmetric matrix of which each off-diagonal entry is kept and read once and used for both
 * halves: half the memory of a general product, and half its traffic, which is what bounds it.
 *
 * Layout: panels of 132 rows. Rows i … i + r − 1 of the upper triangle are an r × (n − i) block with leading dimension
 * n − i; what lies below the diagonal in its first r columns is never read.
 *
 * Rounding: |error|ᵢ ≤ (n + 4)·u·(|G||x|)ᵢ. The order of summation is fixed by n alone.
 */

import { engineFor } from '../wasm/engine';
import { wasmPanelsProduct } from '../wasm/symmetric';
import { WASM_SYMMETRIC_ENTRIES } from './crossover';

/** Rows of a panel: those of a tile of the Gaussian kernel. */
export const PANEL_ROWS = 132;
const STRIP_ROWS = 4;

/** Numbers in the panels of an n × n matrix: n²/2 + 66n and a little less. */
export function panelsLength(n: number): number {
  let length = 0;
  for (let i = 0; i < n; i += PANEL_ROWS) length += Math.min(PANEL_ROWS, n - i) * (n - i);
  return length;
}

/** Where column 0 of row i would be: entry (i, j), j ≥ i, is at this place plus j. */
export function panelRowStart(n: number, i: number): number {
  const panel = Math.floor(i / PANEL_ROWS);
  const first = panel * PANEL_ROWS;
  // the panels before have PANEL_ROWS rows of n, n − PANEL_ROWS, …
  const before = PANEL_ROWS * (panel * n - (PANEL_ROWS * panel * (panel - 1)) / 2);
  return before + (i - first) * (n - first) - first;
}

/**
 * y ← G x for symmetric G (n × n) in panels. y must not alias x or P. For up to 16 right-hand sides this, one by one, is
 * no slower than gemmInto (n = 2000: 2.1 ms each).
 */
export function panelsProductInto(y: Float64Array, P: Float64Array, n: number, x: Float64Array): void {
  const engine = engineFor(P.length, WASM_SYMMETRIC_ENTRIES);
  if (engine !== null && wasmPanelsProduct(engine, y, P, n, PANEL_ROWS, x)) return;
  y.fill(0, 0, n);
  for (let first = 0, offset = 0; first < n; first += PANEL_ROWS) {
    const ld = n - first;
    const rows = Math.min(PANEL_ROWS, ld);
    for (let i = 0; i < rows; i += STRIP_ROWS) {
      const strip = Math.min(STRIP_ROWS, rows - i);
      const corner = offset + i * (ld + 1);
      addSymmetricTile(y, P, corner, ld, strip, x, first + i);
      addTilePair(y, first + i, first + i + strip, P, corner + strip, ld, strip, ld - i - strip, x);
    }
    offset += rows * ld;
  }
}

/** Upper triangle of G (n × n, contiguous) ← that of the panels. The strictly lower one is not written. */
export function unpackPanelsInto(G: Float64Array, P: Float64Array, n: number): void {
  for (let first = 0, offset = 0; first < n; first += PANEL_ROWS) {
    const ld = n - first;
    const rows = Math.min(PANEL_ROWS, ld);
    for (let i = 0; i < rows; i++) {
      const from = offset + i * (ld + 1);
      G.set(P.subarray(from, from + ld - i), (first + i) * (n + 1));
    }
    offset += rows * ld;
  }
}

/**
 * y[first …] += S·x[first …] for a symmetric S (size × size) of which only the upper triangle is read, entry
 * (i, j) at K[kOff + i·ldk + j]. y must not alias x or K.
 */
export function addSymmetricTile(
  y: Float64Array,
  K: Float64Array,
  kOff: number,
  ldk: number,
  size: number,
  x: Float64Array,
  first: number,
): void {
  for (let i = 0; i < size; i++) {
    const row = kOff + i * ldk;
    const xi = x[first + i];
    let sum = K[row + i] * xi;
    for (let j = i + 1; j < size; j++) {
      sum += K[row + j] * x[first + j];
      y[first + j] += K[row + j] * xi;
    }
    y[first + i] += sum;
  }
}

/**
 * y[row …] += T·x[column …] and y[column …] += Tᵀ·x[row …] in one pass over T (rows × columns), entry (i, j) at
 * K[kOff + i·ldk + j]. The two stretches are disjoint; y must not alias x or K.
 */
export function addTilePair(
  y: Float64Array,
  row: number,
  column: number,
  K: Float64Array,
  kOff: number,
  ldk: number,
  rows: number,
  columns: number,
  x: Float64Array,
): void {
  const rows4 = rows - (rows & 3);
  for (let i = 0; i < rows4; i += 4) addFourRows(y, row + i, column, K, kOff + i * ldk, ldk, columns, x);
  for (let i = rows4; i < rows; i++) {
    const xi = x[row + i];
    let sum = 0;
    for (let j = 0, p = kOff + i * ldk; j < columns; j++, p++) {
      sum += K[p] * x[column + j];
      y[column + j] += K[p] * xi;
    }
    y[row + i] += sum;
  }
}

function addFourRows(
  y: Float64Array,
  row: number,
  column: number,
  K: Float64Array,
  kOff: number,
  ldk: number,
  columns: number,
  x: Float64Array,
): void {
  const x0 = x[row];
  const x1 = x[row + 1];
  const x2 = x[row + 2];
  const x3 = x[row + 3];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const p0 = (kOff - column) | 0;
  const p1 = (p0 + ldk) | 0;
  const p2 = (p1 + ldk) | 0;
  const p3 = (p2 + ldk) | 0;
  for (let j = column | 0, end = (j + columns) | 0; j < end; j = (j + 1) | 0) {
    const xj = x[j];
    const k0 = K[(p0 + j) | 0];
    const k1 = K[(p1 + j) | 0];
    const k2 = K[(p2 + j) | 0];
    const k3 = K[(p3 + j) | 0];
    s0 += k0 * xj;
    s1 += k1 * xj;
    s2 += k2 * xj;
    s3 += k3 * xj;
    y[j] += k0 * x0 + k1 * x1 + (k2 * x2 + k3 * x3);
  }
  y[row] += s0;
  y[row + 1] += s1;
  y[row + 2] += s2;
  y[row + 3] += s3;
}
