/**
 * What a preconditioner for G + Δ costs and saves, in nanoseconds of the kernel set in use (costModel.ts): the model
 * behind the choice of its rank.
 */
import { kernelCosts } from './costModel';

export interface KernelShape {
  readonly n: number;
  readonly d: number;
  readonly stored: boolean;
}

/** One product with G. */
export function productCost({ n, d, stored }: KernelShape): number {
  const costs = kernelCosts();
  return n * n * (stored ? costs.stored : (d * costs.product + costs.exponential) / 2);
}

/** One step of preconditioned conjugate gradients with rank k. */
export function stepCost(shape: KernelShape, k: number): number {
  const { factorPass, vectors } = kernelCosts();
  return productCost(shape) + shape.n * (2 * k * factorPass + vectors);
}

/** One step with AFN of k landmarks. */
export function afnStepCost(shape: KernelShape, k: number, neighbours: number): number {
  return stepCost(shape, k) + kernelCosts().sparseEntry * shape.n * neighbours;
}

/** Columns k₀ … k of the pivoted Cholesky factor, then the Gram matrix of all k. */
export function setupCost(shape: KernelShape, from: number, k: number): number {
  return columnsCost(shape, from, k) + kernelCosts().product * ((shape.n * k * k) / 2);
}

function columnsCost({ n, d }: KernelShape, from: number, k: number): number {
  const { product, column } = kernelCosts();
  return n * (k - from) * (((k + from) / 2 + d) * product + column);
}

/** AFN with k landmarks out of a factor that has `from` columns. */
export function afnSetupCost(shape: KernelShape, from: number, k: number, neighbours: number): number {
  const { product, pair, gather, block } = kernelCosts();
  const { n, d } = shape;
  const landmarks = (from < k ? columnsCost(shape, from, k) : 0) + product * n * (k * k + k * d);
  const nearest = ((n * n) / 2) * (pair + d * product);
  return landmarks + nearest + n * neighbours ** 2 * (k * gather + neighbours * block);
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

/** Solves with both triangles that the estimate of the condition takes. */
const CONDITION_SOLVES = 16;

/** Dense Cholesky with the estimate of the condition, and for each side two solves, the residual and its sizes. */
export function denseCost(shape: KernelShape, sides = 1): number {
  const { cholesky, triangle, stored } = kernelCosts();
  const { n } = shape;
  const evaluation = shape.stored ? 0 : productCost(shape);
  const solves = (CONDITION_SOLVES + 2 * sides) * triangle + 3 * sides * stored;
  return evaluation + (n ** 3 / 6) * cholesky + n * n * solves;
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
