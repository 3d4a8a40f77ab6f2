/**
 * Products of four rows of a matrix at a time, through a panel of them in an array of this module: copied there,
 * rows are read at addresses that are compiled into the code. The panel has four views, each an entry later than
 * the one before, so that one index and one bounds check serve four neighbouring columns; x and g have them too.
 * Together that takes 0.6 of the time of eight rows read where they lie. There is one panel, one x and one g in
 * the process. For the functions that make kernels see lanes.ts.
 */
import { STRETCH_ROWS } from '../wasm/matvec';

/** Most columns: four rows of them fill the panel. */
const MOST_COLUMNS = 2 ** 13;
/** Entries copied at a time, where they hold four rows. */
const PANEL_ENTRIES = 2 ** 13;

type Views = readonly Float64Array[];

function shiftedViews(length: number): Views {
  const buffer = new ArrayBuffer(8 * (length + 3));
  return [0, 1, 2, 3].map((k) => new Float64Array(buffer, 8 * k, length));
}

const panel = shiftedViews(4 * MOST_COLUMNS);
const vector = shiftedViews(MOST_COLUMNS);
const gradient = shiftedViews(MOST_COLUMNS);

/** Inner products of four rows, and the factors they are added with. */
export const QUAD = new Float64Array(4);

/** Entries of A from which on the copies take less time than they save. */
const LEAST_ENTRIES = 100;

/** How many of the m rows are taken in fours, from the first on. */
export function quadRows(m: number, n: number): number {
  return m * n < LEAST_ENTRIES || n > MOST_COLUMNS ? 0 : m - (m % 4);
}

/**
 * Calls visit(i, p) for each four of the rows from `first` to before `end`, a multiple of four rows: rows i … i + 3,
 * which then are in the panel from p on.
 */
export function forEachQuad(
  A: Float64Array,
  first: number,
  end: number,
  n: number,
  visit: (row: number, p: number) => void,
): void {
  const step = 4 * Math.max(1, Math.floor(PANEL_ENTRIES / (4 * n)));
  for (let start = first; start < end; start += step) {
    const stop = Math.min(end, start + step);
    panel[0].set(A.subarray(start * n, stop * n));
    for (let i = start; i < stop; i += 4) visit(i, (i - start) * n);
  }
}

/** The vector that `quadTimesVector` takes. */
export function loadVector(x: Float64Array, n: number): void {
  vector[0].set(x.subarray(0, n));
}

/** g ← the sum of what the visits to the first `rows` rows add by `addQuadTransposed`; 0 for no rows. */
export function sumOverQuads(
  g: Float64Array,
  A: Float64Array,
  rows: number,
  n: number,
  visit: (row: number, p: number) => void,
): void {
  const sum = gradient[0];
  g.fill(0, 0, n);
  for (let first = 0; first < rows; first += STRETCH_ROWS) {
    sum.fill(0, 0, n);
    forEachQuad(A, first, Math.min(rows, first + STRETCH_ROWS), n, visit);
    for (let j = 0; j < n; j++) g[j] += sum[j];
  }
}

function makeTimesVector([A0, A1, A2, A3]: Views, [X0, X1, X2, X3]: Views, sums: Float64Array) {
  return (p0: number, n: number): void => {
    const p1 = (p0 + n) | 0;
    const p2 = (p1 + n) | 0;
    const p3 = (p2 + n) | 0;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let j = 0;
    for (const end = n - 3; j < end; j = (j + 4) | 0) {
      const q0 = (p0 + j) | 0;
      const q1 = (p1 + j) | 0;
      const q2 = (p2 + j) | 0;
      const q3 = (p3 + j) | 0;
      const x0 = X0[j];
      const x1 = X1[j];
      const x2 = X2[j];
      const x3 = X3[j];
      s0 = s0 + A0[q0] * x0 + A1[q0] * x1 + A2[q0] * x2 + A3[q0] * x3;
      s1 = s1 + A0[q1] * x0 + A1[q1] * x1 + A2[q1] * x2 + A3[q1] * x3;
      s2 = s2 + A0[q2] * x0 + A1[q2] * x1 + A2[q2] * x2 + A3[q2] * x3;
      s3 = s3 + A0[q3] * x0 + A1[q3] * x1 + A2[q3] * x2 + A3[q3] * x3;
    }
    for (; j < n; j = (j + 1) | 0) {
      const x = X0[j];
      s0 += A0[(p0 + j) | 0] * x;
      s1 += A0[(p1 + j) | 0] * x;
      s2 += A0[(p2 + j) | 0] * x;
      s3 += A0[(p3 + j) | 0] * x;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
  };
}

function makeAddTransposed([A0, A1, A2, A3]: Views, [G0, G1, G2, G3]: Views, factors: Float64Array) {
  return (p0: number, n: number): void => {
    const p1 = (p0 + n) | 0;
    const p2 = (p1 + n) | 0;
    const p3 = (p2 + n) | 0;
    const y0 = factors[0];
    const y1 = factors[1];
    const y2 = factors[2];
    const y3 = factors[3];
    let j = 0;
    for (const end = n - 3; j < end; j = (j + 4) | 0) {
      const q0 = (p0 + j) | 0;
      const q1 = (p1 + j) | 0;
      const q2 = (p2 + j) | 0;
      const q3 = (p3 + j) | 0;
      G0[j] += A0[q0] * y0 + A0[q1] * y1 + (A0[q2] * y2 + A0[q3] * y3);
      G1[j] += A1[q0] * y0 + A1[q1] * y1 + (A1[q2] * y2 + A1[q3] * y3);
      G2[j] += A2[q0] * y0 + A2[q1] * y1 + (A2[q2] * y2 + A2[q3] * y3);
      G3[j] += A3[q0] * y0 + A3[q1] * y1 + (A3[q2] * y2 + A3[q3] * y3);
    }
    for (; j < n; j = (j + 1) | 0) {
      const [q0, q1, q2, q3] = [p0 + j, p1 + j, p2 + j, p3 + j];
      G0[j] += A0[q0] * y0 + A0[q1] * y1 + (A0[q2] * y2 + A0[q3] * y3);
    }
  };
}

/** QUAD ← the four rows of the panel from p on, n entries each, times the loaded vector. */
export const quadTimesVector = makeTimesVector(panel, vector, QUAD);
/** The gradient += the four rows of the panel from p on, n entries each, times their entries of QUAD. */
export const addQuadTransposed = makeAddTransposed(panel, gradient, QUAD);
