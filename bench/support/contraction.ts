/** By how much a step of the papers' gradient descent multiplies the error: in theory, by eigenvalues, as measured. */
import { householderQr, type Matrix, solvePsdPower } from 'sketchsolve';
import { createSketch } from '../../src/sketch/create';
import { agree } from './agreement';
import { alternate, type PowerProblem, powerProblem, type Rule, type Step } from './alternating';
import { type PlantedMatrix, preconditionedValues } from './plantedMatrix';
import { normalVector } from './randomData';
import { largest, range } from './statistics';

export const RULES: readonly Rule[] = ['powers', 'least-squares'];
/** Over which a contraction is measured, unless the residual has reached SMALL before. */
const STEPS = 40;
const SMALL = 1e-12;
/** m/d from which the library takes the step for powers. */
const DEFAULT_RATIO = 120;

export interface Contraction {
  readonly rule: Rule;
  readonly ratio: number;
  /** max |1 − λ²| or |1 − λ| over the eigenvalues λ of M, by draw. */
  readonly radius: readonly number[];
  /** Mean factor of ‖c − Mz‖ a step, by draw. */
  readonly measured: readonly number[];
}

/** λ is between (1 + √ρ)⁻² and (1 − √ρ)⁻², ρ = 1/ratio. */
export function theory(rule: Rule, ratio: number): number {
  const root = Math.sqrt(1 / ratio);
  const power = rule === 'powers' ? 4 : 2;
  return Math.max(1 - (1 + root) ** -power, (1 - root) ** -power - 1);
}

/** What the paper calls R is the inverse of this one. */
export function factorOf(A: Matrix, ratio: number, seed: number): Matrix {
  const S = createSketch('sparse-sign', ratio * A.columns, A.rows, seed);
  return householderQr(S.apply(A)).r;
}

export function contractions(
  planted: PlantedMatrix,
  ratios: readonly number[],
  draws: number,
  progress: (ratio: number) => void,
): Contraction[] {
  const { A } = planted;
  const problem = powerProblem(A, normalVector(A.columns, 3), 1);
  checkAgainstLibrary(problem);
  return ratios.flatMap((ratio) => {
    progress(ratio);
    const factors = range(draws).map((draw) => factorOf(A, ratio, draw));
    return RULES.map((rule) => ({
      rule,
      ratio,
      radius: factors.map((R) => spectralRadius(rule, preconditionedValues(planted, R))),
      measured: factors.map((R) => meanContraction(alternate(problem, R, STEPS, rule)[0])),
    }));
  });
}

function spectralRadius(rule: Rule, singularValues: Float64Array): number {
  const power = rule === 'powers' ? 4 : 2;
  return largest([...singularValues].map((sigma) => Math.abs(1 - sigma ** power)));
}

function meanContraction(steps: readonly Step[]): number {
  const reached = steps.findIndex(({ residual }) => residual <= SMALL);
  const last = reached < 0 ? steps.length - 1 : reached;
  return steps[last].residual ** (1 / (last + 1));
}

/** The library's own gradient descent takes the same steps. */
function checkAgainstLibrary(problem: PowerProblem): void {
  const { A, b } = problem;
  const sketchSize = DEFAULT_RATIO * A.columns;
  const { stats } = solvePsdPower(A, b, 1, { method: 'gradient-descent', sketchSize, history: true });
  const steps = alternate(problem, factorOf(A, DEFAULT_RATIO, 0), 8, 'powers')[0];
  const plain = steps.map(({ residual }) => residual);
  agree('accumulation: residuals of the library', (stats.residualHistory ?? []).slice(0, 8), plain, 1e-9);
}
