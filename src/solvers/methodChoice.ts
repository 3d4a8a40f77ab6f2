/**
 * The choice 'auto' and the default sketch sizes, by the costs of costModel.ts.
 */
import type { FactorKind } from '../precondition/tallFactor';
import { type GramCosts, gramCosts } from './costModel';
import type { Method, Settings } from './options';

/** Rows of the sketch per column, by method; conjugate gradients choose. */
const SKETCH_FACTOR = { 'cholesky-qr': 3, 'heavy-ball': 12, 'gradient-descent': 30 } as const;
/** Gradient descent with M² in place of M wants the spectrum of M² below 1.5. */
const SKETCH_FACTOR_SQUARED = 120;
/** What conjugate gradients choose from: more rows cost a larger factorisation and save steps. */
const SKETCH_FACTORS = [4, 6, 8, 12, 16, 24, 32, 48, 64] as const;
const SPARE_ROWS = 20;

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
  const { rows: n, columns: d } = A;
  if (!canBeDense(A)) return 'conjugate-gradient';
  if (n <= 6 * d || n * d * d < 1e6) return 'direct';
  if (solves === Number.POSITIVE_INFINITY) return 'cholesky-qr';
  const costs = gramCosts();
  const iterative = iterationCost(costs, A, cheapestFactor(costs, A, solves), solves);
  return iterative < factorCost(costs, A) ? 'conjugate-gradient' : 'cholesky-qr';
}

export function factorKind(method: Method): FactorKind {
  return method === 'direct' || method === 'cholesky-qr' ? method : 'preconditioner';
}

/**
 * @param solves - as in chooseMethod.
 * @param powers - the factor will serve solves with AᵀA, not only least squares.
 */
export function sketchSizeFor(
  settings: Settings,
  method: Method,
  A: MatrixShape,
  solves: number,
  powers: boolean,
): number {
  if (settings.sketchSize !== undefined) return settings.sketchSize;
  if (method === 'direct') return 0;
  return Math.max(sketchFactor(settings, method, A, solves, powers) * A.columns, A.columns + SPARE_ROWS);
}

function sketchFactor(
  settings: Settings,
  method: Exclude<Method, 'direct'>,
  A: MatrixShape,
  solves: number,
  powers: boolean,
): number {
  if (method === 'conjugate-gradient') {
    // the cost of the other sketches grows with their rows
    if (settings.sketch !== 'sparse-sign') return SKETCH_FACTORS[0];
    return cheapestFactor(gramCosts(), A, solves);
  }
  return method === 'gradient-descent' && powers ? SKETCH_FACTOR_SQUARED : SKETCH_FACTOR[method];
}

/** Largest sketch that is chosen for its own sake: 512 MB, and a quarter of the rows of A. */
const MOST_SKETCH_ENTRIES = 2 ** 26;

function cheapestFactor(costs: GramCosts, A: MatrixShape, solves: number): number {
  const { rows: n, columns: d } = A;
  const [first, ...larger] = SKETCH_FACTORS;
  const feasible = larger.filter((factor) => 4 * factor * d <= n && factor * d * d <= MOST_SKETCH_ENTRIES);
  const cost = (factor: number) => iterationCost(costs, A, factor, solves);
  return feasible.reduce<number>((best, factor) => (cost(factor) < cost(best) ? factor : best), first);
}

/**
 * Steps of conjugate gradients to rounding with s = factor·d rows: each reduces the error by √(d/s). Between those that
 * κ = 1e2 and 1e6 take, for 4d to 64d rows and n × d from 5000 × 50 to 20000 × 500.
 */
function stepsOf(factor: number): number {
  return 0.5 + 76 / Math.log2(factor);
}

/** Entries of a dense sketch whose rows are so far from the caches that adding to them takes twice the time. */
const SPREAD_ENTRIES = 4e6;

/** Sketch, factor, and two passes beside the steps of each solve. */
function iterationCost(costs: GramCosts, A: MatrixShape, factor: number, solves: number): number {
  const { rows: n, columns: d, values } = A;
  const passes = Math.min(solves, MOST_SOLVES) * (2 + stepsOf(factor));
  const entries =
    values === undefined
      ? n * d * (costs.sketch * (1 + (factor * d * d) / SPREAD_ENTRIES) + passes * costs.pass)
      : values.length * (costs.sparseSketch + passes * costs.sparsePass);
  return entries + factor * d ** 3 * costs.factor;
}

/** What a preconditioner is prepared for when nobody knows how often it will serve. */
const MOST_SOLVES = 10;

/** Randomized CholeskyQR on dense A: sketch, factor, Gram matrix, and four passes for a least-squares problem. */
function factorCost(costs: GramCosts, { rows: n, columns: d }: MatrixShape): number {
  const sketched = n * d * costs.sketch + SKETCH_FACTOR['cholesky-qr'] * d ** 3 * costs.factor;
  return sketched + n * d * d * costs.product + 4 * n * d * costs.pass;
}
