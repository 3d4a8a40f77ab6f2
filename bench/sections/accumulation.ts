/**
 * How errors add up in the alternating iteration for (AᵀA)ʲx = b of Song, Yin & Zhang, arXiv 2308.14304, section 5, and
 * what holds of the claim that every step halves them. The step for powers multiplies the error by I − M², M the
 * preconditioned Gram matrix, that for least squares by I − M; the eigenvalues of M lie between (1 + √ρ)⁻² and
 * (1 − √ρ)⁻² (see the section stability), ρ = d/m. So a step contracts by max(1 − (1 + √ρ)⁻⁴, (1 − √ρ)⁻⁴ − 1) for powers,
 * which is ½ at m = 108d, and by the same with exponents 2 for least squares, ½ at m = 30d.
 */
import type { Matrix } from 'sketchsolve';
import { alternate, powerProblem, powerProduct, type Rule, type Step } from '../support/alternating';
import { type Contraction, contractions, factorOf, RULES, theory } from '../support/contraction';
import { geometric, plantedMatrix, randomOrthonormal } from '../support/plantedMatrix';
import { normalVector } from '../support/randomData';
import type { Context, Figure, Section, Series, Table } from '../support/section';
import { largest, median } from '../support/statistics';
import { shortNumber } from '../support/timing';

interface Sizes {
  readonly n: number;
  readonly d: number;
  /** m/d */
  readonly ratios: readonly number[];
  readonly draws: number;
  readonly powers: readonly number[];
}

const FULL: Sizes = {
  n: 16384,
  d: 32,
  ratios: [20, 30, 40, 60, 80, 120, 160, 240, 320],
  draws: 15,
  powers: [2, 4, 8, 16],
};
const QUICK: Sizes = { n: 4096, d: 12, ratios: [20, 30, 60, 120, 240], draws: 3, powers: [2, 4] };
const KAPPA = 1e3;
/** Of the chains of solves, small so that κ²ʲ is not beyond the doubles at once. */
const CHAIN_KAPPA = 10;
const CLAIM = 0.5;
/** Of each solve, where the errors of several solves are compared. */
const STEPS = 20;
/** m/d at which the step for powers halves the error. */
const ENOUGH = 120;
const HALVING_RATIOS = [30, 60, 120, 240];

/** b random, or b = (AᵀA)ʲx for a random x, which the small singular vectors have hardly a part in. */
const RIGHT_SIDES = ['random b', 'planted x'] as const;
type RightSide = (typeof RIGHT_SIDES)[number];

export const accumulation: Section = {
  name: 'accumulation',
  shows: 'contraction and error of the alternating iteration for (AᵀA)ʲx = b against m/d, spectrum and j',
  seconds: { quick: 3, full: 60 },
  run(context) {
    const sizes = context.quick ? QUICK : FULL;
    const U = randomOrthonormal(sizes.n, sizes.d, 1);
    const found = contractions(
      plantedMatrix(U, geometric(sizes.d, KAPPA), 2),
      sizes.ratios,
      sizes.draws,
      (ratio) => context.progress(`contraction at m = ${ratio}d`),
    );
    const halvings = halvingsOf(U);
    const chains = chainsOf(sizes, U, context);
    return {
      tables: [contractionTable(sizes, found), halvingTable(halvings), chainTable(sizes, chains)],
      figures: [...contractionFigures(found), ...halvingFigures(halvings), ...chainFigures(chains)],
      series: contractionSeries(sizes, found),
      chart: {
        title: 'When a step halves the error: contraction against the rows of the sketch',
        x: { name: 'rows of the sketch over columns of A, m/d', unit: '', scale: 'log' },
        y: { name: 'error after a step over error before it', unit: '', scale: 'linear' },
        limits: [{ name: 'the claim, ½', y: CLAIM }],
      },
    };
  },
};

function contractionTable({ n, d, ratios, draws }: Sizes, found: readonly Contraction[]): Table {
  const cells = (rule: Rule, ratio: number) => {
    const { radius, measured } = contractionAt(found, rule, ratio);
    const numbers = [theory(rule, ratio), median(radius), median(measured), largest(measured)];
    return numbers.map((x) => x.toFixed(2));
  };
  const names = ['theory', 'radius', 'measured', 'worst'];
  return {
    title:
      `Contraction of the error by a step, n = ${n}, d = ${d}, κ(A) = 1e3, ${draws} draws of S: theory; spectral radius\n` +
      'of I − M² or I − M, median; measured over up to 40 steps, median and worst',
    header: ['m/d', ...RULES.flatMap((rule) => names.map((name) => `${rule}: ${name}`))],
    rows: ratios.map((ratio) => [ratio, ...RULES.flatMap((rule) => cells(rule, ratio))]),
  };
}

function contractionAt(found: readonly Contraction[], rule: Rule, ratio: number): Contraction {
  const entry = found.find((candidate) => candidate.rule === rule && candidate.ratio === ratio);
  if (entry === undefined) throw new Error(`accumulation: no contraction at m = ${ratio}d`);
  return entry;
}

function contractionFigures(found: readonly Contraction[]): Figure[] {
  return found.flatMap(({ rule, ratio, radius, measured }): Figure[] => {
    const name = `${rule}, m = ${ratio}d`;
    return [
      { name: `${name}: theory`, value: theory(rule, ratio), unit: '' },
      { name: `${name}: radius`, value: median(radius), unit: '' },
      { name: `${name}: contraction`, value: median(measured), unit: '' },
    ];
  });
}

function contractionSeries({ ratios }: Sizes, found: readonly Contraction[]): Series[] {
  return RULES.flatMap((rule): Series[] => {
    const name = rule === 'powers' ? 'powers of AᵀA' : 'least squares';
    return [
      {
        name,
        role: rule === 'powers' ? 'ours' : 'other',
        points: ratios.map((ratio) => [ratio, median(contractionAt(found, rule, ratio).measured)]),
      },
      {
        name: `${name}, theory`,
        role: 'reference',
        points: ratios.map((ratio) => [ratio, theory(rule, ratio)]),
      },
    ];
  });
}

/** One solve with AᵀA. */
interface Halving {
  readonly ratio: number;
  readonly side: RightSide;
  readonly steps: readonly Step[];
}

function halvingsOf(U: Matrix): Halving[] {
  const { A } = plantedMatrix(U, geometric(U.columns, KAPPA), 2);
  return HALVING_RATIOS.filter((ratio) => ratio * U.columns < U.rows).flatMap((ratio) => {
    const R = factorOf(A, ratio, 4);
    return RIGHT_SIDES.map((side) => ({ ratio, side, steps: chainOf(A, R, side, 1)[0] }));
  });
}

function chainOf(A: Matrix, R: Matrix, side: RightSide, j: number): Step[][] {
  const v = normalVector(A.columns, 3);
  const b = side === 'random b' ? v : powerProduct(A, v, j);
  return alternate(powerProblem(A, b, j), R, STEPS, 'powers');
}

function halvingTable(halvings: readonly Halving[]): Table {
  return {
    title:
      `One solve, geometric spectrum, κ(A) = 1e3: mean factor a step of ‖xᵢ − xᵢ₋₁‖/‖xᵢ‖ and of ‖xᵢ − x*‖/‖x*‖ over steps\n` +
      `5 to ${STEPS}, largest error over 0.5ⁱ on the way, error after ${STEPS} steps (0.5²⁰ = ${shortNumber(CLAIM ** STEPS)})`,
    header: ['m/d', 'right-hand side', 'change', 'error', 'largest error/0.5ⁱ', `after ${STEPS} steps`],
    rows: halvings.map(({ ratio, side, steps }) => [
      ...[ratio, side, factor(steps, 'change').toFixed(2), factor(steps, 'error').toFixed(2)],
      ...[shortNumber(overClaim(steps)), shortNumber(steps[STEPS - 1].error)],
    ]),
  };
}

function factor(steps: readonly Step[], of: 'change' | 'error'): number {
  const from = 5;
  return (steps[STEPS - 1][of] / steps[from - 1][of]) ** (1 / (STEPS - from));
}

function overClaim(steps: readonly Step[]): number {
  return largest(steps.map(({ error }, i) => error / CLAIM ** (i + 1)));
}

function halvingFigures(halvings: readonly Halving[]): Figure[] {
  return halvings.flatMap(({ ratio, side, steps }): Figure[] => {
    const name = `${side}, m = ${ratio}d`;
    return [
      { name: `${name}: factor of the change`, value: factor(steps, 'change'), unit: '' },
      { name: `${name}: factor of the error`, value: factor(steps, 'error'), unit: '' },
      { name: `${name}: largest error over 0.5^i`, value: overClaim(steps), unit: '×' },
    ];
  });
}

/** j solves after one another; what the first and the last one end with. */
interface Chain {
  readonly spectrum: string;
  readonly side: RightSide;
  readonly j: number;
  readonly first: Step;
  readonly last: Step;
}

function chainsOf({ powers }: Sizes, U: Matrix, { progress }: Context): Chain[] {
  return Object.entries(spectra(U.columns)).flatMap(([spectrum, sigma]) => {
    progress(`chains of solves, ${spectrum} spectrum`);
    const { A } = plantedMatrix(U, sigma, 2);
    const R = factorOf(A, ENOUGH, 4);
    return RIGHT_SIDES.flatMap((side) =>
      powers.map((j) => {
        const chain = chainOf(A, R, side, j);
        return { spectrum, side, j, first: chain[0][STEPS - 1], last: chain[j - 1][STEPS - 1] };
      }),
    );
  });
}

function spectra(d: number): Record<string, Float64Array> {
  const levels = [0, 1, 2, 3].map((k) => CHAIN_KAPPA ** (-k / 3));
  return {
    flat: new Float64Array(d).fill(1),
    geometric: geometric(d, CHAIN_KAPPA),
    'one small': new Float64Array(d).fill(1).fill(1 / CHAIN_KAPPA, d - 1),
    clustered: Float64Array.from({ length: d }, (_, k) => levels[Math.floor((4 * k) / d)]),
  };
}

function chainTable({ powers }: Sizes, chains: readonly Chain[]): Table {
  const cell = ({ first, last }: Chain) =>
    [first.error, last.change, last.error].map((value) => value.toExponential(0)).join(', ');
  const sides = Object.keys(spectra(4)).flatMap((spectrum) =>
    RIGHT_SIDES.map((side) => ({ spectrum, side })),
  );
  return {
    title:
      `j solves of ${STEPS} steps each, m = ${ENOUGH}d, κ(A) = 10 unless flat: error after the first solve; last change and\n` +
      'error of the last one',
    header: ['spectrum', 'right-hand side', ...powers.map((j) => `j = ${j}`)],
    rows: sides.map(({ spectrum, side }) => [
      ...[spectrum, side],
      ...chains.filter((chain) => chain.spectrum === spectrum && chain.side === side).map(cell),
    ]),
  };
}

function chainFigures(chains: readonly Chain[]): Figure[] {
  return chains.flatMap(({ spectrum, side, j, first, last }): Figure[] => {
    const name = `${spectrum}, ${side}, j = ${j}`;
    return [
      { name: `${name}: error over that of the first solve`, value: last.error / first.error, unit: '×' },
      { name: `${name}: last change`, value: last.change, unit: '' },
      { name: `${name}: error`, value: last.error, unit: '' },
    ];
  });
}
