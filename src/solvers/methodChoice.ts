/**
 * The choice 'auto' and the default sketch sizes: the cost model of the library, in one place.
 */
import type { FactorKind } from '../precondition/tallFactor';
import type { Method, Settings } from './options';

/** Rows of the sketch per column, by method. */
const SKETCH_FACTOR: Record<Exclude<Method, 'direct'>, number> = {
  'cholesky-qr': 3,
  'conjugate-gradient': 4,
  'heavy-ball': 12,
  'gradient-descent': 30,
};
/** Gradient descent with M² in place of M wants the spectrum of M² below 1.5. */
const SKETCH_FACTOR_SQUARED = 120;
const SPARE_ROWS = 20;
/** Steps of conjugate gradients that a solve takes to rounding. */
const STEPS = 33;
/** Time of a multiplication with a sparse A over that of one in a matrix product: measured 4 to 8. */
const SPARSE_COST = 5;

/** What the choice looks at; `values` are the entries of a sparse matrix. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
  readonly values?: { readonly length: number };
}

/** Largest dense form of a sparse A that a factorisation to rounding may make. */
const MOST_DENSE_BYTES = 64 * 2 ** 20;

/** Whether A can be factored to rounding: it is dense, or small enough to be made so. */
export function canBeDense({ rows, columns, values }: MatrixShape): boolean {
  return values === undefined || 8 * rows * columns <= MOST_DENSE_BYTES;
}

/**
 * @param solves - triangular solves with R that the caller foresees, over two: j, plus 1 with a least-squares
 *   problem; the more there are, the more a factor to rounding is worth.
 */
export function chooseMethod(settings: Settings, A: MatrixShape, solves: number): Method {
  if (settings.method !== 'auto') return settings.method;
  const { rows: n, columns: d, values } = A;
  if (!canBeDense(A)) return 'conjugate-gradient';
  if (n <= 6 * d || n * d * d < 1e6) return 'direct';
  if (values !== undefined) {
    return SPARSE_COST * solves * STEPS * 4 * values.length <= 2 * n * d * d
      ? 'conjugate-gradient'
      : 'cholesky-qr';
  }
  return d <= 140 * solves ? 'cholesky-qr' : 'conjugate-gradient';
}

export function factorKind(method: Method): FactorKind {
  return method === 'direct' || method === 'cholesky-qr' ? method : 'preconditioner';
}

/** @param powers - the factor will serve solves with AᵀA, not only least squares. */
export function sketchSizeFor(settings: Settings, method: Method, d: number, powers: boolean): number {
  if (settings.sketchSize !== undefined) return settings.sketchSize;
  if (method === 'direct') return 0;
  const squared = method === 'gradient-descent' && powers;
  return Math.max((squared ? SKETCH_FACTOR_SQUARED : SKETCH_FACTOR[method]) * d, d + SPARE_ROWS);
}
