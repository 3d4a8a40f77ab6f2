/**
 * What a preconditioner for G + Δ costs and saves, in streamed multiply-adds: the model behind the choice of its
 * rank. Constants from timings of these kernels; only their ratios matter.
 */

/** Multiply-adds of blocked factorisations per one of a matrix–vector product. */
const BLOCKED = 1.25;
/** An entry of G evaluated on the fly, in multiply-adds: the exponential, and the inner product by matrix products. */
const EXPONENTIAL = 8;

export interface KernelShape {
  readonly n: number;
  readonly d: number;
  readonly stored: boolean;
}

/** One product with G. */
export function productCost({ n, d, stored }: KernelShape): number {
  return stored ? n * n : n * n * (d / (2 * BLOCKED) + EXPONENTIAL / 2);
}

/** One step of preconditioned conjugate gradients with rank k. */
export function stepCost(shape: KernelShape, k: number): number {
  return productCost(shape) + 2 * shape.n * k + 20 * shape.n;
}

/** Columns k₀ … k of the pivoted Cholesky factor, then the Gram matrix of all k. */
export function setupCost({ n, d }: KernelShape, from: number, k: number): number {
  const columns = (n * (k - from) * ((k + from) / 2 + d)) / BLOCKED + EXPONENTIAL * n * (k - from);
  return columns + (n * k * k) / 2 / BLOCKED;
}

/** AFN with k landmarks out of a factor that has `from` columns. */
export function afnSetupCost(shape: KernelShape, from: number, k: number, neighbours: number): number {
  const { n, d } = shape;
  const columns = from < k ? setupCost(shape, from, k) : 0;
  return columns + (n * (k * k + neighbours ** 2 * k + neighbours ** 3 + n * d)) / BLOCKED;
}

/**
 * Steps with AFN: measured on digits, clouds and manifolds with the locality L of the residual and
 * M = (σ + λ)/λ of the pivoted Cholesky factor of the same rank.
 */
export function predictedAfnSteps(n: number, k: number, locality: number, condition: number): number {
  const landmarks = afnLandmarks(n);
  return (2 + 18 * (1 - locality)) * Math.sqrt(Math.min(condition, 200 * (landmarks / k) ** 1.7));
}

/** The middle of the three numbers of landmarks that are tried. */
export function afnLandmarks(n: number): number {
  return Math.max(200, Math.ceil(6 * Math.sqrt(n)));
}

/** More steps than this are predicted less well than they cost: they count more. */
const TRUSTED_STEPS = 40;

export function penalised(steps: number): number {
  return steps * Math.max(1, Math.sqrt(steps / TRUSTED_STEPS));
}

/** Dense Cholesky, the matrix kept, and solves: two triangles, the residual and its sizes, once or twice. */
export function denseCost(shape: KernelShape, sides = 1): number {
  const { n } = shape;
  const evaluation = shape.stored ? 0 : productCost({ ...shape, stored: false });
  return evaluation + n ** 3 / 6 / BLOCKED + 6 * sides * n * n;
}

/**
 * Steps of conjugate gradients to reduce the residual by the factor e^digits when the residual kernel has norm
 * `sigma` and G + Δ is at least λ.
 */
export function predictedSteps(sigma: number, lambda: number, digits: number): number {
  const root = Math.sqrt((sigma + lambda) / lambda);
  return 1 + digits / Math.log((root + 1) / Math.max(root - 1, 1e-8));
}

/** Steps after which the iteration is weighed against the dense factorisation for the first time. */
export const FIRST_REVIEW = 16;
