/**
 * What the sketch decides and what it does not. A·R⁻¹ with R from the QR of S·A is as well conditioned as S allows,
 * whatever κ(A) is: for a Gaussian S the singular values of SU lie within 1 ± √ρ, ρ = d/m, up to terms that vanish
 * with growing d (Marchenko & Pastur 1967), so that κ(R⁻ᵀAᵀAR⁻¹) is about ((1 + √ρ)/(1 − √ρ))² at most (Rokhlin &
 * Tygert, PNAS 105, 2008; the iterations of Song, Yin & Zhang, arXiv 2308.14304, rest on it). And what the solvers make
 * of it: backward and forward error beside Householder QR (Epperly, Meier & Nakatsukasa, arXiv 2406.03468).
 */
import {
  axesConditions,
  bound,
  type Conditions,
  KINDS,
  RATIOS,
  type Repair,
  randomConditions,
  type Shape,
} from '../support/preconditionedConditions';
import type { Context, Figure, Section, Series, Table } from '../support/section';
import {
  allowedError,
  plantedProblem,
  SOLVERS,
  type SolverErrors,
  solverErrors,
} from '../support/solverErrors';
import { largest, median, range } from '../support/statistics';
import { shortNumber } from '../support/timing';

interface Sizes {
  readonly kappas: readonly number[];
  readonly random: Shape;
  readonly axes: Shape;
  /** `draws` problems of every κ for the solvers. */
  readonly problems: Shape;
}

const FULL: Sizes = {
  kappas: [1e1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12],
  random: { n: 8192, d: 32, draws: 21 },
  axes: { n: 4096, d: 32, draws: 21 },
  problems: { n: 2000, d: 32, draws: 9 },
};
const QUICK: Sizes = {
  kappas: [1e1, 1e6, 1e12],
  random: { n: 2048, d: 16, draws: 5 },
  axes: { n: 1024, d: 16, draws: 5 },
  problems: { n: 600, d: 16, draws: 2 },
};
/** ‖b − Ax*‖ for ‖A‖ = ‖x*‖ = 1. */
const RESIDUALS = [1e-10, 1e-3];
const AXES_KAPPA = 1e6;
/** R is singular but for rounding. */
const SINGULAR = 1e8;

export const stability: Section = {
  name: 'stability',
  shows:
    'condition number behind the preconditioner against κ(A), sketch and m/d; errors beside Householder QR',
  seconds: { quick: 5, full: 180 },
  run(context) {
    const sizes = context.quick ? QUICK : FULL;
    const { kappas, random, axes } = sizes;
    const found = randomConditions(random, kappas, (draw) =>
      context.progress(`condition numbers, draw ${draw + 1} of ${random.draws}`),
    );
    context.progress('columns that live in d rows');
    const repairs = axesConditions(axes, AXES_KAPPA);
    const errors = errorsByCondition(sizes, context);
    return {
      tables: [
        conditionTable(sizes, found),
        axesTable(axes, repairs),
        errorTable(
          'Backward error in u = 2⁻⁵² (x = 0 where AᵀA is refused as singular)',
          sizes,
          errors,
          'backward',
        ),
        errorTable(
          'Forward error over κu(1 + κ‖r‖/(‖A‖‖x‖)), where that is below 1',
          sizes,
          errors.filter(isMeaningful),
          'forward',
        ),
      ],
      figures: [...conditionFigures(found, kappas), ...axesFigures(repairs), ...errorFigures(errors)],
      series: conditionSeries(found, kappas),
      chart: {
        title: 'What the sketch leaves of κ(A): worst of four sketches and all draws',
        x: { name: 'condition number of A', unit: '', scale: 'log' },
        y: { name: 'condition number of R⁻ᵀAᵀAR⁻¹', unit: '', scale: 'log' },
      },
    };
  },
};

/** The solvers on the problems of one κ and residual. */
interface Errors {
  readonly kappa: number;
  readonly residual: number;
  /** What a backward error of u may cost, relative to ‖x‖. */
  readonly allowed: number;
  /** By problem and solver. */
  readonly found: readonly (readonly SolverErrors[])[];
}

function errorsByCondition({ kappas, problems }: Sizes, { progress }: Context): Errors[] {
  const { n, d, draws } = problems;
  return kappas.flatMap((kappa) => {
    progress(`errors of the solvers at κ(A) = ${kappa.toExponential(0)}`);
    return RESIDUALS.map((residual) => ({
      kappa,
      residual,
      allowed: allowedError(kappa, residual),
      found: range(draws).map((draw) => solverErrors(plantedProblem(n, d, kappa, residual, 10 * draw + 5))),
    }));
  });
}

function conditionTable({ kappas, random }: Sizes, found: readonly Conditions[]): Table {
  const rows = KINDS.flatMap((kind) =>
    kappas.map((kappa) => [
      kind,
      kappa.toExponential(0),
      ...RATIOS.map((ratio) => spreadText(valuesOf(found, { kind, ratio, kappa }))),
    ]),
  );
  return {
    title: `κ(R⁻ᵀAᵀAR⁻¹), n = ${random.n}, d = ${random.d}, ${random.draws} draws of U, V and S: median (worst)`,
    header: ['sketch', 'κ(A)', ...RATIOS.map((ratio) => `m = ${ratio}d`)],
    rows: [['((1+√ρ)/(1−√ρ))²', '', ...RATIOS.map((ratio) => shortNumber(bound(ratio)))], ...rows],
  };
}

function axesTable({ n, d, draws }: Shape, repairs: readonly Repair[]): Table {
  const cell = ({ conditions }: Repair) => {
    const regular = conditions.filter((value) => value < SINGULAR);
    const singular = draws - regular.length;
    return regular.length === 0
      ? `all ${draws} singular`
      : spreadText(regular) + (singular > 0 ? `, ${singular} singular` : '');
  };
  return {
    title:
      `The same with U from columns of the identity (n = ${n}, κ(A) = 1e6, ${draws} draws), and what conjugate\n` +
      'gradients with these sketches report: sketches drawn anew, worst backward error in u',
    header: ['sketch', ...RATIOS.map((ratio) => `m = ${ratio}d, d = ${d}`), 'drawn anew', 'backward error'],
    rows: KINDS.map((kind) => {
      const own = repairs.filter((repair) => repair.kind === kind);
      return [
        kind,
        ...own.map(cell),
        own.map(({ resketches }) => resketches.reduce((sum, k) => sum + k, 0)).join(', '),
        shortNumber(largest(own.flatMap(({ backwardErrors }) => backwardErrors)) / 2 ** -52),
      ];
    }),
  };
}

function errorTable(
  title: string,
  { problems }: Sizes,
  errors: readonly Errors[],
  of: keyof SolverErrors,
): Table {
  const { n, d, draws } = problems;
  return {
    title: `${title}, n = ${n}, d = ${d}: median (worst) of ${draws}`,
    header: ['κ(A)', '‖r‖', ...SOLVERS],
    rows: errors.map(({ kappa, residual, found }) => [
      ...[kappa.toExponential(0), residual.toExponential(0)],
      ...SOLVERS.map((_, s) => spreadText(found.map((solvers) => solvers[s][of]))),
    ]),
  };
}

/** A backward stable solver leaves a digit. */
function isMeaningful({ allowed }: Errors): boolean {
  return allowed < 1;
}

function spreadText(values: readonly number[]): string {
  return `${number(median(values))} (${number(largest(values))})`;
}

function number(value: number): string {
  return value < 1e5 ? shortNumber(value) : value.toExponential(0);
}

function valuesOf(found: readonly Conditions[], wanted: Partial<Omit<Conditions, 'values'>>): number[] {
  const { kind, ratio, kappa } = wanted;
  return found
    .filter((entry) => kind === undefined || entry.kind === kind)
    .filter((entry) => ratio === undefined || entry.ratio === ratio)
    .filter((entry) => kappa === undefined || entry.kappa === kappa)
    .flatMap(({ values }) => values);
}

function conditionFigures(found: readonly Conditions[], kappas: readonly number[]): Figure[] {
  const each = KINDS.flatMap((kind) =>
    RATIOS.flatMap((ratio): Figure[] => {
      const values = valuesOf(found, { kind, ratio });
      const name = `${kind}, m = ${ratio}d`;
      return [
        { name: `${name}: median condition`, value: median(values), unit: '' },
        { name: `${name}: worst over bound`, value: largest(values) / bound(ratio), unit: '×' },
      ];
    }),
  );
  const first = valuesOf(found, { kappa: kappas[0] });
  const drift = kappas.flatMap((kappa) =>
    valuesOf(found, { kappa }).map((value, k) => Math.abs(value / first[k] - 1)),
  );
  const name = 'largest relative change of the condition over κ(A)';
  return [...each, { name, value: largest(drift), unit: '' }];
}

function axesFigures(repairs: readonly Repair[]): Figure[] {
  return KINDS.flatMap((kind): Figure[] => {
    const own = repairs.filter((repair) => repair.kind === kind);
    const singular = own.flatMap(({ conditions }) => conditions.filter((value) => !(value < SINGULAR)));
    const backward = own.flatMap(({ backwardErrors }) => backwardErrors);
    return [
      { name: `${kind}, U on axes: singular draws`, value: singular.length, unit: '' },
      { name: `${kind}, U on axes: backward error`, value: largest(backward) / 2 ** -52, unit: 'u' },
    ];
  });
}

function errorFigures(errors: readonly Errors[]): Figure[] {
  return SOLVERS.flatMap((solver, s): Figure[] => {
    const worst = (of: keyof SolverErrors, among: readonly Errors[]) =>
      largest(among.flatMap(({ found }) => found.map((solvers) => solvers[s][of])));
    return [
      { name: `${solver}: backward error`, value: worst('backward', errors), unit: 'u' },
      { name: `${solver}: forward error`, value: worst('forward', errors.filter(isMeaningful)), unit: '×' },
    ];
  });
}

function conditionSeries(found: readonly Conditions[], kappas: readonly number[]): Series[] {
  return RATIOS.flatMap((ratio): Series[] => [
    {
      name: `m = ${ratio}d`,
      role: 'ours',
      points: kappas.map((kappa) => [kappa, largest(valuesOf(found, { ratio, kappa }))]),
    },
    {
      name: `m = ${ratio}d, theory`,
      role: 'reference',
      points: [kappas[0], kappas[kappas.length - 1]].map((kappa) => [kappa, bound(ratio)]),
    },
  ]);
}
