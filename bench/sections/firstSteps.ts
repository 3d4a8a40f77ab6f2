/**
 * Three small cases to begin with. 'two by two': preconditioned gradient descent on a 2 × 2 positive definite system, every
 * number of every step. 'spectral preservation': R from the QR of a sketch S·A of a 100 × 10 matrix makes A·R⁻¹ nearly
 * orthonormal, singular values within [1 − ε, 1 + ε]. 'cubes': a sketch of x ⊗ x ⊗ x keeps ⟨x, x⟩³ up to an error that
 * falls as 1/√m. All three are steps on the way of
 * Song, Yin & Zhang, arXiv 2308.14304.
 */
import { householderQr, type SketchKind, tensorSrht } from 'sketchsolve';
import { solveUpperInPlace, solveUpperTransposedInPlace } from '../../src/dense/triangular';
import { createSketch } from '../../src/sketch/create';
import { relativeDistance } from '../support/agreement';
import { logLogSlope, type Slope } from '../support/fit';
import { geometric, plantedMatrix, preconditionedValues, randomOrthonormal } from '../support/plantedMatrix';
import { normalVector } from '../support/randomData';
import type { Figure, Section, Series, Table } from '../support/section';
import { largest, median, range, rootMeanSquare } from '../support/statistics';
import { shortNumber } from '../support/timing';

export const firstSteps: Section = {
  name: 'first-steps',
  shows: 'three small cases: gradient descent on a 2 × 2 system, sketch + QR of 100 × 10, a sketch of cubes',
  seconds: { quick: 2, full: 10 },
  run({ quick, progress }) {
    const steps = twoByTwo();
    progress('spectral preservation');
    const spectra = preservation(quick ? 20 : 200);
    progress('cubes');
    const errors = cubeErrors(quick ? 100 : 1000);
    const slope = logLogSlope(errors.map(({ m, error }) => [m, error]));
    return {
      tables: [stepTable(steps), preservationTable(spectra), valueTable(), cubeTable(errors, slope)],
      figures: [...stepFigures(steps), ...preservationFigures(spectra), ...cubeFigures(errors, slope)],
      series: cubeSeries(errors),
      chart: {
        title: 'Cubes: error of ‖S(x ⊗ x ⊗ x)‖² against the length of the sketch',
        x: { name: 'rows of the sketch, m', unit: '', scale: 'log' },
        y: { name: 'root mean square of the relative error', unit: '', scale: 'log' },
      },
    };
  },
};

/** P = [4 2; 2 3], x* = (1, 2). R is the Cholesky factor [2 1; 0 √2] with 1.5 in place of √2: M = diag(1, 8/9). */
const P = [4, 2, 2, 3];
const SOLUTION = [1, 2];
const RIGHT_SIDE = [8, 8];
const PRECONDITIONER = Float64Array.from([2, 1, 0, 1.5]);
const STEPS = 6;

interface TwoByTwo {
  readonly z: readonly number[];
  readonly x: readonly number[];
  /** ‖x − x*‖/‖x*‖, and that of gradient descent on Px = b itself, step 1/λ₁. */
  readonly error: number;
  readonly plainError: number;
}

/** z ← z − M(Mz − c), M = R⁻ᵀPR⁻¹, c = R⁻ᵀb, x = R⁻¹z. */
function twoByTwo(): TwoByTwo[] {
  const c = Float64Array.from(RIGHT_SIDE);
  solveUpperTransposedInPlace(c, 0, PRECONDITIONER, 2, 2);
  const z = new Float64Array(2);
  let plain = [0, 0];
  return range(STEPS + 1).map((step) => {
    if (step > 0) {
      const residual = timesM(z).map((entry, k) => entry - c[k]);
      timesM(residual).forEach((entry, k) => {
        z[k] -= entry;
      });
      const gradient = timesP(plain).map((entry, k) => entry - RIGHT_SIDE[k]);
      plain = plain.map((entry, k) => entry - gradient[k] / LARGEST);
    }
    const x = z.slice();
    solveUpperInPlace(x, 0, PRECONDITIONER, 2, 2);
    return {
      ...{ z: [...z], x: [...x] },
      error: relativeDistance(x, SOLUTION),
      plainError: relativeDistance(plain, SOLUTION),
    };
  });
}

/** Of P: (7 + √17)/2. */
const LARGEST = (7 + Math.sqrt(17)) / 2;

function timesP(v: ArrayLike<number>): number[] {
  return [P[0] * v[0] + P[1] * v[1], P[2] * v[0] + P[3] * v[1]];
}

function timesM(v: Float64Array): Float64Array {
  const x = v.slice();
  solveUpperInPlace(x, 0, PRECONDITIONER, 2, 2);
  const g = Float64Array.from(timesP(x));
  solveUpperTransposedInPlace(g, 0, PRECONDITIONER, 2, 2);
  return g;
}

function stepTable(steps: readonly TwoByTwo[]): Table {
  return {
    title:
      'Two by two: [4 2; 2 3]x = (8, 8), x* = (1, 2), R = [2 1; 0 1.5], M = diag(1, 8/9): z ← z − M(Mz − c), x = R⁻¹z. The\n' +
      'error has one part, along the eigenvalue 8/9: each step multiplies it by 1 − (8/9)² = 17/81 = 0.2099',
    header: ['step', 'z₁', 'z₂', 'x₁', 'x₂', '‖x − x*‖/‖x*‖', 'without R'],
    rows: steps.map(({ z, x, error, plainError }, k) => [
      k,
      ...[...z, ...x].map((entry) => entry.toFixed(6)),
      shortNumber(error),
      shortNumber(plainError),
    ]),
  };
}

function stepFigures(steps: readonly TwoByTwo[]): Figure[] {
  const last = steps[STEPS];
  const factor = (of: 'error' | 'plainError') => (last[of] / steps[2][of]) ** (1 / (STEPS - 2));
  return [
    { name: 'two by two: factor of the error a step', value: factor('error'), unit: '' },
    { name: 'two by two: factor without R', value: factor('plainError'), unit: '' },
    { name: `two by two: error after ${STEPS} steps`, value: last.error, unit: '' },
  ];
}

const ROWS = 100;
const COLUMNS = 10;
const SKETCH_ROWS = [20, 40, 60, 80];
const KINDS: readonly SketchKind[] = ['srht', 'sparse-sign', 'gaussian'];

interface Preservation {
  readonly kind: SketchKind;
  readonly m: number;
  /** Smallest and largest singular value of A·R⁻¹, by draw. */
  readonly least: readonly number[];
  readonly most: readonly number[];
  /** The least ε with every singular value of S·U in [1 − ε, 1 + ε], by draw. */
  readonly epsilon: readonly number[];
}

const SMALL = plantedMatrix(randomOrthonormal(ROWS, COLUMNS, 1), geometric(COLUMNS, 1e6), 2);

function preservation(draws: number): Preservation[] {
  return KINDS.flatMap((kind) =>
    SKETCH_ROWS.map((m) => {
      const values = range(draws).map((seed) => valuesBehind(kind, m, seed));
      return {
        ...{ kind, m },
        least: values.map((s) => s[COLUMNS - 1]),
        most: values.map((s) => s[0]),
        // the singular values of S·U are the reciprocals
        epsilon: values.map((s) => Math.max(1 / s[COLUMNS - 1] - 1, 1 - 1 / s[0])),
      };
    }),
  );
}

function valuesBehind(kind: SketchKind, m: number, seed: number): Float64Array {
  const S = createSketch(kind, m, ROWS, seed);
  return preconditionedValues(SMALL, householderQr(S.apply(SMALL.A)).r);
}

function preservationTable(spectra: readonly Preservation[]): Table {
  const draws = spectra[0].least.length;
  return {
    title:
      `Spectral preservation: A is ${ROWS} × ${COLUMNS} with κ(A) = 1e6, R from the QR of S·A. Least and largest singular value of\n` +
      `A·R⁻¹, median (extreme) of ${draws} draws; ε so that those of S·U are within 1 ± ε, median (worst); √ρ = √(${COLUMNS}/m)`,
    header: ['sketch', 'm', 'least', 'largest', 'ε', '√ρ'],
    rows: spectra.map(({ kind, m, least, most, epsilon }) => [
      ...[kind, m],
      `${median(least).toFixed(2)} (${(-largest(least.map((value) => -value))).toFixed(2)})`,
      `${median(most).toFixed(2)} (${largest(most).toFixed(2)})`,
      `${median(epsilon).toFixed(2)} (${largest(epsilon).toFixed(2)})`,
      Math.sqrt(COLUMNS / m).toFixed(2),
    ]),
  };
}

function preservationFigures(spectra: readonly Preservation[]): Figure[] {
  return spectra.flatMap(({ kind, m, least, most, epsilon }): Figure[] => {
    const name = `spectral preservation, ${kind}, m = ${m}`;
    return [
      { name: `${name}: least singular value`, value: median(least), unit: '' },
      { name: `${name}: largest singular value`, value: median(most), unit: '' },
      { name: `${name}: epsilon`, value: median(epsilon), unit: '' },
    ];
  });
}

/** One draw in full. */
function valueTable(): Table {
  const m = SKETCH_ROWS[1];
  return {
    title: `The ten singular values of A·R⁻¹, m = ${m}, first draw; those of A lie between 1 and 1e-6`,
    header: ['sketch', ...range(COLUMNS).map((k) => `${k + 1}`)],
    rows: KINDS.map((kind) => [kind, ...[...valuesBehind(kind, m, 0)].map((value) => value.toFixed(3))]),
  };
}

const LENGTHS = [16, 64, 256, 1024, 4096];
const VARIABLES = 64;
const DEGREE = 3;

interface CubeError {
  readonly m: number;
  /** Root mean square of ‖S x^⊗3‖² − 1 over draws of S and of the unit vector x. */
  readonly error: number;
}

function cubeErrors(draws: number): CubeError[] {
  return LENGTHS.map((m) => {
    const errors = range(draws).map((seed) => {
      const x = normalVector(VARIABLES, seed + 1);
      const S = tensorSrht({ rows: m, columns: VARIABLES, degree: DEGREE, seed });
      const square = (v: Float64Array) => v.reduce((sum, entry) => sum + entry * entry, 0);
      return square(S.apply([x]).data) / square(x) ** DEGREE - 1;
    });
    return { m, error: rootMeanSquare(errors) };
  });
}

/** Relative variance (1 + 8/m)^(p−1) − 1. */
function cubeTheory(m: number): number {
  return Math.sqrt((1 + 8 / m) ** (DEGREE - 1) - 1);
}

function cubeTable(errors: readonly CubeError[], { slope, halfWidth }: Slope): Table {
  return {
    title:
      `Cubes: root mean square of ‖S(x ⊗ x ⊗ x)‖² − 1, unit x of length ${VARIABLES}, TensorSRHT; slope of log error against\n` +
      `log m ${slope.toFixed(2)} ± ${halfWidth.toFixed(2)} (half of the 95% interval), theory −0.5`,
    header: ['m', 'error', 'theory', 'error·√m'],
    rows: errors.map(({ m, error }) => [
      ...[m, shortNumber(error), shortNumber(cubeTheory(m)), (error * Math.sqrt(m)).toFixed(2)],
    ]),
  };
}

function cubeFigures(errors: readonly CubeError[], { slope, halfWidth }: Slope): Figure[] {
  const spread = [slope - halfWidth, slope + halfWidth] as const;
  const each = errors.map(({ m, error }) => ({ name: `cubes, m = ${m}: error`, value: error, unit: '' }));
  return [{ name: 'cubes: slope', value: slope, unit: '', spread }, ...each];
}

function cubeSeries(errors: readonly CubeError[]): Series[] {
  return [
    { name: 'TensorSRHT', role: 'ours', points: errors.map(({ m, error }) => [m, error]) },
    { name: 'theory, slope −½', role: 'reference', points: errors.map(({ m }) => [m, cubeTheory(m)]) },
  ];
}
