/**
 * Sketches of tensor powers: Z with ZZᵀ ≈ (AAᵀ)ᵖ entry by entry, from which the proxy of exp(AAᵀ) of Song, Yin & Zhang,
 * arXiv 2308.14304, is put together. TensorSRHT (Ahle et al., SODA 2020) against TensorSketch (Pham & Pagh, KDD 2013)
 * and all monomials, on rows whose AAᵀ has a planted stable rank and on the digits. The variance of an entry is about
 * 8(p − 1)/m for the first and up to 3ᵖ/m for the second, and both errors fall as 1/√m. And what the log p random choices
 * of the paper, one for each level of the tree, do to the mean: at p = 4 it is ρ⁴(1 + ((2 + ρ⁻²)² − 1)/m) for ⟨x, y⟩ = ρ.
 */
import { exponentialFeatures, type Matrix, tensorCountSketch, tensorSrht } from 'sketchsolve';
import { symmetricLength } from '../../src/sketch/symmetricPower';
import { logLogSlope } from '../support/fit';
import type { Context, Figure, Section, Series, Table } from '../support/section';
import { mean, range } from '../support/statistics';
import { biases, biasFigure, biasTable } from '../support/tensorBias';
import {
  distanceToKernel,
  exactFeatures,
  kernelOf,
  plantedRows,
  spectralNorm,
  stableRankOf,
  unitDigits,
} from '../support/tensorKernels';
import { interleave, shortNumber, type Timing, timeText } from '../support/timing';

interface Sizes {
  readonly n: number;
  readonly d: number;
  readonly stableRanks: readonly number[];
  readonly degrees: readonly number[];
  /** m */
  readonly sizes: readonly number[];
  readonly seeds: number;
  /** Degrees of which all monomials are computed. */
  readonly exactDegrees: readonly number[];
  /** Columns of the features of exp(AAᵀ). */
  readonly featureColumns: readonly number[];
  readonly draws: number;
}

const FULL: Sizes = {
  n: 500,
  d: 64,
  stableRanks: [2, 8, 32],
  degrees: [2, 4, 8],
  sizes: [128, 256, 512, 1024, 2048],
  seeds: 10,
  exactDegrees: [2, 3],
  featureColumns: [256, 1024, 4096],
  draws: 4000,
};
const QUICK: Sizes = {
  n: 120,
  d: 64,
  stableRanks: [8],
  degrees: [2, 4],
  sizes: [256, 1024],
  seeds: 2,
  exactDegrees: [2],
  featureColumns: [256, 1024],
  draws: 200,
};
const DIGITS = 'digits';
/** Timed. */
const RUNS = 7;

type Sketch = (A: Matrix, m: number, degree: number, seed: number) => Matrix;
const SKETCHES: Readonly<Record<string, Sketch>> = {
  TensorSRHT: (A, rows, degree, seed) => tensorSrht({ rows, columns: A.columns, degree, seed }).apply(A),
  TensorSketch: (A, rows, degree, seed) =>
    tensorCountSketch({ rows, columns: A.columns, degree, seed }).apply(A),
};
const NAMES = Object.keys(SKETCHES);

export const tensor: Section = {
  name: 'tensor',
  shows:
    'TensorSRHT, TensorSketch and exact features of (AAᵀ)ᵖ: error and time against m and p; shared randomness',
  seconds: { quick: 5, full: 180 },
  async run(context) {
    const sizes = context.quick ? QUICK : FULL;
    const errors = casesOf(sizes).flatMap((rows) => errorsOf(sizes, rows, context));
    const digits = unitDigits(sizes.n);
    const times = await timesOf(sizes, digits, context);
    context.progress('means over many draws');
    const means = biases(sizes.draws);
    return {
      tables: [
        errorTable(sizes, errors),
        timeTable(sizes, times),
        exactTable(sizes, digits, times),
        featureTable(sizes),
        biasTable(sizes.draws, means),
      ],
      figures: [...errorFigures(sizes, errors), ...timeFigures(times), ...means.map(biasFigure)],
      series: errorSeries(sizes, errors),
      chart: {
        title: 'Sketches of (AAᵀ)ᵖ of 500 digits: error against the columns of Z',
        x: { name: 'columns of Z, m', unit: '', scale: 'log' },
        y: { name: '‖ZZᵀ − K‖/‖K‖', unit: '', scale: 'log' },
      },
    };
  },
};

interface Rows {
  readonly name: string;
  readonly A: Matrix;
}

function casesOf({ n, d, stableRanks }: Sizes): Rows[] {
  const planted = stableRanks.map((rank) => ({ name: `planted ${rank}`, A: plantedRows(n, d, rank, 7) }));
  return [...planted, { name: DIGITS, A: unitDigits(n) }];
}

/** Of one kernel and m: the mean over the seeds. */
interface KernelError {
  readonly rows: string;
  readonly degree: number;
  /** Of K = (AAᵀ)ᵖ. */
  readonly stableRank: number;
  readonly m: number;
  /** By sketch. */
  readonly errors: Readonly<Record<string, number>>;
}

function errorsOf(
  { n, degrees, sizes, seeds }: Sizes,
  { name, A }: Rows,
  { progress }: Context,
): KernelError[] {
  return degrees.flatMap((degree) => {
    progress(`errors, ${name}, p = ${degree}`);
    const K = kernelOf(A, (product) => product ** degree);
    const norm = spectralNorm(K, n);
    const stableRank = stableRankOf(K, n);
    return sizes.map((m) => ({
      ...{ rows: name, degree, stableRank, m },
      errors: Object.fromEntries(
        Object.entries(SKETCHES).map(([sketch, features]) => [
          sketch,
          mean(range(seeds).map((seed) => distanceToKernel(features(A, m, degree, seed), K) / norm)),
        ]),
      ),
    }));
  });
}

function errorTable({ n, d, sizes, seeds }: Sizes, found: readonly KernelError[]): Table {
  const kernels = found.filter(({ m }) => m === sizes[0]);
  return {
    title:
      `‖ZZᵀ − K‖/‖K‖, K = (AAᵀ)ᵖ, n = ${n}, d = ${d}, mean of ${seeds} seeds; A planted with the stable rank named, or digits;\n` +
      'slope of log error against log m (theory −0.5)',
    header: ['A', 'p', 'tr K/‖K‖', 'sketch', ...sizes.map((m) => `m = ${m}`), 'slope'],
    rows: kernels.flatMap(({ rows, degree, stableRank }) =>
      NAMES.map((sketch) => {
        const points = pointsOf(found, rows, degree, sketch);
        return [
          ...[rows, degree, stableRank.toFixed(1), sketch],
          ...points.map(([, error]) => shortNumber(error)),
          logLogSlope(points).slope.toFixed(2),
        ];
      }),
    ),
  };
}

function pointsOf(found: readonly KernelError[], rows: string, degree: number, sketch: string) {
  return found
    .filter((entry) => entry.rows === rows && entry.degree === degree)
    .map(({ m, errors }): readonly [number, number] => [m, errors[sketch]]);
}

function errorFigures({ sizes }: Sizes, found: readonly KernelError[]): Figure[] {
  return found.flatMap(({ rows, degree, m, errors }) =>
    NAMES.flatMap((sketch): Figure[] => {
      const name = `${rows}, p = ${degree}`;
      const error = { name: `${name}, m = ${m}: error of ${sketch}`, value: errors[sketch], unit: '' };
      if (m !== sizes[0]) return [error];
      const { slope, halfWidth } = logLogSlope(pointsOf(found, rows, degree, sketch));
      const spread = [slope - halfWidth, slope + halfWidth] as const;
      return [error, { name: `${name}: slope of ${sketch}`, value: slope, unit: '', spread }];
    }),
  );
}

function errorSeries({ degrees, sizes }: Sizes, found: readonly KernelError[]): Series[] {
  const drawn = degrees.slice(1);
  const lines = drawn.flatMap((degree) =>
    NAMES.map((sketch, k): Series => {
      const role = k === 0 ? 'ours' : 'other';
      return { name: `${sketch}, p = ${degree}`, role, points: pointsOf(found, DIGITS, degree, sketch) };
    }),
  );
  const [, first] = pointsOf(found, DIGITS, drawn[0], NAMES[0])[0];
  const points = sizes.map((m) => [m, 0.6 * first * Math.sqrt(sizes[0] / m)] as const);
  return [...lines, { name: 'slope −½', role: 'reference', points }];
}

/** Times of sketching all rows, the draw of the sketch not counted. */
interface Times {
  readonly degree: number;
  /** 0 for all monomials. */
  readonly m: number;
  readonly timings: readonly Timing[];
}

async function timesOf(
  { degrees, sizes, exactDegrees }: Sizes,
  A: Matrix,
  context: Context,
): Promise<Times[]> {
  const measured: Times[] = [];
  for (const degree of degrees) {
    for (const m of sizes) {
      context.progress(`times, p = ${degree}, m = ${m}`);
      const options = { rows: m, columns: A.columns, degree };
      const sketches = [tensorSrht(options), tensorCountSketch(options)];
      const contenders = sketches.map((sketch, k) => ({
        name: NAMES[k],
        run: () => sketch.apply(A),
        runs: RUNS,
      }));
      measured.push({ degree, m, timings: await interleave(contenders, context.rounds) });
    }
  }
  for (const degree of exactDegrees) {
    context.progress(`times, p = ${degree}, all monomials`);
    const exact = { name: 'monomials', runs: RUNS, run: () => exactFeatures(A, degree) };
    measured.push({ degree, m: 0, timings: await interleave([exact], context.rounds) });
  }
  return measured;
}

function timeTable({ n, d, degrees, sizes }: Sizes, times: readonly Times[]): Table {
  return {
    title: `Time of Z for ${n} rows of length ${d}, ms: median [least … largest]`,
    header: ['p', 'sketch', ...sizes.map((m) => `m = ${m}`)],
    rows: degrees.flatMap((degree) =>
      NAMES.map((sketch, k) => [
        ...[degree, sketch],
        ...times
          .filter((entry) => entry.degree === degree && entry.m > 0)
          .map(({ timings }) => timeText(timings[k])),
      ]),
    ),
  };
}

/** All monomials: exact, and soon too many. */
function exactTable({ n, d, degrees, exactDegrees }: Sizes, A: Matrix, times: readonly Times[]): Table {
  const all = [...new Set([...exactDegrees, ...degrees])].sort((p, q) => p - q);
  return {
    title: `All monomials of degree p in ${d} variables, ${n} rows`,
    header: ['p', 'columns', 'MB', 'ms', '‖ZZᵀ − K‖/‖K‖'],
    rows: all.map((degree) => {
      const columns = symmetricLength(d, degree);
      const size = shortNumber(8e-6 * n * columns);
      const timing = times.find((entry) => entry.degree === degree && entry.m === 0)?.timings[0];
      if (timing === undefined) return [degree, columns, size, '–', '–'];
      const K = kernelOf(A, (product) => product ** degree);
      const error = distanceToKernel(exactFeatures(A, degree), K) / spectralNorm(K, n);
      return [degree, columns, size, timeText(timing), error.toExponential(0)];
    }),
  };
}

function timeFigures(times: readonly Times[]): Figure[] {
  return times.flatMap(({ degree, m, timings }) =>
    timings.map(({ name, medianMs, minMs, maxMs }): Figure => {
      const size = m === 0 ? '' : `, m = ${m}`;
      return { name: `p = ${degree}${size}: ${name}`, value: medianMs, unit: 'ms', spread: [minMs, maxMs] };
    }),
  );
}

/** What the tensors are for: features of the whole exponential. */
function featureTable(sizes: Sizes): Table {
  const { n, seeds, featureColumns } = sizes;
  return {
    title: `exponentialFeatures: ‖ZZᵀ − exp(AAᵀ)‖/‖exp(AAᵀ)‖, mean of ${seeds} seeds`,
    header: ['A', ...featureColumns.map((columns) => `${columns} columns`)],
    rows: casesOf(sizes).map(({ name, A }) => {
      const K = kernelOf(A, Math.exp);
      const norm = spectralNorm(K, n);
      const error = (columns: number, seed: number) =>
        distanceToKernel(exponentialFeatures(A, { columns, seed }), K) / norm;
      return [
        name,
        ...featureColumns.map((columns) =>
          shortNumber(mean(range(seeds).map((seed) => error(columns, seed)))),
        ),
      ];
    }),
  };
}
