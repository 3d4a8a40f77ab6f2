/**
 * Time against n, d, j, κ(A) and entries, as exponents beside those that are claimed. The paper's iteration (Song, Yin &
 * Zhang, arXiv 2308.14304, section 5) is 'gradient-descent': (nd + d³)·j·log(κ/ε) up to logarithms. The same problem by
 * forming (AᵀA)ʲ is the reference.
 */
import { solvePsdPower } from 'sketchsolve';
import { mixedColumns } from '../../examples/support/synthetic';
import { relativeDistance } from '../support/agreement';
import { powerProblem } from '../support/alternating';
import { logLogSlope } from '../support/fit';
import { gramSweeps } from '../support/gramSweeps';
import { kernelSweeps } from '../support/kernelSweeps';
import { normalVector } from '../support/randomData';
import type { Figure, Section, Series, StoredResult, Table } from '../support/section';
import { solveByForming } from '../support/squaring';
import {
  type Claim,
  type Exponent,
  exponentsOf,
  LINEAR,
  measureSweep,
  type Swept,
  sweepTable,
  valueText,
  verdict,
} from '../support/sweep';
import { FULL_SIZES, KAPPA, QUICK_SIZES, type SweepSizes } from '../support/sweepSizes';

/** Sections whose slopes are quoted. */
const NEEDS = ['growth', 'regression'] as const;
const EPSILON = 1e-5;
/** Steps against log(κ/ε): in proportion. */
const PROPORTIONAL: Claim = { text: '1 ± 0.15', atLeast: 0.85, atMost: 1.15 };
const DIGIT_POWERS = [1, 2, 3, 4, 8];
const DIGIT_KAPPAS = [1e1, 1e2, 1e4];

export const scaling: Section = {
  name: 'scaling',
  shows: 'time against n, d, j, κ(A) and entries as exponents beside the claimed ones; forming (AᵀA)ʲ',
  seconds: { quick: 9, full: 300 },
  needs: NEEDS,
  async run(context) {
    const sizes = context.quick ? QUICK_SIZES : FULL_SIZES;
    const swept: Swept[] = [];
    for (const sweep of [...gramSweeps(sizes), ...kernelSweeps(sizes)])
      swept.push(await measureSweep(sweep, context));
    context.progress('steps against κ(A)');
    const counts = stepCounts(sizes);
    const steps = logLogSlope(counts.map(({ kappa, scheduled }) => [Math.log(kappa / EPSILON), scheduled]));
    const exponents = swept.flatMap(exponentsOf);
    const quoted = NEEDS.flatMap((name) => quotedSlopes(context.stored(name)));
    context.progress('digits of the formed matrix');
    const digits = digitsLeft(sizes);
    return {
      tables: [
        exponentTable(exponents),
        quotedTable(quoted),
        stepTable(counts, steps),
        digitTable(sizes, digits),
        ...swept.map(sweepTable),
      ],
      figures: [
        ...exponents.map(exponentFigure),
        slopeFigure("(AᵀA)ʲx = b, 'gradient-descent': steps against log(κ/ε): slope", steps),
        ...digits.flatMap(digitFigures),
      ],
      series: powerLines(swept),
      chart: {
        title: `(AᵀA)ʲx = b: time against the power j (n = ${sizes.n}, d = ${sizes.d})`,
        x: { name: 'power j', unit: '', scale: 'log' },
        y: { name: 'time of a solve', unit: 'ms', scale: 'log' },
      },
    };
  },
};

function exponentTable(exponents: readonly Exponent[]): Table {
  return {
    title: 'Slope of log time against the logarithm of the parameter, ± half of the 95% interval of the fit',
    header: ['problem', 'method', 'against', 'from', 'to', 'slope', '±', 'claimed', 'holds'],
    rows: exponents.map(({ problem, method, parameter, from, to, slope, halfWidth, claim }) => [
      ...[problem, method, parameter, valueText(from), valueText(to), slope.toFixed(2), halfWidth.toFixed(2)],
      ...(claim === null ? ['', ''] : [claim.text, verdict(slope, claim)]),
    ]),
  };
}

function exponentFigure({ problem, method, parameter, ...fit }: Exponent): Figure {
  return slopeFigure(`${problem}, ${method}: slope in ${parameter}`, fit);
}

function slopeFigure(name: string, { slope, halfWidth }: { slope: number; halfWidth: number }): Figure {
  return { name, value: slope, unit: '', spread: [slope - halfWidth, slope + halfWidth] };
}

interface Quoted {
  readonly section: string;
  readonly figure: Figure;
}

function quotedSlopes({ name, figures }: StoredResult): Quoted[] {
  return figures
    .filter((figure) => figure.name.endsWith(': slope'))
    .map((figure) => ({ section: name, figure }));
}

function quotedTable(quoted: readonly Quoted[]): Table {
  const sections = [...new Set(quoted.map(({ section }) => section))];
  return {
    title: `As measured by ${sections.join(' and ')}: the automatic choice against n, exp regression against entries`,
    header: ['section', 'problem', 'slope', '±', 'claimed', 'holds'],
    rows: quoted.map(({ section, figure: { name, value, spread = [value, value] } }) => [
      ...[section, name.replace(/: slope$/, ''), value.toFixed(2), ((spread[1] - spread[0]) / 2).toFixed(2)],
      ...[LINEAR.text, verdict(value, LINEAR)],
    ]),
  };
}

interface StepCount {
  readonly kappa: number;
  /** At the default tolerance of 2⁻⁵⁰, whatever κ is. */
  readonly fixed: number;
  /** At ε/κ: what leaves ε after the inverse has multiplied it by κ. */
  readonly scheduled: number;
}

function stepCounts({ n, d, kappas }: SweepSizes): StepCount[] {
  return kappas.map((kappa) => {
    const A = mixedColumns(n, d, kappa, 3);
    const b = normalVector(d, 4);
    const steps = (tolerance: number) =>
      solvePsdPower(A, b, 1, { method: 'gradient-descent', tolerance }).stats.iterations;
    return { kappa, fixed: steps(2 ** -50), scheduled: steps(EPSILON / kappa) };
  });
}

function stepTable(counts: readonly StepCount[], fit: { slope: number; halfWidth: number }): Table {
  return {
    title:
      `AᵀAx = b by 'gradient-descent': steps at a fixed tolerance, and at ε/κ with ε = ${EPSILON}. Slope of log steps against\n` +
      `log log(κ/ε): ${fit.slope.toFixed(2)} ± ${fit.halfWidth.toFixed(2)}, claimed ${PROPORTIONAL.text}: ${verdict(fit.slope, PROPORTIONAL)}`,
    header: ['κ(A)', 'tolerance 2⁻⁵⁰', 'tolerance ε/κ'],
    rows: counts.map(({ kappa, fixed, scheduled }) => [kappa.toExponential(0), fixed, scheduled]),
  };
}

interface Digits {
  readonly kappa: number;
  readonly j: number;
  /** ‖x − x*‖/‖x*‖; 1 where (AᵀA)ʲ is singular to rounding, which is x = 0. */
  readonly formed: number;
  readonly paper: number;
  readonly factored: number;
}

/** b is random: then x keeps its digits, whatever κ^2j is. */
function digitsLeft({ d }: SweepSizes): Digits[] {
  return DIGIT_KAPPAS.flatMap((kappa) => {
    const A = mixedColumns(50 * d, d, kappa, 7);
    const { b, exact } = powerProblem(A, normalVector(d, 8), DIGIT_POWERS[DIGIT_POWERS.length - 1]);
    return DIGIT_POWERS.map((j) => {
      const error = (x: ArrayLike<number> | null) => (x === null ? 1 : relativeDistance(x, exact[j - 1]));
      const ours = (method: 'gradient-descent' | 'cholesky-qr') =>
        error(solvePsdPower(A, b, j, { method }).x);
      const formed = error(solveByForming(A, b, j));
      return { kappa, j, formed, paper: ours('gradient-descent'), factored: ours('cholesky-qr') };
    });
  });
}

function digitTable({ d }: SweepSizes, digits: readonly Digits[]): Table {
  return {
    title: `‖x − x*‖/‖x*‖ of (AᵀA)ʲx = b for random b, n = ${50 * d}, d = ${d}; formed: (AᵀA)ʲ by ml-matrix, then LU`,
    header: ['κ(A)', 'j', 'κ^2j·u', 'formed', "'gradient-descent'", "'cholesky-qr'"],
    rows: digits.map(({ kappa, j, formed, paper, factored }) => [
      ...[kappa.toExponential(0), j],
      ...[kappa ** (2 * j) * 2 ** -52, formed, paper, factored].map((value) => value.toExponential(0)),
    ]),
  };
}

function digitFigures({ kappa, j, formed, paper, factored }: Digits): Figure[] {
  const at = `κ = ${kappa.toExponential(0)}, j = ${j}`;
  return [
    { name: `${at}: error, formed`, value: formed, unit: '' },
    { name: `${at}: error, gradient descent`, value: paper, unit: '' },
    { name: `${at}: error, cholesky-qr`, value: factored, unit: '' },
  ];
}

/** Time against j, κ(A) = KAPPA, and a line in proportion to j through the paper's first point. */
function powerLines(swept: readonly Swept[]): Series[] {
  const found = swept.find(({ sweep }) => sweep.parameter === 'j' && sweep.problem.startsWith('(AᵀA)'));
  if (found === undefined) throw new Error(`scaling: no sweep of j at κ(A) = ${KAPPA}`);
  const lines = Object.entries(found.points).map(
    ([name, points]): Series => ({ name, points, role: 'ours' }),
  );
  const [[j0, t0]] = lines[0].points;
  const points = lines[0].points.map(([j]) => [j, (t0 * j) / j0] as const);
  return [...lines, { name: 'in proportion to j', role: 'reference', points }];
}
