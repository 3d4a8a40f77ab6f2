/**
 * What the exp, cosh and sinh regressions share: the door, the iteration and the result.
 */
import { checkNumber } from '../core/checks';
import { checkCsr, isCsr } from '../core/csr';
import { SketchSolveError } from '../core/errors';
import { type MatrixLike, toMatrix, toVector, type VectorLike } from '../core/matrix';
import { checkTall, MAX_ENTRIES } from '../core/sizes';
import { ldexp, norm2 } from '../dense/vector';
import { type NewtonReason, newton } from '../iterative/newton';
import { abortedError, Monitor } from '../iterative/stopping';
import { chooseRegressionMethod } from './regressionChoice';
import { weightedCondition } from './regressionCondition';
import { negativeCurvature } from './regressionCurvature';
import { directionSolver } from './regressionDirection';
import { isConvex, type RegressionFunction } from './regressionFunction';
import { RegressionObjective } from './regressionObjective';
import {
  type RegressionMethod,
  type RegressionOptions,
  type RegressionSettings,
  resolveRegressionOptions,
} from './regressionOptions';
import type { RegressionResult, RegressionStatus } from './regressionResult';
import { movingRows, type ScaledRegression, scaledRegression } from './regressionScaling';
import { curvatureStart, scaledGuess } from './regressionStart';
import { RegressionSystem } from './regressionSystem';

/** Steps in which the criterion must halve, or the iteration has stagnated. */
const PATIENCE = 8;

/** A checked problem with everything that is drawn or factored still to come. */
interface OpenRegression extends ScaledRegression {
  readonly caller: string;
  readonly objective: RegressionObjective;
  readonly convex: boolean;
  readonly method: RegressionMethod;
  readonly settings: RegressionSettings;
  /** In the coordinates of the scaled matrix. */
  readonly guess: Float64Array | null;
}

/** min ½‖f(Ax) − b‖² + ½‖diag(w)Ax‖² for one of the three f. */
export function solveRegression(
  caller: string,
  kind: RegressionFunction,
  A: MatrixLike,
  b: VectorLike,
  w: number | VectorLike,
  options: RegressionOptions,
): RegressionResult {
  const open = openRegression(caller, kind, A, b, w, options);
  const { matrix, objective, method, settings } = open;
  const history: number[] | undefined = settings.history ? [] : undefined;
  const { tolerance, maxIterations, signal, onIteration } = settings;
  const rules = { tolerance, maxIterations, signal, onIteration, history, patience: PATIENCE };
  const monitor = new Monitor(caller, rules);
  const solver = directionSolver(method, matrix, { ...settings, caller });
  const system = new RegressionSystem(matrix, objective, solver);
  const x = startingPoint(open);
  const { reason, criterion } = newton(system, x, monitor);
  system.moveTo(x);
  const status = statusOf(open, reason);
  return {
    x: toCaller(open, x),
    status,
    converged: status === 'converged',
    stats: {
      method,
      iterations: monitor.iterations,
      innerIterations: solver.innerIterations,
      conditionEstimate: weightedCondition(matrix, objective.curvature, settings.seed),
      passes: matrix.passes,
      ...figures(open, system),
      criterion,
      convex: open.convex,
      global: status === 'converged' && open.convex,
      sketchSize: solver.sketchSize,
      seed: settings.seed,
      ...(history === undefined ? {} : { criterionHistory: history }),
    },
  };
}

function openRegression(
  caller: string,
  kind: RegressionFunction,
  given: MatrixLike,
  givenB: VectorLike,
  w: number | VectorLike,
  options: RegressionOptions,
): OpenRegression {
  const A = isCsr(given) ? checkCsr(caller, 'A', given) : toMatrix(caller, 'A', given);
  const { rows: n, columns: d } = A;
  checkShape(caller, n, d);
  const b = toVector(caller, 'b', givenB, n, 'A.rows');
  const wSq = squaredWeights(caller, w, n);
  const settings = resolveRegressionOptions(caller, options, d);
  const guess =
    settings.initialGuess === undefined
      ? null
      : toVector(caller, 'initialGuess', settings.initialGuess, d, 'A.columns');
  if (settings.signal?.aborted) throw abortedError(caller, 0);
  const scaled = scaledRegression(A);
  return {
    ...scaled,
    caller,
    objective: new RegressionObjective(kind, b, wSq, movingRows(A)),
    convex: isConvex(kind, b, wSq),
    method: settings.method === 'auto' ? chooseRegressionMethod(A) : settings.method,
    settings,
    guess: guess === null ? null : guess.map((entry, j) => ldexp(entry, -exponentAt(scaled, j))),
  };
}

/** Every method keeps d × d matrices: of the Hessian or of its factor. */
function checkShape(caller: string, n: number, d: number): void {
  checkTall(caller, n, d);
  if (d * d <= MAX_ENTRIES) return;
  throw new SketchSolveError(
    'SHAPE',
    `${caller}: A is ${n} × ${d}, and the Hessian has ${d}² entries, expected at most ${MAX_ENTRIES}`,
    { rows: n, columns: d },
  );
}

/** Beyond, w² would overflow. */
const LARGEST_WEIGHT = 1e150;

/** w² for every row, from one w or one a row. */
function squaredWeights(caller: string, w: number | VectorLike, n: number): Float64Array {
  if (typeof w === 'number') {
    checkNumber(caller, 'w', w, 0, LARGEST_WEIGHT);
    return new Float64Array(n).fill(w * w);
  }
  const weights = toVector(caller, 'w', w, n, 'A.rows');
  for (let i = 0; i < n; i++) checkNumber(caller, `w[${i}]`, weights[i], 0, LARGEST_WEIGHT);
  return weights.map((weight) => weight * weight);
}

function startingPoint({ caller, matrix, objective, convex, settings, guess }: OpenRegression): Float64Array {
  const start = guess === null ? null : scaledGuess(matrix, objective, guess, convex);
  if (start !== null) return start;
  if (objective.kind !== 'cosh' || convex) return new Float64Array(matrix.columns);
  return curvatureStart(caller, matrix, objective, settings.seed);
}

/** What the reason means for the caller; a stationary point may turn out to be no minimum. */
function statusOf({ matrix, objective, convex }: OpenRegression, reason: NewtonReason): RegressionStatus {
  if (reason === 'bad-preconditioner') return 'stagnated';
  if (reason !== 'converged' || convex || !objective.isModified) return reason;
  return negativeCurvature(matrix, objective.curvature) === null ? 'converged' : 'saddle';
}

/** Norms at the last point, in the caller's units. */
function figures(open: OpenRegression, system: RegressionSystem) {
  const gradient = system.gradientAtX.map((entry, j) => ldexp(entry, -exponentAt(open, j)));
  return {
    value: open.objective.value,
    gradientNorm: norm2(gradient, 0, gradient.length),
    residualNorm: open.objective.residualNorm(),
  };
}

function exponentAt({ exponents }: ScaledRegression, j: number): number {
  return exponents === null ? 0 : exponents[j];
}

/** x from the solution for the scaled matrix. */
function toCaller(open: OpenRegression, y: Float64Array): Float64Array {
  const x = y.map((entry, j) => ldexp(entry, exponentAt(open, j)));
  const at = x.findIndex((entry) => !Number.isFinite(entry));
  if (at < 0) return x;
  throw new SketchSolveError(
    'OUT_OF_RANGE',
    `${open.caller}: x[${at}] is about 2^${exponentAt(open, at)}, expected an answer within the range of doubles; scale A`,
    { log2Scale: exponentAt(open, at), index: at },
  );
}
