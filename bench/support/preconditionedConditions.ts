/** κ(R⁻ᵀAᵀAR⁻¹), R from the QR of S·A, for every kind of sketch and size, over draws of A and S. */
import { householderQr, type Matrix, type SketchKind, solveLeastSquares } from 'sketchsolve';
import { createSketch } from '../../src/sketch/create';
import {
  axesOnly,
  geometric,
  type PlantedMatrix,
  plantedMatrix,
  preconditionedValues,
  randomOrthonormal,
} from './plantedMatrix';
import { normalVector } from './randomData';
import { range } from './statistics';

export const KINDS: readonly SketchKind[] = ['sparse-sign', 'srht', 'countsketch', 'gaussian'];
/** m/d */
export const RATIOS: readonly number[] = [2, 4, 8, 16, 32];

export interface Shape {
  readonly n: number;
  readonly d: number;
  readonly draws: number;
}

export interface Conditions {
  readonly kind: SketchKind;
  readonly ratio: number;
  readonly kappa: number;
  /** One of every draw. */
  readonly values: readonly number[];
}

/** ((1 + √ρ)/(1 − √ρ))² for ρ = 1/ratio. */
export function bound(ratio: number): number {
  const root = Math.sqrt(1 / ratio);
  return ((1 + root) / (1 - root)) ** 2;
}

/** U a random subspace. One U, V and S serve every κ: what differs between the κ is rounding alone. */
export function randomConditions(
  { n, d, draws }: Shape,
  kappas: readonly number[],
  progress: (draw: number) => void,
): Conditions[] {
  const byDraw = range(draws).map((draw) => {
    progress(draw);
    const U = randomOrthonormal(n, d, 10 * draw + 1);
    const matrices = kappas.map((kappa) => plantedMatrix(U, geometric(d, kappa), 10 * draw + 2));
    return KINDS.map((kind) => RATIOS.map((ratio) => conditionsOf(matrices, kind, ratio, draw)));
  });
  return kappas.flatMap((kappa, q) =>
    KINDS.flatMap((kind, k) =>
      RATIOS.map((ratio, r) => ({ kind, ratio, kappa, values: byDraw.map((draw) => draw[k][r][q]) })),
    ),
  );
}

function conditionsOf(
  matrices: readonly PlantedMatrix[],
  kind: SketchKind,
  ratio: number,
  seed: number,
): number[] {
  const { rows: n, columns: d } = matrices[0].A;
  const sketch = createSketch(kind, ratio * d, n, seed);
  return matrices.map((planted) => {
    const values = preconditionedValues(planted, householderQr(sketch.apply(planted.A)).r);
    return (values[0] / values[d - 1]) ** 2;
  });
}

/** What conjugate gradients report where every column of A lives in d rows. */
export interface Repair {
  readonly kind: SketchKind;
  readonly ratio: number;
  /** One of every draw. */
  readonly conditions: readonly number[];
  readonly resketches: readonly number[];
  readonly backwardErrors: readonly number[];
}

/** U columns of the identity. A sketch that sends two of its rows to the same place is singular. */
export function axesConditions({ n, d, draws }: Shape, kappa: number): Repair[] {
  const matrices = range(draws).map((draw) =>
    plantedMatrix(axesOnly(n, d, 10 * draw + 1), geometric(d, kappa), 10 * draw + 2),
  );
  return KINDS.flatMap((kind) =>
    RATIOS.map((ratio) => {
      const stats = matrices.map(({ A }, seed) => solveSketched(A, kind, ratio * d, seed));
      return {
        kind,
        ratio,
        conditions: matrices.map((planted, seed) => conditionsOf([planted], kind, ratio, seed)[0]),
        resketches: stats.map(({ resketches }) => resketches),
        backwardErrors: stats.map(({ backwardError }) => backwardError),
      };
    }),
  );
}

function solveSketched(A: Matrix, sketch: SketchKind, sketchSize: number, seed: number) {
  const b = normalVector(A.rows, seed + 7);
  return solveLeastSquares(A, b, { method: 'conjugate-gradient', sketch, sketchSize, seed }).stats;
}
