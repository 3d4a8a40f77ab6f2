/**
 * Products with exp(BAᵀ), entrywise, in blocks of rows: each row is taken relative to its largest exponent, so
 * that neither the entries nor their sum can overflow.
 */
import { gemmInto } from './gemm';

const BLOCK_ROWS = 32;

/** Length of `scratch` for n rows of A. */
export function exponentialScratchLength(n: number): number {
  return BLOCK_ROWS * n;
}

/**
 * For i < m: log[i] ← max_j ⟨bᵢ, aⱼ⟩·scale, y[i] ← Σ_j exp(⟨bᵢ, aⱼ⟩·scale − log[i])·xⱼ and total[i] ← the same sum
 * with xⱼ = 1. With `causal` j runs to i only. A n × d and B m × d contiguous. Nothing aliases.
 */
export function exponentialProductInto(
  y: Float64Array,
  total: Float64Array,
  log: Float64Array,
  B: Float64Array,
  m: number,
  A: Float64Array,
  n: number,
  d: number,
  scale: number,
  x: Float64Array,
  causal: boolean,
  scratch: Float64Array,
): void {
  for (let first = 0; first < m; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, m - first);
    const columns = causal ? Math.min(n, first + rows) : n;
    gemmInto(scratch, 0, n, B, first * d, d, false, A, 0, d, true, rows, columns, d, scale, 0);
    for (let i = 0; i < rows; i++) {
      const seen = causal ? Math.min(columns, first + i + 1) : columns;
      sumRow(y, total, log, first + i, scratch, i * n, seen, x);
    }
  }
}

function sumRow(
  y: Float64Array,
  total: Float64Array,
  log: Float64Array,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) if (row[start + j] > largest) largest = row[start + j];
  let sum = 0;
  let ones = 0;
  for (let j = 0; j < columns; j++) {
    const entry = Math.exp(row[start + j] - largest);
    sum += entry * x[j];
    ones += entry;
  }
  y[i] = sum;
  total[i] = ones;
  log[i] = largest;
}
