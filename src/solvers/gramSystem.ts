/**
 * A tall matrix with its factor: what least squares and powers of AᵀA share. A rank-deficient A is replaced
 * by A·V, V an orthonormal basis of its row space: a full-rank problem whose solution y gives the
 * minimum-norm x = V·y, for least squares and, since AᵀA = V(AV)ᵀ(AV)Vᵀ, for every power.
 */

import { isCsr, type TallMatrix } from '../core/csr';
import type { Matrix } from '../core/matrix';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { ConjugateGradient } from '../iterative/conjugateGradient';
import { GradientDescent } from '../iterative/gradientDescent';
import { HeavyBall } from '../iterative/heavyBall';
import type { SpdIteration } from '../iterative/spdIteration';
import { type TallOperator, tallOperator } from '../iterative/tallOperator';
import { orthogonalComplement } from '../precondition/nullSpace';
import {
  type FactorPlan,
  factorTall,
  isRankDeficiency,
  MIN_NORM_RESIDUAL,
  NULL_RESIDUAL,
  type RankDeficiency,
} from '../precondition/tallFactor';
import { projectedCsr, type TallInput, timesBasis } from '../sparse/projectedCsr';
import { FactoredGram } from './factoredGram';
import { factorKind, sketchSizeFor } from './methodChoice';
import type { Method, Settings } from './options';
import { rankError } from './rankDeficiency';

const MAX_REPLACEMENTS = 3;

export class GramSystem {
  readonly operator: TallOperator;
  /** A zero matrix has nothing to factor: its results are known, and a column of ones stands in for it. */
  private readonly isZero: boolean;
  private readonly matrix: TallInput;
  /** d × rank, orthonormal columns; null for full rank. */
  private readonly rowSpace: Matrix | null;
  private readonly original: FactoredGram;
  private current: FactoredGram;
  private readonly preparation: number;
  private passesBefore = 0;
  private replacementPasses = 0;
  private replacements = 0;

  /**
   * @param given - A·2^−exponent.
   * @param solves - how many solves the factor will serve, as in chooseMethod.
   * @param powers - they include solves with AᵀA, not only least squares.
   */
  constructor(
    readonly caller: string,
    readonly given: TallMatrix,
    readonly exponent: number,
    readonly method: Method,
    readonly settings: Settings,
    solves: number,
    powers: boolean,
  ) {
    const plan: FactorPlan = {
      kind: factorKind(method),
      sketch: settings.sketch,
      sketchSize: sketchSizeFor(settings, method, given, solves, powers),
      seed: settings.seed,
      frugal: method === 'conjugate-gradient',
    };
    const first = factorTall(given, plan, settings.minNorm ? MIN_NORM_RESIDUAL : NULL_RESIDUAL);
    this.rowSpace = isRankDeficiency(first) ? this.rowSpaceOrThrow(first) : null;
    this.isZero = this.rowSpace?.columns === 0;
    if (this.isZero)
      this.matrix = { rows: given.rows, columns: 1, data: new Float64Array(given.rows).fill(1) };
    else this.matrix = this.rowSpace === null ? given : multiply(given, this.rowSpace);
    const factor = isRankDeficiency(first) ? factorTall(this.matrix, plan, 0) : first;
    if (isRankDeficiency(factor)) throw rankError(caller, given, factor);
    this.operator = tallOperator(this.matrix);
    this.original = new FactoredGram(this.operator, factor, this.isFactored);
    this.current = this.original;
    // a deficiency is found by a factorisation of its own, and forming A·V is one product more
    const before = isRankDeficiency(first) ? first.passes + (isCsr(given) ? 0 : 1) : 0;
    this.preparation = factor.passes + before;
  }

  get factored(): FactoredGram {
    return this.current;
  }

  get rank(): number {
    return this.isZero ? 0 : this.matrix.columns;
  }

  /** Passes over A of the factorisation and, since `begin`, of the solve. */
  get passes(): number {
    return this.preparation + this.replacementPasses + this.operator.passes - this.passesBefore;
  }

  get resketches(): number {
    return this.current.factor.resketches + this.replacements;
  }

  /** Whether R is a factor to rounding rather than a preconditioner. */
  get isFactored(): boolean {
    return factorKind(this.method) !== 'preconditioner';
  }

  /** A new solve starts from the original factor, so that its result does not depend on those before it. */
  begin(): void {
    this.current = this.original;
    this.replacements = 0;
    this.replacementPasses = 0;
    this.passesBefore = this.operator.passes;
  }

  /** The iteration of the chosen method for M z = c. */
  iteration(c: Float64Array, forPowers: boolean): SpdIteration {
    const { M, sketchSize } = this.current;
    if (this.method === 'heavy-ball')
      return new HeavyBall(M, c, sketchSize === 0 ? 0 : this.rank / sketchSize);
    if (this.method === 'gradient-descent') {
      return new GradientDescent(M, c, this.settings.stepSize, forPowers);
    }
    return new ConjugateGradient(M, c);
  }

  /** Replaces a preconditioner that the iteration found bad; false when that was done too often. */
  replacePreconditioner(): boolean {
    if (this.replacements >= MAX_REPLACEMENTS) return false;
    this.replacements++;
    const plan: FactorPlan = {
      kind: 'preconditioner',
      sketch: 'sparse-sign',
      sketchSize: 2 * Math.max(this.current.sketchSize, this.rank),
      seed: `${this.settings.seed}/replacement ${this.replacements}`,
    };
    const next = factorTall(this.matrix, plan, 0);
    if (isRankDeficiency(next)) return false;
    this.replacementPasses += next.passes;
    const resketches = next.resketches + this.current.factor.resketches;
    this.current = new FactoredGram(this.operator, { ...next, resketches }, false);
    return true;
  }

  /** x of length d from the solution y of the full-rank problem. */
  expand(y: Float64Array): Float64Array {
    if (this.rowSpace === null) return y;
    const x = new Float64Array(this.rowSpace.rows);
    matvecInto(x, this.rowSpace.data, this.rowSpace.rows, this.rowSpace.columns, y);
    return x;
  }

  /** Coordinates in the row space of A of a vector of length d. */
  restrict(x: Float64Array): Float64Array {
    if (this.rowSpace === null) return x;
    const y = new Float64Array(this.rowSpace.columns);
    matvecTransposedInto(y, this.rowSpace.data, this.rowSpace.rows, this.rowSpace.columns, x);
    return y;
  }

  private rowSpaceOrThrow(deficiency: RankDeficiency): Matrix {
    if (!this.settings.minNorm) throw rankError(this.caller, this.given, deficiency);
    return orthogonalComplement(deficiency.nullBasis);
  }
}

function multiply(A: TallMatrix, V: Matrix): TallInput {
  if (isCsr(A)) return projectedCsr(A, V);
  return { rows: A.rows, columns: V.columns, data: timesBasis(A.data, A.rows, V) };
}
