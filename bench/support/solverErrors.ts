/** Backward and forward errors of least-squares solvers on problems whose exact solution is known. */
import { LuDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { type Matrix, type Method, solveLeastSquares } from 'sketchsolve';
import { mlLeastSquares, toMl } from '../../examples/support/mlMatrix';
import { backwardErrorFor } from '../../test/support/backwardError';
import { exactMatvec, leastSquaresReference } from '../../test/support/oracles';
import { relativeDistance } from './agreement';
import { geometric, plantedMatrix, randomOrthonormal } from './plantedMatrix';
import { normalVector } from './randomData';

const U_ROUNDOFF = 2 ** -52;

export interface Problem {
  readonly A: Matrix;
  readonly b: Float64Array;
  readonly kappa: number;
  /** ‖b − Ax‖ at the minimum, over ‖A‖‖x‖. */
  readonly residual: number;
  readonly seed: number;
}

export const OUR_METHODS: readonly Method[] = [
  'direct',
  'cholesky-qr',
  'conjugate-gradient',
  'heavy-ball',
  'gradient-descent',
];
export const ML_QR = 'ml-matrix QR';
export const ML_SQUARED = 'ml-matrix AᵀA';
export const SOLVERS: readonly string[] = [...OUR_METHODS, ML_QR, ML_SQUARED];

/** ‖A‖ = 1, κ(A) = kappa, b = Ax + residual·e with unit x and a unit e orthogonal to the columns of A. */
export function plantedProblem(n: number, d: number, kappa: number, residual: number, seed: number): Problem {
  const both = randomOrthonormal(n, d + 1, seed);
  const U: Matrix = { rows: n, columns: d, data: both.data.filter((_, p) => p % (d + 1) < d) };
  const { A } = plantedMatrix(U, geometric(d, kappa), seed + 1);
  const x = normalVector(d, seed + 2);
  const norm = Math.hypot(...x);
  const b = exactMatvec(
    A,
    x.map((entry) => entry / norm),
  );
  for (let i = 0; i < n; i++) b[i] += residual * both.data[i * (d + 1) + d];
  return { A, b, kappa, residual, seed };
}

export interface SolverErrors {
  /** Smallest relative change of A and b that makes x exact, in u = 2⁻⁵². */
  readonly backward: number;
  /** ‖x − x*‖/‖x*‖ over what a backward error of u may cost. */
  readonly forward: number;
}

/** κu(1 + κ‖r‖/(‖A‖‖x‖)): what a backward error of u may do to x (Wedin, BIT 13, 1973). */
export function allowedError(kappa: number, residual: number): number {
  return kappa * U_ROUNDOFF * (1 + kappa * residual);
}

/** Of every solver in SOLVERS, in that order. Oracles in double-double, so that they are right also at κ = 1e12. */
export function solverErrors(problem: Problem): SolverErrors[] {
  const { A, b, kappa, residual } = problem;
  const backwardError = backwardErrorFor(A);
  const reference = leastSquaresReference(A, b);
  const allowed = allowedError(kappa, residual);
  return SOLVERS.map((solver) => {
    const x = solveWith(solver, problem);
    return {
      backward: backwardError(x, b) / U_ROUNDOFF,
      forward: relativeDistance(x, reference.x) / allowed,
    };
  });
}

function solveWith(solver: string, { A, b, seed }: Problem): Float64Array {
  if (solver === ML_QR) return mlLeastSquares(A, false)(b);
  if (solver === ML_SQUARED) return solveSquared(A, b);
  const method = OUR_METHODS.find((name) => name === solver);
  if (method === undefined) throw new Error(`stability: no solver ${solver}`);
  return solveLeastSquares(A, b, { method, seed }).x;
}

/** AᵀA x = Aᵀb by LU; from κ(A) = 1e8 on AᵀA may be singular to rounding, which is refused and counts as x = 0. */
function solveSquared(A: Matrix, b: Float64Array): Float64Array {
  const wrapped = toMl(A);
  const transposed = wrapped.transpose();
  const factor = new LuDecomposition(transposed.mmul(wrapped));
  if (factor.isSingular()) return new Float64Array(A.columns);
  return Float64Array.from(factor.solve(transposed.mmul(MlMatrix.columnVector(b))).to1DArray());
}
