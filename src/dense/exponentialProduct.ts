/**
 * Products with exp(BAᵀ), entrywise, in blocks of rows. Sums are kept relative to an exponent near that of
 * their largest term, so that neither the entries nor their sum can overflow, and a point with weight 0 or a
 * tiny one hides nothing. Large products go to the WebAssembly kernels where those are in use, with the same bounds.
 */
import { engineFor } from '../wasm/engine';
import { type UseRow, wasmExponentialRows } from '../wasm/exponentialProduct';
import { WASM_EXPONENTIAL_SUMS } from './crossover';
import { type ExponentialSums, recordSums, safeFloor, sumRow } from './exponentialSums';
import { gemmInto } from './gemm';
import { ldexp } from './vector';

const BLOCK_ROWS = 32;

/**
 * The same factors with every row near 1, for exponents that overflow, if only on the way:
 * ⟨bᵢ, aⱼ⟩/τ = ⟨rowᵢ, pointⱼ⟩·scale·2^(rowPowers[i] + pointPowers[j] + power).
 */
export interface NormalisedFactors {
  readonly rows: Float64Array;
  readonly rowPowers: Int32Array;
  readonly points: Float64Array;
  readonly pointPowers: Int32Array;
  readonly scale: number;
  readonly power: number;
  /** Of the length of `scratch`. */
  readonly products: Float64Array;
}

/** Length of `scratch` for n rows of A. */
export function exponentialScratchLength(n: number): number {
  return BLOCK_ROWS * n;
}

/**
 * Sums over j of exp(sⱼ)·xⱼ, sⱼ = ⟨bᵢ, aⱼ⟩·scale, for i < m. With `causal` j runs to i only. A n × d and B m × d
 * contiguous. `far` is null when no product, partial sum or multiple of B, A and `scale` can overflow. Nothing
 * aliases.
 */
export function exponentialProductInto(
  out: ExponentialSums,
  B: Float64Array,
  m: number,
  A: Float64Array,
  n: number,
  d: number,
  scale: number,
  x: Float64Array,
  causal: boolean,
  scratch: Float64Array,
  far: NormalisedFactors | null,
): void {
  const floor = safeFloor(x, n);
  const engine = far === null ? engineFor(m * n, WASM_EXPONENTIAL_SUMS) : null;
  const [left, right] = [points(B, m), points(A, n)];
  const use: UseRow = (i, f64, at, seen, ...figures) =>
    recordSums(out, i, f64, at, seen, x, floor, ...figures);
  if (engine !== null && wasmExponentialRows(engine, left, right, d, scale, x, causal, use)) return;
  for (let first = 0; first < m; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, m - first);
    const columns = causal ? Math.min(n, first + rows) : n;
    gemmInto(scratch, 0, n, B, first * d, d, false, A, 0, d, true, rows, columns, d, scale, 0);
    if (far !== null) normalisedProductsInto(far, first, rows, n, columns, d);
    for (let i = 0; i < rows; i++) {
      const seen = causal ? Math.min(columns, first + i + 1) : columns;
      if (far === null) sumRow(out, first + i, scratch, i * n, seen, x, floor);
      else sumFarRow(out, first + i, scratch, i * n, seen, x, floor, far);
    }
  }
}

function points(data: Float64Array, count: number) {
  return { data, first: 0, count };
}

/** Products of the normalised rows first … first + rows − 1. */
function normalisedProductsInto(
  { products, rows: B, points: A, scale }: NormalisedFactors,
  first: number,
  rows: number,
  n: number,
  columns: number,
  d: number,
): void {
  gemmInto(products, 0, n, B, first * d, d, false, A, 0, d, true, rows, columns, d, scale, 0);
}

function sumFarRow(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
  far: NormalisedFactors,
): void {
  const power = far.rowPowers[i] + far.power;
  let largest = Number.NEGATIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < columns; j++) {
    const p = start + j;
    if (!Number.isFinite(row[p])) row[p] = ldexp(far.products[p], far.pointPowers[j] + power);
    largest = Math.max(largest, row[p]);
    if (x[j] !== 0) highest = Math.max(highest, row[p]);
  }
  if (Number.isFinite(largest)) {
    sumRow(out, i, row, start, columns, x, floor);
    return;
  }
  sumInfiniteRow(out, i, row, start, columns, x, floor, far, highest);
}

/** Row i when its largest exponent is beyond the range of doubles: what lies below lies infinitely far below. */
function sumInfiniteRow(
  out: ExponentialSums,
  i: number,
  row: Float64Array,
  start: number,
  columns: number,
  x: Float64Array,
  floor: number,
  { products, pointPowers }: NormalisedFactors,
  highest: number,
): void {
  const top = largestProduct(products, start, columns, pointPowers, null);
  const weighted = largestProduct(products, start, columns, pointPowers, x);
  const finite = Number.isFinite(highest);
  const best = weighted < 0 ? top : weighted;
  for (let j = 0; j < columns; j++) {
    if (finite && x[j] !== 0) continue;
    row[start + j] = !finite && isEqual(products, start, pointPowers, j, best) ? 0 : Number.NEGATIVE_INFINITY;
  }
  sumRow(out, i, row, start, columns, x, floor);
  if (!finite) out.log[i] = highest;
  const hidden = weighted < 0 || !isEqual(products, start, pointPowers, weighted, top);
  out.gap[i] = hidden ? Number.NEGATIVE_INFINITY : 0;
}

/** The j with the largest exponent, of those with xⱼ ≠ 0 if x is given; −1 if there is none. */
function largestProduct(
  products: Float64Array,
  start: number,
  columns: number,
  powers: Int32Array,
  x: Float64Array | null,
): number {
  let best = -1;
  for (let j = 0; j < columns; j++) {
    if (x !== null && x[j] === 0) continue;
    if (best < 0 || ldexp(products[start + j], powers[j] - powers[best]) > products[start + best]) best = j;
  }
  return best;
}

function isEqual(
  products: Float64Array,
  start: number,
  powers: Int32Array,
  j: number,
  best: number,
): boolean {
  return ldexp(products[start + j], powers[j] - powers[best]) === products[start + best];
}
