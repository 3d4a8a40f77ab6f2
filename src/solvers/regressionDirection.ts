/**
 * Steps s ≈ −(AᵀDA)⁻¹g: with the exact Hessian, by preconditioned conjugate gradients, or with the Hessian of a
 * sketch as in "Solving Regularized Exp, Cosh and Sinh Regression Problems", arXiv 2303.15725.
 */
import { choleskyInPlace } from '../dense/cholesky';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../dense/triangular';
import { ConjugateGradient } from '../iterative/conjugateGradient';
import { innerTolerance, isSolved } from '../iterative/newtonStopping';
import { PreconditionedGram } from '../iterative/preconditionedGram';
import { preconditionerRows, type WeightedFactor } from './regressionFactor';
import { FactorSource } from './regressionFactorSource';
import type { DirectionSettings, DirectionSolver, HessianDiagonal } from './regressionHessian';
import type { RegressionMatrix } from './regressionMatrix';
import { weightedOperator } from './regressionOperator';
import type { RegressionMethod } from './regressionOptions';
import { SketchedDirection } from './regressionSketchedDirection';

export function directionSolver(
  method: RegressionMethod,
  A: RegressionMatrix,
  settings: DirectionSettings,
): DirectionSolver {
  if (method === 'sketch') return new SketchedDirection(A, settings);
  const iterative = new IterativeDirection(A, settings);
  return method === 'newton' ? new ExactDirection(A, iterative) : iterative;
}

/** AᵀDA and its Cholesky factor; where rounding leaves none, conjugate gradients to nearly the same accuracy. */
class ExactDirection implements DirectionSolver {
  readonly firstLength = 1;
  private readonly G: Float64Array;
  private readonly scale: Float64Array;

  constructor(
    private readonly A: RegressionMatrix,
    private readonly fallback: IterativeDirection,
  ) {
    this.G = new Float64Array(A.columns ** 2);
    this.scale = new Float64Array(A.columns);
  }

  get innerIterations(): number {
    return this.fallback.innerIterations;
  }

  get sketchSize(): number {
    return this.fallback.sketchSize;
  }

  solveInto(s: Float64Array, g: Float64Array, D: HessianDiagonal, criterion: number): boolean {
    const { G, scale } = this;
    const d = this.A.columns;
    if (!(D.isModified && this.factor(D.curvature)) && !this.factor(D.weights)) {
      return this.fallback.solveInto(s, g, D, criterion * LIKE_CHOLESKY);
    }
    for (let j = 0; j < d; j++) s[j] = -g[j] * scale[j];
    solveUpperTransposedInPlace(s, 0, G, d, d);
    solveUpperInPlace(s, 0, G, d, d);
    for (let j = 0; j < d; j++) s[j] *= scale[j];
    return true;
  }

  private factor(weights: Float64Array): boolean {
    this.A.weightedGramInto(this.G, weights);
    return scaledCholesky(this.G, this.scale, this.A.columns);
  }
}

/** Makes conjugate gradients go on to 1e-8 or so from the first step on. */
const LIKE_CHOLESKY = 1e-16;
/** Pivots of a matrix with unit diagonal that are below this times d are rounding. */
const PIVOT_NOISE = 32 * 2 ** -52;

/** G → R with RᵀR = diag(scale)·G·diag(scale), of unit diagonal; false when a pivot is not above rounding. */
function scaledCholesky(G: Float64Array, scale: Float64Array, d: number): boolean {
  for (let j = 0; j < d; j++) {
    if (!(G[j * d + j] > 0)) return false;
    scale[j] = 1 / Math.sqrt(G[j * d + j]);
  }
  for (let i = 0; i < d; i++) for (let j = i; j < d; j++) G[i * d + j] *= scale[i] * scale[j];
  if (choleskyInPlace(G, d, d) >= 0) return false;
  for (let j = 0; j < d; j++) if (!(G[j * d + j] ** 2 > PIVOT_NOISE * d)) return false;
  return true;
}

/** Conjugate gradients more than this with an R of an earlier Hessian, and the next gets one of its own. */
const REUSE_LIMIT = 20;
/** With a fresh R of 4d rows 1e-8 takes about 25 steps. */
const STEP_LIMIT = 100;

class IterativeDirection implements DirectionSolver {
  readonly firstLength = 1;
  innerIterations = 0;
  private readonly source: FactorSource;
  private factor: WeightedFactor | null = null;
  /** Of which it is the factor. */
  private factored = new Float64Array(0);

  constructor(
    private readonly A: RegressionMatrix,
    settings: DirectionSettings,
  ) {
    const rows = settings.sketchSize ?? preconditionerRows(A.columns);
    this.source = new FactorSource(A, settings, 'sparse-sign', rows);
  }

  get sketchSize(): number {
    return this.source.sketchSize;
  }

  solveInto(s: Float64Array, g: Float64Array, D: HessianDiagonal, criterion: number): boolean {
    const tolerance = innerTolerance(criterion);
    if (D.isModified && this.solveWith(s, g, D.curvature, D.weights, tolerance) === 'solved') return true;
    return this.solveWith(s, g, D.weights, D.weights, tolerance) === 'solved';
  }

  /** Solves with the given diagonal, first with the R at hand, then with one for the weights. */
  private solveWith(
    s: Float64Array,
    g: Float64Array,
    diagonal: Float64Array,
    weights: Float64Array,
    tolerance: number,
  ): Outcome {
    if (this.factor !== null && !isFar(this.factored, weights)) {
      const outcome = this.iterate(s, g, diagonal, this.factor, tolerance, REUSE_LIMIT);
      if (outcome !== 'too-slow') return outcome;
    }
    this.factor = this.source.next(weights);
    this.factored = weights.slice();
    if (this.factor === null) return 'indefinite';
    const outcome = this.iterate(s, g, diagonal, this.factor, tolerance, STEP_LIMIT);
    // what so many steps have found is a direction of descent still
    return outcome === 'too-slow' ? 'solved' : outcome;
  }

  private iterate(
    s: Float64Array,
    g: Float64Array,
    diagonal: Float64Array,
    { R, scale }: WeightedFactor,
    tolerance: number,
    limit: number,
  ): Outcome {
    const M = new PreconditionedGram(weightedOperator(this.A, diagonal), R, scale);
    const c = g.map((entry) => -entry);
    M.gradientInPlace(c);
    const iteration = new ConjugateGradient(M, c);
    const start = iteration.residualNorm;
    let outcome: Outcome = start === 0 ? 'solved' : 'too-slow';
    for (let step = 0; outcome === 'too-slow' && step < limit; step++) {
      this.innerIterations++;
      if (iteration.step() === 0) outcome = 'indefinite';
      else if (isSolved(iteration.residualNorm, start, tolerance)) outcome = 'solved';
    }
    M.toSolutionInto(s, iteration.z);
    return outcome;
  }
}

/**
 * Rows that have changed more leave rounding of the large columns as large as small columns: with R at D = I and then
 * D = (1e28, 1), conjugate gradients did not move the second.
 */
const LARGEST_WEIGHT_CHANGE = 2 ** 20;

function isFar(factored: Float64Array, weights: Float64Array): boolean {
  for (let i = 0; i < weights.length; i++) {
    const [before, now] = [factored[i], weights[i]];
    if (now > LARGEST_WEIGHT_CHANGE * before || before > LARGEST_WEIGHT_CHANGE * now) return true;
  }
  return false;
}

/** 'indefinite': a direction without positive curvature came up. */
type Outcome = 'solved' | 'too-slow' | 'indefinite';
