/**
 * What a tall matrix makes of the supposed null vectors of its factor, measured with the matrix itself in one
 * pass over it.
 */
import type { CsrMatrix } from '../core/csr';
import type { Matrix } from '../core/matrix';
import { gemmInto } from '../dense/gemm';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { norm2 } from '../dense/vector';
import { csrMultiplyInto, csrMultiplyTransposedInto } from '../sparse/csrProducts';
import { isProjected, type ProjectedCsr, type TallInput } from '../sparse/projectedCsr';

export interface NullImages {
  /** ‖A·C·v‖/‖A·C‖_F for every column v of the basis. */
  readonly norms: number[];
  /** (AC)ᵀ(AC)·basis. */
  readonly gradient: Float64Array;
}

const PANEL_ROWS = 256;

/**
 * What A·C makes of the columns of the basis, C = diag(scale).
 *
 * @param frobenius - an estimate of ‖A·C‖_F, used where computing it would take products of its own.
 */
export function nullImages(
  A: TallInput,
  scale: Float64Array,
  basis: Matrix,
  frobenius: () => number,
): NullImages {
  if ('data' in A) return denseImages(A, scale, basis);
  if (isProjected(A)) return sparseImages(A.A, A, scale, basis, frobenius());
  return sparseImages(A, null, scale, basis, scaledFrobenius(A, scale));
}

function denseImages(A: Matrix, scale: Float64Array, basis: Matrix): NullImages {
  const { rows: n, columns: d, data } = A;
  const count = basis.columns;
  const panel = new Float64Array(PANEL_ROWS * d);
  const images = new Float64Array(PANEL_ROWS * count);
  const gradient = new Float64Array(d * count);
  const squares = new Float64Array(count);
  let total = 0;
  for (let first = 0; first < n; first += PANEL_ROWS) {
    const rows = Math.min(PANEL_ROWS, n - first);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < d; j++) {
        const entry = data[(first + i) * d + j] * scale[j];
        panel[i * d + j] = entry;
        total += entry * entry;
      }
    }
    gemmInto(images, 0, count, panel, 0, d, false, basis.data, 0, count, false, rows, count, d, 1, 0);
    gemmInto(gradient, 0, count, panel, 0, d, true, images, 0, count, false, d, count, rows, 1, 1);
    for (let p = 0; p < rows * count; p++) squares[p % count] += images[p] * images[p];
  }
  // the zero matrix maps everything to zero
  const norms = Array.from(squares, (square) => (total === 0 ? 0 : Math.sqrt(square / total)));
  return { norms, gradient };
}

/** The same column by column, for A or, with a projection, A·V. */
function sparseImages(
  A: CsrMatrix,
  projection: ProjectedCsr | null,
  scale: Float64Array,
  basis: Matrix,
  frobenius: number,
): NullImages {
  const { rows: d, columns: count, data } = basis;
  const image = new Float64Array(A.rows);
  const x = new Float64Array(d);
  const outer = new Float64Array(A.columns);
  const gradient = new Float64Array(d * count);
  const norms: number[] = [];
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < d; i++) x[i] = scale[i] * data[i * count + k];
    if (projection === null) csrMultiplyInto(image, A, x);
    else {
      matvecInto(outer, projection.V.data, A.columns, d, x);
      csrMultiplyInto(image, A, outer);
    }
    norms.push(frobenius === 0 ? 0 : norm2(image, 0, A.rows) / frobenius);
    csrMultiplyTransposedInto(outer, A, image);
    if (projection === null) x.set(outer);
    else matvecTransposedInto(x, projection.V.data, A.columns, d, outer);
    for (let i = 0; i < d; i++) gradient[i * count + k] = scale[i] * x[i];
  }
  return { norms, gradient };
}

function scaledFrobenius({ columnIndices, values }: CsrMatrix, scale: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < values.length; p++) {
    const entry = values[p] * scale[columnIndices[p]];
    sum += entry * entry;
  }
  return Math.sqrt(sum);
}
