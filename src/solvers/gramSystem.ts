/**
 * A tall matrix with its factor: what least squares and powers of AᵀA share. A rank-deficient A is replaced
 * by A·V, V an orthonormal basis of its row space: a full-rank problem whose solution y gives the
 * minimum-norm x = V·y, for least squares and, since AᵀA = V(AV)ᵀ(AV)Vᵀ, for every power.
 */
import { SketchSolveError } from '../core/errors';
import type { Matrix } from '../core/matrix';
import { gemmInto } from '../dense/gemm';
import { matvecInto, matvecTransposedInto } from '../dense/matvec';
import { norm2 } from '../dense/vector';
import { ConjugateGradient } from '../iterative/conjugateGradient';
import { GradientDescent } from '../iterative/gradientDescent';
import { HeavyBall } from '../iterative/heavyBall';
import { PreconditionedGram } from '../iterative/preconditionedGram';
import type { MatrixNorms } from '../iterative/refinement';
import type { SpdIteration } from '../iterative/spdIteration';
import { DenseTallOperator } from '../iterative/tallOperator';
import { scaleColumnsInPlace } from '../precondition/columnScaling';
import { extremeSingularValues } from '../precondition/conditionEstimate';
import { orthogonalComplement } from '../precondition/nullSpace';
import {
  type FactorPlan,
  factorTall,
  isRankDeficiency,
  MIN_NORM_RESIDUAL,
  NULL_RESIDUAL,
  type RankDeficiency,
  type TallFactor,
} from '../precondition/tallFactor';
import type { Spectrum } from './accuracy';
import { factorKind, sketchSizeFor } from './methodChoice';
import type { Method, Settings } from './options';

const MAX_REPLACEMENTS = 3;

export class GramSystem {
  readonly operator: DenseTallOperator;
  readonly rank: number;
  private readonly matrix: Matrix;
  /** d × rank, orthonormal columns; null for full rank. */
  private readonly rowSpace: Matrix | null;
  private factor: TallFactor;
  private preconditioned: PreconditionedGram;
  private unscaled: Float64Array;
  private extremes: Spectrum;
  private factorPasses: number;
  private passesBefore = 0;
  private replacements = 0;

  /**
   * @param given - A·2^−exponent.
   * @param powers - the factor will serve solves with AᵀA, not only least squares.
   */
  constructor(
    readonly caller: string,
    readonly given: Matrix,
    readonly exponent: number,
    readonly method: Method,
    readonly settings: Settings,
    powers: boolean,
  ) {
    const d = given.columns;
    const plan: FactorPlan = {
      kind: factorKind(method),
      sketch: settings.sketch,
      sketchSize: sketchSizeFor(settings, method, d, powers),
      seed: settings.seed,
    };
    const first = factorTall(given, plan, settings.minNorm ? MIN_NORM_RESIDUAL : NULL_RESIDUAL);
    if (isRankDeficiency(first)) {
      this.rowSpace = this.rowSpaceOrThrow(first);
      this.matrix = multiply(given, this.rowSpace);
      const second = factorTall(this.matrix, plan, 0);
      if (isRankDeficiency(second)) throw this.rankError(first);
      this.factor = second;
    } else {
      this.rowSpace = null;
      this.matrix = given;
      this.factor = first;
    }
    this.rank = this.matrix.columns;
    this.factorPasses = this.factor.passes + (this.rowSpace === null ? 0 : 3);
    this.operator = new DenseTallOperator(this.matrix);
    this.preconditioned = new PreconditionedGram(
      this.operator,
      this.factor.R,
      this.factor.sketched.scaling.scale,
    );
    this.unscaled = unscaledFactor(this.factor, this.rank);
    this.extremes = extremeSingularValues(this.unscaled, this.rank);
  }

  get M(): PreconditionedGram {
    return this.preconditioned;
  }

  /** R of A as given (or of A·V): rank × rank upper triangular, columns not scaled. */
  get R(): Float64Array {
    return this.unscaled;
  }

  get tallFactor(): TallFactor {
    return this.factor;
  }

  get spectrum(): Spectrum {
    return this.extremes;
  }

  get norms(): MatrixNorms {
    const { largest, smallest } = this.extremes;
    return {
      frobenius: norm2(this.unscaled, 0, this.unscaled.length),
      largest,
      condition: largest / smallest,
    };
  }

  /** Passes over A of the factorisation and, since `begin`, of the solve. */
  get passes(): number {
    return this.factorPasses + this.operator.passes - this.passesBefore;
  }

  /** A new solve: its passes count from here. */
  begin(): void {
    this.passesBefore = this.operator.passes;
  }

  get resketches(): number {
    return this.factor.resketches + this.replacements;
  }

  get sketchSize(): number {
    return this.factor.sketched.sketch?.rows ?? 0;
  }

  /** Whether R is a factor to rounding rather than a preconditioner. */
  get isFactored(): boolean {
    return factorKind(this.method) !== 'preconditioner';
  }

  /** The iteration of the chosen method for M z = c. */
  iteration(c: Float64Array, forPowers: boolean): SpdIteration {
    const rho = this.sketchSize === 0 ? 0 : this.rank / this.sketchSize;
    if (this.method === 'heavy-ball') return new HeavyBall(this.M, c, rho);
    if (this.method === 'gradient-descent') {
      return new GradientDescent(this.M, c, this.settings.stepSize, forPowers);
    }
    return new ConjugateGradient(this.M, c);
  }

  /** Replaces a preconditioner that the iteration found bad; false when that was done too often. */
  replacePreconditioner(): boolean {
    if (this.replacements >= MAX_REPLACEMENTS) return false;
    this.replacements++;
    const plan: FactorPlan = {
      kind: 'preconditioner',
      sketch: 'sparse-sign',
      sketchSize: 2 * Math.max(this.sketchSize, this.rank),
      seed: `${this.settings.seed}/replacement ${this.replacements}`,
    };
    const next = factorTall(this.matrix, plan, 0);
    if (isRankDeficiency(next)) return false;
    this.factor = { ...next, resketches: next.resketches + this.factor.resketches };
    this.factorPasses += next.passes;
    this.preconditioned = new PreconditionedGram(this.operator, next.R, next.sketched.scaling.scale);
    this.unscaled = unscaledFactor(next, this.rank);
    this.extremes = extremeSingularValues(this.unscaled, this.rank);
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
    if (!this.settings.minNorm || deficiency.rank === 0) throw this.rankError(deficiency);
    return orthogonalComplement(deficiency.nullBasis);
  }

  private rankError({ rank, nullBasis }: RankDeficiency): SketchSolveError {
    const d = this.given.columns;
    return new SketchSolveError(
      'RANK_DEFICIENT',
      `${this.caller}: A has rank ${rank} to working precision, expected ${d} (= A.columns); minNorm: true gives the solution of minimum norm`,
      { rank, columns: d, nullBasis },
    );
  }
}

/** R·C⁻¹. */
function unscaledFactor(factor: TallFactor, d: number): Float64Array {
  const R = factor.R.slice();
  scaleColumnsInPlace(R, factor.sketched.scaling.inverse, d, d);
  return R;
}

function multiply(A: Matrix, V: Matrix): Matrix {
  const data = new Float64Array(A.rows * V.columns);
  gemmInto(
    data,
    0,
    V.columns,
    A.data,
    0,
    A.columns,
    false,
    V.data,
    0,
    V.columns,
    false,
    A.rows,
    V.columns,
    A.columns,
    1,
    0,
  );
  return { rows: A.rows, columns: V.columns, data };
}
