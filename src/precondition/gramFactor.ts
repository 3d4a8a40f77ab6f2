/**
 * R with RᵀR = (S·A·C)ᵀ(S·A·C) from the Gram matrix of the sketch, in place of a QR factorisation: half the
 * operations, all of them in matrix products, and nothing else goes over the sketch. It squares κ, so it serves only
 * as a preconditioner, and only where R says that κ is moderate.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { gramAccumulate } from '../dense/gram';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { zeros } from '../dense/smallArrays';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import { type ColumnScaling, scalingOf } from './columnScaling';
import { extremeSingularValues } from './conditionEstimate';

/**
 * Largest σ₁/σ_d of R. Rounding changes the Gram matrix G of columns of norm 1 to 2 by some u‖G‖, hence the squares of
 * the singular values of AR⁻¹ by at most some uκ², 0.001 here. It must also stay below what rounding makes of dependent
 * columns, for those are to be found by the QR factorisation: no Cholesky factor, or one of 2e7 (200000 rows) to 2e9.
 */
const LARGEST_CONDITION = 3e6;

export interface GramFactor {
  /** d × d upper triangular. */
  readonly R: Float64Array;
  readonly scaling: ColumnScaling;
}

/**
 * RᵀR = scale²·C·BᵀB·C for B (rows × d), with the C that brings the columns of scale·B to norms in [1, 2); null where
 * κ is too large for it, or the square of a norm is no normal double: the scaled Gram matrix then has an infinity, NaN or
 * zero on its diagonal, which has no Cholesky factor.
 */
export function gramFactor(B: Float64Array, rows: number, d: number, scale: number): GramFactor | null {
  const R = zeros(d * d);
  gramAccumulate(R, d, B, 0, d, rows, d);
  const norms = zeros(d);
  for (let j = 0; j < d; j++) norms[j] = scale * Math.sqrt(R[j * (d + 1)]);
  const scaling = scalingOf(norms);
  for (let i = 0; i < d; i++) {
    const factor = scale * scale * scaling.scale[i];
    for (let j = i; j < d; j++) R[i * d + j] *= factor * scaling.scale[j];
  }
  if (choleskyInPlace(R, d, d) >= 0) return null;
  const { largest, smallest } = extremeSingularValues(R, d);
  return largest <= LARGEST_CONDITION * smallest ? { R, scaling } : null;
}

/**
 * y minimising ‖B·C·y − c‖ for the R of `gramFactor`: RᵀR y = scale²·C·Bᵀc, corrected once by its residual. y is then
 * as good as by a QR factorisation where uκ² is small. Björck, Linear Algebra and its Applications 88/89 (1987).
 */
export function correctedSeminormal(
  B: Float64Array,
  rows: number,
  { R, scaling }: GramFactor,
  scale: number,
  c: Float64Array,
): Float64Array {
  const d = scaling.scale.length;
  const [y, x, g, r] = [zeros(d), zeros(d), zeros(d), zeros(rows)];
  for (let step = 0; step < 2; step++) {
    for (let j = 0; j < d; j++) x[j] = scaling.scale[j] * y[j];
    matvecInto(r, B, rows, d, x);
    for (let i = 0; i < rows; i++) r[i] = c[i] - r[i];
    matvecTransposedInto(g, B, rows, d, r);
    for (let j = 0; j < d; j++) g[j] *= scale * scale * scaling.scale[j];
    solveUpperTransposedInPlace(g, 0, R, d, d);
    solveUpperInPlace(g, 0, R, d, d);
    for (let j = 0; j < d; j++) y[j] += g[j];
  }
  return y;
}
